"""The table behind ``macros/engine/accent_table.sql``: characters that decompose into a letter and marks.

Run ``python -m support.accents`` (from tests/python) to write it anew after a new version of Unicode.
"""

import re
import unicodedata

from support.macros import ROOT

PATH = ROOT / "macros" / "engine" / "accent_table.sql"

#: The scripts that keep their marks: macros/engine/strip_marks.sql says which, in the same notation.
KEPT = re.compile(
    r"[\u0700-\u1DBF\u2E80-\uA63F\uA6A0-\uA71F\uA800-\uAB2F\uAB70-\uD7FF\uF900-\uFAFF\U00010000-\U0001CFFF\U00020000-\U0003FFFF]"
)


def accents() -> dict[str, str]:
    """Return each marked lower-case letter and its plain one, by code point."""
    found = {}
    for point in range(0x80, 0xFB50):
        character = chr(point)
        if 0xD800 <= point < 0xE000 or character != character.lower() or KEPT.match(character):
            continue
        bare = "".join(c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c))
        if len(bare) == 1 and bare != character and bare.isalpha() and character.isalpha():
            found[character] = bare
    return found


def source() -> str:
    """Return the macro's text."""
    table = accents()
    return (
        "{#- Letters with marks and the same letters without (Unicode's canonical decompositions, lower case,\n"
        "    Latin, Greek, Cyrillic, Hebrew and Arabic). Written by tests/python/support/accents.py. -#}\n"
        "{% macro accent_table() -%}\n"
        "    {{ return({\n"
        f"        'marked': '{''.join(table)}',\n"
        f"        'plain': '{''.join(table.values())}',\n"
        "    }) }}\n"
        "{%- endmacro %}\n"
    )


if __name__ == "__main__":
    PATH.write_text(source(), encoding="utf-8")
