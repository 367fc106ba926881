select
  {{ dbt.date_trunc('month', 'a_timestamp') }} as month,
  {{ dbt.dateadd('day', 3, 'a_date') }} as later,
  {{ dbt.datediff('a_date', "date '2024-01-01'", 'day') }} as days,
  {{ dbt.concat(["'a'", 'a_varchar']) }} as joined,
  {{ dbt.hash('a_varchar') }} as hashed,
  {{ dbt.safe_cast('row_id', api.Column.translate_type('integer')) }} as cast_text,
  {{ dbt.split_part('a_varchar', "' '", 1) }} as first_word,
  {{ dbt.length('a_varchar') }} as text_length,
  {{ dbt.position("'e'", 'a_varchar') }} as place,
  {{ dbt.replace('a_varchar', "'a'", "'b'") }} as replaced,
  {{ dbt.right('a_varchar', 3) }} as last_three,
  {{ dbt.any_value('row_id') }} as any_row,
  {{ dbt.bool_or('a_boolean') }} as any_true,
  {{ dbt.listagg('row_id', "','", 'order by row_id') }} as listed,
  {{ dbt.cast_bool_to_text('a_boolean') }} as bool_text,
  {{ dbt.string_literal('it') }} as literal,
  {{ dispatched('row_id') }} as dispatched,
  cast({{ dbt.escape_single_quotes("'it''s'") | length }} as {{ dbt.type_bigint() }}) as escaped
from {{ ref('all_types') }}
where row_id in (5, 6)
group by all
