{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id') }}
select 1 as id {%- if var('batch', 1) == 1 %}, 'kept' as note {%- endif %}
