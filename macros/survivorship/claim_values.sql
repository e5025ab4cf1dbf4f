{#- What a record claims, as a list of rows (column -> SQL): claim, vendor_value (the vendor's own term, where it is mapped), formal (of
    a name) and value_1 to value_5, as claim_places and single_facts say. -#}
{% macro claim_values() %}
    {%- set no_text = 'cast(null as ' ~ engine_type('varchar') ~ ')' -%}
    {%- set mapped_facts = ['gender', 'marital_status', 'home_owner'] -%}
    {%- set rows = [] -%}
    {%- for claim, attributes in claim_places().items() -%}
        {%- set row = {
            'claim': "'" ~ claim ~ "'",
            'vendor_value': 'vendor_seniority' if claim == 'employment' else no_text,
            'formal': 'formal_first_name' if claim == 'name' else no_text,
        } -%}
        {%- for place in range(5) -%}
            {%- do row.update({'value_' ~ (place + 1): attributes[place] if place < attributes | length else no_text}) -%}
        {%- endfor -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {%- for fact in single_facts() -%}
        {%- set value = "nullif(" ~ fact ~ ", 'unknown')" if fact in mapped_facts else fact -%}
        {%- set row = {
            'claim': "'" ~ fact ~ "'",
            'vendor_value': 'vendor_' ~ fact if fact in mapped_facts else no_text,
            'formal': no_text,
            'value_1': 'cast(' ~ value ~ ' as ' ~ engine_type('varchar') ~ ')',
        } -%}
        {%- for place in range(2, 6) -%}
            {%- do row.update({'value_' ~ place: no_text}) -%}
        {%- endfor -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}
