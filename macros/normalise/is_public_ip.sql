{#- Whether a normalised IP address can be a public one: not private, shared by a carrier (100.64/10), loopback,
    link-local, multicast or unspecified (IANA's special-purpose registries, 2026-11-21). The documentation networks pass: they
    are what examples and the sandbox use. NULL for NULL. -#}
{% macro is_public_ip(ip) -%}
    not {{ contains_match(ip, '^(0|10|127|22[4-9]|23[0-9]|24[0-9]|25[0-5])[.]|^100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.]|^169[.]254[.]|^172[.](1[6-9]|2[0-9]|3[01])[.]|^192[.]168[.]|^(0:){7}[01]$|^fe[89ab][0-9a-f]:|^f[cd][0-9a-f]{2}:|^ff[0-9a-f]{2}:') }}
{%- endmacro %}
