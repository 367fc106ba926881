#include "parquet/footer.hpp"

#include "parquet/compact_reader.hpp"
#include "parquet/schema_element.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::iceberg::parquet {

namespace {

constexpr std::uint64_t kTailBytes = std::uint64_t{64} * 1024;
constexpr std::uint64_t kTrailerBytes = 8;  // footer length and magic
constexpr std::uint64_t kMaxFooterBytes = std::uint64_t{256} << 20;

Statistics read_statistics(CompactReader* reader) {
  Statistics statistics;
  reader->read_struct([&](const WireField& field) {
    switch (field.id) {
      case 1:
        statistics.deprecated_max = std::string(reader->read_binary(field.type));
        break;
      case 2:
        statistics.deprecated_min = std::string(reader->read_binary(field.type));
        break;
      case 3:
        statistics.null_count = reader->read_integer(field.type);
        break;
      case 4:
        statistics.distinct_count = reader->read_integer(field.type);
        break;
      case 5:
        statistics.max_value = std::string(reader->read_binary(field.type));
        break;
      case 6:
        statistics.min_value = std::string(reader->read_binary(field.type));
        break;
      case 7:
        statistics.is_max_value_exact = reader->read_bool(field.type);
        break;
      case 8:
        statistics.is_min_value_exact = reader->read_bool(field.type);
        break;
      default:
        reader->skip(field.type);
    }
  });
  return statistics;
}

void read_column_metadata(CompactReader* reader, ColumnChunk* chunk) {
  reader->read_struct([&](const WireField& field) {
    switch (field.id) {
      case 1: {
        const std::int32_t type = reader->read_int32(field.type);
        if (type < 0 || type > 7) return reader->fail();
        chunk->type = static_cast<PhysicalType>(type);
        break;
      }
      case 3:
        reader->read_list(field.type,
                          [&](WireType element) { chunk->path.emplace_back(reader->read_binary(element)); });
        break;
      case 5:
        chunk->value_count = reader->read_integer(field.type);
        break;
      case 6:
        chunk->uncompressed_size = reader->read_integer(field.type);
        break;
      case 7:
        chunk->compressed_size = reader->read_integer(field.type);
        break;
      case 9:
        chunk->data_page_offset = reader->read_integer(field.type);
        break;
      case 11:
        chunk->dictionary_page_offset = reader->read_integer(field.type);
        break;
      case 12:
        if (field.type != WireType::kStruct) return reader->fail();
        chunk->statistics = read_statistics(reader);
        break;
      default:
        reader->skip(field.type);
    }
  });
}

ColumnChunk read_column_chunk(CompactReader* reader) {
  ColumnChunk chunk;
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) {
      chunk.file_path = reader->read_binary(field.type);
    } else if (field.id == 3 && field.type == WireType::kStruct) {
      read_column_metadata(reader, &chunk);
    } else {
      reader->skip(field.type);
    }
  });
  return chunk;
}

RowGroup read_row_group(CompactReader* reader) {
  RowGroup group;
  reader->read_struct([&](const WireField& field) {
    switch (field.id) {
      case 1:
        reader->read_list(field.type, [&](WireType element) {
          if (element != WireType::kStruct) return reader->fail();
          group.columns.push_back(read_column_chunk(reader));
        });
        break;
      case 2:
        group.total_byte_size = reader->read_integer(field.type);
        break;
      case 3:
        group.row_count = reader->read_integer(field.type);
        break;
      case 5:
        group.file_offset = reader->read_integer(field.type);
        break;
      default:
        reader->skip(field.type);
    }
  });
  return group;
}

std::pair<std::string, std::string> read_key_value(CompactReader* reader) {
  std::pair<std::string, std::string> pair;
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) {
      pair.first = reader->read_binary(field.type);
    } else if (field.id == 2) {
      pair.second = reader->read_binary(field.type);
    } else {
      reader->skip(field.type);
    }
  });
  return pair;
}

// ColumnOrder is a union whose first member is TYPE_ORDER.
bool read_column_order(CompactReader* reader) {
  bool is_type_order = false;
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) is_type_order = true;
    reader->skip(field.type);
  });
  return is_type_order;
}

class FooterParser {
 public:
  explicit FooterParser(std::string_view thrift) : reader_(thrift) {}

  Result<FileMetadata> parse() {
    reader_.read_struct([this](const WireField& field) { read_field(field); });
    if (reader_.has_failed()) return fail(ErrorCode::kData, "the Parquet footer is malformed");
    if (is_encrypted_) return fail(ErrorCode::kUnsupported, "the Parquet file is encrypted");
    FLOE_TRY(build_tree(std::move(elements_), &metadata_));
    FLOE_TRY(check());
    metadata_.footer_length = reader_.position();
    return std::move(metadata_);
  }

 private:
  template <class OnStruct>
  void read_structs(const WireField& field, OnStruct on_struct) {
    reader_.read_list(field.type, [&](WireType element) {
      if (element != WireType::kStruct) return reader_.fail();
      on_struct();
    });
  }

  void read_field(const WireField& field) {
    switch (field.id) {
      case 1:
        metadata_.version = reader_.read_int32(field.type);
        break;
      case 2:
        read_structs(field, [this] { elements_.push_back(read_schema_element(&reader_)); });
        break;
      case 3:
        metadata_.row_count = reader_.read_integer(field.type);
        break;
      case 4:
        read_structs(field, [this] { metadata_.row_groups.push_back(read_row_group(&reader_)); });
        break;
      case 5:
        read_structs(field, [this] { metadata_.key_value_metadata.push_back(read_key_value(&reader_)); });
        break;
      case 6:
        metadata_.created_by = reader_.read_binary(field.type);
        break;
      case 7:
        read_structs(field, [this] { metadata_.has_type_order.push_back(read_column_order(&reader_)); });
        break;
      case 8:
        is_encrypted_ = true;
        reader_.skip(field.type);
        break;
      default:
        reader_.skip(field.type);
    }
  }

  Status check() const {
    if (metadata_.row_count < 0) return fail(ErrorCode::kData, "the Parquet footer has a negative row count");
    const std::size_t leaf_count = metadata_.leaves.size();
    if (!metadata_.has_type_order.empty() && metadata_.has_type_order.size() != leaf_count) {
      return fail(ErrorCode::kData, "the Parquet footer's column orders do not fit its schema");
    }
    for (const RowGroup& group : metadata_.row_groups) {
      if (group.columns.size() != leaf_count) {
        return failf(ErrorCode::kData, "a Parquet row group has {}, the schema {}",
                     text::counted(std::ssize(group.columns), "column"), leaf_count);
      }
    }
    for (std::size_t i = 0; i < leaf_count; ++i)
      FLOE_TRY(check_column(i));
    return ok();
  }

  // What readers add up over the row groups must have a sum.
  Status check_column(std::size_t leaf) const {
    std::int64_t values = 0;
    std::int64_t bytes = 0;
    for (const RowGroup& group : metadata_.row_groups) {
      const ColumnChunk& chunk = group.columns[leaf];
      FLOE_TRY(check_chunk(chunk, leaf));
      if (__builtin_add_overflow(values, chunk.value_count, &values) ||
          __builtin_add_overflow(bytes, chunk.compressed_size, &bytes)) {
        return failf(ErrorCode::kData, "the counts of Parquet column `{}` overflow", column_name(leaf));
      }
    }
    return ok();
  }

  const std::string& column_name(std::size_t leaf) const { return metadata_.schema[metadata_.leaves[leaf]].name; }

  Status check_chunk(const ColumnChunk& chunk, std::size_t leaf) const {
    const SchemaElement& element = metadata_.schema[metadata_.leaves[leaf]];
    if (chunk.type == PhysicalType::kNone) {
      return failf(ErrorCode::kUnsupported, "Parquet column `{}` has no metadata here (encrypted?)", element.name);
    }
    if (chunk.type != element.type || chunk.value_count < 0 || chunk.compressed_size < 0) {
      return failf(ErrorCode::kData, "the chunk of Parquet column `{}` contradicts the schema", element.name);
    }
    return ok();
  }

  CompactReader reader_;
  FileMetadata metadata_;
  std::vector<RawElement> elements_;
  bool is_encrypted_ = false;
};

Error not_parquet() { return fail(ErrorCode::kData, "not a Parquet file: it does not end with `PAR1`"); }

}  // namespace

std::vector<std::int64_t> FileMetadata::split_offsets() const {
  std::vector<std::int64_t> offsets;
  for (const RowGroup& group : row_groups) {
    if (group.columns.empty()) continue;
    offsets.push_back(group.columns.front().start());
  }
  std::sort(offsets.begin(), offsets.end());
  return offsets;
}

Result<FileMetadata> parse_footer(std::string_view thrift) { return FooterParser(thrift).parse(); }

Result<FileMetadata> read_footer(const RangeReader& read, std::uint64_t file_size) {
  if (file_size < kTrailerBytes + 4) return not_parquet();
  const std::uint64_t tail_size = std::min(file_size, kTailBytes);
  std::string tail = FLOE_TRY(read(file_size - tail_size, tail_size));
  if (tail.size() != tail_size) return fail(ErrorCode::kIo, "the end of the Parquet file could not be read whole");
  const std::string_view trailer = std::string_view(tail).substr(tail.size() - kTrailerBytes);
  if (trailer.substr(4) == "PARE") return fail(ErrorCode::kUnsupported, "the Parquet footer is encrypted");
  if (trailer.substr(4) != "PAR1") return not_parquet();
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length |= static_cast<std::uint64_t>(static_cast<unsigned char>(trailer[i])) << (8 * i);
  if (length > file_size - kTrailerBytes || length > kMaxFooterBytes) {
    return failf(ErrorCode::kData, "the Parquet footer claims {} bytes of a file of {}", length, file_size);
  }
  if (length + kTrailerBytes > tail_size) {
    const std::uint64_t missing = length + kTrailerBytes - tail_size;
    std::string head = FLOE_TRY(read(file_size - tail_size - missing, missing));
    if (head.size() != missing) return fail(ErrorCode::kIo, "the Parquet footer could not be read whole");
    tail.insert(0, head);
  }
  return parse_footer(std::string_view(tail).substr(tail.size() - kTrailerBytes - length, length));
}

}  // namespace floe::iceberg::parquet
