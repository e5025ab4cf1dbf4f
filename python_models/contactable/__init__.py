"""contactable: a warehouse for bought contact data."""

__version__ = "0.1.0"
