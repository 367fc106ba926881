{# An amount in euro, rounded to cents. #}
{% macro to_euro(amount, currency, precision=18) -%}
  cast(round(case when {{ currency }} = 'USD' then {{ amount }} * {{ var('usd_to_eur') }} else {{ amount }} end, 2)
       as decimal({{ precision }}, 2))
{%- endmacro %}
