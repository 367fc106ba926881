#include "verbs/service_check.hpp"

#include "model/relation.hpp"
#include "rules/contract/service_level.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <set>

namespace floe::run {
namespace {

constexpr const char* kAtNow = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null})";
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kWindowDays = 30;
constexpr std::int64_t kSecondsPerDay = 86'400;

// `45s`, `12m`, `3h 12m`, `2d 4h`
std::string age_text(std::int64_t seconds) {
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  if (minutes == 0) return fmt::format("{}s", seconds);
  if (hours == 0) return fmt::format("{}m", minutes);
  if (hours < 48) return fmt::format("{}h {}m", hours, minutes % 60);
  return fmt::format("{}d {}h", hours / 24, hours % 24);
}

std::string share_text(double share) { return fmt::format("{:.4g}%", share); }

void measure_share(std::size_t good, std::size_t all, Measured* measured) {
  const double share = 100.0 * static_cast<double>(good) / static_cast<double>(all);
  const auto promised = contract::plain_number(measured->level.value);
  measured->found = share_text(share);
  if (!promised) {
    measured->reason = "the contract does not promise a percentage";
    return;
  }
  measured->kept = share >= *promised ? Kept::kYes : Kept::kNo;
}

}  // namespace

std::string Measured::text(const contract::PortContract& made) const {
  return fmt::format("contract `{}` promises {} of {}{}, found is {}", made.contract.id, level.property, level.value,
                     level.unit, found);
}

void Measured::report(const contract::PortContract& made, DiagnosticSink& sink) const {
  if (kept == Kept::kYes) return;
  const std::string promised = level.value + level.unit;
  if (kept == Kept::kUnknown) {
    sink.report(warning_diagnostic("FLOE-W1301", "service-level-not-measured",
                                   fmt::format("nothing can be said about {} {} of contract `{}`", level.property,
                                               promised, made.contract.id))
                    .at(made.span, "promised by this port")
                    .note(reason)
                    .addressed("output_ports." + made.port));
    return;
  }
  sink.report(error_diagnostic("FLOE-E0386", "service-level-broken", text(made))
                  .at(made.span, "promised by this port")
                  .note(reason)
                  .addressed("output_ports." + made.port));
}

json::object Measured::to_json() const {
  const char* status = kept == Kept::kYes ? "kept" : (kept == Kept::kNo ? "broken" : "unknown");
  return {{"property", level.property},
          {"promised", level.value + level.unit},
          {"found", found.empty() ? json::value(nullptr) : json::value(found)},
          {"status", status},
          {"reason", reason}};
}

std::string ServiceCheck::checks_path() const {
  return io::join_path(opened_.compiled.state_directory, "contracts/checks.jsonl");
}

// Available: its metadata and the list of its files can be read.
ServiceCheck::TableState ServiceCheck::look_at(const contract::PortContract& made) const {
  TableState state;
  const auto look = [&]() -> Status {
    const warehouse::Relation relation = FLOE_TRY(warehouse::relation_from_text(made.table));
    const std::string identifier = floe::to_json(relation.to_identifier());
    FLOE_TRY(opened_.platform->tables().load(opened_.call.raw(), identifier, kAtNow));
    for (const json::value& row : FLOE_TRY(metadata_rows(opened_, identifier, "snapshots", kAtNow))) {
      const std::string committed = get_string_or(row.as_object(), "committed_at", "");
      state.committed_at_us = std::max(state.committed_at_us, time::parse_timestamp_micros(committed).value_or(0));
    }
    FLOE_TRY(metadata_rows(opened_, identifier, "files", kAtNow));
    return ok();
  };
  const Status looked = look();
  state.is_available = looked.has_value();
  if (!looked) state.problem = looked.error().to_string();
  return state;
}

void ServiceCheck::measure_freshness(const TableState& table, Measured* measured) const {
  if (table.committed_at_us == 0) {
    measured->reason = table.is_available ? "the table has no data yet" : table.problem;
    return;
  }
  const std::int64_t age =
      context_.clock().now_unix_ns() / 1000 / kMicrosPerSecond - table.committed_at_us / kMicrosPerSecond;
  const auto promised = contract::duration_seconds(measured->level.value, measured->level.unit);
  measured->found = age_text(std::max<std::int64_t>(age, 0));
  measured->reason = "newest snapshot of " + time::format_utc_millis(table.committed_at_us / 1000);
  if (promised) measured->kept = static_cast<double>(age) <= *promised ? Kept::kYes : Kept::kNo;
}

// The share of the checks of the last days, this one among them, that could read the table.
Status ServiceCheck::measure_availability(const contract::PortContract& made, Measured* measured) const {
  const std::int64_t since = context_.clock().now_unix_ns() / 1'000'000'000 - kWindowDays * kSecondsPerDay;
  std::size_t good = 0;
  std::size_t all = 0;
  const std::string text = FLOE_TRY(context_.files().read(checks_path()));
  for (const std::string_view line : text::split(text, '\n')) {
    const auto check = parse_json_object(line);  // the last line of a killed check may be half of one
    if (!check || get_string_or(*check, "port", "") != made.port) continue;
    const auto at = time::parse_timestamp_micros(get_string_or(*check, "time", ""));
    if (!at || *at / kMicrosPerSecond < since) continue;
    ++all;
    if (get_bool_or(*check, "available", false)) ++good;
  }
  measure_share(good, all, measured);
  if (measured->reason.empty())
    measured->reason =
        fmt::format("{} of {} in {} days", good, text::counted(static_cast<std::int64_t>(all), "check"), kWindowDays);
  return ok();
}

// The share of the model's tests that passed when they last ran.
Status ServiceCheck::measure_quality(const contract::PortContract& made, Measured* measured) const {
  const std::set<std::string> tests(made.tests.begin(), made.tests.end());
  measured->reason = tests.empty() ? fmt::format("model `{}` has no tests", made.model)
                                   : fmt::format("no run has tested model `{}`", made.model);
  const std::string runs = io::join_path(opened_.compiled.state_directory, "runs");
  auto listed = context_.files().list(runs);
  if (!listed && listed.error().code == ErrorCode::kNotFound) return ok();
  std::vector<io::DirectoryEntry> entries = FLOE_TRY(std::move(listed));
  std::reverse(entries.begin(), entries.end());  // names sort by time
  for (const io::DirectoryEntry& entry : entries) {
    const auto text = context_.files().read(io::join_path(runs, entry.name + "/run.json"));
    const auto run = text ? parse_json_object(*text) : Result<json::object>(text.error());
    const json::array* results = run ? get_array(*run, "results") : nullptr;
    if (results == nullptr) continue;
    std::size_t good = 0;
    std::size_t all = 0;
    for (const json::value& item : *results) {
      const json::object& result = item.as_object();
      const std::string status = get_string_or(result, "status", "");
      if (!tests.contains(get_string_or(result, "unique_id", "")) || status == "skipped") continue;
      ++all;
      if (status == "pass") ++good;
    }
    if (all == 0) continue;
    measured->reason.clear();
    measure_share(good, all, measured);
    if (measured->reason.empty())
      measured->reason =
          fmt::format("{} of {} in run {}", good, text::counted(static_cast<std::int64_t>(all), "test"), entry.name);
    return ok();
  }
  return ok();
}

Result<std::vector<Measured>> ServiceCheck::run(const contract::PortContract& made) const {
  const TableState table = look_at(made);
  const std::int64_t now_ms = context_.clock().now_unix_ns() / 1'000'000;
  const json::object line{
      {"time", time::format_utc_millis(now_ms)}, {"port", made.port}, {"available", table.is_available}};
  FLOE_TRY(context_.files().create_directories(io::parent_path(checks_path())));
  FLOE_TRY(context_.files().append(checks_path(), floe::to_json(line) + "\n"));
  std::vector<Measured> out;
  for (const contract::ServiceLevel& level : made.contract.service_levels) {
    Measured measured{level, Kept::kUnknown, "", ""};
    if (level.property == "freshness") {
      measure_freshness(table, &measured);
    } else if (level.property == "availability") {
      FLOE_TRY(measure_availability(made, &measured));
    } else if (level.property == "quality") {
      FLOE_TRY(measure_quality(made, &measured));
    } else {
      measured.reason = fmt::format("floe does not measure {}", level.property);
    }
    out.push_back(std::move(measured));
  }
  return out;
}

}  // namespace floe::run
