{# The functions whose text differs in DuckDB. #}
{% macro duckdb__any_value(expression) %}{{ return('arbitrary(' ~ expression ~ ')') }}{% endmacro %}

{% macro duckdb__date(year, month, day) %}{{ return('make_date(' ~ year ~ ', ' ~ month ~ ', ' ~ day ~ ')') }}{% endmacro %}

{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}
  {% set unit = datepart | lower %}
  {% set months = {'quarter': ['3', 'month'], 'week': ['7', 'day']}.get(unit) %}
  {% set count = 'cast(' ~ interval ~ ' as bigint)' %}
  {% if months %}
    {{ return('\n\n    (' ~ from_date_or_timestamp ~ ' + (' ~ count ~ ' * ' ~ months[0] ~ ') * interval 1 ' ~ months[1] ~ ')') }}
  {% endif %}
  {{ return('\n\n    (' ~ from_date_or_timestamp ~ ' + ' ~ count ~ ' * interval 1 ' ~ unit ~ ')') }}
{% endmacro %}

{% macro duckdb__datediff(first_date, second_date, datepart) %}
  {% if datepart != 'week' %}
    {{ return('\n        (date_diff(\'' ~ datepart ~ '\', ' ~ first_date ~ '::timestamp, ' ~ second_date ~ '::timestamp ))\n    ') }}
  {% endif %}
  {% set indent = '\n                ' %}
  {% set ordered = 'case when ' ~ first_date ~ ' <= ' ~ second_date %}
  {% set weekday = "date_part('dow', (" %}
  {{ return('\n            (' ~ datediff(first_date, second_date, 'day') ~ ' // 7 + case\n            when ' ~ weekday ~ first_date ~ ')::timestamp) <= '
            ~ weekday ~ second_date ~ ')::timestamp) then' ~ indent ~ ordered ~ ' then 0 else -1 end\n            else' ~ indent ~ ordered
            ~ ' then 1 else 0 end\n        end)\n    ') }}
{% endmacro %}

{% macro duckdb__generate_series(upper_bound) %}
  {{ return('\n    select\n        generate_series as generated_number\n    from generate_series(1, ' ~ upper_bound ~ ')\n') }}
{% endmacro %}

{% macro duckdb__last_day(date, datepart) %}
  {% if datepart != 'quarter' %}{{ return(dbt.default_last_day(date, datepart)) }}{% endif %}
  {% set next = dbt.dateadd('month', '3', dbt.date_trunc(datepart, date)) %}
  {{ return('-- duckdb dateadd does not support quarter interval.\n    cast(\n        ' ~ dbt.dateadd('day', '-1', next) ~ '\n        as date)') }}
{% endmacro %}

{% macro duckdb__listagg(measure, delimiter_text, order_by_clause, limit_num) %}
  {% set order = order_by_clause or '' %}
  {% if limit_num %}
    {{ return('list_aggr(\n        (array_agg(\n            ' ~ measure ~ '\n            ' ~ order ~ '\n        ))[1:' ~ limit_num
              ~ "],\n        'string_agg',\n        " ~ delimiter_text ~ '\n        )') }}
  {% endif %}
  {{ return('\n    string_agg(\n        ' ~ measure ~ ',\n        ' ~ delimiter_text ~ '\n        ' ~ order ~ '\n        )') }}
{% endmacro %}

{% macro duckdb__split_part(string_text, delimiter_text, part_number) %}
  {{ return('\n    string_split(' ~ string_text ~ ', ' ~ delimiter_text ~ ')[ ' ~ part_number ~ ' ]\n') }}
{% endmacro %}

{% macro duckdb__snapshot_get_time() %}{{ return('now()::timestamp') }}{% endmacro %}

{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
  {% if select_sql_header is not none %}{% do run_query(select_sql_header) %}{% endif %}
  {{ return('select * from (\n        ' ~ select_sql ~ '\n    ) as __dbt_sbq\n    where false\n    limit 0\n') }}
{% endmacro %}
