{% macro greet(who) %}{{ return(adapter.dispatch('greet', 'toolbox')(who)) }}{% endmacro %}
{% macro default__greet(who) %}'hello {{ who }} {{ var("flavour") }}'{% endmacro %}
{% macro wide() %}{{ return(adapter.dispatch('wide', 'toolbox')()) }}{% endmacro %}
{% macro default__wide() %}'toolbox wide'{% endmacro %}
{% test positive(model, column, options={}) %}
select * from {{ model }} where {{ column }} < {{ options.get('min', 0) }}
{% endtest %}
{% macro helper_of_tool() %}{{ wide() }}{% endmacro %}
