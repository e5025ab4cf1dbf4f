"""What programs put around a text, taken off: ``macros/normalise/undress.sql`` again, value for value.

Suppression and erasure must see the same person in a cell as the models do. A test compares the two.
"""

import re
import unicodedata
from html.entities import html5
from urllib.parse import unquote

_CONTROL = r"\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F"
_UNSEEN = _CONTROL + r"\xAD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF"
_BLANK = r"\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_FOLLOW = rf"[\x80-\xBF{_1252}]"
_LEAD = "[ÂÃÄÅÈáâãäåæçèéïðÎÏÐÑ×ØÙÚÛ]"
_NUMBER = r"[+]?[0-9]+[.,]00?"
_POWER = r"[+]?[0-9](?:[.,][0-9]{1,30})?[eE][+][0-9]{1,3}|[+]?[0-9][.,][0-9]{1,30}[eE][0-9]{1,2}"
_ANY = re.compile(
    rf"[{_UNSEEN}{_BLANK}\u200C\u200D\uFF01-\uFF5E]|\A[\x09-\x0D\x20\"'=“”„‟«‹‘‚‛]|[\x09-\x0D\x20]\Z"
    rf"|&[#A-Za-z][#A-Za-z0-9]*;|_x000D_|\A(?:{_NUMBER}|{_POWER})\Z|{_LEAD}{_FOLLOW}"
)
_AROUND = re.compile(r"\A[\s\x00-\x20\x85]+|[\s\x00-\x20\x85]+\Z")
_ENTITY = re.compile(r"&(#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,6});")
_NAMES = (
    "amp lt gt quot apos nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg "
    "macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest "
    "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml "
    "ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig "
    "agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml "
    "eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml "
    "OElig oelig Scaron scaron Yuml Zcaron zcaron ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo hellip "
    "lsaquo rsaquo euro trade bull num commat period comma colon semi sol lpar rpar excl quest plus "
    "equals lowbar percnt AMP LT GT QUOT COPY REG "
)
_WIDE = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}
_TO_1252 = dict(zip((ord(one.encode("cp1252").decode("latin-1")) for one in _1252), _1252, strict=True))
_FROM_1252 = {ord(one): chr(number) for number, one in _TO_1252.items()}

_ACCENTED = rf"[ÂÃÄÅÈ]{_FOLLOW}|â[€„‚]{_FOLLOW}|á[º»]{_FOLLOW}|ï»¿|ð[\x9FŸ]{_FOLLOW}{{2}}"
_FOREIGN = rf"[ÎÏÐÑ×ØÙÚÛ]{_FOLLOW}|[ã-é]{_FOLLOW}{{2}}"
_ALL_ACCENTED = re.compile(rf"(?:[\x00-\x7F]|{_ACCENTED})*\Z")
_ALL_FOREIGN = re.compile(rf"(?:[^A-Za-z\x80-\U0010FFFF]|{_FOREIGN})*\Z")
_TWO_FOREIGN = re.compile(rf"(?:{_FOREIGN}).*(?:{_FOREIGN})")
_DOUBTFUL = re.compile(r"[ÃÄÅÈ][\xA0©®ª°·º»«’”“‘…–—™›‹]")

_DOUBLED = r'(?:[^"]|"")*'
_EQUALS = re.compile(rf'=+ *"{_DOUBLED}"')
_QUOTED = re.compile(rf'"{_DOUBLED}"')
_TYPOGRAPHIC = re.compile(r"\A[“”„‟«‹‘‚‛]([^“”„‟«»‹›]*)[“”‟»›’‘]\Z")
_TURNS = 4


def undress(value: str) -> str | None:
    """Return a text without what programs put around it; None where nothing is left."""
    turned = value
    if _ANY.search(value):
        for turn in range(_TURNS):
            dressed, turned = turned, _once(turned)
            if turn == _TURNS - 1 and turned != dressed:
                turned = value
    return turned or None


def digits_are_lost(text: str) -> bool:
    """Say whether an undressed text is a number of which a spreadsheet kept the first digits only."""
    return re.fullmatch(_POWER, text) is not None


def _once(text: str) -> str:
    if re.search(_LEAD + _FOLLOW, text):
        text = _read_again(text)
    text = _unescape(text).replace("_x000D_", " ").translate(_WIDE)
    text = re.sub(f"[{_UNSEEN}]+", "", re.sub(f"[{_BLANK}]", " ", text))
    text = re.sub("([\\x00-\\u024F]|\\A)[\u200c\u200d]+", r"\1", text)
    text = re.sub("[\u200c\u200d]+([\\x00-\\u024F]|\\Z)", r"\1", text)
    return _bare(_AROUND.sub("", text))


def _bare(text: str) -> str:
    if _EQUALS.fullmatch(text):
        return re.sub(r'\A=+ *"|"\Z', "", text).replace('""', '"')
    if _QUOTED.fullmatch(text):
        return text[1:-1].replace('""', '"')
    if re.fullmatch('"+[^"]*"+', text):
        return text.replace('"', "")
    if re.fullmatch("'[^']*'", text):
        return text.replace("'", "")
    if text.startswith("'") and not re.match("'[tsnkd][ -]", text):
        return text.lstrip("'")
    if re.fullmatch(_NUMBER, text):
        return re.sub(r"[.,]00?\Z", "", text)
    if digits_are_lost(text):
        return _digits_of_power(text)
    return _TYPOGRAPHIC.sub(r"\1", text)


def _digits_of_power(text: str) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    first, _, behind = mantissa.replace(",", ".").partition(".")
    power = int(exponent)
    whole = 0 < power <= len(behind) and not behind[power:].strip("0")
    return first + behind[:power] if whole else text


def _unescape(text: str) -> str:
    for entity in _ENTITY.finditer(text):
        if (character := _character(entity[1])) is not None:
            text = text.replace(entity[0], character)
    return text


def _character(entity: str) -> str | None:
    if not entity.startswith("#"):
        return html5[f"{entity};"] if f" {entity} " in f" {_NAMES}" else None
    number = entity[1:].lower()
    point = int(number[1:], 16) if number.startswith("x") else int(number)
    if point in (9, 10, 13) or 32 <= point <= 0xD7FF or 0xE000 <= point <= 0x10FFFF:
        return chr(point).translate(_TO_1252)
    return None


def _read_again(text: str) -> str:
    accented = _ALL_ACCENTED.match(text) and not any(
        _is_doubtful(text, found) for found in _DOUBTFUL.finditer(text)
    )
    if accented or (_ALL_FOREIGN.match(text) and _TWO_FOREIGN.search(text)):
        return unquote("".join(f"%{ord(one):02X}" for one in text.translate(_FROM_1252)))
    return text


def _is_doubtful(text: str, found: "re.Match[str]") -> bool:
    """Say whether a sign that stands behind words stands behind a capital letter, and a word ends with it."""
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    after_small = bool(before) and unicodedata.category(before) == "Ll"
    return not after_small and not (after and unicodedata.category(after).startswith("L"))
