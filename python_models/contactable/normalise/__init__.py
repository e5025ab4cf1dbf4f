"""What SQL cannot decide about a value, decided by a library on the distinct values only. Knows no other room."""

from contactable.normalise.domains import ascii_address, ascii_domain
from contactable.normalise.phones import possible_abroad

__all__ = ["ascii_address", "ascii_domain", "possible_abroad"]
