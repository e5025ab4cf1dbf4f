{#- The registered domain: one label more than the public suffix, so mail.acme.example and acme.example are one. Asks the
    two joins of the seed public_suffixes on macro domain_ending (2 and 3 labels) whether such a suffix is there; else the
    suffix is the last label. Customers of a host (acme.github.io) are apart. -#}
{% macro registrable_domain(domain, suffix_of_two, suffix_of_three) -%}
    case
        when {{ suffix_of_three }} is not null then {{ domain_ending(domain, 4) }}
        when {{ suffix_of_two }} is not null then {{ domain_ending(domain, 3) }}
        else {{ domain_ending(domain, 2) }}
    end
{%- endmacro %}
