{% macro cents(column_name, precision=2) -%}
  round({{ column_name }} / 100.0, {{ precision }})
{%- endmacro %}

{% macro log_start() %}{{ log("starting " ~ target.name, info=false) }}select 1{% endmacro %}
{% macro audit(what) %}insert into audit values ('{{ what }}', '{{ this }}'){% endmacro %}
{% macro toolbox_wide() %}{{ return(adapter.dispatch('wide', 'toolbox')()) }}{% endmacro %}
{% macro default__wide() %}'shop wide'{% endmacro %}
{# a comment between #}
{% macro calls_things(a, b=none) %}
  {% set x = cents(a) %}
  {{ dbt.date_trunc('day', a) }} {{ dbt_unknown.thing() }} {{ toolbox.greet(b) }} {{ ref('stg_orders') }}
{% endmacro %}
