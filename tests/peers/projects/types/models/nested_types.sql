select
  row_id,
  case row_id when 3 then null when 4 then [] else [row_id, null, -row_id] end as numbers,
  case row_id when 3 then null else {'name': a_varchar, 'inner': {'flag': a_boolean, 'day': a_date}} end as a_struct,
  case row_id when 3 then null when 4 then map {} else map {'k' || row_id: a_decimal, 'null': null} end as a_map,
  [{'id': row_id, 'tags': ['t' || row_id, null]}] as structs,
  [[row_id], [], null] as lists,
  map {row_id: {'amounts': [a_wide_decimal]}} as map_of_structs,
  [a_tinyint, a_utinyint] as small_numbers,
  {'huge': a_hugeint, 'unsigned': a_ubigint} as wide_numbers
from {{ ref('all_types') }}
