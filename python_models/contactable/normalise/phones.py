"""How long numbers of other countries are, and how those write them at home: the metadata of phonenumbers.

``macros/normalise/phone_plans.sql`` is made of the same.
"""

from dataclasses import dataclass
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneMetadata

_LONGEST_CODE = 3
_LONGEST_MOBILE = 10
_LONGEST_NUMBER = 15  # E.164, without the +


def lengths_of(code: int) -> tuple[int, ...]:
    """Return how many digits a national number behind a calling code may have."""
    description = _plan(code).general_desc
    return tuple(description.possible_length) if description else ()


def has_trunk_zero(code: int) -> bool:
    """Return whether the country dials a 0 at home that is left out behind its calling code."""
    return bool(_plan(code).national_prefix == "0")


@dataclass(frozen=True, slots=True)
class NationalPlan:
    """How a country writes its own numbers at home.

    Args:
        code: calling code.
        trunk: what is dialled before a number at home and left out behind the code; empty where nothing is.
        lengths: digits of a number of a person (fixed line or mobile), without ``trunk``.
    """

    code: str
    trunk: str
    lengths: tuple[int, ...]


@cache
def national_plans() -> dict[str, NationalPlan]:
    """Return the plans by ISO 3166 code, North America's left out."""
    plans = {}
    for region in sorted(SUPPORTED_REGIONS):
        found = PhoneMetadata.metadata_for_region(region)
        if found is None or found.country_code == 1:
            continue
        lengths = {
            length
            for kind in (found.fixed_line, found.mobile)
            if kind is not None
            for length in kind.possible_length
            if length > 0
        }
        trunk = found.national_prefix or ""
        plans[region] = NationalPlan(str(found.country_code), trunk, tuple(sorted(lengths)))
    return plans


def north_american() -> list[str]:
    """Return the ISO 3166 codes of the countries behind calling code 1."""
    return sorted(
        region
        for region in SUPPORTED_REGIONS
        if (found := PhoneMetadata.metadata_for_region(region)) is not None and found.country_code == 1
    )


def from_home(digits: str, country: str) -> str | None:
    """Return the digits, with calling code, of a number as its country writes it at home, else None.

    Where a number may be one without its trunk digit or one with its calling code, it is the second in a country
    that has a trunk digit (at home it would have been written), and where it has more than ten digits (Italy).

    Args:
        digits: nothing but digits, no + was there.
        country: ISO 3166 code of a country outside North America.
    """
    plan = national_plans().get(country)
    if plan is None:
        return None
    national = digits.removeprefix(plan.trunk)
    behind = digits.removeprefix(plan.code) if digits.startswith(plan.code) else ""
    abroad = behind.removeprefix(plan.trunk)
    if plan.trunk and digits.startswith(plan.trunk) and len(national) in plan.lengths:
        return plan.code + national
    with_code = (plan.trunk or len(digits) > _LONGEST_MOBILE) and len(behind) in plan.lengths
    if len(digits) in plan.lengths and not with_code:
        return plan.code + digits
    for each in (behind, abroad):
        if len(each) in plan.lengths:
            return plan.code + each
    return None


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
