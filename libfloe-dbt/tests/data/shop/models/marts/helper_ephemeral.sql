{{ config(materialized='ephemeral') }}
select 1 as one, '{{ this }}' as me, '{{ this.schema }}' as s
