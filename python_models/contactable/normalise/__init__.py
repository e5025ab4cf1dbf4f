"""What only a library can decide about a value, on the distinct values; and undressing, as SQL does it."""

from contactable.normalise.domains import ascii_address, ascii_domain
from contactable.normalise.phones import from_home, north_american, possible_abroad
from contactable.normalise.undressing import digits_are_lost, undress

__all__ = [
    "ascii_address",
    "ascii_domain",
    "digits_are_lost",
    "from_home",
    "north_american",
    "possible_abroad",
    "undress",
]
