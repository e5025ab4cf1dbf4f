{#- Regular expressions for what programs put around a text (macro undress).
    any        whether there is anything to look at
    invisible  characters that nobody sees and no script needs
    blank      blanks of any alphabet
    quoted     a whole text in typographic quotes, in group 1 what they hold
    number     a whole number that a spreadsheet wrote as a fraction
    power      a number that a spreadsheet wrote as a power of ten
    entity     an HTML entity
    lead       with `follow`: UTF-8 of two or more bytes, each read as a character of Latin-1 or Windows-1252 -#}
{% macro dressings() -%}
    {%- set control = '\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x{84}\\x{86}-\\x{9F}' -%}
    {%- set invisible = control ~ '\\x{AD}\\x{61C}\\x{180E}\\x{200B}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2064}\\x{2066}-\\x{206F}\\x{FEFF}' -%}
    {%- set blank = '\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}' -%}
    {%- set follow = '[\\x{80}-\\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]' -%}
    {%- set lead = '[ÂÃÄÅÈáâãäåæçèéïðÎÏÐÑ×ØÙÚÛ]' -%}
    {%- set entity = '&(#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,6});' -%}
    {%- set number = '[+]?[0-9]+[.,]00?' -%}
    {%- set power = '[+]?[0-9]([.,][0-9]{1,30})?[eE][+][0-9]{1,3}|[+]?[0-9][.,][0-9]{1,30}[eE][0-9]{1,2}' -%}
    {{ return({
        'any': '[' ~ invisible ~ blank ~ '\\x{200C}\\x{200D}\\x{FF01}-\\x{FF5E}]|^[\\x09-\\x0D\\x20\\x22\\x27=“”„‟«‹‘‚‛]|[\\x09-\\x0D\\x20]$|&[#A-Za-z][#A-Za-z0-9]*;|_x000D_|^(' ~ number ~ '|' ~ power ~ ')$|' ~ lead ~ follow,
        'invisible': '[' ~ invisible ~ ']+',
        'blank': '[' ~ blank ~ ']',
        'quoted': '^[“”„‟«‹‘‚‛]([^“”„‟«»‹›]*)[“”‟»›’‘]$',
        'number': number,
        'power': power,
        'entity': entity,
        'follow': follow,
        'lead': lead,
    }) }}
{%- endmacro %}
