{#- A text with its HTML entities as characters: decimal, hexadecimal, and the names that CRMs write (Latin-1 and common punctuation, each in
    eight places of `names`, its character in the same place of `characters`). Browsers read 128 to 159 as Windows-1252; so do we. What is
    no entity stays. -#}
{% macro unescape_html(text) -%}
    {%- set names = "&amp;   &lt;    &gt;    &quot;  &apos;  &nbsp;  &iexcl; &cent;  &pound; &curren;&yen;   &brvbar;&sect;  &uml;   &copy;  &ordf;  &laquo; &not;   &shy;   &reg;   &macr;  &deg;   &plusmn;&sup2;  &sup3;  &acute; &micro; &para;  &middot;&cedil; &sup1;  &ordm;  &raquo; &frac14;&frac12;&frac34;&iquest;&Agrave;&Aacute;&Acirc; &Atilde;&Auml;  &Aring; &AElig; &Ccedil;&Egrave;&Eacute;&Ecirc; &Euml;  &Igrave;&Iacute;&Icirc; &Iuml;  &ETH;   &Ntilde;&Ograve;&Oacute;&Ocirc; &Otilde;&Ouml;  &times; &Oslash;&Ugrave;&Uacute;&Ucirc; &Uuml;  &Yacute;&THORN; &szlig; &agrave;&aacute;&acirc; &atilde;&auml;  &aring; &aelig; &ccedil;&egrave;&eacute;&ecirc; &euml;  &igrave;&iacute;&icirc; &iuml;  &eth;   &ntilde;&ograve;&oacute;&ocirc; &otilde;&ouml;  &divide;&oslash;&ugrave;&uacute;&ucirc; &uuml;  &yacute;&thorn; &yuml;  &OElig; &oelig; &Scaron;&scaron;&Yuml;  &Zcaron;&zcaron;&ndash; &mdash; &lsquo; &rsquo; &sbquo; &ldquo; &rdquo; &bdquo; &hellip;&lsaquo;&rsaquo;&euro;  &trade; &bull;  &num;   &commat;&period;&comma; &colon; &semi;  &sol;   &lpar;  &rpar;  &excl;  &quest; &plus;  &equals;&lowbar;&percnt;&AMP;   &LT;    &GT;    &QUOT;  &COPY;  &REG;   " -%}
    {%- set characters = "'&<>\"' || chr(39) || '\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿŒœŠšŸŽž–—‘’‚“”„…‹›€™•#@.,:;/()!?+=_%&<>\"©®'" -%}
    {%- set named = "substr(" ~ characters ~ ", cast(floor((position(rpad(entity, 8, ' ') in '" ~ names ~ "') + 7) / 8.0) as integer), 1)" -%}
    {%- set number = "replace(replace(replace(lower(entity), '&#', ''), ';', ''), '#', '')" -%}
    {%- set read -%}
        case
            when left(entity, 2) = '&#' then {{ windows_1252(character_of(number), backwards=true) }}
            when position(rpad(entity, 8, ' ') in '{{ names }}') > 0 then {{ named }}
        end
    {%- endset -%}
    {{ fold_list(text, find_all(text, dressings().entity), 'decoded', 'entity', 'replace(decoded, entity, coalesce(' ~ read ~ ', entity))') }}
{%- endmacro %}
