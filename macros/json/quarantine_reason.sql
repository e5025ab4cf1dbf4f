{#- What a quarantine rule means, as a sentence. Reasons never contain a value of the record, so that every reader may see them. -#}
{% macro quarantine_reason(rule, status_code) -%}
    case {{ rule }}
        when 'not_yet' then 'the vendor is still preparing the answer'
        when 'http_status' then concat('the vendor answered with status ', coalesce(cast({{ status_code }} as {{ engine_type('varchar') }}), 'none'))
        when 'empty_body' then 'the answer has no body'
        when 'not_json' then 'the answer is not JSON (cut, or a page of a gateway)'
        when 'wrong_shape' then 'the answer is JSON, but the records are not where the vendor documents them'
        when 'application_error' then 'the answer was delivered, but its own status says that it failed'
        when 'not_an_object' then 'a record is not a JSON object'
        when 'required_value_missing' then 'a record lacks the value that makes it useful'
        when 'hash_malformed' then 'a hash is none (MD5, SHA-1 and SHA-256 have 32, 40 and 64 hexadecimal digits), so nobody is named'
        when 'not_asked' then 'a record answers a subject that was not asked'
        when 'positions_mismatch' then 'the answers do not line up with the subjects by position, so none of them can be trusted'
    end
{%- endmacro %}
