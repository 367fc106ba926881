// governance.classification: no column is declared lower than what it derives from, and none lands where its class may
// not be.
#include "rules/policy/classification.hpp"

#include "model/grants.hpp"
#include "model/relation.hpp"
#include "rules/policy/policy.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::policy {
namespace {

using model::kAnyColumn;

class Classifier {
 public:
  explicit Classifier(const ModelGraph& graph) : graph_(graph) {
    for (const std::vector<Model>* list : {&graph.models, &graph.other_nodes}) {
      for (const Model& model : *list)
        nodes_[model.unique_id] = &model;
    }
    for (const auto& [id, node] : nodes_) {
      if (!id.starts_with("source.")) own_.emplace(table_key(*node), node);
    }
    for (const Model& test : graph.tests) {
      if (test.stores_failures) own_.emplace(table_key(test), &test);
    }
  }

  ColumnClasses run() {
    for (const auto& [id, model] : nodes_)
      columns_of(id);
    return std::move(classes_);
  }

  // Whether one of its inputs has a column with a class that goes on.
  bool reads_class(const Model& model) { return highest_input(model).has_value(); }

 private:
  const std::vector<ColumnClass>& columns_of(const std::string& id) {
    static const std::vector<ColumnClass> kNone;
    if (const auto known = classes_.find(id); known != classes_.end()) return known->second;
    const auto node = nodes_.find(id);
    if (node == nodes_.end() || !visiting_.insert(id).second) return kNone;
    std::vector<ColumnClass> made = make_columns(*node->second);
    return classes_[id] = std::move(made);
  }

  static std::string table_key(const Model& node) { return warehouse::Relation{node.schema, node.table}.key(); }

  // What the project itself makes under the name of the source, or beside that (`orders__dbt_tmp`): of these and of
  // what tests store no column is traced.
  std::optional<ToldClasses> told_by_project(const Model& source) {
    const std::string key = table_key(source);
    auto made = own_.find(key);
    const bool is_it = made != own_.end();
    for (const std::string& beside : warehouse::tables_beside(key)) {
      if (made == own_.end()) made = own_.find(beside);
    }
    if (made == own_.end()) return std::nullopt;
    const Model& node = *made->second;
    ToldClasses told{node.name, {}};
    if (is_it && !node.unique_id.starts_with("test.")) {
      for (const ColumnClass& column : columns_of(node.unique_id)) {
        if (!column.is_masked && !column.classification.empty())
          told.classes[text::to_lower_ascii(column.name)] = column.classification;
      }
      return told;
    }
    std::optional<ColumnClass> highest = highest_input(node);
    for (const ColumnClass& column : columns_of(node.unique_id))
      raise(column, &highest);
    if (highest) told.classes.emplace(kAnyColumn, highest->classification);
    return told;
  }

  // Nobody who reads a table of another product lowers or masks what its owner says of it.
  static std::vector<ColumnClass> told_columns(const Model& source, const ToldClasses& told) {
    std::vector<ColumnClass> out;
    const auto add = [&](const std::string& name, const ModelColumn* declared, std::string_view said) {
      const ColumnClass owners{
          .name = name, .declared = {}, .classification = std::string(said), .path = {told.owner}, .is_masked = false};
      out.push_back(made_column(source, name, declared, said.empty() ? std::nullopt : std::optional(owners)));
    };
    const auto any = told.classes.find(kAnyColumn);
    for (const ModelColumn& column : source.columns) {
      auto said = told.classes.find(text::to_lower_ascii(column.name));
      if (said == told.classes.end()) said = any;
      ModelColumn declared = column;
      declared.is_masked = declared.is_masked && said == told.classes.end();
      add(column.name, &declared, said == told.classes.end() ? "" : said->second);
    }
    for (const auto& [name, said] : told.classes) {
      const bool is_declared =
          std::any_of(source.columns.begin(), source.columns.end(),
                      [&](const ModelColumn& column) { return text::equals_ignore_case_ascii(column.name, name); });
      if (!is_declared && name != kAnyColumn) add(name, nullptr, said);
    }
    if (any != told.classes.end()) add(std::string(kAnyColumn), nullptr, any->second);
    return out;
  }

  std::vector<ColumnClass> make_columns(const Model& model) {
    if (const auto told = graph_.told.find(model.unique_id); told != graph_.told.end())
      return told_columns(model, told->second);
    if (model.unique_id.starts_with("source.")) {
      if (const auto told = told_by_project(model)) return told_columns(model, *told);
    }
    const auto found = graph_.lineage.find(model.unique_id);
    const bool is_traced = found != graph_.lineage.end() && found->second.problem.empty();
    std::vector<ColumnClass> out;
    if (is_traced) {
      for (const TracedColumn& traced : found->second.columns)
        out.push_back(traced_column(model, traced));
      return out;
    }
    const std::optional<ColumnClass> highest = highest_input(model);
    for (const ModelColumn& declared : model.columns)
      out.push_back(made_column(model, declared.name, &declared, highest));
    if (highest) out.push_back(made_column(model, std::string(kAnyColumn), nullptr, highest));
    return out;
  }

  ColumnClass traced_column(const Model& model, const TracedColumn& traced) {
    std::optional<ColumnClass> highest;
    for (const ColumnOrigin& origin : traced.origins) {
      if (origin.type != "DIRECT") continue;
      for (const ColumnClass& column : columns_of(origin.node)) {
        if (text::equals_ignore_case_ascii(column.name, origin.column) || column.name == kAnyColumn) {
          raise(column, &highest);
          break;
        }
      }
    }
    if (!traced.is_exact) {
      if (const auto any = highest_input(model)) raise(*any, &highest);
    }
    const auto declared = std::find_if(model.columns.begin(), model.columns.end(), [&](const ModelColumn& column) {
      return text::equals_ignore_case_ascii(column.name, traced.name);
    });
    return made_column(model, traced.name, declared == model.columns.end() ? nullptr : &*declared, highest);
  }

  static ColumnClass made_column(const Model& model, std::string name, const ModelColumn* declared,
                                 const std::optional<ColumnClass>& source) {
    ColumnClass out{.name = std::move(name), .declared = {}, .classification = {}, .path = {}, .is_masked = false};
    if (declared != nullptr) {
      out.declared = declared->classification;
      out.is_masked = declared->is_masked;
    }
    out.classification = out.declared;
    const bool is_raised = source && !out.is_masked && class_rank(source->classification) > class_rank(out.declared);
    if (is_raised) {
      out.classification = source->classification;
      out.path = source->path;
    }
    if (!out.classification.empty()) out.path.push_back(model.name + "." + out.name);
    return out;
  }

  std::optional<ColumnClass> highest_input(const Model& model) {
    std::optional<ColumnClass> highest;
    for (const std::string& input : model.inputs) {
      for (const ColumnClass& column : columns_of(input))
        raise(column, &highest);
    }
    return highest;
  }

  // Keeps the more confidential of the two.
  static void raise(const ColumnClass& column, std::optional<ColumnClass>* highest) {
    if (column.is_masked || column.classification.empty()) return;
    if (*highest && class_rank((*highest)->classification) >= class_rank(column.classification)) return;
    *highest = column;
  }

  const ModelGraph& graph_;
  std::map<std::string, const Model*, std::less<>> nodes_;
  std::map<std::string, const Model*, std::less<>> own_;  // what makes a table, by Relation::key() of it
  std::set<std::string> visiting_;
  ColumnClasses classes_;
};

// The classes that layers or sinks may carry at most, by name; nullptr = none is limited.
yaml::NodePtr limits_of(const PolicyRun& run, std::string_view kind) {
  const yaml::NodePtr section =
      run.manifest.governance == nullptr ? nullptr : run.manifest.governance->get("classification");
  return section == nullptr ? nullptr : section->get(kind);
}

// Empty = not limited.
std::string limit_of_layer(const PolicyRun& run, const std::string& layer) {
  const yaml::NodePtr limits = limits_of(run, "layers");
  return limits == nullptr ? "" : config::member_text(*limits, layer);
}

// Whether a limit of `name` is one of the sink `type`, however each is spelled. A name without an id means every plugin
// of that name.
bool means_sink(const PolicyRun& run, const std::string& name, const std::string& type) {
  if (name == type || name == type.substr(0, type.find('@'))) return true;
  const std::string id = run.sink_id ? run.sink_id(type) : "";
  return !id.empty() && run.sink_id(name) == id;
}

// The lowest of its limits; empty = not limited.
std::string limit_of_sink(const PolicyRun& run, const std::string& type) {
  std::string lowest;
  const yaml::NodePtr limits = limits_of(run, "sinks");
  if (limits == nullptr) return lowest;
  for (const yaml::Entry& limit : limits->entries) {
    if (!means_sink(run, limit.key, type)) continue;
    if (lowest.empty() || class_rank(limit.value->text) < class_rank(lowest)) lowest = limit.value->text;
  }
  return lowest;
}

// The nodes whose table a destination names: a model, seed or snapshot, or with its namespace any table of the project.
std::vector<const Model*> nodes_of_table(const ModelGraph& graph, const std::string& table) {
  std::vector<const Model*> out;
  const auto relation = warehouse::relation_from_text(table);
  for (const std::vector<Model>* list : {&graph.models, &graph.other_nodes}) {
    for (const Model& node : *list) {
      const bool is_it =
          relation ? warehouse::Relation{node.schema, node.table}.key() == relation->key() : node.name == table;
      if (is_it) out.push_back(&node);
    }
  }
  return out;
}

Diagnostic with_path(Diagnostic diagnostic, const ColumnClass& column) {
  if (column.path.size() > 1) diagnostic.notes.push_back("it comes from " + shown_path(column));
  return diagnostic;
}

bool check_declared(PolicyRun& run, const Model& model, const ColumnClass& column) {
  if (column.is_masked || column.declared.empty() || column.declared == column.classification) return true;
  run.violate(
      model, fmt::format("declares `{}` {}, below {}", column.name, column.declared, column.classification),
      fmt::format("classification: {}, or meta.masking", column.classification),
      with_path(error_diagnostic("FLOE-E0752", "lowered-classification",
                                 fmt::format("column `{}.{}` is declared {}, but derives from a column of class {}",
                                             model.name, column.name, column.declared, column.classification)),
                column)
          .help(fmt::format("declare it {}, or mask it in the model and say how in `meta.masking`",
                            column.classification)));
  return false;
}

bool check_layer(PolicyRun& run, const Model& model, const ColumnClass& column) {
  const config::Layer* layer = layer_of(run.manifest, model.name);
  const std::string limit = layer == nullptr ? "" : limit_of_layer(run, layer->name);
  if (limit.empty() || column.is_masked || class_rank(column.classification) <= class_rank(limit)) return true;
  run.violate(
      model, fmt::format("carries `{}` of class {}", column.name, column.classification),
      fmt::format("layer {} carries at most {}", layer->name, limit),
      with_path(error_diagnostic("FLOE-E0753", "class-above-limit",
                                 fmt::format("column `{}.{}` is of class {}, and layer {} carries at most {}",
                                             model.name, column.name, column.classification, layer->name, limit)),
                column)
          .help("leave the column out, mask it and say how in `meta.masking`, or keep the model in another layer"));
  return false;
}

// A port tells its readers a class: of the column, else of the model's column, else of the port.
std::string told_class(const config::OutputPort& port, const ColumnClass& column, Span* place) {
  *place = port.span;
  for (const config::PortColumn& promised : port.columns) {
    if (!text::equals_ignore_case_ascii(promised.name, column.name)) continue;
    *place = promised.span;
    if (!promised.classification.empty()) return promised.classification;
  }
  return column.declared.empty() ? port.classification : column.declared;
}

bool is_offered(const config::OutputPort& port, const ColumnClass& column) {
  return port.columns.empty() || std::any_of(port.columns.begin(), port.columns.end(), [&](const auto& promised) {
           return text::equals_ignore_case_ascii(promised.name, column.name);
         });
}

void check_ports(PolicyRun& run, const ColumnClasses& classes) {
  for (const config::OutputPort& port : run.output_ports) {
    const Model* model = find_model(run.graph, port.model.name);
    if (model == nullptr) continue;
    for (const ColumnClass& column : classes.at(model->unique_id)) {
      Span place;
      const std::string told = told_class(port, column, &place);
      const bool is_lowered = class_rank(told) < class_rank(column.classification) && told != column.declared;
      if (told.empty() || column.is_masked || !is_lowered || !is_offered(port, column)) continue;
      run.violate_product(
          fmt::format("offers `{}.{}` as {}, below {}", port.name, column.name, told, column.classification),
          fmt::format("classification: {}, or meta.masking", column.classification),
          with_path(error_diagnostic("FLOE-E0752", "lowered-classification",
                                     fmt::format("port `{}` offers column `{}` as {}, but it is of class {}", port.name,
                                                 column.name, told, column.classification)),
                    column)
              .at(place)
              .help(fmt::format("offer it as {}, leave it out, or mask it in the model and say how in `meta.masking`",
                                column.classification)),
          config::Action::kBlock);
    }
  }
}

void check_sent(PolicyRun& run, const compile::Destination& destination, const std::string& limit, const Model& node,
                const ColumnClass& column) {
  if (column.is_masked || class_rank(column.classification) <= class_rank(limit)) return;
  run.violate_product(
      fmt::format("sends `{}.{}` of class {}", node.name, column.name, column.classification),
      fmt::format("sink {} takes at most {}", destination.sink.type, limit),
      with_path(error_diagnostic("FLOE-E0753", "class-above-limit",
                                 fmt::format("destination `{}` sends column `{}.{}` of class {}, and sink {} takes "
                                             "at most {}",
                                             destination.name, node.name, column.name, column.classification,
                                             destination.sink.type, limit)),
                column)
          .at(destination.source_span)
          .help("send a model without the column, or with it masked (`meta.masking`)"),
      config::Action::kBlock);
}

// A table that the dbt project does not know may hold anything.
void refuse_unknown(PolicyRun& run, const compile::Destination& destination, const std::string& limit) {
  run.violate_product(
      fmt::format("sends `{}`, whose classes are not known", destination.source_table),
      fmt::format("sink {} takes at most {}", destination.sink.type, limit),
      error_diagnostic("FLOE-E0753", "class-above-limit",
                       fmt::format("destination `{}` sends `{}`, whose classes are not known, and sink {} takes at "
                                   "most {}",
                                   destination.name, destination.source_table, destination.sink.type, limit))
          .at(destination.source_span)
          .help("declare the table as a source of the dbt project, with the classes of its columns"),
      config::Action::kBlock);
}

void check_destinations(PolicyRun& run, const ColumnClasses& classes) {
  for (const compile::Destination& destination : run.destinations) {
    const std::string limit = limit_of_sink(run, destination.sink.type);
    if (limit.empty()) continue;
    const std::vector<const Model*> nodes = nodes_of_table(run.graph, destination.source_table);
    for (const Model* node : nodes) {
      for (const ColumnClass& column : classes.at(node->unique_id))
        check_sent(run, destination, limit, *node, column);
    }
    const bool is_dotted = destination.source_table.find('.') != std::string::npos;  // else it is FLOE-E0353
    if (nodes.empty() && is_dotted && limit != class_names().back()) refuse_unknown(run, destination, limit);
  }
}

}  // namespace

ColumnClasses classify(const ModelGraph& graph) { return Classifier(graph).run(); }

std::string shown_path(const ColumnClass& column) { return text::join(column.path, " -> "); }

bool declares_class(const ModelGraph& graph, std::string_view least) {
  for (const std::vector<Model>* list : {&graph.models, &graph.other_nodes}) {
    for (const Model& model : *list) {
      for (const ModelColumn& column : model.columns) {
        if (class_rank(column.classification) >= class_rank(least)) return true;
      }
    }
  }
  return std::any_of(graph.told.begin(), graph.told.end(), [&](const auto& source) {
    const auto& classes = source.second.classes;
    return std::any_of(classes.begin(), classes.end(),
                       [&](const auto& column) { return class_rank(column.second) >= class_rank(least); });
  });
}

std::optional<std::string> highest_classification(const ModelGraph& graph) {
  std::optional<std::string> highest;
  const ColumnClasses classes = classify(graph);
  for (const Model& model : graph.models) {
    for (const ColumnClass& column : classes.at(model.unique_id)) {
      if (class_rank(column.classification) > class_rank(highest.value_or(""))) highest = column.classification;
    }
  }
  return highest;
}

bool warn_untraced(const ModelGraph& graph, const std::string& project_prefix, DiagnosticSink& sink) {
  bool are_all = true;
  Classifier classifier(graph);
  for (const auto& [id, traced] : graph.lineage) {
    const auto model = std::find_if(graph.models.begin(), graph.models.end(),
                                    [&](const Model& known) { return known.unique_id == id; });
    if (model == graph.models.end() || !classifier.reads_class(*model)) continue;
    const Span place{project_prefix + model->file, 1, 1, 1, 1};
    if (!traced.problem.empty()) {
      are_all = false;
      sink.report(
          warning_diagnostic("FLOE-W1702", "untraced-model",
                             fmt::format("the columns of `{}` cannot be traced: {}", model->name, traced.problem))
              .at(place)
              .note("until they are, each of them counts as the most confidential column that the model reads")
              .help("declare all columns of the sources it reads: `columns` of the ingestion source in floe.yaml, or "
                    "`columns` with `data_type` in the sources' .yml")
              .addressed(id));
      continue;
    }
    std::vector<std::string> guessed;
    for (const TracedColumn& column : traced.columns) {
      if (!column.is_exact) guessed.push_back("`" + column.name + "`");
    }
    if (guessed.empty()) continue;
    sink.report(
        warning_diagnostic("FLOE-W1703", "guessed-lineage",
                           fmt::format("where {} of `{}` come from cannot be told exactly: {}",
                                       text::join(guessed, ", "), model->name, text::join(traced.unresolved, ", ")))
            .at(place)
            .note("they count as the most confidential column that the model reads")
            .addressed(id));
  }
  return are_all;
}

void check_classification(PolicyRun& run) {
  const ColumnClasses classes = classify(run.graph);
  for (const Model& model : run.graph.models) {
    bool is_fine = true;
    for (const ColumnClass& column : classes.at(model.unique_id)) {
      is_fine = check_declared(run, model, column) && is_fine;
      is_fine = check_layer(run, model, column) && is_fine;
    }
    if (is_fine) run.pass(model);
  }
  check_ports(run, classes);
  check_destinations(run, classes);
}

}  // namespace floe::policy
