#include "verbs/register_plan.hpp"

#include "model/relation.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <set>

namespace floe::run {
namespace {

Diagnostic undecided_table(std::string message) {
  return error_diagnostic("FLOE-E0502", "undecided-table", std::move(message));
}

std::string location_of(const json::object& version) { return get_string_or(version, "metadata_location", ""); }

std::string folder_of(const std::string& uri) { return uri.substr(0, uri.rfind('/')); }

std::string time_of(const json::object& version) {
  return time::format_utc_millis(get_int(version, "last_updated_ms").value_or(0));
}

json::value rows_of(const json::object& version) {
  const auto rows = get_int(version, "total_records");
  return rows ? json::value(*rows) : json::value(nullptr);
}

// What the answer says of one metadata file.
json::object version_json(const json::object& version) {
  return {{"metadata_location", location_of(version)}, {"rows", rows_of(version)}, {"updated_at", time_of(version)}};
}

std::string version_text(const json::object& version) {
  const auto rows = get_int(version, "total_records");
  const std::string count = rows ? text::counted(*rows, "row") : "an unknown number of rows";
  return fmt::format("`{}`: {}, written {}", location_of(version), count, time_of(version));
}

const json::array& list_of(const json::object& object, const char* key) {
  static const json::array kNone;
  const json::array* list = get_array(object, key);
  return list == nullptr ? kNone : *list;
}

class Planner {
 public:
  Planner(const ScanChoices& choices, DiagnosticSink& sink) : choices_(choices), sink_(sink) {}

  void add(const json::object& table) {
    folders_.insert(folder_of(location_of(table)));
    const std::string name = name_of(table);
    if (!is_wanted(name)) return;
    is_any_wanted_ = true;
    const std::string state = get_string_or(table, "state", "");
    if (const json::object* version = chosen_version(table)) return take(table, name, *version);
    const bool is_behind = state == "behind";
    if (is_behind && !list_of(table, "newer_unreadable").empty()) return decide_unreadable(table, name);
    if (is_behind && !list_of(table, "alternatives").empty()) return decide_version(table, name);
    if (is_behind) return take(table, name, table);
    if (state == "broken") return decide_broken(table, name);
    if (state != "new") return skip(table, name, state);
    if (!get_bool_or(table, "name_is_certain", true)) return decide_name(table, name);
    if (!list_of(table, "alternatives").empty()) return decide_version(table, name);
    if (!list_of(table, "newer_unreadable").empty()) return decide_unreadable(table, name);
    take(table, name, table);
  }

  // In a folder of which no file can be read there may be a table of any name.
  void add_unreadable(const json::object& file) {
    const std::string location = location_of(file);
    ++unreadable_;
    if (!choices_.only.empty() || folders_.contains(folder_of(location))) return;
    const std::string message = get_string_or(file, "message", "");
    plan_.undecided.push_back(json::object{{"identifier", nullptr},
                                           {"kind", nullptr},
                                           {"reason", message},
                                           {"versions", json::array{{{"metadata_location", location}}}}});
    sink_.report(undecided_table(fmt::format("`{}` cannot be read, so its table is unknown", location))
                     .note(message)
                     .help("restore the file from a backup, or move it out of the warehouse")
                     .help("or register the other tables by their names: `--only 'main.*'`"));
  }

  Result<RegisterPlan> finish() && {
    for (const std::string& uri : choices_.chosen) {
      if (!used_.contains(uri)) {
        return failf(ErrorCode::kInvalidArgument,
                     "`{}` is no version to choose; `floe table register --scan --dry-run` lists them", uri);
      }
    }
    if (!choices_.only.empty() && !is_any_wanted_) {
      const std::string unread =
          unreadable_ == 0 ? "" : fmt::format(", and {} that cannot be read", text::counted(unreadable_, "file"));
      return failf(
          ErrorCode::kInvalidArgument,
          "no table or view of the warehouse matches `--only {}`; `floe table register --scan --dry-run` lists "
          "them{}",
          fmt::join(choices_.only, "`, `--only "), unread);
    }
    return std::move(plan_);
  }

 private:
  static std::string name_of(const json::object& table) {
    const json::object* identifier = get_object(table, "identifier");
    return identifier == nullptr ? "" : warehouse::relation_from_identifier(*identifier).dotted();
  }

  [[nodiscard]] bool is_wanted(const std::string& name) const {
    return choices_.only.empty() || std::any_of(choices_.only.begin(), choices_.only.end(),
                                                [&](const auto& pattern) { return text::matches_glob(pattern, name); });
  }

  // A name that is not certain is not chosen by choosing a file.
  const json::object* chosen_version(const json::object& table) {
    const std::string state = get_string_or(table, "state", "");
    if ((state != "new" && state != "behind") || !get_bool_or(table, "name_is_certain", true)) return nullptr;
    if (is_chosen(table)) return &table;
    for (const json::value& alternative : list_of(table, "alternatives")) {
      if (is_chosen(alternative.as_object())) return &alternative.as_object();
    }
    return nullptr;
  }

  bool is_chosen(const json::object& version) {
    const std::string uri = location_of(version);
    if (std::find(choices_.chosen.begin(), choices_.chosen.end(), uri) == choices_.chosen.end()) return false;
    used_.insert(uri);
    return true;
  }

  void take(const json::object& table, const std::string& name, const json::object& version) {
    const bool is_behind = get_string_or(table, "state", "") == "behind";
    plan_.replaces = plan_.replaces || is_behind;
    plan_.tables.push_back(
        json::object{{"identifier", table.at("identifier")}, {"metadata_location", location_of(version)}});
    json::object entry{{"identifier", name}, {"kind", table.at("kind")}, {"is_update", is_behind}};
    for (auto& [key, value] : version_json(version))
      entry[key] = value;
    plan_.registered.push_back(std::move(entry));
  }

  void skip(const json::object& table, const std::string& name, const std::string& state) {
    json::object entry{{"identifier", name.empty() ? json::value(nullptr) : json::value(name)},
                       {"kind", table.at("kind")},
                       {"state", state},
                       {"reason", get_string_or(table, "reason", "")},
                       {"metadata_location", location_of(table)}};
    plan_.skipped.push_back(std::move(entry));
  }

  // Adds to the answer; the caller reports.
  void undecided(const json::object& table, const std::string& name, const std::string& reason) {
    json::array versions{version_json(table)};
    for (const json::value& alternative : list_of(table, "alternatives"))
      versions.push_back(version_json(alternative.as_object()));
    plan_.undecided.push_back(json::object{
        {"identifier", name}, {"kind", table.at("kind")}, {"reason", reason}, {"versions", std::move(versions)}});
  }

  void decide_version(const json::object& table, const std::string& name) {
    undecided(table, name, "several versions may be the newest that was committed");
    Diagnostic finding =
        undecided_table(fmt::format("several versions of `{}` may be the newest that was committed", name));
    finding.notes.push_back(version_text(table));
    for (const json::value& item : list_of(table, "alternatives")) {
      const json::object& version = item.as_object();
      finding.notes.push_back(fmt::format("{} ({})", version_text(version), get_string_or(version, "reason", "")));
    }
    sink_.report(std::move(finding).help(
        fmt::format("choose one: `floe table register --scan --choose {}`", location_of(table))));
  }

  void decide_unreadable(const json::object& table, const std::string& name) {
    undecided(table, name, "a file that cannot be read may be the newest version");
    Diagnostic finding =
        undecided_table(fmt::format("the newest version of `{}` may be a file that cannot be read", name));
    for (const json::value& item : list_of(table, "newer_unreadable")) {
      const json::object& file = item.as_object();
      finding.notes.push_back(fmt::format("`{}`: {}", location_of(file), get_string_or(file, "message", "")));
    }
    sink_.report(std::move(finding)
                     .note(fmt::format("the newest that can be read is {}", version_text(table)))
                     .help("restore the file from a backup")
                     .help(fmt::format("or take what can be read: `floe table register --scan --choose {}`",
                                       location_of(table))));
  }

  void decide_name(const json::object& table, const std::string& name) {
    undecided(table, name, "its folder does not tell its name");
    sink_.report(
        undecided_table(fmt::format("the folder of `{}` does not tell the name of its table", name))
            .note("the folder of a table whose name has other characters than letters, digits, `_`, `-` and `.` "
                  "has `_` in their place")
            .note(version_text(table))
            .help(fmt::format("name it: `floe table register NAMESPACE.NAME {}`", location_of(table))));
  }

  void decide_broken(const json::object& table, const std::string& name) {
    const std::string reason = get_string_or(table, "reason", "");
    undecided(table, name, reason);
    sink_.report(undecided_table(fmt::format("files of the newest version of `{}` are missing", name))
                     .note(reason)
                     .note(version_text(table))
                     .help("restore the files from a backup, or move the folder of the table out of the warehouse")
                     .help("or register the other tables by their names: `--only 'main.*'`"));
  }

  const ScanChoices& choices_;
  DiagnosticSink& sink_;
  std::set<std::string> folders_;
  std::set<std::string> used_;
  bool is_any_wanted_ = false;
  std::int64_t unreadable_ = 0;
  RegisterPlan plan_;
};

}  // namespace

Result<RegisterPlan> plan_registration(const json::object& found, const ScanChoices& choices, DiagnosticSink& sink) {
  Planner planner(choices, sink);
  for (const json::value& table : *FLOE_TRY(require_array(found, "found")))
    planner.add(table.as_object());
  for (const json::value& file : list_of(found, "unreadable"))
    planner.add_unreadable(file.as_object());
  return std::move(planner).finish();
}

}  // namespace floe::run
