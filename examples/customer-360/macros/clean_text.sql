{# Trimmed text, null when nothing is left. #}
{% macro clean_text(expression) -%}
  nullif(trim(cast({{ expression }} as varchar)), '')
{%- endmacro %}
