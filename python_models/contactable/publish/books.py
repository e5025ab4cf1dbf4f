"""Where a vendor's own book of what we owe differs from our ledger, read from what is published."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

#: A balance is a running sum: its latest reading says it all. Counts in answers add up.
_DIFFERENCES = """
    with readings as (
        select
            *,
            row_number() over (partition by vendor, book order by read_at desc, record_id) as place
        from credit_reconciliation
    )
    select vendor, book, count(*), sum(vendor_says), sum(ledger_says), max(read_at), explanation
    from readings
    where not is_agreed and (book = 'records_enriched' or place = 1)
    group by vendor, book, explanation
    order by vendor, book, explanation
"""


@dataclass(frozen=True, slots=True)
class BookDifference:
    """Readings of one book that differ for one reason; amounts in the vendor's credits."""

    vendor: str
    book: str
    readings: int
    vendor_says: float
    ledger_says: float
    read_at: datetime
    explanation: str


def book_differences(published: Path) -> list[BookDifference]:
    """What does not agree; nothing where nothing was published, or by a version that did not compare."""
    if not published.exists():
        return []
    with duckdb.connect(str(published), read_only=True) as con:
        try:
            rows = con.execute(_DIFFERENCES).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):
            return []
    return [BookDifference(*row) for row in rows]
