#include "compile/project_scan.hpp"

#include "secrets/project_secrets.hpp"

#include "base/text/pattern.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::compile {
namespace {

constexpr std::size_t kLongestLine = 1000;  // of a line that is looked at: people write no longer ones

Span span_of(const std::string& file, std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view before = text.substr(0, begin);
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = static_cast<std::int32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto column =
      static_cast<std::int32_t>(text::code_point_count(text.substr(line_start, begin - line_start))) + 1;
  const std::string_view value = text.substr(begin, std::min(end, text.find('\n', begin)) - begin);
  return {file, line, column, line, column + static_cast<std::int32_t>(text::code_point_count(value))};
}

Diagnostic finding(const std::string& message) {
  return error_diagnostic("FLOE-E0732", "secret-in-project", message)
      .help("remove it, and change it: what was written here is known; read it with env_var() instead");
}

class ProjectScan {
 public:
  explicit ProjectScan(const config::SecretScanning& scanning) : scanning_(scanning) {
    for (const config::SecretPattern& one : scanning.patterns) {
      auto pattern = text::Pattern::parse(one.pattern);  // it was read before, with the manifest
      if (pattern) patterns_.emplace_back(&one, std::move(*pattern));
    }
  }

  void scan(const std::string& file, std::string_view text) {
    const std::size_t before = verdicts.size();
    for (const policy::FoundSecret& secret : policy::find_secrets(file, text)) {
      add(file, secret.what, scanning_.action,
          finding(fmt::format("a secret in the clear: {}", secret.what))
              .at(span_of(file, text, secret.begin, secret.end), "its value is not shown"));
    }
    scan_patterns(file, text);
    if (verdicts.size() == before) verdicts.push_back({.model = file, .problem = "", .expected = ""});
  }

  std::vector<policy::Verdict> verdicts;

 private:
  void add(const std::string& file, const std::string& what, config::Action action, Diagnostic diagnostic) {
    verdicts.push_back(
        {file, "holds a secret: " + what, "a reference such as env_var('NAME')", action, std::move(diagnostic)});
  }

  // What the platform's own patterns find. Only they know what is secret of a line, so no excerpt shows it.
  void scan_patterns(const std::string& file, std::string_view text) {
    if (patterns_.empty()) return;
    std::size_t number = 0;
    for (const std::string_view line : text::split(text, '\n')) {
      ++number;
      if (line.size() > kLongestLine) continue;
      for (const auto& [secret, pattern] : patterns_) {
        if (!pattern.occurs_in(line, true)) continue;
        add(file, fmt::format("{} (line {})", secret->name, number), secret->action,
            finding(fmt::format("a secret in the clear in {}, line {}: {}", file, number, secret->name))
                .addressed(fmt::format("{}:{}", file, number)));
      }
    }
  }

  const config::SecretScanning& scanning_;
  std::vector<std::pair<const config::SecretPattern*, text::Pattern>> patterns_;
};

}  // namespace

Result<std::vector<policy::Verdict>> scan_project(const config::SecretScanning& scanning, const std::string& root,
                                                  const std::map<std::string, std::string>& inputs,
                                                  io::FileSystem& files) {
  ProjectScan scan(scanning);
  for (const auto& [path, hash] : inputs) {
    const bool is_excluded = std::any_of(scanning.excluded.begin(), scanning.excluded.end(),
                                         [&](const std::string& glob) { return text::matches_glob(glob, path); });
    if (is_excluded) continue;
    const auto text = files.read(io::join_path(root, path));
    // Inputs that are no files, such as a manifest of a registry, are scanned as documents.
    if (text) scan.scan(path, *text);
  }
  return std::move(scan.verdicts);
}

}  // namespace floe::compile
