// Generic tests of schema yml: name, id, arguments and config of each, exactly as dbt makes them.
#include "jinja/environment.hpp"
#include "model/tree.hpp"
#include "parse/loader.hpp"
#include "parse/recorder.hpp"
#include "parse/text_forms.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {
namespace {

constexpr std::array<std::string_view, 15> kConfigArguments = {
    "severity",   "tags",     "enabled",   "where",          "limit",
    "warn_if",    "error_if", "fail_calc", "store_failures", "store_failures_as",
    "sql_header", "meta",     "database",  "schema",         "alias"};

constexpr std::size_t kLongestName = 64;

struct Definition {
  std::string name;
  std::optional<std::string> package;  // before the dot
  Value args = Value::dict();
  Value config = Value::dict();
  std::string description;
  std::string full_name;
  std::string short_name;
};

Value take(DictObject& dict, std::string_view key) {
  const Value* found = dict.find(key);
  if (found == nullptr) return Value::missing();
  Value value = *found;
  dict.erase(Value(key));
  return value;
}

bool is_word(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return identifier_text(text) == text;
}

class Builder {
 public:
  Builder(Loader& loader, const Loader::TestTarget& target, const yaml::Node& node, Context& scope)
      : loader_(loader), target_(target), node_(node), scope_(scope) {}

  bool build(const Value& written, const std::optional<std::string>& column, Definition* out) {
    Value args;
    if (!read_name(written, out, &args)) return false;
    out->args = deep_copy(args);
    DictObject& dict = *out->args.dict_object();
    if (column) dict.set(std::string_view("column_name"), Value(*column));
    const Value nested = take(dict, "arguments");
    if (nested.is_dict()) dict.update(*nested.dict_object());
    if (dict.find(std::string_view("model")) != nullptr) {
      return problem("a test cannot take an argument named `model`: it is the model the test stands on");
    }
    dict.set(std::string_view("model"), Value(model_template()));
    if (!read_config(dict, &out->config)) return false;
    if (const Value text = take(dict, "description"); !text.is_missing()) out->description = to_str(text);
    if (const Value name = take(dict, "name"); !name.is_missing()) {
      out->full_name = out->short_name = to_str(name);
    } else {
      synthesize(out);
    }
    return true;
  }

 private:
  bool problem(std::string message) {
    loader_.report(error_diagnostic("FLOE-E0612", "generic-test", std::move(message)).at(node_.span));
    return false;
  }

  bool read_name(const Value& written, Definition* out, Value* args) {
    std::string name;
    *args = Value::dict();
    if (written.is_string()) {
      name = written.as_string();
    } else if (written.is_dict()) {
      const DictObject& dict = *written.dict_object();
      if (const Value* given = dict.find(std::string_view("test_name"))) {
        if (!given->is_string()) return problem("`test_name` must be text");
        name = given->as_string();
        *args = merged_dict(written, Value());
        args->dict_object()->erase(Value("test_name"));
      } else if (dict.size() == 1) {
        std::size_t at = 0;
        const DictObject::Entry* entry = dict.next(&at);
        if (!entry->key.is_string()) return problem("the name of a test must be text");
        name = entry->key.as_string();
        if (entry->value.is_dict()) {
          *args = entry->value;
        } else if (!entry->value.is_none()) {
          return problem(fmt::format("the arguments of test `{}` must be a mapping", name));
        } else {
          return problem(fmt::format("test `{}` has a colon and no arguments", name));
        }
      } else {
        return problem("a test must be a name, or a mapping with one key: the name");
      }
    } else {
      return problem("a test must be a name, or a mapping with one key: the name");
    }
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos) out->package = name.substr(0, dot);
    out->name = dot == std::string::npos ? name : name.substr(dot + 1);
    if (!is_word(out->name) || (out->package && !is_word(*out->package))) {
      return problem(fmt::format("`{}` cannot be the name of a test", name));
    }
    return true;
  }

  [[nodiscard]] std::string model_template() const {
    std::string call = fmt::format("ref('{}')", target_.name);
    if (!target_.table.empty()) call = fmt::format("source('{}', '{}')", target_.name, target_.table);
    if (!target_.version.is_none())
      call = fmt::format("ref('{}', version='{}')", target_.name, to_str(target_.version));
    return "{{ get_where_subquery(" + call + ") }}";
  }

  // A config value: text is a template.
  bool render(std::string_view key, const Value& value, Value* out) {
    *out = value;
    if (!value.is_string() || !has_template_marks(value.as_string())) return true;
    const Session& session = loader_.session;
    auto tpl = session.native.parse(value.as_string(), node_.span.file);
    auto rendered = tpl ? session.native.render_value(**tpl, scope_) : Result<Value>(tpl.error());
    if (!rendered) return problem(fmt::format("could not render `{}`: {}", key, rendered.error().message));
    *out = *rendered;
    return true;
  }

  bool read_config(DictObject& args, Value* config) {
    DictObject& result = *config->dict_object();
    const Value* written = args.find(std::string_view("config"));
    if (written != nullptr && !written->is_dict()) return problem("`config` of a test must be a mapping");
    for (std::string_view key : kConfigArguments) {
      Value value = take(args, key);
      if (value.is_missing()) value = Value();
      if (truth(value) && written != nullptr && find_key(*written, key) != nullptr) {
        return problem(fmt::format("`{}` stands both in `config` and beside it", key));
      }
      if (!truth(value) && written != nullptr) {
        const Value nested = take(*written->dict_object(), key);
        value = nested.is_missing() ? Value() : nested;
      }
      Value rendered;
      if (!render(key, value, &rendered)) return false;
      if (!rendered.is_none()) result.set(key, rendered);
    }
    const Value rest = take(args, "config");
    if (!rest.is_dict()) return true;
    for (std::size_t i = 0; const DictObject::Entry* entry = rest.dict_object()->next(&i);) {
      Value rendered;
      const std::string key = to_str(entry->key);
      if (!render(key, entry->value, &rendered)) return false;
      if (!rendered.is_none()) result.set(std::string_view(key), rendered);
    }
    return true;
  }

  void synthesize(Definition* out) const {
    std::string type = target_.table.empty() ? out->name : "source_" + out->name;
    if (out->package) type = *out->package + "_" + type;
    std::string target = target_.table.empty() ? target_.name : target_.name + "_" + target_.table;
    if (!target_.version.is_none()) target += "_v" + to_str(target_.version);
    std::vector<std::string> keys;
    const DictObject& args = *out->args.dict_object();
    for (std::size_t i = 0; const DictObject::Entry* entry = args.next(&i);)
      keys.push_back(to_str(entry->key));
    std::sort(keys.begin(), keys.end());
    std::vector<std::string> parts;
    for (const std::string& key : keys) {
      if (key == "model") continue;
      const Value& value = *args.find(std::string_view(key));
      std::vector<Value> items{value};
      if (value.is_list()) items = value.list_object()->items;
      if (value.is_dict()) {
        items.clear();
        for (std::size_t i = 0; const DictObject::Entry* entry = value.dict_object()->next(&i);)
          items.push_back(entry->value);
      }
      for (const Value& item : items)
        parts.push_back(identifier_text(to_str(item)));
    }
    const std::string identifier = type + "_" + target;
    out->full_name = identifier + "_" + text::join(parts, "__");
    out->short_name = out->full_name;
    if (text::code_point_count(out->full_name) >= kLongestName) {
      out->short_name =
          identifier.substr(0, text::code_point_offset(identifier, 30)) + "_" + text::md5_hex(out->full_name);
      DictObject& config = *out->config.dict_object();
      if (config.find(std::string_view("alias")) == nullptr)
        config.set(std::string_view("alias"), Value(out->short_name));
    }
  }

  Loader& loader_;
  const Loader::TestTarget& target_;
  const yaml::Node& node_;
  Context& scope_;
};

// The metadata with sorted keys and every scalar as text, as dbt hashes it.
Value hashable(const Value& value) {
  if (value.is_dict()) {
    std::vector<Value> keys;
    for (std::size_t i = 0; const DictObject::Entry* entry = value.dict_object()->next(&i);)
      keys.push_back(entry->key);
    sort_values(&keys, false);
    Value sorted = Value::dict();
    for (const Value& key : keys)
      sorted.dict_object()->set(key, hashable(*value.dict_object()->find(key)));
    return sorted;
  }
  if (value.is_list()) {
    std::vector<Value> items;
    for (const Value& item : value.list_object()->items)
      items.push_back(hashable(item));
    return Value::list(std::move(items));
  }
  return str_value(value);
}

std::string config_call(const Value& config) {
  std::string text;
  for (std::size_t i = 0; const DictObject::Entry* entry = config.dict_object()->next(&i);) {
    if (!text.empty()) text += ",";
    text += to_str(entry->key) + "=";
    text += entry->value.is_string() ? "\"" + text::replace_all(entry->value.as_string(), "\"", "\\\"") + "\""
                                     : to_str(entry->value);
  }
  return text.empty() ? text : "{{ config(" + text + ") }}";
}

// `ref(...)` and the like written without braces.
bool looks_like_call(std::string_view text) {
  text = trim_python(text);
  for (std::string_view name : {"env_var", "ref", "var", "source", "doc"}) {
    if (!text.starts_with(name)) continue;
    const std::string_view rest = trim_python(text.substr(name.size()));
    return rest.size() > 2 && rest.front() == '(' && rest.back() == ')' && rest.find('\n') == std::string_view::npos;
  }
  return false;
}

class KwargsRenderer {
 public:
  KwargsRenderer(const Session& session, Context& scope, const std::string& file)
      : session_(session), scope_(scope), file_(file) {}

  Result<Value> render(const Value& value, bool is_column_name = false) {
    if (value.is_dict()) {
      Value copy = Value::dict();
      for (std::size_t i = 0; const DictObject::Entry* entry = value.dict_object()->next(&i);) {
        copy.dict_object()->set(entry->key, FLOE_TRY(render(entry->value)));
      }
      return copy;
    }
    if (value.is_list()) {
      std::vector<Value> items;
      for (const Value& item : value.list_object()->items)
        items.push_back(FLOE_TRY(render(item)));
      return Value::list(std::move(items));
    }
    if (!value.is_string() || is_column_name) return value;
    std::string text = value.as_string();
    if (looks_like_call(text)) text = "{{ " + text + " }}";
    if (!has_template_marks(text)) return value;
    const TemplatePtr tpl = FLOE_TRY(session_.native.parse(text, file_));
    return session_.native.render_value(*tpl, scope_);
  }

 private:
  const Session& session_;
  Context& scope_;
  const std::string& file_;
};

}  // namespace

Result<Value> render_test_kwargs(const Session& session, Context& scope, const Node& node) {
  KwargsRenderer renderer(session, scope, node.file);
  Value kwargs = Value::dict();
  for (std::size_t i = 0; const DictObject::Entry* entry = node.test.kwargs.dict_object()->next(&i);) {
    const bool is_column = entry->key.is_string() && entry->key.as_string() == "column_name";
    kwargs.dict_object()->set(entry->key, FLOE_TRY(renderer.render(entry->value, is_column)));
  }
  return kwargs;
}

void Loader::add_generic_test(const TestTarget& target, const yaml::Node& written, const Value& definition,
                              const std::optional<std::string>& column, std::vector<std::string> tags, Context& scope) {
  Definition test;
  if (!Builder(*this, target, written, scope).build(definition, column, &test)) return;
  const Project& project = *target.project;
  const Macro* macro = session.macros.resolve(project.name, "test_" + test.name);
  if (macro != nullptr && test.package && session.macros.in_package(*test.package, "test_" + test.name) == nullptr)
    macro = nullptr;
  if (macro == nullptr) {
    Diagnostic diagnostic =
        error_diagnostic("FLOE-E0621", "unknown-test",
                         fmt::format("there is no test `{}{}`", test.package ? *test.package + "." : "", test.name))
            .at(written.span);
    std::vector<std::string> names;
    for (const auto& each : session.manifest.macros) {
      if (each->name.starts_with("test_")) names.push_back(each->name.substr(5));
    }
    if (auto near = text::nearest(test.name, names)) diagnostic.helps.push_back("write `" + *near + "`");
    diagnostic.notes.emplace_back(
        "a test is a `{% test name(model) %}` block in macros/ or tests/generic/ of the project or a package");
    report(std::move(diagnostic));
    return;
  }
  auto draft = start_node(project, ResourceType::kTest, test.full_name, test.short_name + ".sql");
  Node& node = *draft->node;
  node.is_generic_test = true;
  node.test = {test.name, test.package, test.args};
  const Value metadata = Value::dict({{"namespace", test.package ? Value(*test.package) : Value()},
                                      {"name", Value(test.name)},
                                      {"kwargs", test.args}});
  const std::string digest = text::md5_hex(test.full_name + to_repr(hashable(metadata)));
  node.unique_id += "." + digest.substr(digest.size() - 10);
  const std::size_t slash = target.original_file_path.find('/');
  node.fqn = fqn_of(
      project, slash == std::string::npos ? target.original_file_path : target.original_file_path.substr(slash + 1),
      test.full_name);
  node.original_file_path = target.original_file_path;
  node.file = shown_path(project, target.original_file_path);
  node.yaml_span = written.span;
  node.first_line = written.span.line;
  node.description = test.description;
  node.column_name = column;
  node.file_key_name = target.yaml_key + "." + target.name;
  node.raw_code = fmt::format("{{{{ {}test_{}(**_dbt_generic_test_kwargs) }}}}{}",
                              test.package ? *test.package + "." : "", test.name, config_call(test.config));
  for (std::string& tag : text_list(find_key(test.config, "tags")))
    tags.push_back(std::move(tag));
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  node.tags = std::move(tags);
  node.depends_on_macros.push_back(macro->unique_id);
  render_test(*draft, target, test.config, *macro);
  if (target.attached_to != nullptr) {
    node.attached_node = *target.attached_to;
    if (const NodeDraft* attached = find_refable(target.name, project.name, target.version))
      node.group = attached->node->group;
  }
  add_draft(std::move(draft));
}

// Collects refs, sources and config of a test. The two commonest builtin tests need no rendering at all.
void Loader::render_test(NodeDraft& draft, const TestTarget& target, const Value& config, const Macro& macro) {
  Node& node = *draft.node;
  parse_template(draft);
  const bool shortcut = macro.unique_id == "macro.dbt.test_not_null" || macro.unique_id == "macro.dbt.test_unique";
  merge_config_call(draft.calls, deep_copy(config));
  if (shortcut) {
    if (target.table.empty()) {
      node.refs.push_back({target.name, std::nullopt, target.version});
    } else {
      node.sources.push_back({target.name, target.table});
    }
    update_config(draft, Value(), Value());
    return;
  }
  DraftRecorder recorder(draft);
  ScopeOptions options;
  options.node = &node;
  options.recorder = &recorder;
  RenderScope scope(session, ScopeMode::kParse, options);
  auto kwargs = render_test_kwargs(session, scope, node);
  if (!kwargs) {
    report(render_diagnostic(session, node, kwargs.error()));
  } else if (workspace.is_builtin(macro.package_name)) {
    // Our own tests call neither ref() nor config(): only the config call of the test itself is left.
    if (config.dict_object()->size() != 0) {
      try {
        recorder.on_config(config);
      } catch (const PythonException& exception) {
        report(render_diagnostic(session, node, to_error(exception)));
      }
    }
  } else if (node.tpl != nullptr) {
    scope.set("_dbt_generic_test_kwargs", *kwargs);
    auto text = session.text.render(*node.tpl, scope);
    if (!text) report(render_diagnostic(session, node, text.error()));
  }
  update_config(draft, Value(), Value());
}

}  // namespace floe::dbt
