"""The numbers behind ``macros/normalise/phone_plans.sql``: which lengths each country calling code has.

Taken from the metadata of the library phonenumbers (Google's libphonenumber). Run
``python -m support.phone_plans`` (from tests/python) to write the macro anew after a new version of it.
"""

from collections import defaultdict

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from contactable.normalise.phones import has_trunk_zero, lengths_of, national_plans, north_american
from support.macros import ROOT

PATH = ROOT / "macros" / "normalise" / "phone_plans.sql"
CODES = sorted(COUNTRY_CODE_TO_REGION_CODE.keys() - {1})


def _digits(possible: tuple[int, ...]) -> str:
    low, high = possible[0], possible[-1]
    if possible == tuple(range(low, high + 1)):
        return f"[0-9]{{{low}}}" if low == high else f"[0-9]{{{low},{high}}}"
    return "(" + "|".join(f"[0-9]{{{length}}}" for length in possible) + ")"


def source() -> str:
    """Return the macro's text."""
    plans = defaultdict(list)
    for code in CODES:
        plans[lengths_of(code)].append(str(code))
    possible = "|".join(f"({'|'.join(codes)}){_digits(lengths)}" for lengths, codes in sorted(plans.items()))
    trunk = "|".join(str(code) for code in CODES if has_trunk_zero(code))
    national = "|".join(
        f"{country}:{plan.code}:{plan.trunk}:,{','.join(map(str, plan.lengths))},"
        for country, plan in national_plans().items()
    )
    return (
        "{#- Regular expressions on the digits behind the + of an international number, North America left out.\n"
        "    possible  calling code and as many digits as a number of that country may have\n"
        "    trunk     calling codes behind which a domestic 0 is not dialled\n"
        "    nanp      ISO 3166 codes of the countries behind calling code 1\n"
        "    national  |country:calling code:trunk digit:,lengths of its numbers,| of every other country\n"
        f"    Metadata of phonenumbers {phonenumbers.__version__};\n"
        "    written by tests/python/support/phone_plans.py. -#}\n"
        "{% macro phone_plans() -%}\n"
        "    {{ return({\n"
        f"        'possible': '{possible}',\n"
        f"        'trunk': '{trunk}',\n"
        f"        'nanp': {north_american()},\n"
        f"        'national': '|{national}|',\n"
        "    }) }}\n"
        "{%- endmacro %}\n"
    )


if __name__ == "__main__":
    PATH.write_text(source(), encoding="utf-8")
