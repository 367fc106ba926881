// libFuzzer: any schema and batch of a foreign maker. What is found good is read whole by both readers of rows.
// sources: libfloe-core/src/warehouse/arrow_json.cpp
#include "warehouse/arrow_json.hpp"

#include "base/arrow/foreign_rows.hpp"
#include "base/arrow/reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace floe;  // NOLINT: a fuzz target is one file about one thing

// The C data interface tells no length of a buffer, so every buffer here is larger than what good numbers ask for, and
// numbers are small, or far from any memory.
constexpr std::size_t kBuffer = 24 * 1024;
constexpr int kDeepest = 70;
constexpr std::int64_t kLong = 300;  // more than any offset
constexpr std::size_t kMostArrays = 40;

class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t byte() {
    if (at_ == bytes_.size()) return 0;
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }

  std::int64_t number() {
    constexpr std::array<std::int64_t, 8> kFar{-1,        -4,        INT64_MIN, INT64_MAX, INT64_MAX - 2,
                                               1LL << 47, 1LL << 62, -100'000};
    const std::uint8_t value = byte();
    return value < 248 ? value % 16 : kFar[value - 248U];
  }

  [[nodiscard]] bool is_over() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

class Maker {
 public:
  explicit Maker(Input& input) : input_(input) {}

  ArrowSchema* schema(int depth) {
    static constexpr std::array kFormats{
        "+s", "l", "u", "+l",  "b",    "i",   "g",      "U",       "z",     "vu",   "+m",
        "+L", "n", "c", "tdD", "tsu:", "w:3", "d:10,2", "+w:2",    "+vl",   "+vL",  "vz",
        "e",  "?", "Z", "S",   "ttu",  "tin", "w:0",    "d:99,99", "+w:-1", "tsu:x"};
    ArrowSchema& made = schemas_.emplace_back();
    made = {};
    const std::uint8_t kind = input_.byte();
    made.format = depth == 0 ? "+s" : kFormats[kind % kFormats.size()];
    made.name = names_.emplace_back(1, static_cast<char>(input_.byte())).c_str();
    made.flags = ARROW_FLAG_NULLABLE;
    made.release = [](ArrowSchema* released) { released->release = nullptr; };
    const std::uint8_t oddity = input_.byte();
    if (oddity == 1) made.format = nullptr;
    if (oddity == 2) made.release = nullptr;
    made.n_children = made.format != nullptr && made.format[0] == '+' ? input_.byte() % 4 : oddity == 3 ? -1 : 0;
    if (depth >= kDeepest || input_.is_over()) made.n_children = 0;
    if (made.n_children > 0 && oddity != 4) made.children = pointers(made.n_children, schema_lists_);
    for (std::int64_t i = 0; made.children != nullptr && i < made.n_children; ++i)
      made.children[i] = oddity == 5 ? &made : schema(depth + 1);
    if (oddity >= 250 && depth < kDeepest) made.dictionary = schema(depth + 1);
    return &made;
  }

  ArrowArray* array(const ArrowSchema& of, int depth) {
    ArrowArray& made = arrays_.emplace_back();
    made = {};
    const std::uint8_t oddity = input_.byte();
    // Right but for one oddity: else every batch is refused for the first thing that is looked at.
    made.length = oddity == 7 ? input_.number() : depth == 0 ? input_.byte() % 6 : kLong;
    made.offset = oddity == 8 ? input_.number() : input_.byte() % 3;
    made.null_count = oddity == 9 ? input_.number() : -1;
    made.n_buffers = oddity == 10 ? input_.number() : buffers_of(of.format == nullptr ? "" : of.format);
    made.release = [](ArrowArray* released) { released->release = nullptr; };
    if (oddity == 1) made.release = nullptr;
    if (oddity != 2) made.buffers = buffers(of);
    made.n_children = oddity == 3 ? input_.number() : of.n_children;
    if (of.n_children > 0 && oddity != 4) made.children = pointers(16, array_lists_);
    for (std::int64_t i = 0; made.children != nullptr && of.children != nullptr && i < of.n_children && can_grow(depth);
         ++i)
      made.children[i] = oddity == 5 ? nullptr : array(*of.children[i], depth + 1);
    if (of.dictionary != nullptr && oddity != 6 && can_grow(depth)) made.dictionary = array(*of.dictionary, depth + 1);
    return &made;
  }

 private:
  // A schema may contain itself.
  [[nodiscard]] bool can_grow(int depth) const { return depth < kDeepest && arrays_.size() < kMostArrays; }

  template <class T>
  T** pointers(std::int64_t count, std::deque<std::vector<T*>>& lists) {
    return lists.emplace_back(static_cast<std::size_t>(count), nullptr).data();
  }

  static std::int64_t buffers_of(std::string_view format) {
    if (format == "n") return 0;
    if (format.starts_with("+v") || format == "u" || format == "U" || format == "z" || format == "Z") return 3;
    if (format.starts_with("v")) return 5;
    return format == "+s" || format.starts_with("+w") ? 1 : 2;
  }

  // Sixteen, more than any type has: the bitmap, numbers as wide as the type's offsets, and text.
  const void** buffers(const ArrowSchema& of) {
    std::vector<const void*>& made = buffer_lists_.emplace_back(16, nullptr);  // of which six are there
    const std::string_view format = of.format == nullptr ? "" : of.format;
    const bool is_wide = format == "U" || format == "Z" || format == "+L" || format == "+vL" || format == "l";
    const std::uint8_t missing = input_.byte();
    for (std::size_t i = 0; i < 6; ++i) {
      if (missing == i + 1 || (i == 0 && missing > 20)) continue;
      made[i] = is_wide ? buffer<std::int64_t>() : format == "c" ? buffer<std::int8_t>() : buffer<std::int32_t>();
    }
    return made.data();
  }

  // Small numbers of the input behind each other; the rest repeats the last one, so that offsets need not descend.
  template <class T>
  const void* buffer() {
    std::string& made = texts_.emplace_back(kBuffer, '\0');
    const std::size_t given = input_.byte() % 40;
    T value = 0;
    for (std::size_t i = 0; i < kBuffer / sizeof(T); ++i) {
      if (i < given)
        value = static_cast<T>(given < 20 ? value + input_.byte() % 4 : static_cast<std::int8_t>(input_.byte()));
      std::memcpy(made.data() + i * sizeof(T), &value, sizeof(T));
    }
    return made.data();
  }

  Input& input_;
  std::deque<ArrowSchema> schemas_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::string> names_;
  std::deque<std::string> texts_;
  std::deque<std::vector<ArrowSchema*>> schema_lists_;
  std::deque<std::vector<ArrowArray*>> array_lists_;
  std::deque<std::vector<const void*>> buffer_lists_;
};

// A stream of one batch.
struct Rows {
  ArrowSchema* schema;
  ArrowArray* batch;
  bool is_read = false;

  ArrowStream stream() {
    ArrowArrayStream made{};
    made.private_data = this;
    made.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = *static_cast<Rows*>(self->private_data)->schema;
      return 0;
    };
    made.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& rows = *static_cast<Rows*>(self->private_data);
      *out = {};
      if (!std::exchange(rows.is_read, true)) *out = *rows.batch;
      return 0;
    };
    made.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return arrow::checked_stream(ArrowStream(&made));
  }
};

void read_cell(const arrow::ColumnView& column, std::int64_t row) {
  using arrow::Kind;
  if (column.is_null(row)) return;
  switch (column.kind()) {
    case Kind::kUtf8:
    case Kind::kBinary:
    case Kind::kFixedBinary:
      static_cast<void>(std::string(column.bytes_at(row)));
      return;
    case Kind::kDecimal:
      static_cast<void>(column.decimal_at(row));
      return;
    case Kind::kBool:
      static_cast<void>(column.bool_at(row));
      return;
    case Kind::kList:
    case Kind::kMap: {
      const auto [begin, count] = column.range_at(row);
      for (std::size_t child = 0; child < column.child_count(); ++child) {
        for (std::int64_t i = begin; i < begin + count; ++i)
          read_cell(column.child(child), i);
      }
      return;
    }
    case Kind::kStruct:
      for (std::size_t child = 0; child < column.child_count(); ++child)
        read_cell(column.child(child), row);
      return;
    case Kind::kNull:
    case Kind::kInterval:
      return;
    case Kind::kFloat:
    case Kind::kDouble:
      static_cast<void>(column.double_at(row));
      return;
    default:
      static_cast<void>(column.int_at(row));
  }
}

void read_cells(ArrowStream stream) {
  auto reader = arrow::StreamReader::open(std::move(stream));
  if (!reader.has_value()) return;
  for (;;) {
    const auto more = reader->next();
    if (!more.has_value() || !*more) return;
    for (std::size_t column = 0; column < reader->fields().size(); ++column) {
      for (std::int64_t row = 0; row < reader->rows(); ++row)
        read_cell(reader->column(column), row);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(std::string_view(reinterpret_cast<const char*>(data), size));
  Maker maker(input);
  ArrowSchema* schema = maker.schema(0);
  ArrowArray* batch = maker.array(*schema, 0);
  const ArrowSchema schema_before = *schema;
  Rows first{schema, batch};
  read_cells(first.stream());
  *schema = schema_before;
  Rows second{schema, batch};
  ArrowArrayStream json{};
  second.stream().move_to(&json);
  std::string text;
  static_cast<void>(warehouse::append_rows_json(&json, {}, &text).has_value());
  return 0;
}
