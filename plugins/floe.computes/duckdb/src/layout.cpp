#include "layout.hpp"

#include "sql_text.hpp"

#include "base/fail.hpp"

namespace floe::duckdb_compute {
namespace {

constexpr std::size_t kMaxCached = 100000;

struct SchemaElement {
  std::string name;
  std::int64_t children = 0;
  std::int32_t id = -1;
  bool list = false;
  bool map = false;
};

// parquet_schema lists the elements of a file depth first.
class TreeReader {
 public:
  explicit TreeReader(const std::vector<SchemaElement>& elements) : elements_(elements) {}

  Result<FileLayout> read() {
    if (elements_.empty()) return fail(ErrorCode::kData, "the footer holds no schema");
    LayoutNode root = FLOE_TRY(node());
    return std::move(root.children);
  }

 private:
  Result<LayoutNode> node() {
    if (position_ >= elements_.size()) return fail(ErrorCode::kData, "the footer's schema is cut short");
    const SchemaElement& element = elements_[position_++];
    LayoutNode result{element.id, element.name, {}};
    for (std::int64_t i = 0; i < element.children; ++i)
      result.children.push_back(FLOE_TRY(node()));
    // The repeated group inside a list or map is no field; older writers have the element itself in its place.
    if ((element.list || element.map) && result.children.size() == 1 && !result.children[0].children.empty()) {
      std::vector<LayoutNode> inner = std::move(result.children[0].children);
      result.children = std::move(inner);
    }
    return result;
  }

  const std::vector<SchemaElement>& elements_;
  std::size_t position_ = 0;
};

std::string schema_query(const std::vector<std::string>& paths) {
  const std::string sql =
      "SELECT file_name, name, coalesce(num_children, 0), coalesce(field_id, -1), "
      "coalesce(converted_type, '') = 'LIST' OR coalesce(logical_type, '') LIKE 'ListType%', "
      "coalesce(converted_type, '') IN ('MAP', 'MAP_KEY_VALUE') OR coalesce(logical_type, '') LIKE 'MapType%' "
      "FROM parquet_schema(";
  return sql + quote_paths(paths) + ")";
}

using Layouts = std::unordered_map<std::string, std::shared_ptr<const FileLayout>>;

Result<Layouts> read_layouts(Runner& runner, const std::vector<std::string>& paths) {
  const Rows rows = FLOE_TRY(runner.run(schema_query(paths)));
  std::unordered_map<std::string, std::vector<SchemaElement>> files;
  const idx_t count = rows.row_count();
  for (idx_t row = 0; row < count; ++row) {
    files[rows.text(0, row)].push_back({rows.text(1, row), rows.integer(2, row),
                                        static_cast<std::int32_t>(rows.integer(3, row)), rows.boolean(4, row),
                                        rows.boolean(5, row)});
  }
  Layouts layouts;
  for (const auto& [path, elements] : files) {
    FileLayout layout = FLOE_TRY(TreeReader(elements).read().with_context(path));
    layouts.emplace(path, std::make_shared<const FileLayout>(std::move(layout)));
  }
  return layouts;
}

}  // namespace

Result<std::vector<std::shared_ptr<const FileLayout>>> LayoutCache::load(Runner& runner,
                                                                         const std::vector<std::string>& paths) {
  std::vector<std::string> missing;
  {
    const std::lock_guard lock(mutex_);
    if (layouts_.size() > kMaxCached) layouts_.clear();
    for (const std::string& path : paths) {
      if (!layouts_.contains(path)) missing.push_back(path);
    }
  }
  Layouts fresh;
  if (!missing.empty()) fresh = FLOE_TRY(read_layouts(runner, missing));
  const std::lock_guard lock(mutex_);
  layouts_.insert(fresh.begin(), fresh.end());
  std::vector<std::shared_ptr<const FileLayout>> result;
  result.reserve(paths.size());
  for (const std::string& path : paths) {
    const auto found = layouts_.find(path);
    if (found == layouts_.end()) {
      // Another thread emptied the cache in between, or the file went away while it was read.
      return failf(ErrorCode::kUnavailable, "the schema of `{}` could not be read", path);
    }
    result.push_back(found->second);
  }
  return result;
}

}  // namespace floe::duckdb_compute
