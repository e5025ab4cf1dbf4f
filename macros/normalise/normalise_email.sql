{#- An e-mail address as we compare and hash it: undressed, in lower case, alone: the one address that the text holds (macro emails_in). A text with
    none or with several stays a text, and macro email_is_valid says so. Empty is NULL.

    No provider's tricks (dots in Gmail, plus-tags): vendors hash what they were given, and a rewritten address would never
    meet its own hash again; they give a second key (macro email_key). A domain in another alphabet gets its ASCII form
    where addresses come together (int_contacts__emails): SQL has no Punycode. -#}
{% macro normalise_email(value) -%}
    {%- set taken = 'case when ' ~ list_size('found') ~ ' = 1 then ' ~ first_element('found') ~ ' else ' ~ lower_text('bare') ~ ' end' -%}
    case
        when {{ matches(value, '[a-zA-Z0-9_+-][a-zA-Z0-9._+-]*@[a-zA-Z0-9.-]*[a-zA-Z0-9]') }} then lower({{ value }})
        else {{ let('bare', undress(value), let('found', emails_found('bare'), taken)) }}
    end
{%- endmacro %}
