// Renders the strings of a YAML tree in dbt's native environment, keeping the rest as it is.
#pragma once

#include "jinja/environment.hpp"
#include "value/value.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace floe::dbt {

// Keys from the root to the entry; the index of a list item is an empty key.
using KeyPath = std::span<const std::string_view>;

class YamlRenderer {
 public:
  // `renders` says which strings are templates. Failures are reported to `sink` at their place, and the text is kept.
  YamlRenderer(const Environment& native, Context& scope, std::function<bool(KeyPath)> renders, DiagnosticSink& sink)
      : native_(native), scope_(scope), renders_(std::move(renders)), sink_(sink) {}

  Value render(const yaml::Node& node);

 private:
  Value render_node(const yaml::Node& node);
  Value render_text(const yaml::Node& node);

  const Environment& native_;
  Context& scope_;
  std::function<bool(KeyPath)> renders_;
  DiagnosticSink& sink_;
  std::vector<std::string_view> path_;
};

// Could this text hold a template? Plain text renders to itself.
bool has_template_marks(std::string_view text);

// A template failure inside a YAML scalar.
Diagnostic yaml_template_diagnostic(const yaml::Node& node, const Error& error);

}  // namespace floe::dbt
