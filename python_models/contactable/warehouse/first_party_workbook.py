"""The rows of an Excel workbook (.xlsx), as the person at the screen sees their cells."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from contactable.warehouse.errors import FirstPartyListError
from contactable.warehouse.first_party_source import KEEPER

#: Unpacked, a workbook of a million rows with twenty columns stays below (2026-12-01); more is refused before it
#: is unpacked, because a workbook's texts are held in memory.
MOST_UNPACKED_BYTES = 2 * 1024**3

#: A number shown with leading zeros or in groups: 00000, 000-00-0000, (000) 000-0000.
_DIGITS_SHOWN = re.compile(r"[0\-() /]*0[0\-() /]*")


def open_sheet(path: Path, sheet: str | None) -> tuple[str, list[str], Iterator[tuple[int, list[str]]]]:
    """The rows of a sheet.

    Args:
        path: the workbook.
        sheet: its name; None: the first that is shown.

    Returns:
        The sheet's name, the names of all sheets, and its rows: number from 1, cells as text.

    Raises:
        FirstPartyListError: the workbook is damaged or too large, or has no such sheet.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise FirstPartyListError(
                f"The workbook {path.name} has {unpacked / 1024**3:,.1f} GB when it is unpacked; at most "
                f"{MOST_UNPACKED_BYTES / 1024**3:,.0f} are read.",
                who=KEEPER,
                remedy="save the sheet as CSV (UTF-8).",
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, nothing that a list needs
            stream = path.open("rb")  # as a stream: openpyxl would judge a path by its ending
            workbook = load_workbook(stream, read_only=True, data_only=True)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        OSError,
    ) as error:
        raise _damaged(path) from error
    sheets = [one for one in workbook.worksheets if one.sheet_state == "visible"] or workbook.worksheets
    names = [str(one.title) for one in workbook.worksheets]
    chosen = (
        next((one for one in workbook.worksheets if one.title == sheet), None)
        if sheet
        else next(iter(sheets), None)
    )
    if chosen is None:
        raise FirstPartyListError(
            f"The workbook {path.name} has no sheet {sheet!r}; its sheets are {', '.join(names) or 'none'}."
            if sheet
            else f"The workbook {path.name} has no sheet with cells.",
            who=KEEPER,
            remedy="correct first_party_sheet in contactable.yml.",
        )
    return str(chosen.title), names, _rows(path, stream, chosen)


def _rows(path: Path, stream: BinaryIO, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what some programs write there is wrong
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                yield number, [_text(cell) for cell in cells]
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, EOFError, OSError) as error:
        raise _damaged(path) from error
    finally:
        stream.close()


def _damaged(path: Path) -> FirstPartyListError:
    return FirstPartyListError(
        f"The workbook {path.name} cannot be read.", who=KEEPER, remedy="save it again, or as CSV (UTF-8)."
    )


def _text(cell: Any) -> str:
    """A cell's value as it is shown: no ``.0``, no serial number for a date, leading zeros of its format."""
    value = cell.value
    if value is None or getattr(cell, "data_type", "") == "e":  # e: an error such as #N/A
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    return str(value)


def _number(value: float, shown: str) -> str:
    plain = shown.split(";")[0].replace("\\", "").replace('"', "")
    if value != value or value in (float("inf"), float("-inf")) or value != int(value):
        return f"{value * 100:.15g}%" if plain.endswith("%") else f"{value:.15g}"
    digits = str(int(value))
    places = plain.count("0")
    if value < 0 or not _DIGITS_SHOWN.fullmatch(plain) or (places < 2 and plain != "0"):
        return f"{int(value) * 100}%" if plain.endswith("%") else digits
    filled = digits.zfill(places)
    if len(filled) > places:
        return digits
    rest = iter(filled)
    return "".join(next(rest) if letter == "0" else letter for letter in plain)
