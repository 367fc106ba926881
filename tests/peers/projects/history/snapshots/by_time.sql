{% snapshot by_time %}
  {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', post_hook="select count(*) from {{ this }}") }}
  select * from {{ ref('people') }}
{% endsnapshot %}

{% snapshot in_own_schema %}
  {{ config(target_schema='elsewhere', unique_key="id || '-' || country", strategy='check', check_cols=['city'], updated_at='updated_at') }}
  select id, country, city, updated_at from {{ ref('people') }} -- no names
{% endsnapshot %}

{% snapshot repeats_keys %}
  {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate') }}
  select * from {{ ref('people') }} union all select * from {{ ref('people') }}
{% endsnapshot %}
