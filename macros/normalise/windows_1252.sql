{#- A text with the characters of Windows-1252 that Latin-1 has not (a byte of 128 to 159) as the characters with these numbers; `backwards`: the
    other way. -#}
{% macro windows_1252(text, backwards=false) -%}
    {%- set characters = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ' -%}
    {%- set numbers = '\x80\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8e\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9e\x9f' -%}
    translate({{ text }}, '{{ numbers if backwards else characters }}', '{{ characters if backwards else numbers }}')
{%- endmacro %}
