#include "verbs/table_faults.hpp"

#include "engine/compiled_project.hpp"
#include "engine/moved_project.hpp"
#include "engine/run_history.hpp"
#include "model/relation.hpp"
#include "verbs/register_plan.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace floe::run {
namespace {

using warehouse::Relation;

// Names of many tables in one line.
std::string shortened_list(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  const std::vector<std::string> shown(names.begin(), names.begin() + std::min(names.size(), kMost));
  return text::quoted_list(shown) + (names.size() > kMost ? fmt::format(" and {} more", names.size() - kMost) : "");
}

TableFault fault_of(const Diagnostic& finding) {
  std::string detail = fmt::format("{}: {}", finding.code, finding.message);
  if (const Span* place = finding.primary()) detail += fmt::format(" (`{}`)", place->file);
  if (!finding.notes.empty()) detail += ": " + finding.notes.front();
  return {std::move(detail), text::join(finding.helps, "; ")};
}

class FaultSearch {
 public:
  FaultSearch(const OpenedTables& opened, io::FileSystem& files) : opened_(opened), files_(files) {}

  Result<std::vector<TableFault>> run() {
    FLOE_TRY(list());
    FLOE_TRY(find_missing_warehouse());
    if (!faults_.empty()) return std::move(faults_);  // everything below would only say it again
    FLOE_TRY(find_damaged_metadata());
    find_shared_locations();
    FLOE_TRY(compare_with_warehouse());
    FLOE_TRY(compare_with_last_run());
    return std::move(faults_);
  }

 private:
  Status list() {
    const std::string text = FLOE_TRY(opened_.platform->tables().list(opened_.call.raw(), R"({"namespace":null})"));
    const json::object listed = FLOE_TRY(parse_json_object(text));
    for (const char* kind : {"tables", "views"}) {
      for (const json::value& item : *FLOE_TRY(require_array(listed, kind)))
        known_.push_back(warehouse::relation_from_identifier(item.as_object()));
    }
    return ok();
  }

  Status find_missing_warehouse() {
    const auto path = io::path_from_uri(opened_.compiled.warehouse_uri);
    if (known_.empty() || !path) return ok();
    const io::FileInfo info = FLOE_TRY(files_.stat(*path));
    if (info.kind == io::FileKind::kDirectory) return ok();
    faults_.push_back(
        {fmt::format("the warehouse `{}` is no folder, and the catalog has {} in it", *path,
                     text::counted(static_cast<std::int64_t>(known_.size()), "table")),
         "mount the file system that it lies on, or put the folder back from a backup: nothing else has the "
         "rows"});
    return ok();
  }

  // The one file of each table without which nothing of it can be read.
  Status find_damaged_metadata() {
    constexpr const char* kAtCurrent = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null})";
    for (const Relation& relation : known_) {
      const auto loaded =
          opened_.platform->tables().load(opened_.call.raw(), to_json(relation.to_identifier()), kAtCurrent);
      if (loaded) {
        const json::object table = FLOE_TRY(parse_json_object(*loaded));
        names_at_[get_string_or(table, "location", "")].push_back(relation.dotted());
        continue;
      }
      DiagnosticSink found;
      if (!report_findings(loaded.error(), found)) continue;
      for (const Diagnostic& finding : found.all())
        faults_.push_back(fault_of(finding));
      damaged_.insert(relation.dotted());
    }
    return ok();
  }

  // Rows of a catalog that were swapped or written by hand: a write to one name would change the other.
  void find_shared_locations() {
    for (const auto& [location, names] : names_at_) {
      if (names.size() < 2) continue;
      faults_.push_back({fmt::format("the catalog has one table under several names: {} lie at `{}`",
                                     text::quoted_list(names), location),
                         "restore `catalog.db` from a backup, and write to none of them before"});
    }
  }

  // Newer versions than the catalog names, and tables that it does not know.
  Status compare_with_warehouse() {
    const auto found = find_tables(opened_, files_);
    if (!found && found.error().code == ErrorCode::kUnsupported) return ok();  // the storage cannot list
    DiagnosticSink undecided;
    if (!found) return found.error();
    const RegisterPlan plan = FLOE_TRY(plan_registration(*found, ScanChoices(), undecided));
    report_scan(plan, undecided);
    return ok();
  }

  void report_scan(const RegisterPlan& plan, const DiagnosticSink& undecided) {
    std::vector<std::string> older;
    std::vector<std::string> unknown;
    for (const json::value& item : plan.registered) {
      const json::object& entry = item.as_object();
      (get_bool_or(entry, "is_update", false) ? older : unknown).push_back(get_string_or(entry, "identifier", ""));
    }
    constexpr const char* kScan =
        "`floe table register --scan --dry-run` shows what the warehouse holds, without `--dry-run` it registers that";
    if (!older.empty())
      faults_.push_back({"the catalog has older versions than the warehouse of " + shortened_list(older), kScan});
    if (!unknown.empty()) {
      faults_.push_back({"the warehouse holds tables that the catalog does not know: " + shortened_list(unknown),
                         std::string(kScan) + "; of tables that nobody wants remove the folders"});
    }
    // Of a table that cannot be read the scan says the same with other words.
    if (!damaged_.empty()) return;
    for (const Diagnostic& finding : undecided.all())
      faults_.push_back(fault_of(finding));
  }

  Status compare_with_last_run() {
    const std::string runs = io::join_path(opened_.compiled.state_directory, "runs");
    const auto last = FLOE_TRY(last_written_tables(runs, opened_.compiled.warehouse_uri, files_));
    std::vector<std::string> lost;
    for (const std::string& name : last.relations) {
      const bool is_known = std::any_of(known_.begin(), known_.end(), [&](const Relation& relation) {
        return text::equals_ignore_case_ascii(relation.dotted(), name);
      });
      if (!is_known) lost.push_back(name);
    }
    if (lost.empty()) return ok();
    faults_.push_back({fmt::format("the last run that wrote tables, {}, wrote {}; the catalog does not know {} now",
                                   last.run, shortened_list(lost), lost.size() == 1 ? "it" : "them"),
                       "restore `catalog.db` and the warehouse from a backup; `floe run` makes "
                       "tables of models again when nobody wants the rows that they had"});
    return ok();
  }

  const OpenedTables& opened_;
  io::FileSystem& files_;
  std::vector<Relation> known_;
  std::set<std::string> damaged_;
  std::map<std::string, std::vector<std::string>> names_at_;  // by location
  std::vector<TableFault> faults_;
};

}  // namespace

Result<json::object> find_tables(const OpenedTables& opened, io::FileSystem& files) {
  json::object request{{"root", opened.compiled.warehouse_uri}};
  json::array& aliases = request["aliases"].emplace_array();
  for (const std::string& alias : warehouse_aliases(opened.compiled, files))
    aliases.emplace_back(alias);
  const std::string text = FLOE_TRY(opened.platform->tables().find_tables(opened.call.raw(), to_json(request)));
  return parse_json_object(text);
}

Result<std::vector<TableFault>> find_table_faults(const OpenedTables& opened, io::FileSystem& files) {
  return FaultSearch(opened, files).run();
}

}  // namespace floe::run
