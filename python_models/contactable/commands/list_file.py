"""How a first-party list would be read: its format, what each heading means, a few rows with masked values."""

from itertools import islice
from pathlib import Path

from rich.table import Table

from contactable.commands.invocation import Invocation, console_of, settings_of
from contactable.settings.config import ConfigurationError
from contactable.stopping.ending import Exit
from contactable.warehouse.first_party import nobody_identified, open_first_party
from contactable.warehouse.first_party_consent import Said, reading_of
from contactable.warehouse.first_party_headings import Column, Layout, masked, shown
from contactable.warehouse.first_party_reader import Chunk, Format

_ROWS = 3
_SHOWN_CHARACTERS = 40
_SAID = {Said.NOTHING: "", Said.YES: "permits", Said.NO: "refuses", Said.UNCLEAR: "unclear: refuses"}
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def list_file(invocation: Invocation, file: Path | None) -> Exit:
    """Show how a list would be read; loads nothing.

    Args:
        invocation: whose contactable.yml says how it is read.
        file: the list; None: the configured one.

    Raises:
        ConfigurationError: there is no list.
        FirstPartyListError: it cannot be read, or identifies nobody; what is understood is shown before.
    """
    console, settings = console_of(invocation.log_format), settings_of(invocation.config)
    path = file or settings.first_party
    if path is None:
        raise ConfigurationError("which list? Pass a file, or set first_party in contactable.yml")
    source, layout = open_first_party(path, settings.list_settings())
    rows = _rows(next(iter(islice(source.chunks, 1)), None), layout)
    headings = shown([column.name for column in layout.columns])
    columns = [
        {
            "heading": headings[column.place],
            "read_as": _read_as(column, layout),
            "rows": [row[column.place] for row in rows],
        }
        for column in layout.columns
    ]
    unknown = [headings[column.place] for column in layout.columns if not column.meaning.is_known]
    table = Table(title=path.name, title_justify="left", header_style="bold")
    for name in ("heading", "is read as", *(f"row {number + 1}, masked" for number in range(len(rows)))):
        table.add_column(name, overflow="fold")
    for column in columns:
        table.add_row(
            *(console.plain(str(text)) for text in (column["heading"], column["read_as"], *column["rows"]))
        )
    console.table(table)
    console.say(
        console.plain(f"{path.name}: {_format(source.format)}"),
        file=path.name,
        kind=source.format.kind,
        encoding=source.format.encoding or None,
        separator=source.format.separator or None,
        gzip=source.format.is_gzip,
        sheet=source.format.sheet or None,
        sheets=list(source.format.sheets),
        header_line=source.format.header_line,
        columns=columns,
        not_understood=unknown,
    )
    for notice in source.format.notices:
        console.warn(console.plain(f"{path.name}: {notice}"))
    if unknown and not any(column.meaning.is_known for column in layout.columns):
        console.warn("No heading is known: where the first row holds values, put a row of headings above it.")
    elif unknown:
        named = console.plain(", ".join(unknown))
        console.warn(f"Not understood, kept aside: {named}. Say what one is under columns in contactable.yml.")
    if not layout.identifies:
        raise nobody_identified(path, layout)
    return Exit.DONE


def _format(written: Format) -> str:
    kind = {"csv": "CSV", "xlsx": "Excel workbook", "parquet": "Parquet"}[written.kind]
    parts = [f"{kind}, compressed with gzip" if written.is_gzip else kind]
    if written.encoding:
        parts.append(f"encoding {written.encoding}")
    if written.separator:
        parts.append(f"separated by {_SEPARATORS.get(written.separator, written.separator)}")
    if written.sheet:
        parts.append(f"sheet {written.sheet} of {', '.join(written.sheets)}")
    if written.kind != "parquet":
        parts.append(f"headings in line {written.header_line}")
    return ", ".join(parts)


def _read_as(column: Column, layout: Layout) -> str:
    """Our word for a column, and when it counts."""
    meaning = column.meaning
    if not meaning.is_known:
        return "not understood"
    if meaning.target == "ignored":
        return "not used"
    if meaning.target == "external_id" and column.place not in layout.fields["external_id"]:
        return "not used: there is another external_id"
    is_second = column in layout.aside and (meaning.part is not None or meaning.target in layout.fields)
    return f"{column.reading}, where the first is empty" if is_second else column.reading


def _rows(chunk: Chunk | None, layout: Layout) -> list[list[str]]:
    """The first rows, by place of the column: values masked, statements on contact as they are understood."""
    shown: list[list[str]] = []
    for column, values in zip(layout.columns, chunk.columns if chunk else (), strict=chunk is not None):
        consent = column.meaning.consent
        texts = values.slice(0, _ROWS).to_pylist()
        said = (
            [_SAID[reading_of(consent)(text)] for text in texts] if consent else [_masked(text) for text in texts]
        )
        shown.append(said)
    return [list(row) for row in zip(*shown, strict=True)]


def _masked(text: str | None) -> str:
    shape = masked((text or "")[:_SHOWN_CHARACTERS])
    return f"{shape}…" if text and len(text) > _SHOWN_CHARACTERS else shape
