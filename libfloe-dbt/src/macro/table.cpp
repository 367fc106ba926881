#include "macro/table.hpp"

#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {
namespace {

Value names_value(const std::vector<std::string>& names) { return Value::tuple({names.begin(), names.end()}); }

// Position of a column given by index or name; raises what agate raises.
std::size_t column_position(const std::vector<std::string>& names, const Value& key) {
  if (auto index = as_index(key)) {
    const auto count = static_cast<std::int64_t>(names.size());
    const std::int64_t at = *index < 0 ? *index + count : *index;
    if (at < 0 || at >= count) raise(ExceptionKind::kIndexError, "tuple index out of range");
    return static_cast<std::size_t>(at);
  }
  const std::string wanted = to_str(key);
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end()) raise(ExceptionKind::kKeyError, to_repr(key));
  return static_cast<std::size_t>(found - names.begin());
}

class VectorIterator final : public Iterator {
 public:
  explicit VectorIterator(std::vector<Value> values) : values_(std::move(values)) {}

  bool next(Value* out) override {
    if (at_ == values_.size()) return false;
    *out = values_[at_++];
    return true;
  }

 private:
  std::vector<Value> values_;
  std::size_t at_ = 0;
};

// What rows, columns and the sequences of them share: values with names.
class NamedSequence : public Object {
 public:
  bool get_item(const Value& key, Value* out) override {
    if (key.is_string()) {
      const auto found = std::find(names().begin(), names().end(), key.as_string());
      if (found == names().end()) return false;
      *out = at(static_cast<std::size_t>(found - names().begin()));
      return true;
    }
    auto index = as_index(key);
    if (!index) return false;
    const auto count = static_cast<std::int64_t>(size());
    const std::int64_t position = *index < 0 ? *index + count : *index;
    if (position < 0 || position >= count) return false;
    *out = at(static_cast<std::size_t>(position));
    return true;
  }

  std::unique_ptr<Iterator> iterate() override { return std::make_unique<VectorIterator>(all()); }

  [[nodiscard]] std::optional<std::size_t> length() const override { return size(); }

  [[nodiscard]] bool equals(const Value& other) const override {
    if (!is_iterable(other)) return false;
    return floe::dbt::equals(Value::list(all()), Value::list(to_vector(other)));
  }

  bool call_method(const StringObject& method, Arguments& arguments, Value* out) override {
    const std::string_view key = method.view();
    if (key == "values") {
      *out = Value::tuple(all());
    } else if (key == "keys") {
      *out = names_value(names());
    } else if (key == "items") {
      std::vector<Value> items;
      items.reserve(size());
      for (std::size_t i = 0; i < size(); ++i)
        items.push_back(Value::tuple({Value(names()[i]), at(i)}));
      *out = Value::list(std::move(items));
    } else if (key == "dict") {
      Value dict = Value::dict();
      for (std::size_t i = 0; i < size() && i < names().size(); ++i)
        dict.dict_object()->set(std::string_view(names()[i]), at(i));
      *out = dict;
    } else if (key == "get") {
      const Value wanted = arguments.positional.empty() ? Value() : arguments.positional[0];
      if (!get_item(wanted, out)) *out = arguments.positional.size() > 1 ? arguments.positional[1] : Value();
    } else {
      return Object::call_method(method, arguments, out);
    }
    return true;
  }

  bool get_attr(const StringObject& name, Value* out) override {
    static constexpr std::string_view kMethods[] = {"values", "keys", "items", "dict", "get"};
    const auto method = std::find(std::begin(kMethods), std::end(kMethods), name.view());
    if (method == std::end(kMethods)) return false;
    *out = make_callable(std::string(*method),
                         [self = Value(Ref<NamedSequence>(this)), key = *method](Arguments& arguments) {
                           Value result;
                           self.object()->call_method(StringObject(std::string(key)), arguments, &result);
                           return result;
                         });
    return true;
  }

 protected:
  [[nodiscard]] virtual const std::vector<std::string>& names() const = 0;
  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual Value at(std::size_t index) const = 0;

  [[nodiscard]] std::vector<Value> all() const {
    std::vector<Value> values;
    values.reserve(size());
    for (std::size_t i = 0; i < size(); ++i)
      values.push_back(at(i));
    return values;
  }
};

class RowObject final : public NamedSequence {
 public:
  RowObject(Ref<TableObject> table, std::size_t index) : table_(std::move(table)), index_(index) {}

  [[nodiscard]] std::string_view type_name() const override { return "Row"; }

  [[nodiscard]] std::string repr() const override { return "<agate.Row: " + to_repr(Value::tuple(all())) + ">"; }

 protected:
  [[nodiscard]] const std::vector<std::string>& names() const override { return table_->column_names; }

  [[nodiscard]] std::size_t size() const override { return table_->rows[index_].size(); }

  [[nodiscard]] Value at(std::size_t index) const override { return table_->rows[index_][index]; }

 private:
  Ref<TableObject> table_;
  std::size_t index_;
};

class TableColumn final : public NamedSequence {
 public:
  TableColumn(Ref<TableObject> table, std::size_t index) : table_(std::move(table)), index_(index) {}

  [[nodiscard]] std::string_view type_name() const override { return "Column"; }

  [[nodiscard]] std::string repr() const override { return "<agate.Column: " + to_repr(Value::tuple(all())) + ">"; }

  bool get_attr(const StringObject& name, Value* out) override {
    if (name.view() == "name")
      *out = Value(table_->column_names[index_]);
    else if (name.view() == "index")
      *out = Value(index_);
    else if (name.view() == "data_type")
      *out = Value(agate_type_name(table_->column_types[index_]));
    else
      return NamedSequence::get_attr(name, out);
    return true;
  }

  bool call_method(const StringObject& method, Arguments& arguments, Value* out) override {
    const std::string_view key = method.view();
    if (key == "values_distinct") {
      auto set = make_ref<SetObject>();
      for (const Value& value : all())
        set->add(value);
      *out = set;
    } else if (key == "values_without_nulls" || key == "values_sorted" || key == "values_without_nulls_sorted") {
      std::vector<Value> kept;
      for (const Value& value : all()) {
        if (key == "values_sorted" || !value.is_none()) kept.push_back(value);
      }
      if (key != "values_without_nulls") sort_values(&kept, false);
      *out = Value::tuple(std::move(kept));
    } else {
      return NamedSequence::call_method(method, arguments, out);
    }
    return true;
  }

 protected:
  [[nodiscard]] const std::vector<std::string>& names() const override { return no_names_; }

  [[nodiscard]] std::size_t size() const override { return table_->rows.size(); }

  [[nodiscard]] Value at(std::size_t index) const override { return table_->rows[index][index_]; }

 private:
  Ref<TableObject> table_;
  std::size_t index_;
  std::vector<std::string> no_names_;
};

// table.rows and table.columns.
class TableParts final : public NamedSequence {
 public:
  TableParts(Ref<TableObject> table, bool columns) : table_(std::move(table)), columns_(columns) {}

  [[nodiscard]] std::string_view type_name() const override { return "MappedSequence"; }

  [[nodiscard]] std::string repr() const override {
    return fmt::format("<agate.MappedSequence: {}>", to_repr(Value::tuple(all())));
  }

 protected:
  [[nodiscard]] const std::vector<std::string>& names() const override {
    static const std::vector<std::string> kNone;
    return columns_ ? table_->column_names : kNone;
  }

  [[nodiscard]] std::size_t size() const override {
    return columns_ ? table_->column_names.size() : table_->rows.size();
  }

  [[nodiscard]] Value at(std::size_t index) const override {
    if (columns_) return make_ref<TableColumn>(table_, index);
    return make_ref<RowObject>(table_, index);
  }

 private:
  Ref<TableObject> table_;
  bool columns_;
};

// The columns at those positions.
Value pick_columns(const TableObject& table, const std::vector<std::size_t>& positions) {
  std::vector<std::string> names;
  std::vector<AgateType> types;
  std::vector<std::vector<Value>> rows(table.rows.size());
  for (std::size_t position : positions) {
    names.push_back(table.column_names[position]);
    types.push_back(table.column_types[position]);
    for (std::size_t row = 0; row < rows.size(); ++row)
      rows[row].push_back(table.rows[row][position]);
  }
  return make_table(std::move(names), std::move(types), std::move(rows));
}

Value rename_columns(const TableObject& table, const Value& renames) {
  std::vector<std::string> names = table.column_names;
  if (renames.is_dict()) {
    for (std::string& name : names) {
      if (const Value* fresh = renames.dict_object()->find(std::string_view(name))) name = to_str(*fresh);
    }
  } else {
    const std::vector<Value> given = to_vector(renames);
    for (std::size_t i = 0; i < names.size() && i < given.size(); ++i)
      names[i] = to_str(given[i]);
  }
  return make_table(std::move(names), table.column_types, table.rows);
}

Value order_rows(const TableObject& table, const Value& key, bool reverse) {
  const std::size_t position = column_position(table.column_names, key);
  std::vector<std::vector<Value>> rows = table.rows;
  // Nulls last, as agate sorts them.
  const auto before = [position](const std::vector<Value>& left, const std::vector<Value>& right) {
    if (left[position].is_none() || right[position].is_none())
      return !left[position].is_none() && right[position].is_none();
    return less(left[position], right[position]);
  };
  std::stable_sort(rows.begin(), rows.end(), before);
  if (reverse) std::reverse(rows.begin(), rows.end());
  return make_table(table.column_names, table.column_types, std::move(rows));
}

}  // namespace

std::string_view agate_type_name(AgateType type) {
  switch (type) {
    case AgateType::kBoolean:
      return "Boolean";
    case AgateType::kInteger:
      return "Integer";
    case AgateType::kNumber:
      return "Number";
    case AgateType::kDate:
      return "Date";
    case AgateType::kDateTime:
      return "DateTime";
    case AgateType::kText:
      return "Text";
  }
  return "";
}

bool TableObject::get_attr(const StringObject& name, Value* out) {
  const std::string_view key = name.view();
  const Ref<TableObject> self(this);
  if (key == "rows") {
    *out = make_ref<TableParts>(self, false);
  } else if (key == "columns") {
    *out = make_ref<TableParts>(self, true);
  } else if (key == "column_names") {
    *out = names_value(column_names);
  } else if (key == "column_types") {
    std::vector<Value> types;
    types.reserve(column_types.size());
    for (AgateType type : column_types)
      types.emplace_back(agate_type_name(type));
    *out = Value::tuple(std::move(types));
  } else {
    return false;
  }
  return true;
}

bool TableObject::get_item(const Value& /*key*/, Value* /*out*/) { return false; }

bool TableObject::call_method(const StringObject& name, Arguments& arguments, Value* out) {
  const std::string_view key = name.view();
  const auto argument = [&](std::size_t index, std::string_view keyword) {
    if (index < arguments.positional.size()) return arguments.positional[index];
    const Value* named = arguments.find(keyword);
    return named == nullptr ? Value() : *named;
  };
  if (key == "print_table" || key == "print_csv" || key == "print_json") {
    *out = Value();
  } else if (key == "select" || key == "exclude") {
    const Value given = argument(0, "key");
    std::vector<std::size_t> positions;
    for (const Value& each : given.is_string() ? std::vector<Value>{given} : to_vector(given)) {
      positions.push_back(column_position(column_names, each));
    }
    if (key == "exclude") {
      std::vector<std::size_t> kept;
      for (std::size_t i = 0; i < column_names.size(); ++i) {
        if (std::find(positions.begin(), positions.end(), i) == positions.end()) kept.push_back(i);
      }
      positions = kept;
    }
    *out = pick_columns(*this, positions);
  } else if (key == "rename") {
    *out = rename_columns(*this, argument(0, "column_names"));
  } else if (key == "limit") {
    const auto count = as_index(argument(0, "start_or_stop"));
    const std::size_t kept =
        count && *count >= 0 ? std::min(rows.size(), static_cast<std::size_t>(*count)) : rows.size();
    *out = make_table(column_names, column_types, {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(kept)});
  } else if (key == "order_by") {
    *out = order_rows(*this, argument(0, "key"), floe::dbt::truth(argument(1, "reverse")));
  } else if (key == "where") {
    std::vector<std::vector<Value>> kept;
    const Value test = argument(0, "test");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Value row = make_ref<RowObject>(Ref<TableObject>(this), i);
      Arguments call_arguments{arguments.machine, {&row, 1}, {}};
      if (floe::dbt::truth(floe::dbt::call(test, call_arguments))) kept.push_back(rows[i]);
    }
    *out = make_table(column_names, column_types, std::move(kept));
  } else {
    return Object::call_method(name, arguments, out);
  }
  return true;
}

std::string TableObject::str() const {
  std::string out;
  for (std::size_t i = 0; i < column_names.size(); ++i) {
    out += fmt::format("{}| {} | {} |", i == 0 ? "" : "\n", column_names[i], agate_type_name(column_types[i]));
  }
  return out;
}

std::string TableObject::repr() const {
  return fmt::format("<agate.Table: {}>", text::counted(std::ssize(rows), "row"));
}

std::unique_ptr<Iterator> TableObject::iterate() { return TableParts(Ref<TableObject>(this), false).iterate(); }

std::optional<std::size_t> TableObject::length() const { return rows.size(); }

Value make_table(std::vector<std::string> names, std::vector<AgateType> types, std::vector<std::vector<Value>> rows) {
  auto table = make_ref<TableObject>();
  table->column_names = std::move(names);
  table->column_types = std::move(types);
  table->rows = std::move(rows);
  return table;
}

Value make_empty_table() { return make_table({}, {}, {}); }

const TableObject* as_table(const Value& value) { return value.object_as<TableObject>(); }

namespace {

class AdapterResponse final : public Object {
 public:
  AdapterResponse(std::string message, std::string code, std::optional<std::int64_t> rows)
      : message_(std::move(message)), code_(std::move(code)), rows_(rows) {}

  [[nodiscard]] std::string_view type_name() const override { return "AdapterResponse"; }

  [[nodiscard]] std::string str() const override { return message_; }

  [[nodiscard]] std::string repr() const override { return message_; }

  bool get_attr(const StringObject& name, Value* out) override {
    const std::string_view key = name.view();
    if (key == "message")
      *out = Value(message_);
    else if (key == "code")
      *out = Value(code_);
    else if (key == "rows_affected")
      *out = rows_ ? Value(*rows_) : Value();
    else if (key == "query_id")
      *out = Value();
    else
      return false;
    return true;
  }

 private:
  std::string message_;
  std::string code_;
  std::optional<std::int64_t> rows_;
};

}  // namespace

Value make_adapter_response(std::string message, std::string code, std::optional<std::int64_t> rows_affected) {
  return make_ref<AdapterResponse>(std::move(message), std::move(code), rows_affected);
}

}  // namespace floe::dbt
