{#- Which hash a HEM is, by its length in hexadecimal digits. Vendors do not say; a value of another length (the 63 digits of
    BIGDBM's own sample) or with other characters is kept as `unknown`, never padded, cut or refused. -#}
{% macro hash_type(hem) -%}
    case
        when {{ matches('lower(' ~ hem ~ ')', '[0-9a-f]{32}') }} then 'md5'
        when {{ matches('lower(' ~ hem ~ ')', '[0-9a-f]{40}') }} then 'sha1'
        when {{ matches('lower(' ~ hem ~ ')', '[0-9a-f]{64}') }} then 'sha256'
        when {{ hem }} is not null then 'unknown'
    end
{%- endmacro %}
