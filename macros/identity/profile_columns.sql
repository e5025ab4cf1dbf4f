{#- What one source says of a person, in the order in which int_contacts__records unites its sources: `same` are columns that have
    this name in the source too, `given` maps a column to its SQL, and what is in neither is a typed NULL. The columns of a staging
    model's lineage (lineage_columns) need not be named; `is_staged` = false for a source that has none. -#}
{% macro profile_columns(source, given={}, same=[], is_staged=true) %}
    {%- set known = {'source': "'" ~ source ~ "'"} -%}
    {%- if is_staged -%}
        {%- do known.update({'observed_at': 'fetched_at', 'as_of': 'fetched_at'}) -%}
        {%- for name in ['record_id', 'vendor', 'question_key', 'subject_type', 'subject_value'] -%}
            {%- do known.update({name: name}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for name in same -%}
        {%- do known.update({name: name}) -%}
    {%- endfor -%}
    {%- do known.update(given) -%}
    {%- set columns = [
        ('evidence_id', 'varchar'), ('record_id', 'varchar'), ('vendor', 'varchar'), ('source', 'varchar'),
        ('question_key', 'varchar'), ('subject_type', 'varchar'), ('subject_value', 'varchar'),
        ('observed_at', 'timestamp'), ('as_of', 'timestamp'), ('person_ref', 'varchar'), ('person_ref_type', 'varchar'),
        ('first_name', 'varchar'), ('last_name', 'varchar'), ('full_name', 'varchar'),
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
        ('education', 'varchar'), ('social_profiles', 'varchar'), ('vendor_last_seen_date', 'date'),
    ] -%}
    {%- for name, type in columns %}
        {{ known[name] if name in known else 'cast(null as ' ~ engine_type(type) ~ ')' }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
