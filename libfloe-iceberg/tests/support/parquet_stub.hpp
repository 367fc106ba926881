// Parquet files without pages: a footer is all that a commit reads.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg::testing {

// Thrift's compact protocol, as far as footers need it.
class CompactWriter {
 public:
  void field(int id, int type) {
    const int delta = id - last_;
    out_ += static_cast<char>((delta << 4) | type);
    last_ = id;
  }

  void i32(int id, std::int64_t value) { field(id, 5), zigzag(value); }

  void i64(int id, std::int64_t value) { field(id, 6), zigzag(value); }

  void binary(int id, std::string_view bytes) { field(id, 8), text(bytes); }

  void list(int id, int type, std::size_t size) {
    field(id, 9);
    if (size < 15) {
      out_ += static_cast<char>((size << 4) | static_cast<std::size_t>(type));
    } else {
      out_ += static_cast<char>(0xf0 | type);
      varint(size);
    }
  }

  void text(std::string_view bytes) { varint(bytes.size()), out_ += bytes; }

  void zigzag(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
  }

  void begin() { stack_.push_back(last_), last_ = 0; }

  void end() { out_ += '\0', last_ = stack_.back(), stack_.pop_back(); }

  [[nodiscard]] const std::string& bytes() const { return out_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U)
      out_ += static_cast<char>((value & 0x7fU) | 0x80U);
    out_ += static_cast<char>(value);
  }

  std::string out_;
  int last_ = 0;
  std::vector<int> stack_;
};

struct StubColumn {
  int id = 0;
  std::string name;
  int physical = 2;  // 1 INT32, 2 INT64, 5 DOUBLE, 6 BYTE_ARRAY (string)
  std::string min;   // plain encoding; empty: no bounds
  std::string max;
  std::int64_t nulls = 0;
};

template <class Value>
std::string plain(Value value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return bytes;
}

inline StubColumn long_column(int id, std::string name, std::int64_t min, std::int64_t max, std::int64_t nulls = 0) {
  return {id, std::move(name), 2, plain(min), plain(max), nulls};
}

inline StubColumn int_column(int id, std::string name, std::int32_t min, std::int32_t max, std::int64_t nulls = 0) {
  return {id, std::move(name), 1, plain(min), plain(max), nulls};
}

inline StubColumn text_column(int id, std::string name, std::string min, std::string max, std::int64_t nulls = 0) {
  return {id, std::move(name), 6, std::move(min), std::move(max), nulls};
}

inline void write_stub_schema(CompactWriter& out, const std::vector<StubColumn>& columns) {
  out.list(2, 12, columns.size() + 1);
  out.begin();
  out.binary(4, "schema");
  out.i32(5, static_cast<std::int64_t>(columns.size()));
  out.end();
  for (const auto& column : columns) {
    out.begin();
    out.i32(1, column.physical);
    out.i32(3, 1);
    out.binary(4, column.name);
    if (column.physical == 6) out.i32(6, 0);  // UTF8
    out.i32(9, column.id);
    out.end();
  }
}

inline void write_stub_chunk(CompactWriter& out, const StubColumn& column, std::int64_t rows) {
  out.begin();
  out.i64(2, 4);
  out.field(3, 12);
  out.begin();
  out.i32(1, column.physical);
  out.list(2, 5, 1), out.zigzag(0);
  out.list(3, 8, 1), out.text(column.name);
  out.i32(4, 0);
  out.i64(5, rows);
  out.i64(6, 10);
  out.i64(7, 10);
  out.i64(9, 4);
  out.field(12, 12);
  out.begin();
  out.i64(3, column.nulls);
  if (!column.max.empty()) out.binary(5, column.max), out.binary(6, column.min);
  out.end();
  out.end();
  out.end();
}

inline std::string parquet_stub(std::int64_t rows, const std::vector<StubColumn>& columns) {
  CompactWriter out;
  out.begin();
  out.i32(1, 2);
  write_stub_schema(out, columns);
  out.i64(3, rows);
  out.list(4, 12, 1);
  out.begin();
  out.list(1, 12, columns.size());
  for (const auto& column : columns)
    write_stub_chunk(out, column, rows);
  out.i64(2, 100);
  out.i64(3, rows);
  out.end();
  out.list(7, 12, columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out.begin();
    out.field(1, 12);
    out.begin(), out.end();
    out.end();
  }
  out.end();
  std::string file = "PAR1" + out.bytes();
  file += plain(static_cast<std::uint32_t>(out.bytes().size()));
  return file + "PAR1";
}

}  // namespace floe::iceberg::testing
