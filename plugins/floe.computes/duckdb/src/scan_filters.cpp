// What a statement asks of each relation whose files it may choose, as filters of the REST specification.
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/outlines.hpp"
#include "sql/plan_value.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace floe::duckdb_compute {
namespace {

using Filter = std::optional<json::value>;  // nothing: every row may be wanted

// Functions that answer otherwise in the next moment: DuckDB makes constants of them, which the statement would not
// meet again when it runs. A test compares the list with the engine's own.
constexpr std::array<std::string_view, 18> kClockFunctions = {"age",
                                                              "current_connection_id",
                                                              "current_date",
                                                              "current_localtime",
                                                              "current_localtimestamp",
                                                              "current_query_id",
                                                              "current_transaction_id",
                                                              "currval",
                                                              "get_current_time",
                                                              "get_current_timestamp",
                                                              "localtime",
                                                              "localtimestamp",
                                                              "nextval",
                                                              "now",
                                                              "random",
                                                              "today",
                                                              "transaction_timestamp",
                                                              "txid_current"};

json::object binary(const char* op, json::value left, json::value right) {
  return {{"op", op}, {"left", std::move(left)}, {"right", std::move(right)}};
}

// As a balanced tree, since filters are bounded in depth.
json::value join(const char* op, std::vector<json::value>& parts, std::size_t from, std::size_t to) {
  if (to - from == 1) return std::move(parts[from]);
  const std::size_t middle = from + (to - from) / 2;
  json::value left = join(op, parts, from, middle);
  return binary(op, std::move(left), join(op, parts, middle, to));
}

Filter joined(const char* op, std::vector<json::value> parts) {
  if (parts.empty()) return std::nullopt;
  const std::size_t count = parts.size();
  return join(op, parts, 0, count);
}

struct Operator {
  std::string_view plan;
  const char* rest;
  const char* flipped;  // with the constant on the left
};

constexpr Operator kComparisons[] = {
    {"COMPARE_EQUAL", "eq", "eq"},
    {"COMPARE_NOT_DISTINCT_FROM", "eq", "eq"},
    {"COMPARE_NOTEQUAL", "noteq", "noteq"},
    {"COMPARE_LESSTHAN", "lt", "gt"},
    {"COMPARE_LESSTHANOREQUALTO", "lteq", "gteq"},
    {"COMPARE_GREATERTHAN", "gt", "lt"},
    {"COMPARE_GREATERTHANOREQUALTO", "gteq", "lteq"},
};

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? to_view(value->get_string()) : std::string_view();
}

// Translates the expressions above one scan. What has no translation is left out where that keeps more rows.
class Translator {
 public:
  Translator(const std::vector<Column>& columns, std::vector<std::size_t> output)
      : columns_(columns), output_(std::move(output)) {}

  Filter all(const json::array& expressions) const {
    std::vector<json::value> parts;
    for (const json::value& expression : expressions) {
      if (Filter part = translate(expression)) parts.push_back(*std::move(part));
    }
    return joined("and", std::move(parts));
  }

 private:
  Filter translate(const json::value& value) const {
    const json::object* expression = value.if_object();
    if (expression == nullptr) return std::nullopt;
    const std::string_view kind = text_of(*expression, "expression_class");
    if (kind == "BOUND_CONJUNCTION") return conjunction(*expression);
    if (kind == "BOUND_COMPARISON") return comparison(*expression);
    if (kind == "BOUND_BETWEEN") return between(*expression);
    if (kind == "BOUND_OPERATOR") return operation(*expression);
    if (kind == "BOUND_FUNCTION") return prefix(*expression);
    if (kind == "BOUND_REF") return flag(*expression, true);
    return std::nullopt;
  }

  Filter conjunction(const json::object& expression) const {
    const json::array* children = get_array(expression, "children");
    if (children == nullptr) return std::nullopt;
    if (text_of(expression, "type") == "CONJUNCTION_AND") return all(*children);
    std::vector<json::value> parts;
    for (const json::value& child : *children) {
      Filter part = translate(child);
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
    }
    return joined("or", std::move(parts));
  }

  // The column that an expression is; null when it is something else, or a struct or list: filters take plain columns.
  [[nodiscard]] const Column* column(const json::object* expression) const {
    if (expression == nullptr || text_of(*expression, "expression_class") != "BOUND_REF") return nullptr;
    const auto index = get_int(*expression, "index");
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= output_.size()) return nullptr;
    const std::size_t position = output_[static_cast<std::size_t>(*index)];
    return position < columns_.size() && !columns_[position].type.nested() ? &columns_[position] : nullptr;
  }

  static Filter constant(const json::object* expression, const Column& column) {
    if (expression == nullptr || text_of(*expression, "expression_class") != "BOUND_CONSTANT") return std::nullopt;
    const json::object* value = get_object(*expression, "value");
    return value == nullptr ? std::nullopt : single_value(*value, column.type);
  }

  static Filter predicate(const char* op, const Column& column, Filter value) {
    if (!value) return std::nullopt;
    return json::object{{"op", op}, {"term", column.name}, {"value", *std::move(value)}};
  }

  Filter comparison(const json::object& expression) const {
    const std::string_view type = text_of(expression, "type");
    const auto* found = std::find_if(std::begin(kComparisons), std::end(kComparisons),
                                     [&](const Operator& entry) { return entry.plan == type; });
    if (found == std::end(kComparisons)) return std::nullopt;
    const json::object* left = get_object(expression, "left");
    const json::object* right = get_object(expression, "right");
    if (const Column* known = column(left)) return predicate(found->rest, *known, constant(right, *known));
    if (const Column* known = column(right)) return predicate(found->flipped, *known, constant(left, *known));
    return std::nullopt;
  }

  Filter between(const json::object& expression) const {
    const Column* known = column(get_object(expression, "input"));
    if (known == nullptr) return std::nullopt;
    const char* above = get_bool_or(expression, "lower_inclusive", false) ? "gteq" : "gt";
    const char* below = get_bool_or(expression, "upper_inclusive", false) ? "lteq" : "lt";
    std::vector<json::value> parts;
    if (Filter part = predicate(above, *known, constant(get_object(expression, "lower"), *known))) {
      parts.push_back(*std::move(part));
    }
    if (Filter part = predicate(below, *known, constant(get_object(expression, "upper"), *known))) {
      parts.push_back(*std::move(part));
    }
    return joined("and", std::move(parts));
  }

  Filter operation(const json::object& expression) const {
    const json::array* children = get_array(expression, "children");
    if (children == nullptr || children->empty()) return std::nullopt;
    const json::object* first = (*children)[0].if_object();
    const Column* known = column(first);
    if (known == nullptr) return std::nullopt;
    const std::string_view type = text_of(expression, "type");
    if (type == "OPERATOR_IS_NULL") return json::object{{"op", "is-null"}, {"term", known->name}};
    if (type == "OPERATOR_IS_NOT_NULL") return json::object{{"op", "not-null"}, {"term", known->name}};
    if (type == "OPERATOR_NOT") return flag(*first, false);
    if (type != "COMPARE_IN") return std::nullopt;
    json::array values;
    for (std::size_t i = 1; i < children->size(); ++i) {
      Filter value = constant((*children)[i].if_object(), *known);
      if (!value) return std::nullopt;
      values.push_back(*std::move(value));
    }
    return json::object{{"op", "in"}, {"term", known->name}, {"values", std::move(values)}};
  }

  Filter prefix(const json::object& expression) const {
    const json::array* children = get_array(expression, "children");
    if (text_of(expression, "name") != "prefix" || children == nullptr || children->size() != 2) return std::nullopt;
    const Column* known = column((*children)[0].if_object());
    if (known == nullptr || known->type.name != "string") return std::nullopt;
    return predicate("starts-with", *known, constant((*children)[1].if_object(), *known));
  }

  Filter flag(const json::object& expression, bool wanted) const {
    const Column* known = column(&expression);
    if (known == nullptr || known->type.name != "boolean") return std::nullopt;
    return predicate("eq", *known, json::value(wanted));
  }

  const std::vector<Column>& columns_;
  std::vector<std::size_t> output_;  // columns by their position in the scan's output
};

// Looks for scans of outlines and the filters above them.
class PlanReader {
 public:
  explicit PlanReader(const Outlines& outlines) : outlines_(outlines) {}

  void read(const json::value& node) {
    if (const json::array* list = node.if_array()) {
      for (const json::value& child : *list)
        read(child);
      return;
    }
    const json::object* object = node.if_object();
    if (object == nullptr) return;
    if (text_of(*object, "type") == "LOGICAL_GET") {
      add(*object, nullptr);
    } else if (const json::object* scan = scan_below(*object)) {
      add(*scan, get_array(*object, "expressions"));
    } else {
      for (const auto& [key, value] : *object)
        read(value);
    }
  }

  // By relation; nothing where a scan wants every row.
  [[nodiscard]] const std::map<std::uint64_t, Filter>& filters() const { return filters_; }

 private:
  static const json::object* scan_below(const json::object& node) {
    if (text_of(node, "type") != "LOGICAL_FILTER") return nullptr;
    const json::array* children = get_array(node, "children");
    if (children == nullptr || children->size() != 1) return nullptr;
    const json::object* child = (*children)[0].if_object();
    return child != nullptr && text_of(*child, "type") == "LOGICAL_GET" ? child : nullptr;
  }

  static std::optional<std::uint64_t> outline_number(const json::object& scan) {
    if (text_of(scan, "name") != kOutlineFunction) return std::nullopt;
    const json::array* parameters = get_array(scan, "parameters");
    if (parameters == nullptr || parameters->size() != 1) return std::nullopt;
    const json::object* parameter = (*parameters)[0].if_object();
    const auto number = parameter == nullptr ? std::nullopt : get_int(*parameter, "value");
    if (!number) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }

  // Positions in the table of the columns that a scan gives, in its order.
  static std::vector<std::size_t> output_of(const json::object& scan) {
    std::vector<std::size_t> read;
    if (const json::array* indexes = get_array(scan, "column_indexes")) {
      for (const json::value& entry : *indexes) {
        const json::object* object = entry.if_object();
        const auto index = object == nullptr ? std::nullopt : get_int(*object, "index");
        read.push_back(index && *index >= 0 ? static_cast<std::size_t>(*index) : SIZE_MAX);
      }
    }
    const json::array* projected = get_array(scan, "projection_ids");
    if (projected == nullptr || projected->empty()) return read;
    std::vector<std::size_t> output;
    for (const json::value& id : *projected) {
      const bool is_known =
          id.is_int64() && id.get_int64() >= 0 && static_cast<std::size_t>(id.get_int64()) < read.size();
      output.push_back(is_known ? read[static_cast<std::size_t>(id.get_int64())] : SIZE_MAX);
    }
    return output;
  }

  void add(const json::object& scan, const json::array* expressions) {
    const auto number = outline_number(scan);
    if (!number) return;
    const auto outline = outlines_.find(*number);
    Filter filter;
    if (outline != nullptr && expressions != nullptr) {
      filter = Translator(outline->columns, output_of(scan)).all(*expressions);
    }
    const auto [found, is_new] = filters_.emplace(*number, filter);
    if (is_new) return;
    // Read twice: rows that either of the scans wants.
    if (!found->second || !filter) {
      found->second.reset();
    } else {
      found->second = binary("or", *std::move(found->second), *std::move(filter));
    }
  }

  const Outlines& outlines_;
  std::map<std::uint64_t, Filter> filters_;
};

bool asks_the_clock(const json::value& node) {
  if (const json::array* list = node.if_array()) return std::any_of(list->begin(), list->end(), asks_the_clock);
  const json::object* object = node.if_object();
  if (object == nullptr) return false;
  const std::string_view kind = text_of(*object, "expression_class");
  if (kind == "BOUND_FUNCTION" || kind == "BOUND_WINDOW" || kind == "BOUND_AGGREGATE") {
    const std::string_view name = text_of(*object, "name");
    if (std::find(kClockFunctions.begin(), kClockFunctions.end(), name) != kClockFunctions.end()) return true;
  }
  return std::any_of(object->begin(), object->end(), [](const auto& member) { return asks_the_clock(member.value()); });
}

// Null when DuckDB cannot plan or write down the statement.
json::value plan_of(Runner& runner, std::string_view sql, bool optimized) {
  const auto rows =
      runner.run(fmt::format("SELECT json_serialize_plan({}, optimize := {})", quote_text(sql), optimized));
  if (!rows || rows->row_count() != 1) return nullptr;
  auto parsed = parse_json(rows->text(0, 0));
  if (!parsed || !parsed->is_object() || get_bool_or(parsed->get_object(), "error", true)) return nullptr;
  return *std::move(parsed);
}

std::map<std::uint64_t, Filter> find_filters(Statement& statement, std::string_view sql) {
  Runner& runner = statement.runner();
  const json::value written = plan_of(runner, sql, false);
  if (written.is_null() || asks_the_clock(written)) return {};
  PlanReader reader(statement.engine().outlines());
  reader.read(plan_of(runner, sql, true));
  return reader.filters();
}

}  // namespace

Result<std::string> scan_filters(Statement& statement, std::string_view sql,
                                 const std::vector<RelationName>& relations) {
  std::map<std::uint64_t, RelationName> numbers;
  for (const RelationName& relation : relations) {
    const auto number = statement.engine().bound_views().chosen_number(relation);
    if (number) numbers.emplace(*number, relation);
  }
  for (const auto& [number, relation] : numbers)
    FLOE_TRY(statement.session().choose(statement.runner(), number, outline_body(number)));
  const auto filters = find_filters(statement, trim_statement(sql));
  for (const auto& [number, relation] : numbers)
    FLOE_TRY(statement.session().choose(statement.runner(), number, ""));
  json::array found;
  for (const auto& [number, filter] : filters) {
    const auto relation = numbers.find(number);
    if (relation == numbers.end() || !filter) continue;
    found.push_back(json::object{{"relation", json::object{{"database", kBoundDatabase},
                                                           {"schema", relation->second.schema},
                                                           {"name", relation->second.name}}},
                                 {"filter", *filter}});
  }
  return to_json(json::object{{"filters", std::move(found)}});
}

}  // namespace floe::duckdb_compute
