#include "base/time/zone.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/time/tzif.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace floe::time {

namespace {

constexpr std::string_view kDirectory = "/usr/share/zoneinfo";
constexpr std::int64_t kSecondsPerDay = 86'400;

class TableZone final : public Zone {
 public:
  TableZone(std::string name, TzifTable table) : name_(std::move(name)), table_(std::move(table)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }

  [[nodiscard]] ZoneOffset at_utc(std::int64_t unix_seconds) const override {
    const std::vector<std::int64_t>& moments = table_.moments;
    if (table_.rule.has_value() && (moments.empty() || unix_seconds >= moments.back())) {
      return table_.rule->at_utc(unix_seconds);
    }
    const auto after = std::upper_bound(moments.begin(), moments.end(), unix_seconds);
    if (after == moments.begin()) return table_.types[table_.first_type];
    return table_.types[table_.moment_types[static_cast<std::size_t>(after - moments.begin()) - 1]];
  }

  [[nodiscard]] std::int64_t to_utc(std::int64_t local_seconds, bool daylight) const override {
    // No offset is more than a day, so the readings of a wall time use the offset of a day earlier or of a day later.
    const ZoneOffset before = at_utc(local_seconds - kSecondsPerDay);
    const ZoneOffset after = at_utc(local_seconds + kSecondsPerDay);
    const std::int64_t by_before = local_seconds - before.seconds_east;
    const std::int64_t by_after = local_seconds - after.seconds_east;
    const ZoneOffset seen_before = at_utc(by_before);
    const ZoneOffset seen_after = at_utc(by_after);
    const bool before_holds = seen_before.seconds_east == before.seconds_east;
    const bool after_holds = seen_after.seconds_east == after.seconds_east;
    if (!before_holds && !after_holds) return daylight ? by_after : by_before;  // the clock skipped this time
    if (before_holds != after_holds) return before_holds ? by_before : by_after;
    if (seen_before.is_daylight != seen_after.is_daylight) {
      return seen_before.is_daylight == daylight ? by_before : by_after;
    }
    return daylight ? std::min(by_before, by_after) : std::max(by_before, by_after);
  }

 private:
  std::string name_;
  TzifTable table_;
};

// What the directory has besides the zones of IANA: the zone of the machine, and all zones once more, some of them with
// leap seconds.
bool is_of_machine(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name.starts_with("posix/") || name.starts_with("right/");
}

// Area/City: nothing that leads out of the directory.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) return false;
  if (is_of_machine(name)) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
  });
}

Error unknown_zone(std::string_view name) {
  return failf(ErrorCode::kNotFound, "unknown time zone `{}`; a name such as `Europe/Berlin` or `UTC` is accepted",
               name);
}

}  // namespace

Result<std::shared_ptr<const Zone>> Zone::load(std::string_view name) {
  if (name == "UTC") {  // must work without tzdata
    TzifTable utc;
    utc.types.push_back({0, false, "UTC"});
    return std::shared_ptr<const Zone>(std::make_shared<TableZone>("UTC", std::move(utc)));
  }
  if (!is_zone_name(name)) return unknown_zone(name);
  const auto files = io::make_disk_file_system();
  const std::string path = io::join_path(kDirectory, name);
  const io::FileInfo info = FLOE_TRY(files->stat(path));
  if (info.kind != io::FileKind::kRegular) return unknown_zone(name);
  const std::string bytes = FLOE_TRY(files->read(path));
  if (!bytes.starts_with("TZif")) return unknown_zone(name);  // tzdata also has tables of text there
  return parse(std::string(name), bytes);
}

Result<std::shared_ptr<const Zone>> Zone::parse(std::string name, std::string_view tzif) {
  Result<TzifTable> table = parse_tzif(tzif);
  if (!table.has_value()) return std::move(table).error().with_context("reading time zone `" + name + "`");
  return std::shared_ptr<const Zone>(std::make_shared<TableZone>(std::move(name), *std::move(table)));
}

}  // namespace floe::time
