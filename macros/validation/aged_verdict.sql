{#- What a validator's verdict is worth today: past its life, `send` and `call` fall back to `review`; `suppress` stays, and so
    do `review` and `unknown`. -#}
{% macro aged_verdict(verdict, is_expired) -%}
    case
        when {{ is_expired }} and {{ verdict }} in ('send', 'call') then 'review'
        else {{ verdict }}
    end
{%- endmacro %}
