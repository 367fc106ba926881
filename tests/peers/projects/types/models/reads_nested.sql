select row_id, typeof(numbers) as numbers, typeof(a_struct) as a_struct, typeof(a_map) as a_map, a_struct.inner.day as day,
       a_map['k' || row_id] as amount, len(structs) as struct_count, structs[1].tags[1] as first_tag,
       cardinality(map_of_structs) as map_size
from {{ ref('nested_types') }}
