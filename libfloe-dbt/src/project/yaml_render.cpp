#include "project/yaml_render.hpp"

#include "value/datetime.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

namespace floe::dbt {

bool has_template_marks(std::string_view text) {
  for (std::size_t at = text.find_first_of("{#%}"); at != std::string_view::npos && at + 1 < text.size();
       at = text.find_first_of("{#%}", at + 1)) {
    const char first = text[at];
    const char second = text[at + 1];
    if (first == '{' && (second == '{' || second == '%' || second == '#')) return true;
    if (second == '}' && (first == '#' || first == '}' || first == '%')) return true;
  }
  return false;
}

Diagnostic yaml_template_diagnostic(const yaml::Node& node, const Error& error) {
  return error_diagnostic("FLOE-E0607", "template-error", "could not render `" + node.text + "`: " + error.message)
      .at(node.span);
}

Value YamlRenderer::render(const yaml::Node& node) {
  path_.clear();
  return render_node(node);
}

Value YamlRenderer::render_node(const yaml::Node& node) {
  if (node.is_mapping()) {
    Value dict = Value::dict();
    for (const yaml::Entry& entry : node.entries) {
      path_.push_back(entry.key);
      Value value = render_node(*entry.value);
      path_.pop_back();
      const bool text_key = entry.key_node == nullptr || entry.key_node->is_string();
      dict.dict_object()->set(text_key ? Value(entry.key) : from_yaml_node(*entry.key_node), std::move(value));
    }
    return dict;
  }
  if (node.is_sequence()) {
    std::vector<Value> items;
    items.reserve(node.items.size());
    for (const yaml::NodePtr& item : node.items) {
      path_.push_back({});
      items.push_back(render_node(*item));
      path_.pop_back();
    }
    return Value::list(std::move(items));
  }
  if (node.is_string()) return render_text(node);
  Value value = from_yaml_node(node);
  // dbt turns dates into text while rendering.
  if (is_date(value) && renders_(path_)) return Value(to_str(value));
  return value;
}

Value YamlRenderer::render_text(const yaml::Node& node) {
  if (!has_template_marks(node.text) || !renders_(path_)) return Value(node.text);
  auto tpl = native_.parse(node.text, node.span.file);
  if (!tpl) {
    sink_.report(yaml_template_diagnostic(node, tpl.error()));
    return Value(node.text);
  }
  auto value = native_.render_value(**tpl, scope_);
  if (!value) {
    sink_.report(yaml_template_diagnostic(node, value.error()));
    return Value(node.text);
  }
  return *value;
}

}  // namespace floe::dbt
