{#- An IP address: version 4 as it is, version 6 in lower case with all eight groups and no leading zeros (2001:db8:0:0:0:0:0:1), so that
    one address has one text; an address of version 4 inside version 6 (::ffff:192.0.2.1) is that address. A port, the brackets
    before one, /32 and /128 are left out; of a forwarded list (203.0.113.8, 10.0.0.1) it is the first hop. NULL for anything else: zones,
    networks, numbers with leading zeros (some read them as octal). -#}
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
    {%- set hop = trim_text("split_part(lower(" ~ undress(value) ~ "), ',', 1)") -%}
    {%- set bare = replace_all('hop', '^(for=)?\\x22?\\[([0-9a-f:.]+)\\](:[0-9]{1,5})?\\x22?$', group_reference(2)) -%}
    {%- set alone = replace_all('bare', '^(for=)?([0-9]+[.][0-9.]+)(:[0-9]{1,5}|/32)?$', group_reference(2)) -%}
    case when {{ matches(value, v4) }} then {{ value }} else {{ let('hop', hop, let('bare', bare, let('ip', replace_all(alone, '/128$', ''), read))) }} end
{%- endmacro %}
