"""How the world's identifiers are written: numbers, profile addresses, vehicles, devices, IPs. Only reserved or
invented spaces.

Each kind can be read back into the member it belongs to, so that a million people need no dictionary of
strings.
"""

from __future__ import annotations

import ipaddress
import re
import uuid

import numpy as np
from numpy.typing import NDArray

PHONE_SLOTS = 100_000
"""A phone is a slot: area code * 100 + last two digits. +1 NXX 555-01XX is reserved for fiction."""

_SLUG_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
SLUG_SPACE = 36**6

_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = dict(zip(_VIN_LETTERS, (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_VALUES.update({str(d): d for d in range(10)})
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_YEARS = "56789ABCDEFGHJKLMNPRSTVWXY"  # 2005 ... 2030; the code leaves out I, O, Q, U, Z and 0
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_FICTION = re.compile(r"(?:\+?1)?([2-9]\d{2})55501(\d{2})")

_CONSUMER_V4 = (int(ipaddress.IPv4Address("192.0.2.0")), int(ipaddress.IPv4Address("198.51.100.0")))
_COMPANY_V4 = int(ipaddress.IPv4Address("203.0.113.0"))
_V6 = 0x20010DB8 << 96
_COMPANY_V6 = 0xE << 92
_PER_BLOCK = 254


def area_codes() -> NDArray[np.int32]:
    """Every NXX that may carry 555-01XX numbers: 200..999 without the service codes N11 (about 79,000 numbers
    in all).
    """
    codes = np.arange(200, 1000, dtype=np.int32)
    kept: NDArray[np.int32] = codes[codes % 100 != 11]
    return kept


def phone_e164(slot: int) -> str:
    """`+1NXX55501XX`."""
    return f"+1{slot // 100:03d}55501{slot % 100:02d}"


def phone_national(slot: int) -> str:
    """Ten digits, the way BIGDBM writes numbers."""
    return f"{slot // 100:03d}55501{slot % 100:02d}"


def read_phone(text: str) -> int:
    """The slot of a number however it is punctuated; -1 when it is not one of the reserved ones."""
    match = _FICTION.fullmatch("".join(c for c in text if c.isdigit()))
    return int(match[1]) * 100 + int(match[2]) if match else -1


def base36(number: int, width: int = 6) -> str:
    """Fixed-width base 36, lower case."""
    letters = []
    for _ in range(width):
        number, digit = divmod(number, 36)
        letters.append(_SLUG_ALPHABET[digit])
    return "".join(reversed(letters))


def linkedin_slug(text: str) -> str:
    """The profile's slug from any spelling: scheme, `www.`, country host, trailing slash, query, bare slug."""
    path = text.strip().lower().split("?", 1)[0].split("#", 1)[0].rstrip("/")
    return path.rsplit("/", 1)[-1] if "/" in path else path


def is_linkedin_url(text: str) -> bool:
    """Whether the text names a personal profile by URL."""
    return "linkedin.com/in/" in text.lower()


def vin(wmi: str, vds: str, year: int, number: int) -> str:
    """A legal VIN with a valid check digit; `number` (below 23 million) is its serial."""
    plant, serial = divmod(number, 1_000_000)
    body = f"{wmi}{vds}0{_VIN_YEARS[year - 2005]}{_VIN_LETTERS[plant]}{serial:06d}"
    return f"{body[:8]}{vin_check_digit(body)}{body[9:]}"


def vin_check_digit(text: str) -> str:
    """ISO 3779 / 49 CFR 565: the ninth place, from the weighted sum of all the others modulo 11."""
    remainder = sum(_VIN_VALUES[c] * w for c, w in zip(text, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def vin_number(text: str) -> int:
    """The serial inside a VIN; -1 for anything that is not a VIN with a valid check digit."""
    value = text.strip().upper()
    if not _VIN.fullmatch(value) or vin_check_digit(value) != value[8] or not value[11:].isdigit():
        return -1
    plant = _VIN_LETTERS.find(value[10])
    return -1 if plant < 0 else plant * 1_000_000 + int(value[11:])


def device_id(high: int, low: int, upper: bool) -> str:
    """A random-looking UUID (version 4); `upper` as Apple writes its ids."""
    text = str(uuid.UUID(int=(high << 64) | low, version=4))
    return text.upper() if upper else text


def device_key(text: str) -> int:
    """The first 48 bits of a device id, which the version digits do not touch; -1 when it is no UUID."""
    digits = text.strip().replace("-", "")
    try:
        return int(digits, 16) >> 80 if len(digits) == 32 else -1
    except ValueError:
        return -1


def household_ip(household: int) -> str:
    """Documentation addresses: the first 508 households have IPv4 (TEST-NET-1 and 2), the others IPv6
    (2001:db8::/32).
    """
    if household < 2 * _PER_BLOCK:
        block, host = divmod(household, _PER_BLOCK)
        return str(ipaddress.IPv4Address(_CONSUMER_V4[block] + 1 + host))
    return str(ipaddress.IPv6Address(_V6 + (household << 64) + 1))


def employer_ip(employer: int) -> str:
    """Documentation addresses: the first 254 employers have IPv4 (TEST-NET-3), the others IPv6
    (2001:db8:e000::/36).
    """
    if employer < _PER_BLOCK:
        return str(ipaddress.IPv4Address(_COMPANY_V4 + 1 + employer))
    return str(ipaddress.IPv6Address(_V6 + _COMPANY_V6 + (employer << 64) + 1))


def read_ip(text: str) -> tuple[str, int]:
    """("household", number), ("employer", number) or ("", -1). Numbers may lie outside the world."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return "", -1
    value = int(address)
    if isinstance(address, ipaddress.IPv4Address):
        host = value & 0xFF
        if not 1 <= host <= _PER_BLOCK:
            return "", -1
        if value - host == _COMPANY_V4:
            return "employer", host - 1
        if value - host in _CONSUMER_V4:
            return "household", _CONSUMER_V4.index(value - host) * _PER_BLOCK + host - 1
        return "", -1
    rest = value - _V6
    if not 0 <= rest < 1 << 96 or rest & ((1 << 64) - 1) != 1:
        return "", -1
    number = rest >> 64
    kind = "employer" if number >> 28 == 0xE else "household"
    return kind, number & 0x0FFFFFFF if kind == "employer" else number
