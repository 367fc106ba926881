// Level 1: the library is loaded, entered and asked for what it is.
#include "conformance/check_function.hpp"
#include "conformance/invalid_config.hpp"
#include "conformance/probe.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <barrier>
#include <bit>
#include <thread>

namespace floe::conformance {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

std::string_view or_empty(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

void entry(Trial& trial) {
  const ProbeHost host;
  const EntryAnswer answer = enter(open_entry(trial), host, host.table());
  if (answer.status != FLOE_OK) return trial.fail(fmt::format("answered {}", status_name(answer.status)));
  if (answer.plugin == nullptr) trial.fail("answered FLOE_OK, but gave no plugin");
}

void entry_time(Trial& trial) {
  const ProbeHost host;
  const auto function = open_entry(trial);
  const auto clock = io::make_system_clock();
  const std::int64_t start = clock->monotonic_ns();
  enter(function, host, host.table());
  const std::int64_t took = (clock->monotonic_ns() - start) / kMillisecond;
  if (took > 100) {
    trial.fail(fmt::format("took {} ms; 100 ms is the limit", took));
  } else if (took > 10) {
    trial.warn(fmt::format("took {} ms; it should do nothing but give its tables", took));
  }
}

void entry_twice(Trial& trial) {
  const auto function = open_entry(trial);
  const ProbeHost first;
  const ProbeHost second;
  const EntryAnswer one = enter(function, first, first.table());
  for (const ProbeHost* host : {&first, &second}) {
    const EntryAnswer again = enter(function, *host, host->table());
    if (again.status != FLOE_OK) {
      return trial.fail(fmt::format("answered {} when it was called again", status_name(again.status)));
    }
    if (again.plugin != one.plugin) return trial.fail("gave another floe_plugin when it was called again");
  }
}

void entry_threads(Trial& trial) {
  const auto function = open_entry(trial);
  const ProbeHost host;
  constexpr int kRounds = 20;
  std::barrier together(2);
  std::array<EntryAnswer, 2> wrong;  // the first answer of each thread that was not FLOE_OK
  const auto call = [&](EntryAnswer& mine) {
    for (int i = 0; i < kRounds; ++i) {
      together.arrive_and_wait();
      const EntryAnswer answer = enter(function, host, host.table());
      if (mine.status == FLOE_OK && answer.status != FLOE_OK) mine = answer;
    }
  };
  std::thread other([&] { call(wrong[1]); });
  call(wrong[0]);
  other.join();
  for (const EntryAnswer& answer : wrong) {
    if (answer.status != FLOE_OK) {
      return trial.fail(fmt::format("answered {} while another thread was in it", status_name(answer.status)));
    }
  }
}

void short_host(Trial& trial) {
  ProbeHost host;
  const floe_host* guarded = guarded_copy(*host.table(), kFirstHostSize);
  const Probe probe = load_probe(trial, host, guarded);
  trial.at("create");
  for (const std::string& config : trial.subject.configs) {
    const HostCall call = host.make_call();
    void* self = nullptr;
    if (probe.header().create(guarded, call.raw(), config.data(), config.size(), &self) != FLOE_OK) continue;
    trial.at("describe");
    const SinkBuffer description(host.table());
    probe.header().describe(self, call.raw(), description.raw());
    probe.header().destroy(self);
    return;
  }
}

void wrong_major(Trial& trial) {
  const auto function = open_entry(trial);
  const ProbeHost host;
  floe_host other = *host.table();
  other.abi_version = (FLOE_ABI_MAJOR + 1) << 16;
  const EntryAnswer answer = enter(function, host, &other);
  if (answer.status == FLOE_OK) trial.fail("accepts a host of another ABI major");
  if (answer.status != FLOE_OK && answer.plugin != nullptr) trial.fail("refuses, but writes to `out`");
}

const void* FLOE_CALL no_service(floe_host_ctx* /*ctx*/, const char* /*id*/) { return nullptr; }

void no_services(Trial& trial) {
  const ProbeHost host;
  floe_host poor = *host.table();
  poor.get_service = no_service;
  const Probe probe = load_probe(trial, host, &poor);
  for (const std::string& config : trial.subject.configs) {
    const HostCall call = host.make_call();
    void* self = nullptr;
    trial.at("create");
    if (probe.header().create(&poor, call.raw(), config.data(), config.size(), &self) != FLOE_OK) continue;
    probe.header().destroy(self);
  }
}

void descriptor(Trial& trial) {
  const ProbeHost host;
  const floe_plugin& found = *enter(open_entry(trial), host, host.table()).plugin;
  const PluginManifest& manifest = trial.subject.entry.manifest;
  if (found.abi_version >> 16 != FLOE_ABI_MAJOR) {
    trial.fail(fmt::format("the library is built for ABI major {}", found.abi_version >> 16));
  }
  if (found.struct_size < sizeof(floe_plugin)) trial.fail("struct_size is less than sizeof(floe_plugin)");
  const auto compare = [&](std::string_view what, const char* in_library, const std::string& in_manifest) {
    if (or_empty(in_library) == in_manifest) return;
    trial.fail(fmt::format("the {} of the library is `{}`, but plugin.json says `{}`", what, or_empty(in_library),
                           in_manifest));
  };
  compare("id", found.id, manifest.id);
  compare("version", found.version, manifest.version);
  compare("vendor", found.vendor, manifest.vendor);
  for (std::uint32_t i = 0; i < found.interface_count; ++i) {
    const floe_interface& one = found.interfaces[i];
    if (or_empty(one.id) == manifest.interface && or_empty(one.name) == manifest.name) return;
  }
  trial.fail(fmt::format("the library does not offer `{}` as `{}`", manifest.interface, manifest.name));
}

void table(Trial& trial) {
  const ProbeHost host;
  const Probe probe = load_probe(trial, host, host.table());
  if (probe.header().struct_size < sizeof(InterfaceHeader)) {
    return trial.fail(fmt::format("struct_size is {}, less than the header of a table", probe.header().struct_size));
  }
  if (probe.header().threading > FLOE_THREADS_AFFINE) {
    trial.fail(fmt::format("the thread class is {}, which is none of FLOE_THREADS_*", probe.header().threading));
  }
  for (std::size_t i = 0; i < probe.info.slots.size(); ++i) {
    if (!probe.info.slots[i].is_mandatory || probe.has(i)) continue;
    trial.at(probe.info.slots[i].name);
    trial.fail("the slot of a mandatory method is NULL");
  }
}

void capabilities(Trial& trial) {
  const ProbeHost host;
  const Probe probe = load_probe(trial, host, host.table());
  const std::uint64_t bits = probe.header().capabilities;
  const auto& claimed = trial.subject.entry.manifest.capabilities;
  std::uint64_t known = 0;
  for (const CapabilityInfo& one : probe.info.capabilities) {
    known |= one.bit;
    const bool is_set = (bits & one.bit) != 0;
    const bool is_claimed = std::find(claimed.begin(), claimed.end(), one.name) != claimed.end();
    if (is_set != is_claimed) {
      trial.fail(fmt::format("{} has `{}`, {} does not", is_set ? "the table" : "plugin.json", one.name,
                             is_set ? "plugin.json" : "the table"));
    }
    for (std::size_t i = 0; i < probe.info.slots.size(); ++i) {
      if (!is_set && std::string_view(probe.info.slots[i].capability) == one.name && probe.has(i)) {
        trial.warn(fmt::format("has the method `{}`, but does not claim its capability `{}`", probe.info.slots[i].name,
                               one.name));
      }
      if (!is_set || std::string_view(probe.info.slots[i].capability) != one.name || probe.has(i)) continue;
      trial.fail(fmt::format("claims `{}`, but lacks its method `{}`", one.name, probe.info.slots[i].name));
    }
  }
  for (const std::string& name : claimed) {
    const bool is_known = std::any_of(probe.info.capabilities.begin(), probe.info.capabilities.end(),
                                      [&](const CapabilityInfo& one) { return name == one.name; });
    if (!is_known) trial.fail(fmt::format("plugin.json claims `{}`, which {} does not have", name, probe.info.id));
  }
  if ((bits & ~known) != 0) trial.fail(fmt::format("sets bits without a meaning: {:#x}", bits & ~known));
}

void choices(Trial& trial) {
  const ProbeHost host;
  const Probe probe = load_probe(trial, host, host.table());
  for (const CapabilityChoice& choice : probe.info.choices) {
    const int chosen = std::popcount(probe.header().capabilities & choice.bits);
    if (chosen == 1 || (chosen > 1 && !choice.is_exclusive)) continue;
    std::vector<std::string> names;
    for (const CapabilityInfo& one : probe.info.capabilities) {
      if ((choice.bits & one.bit) != 0) names.emplace_back(one.name);
    }
    trial.fail(fmt::format("has {} of {}; {} one is needed", chosen == 0 ? "none" : "several", text::join(names, ", "),
                           choice.is_exclusive ? "exactly" : "at least"));
  }
}

// Whether the error, or the plugin's own validation, says which part of the configuration is wrong.
bool names_path(const Probe& probe, const ProbeHost& host, const std::string& config, const CallError& error) {
  const auto details = parse_json_object(error.details.empty() ? "{}" : error.details);
  if (details.has_value() && (details->contains("path") || details->contains("floe.diagnostics"))) return true;
  const HostCall call = host.make_call();
  const SinkBuffer problems(host.table());
  if (probe.header().validate_config(host.table(), call.raw(), config.data(), config.size(), problems.raw()) !=
      FLOE_OK) {
    return false;
  }
  const auto listed = parse_json(problems.view());
  const json::array* list = listed.has_value() ? listed->if_array() : nullptr;
  return list != nullptr && !list->empty() && list->front().is_object() && list->front().as_object().contains("path");
}

void expect_refusal(Trial& trial, const Probe& probe, const ProbeHost& host, const std::string& config) {
  const HostCall call = host.make_call();
  void* self = nullptr;
  trial.at("create");
  const floe_status status = probe.header().create(host.table(), call.raw(), config.data(), config.size(), &self);
  if (status == FLOE_OK) {
    probe.header().destroy(self);
    return trial.fail(fmt::format("makes an instance with {}", config));
  }
  if (status != FLOE_INVALID_CONFIG) {
    return trial.fail(fmt::format("answers {} to {}, not FLOE_INVALID_CONFIG", status_name(status), config));
  }
  trial.at("validate_config");
  if (names_path(probe, host, config, call_error(host.table(), call.raw()))) return;
  trial.fail(
      fmt::format("nothing says where {} is wrong: neither a problem of validate_config nor an error detail "
                  "`path`",
                  config));
}

void create_empty(Trial& trial) {
  const ProbeHost host;
  const Probe probe = load_probe(trial, host, host.table());
  const HostCall call = host.make_call();
  void* self = nullptr;
  trial.at("create");
  const floe_status status = probe.header().create(host.table(), call.raw(), "{}", 2, &self);
  if (status != FLOE_OK) return expect_refusal(trial, probe, host, "{}");
  if (self == nullptr) trial.warn("answers FLOE_OK with a NULL instance");
  probe.header().destroy(self);
}

void create_invalid(Trial& trial) {
  if (trial.subject.config_schema.empty()) return trial.skip("plugin.json names no `config_schema`");
  const ProbeHost host;
  const Probe probe = load_probe(trial, host, host.table());
  for (const std::string& config : invalid_configs(trial.subject.config_schema, trial.subject.configs.back())) {
    expect_refusal(trial, probe, host, config);
  }
}

constexpr std::array kChecks{
    CheckFunction{"load.entry", entry},
    CheckFunction{"load.entry-time", entry_time},
    CheckFunction{"load.entry-twice", entry_twice},
    CheckFunction{"load.entry-threads", entry_threads},
    CheckFunction{"load.short-host", short_host},
    CheckFunction{"load.wrong-major", wrong_major},
    CheckFunction{"load.no-services", no_services},
    CheckFunction{"load.descriptor", descriptor},
    CheckFunction{"load.table", table},
    CheckFunction{"load.capabilities", capabilities},
    CheckFunction{"load.choices", choices},
    CheckFunction{"load.create-empty", create_empty},
    CheckFunction{"load.create-invalid", create_invalid},
};

}  // namespace

std::span<const CheckFunction> load_checks() { return kChecks; }

}  // namespace floe::conformance
