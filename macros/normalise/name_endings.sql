{#- What may follow a name, as parts of regular expressions on folded text.
    generation   tells father from son; an evident "V" is not here: it is a middle initial more often than a fifth
    degree       a diploma or an office, which tells nothing about who it is; only what is no family name by itself
    after_comma  letters that are family names, too (Do, Ma, Pa): a degree only behind a comma -#}
{% macro name_endings() -%}
    {{ return({
        'generation': 'jr|jnr|junior|sr|snr|senior|iii|ii|iv|2nd|3rd|4th',
        'degree': 'm[.]?d|ph[.]? ?d|d[.]?d[.]?s|d[.]?m[.]?d|esq|esquire|c[.]?p[.]?a|m[.]?b[.]?a|j[.]?d|d[.]?v[.]?m|ed[.]?d|psy[.]?d|pharm[.]?d|lcsw|lmft|cfa|cfp|pmp|facs|r[.]n',
        'after_comma': 'd[.]?o|o[.]?d|m[.]?a|b[.]?a|m[.]?s|b[.]?s|p[.]?a|n[.]?p|p[.]?e|r[.]?n|ll[.]?m|cissp|shrm-s?cp|phr|sphr|ret|retired',
    }) }}
{%- endmacro %}
