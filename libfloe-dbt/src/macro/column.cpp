#include "macro/relation.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {
namespace {

constexpr std::array<std::string_view, 4> kStrings = {"text", "character varying", "character", "varchar"};
constexpr std::array<std::string_view, 5> kFloats = {"real", "float", "float4", "float8", "double"};
constexpr std::array<std::string_view, 17> kIntegers = {
    "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
    "int1",    "int2",     "int4",    "int8",   "short",   "int",      "signed",    "long"};
constexpr std::array<std::string_view, 2> kNumerics = {"numeric", "decimal"};

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view type) {
  const std::string lower = text::to_lower_ascii(type);
  return std::find(names.begin(), names.end(), lower) != names.end();
}

std::int64_t string_size(const ColumnObject& column) {
  if (!one_of(kStrings, column.dtype)) raise(ExceptionKind::kRuntimeError, "Called string_size() on non-string field!");
  return column.dtype == "text" || !column.char_size ? 256 : *column.char_size;
}

std::string translate_type(std::string_view type) {
  return text::equals_ignore_case_ascii(type, "STRING") ? "TEXT" : std::string(type);
}

// The fields of STRUCT(a INTEGER, b STRUCT(c VARCHAR)).
std::vector<Value> struct_fields(const ColumnObject& column) {
  std::vector<Value> fields;
  const std::size_t open = column.dtype.find('(');
  if (open == std::string::npos || !column.dtype.ends_with(')')) return fields;
  const std::string_view content = std::string_view(column.dtype).substr(open + 1, column.dtype.size() - open - 2);
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= content.size(); ++i) {
    const char c = i < content.size() ? content[i] : ',';
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != ',' || depth != 0) continue;
    const std::string_view field = text::trim(content.substr(start, i - start));
    start = i + 1;
    const std::size_t space = field.find(' ');
    if (space == std::string_view::npos) continue;
    fields.push_back(make_column(std::string(field.substr(0, space)), std::string(field.substr(space + 1))));
  }
  return fields;
}

void flatten(const std::string& prefix, const ColumnObject& column, std::vector<Value>* out) {
  for (const Value& field : struct_fields(column)) {
    const ColumnObject& inner = *field.object_as<ColumnObject>();
    const std::string name = prefix + "." + inner.name;
    if (text::to_lower_ascii(inner.dtype).starts_with("struct")) {
      flatten(name, inner, out);
    } else {
      out->push_back(make_column(name, inner.dtype));
    }
  }
}

Value optional_number(const std::optional<std::int64_t>& number) { return number ? Value(*number) : Value(); }

}  // namespace

std::string ColumnObject::data_type() const {
  if (one_of(kStrings, dtype)) return fmt::format("character varying({})", string_size(*this));
  if (one_of(kNumerics, dtype) && numeric_precision && numeric_scale) {
    return fmt::format("{}({},{})", dtype, *numeric_precision, *numeric_scale);
  }
  return dtype;
}

bool ColumnObject::get_attr(const StringObject& key, Value* out) {
  const std::string_view text = key.view();
  if (text == "name" || text == "column")
    *out = Value(name);
  else if (text == "quoted")
    *out = Value("\"" + name + "\"");
  else if (text == "dtype")
    *out = Value(dtype);
  else if (text == "data_type" || text == "expanded_data_type")
    *out = Value(data_type());
  else if (text == "char_size")
    *out = optional_number(char_size);
  else if (text == "numeric_precision")
    *out = optional_number(numeric_precision);
  else if (text == "numeric_scale")
    *out = optional_number(numeric_scale);
  else if (text == "fields")
    *out = Value::list(struct_fields(*this));
  else
    return false;
  return true;
}

bool ColumnObject::call_method(const StringObject& method, Arguments& arguments, Value* out) {
  const std::string_view key = method.view();
  const bool is_string = one_of(kStrings, dtype);
  if (key == "is_string")
    *out = Value(is_string);
  else if (key == "is_float")
    *out = Value(one_of(kFloats, dtype));
  else if (key == "is_integer")
    *out = Value(one_of(kIntegers, dtype));
  else if (key == "is_numeric")
    *out = Value(one_of(kNumerics, dtype));
  else if (key == "is_number")
    *out = Value(one_of(kFloats, dtype) || one_of(kIntegers, dtype) || one_of(kNumerics, dtype));
  else if (key == "is_struct")
    *out = Value(text::to_lower_ascii(dtype).starts_with("struct"));
  else if (key == "string_size")
    *out = Value(string_size(*this));
  else if (key == "can_expand_to") {
    const ColumnObject* other =
        arguments.positional.empty() ? nullptr : arguments.positional[0].object_as<ColumnObject>();
    *out = Value(other != nullptr && is_string && one_of(kStrings, other->dtype) &&
                 string_size(*other) > string_size(*this));
  } else if (key == "literal") {
    *out = Value(to_str(arguments.positional.empty() ? Value() : arguments.positional[0]) + "::" + data_type());
  } else if (key == "flatten") {
    std::vector<Value> flat;
    if (text::to_lower_ascii(dtype).starts_with("struct")) {
      flatten(name, *this, &flat);
    } else {
      flat.emplace_back(Ref<ColumnObject>(this));
    }
    *out = Value::list(std::move(flat));
  } else {
    return make_column_class().object()->call_method(method, arguments, out);
  }
  return true;
}

std::string ColumnObject::repr() const {
  const auto number = [](const std::optional<std::int64_t>& value) { return value ? std::to_string(*value) : "None"; };
  return fmt::format(
      "DuckDBColumn(column={}, dtype={}, char_size={}, numeric_precision={}, numeric_scale={}, fields=[])",
      to_repr(Value(name)), to_repr(Value(dtype)), number(char_size), number(numeric_precision), number(numeric_scale));
}

bool ColumnObject::equals(const Value& other) const {
  const ColumnObject* column = other.object_as<ColumnObject>();
  return column != nullptr && name == column->name && dtype == column->dtype && char_size == column->char_size &&
         numeric_precision == column->numeric_precision && numeric_scale == column->numeric_scale;
}

std::uint64_t ColumnObject::hash() const { raise(ExceptionKind::kTypeError, "unhashable type: 'DuckDBColumn'"); }

Value make_column(std::string name, std::string dtype) {
  return make_ref<ColumnObject>(std::move(name), std::move(dtype));
}

namespace {

// `TYPE(12)` or `TYPE(12,2)` into its parts.
Value column_from_description(const std::string& name, const std::string& described) {
  const std::size_t open = described.find('(');
  auto column = make_ref<ColumnObject>(name, described.substr(0, open));
  if (open == std::string::npos || described.empty()) return column;
  const std::size_t close = described.find(')', open);
  const std::string size = described.substr(open + 1, close == std::string::npos ? close : close - open - 1);
  const auto parts = text::split(size, ',');
  const auto number = [&](std::string_view part) -> std::int64_t {
    const std::string digits(text::trim(part));
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
      raise(
          ExceptionKind::kRuntimeError,
          fmt::format("Could not interpret data_type \"{}\": could not convert \"{}\" to an integer", described, part));
    }
    return std::stoll(digits);
  };
  if (parts.size() == 1) column->char_size = number(parts[0]);
  if (parts.size() == 2) {
    column->numeric_precision = number(parts[0]);
    column->numeric_scale = number(parts[1]);
  }
  return column;
}

class ColumnClass final : public Object {
 public:
  [[nodiscard]] std::string_view type_name() const override { return "type"; }

  [[nodiscard]] std::string repr() const override { return "<class 'DuckDBColumn'>"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override {
    Value bound[5] = {Value::missing(), Value::missing(), Value(), Value(), Value()};
    bind_arguments("DuckDBColumn", arguments, {"column", "dtype", "char_size", "numeric_precision", "numeric_scale"}, 2,
                   bound);
    auto column = make_ref<ColumnObject>(to_str(bound[0]), to_str(bound[1]));
    const auto number = [](const Value& value) { return value.is_missing() ? std::nullopt : as_index(value); };
    column->char_size = number(bound[2]);
    column->numeric_precision = number(bound[3]);
    column->numeric_scale = number(bound[4]);
    return column;
  }

  bool call_method(const StringObject& method, Arguments& arguments, Value* out) override {
    const std::string_view key = method.view();
    const auto argument = [&](std::size_t index) {
      if (index < arguments.positional.size()) return arguments.positional[index];
      raise(ExceptionKind::kTypeError, fmt::format("Column.{}() is missing an argument", key));
    };
    const auto any_argument = [&] { return arguments.named.empty() ? argument(0) : arguments.named[0].value; };
    if (key == "translate_type")
      *out = Value(translate_type(to_str(any_argument())));
    else if (key == "create")
      *out = make_column(to_str(argument(0)), translate_type(to_str(argument(1))));
    else if (key == "string_type")
      *out = Value(fmt::format("character varying({})", to_str(any_argument())));
    else if (key == "numeric_type") {
      const Value precision = argument(1);
      const Value scale = argument(2);
      *out = precision.is_none() || scale.is_none()
                 ? argument(0)
                 : Value(fmt::format("{}({},{})", to_str(argument(0)), to_str(precision), to_str(scale)));
    } else if (key == "from_description") {
      *out = column_from_description(to_str(argument(0)), to_str(argument(1)));
    } else {
      return Object::call_method(method, arguments, out);
    }
    return true;
  }
};

}  // namespace

Value make_column_class() { return make_ref<ColumnClass>(); }

}  // namespace floe::dbt
