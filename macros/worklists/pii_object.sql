{#- A person by name and address as BIGDBM wants it: the canonical text of the object; NULL where a part is missing. Its MD5 is the
    Sequence under which answers come back. -#}
{% macro pii_object(relation) -%}
    case
        when
            {{ relation }}.first_name is not null
            and {{ relation }}.last_name is not null
            and {{ relation }}.address is not null
            and {{ is_us_zip(relation) }}
            then
                {{ options_json({
                    'FirstName': relation ~ '.first_name',
                    'LastName': relation ~ '.last_name',
                    'Address': relation ~ '.address',
                    'Zip': relation ~ '.zip',
                }) }}
    end
{%- endmacro %}
