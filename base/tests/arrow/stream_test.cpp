#include "floe_test.hpp"

#include "base/arrow/builder.hpp"
#include "base/arrow/reader.hpp"

#include <cstring>
#include <limits>

namespace floe::arrow {
namespace {

std::vector<Field> all_fields() {
  return {{"b", of(Kind::kBool), true, {}},
          {"i8", of(Kind::kInt8), true, {}},
          {"u32", of(Kind::kUint32), true, {}},
          {"i64", of(Kind::kInt64), false, {{"PARQUET:field_id", "4"}}},
          {"f", of(Kind::kFloat), true, {}},
          {"d", of(Kind::kDouble), true, {}},
          {"text", of(Kind::kUtf8), true, {}},
          {"raw", of(Kind::kBinary), true, {}},
          {"key", fixed_binary(4), true, {}},
          {"amount", decimal(20, 2), true, {}},
          {"day", of(Kind::kDate32), true, {}},
          {"at", timestamp(Unit::kMicro, "UTC"), true, {}},
          {"tags", list(of(Kind::kUtf8)), true, {}},
          {"point", structure({{"x", of(Kind::kInt32), true, {}}, {"y", of(Kind::kInt32), true, {}}}), true, {}},
          {"counts", map(of(Kind::kUtf8), of(Kind::kInt64)), true, {}}};
}

void append_values(BatchBuilder& batch) {
  batch.column(0).append_bool(true);
  batch.column(1).append_int(-7);
  batch.column(2).append_uint(4'000'000'000U);
  batch.column(3).append_int(std::numeric_limits<std::int64_t>::min());
  batch.column(4).append_double(1.5);
  batch.column(5).append_double(0.1);
  batch.column(6).append_bytes("h\xC3\xA9llo");
  batch.column(7).append_bytes(std::string_view("\0\xFF", 2));
  batch.column(8).append_bytes("abcd");
  batch.column(9).append_decimal(-1, static_cast<std::uint64_t>(-12345));
  batch.column(10).append_int(-1);
  batch.column(11).append_int(1'700'000'000'000'000);
  batch.column(12).child(0).append_bytes("one");
  batch.column(12).child(0).append_null();
  batch.column(12).close();
  batch.column(13).child(0).append_int(3);
  batch.column(13).child(1).append_null();
  batch.column(13).close();
  batch.column(14).child(0).append_bytes("k");
  batch.column(14).child(1).append_int(9);
  batch.column(14).close();
}

TEST_CASE("values of every kind come back as they went in, between nulls") {
  BatchBuilder batch(all_fields());
  const auto append_nulls = [&] {
    for (std::size_t i = 0; i < batch.fields().size(); ++i) {
      if (batch.fields()[i].nullable) {
        batch.column(i).append_null();
      } else {
        batch.column(i).append_int(0);
      }
    }
  };
  append_nulls();
  append_values(batch);
  append_nulls();
  auto stream = finish_stream(std::move(batch));
  FLOE_REQUIRE_OK(stream);
  auto reader = StreamReader::open(*std::move(stream));
  FLOE_REQUIRE_OK(reader);
  CHECK(reader->fields() == all_fields());
  REQUIRE(*reader->next());
  REQUIRE(reader->rows() == 3);
  for (std::size_t i = 0; i < all_fields().size(); ++i) {
    INFO(all_fields()[i].name);
    CHECK(reader->column(i).is_null(0) == all_fields()[i].nullable);
    CHECK_FALSE(reader->column(i).is_null(1));
    CHECK(reader->column(i).is_null(2) == all_fields()[i].nullable);
  }
  CHECK(reader->column(0).bool_at(1));
  CHECK(reader->column(1).int_at(1) == -7);
  CHECK(reader->column(2).uint_at(1) == 4'000'000'000U);
  CHECK(reader->column(3).int_at(1) == std::numeric_limits<std::int64_t>::min());
  CHECK(reader->column(4).double_at(1) == 1.5);
  CHECK(reader->column(5).double_at(1) == 0.1);
  CHECK(reader->column(6).bytes_at(1) == "h\xC3\xA9llo");
  CHECK(reader->column(7).bytes_at(1) == std::string_view("\0\xFF", 2));
  CHECK(reader->column(8).bytes_at(1) == "abcd");
  CHECK(reader->column(9).decimal_at(1).high == -1);
  CHECK(static_cast<std::int64_t>(reader->column(9).decimal_at(1).low) == -12345);
  CHECK(reader->column(10).int_at(1) == -1);
  CHECK(reader->column(11).int_at(1) == 1'700'000'000'000'000);
  CHECK(reader->column(12).range_at(1) == std::pair<std::int64_t, std::int64_t>(0, 2));
  CHECK(reader->column(12).child(0).bytes_at(0) == "one");
  CHECK(reader->column(12).child(0).is_null(1));
  CHECK(reader->column(13).child(0).int_at(1) == 3);
  CHECK(reader->column(13).child(1).is_null(1));
  CHECK(reader->column(14).range_at(1) == std::pair<std::int64_t, std::int64_t>(0, 1));
  CHECK(reader->column(14).child(0).bytes_at(0) == "k");
  CHECK(reader->column(14).child(1).int_at(0) == 9);
  CHECK_FALSE(*reader->next());
}

TEST_CASE("formats of other producers read as the type they stand for") {
  struct Case {
    const char* format;
    Type type;
    Layout layout;
  };

  const std::vector<Case> cases{{"U", of(Kind::kUtf8), Layout::kOffsets64},
                                {"vu", of(Kind::kUtf8), Layout::kViews},
                                {"d:38,0,128", decimal(38, 0), Layout::kFixed},
                                {"tsn:Europe/Oslo", timestamp(Unit::kNano, "Europe/Oslo"), Layout::kFixed},
                                {"ttm", time(Unit::kMilli), Layout::kFixed},
                                {"w:16", fixed_binary(16), Layout::kFixed}};
  for (const Case& one : cases) {
    INFO(one.format);
    const auto parsed = parse_format(one.format);
    FLOE_REQUIRE_OK(parsed);
    CHECK(parsed->type == one.type);
    CHECK(parsed->layout == one.layout);
  }
  for (const char* format : {"e", "+ud:0,1", "+r", "d:76,2,256", "d:x,2", "tsq:", "w:-1", ""}) {
    INFO(format);
    const auto parsed = parse_format(format);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == ErrorCode::kUnsupported);
    CHECK(parsed.error().message == "Arrow format `" + std::string(format) + "` is not supported");
  }
}

TEST_CASE("columns of different length are refused by name") {
  BatchBuilder batch({{"a", of(Kind::kInt64), false, {}}, {"b", of(Kind::kInt64), false, {}}});
  batch.column(0).append_int(1);
  const auto made = batch.finish();
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().to_string() == "column `b` has 0 values where 1 are expected");
}

TEST_CASE("an error of a producing function reaches the reader as text") {
  int left = 1;
  auto stream = make_stream({{"a", of(Kind::kInt64), false, {}}}, [&]() -> Result<std::optional<ArrowArrayOwner>> {
    if (left-- == 0) return fail(ErrorCode::kIo, "the disk is on fire");
    BatchBuilder batch({{"a", of(Kind::kInt64), false, {}}});
    batch.column(0).append_int(5);
    return std::optional<ArrowArrayOwner>(FLOE_TRY(batch.finish()));
  });
  auto reader = StreamReader::open(std::move(stream));
  FLOE_REQUIRE_OK(reader);
  REQUIRE(*reader->next());
  CHECK(reader->column(0).int_at(0) == 5);
  const auto failed = reader->next();
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().to_string() == "the disk is on fire");
}

// Arrays of DuckDB and Spark: sliced batches, dictionaries, views. Built by hand, released by nobody.

TEST_CASE("offsets of sliced batches, dictionaries and string views are resolved") {
  const std::int32_t offsets[] = {0, 1, 3, 6};
  const char text[] = "abbccc";
  const void* dictionary_buffers[] = {nullptr, offsets, text};
  ArrowArray dictionary{3, 0, 0, 3, 0, dictionary_buffers, nullptr, nullptr, nullptr, nullptr};
  const std::uint8_t indices[] = {9, 0, 2, 1};
  const void* index_buffers[] = {nullptr, indices};
  ArrowArray enumeration{2, 0, 1, 2, 0, index_buffers, nullptr, &dictionary, nullptr, nullptr};

  struct View {
    std::int32_t length;
    char inlined[12];
  };

  View views[4] = {{9, "xxx"}, {9, "xxx"}, {5, "short"}, {20, {}}};
  const std::int32_t place[2] = {0, 3};
  std::memcpy(views[3].inlined + 4, place, sizeof place);
  const char pool[] = "...a string of twenty ch";
  const void* view_buffers[] = {nullptr, views, pool, nullptr};
  ArrowArray strings{2, 0, 1, 4, 0, view_buffers, nullptr, nullptr, nullptr, nullptr};
  ArrowArray* children[] = {&enumeration, &strings};
  const void* no_buffers[] = {nullptr};

  ArrowSchema text_schema{"u", "", nullptr, 0, 0, nullptr, nullptr, nullptr, nullptr};
  ArrowSchema enum_schema{"C", "e", nullptr, 0, 0, nullptr, &text_schema, nullptr, nullptr};
  ArrowSchema view_schema{"vu", "v", nullptr, 0, 0, nullptr, nullptr, nullptr, nullptr};
  ArrowSchema* schemas[] = {&enum_schema, &view_schema};

  struct Producer {
    ArrowSchema schema;
    ArrowArray batch;
    bool sent;
  } producer{{"+s", "", nullptr, 0, 2, schemas, nullptr, [](ArrowSchema* s) { s->release = nullptr; }, nullptr},
             {1, 0, 1, 1, 2, no_buffers, children, nullptr, [](ArrowArray* a) { a->release = nullptr; }, nullptr},
             false};

  ArrowArrayStream stream{[](ArrowArrayStream* self, ArrowSchema* out) {
                            *out = static_cast<Producer*>(self->private_data)->schema;
                            return 0;
                          },
                          [](ArrowArrayStream* self, ArrowArray* out) {
                            auto* source = static_cast<Producer*>(self->private_data);
                            *out = source->sent ? ArrowArray{} : source->batch;
                            source->sent = true;
                            return 0;
                          },
                          [](ArrowArrayStream*) -> const char* { return nullptr; },
                          [](ArrowArrayStream* self) { self->release = nullptr; }, &producer};
  auto reader = StreamReader::open(ArrowStream(&stream));
  FLOE_REQUIRE_OK(reader);
  REQUIRE(*reader->next());
  REQUIRE(reader->rows() == 1);
  CHECK(reader->column(0).kind() == Kind::kUtf8);
  CHECK(reader->column(0).bytes_at(0) == "ccc");  // row 0 = index 0 + 1 (array) + 1 (batch)
  CHECK(reader->column(1).bytes_at(0) == "short");
  CHECK(reader->column(1).bytes_at(1) == "a string of twenty c");
}

}  // namespace
}  // namespace floe::arrow
