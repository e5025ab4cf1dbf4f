{#- How well a mailbox or a profile's slug names a person: 2 with both names (maria.roe, roemaria77, maria-b-roe), 1 with one name and
    the other's initial, or the first name alone (mroe, maria77), else 0. A last name alone names a family.
    `named_words`: macro name_words of the address or slug; `first`, `last`: names as int_identity__spellings has them. -#}
{% macro value_names(named_words, first, last) -%}
    {%- set letters = "replace(" ~ named_words ~ ", ' ', '')" -%}
    case
        when length({{ first }}) < 2 or length({{ last }}) < 2 then 0
        when
            {{ letters }} in ({{ first }} || {{ last }}, {{ last }} || {{ first }})
            or (
                position(' ' || {{ first }} || ' ' in ' ' || {{ named_words }} || ' ') > 0
                and position(' ' || {{ last }} || ' ' in ' ' || {{ named_words }} || ' ') > 0
            )
            or (
                length({{ letters }}) = length({{ first }}) + length({{ last }}) + 1
                and left({{ letters }}, length({{ first }})) = {{ first }}
                and right({{ letters }}, length({{ last }})) = {{ last }}
            )
            then 2
        when
            {{ letters }} in (
                left({{ first }}, 1) || {{ last }}, {{ last }} || left({{ first }}, 1), {{ first }} || left({{ last }}, 1)
            )
            or position(' ' || {{ first }} || ' ' in ' ' || {{ named_words }} || ' ') > 0
            then 1
        else 0
    end
{%- endmacro %}

{#- The letters of a mailbox's local part (without its tag) or of a slug, as words; digits and punctuation part them. -#}
{% macro name_words(value) -%}
    {%- set text = "split_part(split_part(" ~ value ~ ", '@', 1), '+', 1)" -%}
    {{ words("translate(" ~ fold_text(text) ~ ", '0123456789', '          ')") }}
{%- endmacro %}
