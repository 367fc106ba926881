#include "spool.hpp"

#include "http/service.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"

namespace floe::lineage_http {
namespace {

constexpr std::string_view kPrefix = "spool/";
constexpr std::size_t kMaxBatches = 1000;

}  // namespace

Result<Spool> Spool::open(const Call& call) {
  const auto kv = http::service<HostKvClient>(call);
  if (!kv.has_value()) return fail(ErrorCode::kPermission, "the platform does not grant `floe.host.kv/1`");
  return Spool(kv);
}

Result<std::vector<std::string>> Spool::batches(const Call& call) const {
  const std::string listed = FLOE_TRY(kv_.list(call.raw(), kPrefix));
  const json::object parsed = FLOE_TRY(parse_json_object(listed));
  std::vector<std::string> out;
  if (const json::array* keys = get_array(parsed, "keys")) {
    for (const json::value& key : *keys) {
      if (key.is_string()) out.emplace_back(to_view(key.get_string()));
    }
  }
  return out;
}

Result<std::string> Spool::read(const Call& call, const std::string& batch) const { return kv_.get(call.raw(), batch); }

Status Spool::remove(const Call& call, const std::string& batch) const { return kv_.remove(call.raw(), batch); }

Status Spool::add(const Call& call, std::string_view events) const {
  const auto waiting = FLOE_TRY(batches(call));
  if (waiting.size() >= kMaxBatches) {
    return failf(ErrorCode::kExhausted, "{} deliveries wait for the lineage backend already", waiting.size());
  }
  // Nanoseconds in digits of equal number sort as they came.
  const std::string key = fmt::format("{}{:020}", kPrefix, io::make_system_clock()->now_unix_ns());
  return kv_.put(call.raw(), key, events);
}

}  // namespace floe::lineage_http
