// A plugin root of one's own, filled with the libraries of tests/abi/plugins, and a host that looks only there.
#pragma once

#include "floe_test.hpp"
#include "plugin/host.hpp"

#include "base/io/environment.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdlib.h>
#include <string>

namespace floe::abi_test {

class NoEnvironment final : public io::Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, std::string> values;
};

inline std::string probe_path(const std::string& library) { return std::string(FLOE_PROBES) + "/" + library + ".so"; }

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

class PluginBox {
 public:
  PluginBox() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-abi-XXXXXX").string();
    root_ = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
  }

  PluginBox(const PluginBox&) = delete;
  PluginBox& operator=(const PluginBox&) = delete;

  ~PluginBox() { std::filesystem::remove_all(root_); }

  [[nodiscard]] const std::string& root() const { return root_; }

  [[nodiscard]] std::string directory(const std::string& name, const std::string& group = "floe.dbt") const {
    return root_ + "/" + group + "/" + name;
  }

  [[nodiscard]] std::string library(const std::string& name, const std::string& group = "floe.dbt") const {
    return directory(name, group) + "/plugin.so";
  }

  // plugin.json of the probe; `changes` replaces pieces of its text.
  static std::string manifest(const std::string& name = "probe",
                              const std::map<std::string, std::string>& changes = {}) {
    std::string text =
        R"({"manifest_version": 1, "id": "org.example.probe", "version": "1.2.3", "vendor": "Example Ltd",
 "abi": {"major": 1, "min_host_minor": 0}, "group": "floe.dbt", "name": ")" +
        name + R"(", "interface": "floe.dbt/1",
 "capabilities": ["warehouse"], "library": {"linux-x86_64": "plugin.so", "linux-aarch64": "plugin.so"}})";
    for (const auto& [from, to] : changes) {
      const std::size_t at = text.find(from);
      REQUIRE(at != std::string::npos);
      text.replace(at, from.size(), to);
    }
    return text;
  }

  void install(const std::string& library_bytes, const std::string& manifest_text, const std::string& name = "probe",
               const std::string& group = "floe.dbt") {
    std::filesystem::create_directories(directory(name, group));
    write_file(directory(name, group) + "/plugin.json", manifest_text);
    write_file(library(name, group), library_bytes);
  }

  void install_probe(const std::string& probe, const std::map<std::string, std::string>& changes = {}) {
    install(read_file(probe_path(probe)), manifest("probe", changes));
  }

  void install_streamer() {
    install(read_file(probe_path("streamer")),
            manifest("streamer", {{"org.example.probe", "org.example.streamer"},
                                  {"\"group\": \"floe.dbt\"", "\"group\": \"floe.storage\""},
                                  {"floe.dbt/1", "floe.storage/1"},
                                  {"[\"warehouse\"]", "[]"}}),
            "streamer", "floe.storage");
  }

  std::unique_ptr<PluginHost> host(HostObserver* observer = nullptr, CallTrace* trace = nullptr) {
    PluginHostOptions options;
    options.registry.library_directory = root_ + "/nowhere";
    options.registry.roots = {root_};
    options.registry.elevated = false;
    options.environment = &environment;
    options.observer = observer;
    options.result_limit = 1 << 20;
    options.redact = redact;
    options.trace = trace;
    auto made = PluginHost::create(std::move(options));
    REQUIRE(made.has_value());
    return *std::move(made);
  }

  NoEnvironment environment;
  std::function<std::string(std::string_view)> redact = [](std::string_view text) {
    std::string out(text);
    for (std::size_t at = out.find("s3cret"); at != std::string::npos; at = out.find("s3cret"))
      out.replace(at, 6, "***");
    return out;
  };

 private:
  std::string root_;
};

// `code message` of each finding that the error carries; the error's own text when it carries none.
inline std::string findings(const Error& error) {
  const std::string* text = error.detail("floe.diagnostics");
  if (text == nullptr) return error.to_string();
  const auto parsed = diagnostics_from_json(*text);
  if (!parsed.has_value()) return "not parsed: " + parsed.error().to_string();
  std::string out;
  for (const Diagnostic& one : *parsed)
    out += (out.empty() ? "" : "\n") + one.code + " " + one.message;
  return out;
}

template <class T>
std::string findings(const Result<T>& result) {
  return result.has_value() ? "no error" : findings(result.error());
}

// The file the first finding is about.
inline std::string place(const Error& error) {
  const std::string* text = error.detail("floe.diagnostics");
  if (text == nullptr) return {};
  const auto parsed = diagnostics_from_json(*text);
  if (!parsed.has_value() || parsed->empty() || parsed->front().labels.empty()) return {};
  return parsed->front().labels.front().span.file;
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

inline Instance open_probe(PluginHost& host, const std::string& config = "{}") {
  auto instance = host.open_instance("floe.dbt", "probe", config);
  if (!instance.has_value()) FAIL(findings(instance.error()));
  return *std::move(instance);
}

}  // namespace floe::abi_test
