{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}
select 1 as id {%- if var('batch', 1) > 1 %}, 2 as more {%- endif %}
