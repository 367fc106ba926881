#include "request.hpp"

#include "base/json/json.hpp"
#include "base/yaml/node.hpp"
#include "base/yaml/to_json.hpp"

namespace floe::cli {

struct Request::State {
  json::object object;
};

Request::Request() : state_(std::make_unique<State>()) {}

Request::~Request() = default;

void Request::set_text(const std::string& key, const std::string& value) { state_->object[key] = value; }

void Request::set_number(const std::string& key, std::int64_t value) { state_->object[key] = value; }

void Request::set_flag(const std::string& key, bool value) { state_->object[key] = value; }

void Request::add_words(const std::string& key, const std::vector<std::string>& values) {
  json::value& slot = state_->object[key];
  if (!slot.is_array()) slot.emplace_array();
  for (const std::string& value : values)
    slot.as_array().emplace_back(value);
}

std::optional<std::string> Request::set_mapping(const std::string& key, const std::string& text) {
  DiagnosticSink sink;
  yaml::ParseOptions options;
  options.file = "--" + key;
  options.resolver = yaml::Resolver::kPyYaml11;
  const yaml::NodePtr node = yaml::parse(text, options, sink);
  if (sink.has_errors()) return sink.all().front().message;
  if (node == nullptr || !node->is_mapping()) return "write a mapping: '{key: value}'";
  state_->object[key] = yaml::to_json_value(*node);
  return std::nullopt;
}

std::string Request::to_json() const { return floe::to_json(state_->object); }

}  // namespace floe::cli
