-- SQL types that Iceberg stores as another one, read back by the next model.
select
  cast('mood' as enum('mood', 'other')) as an_enum,
  cast('{"a": [1, 2]}' as json) as a_json,
  cast([1, 2, 3] as integer[3]) as an_array,
  timestamp_s '2024-01-02 03:04:05' as a_timestamp_s,
  timestamp_ms '2024-01-02 03:04:05.678' as a_timestamp_ms
