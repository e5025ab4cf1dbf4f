-- Every answer leaves a row, and every landed record is staged, quarantined or a duplicate, exactly once.
select
    vendor,
    stream
from {{ ref('record_conservation') }}
where
    landed <> staged + quarantined + duplicates
    or answers_received <> answers_accounted
