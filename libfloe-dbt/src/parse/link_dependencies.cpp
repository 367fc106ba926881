// What needs the whole project: references, descriptions, primary keys, groups, names that clash.
#include "jinja/environment.hpp"
#include "model/call_span.hpp"
#include "model/cycle.hpp"
#include "model/tree.hpp"
#include "parse/loader.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::dbt {
namespace {

std::string listed(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 12) return text + fmt::format(" and {} more", names.size() - i);
    text += (text.empty() ? "`" : ", `") + names[i] + "`";
  }
  return text;
}

// What something depends on and nobody has.
struct Missing {
  bool is_source;         // else a node
  std::string_view kind;  // of what depends on it: exposure
  const std::string& who;
  std::string what;  // as a person reads it: source `shop.orders`
  std::string name;  // compared with the names there are
  bool is_disabled;
  Span span;
};

class Linker {
 public:
  explicit Linker(Loader& loader)
      : loader_(loader), manifest_(loader.session.manifest), root_(loader.workspace.root->name) {}

  void link_node(Node& node) {
    for (const SourceArgs& source : node.sources) {
      const auto found = manifest_.resolve_source(source, root_, node.package_name);
      if (found.source != nullptr) {
        add_once(&node.depends_on_nodes, found.source->unique_id);
      } else {
        missing_source(node, source, found.disabled != nullptr);
      }
    }
    if (node.type == ResourceType::kSeed) return;
    for (const RefArgs& ref : node.refs) {
      const auto found = manifest_.resolve_ref(ref, root_, node.package_name);
      if (found.node == nullptr) {
        missing_ref(node, ref, found.disabled != nullptr);
        continue;
      }
      check_access(node, ref, *found.node);
      add_once(&node.depends_on_nodes, found.node->unique_id);
    }
  }

  void link_exposure(Exposure& exposure) {
    for (const SourceArgs& source : exposure.sources) {
      const auto found = manifest_.resolve_source(source, root_, exposure.package_name);
      if (found.source != nullptr) {
        add_once(&exposure.depends_on_nodes, found.source->unique_id);
      } else {
        const std::string name = source.source + "." + source.table;
        report_missing({true, "exposure", exposure.name, fmt::format("source `{}`", name), name,
                        found.disabled != nullptr, exposure.yaml_span});
      }
    }
    for (const RefArgs& ref : exposure.refs) {
      const auto found = manifest_.resolve_ref(ref, root_, exposure.package_name);
      if (found.node != nullptr) {
        add_once(&exposure.depends_on_nodes, found.node->unique_id);
      } else {
        report_missing({false, "exposure", exposure.name, fmt::format("`{}`", ref.name), ref.name,
                        found.disabled != nullptr, exposure.yaml_span});
      }
    }
  }

 private:
  // A test on something that is gone is left out with a warning, as dbt does.
  static void leave_out(Node& node) {
    node.config.dict_object()->set(std::string_view("enabled"), Value(false));
    node.enabled = false;
  }

  void missing_ref(Node& node, const RefArgs& ref, bool disabled) {
    std::string what =
        ref.package ? fmt::format("`{}` of package `{}`", ref.name, *ref.package) : fmt::format("`{}`", ref.name);
    if (!ref.version.is_none()) what += " version " + to_str(ref.version);
    const Span span = call_span(node, "ref", ref.name);
    if (node.type == ResourceType::kTest) {
      leave_out(node);
      if (!disabled)
        loader_.report(warning_diagnostic("FLOE-W1604", "test-without-target",
                                          fmt::format("test `{}` depends on {}, which was not found", node.name, what))
                           .at(span));
      return;
    }
    report_missing({false, resource_type_name(node.type), node.name, std::move(what), ref.name, disabled, span});
  }

  void missing_source(Node& node, const SourceArgs& source, bool disabled) {
    const std::string name = source.source + "." + source.table;
    const Span span = call_span(node, "source", source.table);
    if (node.type == ResourceType::kTest) {
      leave_out(node);
      if (!disabled)
        loader_.report(
            warning_diagnostic("FLOE-W1604", "test-without-target",
                               fmt::format("test `{}` depends on source `{}`, which was not found", node.name, name))
                .at(span));
      return;
    }
    report_missing(
        {true, resource_type_name(node.type), node.name, fmt::format("source `{}`", name), name, disabled, span});
  }

  void report_missing(const Missing& missing) {
    const std::vector<std::string>& known = missing.is_source ? source_names() : model_names();
    std::string message = fmt::format("{} `{}` depends on {}, which {}", missing.kind, missing.who, missing.what,
                                      missing.is_disabled ? "is disabled" : "was not found");
    Diagnostic diagnostic = (missing.is_source ? error_diagnostic("FLOE-E0609", "unresolved-source", std::move(message))
                                               : error_diagnostic("FLOE-E0608", "unresolved-ref", std::move(message)))
                                .at(missing.span);
    if (missing.is_disabled) {
      diagnostic.helps.emplace_back("enable it, or disable this one as well");
    } else {
      if (auto near = text::nearest(missing.name, known)) diagnostic.helps.push_back("write `" + *near + "`");
      diagnostic.notes.push_back(known.empty() ? "the project has none" : "there are " + listed(known));
    }
    loader_.report(std::move(diagnostic));
  }

  void check_access(const Node& node, const RefArgs& ref, const Node& target) {
    if (target.type != ResourceType::kModel || target.access != "private") return;
    if (node.group && node.group == target.group) return;
    loader_.report(error_diagnostic("FLOE-E0619", "private-ref",
                                    fmt::format("`{}` refers to `{}`, which is private to group `{}`", node.name,
                                                target.name, target.group.value_or("")))
                       .at(call_span(node, "ref", ref.name)));
  }

  const std::vector<std::string>& model_names() {
    if (models_.empty()) {
      for (const auto& node : manifest_.nodes) {
        if (node->is_refable()) models_.push_back(node->name);
      }
    }
    return models_;
  }

  const std::vector<std::string>& source_names() {
    if (sources_.empty()) {
      for (const auto& source : manifest_.sources)
        sources_.push_back(source->source_name + "." + source->name);
    }
    return sources_;
  }

  Loader& loader_;
  Manifest& manifest_;
  const std::string& root_;
  std::vector<std::string> models_;
  std::vector<std::string> sources_;
};

// Renders descriptions, which may call doc().
class Describer {
 public:
  explicit Describer(Loader& loader) : loader_(loader) {}

  void describe(const std::string& package, const Span& place, std::string* text, std::vector<std::string>* blocks) {
    if (!has_template_marks(*text)) return;
    const Session& session = loader_.session;
    const Manifest& manifest = session.manifest;
    const std::string& root = loader_.workspace.root->name;
    auto tpl = session.text.parse(*text, place.file);
    if (!tpl) {
      fail(place, tpl.error());
      return;
    }
    for (const CallFact& call : (*tpl)->facts().calls) {
      if (call.name != "doc" || blocks == nullptr) continue;
      std::vector<std::string> names;
      for (const CallArgument& argument : call.arguments) {
        if (argument.name.empty() && argument.constant && argument.constant->is_string())
          names.push_back(argument.constant->as_string());
      }
      if (names.empty() || names.size() > 2) continue;
      const Documentation* doc = manifest.resolve_doc(names.back(), names.size() == 2 ? names[0] : "", root, package);
      if (doc != nullptr) blocks->push_back(doc->unique_id);
    }
    const Value doc = make_callable("doc", [&manifest, &root, &package](Arguments& arguments) -> Value {
      const auto& given = arguments.positional;
      if (given.empty() || given.size() > 2)
        raise(ExceptionKind::kCompilation, fmt::format("doc() takes at most two arguments ({} given)", given.size()));
      const std::string asked = given.size() == 2 ? to_str(given[0]) : std::string();
      const Documentation* found = manifest.resolve_doc(to_str(given[given.size() - 1]), asked, root, package);
      if (found == nullptr)
        raise(ExceptionKind::kCompilation,
              fmt::format("there is no docs block named '{}'", to_str(given[given.size() - 1])));
      return Value(found->block_contents);
    });
    const Project* project = loader_.workspace.find(package);
    const auto scope = loader_.schema_scope(project == nullptr ? *loader_.workspace.root : *project, doc);
    auto rendered = session.text.render(**tpl, *scope);
    if (!rendered) {
      fail(place, rendered.error());
      return;
    }
    *text = std::move(*rendered);
  }

  void describe_columns(const std::string& package, const Span& place, std::vector<ColumnInfo>* columns) {
    for (ColumnInfo& column : *columns)
      describe(package, place, &column.description, &column.doc_blocks);
  }

 private:
  void fail(const Span& place, const Error& error) {
    loader_.report(
        error_diagnostic("FLOE-E0616", "description", "could not render the description: " + error.message).at(place));
  }

  Loader& loader_;
};

std::vector<std::string> test_columns(const Node& test) {
  const Value& kwargs = test.test.kwargs;
  if (auto column = find_text(kwargs, "column_name")) return {*column};
  const Value* columns = find_key(kwargs, "combination_of_columns");
  return columns != nullptr && columns->is_list() ? text_list(columns) : std::vector<std::string>{};
}

bool is_primary_key(const Value& constraint) { return find_text(constraint, "type") == "primary_key"; }

std::vector<std::string> infer_primary_key(const Node& model, const std::vector<const Node*>& tests) {
  for (const Value& constraint : model.constraints.list_object()->items) {
    if (is_primary_key(constraint)) return text_list(find_key(constraint, "columns"));
  }
  for (const ColumnInfo& column : model.columns) {
    const auto& constraints = column.constraints.list_object()->items;
    if (std::any_of(constraints.begin(), constraints.end(), is_primary_key)) return {column.name};
  }
  std::set<std::string> enabled_unique;
  std::set<std::string> disabled_unique;
  std::set<std::string> not_null;
  for (const Node* test : tests) {
    for (const std::string& column : test_columns(*test)) {
      if (test->test.name == "unique" || test->test.name == "unique_combination_of_columns") {
        (test->enabled ? enabled_unique : disabled_unique).insert(column);
      } else if (test->test.name == "not_null") {
        not_null.insert(column);
      }
    }
  }
  std::vector<std::string> both;
  for (const std::string& column : not_null) {
    if (enabled_unique.contains(column) || disabled_unique.contains(column)) both.push_back(column);
  }
  if (!both.empty()) return both;
  const auto& unique = enabled_unique.empty() ? disabled_unique : enabled_unique;
  return {unique.begin(), unique.end()};
}

void infer_primary_keys(Manifest& manifest) {
  std::unordered_map<std::string_view, std::vector<const Node*>> tests;
  for (const auto* group : {&manifest.nodes, &manifest.disabled_nodes}) {
    for (const auto& node : *group) {
      if (node->is_generic_test && node->attached_node) tests[*node->attached_node].push_back(node.get());
    }
  }
  for (const auto& node : manifest.nodes) {
    if (node->type != ResourceType::kModel) continue;
    node->primary_key = infer_primary_key(*node, tests[node->unique_id]);
    std::sort(node->primary_key.begin(), node->primary_key.end());
  }
}

Span node_span(const Node& node) {
  return node.is_generic_test && node.yaml_span.valid() ? node.yaml_span : line_span(node.file, node.first_line);
}

void check_groups(Loader& loader, const Manifest& manifest) {
  std::vector<std::string> groups;
  for (const auto& group : manifest.groups)
    groups.push_back(group->name);
  for (const auto& node : manifest.nodes) {
    if (!node->group || std::find(groups.begin(), groups.end(), *node->group) != groups.end()) continue;
    Diagnostic diagnostic =
        error_diagnostic("FLOE-E0620", "unknown-group",
                         fmt::format("`{}` is in group `{}`, which is not defined", node->name, *node->group))
            .at(node->yaml_span.valid() ? node->yaml_span : node_span(*node));
    diagnostic.notes.push_back(groups.empty() ? "the project has no groups" : "there are " + listed(groups));
    loader.report(std::move(diagnostic));
  }
}

// Two nodes that would write one table: names of tables compare ignoring case.
void check_relations(Loader& loader, const Manifest& manifest) {
  std::unordered_map<std::string, const Node*> relations;
  for (const auto& node : manifest.nodes) {
    if (!node->relation_name) continue;
    const auto [same, fresh] = relations.emplace(text::to_lower_ascii(*node->relation_name), node.get());
    if (fresh) continue;
    loader.report(error_diagnostic("FLOE-E0617", "ambiguous-relation",
                                   fmt::format("`{}` and `{}` both are {}", same->second->unique_id, node->unique_id,
                                               *node->relation_name))
                      .at(node_span(*node))
                      .beside(node_span(*same->second), "the other one")
                      .help("give one of them another alias or schema"));
  }
}

// What keeps a snapshot from being taken; empty: nothing.
std::string snapshot_problem(const Node& node) {
  const auto has = [&](const char* key) {
    const Value value = node.config_get(key);
    return !value.is_none() && truth(value);
  };
  if (!has("strategy") || !has("unique_key")) return "Snapshots must be configured with a 'strategy' and 'unique_key'.";
  const std::string strategy = to_str(node.config_get("strategy"));
  const Value columns = node.config_get("check_cols");
  if (strategy == "check" && !has("check_cols")) {
    return "A snapshot configured with the check strategy must specify a check_cols configuration.";
  }
  if (strategy == "check" && columns.is_string() && columns.as_string() != "all") {
    return fmt::format("Invalid value for 'check_cols': {}. Expected 'all' or a list of strings.", to_str(columns));
  }
  if (strategy == "timestamp" && !has("updated_at")) {
    return "A snapshot configured with the timestamp strategy must specify an updated_at configuration.";
  }
  if (strategy == "timestamp" && has("check_cols")) return "A 'timestamp' snapshot should not have 'check_cols'";
  const std::string_view materialized = node.materialized();
  return materialized == "snapshot" ? "" : "A snapshot must have a materialized value of 'snapshot'";
}

void check_snapshots(Loader& loader, const Manifest& manifest) {
  for (const auto& node : manifest.nodes) {
    if (node->type != ResourceType::kSnapshot) continue;
    std::string problem = snapshot_problem(*node);
    if (problem.empty()) continue;
    loader.report(error_diagnostic("FLOE-E0614", "config", std::move(problem)).at(node_span(*node)));
  }
}

void check_cycles(Loader& loader, const Manifest& manifest) {
  for (const std::vector<const Node*>& ring : find_cycles(manifest)) {
    std::string path;
    for (const Node* node : ring)
      path += node->name + " -> ";
    Diagnostic diagnostic =
        error_diagnostic("FLOE-E0610", "cycle", "models depend on each other in a ring: " + path + ring[0]->name);
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Node& next = *ring[(i + 1) % ring.size()];
      const Span span = call_span(*ring[i], "ref", next.name);
      diagnostic.labels.push_back({span, fmt::format("`{}` reads `{}`", ring[i]->name, next.name), i == 0});
    }
    diagnostic.helps.emplace_back("one of these references has to go");
    loader.report(std::move(diagnostic));
  }
}

}  // namespace

void Loader::finish_manifest() {
  Manifest& manifest = session.manifest;
  for (const auto& draft : drafts) {
    auto& target = draft->node->enabled ? manifest.nodes : manifest.disabled_nodes;
    target.push_back(std::move(draft->node));
  }
  manifest.index();
  Linker linker(*this);
  for (const auto& node : manifest.nodes)
    linker.link_node(*node);
  for (const auto& exposure : manifest.exposures)
    linker.link_exposure(*exposure);

  Describer describer(*this);
  for (const auto* group : {&manifest.nodes}) {
    for (const auto& node : *group) {
      const Span place = node->yaml_span.valid() ? node->yaml_span : line_span(node->file, 1);
      describer.describe(node->package_name, place, &node->description, &node->doc_blocks);
      describer.describe_columns(node->package_name, place, &node->columns);
    }
  }
  for (const auto& source : manifest.sources) {
    describer.describe(source->package_name, source->yaml_span, &source->description, &source->doc_blocks);
    describer.describe(source->package_name, source->yaml_span, &source->source_description, nullptr);
    describer.describe_columns(source->package_name, source->yaml_span, &source->columns);
  }
  for (const auto& macro : manifest.macros) {
    if (!macro->patch_path) continue;
    describer.describe(macro->package_name, line_span(macro->file, macro->first_line), &macro->description, nullptr);
    for (MacroArgument& argument : macro->arguments) {
      describer.describe(macro->package_name, line_span(macro->file, macro->first_line), &argument.description,
                         nullptr);
    }
  }
  for (const auto& exposure : manifest.exposures)
    describer.describe(exposure->package_name, exposure->yaml_span, &exposure->description, nullptr);

  infer_primary_keys(manifest);
  check_groups(*this, manifest);
  check_relations(*this, manifest);
  check_snapshots(*this, manifest);
  manifest.build_graph();
  check_cycles(*this, manifest);
}

}  // namespace floe::dbt
