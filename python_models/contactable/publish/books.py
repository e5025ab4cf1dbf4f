"""Where a vendor's own book of what we owe differs from our ledger, read from what is published."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

#: A balance is a running sum: its latest reading says it all. Counts in answers and invoices add up; answers are
#: judged together, so each tells the suggested total of all.
_DIFFERENCES = """
    with readings as (
        select
            *,
            row_number() over (partition by vendor, book order by read_at desc, record_id) as place
        from credit_reconciliation
    )
    select
        vendor, book, count(*), sum(vendor_says), sum(ledger_says), max(read_at), explanation, endpoint,
        max(billing_model), suggested_billing_model,
        case when book = 'invoice' then sum(suggested_total) else max(suggested_total) end
    from readings
    where not is_agreed and (book <> 'records_pool' or place = 1)
    group by vendor, book, explanation, endpoint, suggested_billing_model
    order by vendor, book, endpoint, explanation, suggested_billing_model
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
    endpoint: str
    billing_model: str | None
    suggested_billing_model: str | None
    suggested_total: float | None

    @property
    def advice(self) -> str:
        """Which setting would fit the vendor's book; empty where none fits better."""
        if self.suggested_billing_model is None:
            return ""
        setting = f"endpoints.{self.endpoint}.billing: {self.suggested_billing_model}"
        gives = f"which gives {self.suggested_total:,.10g} credits"
        fits = f"{self.vendor}'s book ({self.book}) fits `{setting}`, {gives}"
        if self.suggested_billing_model == self.billing_model:
            return f"{fits}. That is set; calls before it stay as they were booked."
        return f"{fits}: ask the vendor, then set it in contactable.yml."


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
