#include "schema/sort_order.hpp"

#include "schema/partition_spec.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::iceberg {

bool operator==(const SortField& left, const SortField& right) {
  return left.source_id == right.source_id && left.transform.text == right.transform.text &&
         left.direction == right.direction && left.null_order == right.null_order;
}

namespace {

Result<SortField> field_from_json(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kData, "a sort field is not an object");
  SortField field;
  std::int64_t source_id = 0;
  const json::array* sources = get_array(*object, "source-ids");
  if (sources != nullptr && !sources->empty() && sources->front().is_int64()) {
    if (sources->size() > 1) return fail(ErrorCode::kUnsupported, "a sort field with several sources needs version 3");
    source_id = sources->front().get_int64();
  } else {
    source_id = FLOE_TRY(require_int(*object, "source-id"));
  }
  field.source_id = static_cast<std::int32_t>(source_id);
  const std::string transform = FLOE_TRY(require_string(*object, "transform"));
  field.transform = FLOE_TRY(transform::parse(transform));
  const std::string direction = FLOE_TRY(require_string(*object, "direction"));
  if (direction != "asc" && direction != "desc") {
    return failf(ErrorCode::kData, "sort direction `{}` is neither asc nor desc", direction);
  }
  field.direction = direction == "asc" ? SortDirection::kAscending : SortDirection::kDescending;
  const std::string nulls = FLOE_TRY(require_string(*object, "null-order"));
  if (nulls != "nulls-first" && nulls != "nulls-last") {
    return failf(ErrorCode::kData, "null order `{}` is neither nulls-first nor nulls-last", nulls);
  }
  field.null_order = nulls == "nulls-first" ? NullOrder::kNullsFirst : NullOrder::kNullsLast;
  return field;
}

}  // namespace

Result<SortOrder> sort_order_from_json(const json::object& object) {
  SortOrder order;
  const std::int64_t order_id = FLOE_TRY(require_int(object, "order-id"));
  order.order_id = static_cast<std::int32_t>(order_id);
  const json::array* fields = FLOE_TRY(require_array(object, "fields"));
  for (const json::value& field : *fields)
    order.fields.push_back(FLOE_TRY(field_from_json(field)));
  if (order.order_id == 0 && !order.fields.empty()) {
    return fail(ErrorCode::kData, "sort order 0 is reserved for unsorted tables but has fields");
  }
  return order;
}

json::object sort_order_to_json(const SortOrder& order) {
  json::array fields;
  for (const SortField& field : order.fields) {
    json::object object;
    object["transform"] = field.transform.text;
    object["source-id"] = field.source_id;
    object["direction"] = field.direction == SortDirection::kAscending ? "asc" : "desc";
    object["null-order"] = field.null_order == NullOrder::kNullsFirst ? "nulls-first" : "nulls-last";
    fields.push_back(std::move(object));
  }
  json::object object;
  object["order-id"] = order.order_id;
  object["fields"] = std::move(fields);
  return object;
}

Status check_sort_order(const SortOrder& order, const Schema& schema) {
  for (const SortField& field : order.fields) {
    const FieldPlace* place = schema.place(field.source_id);
    if (place == nullptr) {
      return failf(ErrorCode::kNotFound, "sort field {} is not in the schema", field.source_id);
    }
    if (place->inside_repeated || !place->field->type.is_primitive()) {
      return failf(ErrorCode::kInvalidArgument, "cannot sort by `{}`: its type is `{}`", place->name,
                   place->field->type.to_string());
    }
    FLOE_TRY(transform_result_type(field.transform, place->field->type)
                 .with_context(fmt::format("sort column `{}`", place->name)));
  }
  return ok();
}

}  // namespace floe::iceberg
