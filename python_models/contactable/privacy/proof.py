"""The proof that nothing of a person is left: every file of the home is searched for every value (``evidence``).

Shares no code with what removes. Each value is looked for in every form in which it may be stored: text in any
case, with JSON, percent, base64 or UTF-16 encoding, MD5, SHA-1 and SHA-256 of it, numbers in any notation, and,
with each ``*.key`` of the home, keyed hashes. Databases, Parquet, compressed files and archives are opened; what
cannot be read is a finding too.

A name counts as left behind when nobody else who is known has it, or together with the home (street and ZIP) or
with a value that the person shares, in one row, record or line. A home counts when nobody else is known to live
there. A value that others share counts nowhere. SHA-256 hashes on the suppression list stay on purpose.
"""

import base64
import bz2
import gzip
import hashlib
import hmac
import io
import lzma
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote

import duckdb
import zstandard
from sqlalchemy import Engine, LargeBinary, MetaData, create_engine, select

from contactable.privacy.evidence import Evidence, Value, digests, plain, records_of

#: Read at once of a file without structure, and how far two such pieces overlap: longer than any value.
_PIECE, _OVERLAP = 8 << 20, 1 << 10

#: Up to here, rows are read one by one: a pattern of some hundred values takes 50 ms to make (2026-11-30).
_FEW_ROWS = 300

#: Rows taken at once of those that may hold something.
_ROWS = 2_000

#: Archives in archives are opened to this depth.
_DEPTH = 3

#: The suppression list's column, and its file.
_TOMBSTONES = "identifier_hash"
_LEDGER = "suppressions.csv"

Cells = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Finding:
    """What was found where, and how often; never the value itself."""

    place: str
    kind: str
    count: int = 1


_KIND_NAMES = {
    "email": "e-mail address",
    "phone": "phone number",
    "profile": "LinkedIn profile",
    "hash": "hash",
    "key": "key of the person",
    "device": "device or vehicle",
}


class Search:
    """A person's values in every form, ready to be looked for."""

    def __init__(self, evidence: Evidence, keyed_with: Iterable[bytes] = ()) -> None:
        self._literals: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._whole: dict[str, str] = {}
        self._plain: dict[
            str, str
        ] = {}  # for bytes without structure: what is long enough to be no accident there
        self._tombstones: set[str] = set()
        secrets = list(keyed_with)
        for value in sorted(evidence.values):
            self._add(value, secrets)
        # The bytes of a database hold the suppression list too.
        self._plain = {value: kind for value, kind in self._plain.items() if value not in self._tombstones}
        self._shared: Search | None = None
        if evidence.shared:
            self._shared = Search(Evidence(values=set(evidence.shared)))
        self._names = {
            folded: alone
            for (first, last), alone in evidence.names.items()
            if all(folded := (plain(first), plain(last)))
        }
        self._homes = {
            folded: alone
            for (street, code), alone in evidence.homes.items()
            if all(folded := (plain(street), plain(code)))
        }

    def _add(self, value: Value, secrets: Sequence[bytes]) -> None:
        kind, written = value
        name = _KIND_NAMES.get(kind, "vendor's id")
        low = written.lower()
        if kind == "phone":
            digits = low.removeprefix("+")
            national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
            self._numbers[national] = name
            spellings = {low, digits, national}
        else:
            spellings = {low}
        if kind == "profile":
            self._whole[low] = name
            spellings |= {
                f"in/{low}",
                f"linkedin:{low}",
                f"linkedin.com/in/{low}",
                f"https://www.linkedin.com/in/{low}",
            }
            if len(low) >= 12 or (len(low) > 4 and not low.isalpha()):
                self._literals[low] = name
        elif kind.endswith("_id"):
            owner = kind.removesuffix("_id")
            forms = {kind, owner, owner.replace("_", ":"), owner.partition("_")[0]}
            self._literals |= {f"{form}:{low}": name for form in forms}
            if len(low) >= 16:
                self._literals[low] = name
            elif len(low) >= 6:
                self._whole[f"{owner}\n{low}"] = name
            spellings = {low} if len(low) >= 6 else set()
        elif kind != "phone":
            self._literals[low] = name
        if kind in {"email", "hash", "device"} or (kind == "profile" and len(low) >= 12):
            self._plain[low] = name
        if kind == "phone":
            self._plain[national] = name
        if kind == "profile":
            self._literals |= {f"in/{low}": name, f"linkedin:{low}": name}
        if kind == "email":
            self._literals |= dict.fromkeys(digests(low), f"hash of an {name}")
        for spelling in spellings:
            self._tombstones.add(hashlib.sha256(spelling.encode()).hexdigest())
            if kind in {"email", "phone", "profile", "device"} or len(spelling) >= 16:
                self._encodings(spelling, name, hashed=kind in {"phone", "profile", "device"})
            for keyed in _keyed({spelling}, secrets):
                self._literals[keyed] = f"keyed hash of: {name}"
        if kind == "email":
            hashes = digests(low)
            for keyed in _keyed(hashes - self._tombstones, secrets):
                self._literals[keyed] = f"keyed hash of: {name}"
            self._tombstones |= {hashlib.sha256(each.encode()).hexdigest() for each in hashes}

    def _encodings(self, written: str, name: str, *, hashed: bool) -> None:
        for form in {quote(written, safe=""), quote(written, safe="@")}:
            if form.lower() != written and len(form) > 5:
                self._literals[form.lower()] = name
        if len(written) >= 9:
            for shift in range(3):  # wherever the value begins in what was encoded
                coded = base64.b64encode(b"\0" * shift + written.encode())
                core = coded[(0, 2, 3)[shift] : len(coded) - 4].decode()
                if len(core) >= 10:
                    self._literals[core.lower()] = f"{name} in base64"
        if hashed:
            self._literals |= {
                hashlib.new(kind, written.encode(), usedforsecurity=False).hexdigest(): f"hash of: {name}"
                for kind in ("md5", "sha1", "sha256")
            }

    # ---------------------------------------------------------------- a text, a row

    def in_text(self, text: str) -> set[str]:
        """Return the kinds of values that a text holds, in any spelling that needs no structure."""
        found = {
            kind
            for low in _readings(text)
            for literal, kind in self._literals.items()
            if literal in low and (kind.endswith("in base64") or _bounded(literal, low))
        }
        if self._numbers and sum(map(str.isdigit, text)) >= 7:
            found |= {kind for number, kind in self._numbers.items() if _dialled(number, text)}
        return found

    def in_row(self, cells: Cells) -> set[str]:
        """Return the kinds of values that a row's cells hold, what describes the person too."""
        texts = [(name, text) for name, text in cells if text]
        found: set[str] = set()
        for name, text in texts:
            found |= self.in_text(self._without_tombstones(text) if name == _TOMBSTONES else text)
            whole = text.strip().lower()
            if whole in self._whole:
                found.add(self._whole[whole])
            found |= self._vendor_id(name, whole)
        return found | self._descriptions(texts)

    def _vendor_id(self, name: str, whole: str) -> set[str]:
        """A vendor's short number counts where ids stand; consumers and employees are counted apart."""
        field = name.lower()
        if not re.search(r"(^|_)(id|ref|value|key)$|id$", field):
            return set()
        found = set()
        for owned, kind in self._whole.items():
            owner, newline, number = owned.partition("\n")
            if newline and number == whole and ("employee" in field) <= ("b2b" in owner):
                found.add(kind)
        return found

    def _without_tombstones(self, text: str) -> str:
        for digest in re.findall(r"[0-9a-f]{64}", text):
            if digest in self._tombstones:
                text = text.replace(digest, "")
        return text

    def _descriptions(self, texts: Cells) -> set[str]:
        """Names and homes, in the row as a whole; of a document in a cell, record by record."""
        if not self._names and not self._homes:
            return set()
        row = [(name, text) for name, text in texts if not _is_document(text)]
        found = self._described(row)
        for _, text in texts:
            if _is_document(text):
                for record in records_of(text):
                    found |= self._described(record)
        return found

    def _described(self, cells: Cells) -> set[str]:
        folded = [plain(text) for _, text in cells]
        if not any(folded):
            return set()
        named = [alone for name, alone in self._names.items() if _names(name, folded)]
        at_home = [alone for home, alone in self._homes.items() if _has_home(home, folded)]
        found = set()
        if any(named):
            found.add("name that nobody else has")
        if any(at_home):
            found.add("street and ZIP where nobody else lives")
        if named and at_home:
            found.add("name with street and ZIP")
        if (
            named
            and not found
            and self._shared is not None
            and any(self._shared.in_text(text) for _, text in cells)
        ):
            found.add("name with a value shared with others")
        return found

    # ---------------------------------------------------------------- bytes without structure

    def in_bytes(self, data: bytes, *, wide: bool) -> set[str]:
        """Return the kinds of plain values in bytes of which only the letters are known, as ASCII or UTF-8.

        ``wide``: also as UTF-16.
        """
        low = data.lower()
        found = set()
        for value, kind in self._plain.items():
            one = value.encode()
            if one in low and (not value.isdigit() or re.search(rb"(?<![0-9])\+?1?" + one + rb"(?![0-9])", low)):
                found.add(kind)
            if wide and value.encode("utf-16-le") in low:
                found.add(kind)
        return found

    def in_lines(self, text: str) -> Counter[str]:
        """Count the lines of a text that hold something, by kind."""
        found: Counter[str] = Counter()
        for line in text.splitlines():
            # A list separates its cells; a page's words stand between tags.
            cells = [("", line)] + [
                ("", re.sub(r"<[^>]*>", " ", cell).strip(" \t\"'")) for cell in re.split(r"[,;\t|]", line)
            ]
            found.update(self.in_row(cells))
        return found

    def may_be_in(self, text: str) -> bool:
        """Say quickly whether something may stand in a text."""
        if self.in_text(text):
            return True
        low = text.lower()
        if any((each.partition("\n")[2] or each) in low for each in self._whole):
            return True
        pairs = (*self._names, *self._homes)
        words = {word for pair in pairs for part in pair for word in part.split()[:1] if word.isascii()}
        if text.isascii() and "\\u" not in text and not any(word in low for word in words):
            return False
        folded = plain(text)
        return any(one in folded and other in folded for one, other in pairs)

    def sql_condition(self, cells: str) -> tuple[str, dict[str, str]]:
        """Return a condition on the row's cells (joined by line ends) that is true of every row with something."""
        forms = [re.escape(each).replace("@", r"(?:@|%40|\\u0040)") for each in sorted(self._literals)]
        forms += [r"[^0-9a-z]{0,4}".join(number) for number in sorted(self._numbers)]
        forms += [re.escape(each.partition("\n")[2] or each) for each in sorted(self._whole)]
        low = f"lower({cells})"
        conditions = [f"regexp_matches({low}, $literals)"] if forms else []
        parameters = {"literals": "|".join(forms)} if forms else {}
        for place, pair in enumerate([*self._names, *self._homes]):
            for side, text in enumerate(pair):
                parameters[f"part_{place}_{side}"] = _any_spelling(text)
            conditions.append(
                f"(regexp_matches({low}, $part_{place}_0) and regexp_matches({low}, $part_{place}_1))"
            )
        return " or ".join(conditions) or "false", parameters


def _keyed(written: Iterable[str], secrets: Iterable[bytes]) -> Iterator[str]:
    """Yield keyed hashes, whole and cut to the length of an MD5, as pseudonyms are."""
    for value in written:
        for secret in secrets:
            for algorithm in ("sha256", "sha1", "md5"):
                digest = hmac.new(secret, value.encode(), algorithm).hexdigest()
                yield digest
                yield digest[:32]


def _readings(text: str) -> list[str]:
    """Return a text in lower case, and as JSON's escapes say, where it has some."""
    readings = [text.lower()]
    if "\\u" in text or "\\/" in text:
        plain_text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found.group(1), 16)), text)
        readings.append(plain_text.replace("\\/", "/").lower())
    return readings


def _bounded(literal: str, low: str) -> bool:
    """Say whether a literal stands in a text as a whole: ``ann@`` is not in ``joann@``."""
    start = low.find(literal)
    while start >= 0:
        before, after = low[start - 1 : start], low[start + len(literal) : start + len(literal) + 2]
        joined = before.isalnum() or (before in {".", "-", "_", "+"} and "@" in literal)
        goes_on = after[:1].isalnum() or (after[:1] in {".", "-"} and after[1:].isalnum() and not _is_hex(literal))
        if not (joined or goes_on):
            return True
        if before.isalnum() and low[start - 3 : start].startswith(("%", "\\")):
            return True  # the end of an escape such as %3d, \n
        start = low.find(literal, start + 1)
    return False


def _is_hex(literal: str) -> bool:
    return re.fullmatch("[0-9a-f]{32,}", literal) is not None


def _dialled(number: str, text: str) -> bool:
    """Say whether a number stands in a text, however it is written."""
    pattern = (
        r"(?<![0-9A-Za-z])(?<![0-9][.])\+?(?:1[^0-9A-Za-z]{0,3})?[^0-9A-Za-z]?"
        + r"[^0-9A-Za-z\n]{0,3}".join(number)
    )
    return re.search(pattern + r"(?![0-9A-Za-z])", text) is not None


def _is_document(text: str) -> bool:
    return text[:1] in "[{" and len(text) > 2


def _names(name: tuple[str, str], folded: Sequence[str]) -> bool:
    first, last = name
    if first in folded and last in folded:
        return True
    side_by_side = re.compile(
        rf"(?<!\w)(?:{re.escape(first)} (?:\w+ )?{re.escape(last)}|{re.escape(last)} {re.escape(first)})(?!\w)"
    )
    return any(first in cell and last in cell and side_by_side.search(cell) for cell in folded)


def _has_home(home: tuple[str, str], folded: Sequence[str]) -> bool:
    street, code = home
    return any(f" {street} " in f" {cell} " for cell in folded) and any(
        f" {code} " in f" {cell} " for cell in folded
    )


def _any_spelling(folded: str) -> str:
    return "".join(
        "[^0-9a-z]*" if letter == " " else rf"(?:{re.escape(letter)}|[^\x00-\x7f]{{1,2}}|\\u[0-9a-f]{{4}})"
        for letter in folded
    )


# -------------------------------------------------------------------- every file


def prove(home: Path, search: Search, *, journal: Engine | None, beside: Iterable[Path] = ()) -> list[Finding]:
    """Search every file below ``home`` and the journal.

    Args:
        home: the folder that holds everything written.
        search: the person's values.
        journal: a journal that lies elsewhere; None where it is a file of the home.
        beside: files that are not searched: what this erasure itself keeps until it is done.

    Returns:
        What was found, where; nothing where nothing was.
    """
    found: Counter[tuple[str, str]] = Counter()
    skipped = set(beside)
    for path in sorted(home.rglob("*")):
        if path.is_symlink() or not path.is_file() or path in skipped:
            continue
        place = str(path.relative_to(home))
        for kind in search.in_text(place) | search.in_row([("", path.name), ("", path.stem)]):
            found["the name of a file in " + str(path.parent.relative_to(home)), kind] += 1
        try:
            _search_file(path, place, search, found)
        except (OSError, duckdb.Error, ValueError, EOFError) as error:
            found[place, f"file that cannot be read ({type(error).__name__})"] += 1
    if journal is not None:
        _search_tables(journal, "the journal's database", search, found)
    return [Finding(place, kind, count) for (place, kind), count in sorted(found.items())]


def _search_file(path: Path, place: str, search: Search, found: Counter[tuple[str, str]]) -> None:
    with path.open("rb") as stream:
        head = stream.read(16)
    if head[8:12] == b"DUCK":
        _search_duckdb(path, place, search, found)
    elif head[:4] == b"PAR1":
        _search_parquet(path, place, search, found)
    elif head.startswith(b"SQLite format 3\0"):
        engine = create_engine(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true")
        try:
            _search_tables(engine, place, search, found)
            if free := _free_pages(engine):
                found[place, "free page that may hold erased values"] += free
        finally:
            engine.dispose()
    else:
        with path.open("rb") as stream:
            _search_stream(stream, place, search, found, _DEPTH)
        return
    with path.open("rb") as stream:  # free blocks, footers, dictionaries
        _search_pieces(stream, place, search, found, wide=False)


def _search_stream(
    stream: IO[bytes],
    place: str,
    search: Search,
    found: Counter[tuple[str, str]],
    depth: int,
) -> None:
    """Search a text, an archive or anything else."""
    head = stream.read(1 << 16)
    stream.seek(0)
    opener = next((opener for magic, opener in _PACKED.items() if head.startswith(magic)), None)
    if opener is not None and depth:
        with opener(stream) as inner:
            unpacked = io.BytesIO(inner.read())
        _search_stream(unpacked, f"{place} (unpacked)", search, found, depth - 1)
    elif head.startswith(b"PK\3\4") and depth:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.namelist():
                _search_stream(io.BytesIO(archive.read(member)), f"{place} ({member})", search, found, depth - 1)
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")):
        _count_lines(stream.read().decode("utf-16", errors="replace"), place, search, found)
    elif b"\0" in head:
        _search_pieces(stream, place, search, found, wide=True)
    else:
        rest = ""
        while piece := stream.read(_PIECE):
            text = rest + piece.decode("utf-8", errors="replace")
            whole, newline, rest = text.rpartition("\n")
            _count_lines(whole if newline else text, place, search, found)
            rest = rest if newline else text[-_OVERLAP:] if len(piece) == _PIECE else ""
        if rest:
            _count_lines(rest, place, search, found)


def _unzstd(stream: IO[bytes]) -> IO[bytes]:
    unpacked = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return cast("IO[bytes]", unpacked)


_PACKED: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda stream: cast("IO[bytes]", gzip.open(stream)),  # noqa: SIM115 - closed by its user
    b"BZh": lambda stream: cast("IO[bytes]", bz2.open(stream)),  # noqa: SIM115
    b"\xfd7zXZ": lambda stream: cast("IO[bytes]", lzma.open(stream)),  # noqa: SIM115
    b"\x28\xb5\x2f\xfd": _unzstd,
}


def _count_lines(text: str, place: str, search: Search, found: Counter[tuple[str, str]]) -> None:
    if place.rpartition("/")[2] == _LEDGER:
        text = search._without_tombstones(text)
    if not search.may_be_in(text):
        return
    if _is_document(text.strip()):
        for kind in search.in_row([("", text.strip())]):
            found[place, kind] += 1
        return
    for kind, count in search.in_lines(text).items():
        found[place, kind] += count


def _search_pieces(
    stream: IO[bytes], place: str, search: Search, found: Counter[tuple[str, str]], *, wide: bool
) -> None:
    tail, kinds = b"", set()
    while piece := stream.read(_PIECE):
        kinds |= search.in_bytes(tail + piece, wide=wide)
        tail = piece[-_OVERLAP:]
    where = place if wide else f"{place}, bytes outside of rows"
    for kind in kinds:
        if wide or not any(known.startswith(place) for known, _ in found):  # said already, by row
            found[where, kind] += 1


def _search_duckdb(path: Path, place: str, search: Search, found: Counter[tuple[str, str]]) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
        ).fetchall()
        for schema, table in tables:
            relation = f'"{schema}"."{table}"'
            _search_relation(connection, relation, f"{place} {schema}.{table}", search, found)
        comments = connection.execute(
            "select comment from duckdb_tables() where comment is not null union all "
            "select comment from duckdb_columns() where comment is not null union all "
            "select sql from duckdb_views() where not internal"
        ).fetchall()
        for (text,) in comments:
            for kind in search.in_text(text):
                found[f"{place}, descriptions", kind] += 1


def _search_parquet(path: Path, place: str, search: Search, found: Counter[tuple[str, str]]) -> None:
    with duckdb.connect() as connection:
        _search_relation(connection, "read_parquet('" + str(path).replace("'", "''") + "')", place, search, found)


def _search_relation(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    place: str,
    search: Search,
    found: Counter[tuple[str, str]],
) -> None:
    columns = [row[0] for row in connection.execute(f"describe select * from {relation}").fetchall()]  # noqa: S608
    for column in columns:
        for kind in search.in_text(column):
            found[f"{place}, name of a column", kind] += 1
    texts = ", ".join('cast("' + name.replace('"', '""') + '" as varchar)' for name in columns)
    rows = connection.execute(f"select {texts} from {relation} limit {_FEW_ROWS + 1}").fetchall()  # noqa: S608
    if len(rows) > _FEW_ROWS:
        condition, parameters = search.sql_condition(f"concat_ws(chr(10), {texts})")
        cursor = connection.execute(f"select {texts} from {relation} where {condition}", parameters)  # noqa: S608
        rows = cursor.fetchmany(_ROWS)
    while rows:
        for row in rows:
            cells = [(name, cell) for name, cell in zip(columns, row, strict=True) if cell is not None]
            if search.may_be_in("\n".join(cell for _, cell in cells)):
                _count_row(cells, place, search, found)
        rows = cursor.fetchmany(_ROWS) if len(rows) == _ROWS else []


def _count_row(cells: Cells, place: str, search: Search, found: Counter[tuple[str, str]]) -> None:
    kinds = search.in_row(cells)
    for kind in kinds:
        columns = [name for name, cell in cells if kind in search.in_row([(name, cell)])]
        found[f"{place}.{columns[0]}" if columns else place, kind] += 1


def _search_tables(engine: Engine, place: str, search: Search, found: Counter[tuple[str, str]]) -> None:
    """Search every table of a database, whatever its columns are; packed texts are unpacked."""
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            packed = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
            for row in connection.execution_options(stream_results=True).execute(select(table)).yield_per(_ROWS):
                cells = [
                    (name, _unpacked(value) if name in packed or isinstance(value, bytes) else str(value))
                    for name, value in row._mapping.items()
                    if value is not None
                ]
                if search.may_be_in("\n".join(cell for _, cell in cells)):
                    _count_row(cells, f"{place} {table.name}", search, found)


def _unpacked(value: object) -> str:
    data = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data.decode("utf-8", errors="replace")


def _free_pages(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("pragma freelist_count").scalar() or 0)


def rows_in(path: Path, search: Search) -> int:
    """Count what a list outside of the home has of the person."""
    found: Counter[tuple[str, str]] = Counter()
    _search_file(path, path.name, search, found)
    return max(found.values(), default=0)


def keys_in(home: Path) -> Iterator[bytes]:
    """Yield the secrets of the home with which values may have been hashed: as bytes, and as the text says."""
    for path in sorted(home.glob("*.key")):
        content = path.read_bytes()
        if len(content) <= 256:
            yield content
            stripped = content.strip()
            if stripped != content:
                yield stripped
            if re.fullmatch(rb"(?:[0-9a-fA-F]{2})+", stripped):
                yield bytes.fromhex(stripped.decode())
