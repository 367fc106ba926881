-- Every SQL type that has an Iceberg type, with the values at the edges.
select
  col0 as row_id,
  cast(col1 as boolean) as a_boolean,
  cast(col2 as tinyint) as a_tinyint,
  cast(col3 as smallint) as a_smallint,
  cast(col4 as integer) as an_integer,
  cast(col5 as bigint) as a_bigint,
  cast(col6 as hugeint) as a_hugeint,
  cast(col7 as utinyint) as a_utinyint,
  cast(col8 as usmallint) as a_usmallint,
  cast(col9 as uinteger) as a_uinteger,
  cast(col10 as ubigint) as a_ubigint,
  cast(col11 as float) as a_float,
  cast(col12 as double) as a_double,
  cast(col13 as decimal(9, 2)) as a_decimal,
  cast(col14 as decimal(38, 10)) as a_wide_decimal,
  cast(col15 as varchar) as a_varchar,
  cast(col16 as blob) as a_blob,
  cast(col17 as date) as a_date,
  cast(col18 as time) as a_time,
  cast(col19 as timestamp) as a_timestamp,
  cast(col20 as timestamptz) as a_timestamptz,
  cast(col21 as uuid) as a_uuid
from (
  values
    (1, true, -128, -32768, -2147483648, -9223372036854775808, '-99999999999999999999999999999999999999', 0, 0, 0, '0',
     '-0.0', '-0.0', '-9999999.99', '-9999999999999999999999999999.9999999999', '', '', '0001-01-01', '00:00:00',
     '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00', '00000000-0000-0000-0000-000000000000'),
    (2, false, 127, 32767, 2147483647, 9223372036854775807, '99999999999999999999999999999999999999', 255, 65535, 4294967295,
     '18446744073709551615', 'NaN', 'NaN', '9999999.99', '9999999999999999999999999999.9999999999',
     'quote '' " \ tab	 ä € 😀 line
break', '\x00\xFF\x10', '9999-12-31', '23:59:59.999999', '2262-04-11 23:47:16.854775', '2262-04-11 23:47:16.854775+00',
     'ffffffff-ffff-ffff-ffff-ffffffffffff'),
    (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (4, true, 0, 0, 0, 0, '0', 1, 1, 1, '1', 'Infinity', '-Infinity', '0.00', '0.0000000001', 'a', 'b', '1970-01-01',
     '12:00:00.5', '1970-01-01 00:00:00', '1970-01-01 00:00:00+02', '550e8400-e29b-41d4-a716-446655440000'),
    (5, false, 1, 1, 1, 1, '1', 1, 1, 1, '1', '0.1', '0.1', '0.10', '1e-5', repeat('long text ', 40), repeat('x', 40),
     '2024-02-29', '00:00:01', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789-05', '123e4567-e89b-12d3-a456-426614174000'),
    (6, false, 1, 1, 1, 1, '1', 1, 1, 1, '1', '16777216', '1e300', '1.00', '3', 'z', 'z',
     '2024-12-31', '00:00:01', '2024-12-31 00:00:00', '2024-12-31 00:00:00+00', '123e4567-e89b-12d3-a456-426614174001')
) rows
