"""The bytes of a list as lines of text: compression, encoding, line ends. Holds a block and a line at most.

What a file is, is told by its bytes, never by its name. A file without a mark that is not UTF-8 is Windows-1252,
which is what a spreadsheet on Windows writes as plain CSV; that is decided for the whole file and said.
"""

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Literal

from contactable.warehouse.errors import FirstPartyListError

#: Longer lines are not looked at: every known field at once would fit six times (2026-11-21).
MOST_LINE_BYTES = 1024 * 1024

KEEPER = "whoever keeps the first-party list"

_BLOCK_BYTES = 1024 * 1024

#: Of the lines that are not plain ASCII, the share that may hold what Windows-1252 does not know before the file
#: is refused whole (2026-12-01: a damaged byte now and then, not another alphabet).
_MOST_UNKNOWN = 0.1

Kind = Literal["csv", "parquet", "xlsx"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: What lists are sent as by mistake, by their first bytes.
_NOT_A_LIST = {
    b"\xd0\xcf\x11\xe0": ("an old or protected Excel workbook", "save it as .xlsx without a password, or as CSV"),
    b"%PDF": ("a PDF", "give the table that it was made from, as CSV or .xlsx"),
    b"{\\rtf": ("a text document", "save the list as CSV or .xlsx"),
    b"<!DOCTYPE": ("a web page", "export the list as CSV or .xlsx"),
    b"<html": ("a web page", "export the list as CSV or .xlsx"),
    b"BZh": ("compressed (bzip2)", "unpack it, or compress it with gzip"),
    b"\xfd7zXZ": ("compressed (xz)", "unpack it, or compress it with gzip"),
    b"\x28\xb5\x2f\xfd": ("compressed (zstd)", "unpack it, or compress it with gzip"),
    b"SQLite format 3": ("a database", "export the list as CSV"),
}  # fmt: skip
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read. ``reason`` never repeats a value."""

    line_number: int
    rule: str
    reason: str


#: A physical line's number and text without its end, or why it cannot be read.
Line = tuple[int, str] | RejectedRow


class Source:
    """A file that is there, can be read, and stays as it is while it is.

    Args:
        path: the list.
        encoding: what the configuration says it is written in; None: told by its bytes.

    Raises:
        FirstPartyListError: there is no such file, it cannot be read, or it is of a kind that no list is.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.path = path
        if path.is_dir():
            raise FirstPartyListError(
                f"The first-party list {path} is a directory.",
                who=KEEPER,
                remedy="name the file in it: first_party in contactable.yml.",
            )
        if not path.is_file():
            raise FirstPartyListError(
                f"The first-party list {path} does not exist.",
                who=KEEPER,
                remedy="correct first_party in contactable.yml.",
            )
        try:
            self._state = self._now()
            with path.open("rb") as stream:
                start = stream.read(4096)
        except OSError as error:
            raise self._unreadable(error) from error
        self.is_gzip = start.startswith(_GZIP)
        if self.is_gzip:
            start = next(self.blocks(), b"")[:4096]
        self.kind: Kind = self._kind(start)
        self.encoding, self._decoder, self._is_mixed = "", "", False
        if self.kind == "csv":
            self._choose_encoding(start, encoding)

    # ------------------------------------------------------------ what it is

    def _kind(self, start: bytes) -> Kind:
        if start.startswith(b"PAR1"):
            kind: Kind = "parquet"
        elif start.startswith(_ZIP):
            kind = "xlsx"
        else:
            for magic, (what, remedy) in _NOT_A_LIST.items():
                if start.lstrip()[: len(magic)].lower() == magic.lower():
                    raise FirstPartyListError(
                        f"The first-party list {self.path.name} is {what}.", who=KEEPER, remedy=f"{remedy}."
                    )
            return "csv"
        if self.is_gzip:
            raise FirstPartyListError(
                f"The first-party list {self.path.name} is compressed twice.",
                who=KEEPER,
                remedy="unpack it (gzip is for CSV).",
            )
        if kind == "xlsx":
            self._check_workbook()
        return kind

    def _check_workbook(self) -> None:
        try:
            with zipfile.ZipFile(self.path) as packed:
                names = set(packed.namelist())
        except (zipfile.BadZipFile, OSError) as error:
            raise FirstPartyListError(
                f"The first-party list {self.path.name} is a damaged workbook or zip archive.",
                who=KEEPER,
                remedy="save it again, as .xlsx or CSV.",
            ) from error
        if "xl/workbook.xml" in names:
            return
        what = "an OpenDocument spreadsheet" if "content.xml" in names else "a zip archive"
        what = "an Excel workbook in the binary format (.xlsb)" if "xl/workbook.bin" in names else what
        remedy = "unpack it and name the file in it." if what == "a zip archive" else "save it as .xlsx or CSV."
        raise FirstPartyListError(f"The first-party list {self.path.name} is {what}.", who=KEEPER, remedy=remedy)

    def _choose_encoding(self, start: bytes, configured: str | None) -> None:
        if configured is not None:
            self.encoding = self._decoder = configured
            return
        for mark, name in _MARKS:
            if start.startswith(mark):
                self.encoding = name
                self._decoder = "" if name == "utf-8" else name
                return
        if (unmarked := _utf16_by_its_zeros(start)) is not None:
            self.encoding = self._decoder = unmarked
            return
        unicode, other, unknown = self._count_encodings()
        if not other:
            self.encoding = "utf-8"
        elif unknown > _MOST_UNKNOWN * (unicode + other):
            raise FirstPartyListError(
                f"The first-party list {self.path.name} is neither UTF-8 nor Windows-1252.",
                who=KEEPER,
                remedy="save it as CSV (UTF-8), or name its encoding: first_party_encoding in contactable.yml.",
            )
        elif unicode:
            self.encoding, self._is_mixed = "utf-8 and, in other lines, windows-1252", True
        else:
            self.encoding, self._decoder = "windows-1252", "cp1252"

    def _count_encodings(self) -> tuple[int, int, int]:
        """Lines that are not ASCII: those of UTF-8, those of others, and of these what is no Windows-1252."""
        unicode = other = unknown = 0
        rest = b""
        for block in self.blocks():
            if block.isascii() and rest.isascii():
                rest = block[block.rfind(b"\n") + 1 :][-_BLOCK_BYTES:]
                continue
            lines = (rest + block).split(b"\n")
            rest = lines.pop()[-_BLOCK_BYTES:]
            for line in lines:
                if not line.isascii():
                    counted = _encoding_of(line)
                    unicode += counted == "utf-8"
                    other += counted != "utf-8"
                    unknown += counted == ""
        if not rest.isascii():
            counted = _encoding_of(rest)
            unicode, other, unknown = (
                unicode + (counted == "utf-8"),
                other + (counted != "utf-8"),
                unknown + (not counted),
            )
        return unicode, other, unknown

    @property
    def notices(self) -> list[str]:
        """What a person should know about how the file was decoded."""
        if self._is_mixed:
            return ["most lines are UTF-8; those that are not are read as Windows-1252: check their accents"]
        if self._decoder == "cp1252":
            return [
                "not UTF-8: read as Windows-1252, the whole file; check the accents, or save it as CSV (UTF-8)"
            ]
        return []

    # ------------------------------------------------------------ what it holds

    def blocks(self) -> Iterator[bytes]:
        """The file's bytes, unpacked, from the beginning."""
        try:
            with self._open() as stream:
                while block := stream.read(_BLOCK_BYTES):
                    yield block
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FirstPartyListError(
                f"The first-party list {self.path.name} is a damaged or unfinished gzip file.",
                who=KEEPER,
                remedy="compress it again, or give it unpacked.",
            ) from error
        except OSError as error:
            raise self._unreadable(error) from error

    def _open(self) -> gzip.GzipFile | BufferedReader:
        return gzip.open(self.path, "rb") if self.is_gzip else self.path.open("rb")

    def lines(self) -> Iterator[Line]:
        """Physical lines, decoded."""
        blocks = self._as_utf8() if self._decoder else self.blocks()
        start = next(blocks, b"")
        end = b"\r" if b"\r" in start and b"\n" not in start else b"\n"
        name = {"": "UTF-8", "cp1252": "Windows-1252"}.get(self._decoder, self._decoder.upper())
        wrong = f"the line is not {name}: save the list as UTF-8"
        for number, raw in enumerate(_cut(_and(start, blocks), end), start=1):
            if raw is None:
                yield RejectedRow(number, "line_too_long", f"the line has more than {MOST_LINE_BYTES:,} bytes")
                continue
            raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                is_other = self._is_mixed and _encoding_of(raw) == "cp1252" and not _holds_utf8(raw)
                text = raw.decode("cp1252") if is_other else "\ufffd"
            if "\x00" in text:
                yield RejectedRow(number, "nul_byte", "the line holds a NUL byte")
            elif "\ufffd" in text:
                yield RejectedRow(number, "wrong_encoding", wrong)
            else:
                yield number, text.removesuffix("\r")

    def _as_utf8(self) -> Iterator[bytes]:
        """Another encoding as UTF-8; what is none of it becomes U+FFFD."""
        decoder = codecs.getincrementaldecoder(self._decoder)(errors="replace")
        for block in self.blocks():
            yield decoder.decode(block).encode("utf-8", errors="replace")
        yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")

    # ------------------------------------------------------------ whether it stays

    def _now(self) -> tuple[int, int, int]:
        state = self.path.stat()
        return state.st_ino, state.st_size, state.st_mtime_ns

    def check_unchanged(self) -> None:
        """Raises FirstPartyListError where the file is no longer the one that was opened."""
        try:
            is_same = self._now() == self._state
        except OSError:
            is_same = False
        if not is_same:
            raise FirstPartyListError(
                f"The first-party list {self.path.name} changed while it was read. The former list was kept.",
                who=KEEPER,
                remedy="write it under another name and rename it when it is whole, then run again.",
            )

    def _unreadable(self, error: OSError) -> FirstPartyListError:
        return FirstPartyListError(
            f"The first-party list {self.path} cannot be read ({error.strerror}).",
            who=KEEPER,
            remedy="let the user who runs contactable read it.",
        )


def _encoding_of(line: bytes) -> str:
    """utf-8, cp1252, or empty for what is neither."""
    for name in ("utf-8", "cp1252"):
        try:
            line.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return ""


def _holds_utf8(line: bytes) -> bool:
    """Whether a line holds UTF-8 characters beyond ASCII: then it is damaged UTF-8, not another encoding."""
    return not line.decode("utf-8", errors="ignore").isascii()


def _utf16_by_its_zeros(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of most text in it is zero."""
    pairs = len(start) // 2
    if pairs < 2:
        return None
    for name, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[0::2])):
        others = start[0::2] if name == "utf-16-le" else start[1::2]
        if zeros.count(0) > 0.6 * pairs and others.count(0) == 0:
            return name
    return None


def _and(first: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks


def _cut(blocks: Iterable[bytes], end: bytes) -> Iterator[bytes | None]:
    """Lines without their end; None for one that is too long, of which nothing is kept."""
    rest = b""
    too_long = False
    for block in blocks:
        parts = (rest + block).split(end)
        rest = parts.pop()
        for part in parts:
            yield None if too_long or len(part) > MOST_LINE_BYTES else part
            too_long = False
        if len(rest) > MOST_LINE_BYTES:
            rest, too_long = b"", True
    if too_long:
        yield None
    elif rest:
        yield rest


def is_encoding(name: str) -> bool:
    """Whether Python knows the encoding, as text."""
    try:
        return "a".encode(name).decode(name) == "a"
    except (LookupError, UnicodeError, TypeError):
        return False
