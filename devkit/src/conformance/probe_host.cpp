#include "conformance/probe_host.hpp"

#include "base/json/json.hpp"

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace floe::conformance {
namespace {

class NoEnvironment final : public io::Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& /*name*/) const override { return std::nullopt; }
};

const io::Environment& no_environment() {
  static const NoEnvironment kNone;
  return kNone;
}

}  // namespace

ProbeHost::ProbeHost(std::uint64_t result_limit) {
  PluginHostOptions options;
  options.environment = &no_environment();
  options.registry.library_directory = "/nonexistent";  // no other plugin is looked for
  options.registry.elevated = true;
  options.observer = this;
  options.result_limit = result_limit;
  auto made = PluginHost::create(std::move(options));
  FLOE_ASSERT(made.has_value());
  host_ = *std::move(made);
}

std::vector<std::string> ProbeHost::heard() {
  const std::lock_guard lock(mutex_);
  return heard_;
}

SpanHandle ProbeHost::begin_span(const SpanStart& start) {
  hear(start.name);
  return {1, ""};
}

void ProbeHost::span_attribute(std::uint64_t /*token*/, std::string_view /*key*/, std::string_view value) {
  hear(value);
}

void ProbeHost::hear(std::string_view text) {
  const std::lock_guard lock(mutex_);
  heard_.emplace_back(text);
}

CallError call_error(const floe_host* host, floe_call* call) {
  const SinkBuffer buffer(host);
  CallError error;
  error.status = host->call_error(call, buffer.raw());
  const auto document = parse_json_object(buffer.view());
  if (!document.has_value()) return error;
  error.message = get_string_or(*document, "message", "");
  if (const json::object* details = get_object(*document, "details")) error.details = to_json(*details);
  return error;
}

const floe_host* guarded_copy(const floe_host& host, std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* pages = ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  FLOE_ASSERT(pages != MAP_FAILED);
  auto* guard = static_cast<std::byte*>(pages) + page;
  FLOE_ASSERT(::mprotect(guard, page, PROT_NONE) == 0);
  std::byte* copy = guard - size;
  std::memcpy(copy, &host, size);
  const auto declared = static_cast<std::uint32_t>(size);
  std::memcpy(copy, &declared, sizeof declared);
  return reinterpret_cast<const floe_host*>(copy);
}

}  // namespace floe::conformance
