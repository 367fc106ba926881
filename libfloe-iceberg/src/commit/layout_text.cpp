#include "commit/layout_text.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace floe::iceberg {

namespace {

using transform::Kind;

constexpr std::string_view kAccepted =
    "a column, `year(c)`, `month(c)`, `day(c)`, `hour(c)`, `bucket(16, c)` or `truncate(4, c)`";

struct Term {
  Transform transform;
  std::string column;
};

std::string unquote(std::string_view name) {
  name = text::trim(name);
  const bool is_quoted =
      name.size() >= 2 && (name.front() == '"' || name.front() == '`') && name.back() == name.front();
  return std::string(is_quoted ? name.substr(1, name.size() - 2) : name);
}

std::optional<std::int32_t> parse_positive(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

Error unreadable(std::string_view clause) {
  return failf(ErrorCode::kInvalidArgument, "`{}` cannot be read; write {}", clause, kAccepted);
}

// `years` and `days` are what Spark's SQL says.
std::string singular(std::string_view name) {
  auto lower = text::to_lower_ascii(text::trim(name));
  if (lower == "years" || lower == "months" || lower == "days" || lower == "hours") lower.pop_back();
  if (lower == "date") return "day";
  return lower;
}

Result<Term> parse_parameterised(std::string_view clause, const std::string& name, std::string_view arguments) {
  const auto parts = text::split(arguments, ',');
  if (parts.size() != 2) return unreadable(clause);
  // Both orders are about: bucket(16, id) in Iceberg's SQL, bucket(id, 16) elsewhere.
  auto parameter = parse_positive(text::trim(parts[0]));
  auto column = parts[1];
  if (!parameter.has_value()) {
    parameter = parse_positive(text::trim(parts[1]));
    column = parts[0];
  }
  if (!parameter.has_value()) return unreadable(clause);
  auto parsed = FLOE_TRY(transform::parse(fmt::format("{}[{}]", name, *parameter)));
  return Term{std::move(parsed), unquote(column)};
}

Result<Term> parse_term(std::string_view clause) {
  const auto trimmed = text::trim(clause);
  const auto open = trimmed.find('(');
  if (trimmed.empty()) return unreadable(clause);
  if (open == std::string_view::npos || trimmed.front() == '"' || trimmed.front() == '`') {
    auto identity = FLOE_TRY(transform::parse("identity"));
    return Term{std::move(identity), unquote(trimmed)};
  }
  if (trimmed.back() != ')') return unreadable(clause);
  const auto name = singular(trimmed.substr(0, open));
  const auto arguments = trimmed.substr(open + 1, trimmed.size() - open - 2);
  if (name == "bucket" || name == "truncate") return parse_parameterised(clause, name, arguments);
  static const std::set<std::string> kPlain = {"identity", "year", "month", "day", "hour", "void"};
  if (!kPlain.contains(name) || text::trim(arguments).empty()) return unreadable(clause);
  auto parsed = FLOE_TRY(transform::parse(name));
  return Term{std::move(parsed), unquote(arguments)};
}

Result<const Field*> find_column(const Schema& schema, const Term& term, std::string_view clause) {
  const auto* field = schema.find(term.column);
  if (field == nullptr) field = FLOE_TRY(schema.find_ignore_case(term.column));
  if (field == nullptr)
    return failf(ErrorCode::kInvalidArgument, "`{}` names column `{}`, which is not there", clause, term.column);
  return field;
}

// iceberg-core's names of partition fields.
std::string partition_name(const Transform& transform, const std::string& column) {
  switch (transform.kind) {
    case Kind::kIdentity:
      return column;
    case Kind::kBucket:
      return column + "_bucket";
    case Kind::kTruncate:
      return column + "_trunc";
    case Kind::kVoid:
      return column + "_null";
    default:
      return column + "_" + transform.text;
  }
}

std::string free_name(const Transform& transform, const std::string& column, const Schema& schema,
                      const std::set<std::string>& taken) {
  auto name = partition_name(transform, column);
  const auto is_taken = [&](const std::string& candidate) {
    return taken.contains(candidate) ||
           (transform.kind != Kind::kIdentity && schema.find(std::string_view(candidate)) != nullptr);
  };
  if (is_taken(name) && transform.parameter > 0) name += fmt::format("_{}", transform.parameter);
  while (is_taken(name))
    name += "_part";
  return name;
}

std::optional<std::int32_t> known_field_id(const TableMetadata* base, const PartitionField& wanted) {
  if (base == nullptr) return std::nullopt;
  for (const auto& spec : base->specs) {
    for (const auto& field : spec.fields) {
      if (field.source_id == wanted.source_id && field.transform.text == wanted.transform.text &&
          field.name == wanted.name) {
        return field.field_id;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Result<PartitionSpec> parse_partition_by(const std::vector<std::string>& clauses, const Schema& schema,
                                         const TableMetadata* base, std::int32_t* last_partition_id) {
  PartitionSpec spec;
  std::set<std::string> taken;
  for (const auto& clause : clauses) {
    const auto term = FLOE_TRY(parse_term(clause));
    const auto* column = FLOE_TRY(find_column(schema, term, clause));
    PartitionField field;
    field.source_id = column->id;
    field.transform = term.transform;
    field.name = free_name(term.transform, schema.column_name(column->id), schema, taken);
    const auto known = known_field_id(base, field);
    field.field_id = known.has_value() ? *known : ++*last_partition_id;
    taken.insert(field.name);
    spec.fields.push_back(std::move(field));
  }
  FLOE_TRY(check_partition_spec(spec, schema).with_context("reading `partition_by`"));
  return spec;
}

namespace {

// Takes `desc`, `asc`, `nulls first`, `nulls last` off the end of a sort clause.
Result<SortField> take_order(std::string_view* clause) {
  SortField field;
  std::optional<NullOrder> nulls;
  while (true) {
    *clause = text::trim(*clause);
    const auto space = clause->find_last_of(" \t");
    if (space == std::string_view::npos) break;
    const auto word = text::to_lower_ascii(clause->substr(space + 1));
    if (word == "asc" || word == "desc") {
      field.direction = word == "asc" ? SortDirection::kAscending : SortDirection::kDescending;
    } else if (word == "first" || word == "last") {
      const auto rest = text::trim(clause->substr(0, space));
      if (!text::to_lower_ascii(rest).ends_with("nulls")) break;
      nulls = word == "first" ? NullOrder::kNullsFirst : NullOrder::kNullsLast;
      *clause = rest.substr(0, rest.size() - 5);
      continue;
    } else {
      break;
    }
    *clause = clause->substr(0, space);
  }
  const auto natural = field.direction == SortDirection::kAscending ? NullOrder::kNullsFirst : NullOrder::kNullsLast;
  field.null_order = nulls.value_or(natural);
  return field;
}

}  // namespace

Result<SortOrder> parse_sort_by(const std::vector<std::string>& clauses, const Schema& schema) {
  SortOrder order;
  for (const auto& clause : clauses) {
    std::string_view rest = clause;
    auto field = FLOE_TRY(take_order(&rest));
    const auto term = FLOE_TRY(parse_term(rest));
    const auto* column = FLOE_TRY(find_column(schema, term, clause));
    field.source_id = column->id;
    field.transform = term.transform;
    order.fields.push_back(std::move(field));
  }
  if (order.is_sorted()) order.order_id = 1;
  FLOE_TRY(check_sort_order(order, schema).with_context("reading `sort_by`"));
  return order;
}

}  // namespace floe::iceberg
