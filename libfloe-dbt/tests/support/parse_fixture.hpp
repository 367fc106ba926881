// A dbt project in memory, parsed.
#pragma once

#include "parse/parse.hpp"

#include "base/diagnostics/render.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace floe::dbt {

class FixedEnvironment final : public io::Environment {
 public:
  std::map<std::string, std::string> variables;

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }
};

class FixedClock final : public io::Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_ns() const override { return 1'767'225'600'000'000'000; }  // 2026-01-01

  [[nodiscard]] std::int64_t monotonic_ns() const override { return 0; }
};

struct ParsedProject {
  std::unique_ptr<io::FileSystem> files = io::make_memory_file_system();
  FixedEnvironment environment;
  FixedClock clock;
  DiagnosticSink sink;
  std::unique_ptr<Session> session;

  explicit ParsedProject(std::map<std::string, std::string> texts, WorkspaceOptions workspace = {}) {
    if (!texts.contains("dbt_project.yml")) texts["dbt_project.yml"] = "name: p\nversion: '1.0'\n";
    for (const auto& [path, text] : texts) {
      const std::string absolute = "/p/" + path;
      if (!files->create_directories(io::parent_path(absolute)) ||
          !files->write_atomic(absolute, text, io::Durability::kFast)) {
        throw std::runtime_error("cannot write " + absolute);
      }
    }
    ParseOptions options;
    options.workspace = std::move(workspace);
    options.workspace.project_dir = "/p";
    options.invocation_id = "00000000-0000-0000-0000-000000000000";
    session = parse_project(options, *files, environment, clock, nullptr, sink);
  }

  [[nodiscard]] const Node& node(std::string_view unique_id) const {
    const Node* found = session->manifest.find_node(unique_id);
    if (found == nullptr) throw std::runtime_error("no node " + std::string(unique_id));
    return *found;
  }

  [[nodiscard]] std::string findings() const {
    RenderOptions options;
    options.source = [this](const std::string& file) -> std::optional<std::string> {
      auto text = files->read("/p/" + file);
      return text ? std::optional(*text) : std::nullopt;
    };
    return render_diagnostics(sink.sorted(), options);
  }
};

// `parsed({{"models/a.sql", "select 1"}})`
inline ParsedProject parsed(std::map<std::string, std::string> texts) { return ParsedProject(std::move(texts)); }

}  // namespace floe::dbt
