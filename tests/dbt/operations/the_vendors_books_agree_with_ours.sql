{{ config(severity='warn') }}
-- Every reading of a vendor's own book says what our ledger says, over the last 31 days (2026-11-21: a billing period; what was
-- not taken up with the vendor by then is on the invoice). A warning: who is right is decided with the vendor, not by us, and it
-- must not keep good data from readers. `contactable status` shows the same rows.
select
    record_id,
    vendor,
    book,
    difference,
    explanation
from {{ ref('credit_reconciliation') }}
where
    not is_agreed
    and read_at >= {{ add_days(now_utc(), -31) }}
