"""How long numbers of other countries are, from the metadata of the library phonenumbers.

``macros/normalise/phone_plans.sql`` is made of the same.
"""

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_LONGEST_CODE = 3
_LONGEST_NUMBER = 15  # E.164, without the +


def lengths_of(code: int) -> tuple[int, ...]:
    """Return how many digits a national number behind a calling code may have."""
    description = _plan(code).general_desc
    return tuple(description.possible_length) if description else ()


def has_trunk_zero(code: int) -> bool:
    """Return whether the country dials a 0 at home that is left out behind its calling code."""
    return bool(_plan(code).national_prefix == "0")


def possible_abroad(digits: str) -> str | None:
    """Return an international number's digits (without +) if a number of its country can be as long, else None.

    A domestic 0 behind the calling code is left out. North America is not asked here.
    """
    code = _calling_code(digits)
    if code is None:
        return None
    national = digits[len(code) :]
    if national.startswith("0") and has_trunk_zero(int(code)):
        national = national[1:]
    fits = len(national) in lengths_of(int(code)) and len(code) + len(national) <= _LONGEST_NUMBER
    return code + national if fits else None


def _calling_code(digits: str) -> str | None:
    if digits[:1] in ("", "0", "1"):
        return None
    codes = (digits[:length] for length in range(1, _LONGEST_CODE + 1))
    return next((code for code in codes if int(code) in COUNTRY_CODE_TO_REGION_CODE), None)


def _plan(code: int) -> PhoneMetadata:
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    world = region == "001"  # no country: satellites, international freephone
    found = PhoneMetadata.metadata_for_nongeo_region(code) if world else PhoneMetadata.metadata_for_region(region)
    if found is None:
        raise LookupError(f"phonenumbers has no plan for calling code {code}")
    return found
