{#- An e-mail address as we compare and hash it: lower case, without the blanks around it (of any alphabet), zero-width and control
    characters; without mailto: and its question part, without the angle brackets and the name before them (Ada <ada@acme.example>),
    without quotes around the whole and a comma, semicolon or dot behind it. Empty is NULL. What is no address stays a text, and
    macro email_is_valid says so. Most values are plain already and cost one look.

    No provider's tricks (dots in Gmail, plus-tags): vendors hash what they were given, and a rewritten address would never
    meet its own hash again; they give a second key (macro email_key). A domain in another alphabet gets its ASCII form
    where addresses come together (int_contacts__emails): SQL has no Punycode. -#}
{% macro normalise_email(value) -%}
    {%- set visible = replace_all(value, '[\\x{00AD}\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2064}\\x{FEFF}]+', '') -%}
    {%- set trimmed = replace_all(trim_text(visible), '[\\p{Z}.,;]+$', '') -%}
    {%- set bracketed = replace_all('text', '^[^<>@]*<([^<>@ ]+@[^<>@ ]+)>$', group_reference(1)) -%}
    {%- set unlinked = replace_all(bracketed, '^(mailto:)+([^?]*)([?].*)?$', group_reference(2)) -%}
    {%- set bare = replace_all(unlinked, '^[\\x22\\x27]([^\\x22\\x27]+@[^\\x22\\x27]+)[\\x22\\x27]$', group_reference(1)) -%}
    {%- set taken = let('text', lower_text(trimmed), let('address', bare, "nullif(address, '')")) -%}
    case
        when {{ matches(value, '[a-zA-Z0-9_%+-][a-zA-Z0-9._%+-]*@[a-zA-Z0-9.-]*[a-zA-Z0-9]') }} then lower({{ value }})
        else {{ taken }}
    end
{%- endmacro %}
