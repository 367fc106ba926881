{% macro dispatched(column) %}{{ return(adapter.dispatch('dispatched', 'types')(column)) }}{% endmacro %}
{% macro default__dispatched(column) %}'default'{% endmacro %}
{% macro duckdb__dispatched(column) %}'duckdb ' || {{ column }}{% endmacro %}
