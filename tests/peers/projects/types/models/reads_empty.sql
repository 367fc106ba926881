select count(*) as row_count, max(a_decimal) as largest from {{ ref('empty_table') }}
