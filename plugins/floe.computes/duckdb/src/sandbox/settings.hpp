// Settings that SQL of a project may change: they say how values are compared, ordered, shown and planned, and reach
// nothing outside of the session's answers. All others are the platform's.
#pragma once

#include <array>
#include <string_view>

namespace floe::duckdb_compute {

inline constexpr std::array<std::string_view, 33> kOrdinarySettings = {
    "timezone",
    "calendar",
    "threads",
    "worker_threads",
    "schema",
    "search_path",
    "default_collation",
    "default_null_order",
    "null_order",
    "default_order",
    "preserve_insertion_order",
    "integer_division",
    "ieee_floating_point_ops",
    "order_by_non_integer_literal",
    "scalar_subquery_error_on_multiple_rows",
    "old_implicit_casting",
    "lambda_syntax",
    "disable_timestamptz_casts",
    "disabled_optimizers",
    "binary_as_string",
    "enable_progress_bar",
    "enable_progress_bar_print",
    "progress_bar_time",
    "explain_output",
    "pivot_limit",
    "pivot_filter_threshold",
    "perfect_ht_threshold",
    "merge_join_threshold",
    "nested_loop_join_threshold",
    "prefer_range_joins",
    "ordered_aggregate_threshold",
    "dynamic_or_filter_threshold",
    "late_materialization_max_rows",
};

}  // namespace floe::duckdb_compute
