{% test is_even(model, column_name) %}
{{ config(severity='warn', fail_calc='count(*)') }}
select * from {{ model }} where {{ column_name }} % 2 = 1
{% endtest %}

{% test a_very_long_generic_test_name_to_be_shortened(model, first_argument, second_argument_which_is_long) %}
select * from {{ model }} where '{{ first_argument }}' = '{{ second_argument_which_is_long | join(",") }}'
{% endtest %}
