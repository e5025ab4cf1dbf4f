-- Grain: one row per person, topic and page; one row for a page without people; one row for an answer that could not be
-- read.
with records as (

    {{ explode_records(
        source('leadpipe', 'audience_members'),
        shape='list',
        path='data',
        columns=columns_leadpipe('audience_members'),
        required=['hem|emailHashes.sha256'],
        hashes='hem|emailHashes.sha256',
        unless='email',
        envelope=envelope_leadpipe('audience_members'),
        status='answer.meta.status',
        pending=['materializing', 'materialising', 'pending', 'queued', 'processing', 'building', 'running'],
        failed=['failed', 'error'],
        expected='answer.meta.count',
    ) }}

)

select * from records
