{{ config(schema='ignored_by_root', tags=['infile']) }}
select {{ helper_of_tool() }} as w, '{{ var("flavour") }}' as f, {{ var('own') }} as own
