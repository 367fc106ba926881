#include "write/file_writer.hpp"

#include "engine/scan_sql.hpp"
#include "sql/sql_text.hpp"
#include "sql/unused_name.hpp"

#include "base/fail.hpp"
#include "base/io/content_name.hpp"
#include "base/io/file_system.hpp"

#include <algorithm>
#include <random>

namespace floe::duckdb_compute {
namespace {

constexpr std::uint64_t kReadSize = std::uint64_t{4} << 20U;
constexpr std::int64_t kRowGroup = 122880;  // DuckDB's default; a split falls between row groups

std::string random_uuid() {
  std::random_device device;
  const auto word = [&] { return static_cast<std::uint32_t>(device()); };
  const std::uint32_t a = word();
  const std::uint32_t b = word();
  const std::uint32_t c = word();
  const std::uint32_t d = word();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", a, b >> 16, b & 0xfff, 0x8000 | (c >> 18), c & 0xffff,
                     d);
}

// A guess at what a value takes in a compressed file.
std::int64_t stored_width(const IcebergType& type) {
  if (type.nested()) {
    std::int64_t sum = 4;
    for (const IcebergField& child : type.children)
      sum += stored_width(child.type) * (type.kind == IcebergType::Kind::kStruct ? 1 : 4);
    return sum;
  }
  if (type.name == "boolean") return 1;
  if (type.name == "int" || type.name == "date" || type.name == "float") return 2;
  if (type.name == "string" || type.name == "binary" || type.name == "uuid") return 12;
  return 5;
}

// Paths of float and double leaves outside lists and maps, as COPY spells them, with their ids.
void find_floats(const std::string& path, const IcebergField& field, std::map<std::string, std::int32_t>* out) {
  if (field.type.kind == IcebergType::Kind::kStruct) {
    for (const IcebergField& child : field.type.children)
      find_floats(path + "." + quote_name(child.name), child, out);
  } else if (field.type.name == "float" || field.type.name == "double") {
    out->emplace(path, field.id);
  }
}

struct NumberedRows {
  std::string select;  // a WHERE may follow
  std::string number;  // the name of the row number
};

// By field id, since a column named `file_row_number` would hide DuckDB's numbers.
Result<NumberedRows> numbered_rows(const std::vector<Column>& columns, const std::string& path) {
  std::vector<Column> stored = columns;
  std::vector<std::string> names;
  std::string list;
  for (Column& column : stored) {
    column.sql_type = column.storage;
    names.push_back(column.name);
    list += (list.empty() ? "" : ", ") + quote_name(column.name);
  }
  const PositionNames positions{unused_name("floe_file", names), unused_name("floe_row", names)};
  DataFile file;
  file.path = path;
  const std::string scan = FLOE_TRY(iceberg_scan_sql(stored, {file}, positions));
  return NumberedRows{"SELECT " + list + " FROM (" + scan + ")", quote_name(positions.row)};
}

}  // namespace

FileWriter::FileWriter(Runner& runner, const WriteRequest& request)
    : runner_(runner),
      request_(request),
      stem_(request.file_prefix + "-" + random_uuid() + "-"),
      field_ids_(field_ids_sql(request.columns)) {}

FileWriter::~FileWriter() {
  if (kept_) return;
  const auto disk = io::make_disk_file_system();
  for (const WrittenFile& file : files_)
    (void)disk->remove(file.file.path);
  const auto entries = disk->list(request_.directory);
  if (!entries) return;
  for (const io::DirectoryEntry& entry : *entries) {
    if (entry.name.starts_with(stem_)) (void)disk->remove(request_.directory + "/" + entry.name);
  }
}

std::string FileWriter::next_path() { return fmt::format("{}/{}{:05}.parquet", request_.directory, stem_, numbers_++); }

bool FileWriter::probably_large(std::int64_t rows) const {
  std::int64_t width = 0;
  for (const Column& column : request_.columns)
    width += stored_width(column.type);
  return rows > request_.target_file_size / std::max<std::int64_t>(width, 1);
}

Result<std::vector<CopiedFile>> FileWriter::copy(const std::string& select, const std::string& target,
                                                 const std::string& more) {
  auto rows = runner_.run("COPY (" + select + ") TO " + quote_text(target) + " (FORMAT parquet, COMPRESSION " +
                          request_.compression + ", FIELD_IDS " + field_ids_ + ", RETURN_STATS" + more + ")");
  if (!rows) return std::move(rows).error();
  return read_copy_result(*rows);
}

Status FileWriter::write(const std::string& select, bool ordered, std::int64_t rows, const std::string& partition) {
  if (!ordered && probably_large(rows)) {
    // DuckDB rotates by size itself, but gives up the order of rows for it.
    const std::string options =
        fmt::format(", FILE_SIZE_BYTES {}, OVERWRITE_OR_IGNORE true, FILENAME_PATTERN {}, FILE_EXTENSION 'parquet'",
                    request_.target_file_size, quote_text(fmt::format("{}{:05}-{{i}}", stem_, numbers_++)));
    std::vector<CopiedFile> files = FLOE_TRY(copy(select, request_.directory, options));
    for (CopiedFile& file : files)
      FLOE_TRY(add(std::move(file), partition));
    return ok();
  }
  std::vector<CopiedFile> files = FLOE_TRY(copy(select, next_path(), ", USE_TMP_FILE false"));
  for (CopiedFile& file : files) {
    if (file.bytes > request_.target_file_size + request_.target_file_size / 2 && file.rows > kRowGroup) {
      FLOE_TRY(split(file, partition));
    } else {
      FLOE_TRY(add(std::move(file), partition));
    }
  }
  return ok();
}

Status FileWriter::split(const CopiedFile& file, const std::string& partition) {
  const std::int64_t parts = (file.bytes + request_.target_file_size - 1) / request_.target_file_size;
  const std::int64_t groups = (file.rows + kRowGroup - 1) / kRowGroup;
  const std::int64_t step = std::max<std::int64_t>(1, (groups + parts - 1) / parts) * kRowGroup;
  const NumberedRows rows = FLOE_TRY(numbered_rows(request_.columns, file.path));
  for (std::int64_t start = 0; start < file.rows; start += step) {
    const std::string select =
        fmt::format("{0} WHERE {1} >= {2} AND {1} < {3}", rows.select, rows.number, start, start + step);
    std::vector<CopiedFile> copied = FLOE_TRY(copy(select, next_path(), ", USE_TMP_FILE false"));
    for (CopiedFile& part : copied)
      FLOE_TRY(add(std::move(part), partition));
  }
  return io::make_disk_file_system()->remove(file.path);
}

Status FileWriter::add(CopiedFile file, const std::string& partition) {
  if (file.rows == 0) return io::make_disk_file_system()->remove(file.path);
  WrittenFile written{std::move(file), partition, {}};
  FLOE_TRY(count_nans(&written));
  FLOE_TRY(name_by_content(&written));
  files_.push_back(std::move(written));
  return ok();
}

// DuckDB writes no checksums of pages: damage would be read as other values.
Status FileWriter::name_by_content(WrittenFile* file) {
  const auto disk = io::make_disk_file_system();
  io::ContentNamer namer;
  for (std::uint64_t offset = 0;;) {
    const std::string part = FLOE_TRY(disk->read_range(file->file.path, offset, kReadSize));
    if (part.empty()) break;
    namer.add(part);
    offset += part.size();
  }
  const std::string path = fmt::format("{}/{}-{:05}.parquet", request_.directory, namer.uuid(), files_.size());
  FLOE_TRY(disk->rename(file->file.path, path));
  file->file.path = path;
  return ok();
}

Status FileWriter::count_nans(WrittenFile* file) {
  std::map<std::string, std::int32_t> floats;
  for (const Column& column : request_.columns) {
    find_floats(quote_name(column.name), IcebergField{column.id, column.name, column.type, false}, &floats);
  }
  std::vector<std::pair<std::string, std::int32_t>> with_nan;
  for (const auto& [path, id] : floats) {
    const auto found = file->file.leaves.find(path);
    file->nan_counts[id] = 0;
    if (found == file->file.leaves.end() || found->second.has_nan) with_nan.emplace_back(path, id);
  }
  if (with_nan.empty()) return ok();
  // The footer only says that there are some. Reading back a column just written is cheap, and rare.
  std::string list;
  for (const auto& [path, id] : with_nan) {
    if (!list.empty()) list += ", ";
    list += "count(*) FILTER (isnan(" + path + "))";
  }
  const Rows rows = FLOE_TRY(runner_.run("SELECT " + list + " FROM read_parquet(" + quote_path(file->file.path) + ")"));
  for (std::size_t i = 0; i < with_nan.size(); ++i)
    file->nan_counts[with_nan[i].second] = rows.integer(i, 0);
  return ok();
}

Status FileWriter::check_values(const std::vector<TargetColumn>& targets, const Source& source) {
  for (const TargetColumn& target : targets) {
    const std::string path = quote_name(target.column->name);
    for (const WrittenFile& file : files_) {
      const auto found = file.file.leaves.find(path);
      if (found == file.file.leaves.end()) continue;
      if (target.column->required && found->second.null_count > 0) {
        return row_error(runner_, source, target, target.input + " IS NULL", "is null, but the table requires one");
      }
      if (found->second.infinite && target.column->storage != "VARCHAR") {
        return row_error(runner_, source, target, "isinf(" + target.input + ")",
                         "cannot be stored: Iceberg has no endless dates");
      }
      if (found->second.ends_day && target.column->storage == "TIME") {
        return row_error(runner_, source, target, target.input + " = TIME '24:00:00'",
                         "cannot be stored: times of Iceberg are before the end of the day");
      }
    }
  }
  return ok();
}

std::vector<WrittenFile> FileWriter::keep() {
  kept_ = true;
  return std::move(files_);
}

}  // namespace floe::duckdb_compute
