#include "base/arrow/foreign_rows.hpp"

#include "floe_test.hpp"

#include "base/arrow/builder.hpp"

#include <cerrno>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace floe::arrow {
namespace {

// A schema of one column by hand: what a builder would never make.
struct HandMade {
  ArrowSchema column{};
  ArrowSchema item{};
  ArrowSchema entry{};
  ArrowSchema* item_pointer = &item;
  ArrowSchema* column_pointer = &column;
  ArrowSchema rows{};

  explicit HandMade(const char* format) {
    for (ArrowSchema* one : {&column, &item, &entry, &rows}) {
      one->format = "l";
      one->name = "a";
      one->release = [](ArrowSchema*) {};
    }
    column.format = format;
    if (format[0] == '+') {
      column.n_children = 1;
      column.children = &item_pointer;
    }
    rows.format = "+s";
    rows.n_children = 1;
    rows.children = &column_pointer;
  }

  HandMade(const HandMade&) = delete;
  HandMade& operator=(const HandMade&) = delete;
};

std::string judged(const ArrowSchema& schema) {
  const auto parsed = ForeignSchema::parse(schema);
  return parsed.has_value() ? "ok" : parsed.error().to_string();
}

TEST_CASE("formats of the Arrow C data interface, and texts that are none") {
  for (const char* good : {"n",
                           "b",
                           "c",
                           "C",
                           "s",
                           "S",
                           "i",
                           "I",
                           "l",
                           "L",
                           "e",
                           "f",
                           "g",
                           "u",
                           "U",
                           "vu",
                           "z",
                           "Z",
                           "vz",
                           "tdD",
                           "tdm",
                           "tts",
                           "ttm",
                           "ttu",
                           "ttn",
                           "tDs",
                           "tDm",
                           "tDu",
                           "tDn",
                           "tiM",
                           "tiD",
                           "tin",
                           "+l",
                           "+L",
                           "+vl",
                           "+vL",
                           "+s",
                           "w:0",
                           "w:3",
                           "d:1,0",
                           "d:38,38",
                           "d:76,0,256",
                           "d:18,2,64",
                           "d:9,9,32",
                           "tss:",
                           "tsu:UTC",
                           "tsn:Europe/Berlin",
                           "tsm:+05:30",
                           "+w:0",
                           "+w:4"}) {
    INFO(good);
    CHECK(judged(HandMade(good).rows) == "ok");
  }
  for (const char* bad : {"",
                          "?",
                          "ll",
                          "tsx:",
                          "tsu",
                          "tsu:Nowhere/Land",
                          "tsu:../etc/passwd",
                          "tsu:/etc/localtime",
                          "tsu:+5:30",
                          "w:",
                          "w:-1",
                          "w:2000000000",
                          "w:1x",
                          "d:",
                          "d:0,0",
                          "d:39,0",
                          "d:10,11",
                          "d:10,-1",
                          "d:10,2,100",
                          "d:77,0,256",
                          "+w:-1",
                          "+r",
                          "+ud:0,1",
                          "+us:0",
                          "+l2"}) {
    INFO(bad);
    CHECK(judged(HandMade(bad).rows) ==
          "column `a`: its schema has the Arrow format `" + std::string(bad) + "`, which floe does not read");
  }
}

TEST_CASE("columns of a query may repeat a name, fields of a struct may not") {
  HandMade made("l");
  ArrowSchema* columns[] = {&made.column, &made.item};
  made.rows.children = columns;
  made.rows.n_children = 2;
  CHECK(judged(made.rows) == "the schema of the rows has two columns of the name `a`");
  CHECK(ForeignSchema::parse(made.rows, true).has_value());
  ArrowSchema* fields[] = {&made.item, &made.entry};
  made.column.format = "+s";
  made.column.children = fields;
  made.column.n_children = 2;
  CHECK_FALSE(ForeignSchema::parse(made.rows, true).has_value());
}

TEST_CASE("a schema that is none is told with its column") {
  const std::vector<std::pair<std::function<void(HandMade&)>, const char*>> cases{
      {[](HandMade& made) {
         made.rows.format = "l";
         made.rows.n_children = 0;
       },
       "the schema of the rows is no struct of columns"},
      {[](HandMade& made) { made.rows.format = nullptr; }, "the schema of the rows has no format"},
      {[](HandMade& made) { made.rows.release = nullptr; }, "the schema of the rows is released already"},
      {[](HandMade& made) { made.rows.n_children = -1; },
       "the schema of the rows has -1 children where some are expected"},
      {[](HandMade& made) { made.rows.children = nullptr; }, "the schema of the rows has no list of its children"},
      {[](HandMade& made) { made.rows.n_children = 1'000'000; },
       "the schema of the rows has 1000000 children; 100000 fields are the most"},
      {[](HandMade& made) { made.column_pointer = nullptr; }, "the schema of the rows is NULL"},
      {[](HandMade& made) { made.column.release = nullptr; }, "column `a`: its schema is released already"},
      {[](HandMade& made) { made.column.n_children = 0; }, "column `a`: its schema has 0 children where 1 is expected"},
      {[](HandMade& made) { made.item_pointer = &made.column; },
       "column "
       "`a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
       ".a.a.a.a.a.a.a.a.a.a.a`: its schema is nested deeper than 64 levels, or contains itself"},
      {[](HandMade& made) { made.column.name = "\xff"; },
       "the schema of the rows has a name that is no UTF-8: `\uFFFD`"},
      {[](HandMade& made) { made.column.format = "+m"; },
       "column `a`: its schema is a map whose entries are no pairs of a key and a value"},
      {[](HandMade& made) { made.column.dictionary = &made.entry; },
       "column `a`: its schema has a dictionary, and its own type is no integer"},
      {[](HandMade& made) { made.column.metadata = "\xff\xff\xff\xff"; },
       "column `a`: its schema has metadata of a length that cannot be"},
      {[](HandMade& made) { made.column.metadata = "\1\0\0\0\xff\xff\xff\x7f"; },
       "column `a`: its schema has metadata of a length that cannot be"},
  };
  for (const auto& [change, message] : cases) {
    HandMade made("+l");
    change(made);
    CHECK(judged(made.rows) == message);
  }
  HandMade without_name("l");
  without_name.column.name = nullptr;
  CHECK(judged(without_name.rows) == "ok");
  HandMade pairs("+m");
  HandMade entries("+s");
  pairs.item = entries.column;
  ArrowSchema* both[] = {&entries.item, &entries.entry};
  entries.entry.name = "b";
  pairs.item.children = both;
  pairs.item.n_children = 2;
  CHECK(judged(pairs.rows) == "ok");
  entries.entry.name = "a";
  CHECK(judged(pairs.rows) == "column `a.a`: its schema has two columns of the name `a`");
}

// Four rows of every kind that a builder makes.
struct Built {
  ArrowSchemaOwner schema;
  ArrowArrayOwner batch;

  ArrowArray& column(std::size_t index) { return *batch->children[index]; }

  std::string check() {
    const auto parsed = ForeignSchema::parse(*schema.get());
    FLOE_REQUIRE_OK(parsed);
    const Status status = check_rows(*parsed, *batch.get());
    return status.has_value() ? "ok" : status.error().to_string();
  }
};

enum : std::size_t { kNumber, kText, kList, kMap, kStruct, kFlag, kNull };

Built build() {
  BatchBuilder builder({{"number", of(Kind::kInt64), true, {}},
                        {"text", of(Kind::kUtf8), true, {}},
                        {"list", list(of(Kind::kInt32)), true, {}},
                        {"map", map(of(Kind::kUtf8), of(Kind::kDouble)), true, {}},
                        {"struct", structure({{"x", of(Kind::kInt64), true, {}}}), true, {}},
                        {"flag", of(Kind::kBool), true, {}},
                        {"null", of(Kind::kNull), true, {}}});
  for (int row = 0; row < 4; ++row) {
    builder.column(kNumber).append_int(row);
    if (row == 2) {
      builder.column(kText).append_null();
    } else {
      builder.column(kText).append_bytes("\xc3\xa4");
    }
    builder.column(kList).child(0).append_int(row);
    builder.column(kList).close();
    builder.column(kMap).child(0).append_bytes("k");
    builder.column(kMap).child(1).append_double(0.5);
    builder.column(kMap).close();
    builder.column(kStruct).child(0).append_int(row);
    builder.column(kStruct).close();
    builder.column(kFlag).append_bool(row == 1);
    builder.column(kNull).append_null();
  }
  Built built{make_schema(builder.fields()), {}};
  auto batch = builder.finish();
  FLOE_REQUIRE_OK(batch);
  built.batch = *std::move(batch);
  return built;
}

TEST_CASE("what a builder makes is good, whole and in part") {
  CHECK(build().check() == "ok");
  Built part = build();
  part.batch->offset = 1;
  part.batch->length = 2;
  CHECK(part.check() == "ok");
  Built none = build();
  none.batch->length = 0;
  none.column(kNumber).length = 0;
  none.column(kNumber).buffers[1] = nullptr;
  CHECK(none.check() == "ok");
  Built unknown = build();
  unknown.column(kText).null_count = -1;
  CHECK(unknown.check() == "ok");
}

TEST_CASE("an array that is not what its schema says is told with its column") {
  static const std::int32_t kDescending[] = {0, 3, 1, 4, 4};
  static const std::int32_t kBeyond[] = {0, 1, 2, 3, 9};
  static const std::int32_t kNegative[] = {-1, 1, 2, 3, 4};
  static const std::uint8_t kBitmap[] = {0x0b};
  const std::vector<std::pair<std::function<void(Built&)>, const char*>> cases{
      {[](Built& made) { made.batch->length = 5; }, "column `number` has 4 rows where 5 are needed"},
      {[](Built& made) { made.batch->length = -1; }, "a batch of rows has the length -1"},
      {[](Built& made) { made.batch->n_children = 2; }, "a batch of rows has 2 columns, and its schema 7"},
      {[](Built& made) { made.batch->children = nullptr; }, "a batch of rows has no list of its children"},
      {[](Built& made) { made.batch->n_buffers = 0; }, "a batch of rows has 0 buffers where its type has 1"},
      {[](Built& made) {
         made.batch->buffers[0] = kBitmap;
         made.batch->null_count = 1;
       },
       "a batch of rows has 1 null row as a whole"},
      {[](Built& made) { made.column(kNumber).offset = -1; }, "column `number` has the offset -1"},
      {[](Built& made) { made.column(kNumber).offset = 1; }, "ok"},  // nobody tells how long the buffer is
      {[](Built& made) { made.column(kNumber).length = INT64_MAX; },
       "column `number` has the length 9223372036854775807 at the offset 0, which no memory holds"},
      {[](Built& made) { made.column(kNumber).offset = INT64_MAX; },
       "column `number` has the length 4 at the offset 9223372036854775807, which no memory holds"},
      {[](Built& made) { made.column(kNumber).buffers = nullptr; }, "column `number` has no list of its buffers"},
      {[](Built& made) { made.column(kNumber).buffers[1] = nullptr; }, "column `number` has no buffer for its 4 rows"},
      {[](Built& made) { made.column(kNumber).null_count = 1; },
       "column `number` has 1 null and no bitmap that says which"},
      {[](Built& made) { made.column(kNumber).null_count = 5; }, "column `number` has 5 nulls in 4 rows"},
      {[](Built& made) { made.column(kText).null_count = 0; },
       "column `text` says that it has 0 nulls, and its bitmap has 1"},
      {[](Built& made) { made.column(kText).buffers[1] = kDescending; },
       "column `text` has offsets that descend from 3 to 1 in row 1"},
      {[](Built& made) { made.column(kText).buffers[1] = kNegative; }, "column `text` has the offset -1 in row 0"},
      {[](Built& made) { made.column(kText).buffers[2] = nullptr; }, "column `text` has no buffer for its 6 bytes"},
      {[](Built& made) { made.column(kText).buffers[2] = "\xc3\xa4\xc3(\xc3\xa4"; },
       "column `text` has text that is no UTF-8 in row 1"},
      {[](Built& made) { made.column(kText).buffers[2] = "a\xc3\xa4\xc3\xa4z"; },
       "column `text` has text that is no UTF-8 in row 0"},
      {[](Built& made) { made.column(kList).buffers[1] = kBeyond; },
       "column `list.element` has 4 rows where 9 are needed"},
      {[](Built& made) { made.column(kList).children[0]->release = nullptr; },
       "column `list.element` is released already"},
      {[](Built& made) { made.column(kList).children[0] = nullptr; }, "column `list.element` is NULL"},
      {[](Built& made) { made.column(kMap).children[0]->children[0]->length = 3; },
       "column `map.entries.key` has 3 rows where 4 are needed"},
      {[](Built& made) { made.column(kStruct).children[0]->length = 3; },
       "column `struct.x` has 3 rows where 4 are needed"},
      {[](Built& made) { made.column(kStruct).dictionary = &made.column(kNumber); },
       "column `struct` has a dictionary, and its schema none"},
      {[](Built& made) { made.column(kNull).n_buffers = 1; }, "column `null` has 1 buffer where its type has 0"},
  };
  for (const auto& [change, message] : cases) {
    Built made = build();
    ArrowArray** columns = made.batch->children;
    ArrowArray* item = made.column(kList).children[0];
    const auto release = item->release;
    change(made);
    CHECK(made.check() == message);
    // What was taken away is put back, for the builder's release.
    made.batch->children = columns;
    made.column(kList).children[0] = item;
    item->release = release;
  }
}

// One column over buffers by hand.
struct Column {
  ArrowArray array{};
  ArrowArray item{};
  ArrowArray entries{};
  ArrowArray* item_pointer = &item;
  ArrowArray* array_pointer = &array;
  ArrowArray rows{};
  std::vector<const void*> buffers;
  const void* no_bitmap = nullptr;

  explicit Column(std::vector<const void*> all) : buffers(std::move(all)) {
    for (ArrowArray* one : {&array, &item, &entries, &rows}) {
      one->release = [](ArrowArray*) {};
      one->length = 2;
      one->n_buffers = 1;
      one->buffers = &no_bitmap;
    }
    array.n_buffers = static_cast<std::int64_t>(buffers.size());
    array.buffers = buffers.data();
    rows.n_children = 1;
    rows.children = &array_pointer;
  }

  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  std::string check(const HandMade& schema) const {
    const auto parsed = ForeignSchema::parse(schema.rows);
    FLOE_REQUIRE_OK(parsed);
    const Status status = check_rows(*parsed, rows);
    return status.has_value() ? "ok" : status.error().to_string();
  }
};

TEST_CASE("string views stay inside of their buffers") {
  struct View {
    std::int32_t length;
    std::int32_t prefix;
    std::int32_t buffer;
    std::int32_t offset;
  };

  const HandMade schema("vu");
  const std::int64_t sizes[] = {20};
  const char* text = "twenty bytes of text";
  const auto judge = [&](View view) {
    const View views[] = {{3, 0x00636261, 0, 0}, view};
    return Column({nullptr, views, text, sizes}).check(schema);
  };
  const std::string outside = "column `a` has a text outside of its buffers in row 1";
  CHECK(judge({20, 0, 0, 0}) == "ok");
  CHECK(judge({13, 0, 0, 7}) == "ok");
  CHECK(judge({0, 0, 99, 99}) == "ok");
  CHECK(judge({13, 0, 0, 8}) == outside);
  CHECK(judge({13, 0, 1, 0}) == outside);
  CHECK(judge({13, 0, -1, 0}) == outside);
  CHECK(judge({13, 0, 0, -1}) == outside);
  CHECK(judge({-1, 0, 0, 0}) == "column `a` has a text of -1 bytes in row 1");
  CHECK(judge({2, 0x0000ffff, 0, 0}) == "column `a` has text that is no UTF-8 in row 1");
  const View views[] = {{0, 0, 0, 0}, {13, 0, 0, 0}};
  CHECK(Column({nullptr, views, text, nullptr}).check(schema) == "column `a` has no sizes of its 1 buffers");
  CHECK(Column({nullptr, views}).check(schema) == "column `a` has 2 buffers where its type has at least 3");
}

TEST_CASE("indexes stay inside of their dictionary, and lists inside of their child") {
  HandMade words("c");
  words.column.dictionary = &words.entry;
  const std::int64_t values[] = {7, 8};
  const auto judge = [&](std::int8_t index, std::uint8_t bitmap) {
    const std::int8_t indexes[] = {0, index};
    Column column({&bitmap, indexes});
    const void* buffers[] = {nullptr, values};
    column.entries.n_buffers = 2;
    column.entries.buffers = buffers;
    column.array.dictionary = &column.entries;
    column.array.null_count = -1;
    return column.check(words);
  };
  CHECK(judge(1, 3) == "ok");
  CHECK(judge(2, 3) == "column `a` names entry 2 of a dictionary of 2 in row 1");
  CHECK(judge(-1, 3) == "column `a` names entry -1 of a dictionary of 2 in row 1");
  CHECK(judge(-1, 1) == "ok");  // null: nobody asks
  const HandMade lists("+vl");
  const auto judge_list = [&](std::int32_t offset, std::int32_t size) {
    const std::int32_t offsets[] = {0, offset};
    const std::int32_t sizes[] = {1, size};
    Column column({nullptr, offsets, sizes});
    const void* buffers[] = {nullptr, values};
    column.item.n_buffers = 2;
    column.item.buffers = buffers;
    column.array.n_children = 1;
    column.array.children = &column.item_pointer;
    return column.check(lists);
  };
  CHECK(judge_list(1, 1) == "ok");
  CHECK(judge_list(2, 0) == "ok");
  CHECK(judge_list(1, 2) == "column `a.a` has 2 rows where 3 are needed");
  CHECK(judge_list(-1, 2) == "column `a` has a list of 2 values at -1 in row 1");
  CHECK(judge_list(0, -2) == "column `a` has a list of -2 values at 0 in row 1");
}

// A stream that counts how often what it lent is given back, and does wrong what a test asks for.
struct Counted {
  int schemas = 0;
  int batches = 0;
  int streams = 0;
  std::function<void(const char* where)> act = [](const char*) {};
};

Counted* counted = nullptr;

ArrowArrayStream counted_stream() {
  ArrowArrayStream stream{};
  stream.get_schema = [](ArrowArrayStream*, ArrowSchema* out) {
    counted->act("get_schema");
    *out = {};
    out->format = "+s";
    out->release = [](ArrowSchema*) {
      ++counted->schemas;
      counted->act("release schema");
    };
    return 0;
  };
  stream.get_next = [](ArrowArrayStream*, ArrowArray* out) {
    counted->act("get_next");
    static const void* no_bitmap = nullptr;
    *out = {};
    out->length = 3;
    out->n_buffers = 1;
    out->buffers = &no_bitmap;
    out->release = [](ArrowArray*) {
      ++counted->batches;
      counted->act("release batch");
    };
    return 0;
  };
  stream.get_last_error = [](ArrowArrayStream*) { return "the source is gone"; };
  stream.release = [](ArrowArrayStream*) {
    ++counted->streams;
    counted->act("release stream");
  };
  return stream;
}

TEST_CASE("what a stream lends is given back once, though its releases leave themselves in place or throw") {
  for (const bool throws : {false, true}) {
    Counted counts;
    counted = &counts;
    counts.act = [&](const char* where) {
      if (throws && std::strncmp(where, "release", 7) == 0) throw 42;
    };
    {
      ArrowArrayStream raw = counted_stream();
      ArrowStream stream = checked_stream(ArrowStream(&raw));
      CHECK(raw.release == nullptr);
      ArrowSchemaOwner schema;
      REQUIRE(stream->get_schema(stream.get(), schema.get()) == 0);
      ArrowArrayOwner batch;
      REQUIRE(stream->get_next(stream.get(), batch.get()) == 0);
      CHECK(batch->length == 3);
      stream.reset();
      CHECK(counts.streams == 1);
      CHECK(counts.batches == 0);
    }
    CHECK(counts.schemas == 1);
    CHECK(counts.batches == 1);
  }
}

TEST_CASE("an exception or an error ends a stream with its text, and what is no stream stays none") {
  Counted counts;
  counted = &counts;
  counts.act = [](const char* where) {
    if (std::string(where) == "get_next") throw std::runtime_error("no rows today");
  };
  ArrowArrayStream raw = counted_stream();
  ArrowStream stream = checked_stream(ArrowStream(&raw));
  ArrowArrayOwner batch;
  CHECK(stream->get_next(stream.get(), batch.get()) == EIO);
  CHECK_FALSE(batch.has_value());
  CHECK(std::string(stream->get_last_error(stream.get())) == "no rows today");
  counts.act = [](const char*) {};
  CHECK(stream->get_next(stream.get(), batch.get()) == EIO);
  CHECK(counts.schemas == 1);
  CHECK_FALSE(checked_stream(ArrowStream()).has_value());
  ArrowArrayStream failing = counted_stream();
  failing.get_next = [](ArrowArrayStream*, ArrowArray*) { return EINTR; };
  ArrowStream second = checked_stream(ArrowStream(&failing));
  CHECK(second->get_next(second.get(), batch.get()) == EINTR);
  CHECK(std::string(second->get_last_error(second.get())) == "the source is gone");
  ArrowArrayStream lacking = counted_stream();
  lacking.get_next = nullptr;
  ArrowStream third = checked_stream(ArrowStream(&lacking));
  CHECK(third->get_next(third.get(), batch.get()) == EINVAL);
  CHECK(std::string(third->get_last_error(third.get())) == "the stream lacks a function");
}

}  // namespace
}  // namespace floe::arrow
