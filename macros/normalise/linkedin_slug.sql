{#- The slug of a personal LinkedIn profile (what stands after /in/), in lower case and with the letters that a browser escapes (jos%C3%A9 is
    josé), from an address in any form: with or without scheme, country or mobile host, query, language or slash behind it, or in/slug
    alone. Of several addresses in the text the first; macro linkedin_slugs_in has them all. A member id that is no name (ACoAA...) keeps
    its capitals: it is another's without them. NULL for company and school pages, old /pub/ addresses, Sales Navigator ids, other sites.
    At most 2048 characters count. Most are plain and cost one look. -#}
{% macro linkedin_slug(value) -%}
    {%- set plain = '(https?://)?(www[.])?linkedin[.]com/in/[a-z0-9-]*[a-z0-9]' -%}
    case
        when {{ matches(value, plain) }} then split_part({{ value }}, '/in/', 2)
        else {{ first_element(linkedin_slugs_in(value)) }}
    end
{%- endmacro %}
