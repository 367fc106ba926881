{{ config(severity='warn', warn_if='>0', error_if='>100') }}
select row_id from {{ ref('all_types') }} where a_double is null or isnan(a_double)
