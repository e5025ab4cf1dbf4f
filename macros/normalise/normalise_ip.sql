{#- An IP address: version 4 as it is, version 6 in lower case with all eight groups and no leading zeros (2001:db8:0:0:0:0:0:1), so that
    one address has one text; an address of version 4 inside version 6 (::ffff:192.0.2.1) is that address. NULL for anything
    else, ports and zones among it. -#}
{% macro normalise_ip(value) -%}
    {%- set octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])' -%}
    {%- set v4 = octet ~ '([.]' ~ octet ~ '){3}' -%}
    {%- set head = "split_part(ip, '::', 1)" -%}
    {%- set tail = "split_part(ip, '::', 2)" -%}
    {%- set count = [] -%}
    {%- for part in [head, tail] -%}
        {%- do count.append("case when " ~ part ~ " = '' then 0 else length(" ~ part ~ ") - length(replace(" ~ part ~ ", ':', '')) + 1 end") -%}
    {%- endfor -%}
    {%- set missing = 'greatest(8 - (' ~ count[0] ~ ') - (' ~ count[1] ~ '), 0)' -%}
    {%- set filled -%}
        case
            when not contains(ip, '::') then ':' || ip
            when {{ missing }} = 0 or {{ contains_match('ip', '::.*::') }} then ''
            else
                case when {{ head }} = '' then '' else ':' || {{ head }} end
                || repeat(':0', cast({{ missing }} as integer))
                || case when {{ tail }} = '' then '' else ':' || {{ tail }} end
        end
    {%- endset -%}
    {%- set short = "substr(" ~ replace_all('whole', ':0{1,3}([0-9a-f])', ':' ~ group_reference(1)) ~ ", 2)" -%}
    {%- set read -%}
        case
            when {{ matches('ip', v4) }} then ip
            when {{ matches('ip', '::ffff:' ~ v4) }} then substr(ip, 8)
            when {{ matches('ip', '[0-9a-f:]{2,39}') }}
                then {{ let('whole', filled, 'case when ' ~ matches('whole', '(:[0-9a-f]{1,4}){8}') ~ ' then ' ~ short ~ ' end') }}
        end
    {%- endset -%}
    {{ let('ip', trim_text("lower(" ~ value ~ ")"), read) }}
{%- endmacro %}
