-- Grain: one row per reading of a vendor's own book: what the vendor says that we owe, beside what our ledger says, and which
-- billing model would give what the vendor says.
--
-- records_pool (ContactBased's balance): used and reserved in the vendor's period, beside our exports of that period up to that
-- moment; only exports draw on the pool (documented). Others may use the same account.
-- records_enriched (ExactBuyer): the count in each answer, which is what it charges (documented), beside what we booked for that
-- request and the contacts in the answer. If count and contacts differ neither is trusted, and the call was booked as quoted.
-- invoice: what an invoice charges for an endpoint in a span of days, as entered in contactable.yml.
with readings as (

    select * from {{ ref('int_operations__book_readings') }}

),

balances as (

    select * from {{ ref('stg_contactbased__credit_balances') }}

),

-- A job is paid by the call that creates it; the pages of its result are separated from paid calls.
requests as (

    select
        *,
        case
            when endpoint in ('contactbased.export_create', 'contactbased.auto_export', 'contactbased.export_page')
                then 'contactbased.export'
            when endpoint in ('bigdbm.audience_create', 'bigdbm.audience_result') then 'bigdbm.audience'
            else endpoint
        end as billed_endpoint,
        endpoint in ('contactbased.export_page', 'bigdbm.audience_result') as is_page_of_job,
        records_reserved is not null as is_job,
        state in ('reserved', 'ambiguous') as is_unknown,
        -- 202: "not yet", an answer on the way.
        state = 'settled' and coalesce(status_code, 200) <> 202 as is_answered
    from {{ ref('vendor_requests') }}

),

covered as (

    select
        readings.record_id,
        requests.*
    from readings
    inner join requests on readings.request_id = requests.request_id
    where readings.book = 'records_enriched'

    union all

    select
        readings.record_id,
        requests.*
    from readings
    inner join requests
        on
            readings.vendor = requests.vendor
            and readings.endpoint = requests.billed_endpoint
            and readings.read_at >= requests.sent_at
            and (readings.book = 'records_pool' or readings.read_at > requests.sent_at)
            and (readings.counts_from is null or readings.counts_from <= requests.sent_at)
    where readings.book <> 'records_enriched'

),

-- What each unit would count. A job that has not ended counts what is reserved for it; one that failed delivered nothing. Where
-- one call's count is not known (older journals), the sum is not known either.
counted as (

    select
        record_id,
        sum(case when is_unknown then 0 else coalesce(credits_charged, 0) end) as ledger_says,
        sum(case when is_unknown then coalesce(credits_charged, credits_quoted, 0) else 0 end) as ledger_unknown,
        max_by(case when not is_page_of_job then billing end, case when not is_page_of_job then sent_at end) as billing_model,
        sum(case when is_answered and not is_page_of_job then 1 else 0 end) as calls,
        sum(case when is_answered and page is not null then 1 end) as pages,
        sum(
            case when is_answered and not is_page_of_job and not is_job and coalesce(page, 1) = 1 then subjects_asked end
        ) as subjects,
        case
            when count(case when is_answered and not is_page_of_job and subjects_matched is null then 1 end) = 0
                then sum(case when is_answered then subjects_matched end)
        end as matches,
        case
            when
                count(
                    case
                        when is_answered and not is_page_of_job and coalesce(records_returned, records_reserved) is null
                            then 1
                    end
                ) = 0
                then
                    sum(
                        case when is_answered and not is_page_of_job then coalesce(records_returned, records_reserved) end
                    )
        end as records,
        sum(case when is_answered and records_returned = 0 then records_reserved else 0 end) as failed_reserve,
        sum(
            case
                when is_answered and records_returned > 0 and records_reserved > records_returned
                    then records_reserved - records_returned
                else 0
            end
        ) as unused_reserve
    from covered
    group by record_id

),

compared as (

    select
        readings.record_id,
        readings.vendor,
        readings.book,
        readings.endpoint,
        readings.request_id,
        readings.read_at,
        readings.vendor_says,
        readings.records_found,
        readings.is_redacted,
        balances.period_start,
        balances.period_end,
        balances.records_limit,
        balances.records_used,
        balances.records_reserved,
        balances.records_remaining,
        counted.billing_model,
        counted.calls,
        counted.pages,
        counted.subjects,
        counted.matches,
        counted.records,
        counted.failed_reserve,
        counted.unused_reserve,
        coalesce(counted.ledger_unknown, 0) as ledger_unknown,
        coalesce(counted.ledger_says, 0)
        + case when readings.book = 'records_enriched' then coalesce(counted.ledger_unknown, 0) else 0 end as ledger_says,
        -- One answer fits many models: those of a book are judged together, without the ones that prove nothing.
        case when readings.book = 'records_enriched' then readings.endpoint else readings.record_id end as judged_with,
        not readings.is_redacted and coalesce(readings.records_found, readings.vendor_says) = readings.vendor_says as is_evidence
    from readings
    left join balances on readings.record_id = balances.record_id
    left join counted on readings.record_id = counted.record_id

),

judged as (

    select
        judged_with,
        sum(vendor_says) as vendor_says,
        sum(ledger_says) as ledger_says,
        sum(calls) as calls,
        sum(pages) as pages,
        sum(subjects) as subjects,
        case when count(matches) = count(*) then sum(matches) end as matches,
        case when count(records) = count(*) then sum(records) end as records,
        sum(failed_reserve) as failed_reserve,
        sum(unused_reserve) as unused_reserve
    from compared
    where is_evidence
    group by judged_with

),

-- As contactable.yml writes them. Of equal ones the first is suggested. Shares of a failed reserve: quarters (2026-11-30: finer
-- ones would fit whatever others use of the account).
candidates as (

    {% set models = [
        ('match', 'matches'),
        ('record', 'records'),
        ('subject', 'subjects'),
        ('call', 'calls'),
        ('page', 'pages'),
        ('{unit: record, kept_of_failed: 1}', 'records + failed_reserve'),
        ('{unit: record, kept_of_unused: 1}', 'records + unused_reserve'),
        ('{unit: record, kept_of_failed: 1, kept_of_unused: 1}', 'records + failed_reserve + unused_reserve'),
        ('{unit: record, kept_of_failed: 0.5}', 'records + 0.5 * failed_reserve'),
        ('{unit: record, kept_of_failed: 0.25}', 'records + 0.25 * failed_reserve'),
        ('{unit: record, kept_of_failed: 0.75}', 'records + 0.75 * failed_reserve'),
    ] %}
    {% for model, total in models %}
        select
            judged_with,
            vendor_says,
            ledger_says,
            '{{ model }}' as model,
            {{ loop.index }} as place,
            cast({{ total }} as double) as total
        from judged
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

nearest as (

    select
        judged_with,
        model,
        total,
        row_number() over (partition by judged_with order by abs(total - vendor_says), place) as nearness
    from candidates
    where abs(total - vendor_says) < abs(ledger_says - vendor_says)

),

final as (

    select
        compared.record_id,
        compared.vendor,
        compared.book,
        compared.endpoint,
        compared.request_id,
        compared.read_at,
        compared.period_start,
        compared.period_end,
        compared.records_limit,
        compared.records_used,
        compared.records_reserved,
        compared.records_remaining,
        case when compared.book = 'records_pool' then compared.ledger_says end as ledger_used,
        case when compared.book = 'records_pool' then compared.vendor_says - compared.ledger_says end as others_used,
        compared.vendor_says,
        compared.ledger_says,
        compared.ledger_unknown,
        compared.records_found,
        case when not compared.is_redacted then compared.vendor_says - compared.ledger_says end as difference,
        case
            when compared.is_redacted then 'somebody was erased'
            when compared.book = 'records_enriched' and compared.records_found <> compared.vendor_says
                then 'the vendor contradicts itself'
            when compared.vendor_says = compared.ledger_says then 'agrees'
            when compared.book = 'records_enriched' then 'our ledger differs'
            when compared.vendor_says < compared.ledger_says then 'our ledger books too much'
            when compared.vendor_says - compared.ledger_says <= compared.ledger_unknown and compared.book = 'invoice'
                then 'calls of unknown outcome'
            when compared.vendor_says - compared.ledger_says <= compared.ledger_unknown then 'exports of unknown outcome'
            when compared.book = 'invoice' then 'our ledger differs'
            else 'others use the account'
        end as explanation,
        compared.is_redacted or (
            compared.vendor_says = compared.ledger_says
            and coalesce(compared.records_found, compared.vendor_says) = compared.vendor_says
        ) as is_agreed,
        compared.billing_model,
        nearest.model as suggested_billing_model,
        nearest.total as suggested_total
    from compared
    left join nearest
        on
            compared.judged_with = nearest.judged_with
            and nearest.nearness = 1
            and compared.is_evidence

)

select * from final
