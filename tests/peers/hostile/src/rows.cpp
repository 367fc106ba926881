#include "rows.hpp"

#include "action.hpp"

#include <climits>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>

namespace hostile {
namespace {

// Everything lives as long as the process: what is wrong here is wrong on purpose, and not by accident.
template <class T>
T* kept(std::size_t count) {
  return static_cast<T*>(std::calloc(count == 0 ? 1 : count, sizeof(T)));
}

void release_schema(ArrowSchema* schema) { schema->release = nullptr; }

void release_array(ArrowArray* array) { array->release = nullptr; }

ArrowSchema* field(const char* format, const char* name, std::size_t children = 0) {
  auto* made = kept<ArrowSchema>(1);
  made->format = format;
  made->name = name;
  made->flags = ARROW_FLAG_NULLABLE;
  made->release = release_schema;
  made->n_children = static_cast<std::int64_t>(children);
  made->children = children == 0 ? nullptr : kept<ArrowSchema*>(children);
  return made;
}

ArrowArray* array(std::int64_t length, std::int64_t buffers, std::size_t children = 0) {
  auto* made = kept<ArrowArray>(1);
  made->length = length;
  made->n_buffers = buffers;
  made->buffers = kept<const void*>(static_cast<std::size_t>(buffers));
  made->release = release_array;
  made->n_children = static_cast<std::int64_t>(children);
  made->children = children == 0 ? nullptr : kept<ArrowArray*>(children);
  return made;
}

template <class T>
const void* values(std::initializer_list<T> list) {
  auto* made = kept<T>(list.size());
  std::copy(list.begin(), list.end(), made);
  return made;
}

struct Batch {
  ArrowSchema* schema;
  ArrowArray* rows;

  [[nodiscard]] ArrowSchema*& column(int index) const { return schema->children[index]; }

  [[nodiscard]] ArrowArray*& data(int index) const { return rows->children[index]; }
};

constexpr int kId = 0, kName = 1, kTags = 2;

Batch good_batch() {
  Batch batch{field("+s", "", 3), array(4, 1, 3)};
  batch.column(kId) = field("l", "id");
  batch.column(kName) = field("u", "name");
  batch.column(kTags) = field("+l", "tags", 1);
  batch.column(kTags)->children[0] = field("i", "item");
  batch.data(kId) = array(4, 2);
  batch.data(kId)->buffers[1] = values<std::int64_t>({1, 2, 3, 4});
  batch.data(kName) = array(4, 3);
  batch.data(kName)->buffers[1] = values<std::int32_t>({0, 1, 2, 3, 4});
  batch.data(kName)->buffers[2] = "abcd";
  batch.data(kTags) = array(4, 2, 1);
  batch.data(kTags)->buffers[1] = values<std::int32_t>({0, 1, 2, 3, 4});
  batch.data(kTags)->children[0] = array(4, 2);
  batch.data(kTags)->children[0]->buffers[1] = values<std::int32_t>({7, 8, 9, 10});
  return batch;
}

// Column `index` of another type, with buffers that fit four rows of it.
void retype(Batch& batch, int index, const char* format, std::int64_t buffers) {
  batch.column(index) = field(format, batch.column(index)->name);
  batch.data(index) = array(4, buffers);
  for (std::int64_t i = 1; i < buffers; ++i)
    batch.data(index)->buffers[i] = kept<char>(4096);
}

void nest(Batch& batch, long depth) {
  ArrowSchema* schema = field("l", "id");
  ArrowArray* data = batch.data(kId);
  for (long i = 0; i < depth; ++i) {
    ArrowSchema* outer = field("+s", "id", 1);
    outer->children[0] = schema;
    schema = outer;
    ArrowArray* around = array(4, 1, 1);
    around->children[0] = data;
    data = around;
  }
  batch.column(kId) = schema;
  batch.data(kId) = data;
}

void dictionary(Batch& batch, std::initializer_list<std::int32_t> indices) {
  retype(batch, kName, "i", 2);
  batch.data(kName)->buffers[1] = values<std::int32_t>(indices);
  batch.column(kName)->dictionary = field("u", "");
  ArrowArray* entries = array(2, 3);
  entries->buffers[1] = values<std::int32_t>({0, 1, 2});
  entries->buffers[2] = "xy";
  batch.data(kName)->dictionary = entries;
}

void view(Batch& batch, std::int32_t length, std::int32_t buffer, std::int32_t offset) {
  batch.column(kName) = field("vu", "name");
  batch.data(kName) = array(4, 4);
  batch.data(kName)->buffers[1] = values<std::int32_t>({length, 0, buffer, offset, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  batch.data(kName)->buffers[2] = "a text of more than twelve bytes";
  batch.data(kName)->buffers[3] = values<std::int64_t>({32});
}

void list_view(Batch& batch, std::int32_t offset, std::int32_t size) {
  batch.column(kTags)->format = "+vl";
  ArrowArray* item = batch.data(kTags)->children[0];
  batch.data(kTags) = array(4, 3, 1);
  batch.data(kTags)->children[0] = item;
  batch.data(kTags)->buffers[1] = values<std::int32_t>({0, 0, 0, offset});
  batch.data(kTags)->buffers[2] = values<std::int32_t>({1, 1, 1, size});
}

const std::map<std::string, std::function<void(Batch&)>>& modes() {
  static const std::map<std::string, std::function<void(Batch&)>> kModes{
      {"good", [](Batch&) {}},
      // Lengths and offsets.
      {"length_negative", [](Batch& b) { b.data(kId)->length = -4; }},
      {"length_huge", [](Batch& b) { b.rows->length = b.data(kId)->length = INT64_C(1) << 50; }},
      {"length_max", [](Batch& b) { b.data(kId)->length = INT64_MAX; }},
      {"rows_negative", [](Batch& b) { b.rows->length = -4; }},
      {"rows_more_than_columns", [](Batch& b) { b.rows->length = 40; }},
      {"offset_negative", [](Batch& b) { b.data(kId)->offset = -8; }},
      {"offset_max", [](Batch& b) { b.data(kId)->offset = INT64_MAX - 2; }},
      {"rows_offset_negative", [](Batch& b) { b.rows->offset = -1; }},
      {"rows_offset_beyond", [](Batch& b) { b.rows->offset = 2; }},
      {"child_short", [](Batch& b) { b.data(kTags)->children[0]->length = 1; }},
      {"child_negative", [](Batch& b) { b.data(kTags)->children[0]->length = -4; }},
      {"column_short", [](Batch& b) { b.data(kName)->length = 1; }},
      // Buffers.
      {"buffers_0", [](Batch& b) { b.data(kId)->n_buffers = 0; }},
      {"buffers_negative", [](Batch& b) { b.data(kId)->n_buffers = -1; }},
      {"buffers_9", [](Batch& b) { b.data(kId)->n_buffers = 9; }},
      {"buffers_null", [](Batch& b) { b.data(kId)->buffers = nullptr; }},
      {"rows_buffers_null", [](Batch& b) { b.rows->buffers = nullptr; }},
      {"data_null", [](Batch& b) { b.data(kId)->buffers[1] = nullptr; }},
      {"offsets_null", [](Batch& b) { b.data(kName)->buffers[1] = nullptr; }},
      {"text_null", [](Batch& b) { b.data(kName)->buffers[2] = nullptr; }},
      {"list_offsets_null", [](Batch& b) { b.data(kTags)->buffers[1] = nullptr; }},
      // Children.
      {"children_null", [](Batch& b) { b.data(kTags)->children = nullptr; }},
      {"child_null", [](Batch& b) { b.data(kTags)->children[0] = nullptr; }},
      {"child_released", [](Batch& b) { b.data(kTags)->children[0]->release = nullptr; }},
      {"children_0", [](Batch& b) { b.data(kTags)->n_children = 0; }},
      {"children_many", [](Batch& b) { b.data(kTags)->n_children = INT64_C(1) << 40; }},
      {"children_negative", [](Batch& b) { b.data(kTags)->n_children = -1; }},
      {"columns_null", [](Batch& b) { b.rows->children = nullptr; }},
      {"column_null", [](Batch& b) { b.data(kName) = nullptr; }},
      {"columns_less", [](Batch& b) { b.rows->n_children = 2; }},
      {"columns_none", [](Batch& b) { b.rows->n_children = 0; }},
      // Offsets of variable lengths.
      {"offsets_negative", [](Batch& b) { b.data(kName)->buffers[1] = values<std::int32_t>({-1, 1, 2, 3, 4}); }},
      {"offsets_descending", [](Batch& b) { b.data(kName)->buffers[1] = values<std::int32_t>({0, 3, 1, 3, 4}); }},
      {"offsets_large_negative",
       [](Batch& b) {
         retype(b, kName, "U", 3);
         b.data(kName)->buffers[1] = values<std::int64_t>({0, 1, INT64_MIN, 3, 4});
       }},
      {"list_offsets_beyond", [](Batch& b) { b.data(kTags)->buffers[1] = values<std::int32_t>({0, 1, 2, 3, 400}); }},
      {"list_offsets_descending", [](Batch& b) { b.data(kTags)->buffers[1] = values<std::int32_t>({0, 3, 1, 3, 4}); }},
      {"text_bytes", [](Batch& b) { b.data(kName)->buffers[2] = "a\xff\xfe\x80"; }},
      {"text_cut", [](Batch& b) { b.data(kName)->buffers[2] = "\xc3\xa4xy"; }},
      // Nulls.
      {"nulls_without_bitmap", [](Batch& b) { b.data(kId)->null_count = 3; }},
      {"nulls_negative", [](Batch& b) { b.data(kId)->null_count = -7; }},
      {"nulls_more_than_rows", [](Batch& b) { b.data(kId)->null_count = 5; }},
      {"nulls_of_rows",
       [](Batch& b) {
         b.rows->null_count = 2;
         b.rows->buffers[0] = values<std::uint8_t>({0x0c});
       }},
      // The schema.
      {"format_null", [](Batch& b) { b.column(kId)->format = nullptr; }},
      {"format_empty", [](Batch& b) { b.column(kId)->format = ""; }},
      {"format_unknown", [](Batch& b) { b.column(kId)->format = "?"; }},
      {"format_huge",
       [](Batch& b) {
         auto* text = kept<char>((1 << 20) + 1);
         std::memset(text, 'l', 1 << 20);
         b.column(kId)->format = text;
       }},
      {"format_of_rows", [](Batch& b) { b.schema->format = "l"; }},
      {"decimal_wide", [](Batch& b) { retype(b, kId, "d:999,500", 2); }},
      {"decimal_scale", [](Batch& b) { retype(b, kId, "d:10,20", 2); }},
      {"decimal_zero", [](Batch& b) { retype(b, kId, "d:0,0", 2); }},
      {"decimal_words", [](Batch& b) { retype(b, kId, "d:ten,two", 2); }},
      {"zone_unknown", [](Batch& b) { b.column(kId)->format = "tsu:Nowhere/Land"; }},
      {"zone_bytes", [](Batch& b) { b.column(kId)->format = "tsu:\xff\xfe"; }},
      {"width_negative", [](Batch& b) { retype(b, kId, "w:-1", 2); }},
      {"width_huge", [](Batch& b) { retype(b, kId, "w:2147483647", 2); }},
      {"list_width_negative",
       [](Batch& b) {
         b.column(kTags)->format = "+w:-1";
         b.data(kTags)->n_buffers = 1;
       }},
      {"list_width_huge",
       [](Batch& b) {
         b.column(kTags)->format = "+w:2147483647";
         b.data(kTags)->n_buffers = 1;
       }},
      {"list_without_item", [](Batch& b) { b.column(kTags)->n_children = 0; }},
      {"list_of_two", [](Batch& b) { b.column(kTags)->n_children = 2; }},
      {"map_of_numbers", [](Batch& b) { b.column(kTags)->format = "+m"; }},
      {"columns_of_one_name", [](Batch& b) { b.column(kName)->name = "id"; }},
      {"name_null", [](Batch& b) { b.column(kId)->name = nullptr; }},
      {"name_bytes", [](Batch& b) { b.column(kId)->name = "\xff\xfe"; }},
      {"schema_children_null", [](Batch& b) { b.schema->children = nullptr; }},
      {"schema_child_null", [](Batch& b) { b.column(kName) = nullptr; }},
      {"schema_child_released", [](Batch& b) { b.column(kName)->release = nullptr; }},
      {"schema_children_many", [](Batch& b) { b.schema->n_children = INT64_C(1) << 40; }},
      {"schema_children_negative", [](Batch& b) { b.schema->n_children = -1; }},
      {"schema_circle",
       [](Batch& b) {
         b.column(kTags)->format = "+s";
         b.column(kTags)->children[0] = b.column(kTags);
       }},
      {"schema_wide_circle",
       [](Batch& b) {
         ArrowSchema* around = field("+s", "tags", 50);
         for (int i = 0; i < 50; ++i)
           around->children[i] = around;
         b.column(kTags) = around;
       }},
      {"deep", [](Batch& b) { nest(b, 200000); }},
      {"deep_64", [](Batch& b) { nest(b, 40); }},
      // Dictionaries and views.
      {"dictionary_good", [](Batch& b) { dictionary(b, {0, 1, 0, 1}); }},
      {"dictionary_beyond", [](Batch& b) { dictionary(b, {0, 1, 2, 1}); }},
      {"dictionary_negative", [](Batch& b) { dictionary(b, {0, 1, -1, 1}); }},
      {"dictionary_missing",
       [](Batch& b) {
         dictionary(b, {0, 1, 0, 1});
         b.data(kName)->dictionary = nullptr;
       }},
      {"dictionary_unasked", [](Batch& b) { b.data(kId)->dictionary = b.data(kName); }},
      {"dictionary_of_text",
       [](Batch& b) {
         b.column(kName)->dictionary = field("u", "");
         b.data(kName)->dictionary = array(0, 3);
       }},
      {"view_good", [](Batch& b) { view(b, 32, 0, 0); }},
      {"view_beyond", [](Batch& b) { view(b, 32, 0, 16); }},
      {"view_buffer", [](Batch& b) { view(b, 32, 7, 0); }},
      {"view_negative", [](Batch& b) { view(b, -5, 0, 0); }},
      {"list_view_good", [](Batch& b) { list_view(b, 3, 1); }},
      {"list_view_beyond", [](Batch& b) { list_view(b, 3, 100); }},
      {"run_ends", [](Batch& b) { b.column(kTags)->format = "+r"; }},
      {"union", [](Batch& b) { b.column(kTags)->format = "+ud:0"; }},
  };
  return kModes;
}

// What one stream has left to give.
struct Rows {
  Batch batch;
  int left = 1;
  floe_call* call = nullptr;
};

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  act("get_schema");
  if (wanted("rows", "schema_fails")) return EIO;
  *out = *static_cast<Rows*>(stream->private_data)->batch.schema;
  if (wanted("rows", "schema_released")) out->release = nullptr;
  if (is_stage("release_schema")) {
    out->release = [](ArrowSchema* schema) {
      schema->release = nullptr;
      act("release_schema");
    };
  }
  return 0;
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto& rows = *static_cast<Rows*>(stream->private_data);
  act("get_next");
  if (wanted("rows", "next_fails")) return EIO;
  *out = *rows.batch.rows;
  if (wanted("rows", "endless")) return 0;
  if (rows.left-- <= 0) out->release = nullptr;
  if (out->release != nullptr && wanted("rows", "release_keeps")) out->release = [](ArrowArray*) {};
  if (out->release != nullptr && is_stage("release_array")) {
    out->release = [](ArrowArray* array) {
      array->release = nullptr;
      act("release_array");
    };
  }
  return 0;
}

const char* get_last_error(ArrowArrayStream*) {
  act("get_last_error");
  if (wanted("rows", "error_bytes")) return "\xff\xfe \x1b[31mred";
  if (wanted("rows", "error_null")) return nullptr;
  return "the source is gone";
}

void release(ArrowArrayStream* stream) {
  if (!wanted("rows", "stream_release_keeps")) stream->release = nullptr;
  act("release_stream");
}

}  // namespace

void open_rows(ArrowArrayStream* out) {
  auto* rows = new Rows{good_batch()};
  for (const auto& [name, change] : modes()) {
    if (wanted("rows", name)) change(rows->batch);
  }
  *out = {get_schema, get_next, get_last_error, release, rows};
  if (wanted("rows", "no_get_schema")) out->get_schema = nullptr;
  if (wanted("rows", "no_get_next")) out->get_next = nullptr;
  if (wanted("rows", "no_last_error")) out->get_last_error = nullptr;
  if (wanted("rows", "no_stream")) out->release = nullptr;
}

}  // namespace hostile
