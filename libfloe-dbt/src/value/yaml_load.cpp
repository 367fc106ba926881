// yaml.safe_load, over floe's own YAML reader.
#include "value/bigint.hpp"
#include "value/datetime.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/time/civil.hpp"

namespace floe::dbt {

namespace {

Value timestamp(const yaml::Node& node) {
  if (auto days = time::parse_date(node.text)) return make_date(*days);
  bool zoned = false;
  if (auto micros = time::parse_timestamp_micros(node.text, &zoned)) {
    return zoned ? make_utc_datetime(*micros) : make_datetime(*micros);
  }
  return Value(node.text);
}

Value integer(const yaml::Node& node) {
  if (!node.integer_overflow) return node.integer;
  std::string digits = node.text;
  std::erase(digits, '_');
  return to_int(Value(std::move(digits)), 0);
}

}  // namespace

Value from_yaml_node(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Kind::kNull:
      return {};
    case yaml::Kind::kBool:
      return node.boolean;
    case yaml::Kind::kInt:
      return integer(node);
    case yaml::Kind::kFloat:
      return node.real;
    case yaml::Kind::kString:
      return Value(node.text);
    case yaml::Kind::kTimestamp:
      return timestamp(node);
    case yaml::Kind::kSequence: {
      std::vector<Value> items;
      items.reserve(node.items.size());
      for (const yaml::NodePtr& item : node.items)
        items.push_back(from_yaml_node(*item));
      return Value::list(std::move(items));
    }
    case yaml::Kind::kMapping: {
      auto dict = make_ref<DictObject>();
      dict->reserve(node.entries.size());
      for (const yaml::Entry& entry : node.entries) {
        Value key = entry.key_node && entry.key_node->is_scalar() ? from_yaml_node(*entry.key_node) : Value(entry.key);
        dict->set(key, from_yaml_node(*entry.value));
      }
      return Value(dict);
    }
  }
  return {};
}

Result<Value> load_yaml(std::string_view text) {
  DiagnosticSink sink;
  yaml::ParseOptions options;
  options.file = "<text>";
  options.resolver = yaml::Resolver::kPyYaml11;
  options.allow_duplicate_keys = true;
  yaml::NodePtr node = yaml::parse(text, options, sink);
  if (!node || sink.has_errors()) {
    return fail(ErrorCode::kData, sink.all().empty() ? "the text is no YAML" : sink.all()[0].message);
  }
  return from_yaml_node(*node);
}

}  // namespace floe::dbt
