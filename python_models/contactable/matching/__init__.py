"""Who is who beyond the rules: what a score adds to them, and what people decided.

Scores need Splink (``pip install 'contactable[matching]'``), which is imported where records are scored and
nowhere else; decisions need nothing.
"""

from contactable.matching.decisions import contradictory, separate

__all__ = ["contradictory", "separate"]
