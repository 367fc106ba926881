#include "execute/query_table.hpp"

#include "macro/table.hpp"
#include "value/containers.hpp"
#include "value/datetime.hpp"
#include "value/exception.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/arrow/reader.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace floe::dbt {
namespace {

using arrow::ColumnView;
using arrow::Kind;

std::int64_t to_micros(std::int64_t value, arrow::Unit unit) {
  switch (unit) {
    case arrow::Unit::kSecond:
      return value * 1'000'000;
    case arrow::Unit::kMilli:
      return value * 1'000;
    case arrow::Unit::kMicro:
      return value;
    case arrow::Unit::kNano:
      return value >= 0 ? value / 1'000 : -((-value + 999) / 1'000);
  }
  return value;
}

// 128-bit two's complement with a scale, as decimal text.
std::string decimal_text(arrow::Int128 value, int scale) {
  const bool negative = value.high < 0;
  std::uint64_t high = static_cast<std::uint64_t>(value.high);
  std::uint64_t low = value.low;
  if (negative) {
    low = ~low + 1;
    high = ~high + (low == 0 ? 1 : 0);
  }
  std::string digits;
  while (high != 0 || low != 0) {
    // Long division by ten, 32 bits at a time.
    std::uint64_t rest = 0;
    std::uint64_t parts[4] = {high >> 32, high & 0xffffffff, low >> 32, low & 0xffffffff};
    for (std::uint64_t& part : parts) {
      const std::uint64_t current = (rest << 32) | part;
      part = current / 10;
      rest = current % 10;
    }
    high = (parts[0] << 32) | parts[1];
    low = (parts[2] << 32) | parts[3];
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
  }
  const auto wanted = static_cast<std::size_t>(scale < 0 ? 0 : scale);
  if (digits.size() <= wanted) digits.insert(0, wanted + 1 - digits.size(), '0');
  if (wanted > 0) digits.insert(digits.size() - wanted, ".");
  return negative ? "-" + digits : digits;
}

AgateType agate_type_of(const arrow::Type& type) {
  switch (type.kind) {
    case Kind::kBool:
      return AgateType::kBoolean;
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint8:
    case Kind::kUint16:
    case Kind::kUint32:
    case Kind::kUint64:
      return AgateType::kInteger;
    case Kind::kFloat:
    case Kind::kDouble:
      return AgateType::kNumber;
    case Kind::kDecimal:
      return type.scale == 0 ? AgateType::kInteger : AgateType::kNumber;
    case Kind::kDate32:
    case Kind::kDate64:
      return AgateType::kDate;
    case Kind::kTimestamp:
      return AgateType::kDateTime;
    default:
      return AgateType::kText;
  }
}

Value cell_value(const ColumnView& column, std::int64_t row);
Value nested_value(const ColumnView& column, std::int64_t row);

// A value inside of another as dbt's JSON encoder writes it: decimals as floats, dates and times in ISO 8601.
Value json_value(const ColumnView& column, std::int64_t row) {
  if (column.kind() == Kind::kNull || column.is_null(row)) return {};
  switch (column.kind()) {
    case Kind::kFloat:
    case Kind::kDouble:
      return Value(column.double_at(row));
    case Kind::kDecimal:
      return Value(std::strtod(decimal_text(column.decimal_at(row), column.type().scale).c_str(), nullptr));
    case Kind::kDate32:
    case Kind::kDate64:
    case Kind::kTime32:
    case Kind::kTime64:
    case Kind::kDuration:
      return Value(to_str(cell_value(column, row)));
    case Kind::kTimestamp: {
      std::string text = to_str(cell_value(column, row));
      std::replace(text.begin(), text.end(), ' ', 'T');
      return Value(text);
    }
    default:
      return cell_value(column, row);
  }
}

// Lists, structs and maps: what json.dumps of the Python value would read.
Value nested_value(const ColumnView& column, std::int64_t row) {
  std::vector<Value> items;
  if (column.kind() == Kind::kStruct) {
    std::vector<std::pair<Value, Value>> entries;
    entries.reserve(column.child_count());
    for (std::size_t i = 0; i < column.child_count(); ++i) {
      entries.emplace_back(Value(column.type().children[i].name), json_value(column.child(i), row));
    }
    return Value::dict(std::move(entries));
  }
  const auto [first, count] = column.range_at(row);
  for (std::int64_t i = first; i < first + count; ++i) {
    if (column.kind() == Kind::kMap) {
      items.push_back(Value::list({json_value(column.child(0), i), json_value(column.child(1), i)}));
    } else {
      items.push_back(json_value(column.child(0), i));
    }
  }
  return Value::list(std::move(items));
}

Value cell_value(const ColumnView& column, std::int64_t row) {
  if (column.kind() == Kind::kNull || column.is_null(row)) return {};
  switch (column.kind()) {
    case Kind::kBool:
      return Value(column.bool_at(row));
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint8:
    case Kind::kUint16:
    case Kind::kUint32:
      return Value(column.int_at(row));
    case Kind::kUint64:
      return to_int(Value(std::to_string(column.uint_at(row))));
    case Kind::kFloat:
    case Kind::kDouble:
      return make_decimal(float_repr(column.double_at(row)));
    case Kind::kDecimal: {
      const std::string text = decimal_text(column.decimal_at(row), column.type().scale);
      return column.type().scale == 0 ? to_int(Value(text)) : make_decimal(text);
    }
    case Kind::kDate32:
      return make_date(column.int_at(row));
    case Kind::kDate64:
      return make_date(column.int_at(row) / 86'400'000);
    case Kind::kTimestamp: {
      const std::int64_t micros = to_micros(column.int_at(row), column.type().unit);
      return column.type().timezone.empty() ? make_datetime(micros) : make_utc_datetime(micros);
    }
    case Kind::kTime32:
    case Kind::kTime64:
      return make_time(to_micros(column.int_at(row), column.type().unit));
    case Kind::kDuration:
      return make_timedelta(to_micros(column.int_at(row), column.type().unit));
    case Kind::kList:
    case Kind::kStruct:
    case Kind::kMap:
      return nested_value(column, row);
    case Kind::kBinary:
    case Kind::kFixedBinary:
      return Value(to_str(Value(make_ref<BytesObject>(std::string(column.bytes_at(row))))));  // as agate: b'\xff'
    default:
      return Value(column.bytes_at(row));
  }
}

Value table_cell(const ColumnView& column, std::int64_t row) {
  Value value = cell_value(column, row);
  return value.is_list() || value.is_dict() ? Value(dump_json(value)) : value;
}

}  // namespace

Result<Value> read_query_table(ArrowStream rows, std::int64_t limit) {
  auto reader = FLOE_TRY(arrow::StreamReader::open(std::move(rows)));
  std::vector<std::string> names;
  std::vector<AgateType> types;
  for (const arrow::Field& field : reader.fields()) {
    names.push_back(field.name);
    types.push_back(agate_type_of(field.type));
  }
  text::number_repeated(names);
  std::vector<std::vector<Value>> cells;
  try {
    while (FLOE_TRY(reader.next())) {
      for (std::int64_t row = 0; row < reader.rows(); ++row) {
        if (limit >= 0 && static_cast<std::int64_t>(cells.size()) >= limit) break;
        auto& line = cells.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i)
          line.push_back(table_cell(reader.column(i), row));
      }
    }
  } catch (const PythonException& exception) {
    return to_error(exception);
  }
  return make_table(std::move(names), std::move(types), std::move(cells));
}

}  // namespace floe::dbt
