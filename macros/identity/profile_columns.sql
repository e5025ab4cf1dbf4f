{#- The columns of one source's claims about a person, in the order in which int_contacts__profiles unites its sources.
    `given` maps a column to the source's SQL for it; what a source does not tell is a typed NULL. -#}
{% macro profile_columns(given) %}
    {%- set columns = [
        ('evidence_id', 'varchar'), ('record_id', 'varchar'), ('vendor', 'varchar'), ('source', 'varchar'),
        ('question_key', 'varchar'), ('subject_type', 'varchar'), ('subject_value', 'varchar'),
        ('observed_at', 'timestamp'), ('as_of', 'timestamp'), ('person_ref', 'varchar'), ('person_ref_type', 'varchar'),
        ('first_name', 'varchar'), ('last_name', 'varchar'),
        ('address', 'varchar'), ('city', 'varchar'), ('state', 'varchar'), ('zip', 'varchar'), ('zip4', 'varchar'), ('country', 'varchar'),
        ('email', 'varchar'), ('emails', 'varchar[]'), ('phone', 'varchar'), ('phone_type', 'varchar'),
        ('phones', 'struct(phone varchar, dnc varchar)[]'),
        ('linkedin_url', 'varchar'), ('maid', 'varchar'),
        ('gender', 'varchar'), ('birth_year', 'integer'), ('has_children', 'boolean'), ('is_veteran', 'boolean'),
        ('marital_status', 'varchar'), ('occupation', 'varchar'), ('home_owner', 'varchar'),
        ('credit_range', 'varchar'), ('income_range', 'varchar'), ('net_worth_range', 'varchar'),
        ('company_name', 'varchar'), ('company_domain', 'varchar'), ('company_industry', 'varchar'),
        ('company_size', 'varchar'), ('company_revenue', 'varchar'), ('company_phone', 'varchar'),
        ('company_year_founded', 'integer'), ('naics_code', 'varchar'),
        ('job_title', 'varchar'), ('seniority', 'varchar'), ('department', 'varchar'), ('job_start_date', 'varchar'),
        ('county', 'varchar'), ('dma', 'varchar'), ('household_size', 'integer'), ('home_value_range', 'varchar'),
        ('dwelling_type', 'varchar'), ('year_built', 'integer'), ('is_donor', 'boolean'), ('causes', 'varchar'),
        ('home_value', 'integer'), ('age_range', 'varchar'), ('interests', 'varchar'), ('purchase_categories', 'varchar'), ('is_investor', 'boolean'),
    ] -%}
    {%- for name, type in columns %}
        {{ given[name] if name in given else 'cast(null as ' ~ engine_type(type) ~ ')' }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
