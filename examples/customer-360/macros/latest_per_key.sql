{# Keeps one row per key: the first by the given order. For the where clause of a `qualify`. #}
{% macro latest_per_key(keys, order_by) -%}
  row_number() over (partition by {{ keys | join(', ') }} order by {{ order_by | join(', ') }}) = 1
{%- endmacro %}
