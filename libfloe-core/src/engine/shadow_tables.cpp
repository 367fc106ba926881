#include "engine/shadow_tables.hpp"

#include "compile/verdict_cache.hpp"
#include "engine/context.hpp"
#include "engine/sql_grants.hpp"
#include "engine/temporary_directory.hpp"
#include "warehouse/empty_query.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "floe/interfaces/table_format.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace floe::run {
namespace {

using warehouse::Relation;
using warehouse::TypedColumn;

constexpr const char* kCacheEntry = "lineage.json";

// The table format that the warehouse asks for what exists: each shadow table is a view without rows.
class ShadowFormat : public TableFormatProvider<ShadowFormat> {
 public:
  explicit ShadowFormat(std::string dialect) : dialect_(std::move(dialect)) {}

  void put(const Relation& relation, std::string sql) { views_[relation.key()] = {relation, std::move(sql)}; }

  [[nodiscard]] const std::string* sql_of(const Relation& relation) const {
    const auto found = views_.find(relation.key());
    return found == views_.end() ? nullptr : &found->second.sql;
  }

  std::string list(Call& /*call*/, std::string_view /*request*/) {
    json::array views;
    for (const auto& [key, view] : views_)
      views.push_back(view.relation.to_identifier());
    return to_json(json::object{{"tables", json::array()}, {"views", std::move(views)}});
  }

  Result<std::string> load_view(Call& /*call*/, std::string_view identifier) {
    const json::object object = FLOE_TRY(parse_json_object(identifier));
    const std::string* sql = sql_of(warehouse::relation_from_identifier(object));
    if (sql == nullptr) return fail(ErrorCode::kNotFound, "there is no such shadow table");
    const json::object representation{{"sql", *sql}, {"dialect", dialect_}};
    return to_json(json::object{
        {"representations", json::array{representation}}, {"view_uuid", text::sha256_hex(*sql)}, {"version_id", 1}});
  }

 private:
  struct View {
    Relation relation;
    std::string sql;
  };

  std::string dialect_;
  std::map<std::string, View> views_;
};

const floe_table_format_v1* shadow_table_format() {
  static constexpr floe_table_format_v1 kTable = ShadowFormat::table();
  return &kTable;
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

class Tracer {
 public:
  Tracer(Context& context, PluginHost& host, const compile::Compiled& compiled, const policy::ModelGraph& graph)
      : context_(context),
        compiled_(compiled),
        graph_(graph),
        call_(host.make_call(context.call_options())),
        frame_(host.raw(), call_.raw()),
        format_(compiled.plugins.at("compute").type) {
    for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes}) {
      for (const policy::Model& node : *list) {
        nodes_[node.unique_id] = &node;
        if (!node.table.empty()) ids_[relation_of(node).key()] = node.unique_id;
      }
    }
  }

  Result<policy::TracedSql> run(PluginHost& host, const std::string& parse_request, policy::Tracing tracing) {
    const compile::PluginChoice& chosen = compiled_.plugins.at("compute");
    const Instance compute =
        FLOE_TRY(host.open_instance("floe.computes", chosen.type, chosen.config, context_.call_options()));
    constexpr std::uint64_t kNeeded = FLOE_COMPUTE_ANALYZE | FLOE_COMPUTE_WRITES_FILES;
    if ((compute.capabilities() & kNeeded) != kNeeded) {
      return failf(ErrorCode::kUnsupported, "the compute `{}` cannot analyze queries", chosen.type);
    }
    const TableFormatClient tables(host.raw(), shadow_table_format(), &format_);
    warehouse_ = std::make_unique<warehouse::Warehouse>(
        compute.client<ComputeClient>(), StorageClient(), tables,
        warehouse::WarehouseOptions{.run_id = "",
                                    .product = compiled_.product_name,
                                    .compute_name = chosen.type,
                                    .sql_grants = sql_grants_of_compile(compiled_, seed_files()),
                                    .grants = compiled_.grants,
                                    .only_binds = compiled_.confinement.has_value()});
    session_ = FLOE_TRY(warehouse_->open_session(frame_, "{}"));
    for (const policy::Model& node : graph_.other_nodes)
      add_known(node);
    const json::object compiled_nodes = FLOE_TRY(compile_sql(parse_request));
    policy::TracedSql traced{{}, FLOE_TRY(refused_reads(compiled_nodes))};
    if (tracing == policy::Tracing::kReads) return traced;
    read_cache();
    for (const auto& [id, node] : nodes_)
      FLOE_TRY(trace(id, compiled_nodes));
    write_cache();
    traced.columns = std::move(lineage_);
    return traced;
  }

 private:
  static Relation relation_of(const policy::Model& node) { return {node.schema, node.table}; }

  void add_shadow(const policy::Model& node, const std::vector<TypedColumn>& columns) {
    if (columns.empty()) return;
    for (const TypedColumn& column : columns) {
      if (column.sql_type.empty()) untyped_.emplace(node.unique_id, text::to_lower_ascii(column.name));
    }
    format_.put(relation_of(node), warehouse::empty_query(columns));
    warehouse_->catalog().put(relation_of(node), warehouse::RelationKind::kView);
  }

  // Sources and seeds. What is declared without a type that the engine knows takes any.
  void add_known(const policy::Model& node) {
    std::vector<TypedColumn> columns;
    const auto add = [&](const std::string& name, const std::string& type) {
      for (const TypedColumn& known : columns) {
        if (text::equals_ignore_case_ascii(known.name, name)) return;
      }
      columns.push_back({name, is_type(type) ? type : ""});
    };
    for (const compile::IngestionSource& source : compiled_.ingestion) {
      if (text::to_lower_ascii(text::join(source.table, ".")) != text::to_lower_ascii(node.schema + "." + node.table))
        continue;
      for (const compile::IngestionColumn& column : source.columns)
        add(column.name, column.sql_type);
    }
    if (node.unique_id.starts_with("seed.")) {
      for (const TypedColumn& column : seed_columns(node))
        add(column.name, column.sql_type);
    }
    for (const policy::ModelColumn& column : node.columns)
      add(column.name, column.data_type);
    if (node.unique_id.starts_with("model.")) return;
    add_shadow(node, columns);
    if (node.unique_id.starts_with("snapshot.")) return;
    policy::TracedModel& known = lineage_[node.unique_id];
    for (const TypedColumn& column : columns)
      known.columns.push_back({column.name, column.sql_type, {}});
  }

  [[nodiscard]] std::vector<std::string> seed_files() const {
    std::vector<std::string> files;
    for (const policy::Model& node : graph_.other_nodes) {
      if (node.unique_id.starts_with("seed."))
        files.push_back(io::join_path(compiled_.dbt_project->directory, node.file));
    }
    return files;
  }

  std::vector<TypedColumn> seed_columns(const policy::Model& node) {
    const json::object request{{"format", "csv"},
                               {"paths", json::array{io::join_path(compiled_.dbt_project->directory, node.file)}},
                               {"on_error", "fail"}};
    std::vector<TypedColumn> columns;
    const auto staged = warehouse_->compute().read_files(call_.raw(), session_, to_json(request));
    const auto answer = staged ? parse_json_object(*staged) : Result<json::object>(json::object());
    const json::array* list = answer ? get_array(*answer, "columns") : nullptr;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const json::object& column = (*list)[i].as_object();
      columns.push_back({get_string_or(column, "name", ""), get_string_or(column, "sql_type", "")});
    }
    return columns;
  }

  bool is_type(const std::string& type) {
    if (type.empty()) return false;
    const auto known = types_.find(type);
    if (known != types_.end()) return known->second;
    const bool is_known = warehouse_->compute()
                              .describe_query(call_.raw(), session_, "select cast(null as " + type + ") as x")
                              .has_value();
    return types_[type] = is_known;
  }

  // The nodes of a manifest whose models are compiled, on the shadow tables of what they read from outside.
  Result<json::object> compile_sql(const std::string& parse_request) {
    json::object request = FLOE_TRY(parse_json_object(parse_request));
    json::object args;
    if (const json::object* given = get_object(request, "args")) args = *given;
    args["resource_type"] = json::array{"model"};
    if (compiled_.grants) args["resource_type"] = json::array{"model", "snapshot", "test"};
    for (const char* name : {"select", "exclude", "selector", "exclude_resource_type", "inline"})
      args.erase(name);
    // The SQL of the command that will run, of the graph that was judged.
    request["which"] = get_string_or(request, "command", "build");
    request["command"] = "compile";
    if (FLOE_TRY(context_.dbt_keeps_graphs(compiled_.plugins.at("dbt"))))
      request["graph"] = compiled_.graph.manifest_sha256;
    request["args"] = std::move(args);
    request["brief"] = false;
    request["invocation_id"] = "";
    // Of no use afterwards; others may compile the same project meanwhile.
    const auto scratch = FLOE_TRY(make_temporary_directory("floe-lineage-", context_.environment(), context_.files()));
    request["target_path"] = scratch->path();
    const DbtClient dbt = FLOE_TRY(context_.dbt(compiled_.plugins.at("dbt")));
    context_.warehouse_slot().fill(warehouse_.get());
    context_.set_muted(true);
    const auto answered = dbt.invoke(call_.raw(), to_json(request));
    context_.set_muted(false);
    context_.warehouse_slot().fill(nullptr);
    if (!answered) return answered.error();
    const json::object answer = FLOE_TRY(parse_json_object(*answered));
    if (const json::array* results = get_array(answer, "results")) {
      for (const json::value& result : *results) {
        const json::object& one = result.as_object();
        if (get_string_or(one, "status", "") == "error")
          failures_[get_string_or(one, "unique_id", "")] = first_line(get_string_or(one, "message", ""));
      }
    }
    const std::string path = FLOE_TRY(require_string(answer, "manifest_path"));
    const std::string manifest_text = FLOE_TRY(context_.files().read(path));
    const json::object manifest = FLOE_TRY(parse_json_object(manifest_text));
    return *FLOE_TRY(require_object(manifest, "nodes"));
  }

  // What does not compile, or cannot be read, its run refuses.
  Result<std::map<std::string, warehouse::RefusedRead>> refused_reads(const json::object& compiled_nodes) {
    std::map<std::string, warehouse::RefusedRead> out;
    if (!compiled_.grants) return out;
    for (const auto& [id, value] : compiled_nodes) {
      const std::string sql = get_string_or(value.as_object(), "compiled_code", "");
      if (sql.empty() || !warehouse::makes_relation(id)) continue;
      const auto names = warehouse::names_in(warehouse_->compute(), call_.raw(), session_, sql);
      if (!names && names.error().code == ErrorCode::kCancelled) return names.error();
      if (!names) continue;
      auto refused = FLOE_TRY(warehouse_->monitor().refusal(call_.raw(), id, sql, *names));
      if (refused) out.emplace(id, *std::move(refused));
    }
    return out;
  }

  // What it reads comes first.
  Status trace(const std::string& id, const json::object& compiled_nodes) {
    const auto found = nodes_.find(id);
    const bool is_snapshot = id.starts_with("snapshot.");
    const bool is_traced = id.starts_with("model.") || (is_snapshot && compiled_nodes.contains(id));
    if (found == nodes_.end() || !is_traced || !begun_.insert(id).second) return ok();
    const policy::Model& model = *found->second;
    for (const std::string& input : model.inputs)
      FLOE_TRY(trace(input, compiled_nodes));
    const json::object* node = get_object(compiled_nodes, id);
    policy::TracedModel& traced = lineage_[id];
    const std::string sql = node == nullptr ? "" : sql_of(*node);
    if (sql.empty()) {
      traced.problem = failures_.contains(id) ? failures_.at(id) : "it has no compiled SQL";
    } else {
      traced = FLOE_TRY(analyzed(model, sql));
    }
    if (is_snapshot && traced.problem.empty()) add_validity(model, &traced);
    std::vector<TypedColumn> columns;
    columns.reserve(traced.columns.size());
    for (const policy::TracedColumn& column : traced.columns)
      columns.push_back({column.name, column.sql_type});
    if (!traced.problem.empty()) {
      for (const policy::ModelColumn& column : model.columns)
        columns.push_back({column.name, is_type(column.data_type) ? column.data_type : ""});
    }
    add_shadow(model, columns);
    return ok();
  }

  // What dbt adds to the rows of a snapshot; `snapshot_meta_column_names` may name it otherwise.
  static void add_validity(const policy::Model& snapshot, policy::TracedModel* traced) {
    const auto config = parse_json_object(snapshot.config_json);
    const json::object* names = config ? get_object(*config, "snapshot_meta_column_names") : nullptr;
    const auto add = [&](const char* name, const char* type) {
      traced->columns.push_back({names == nullptr ? name : get_string_or(*names, name, name), type, {}});
    };
    add("dbt_scd_id", "VARCHAR");
    for (const char* name : {"dbt_updated_at", "dbt_valid_from", "dbt_valid_to"})
      add(name, "TIMESTAMP");
    if (config && get_string_or(*config, "hard_deletes", "") == "new_record") add("dbt_is_deleted", "VARCHAR");
  }

  // With the CTEs of ephemeral models reading their shadow tables: a class that such a model declares is not lost.
  std::string sql_of(const json::object& node) const {
    std::string sql = get_string_or(node, "compiled_code", "");
    const json::array* ctes = get_array(node, "extra_ctes");
    for (std::size_t i = 0; ctes != nullptr && i < ctes->size(); ++i) {
      const json::object& cte = (*ctes)[i].as_object();
      const auto ephemeral = nodes_.find(get_string_or(cte, "id", ""));
      const std::string text = get_string_or(cte, "sql", "");
      const std::size_t at = sql.find(text);
      const std::size_t body = text.find("(\n");
      if (ephemeral == nodes_.end() || text.empty() || at == std::string::npos || body == std::string::npos) continue;
      const Relation relation = relation_of(*ephemeral->second);
      if (format_.sql_of(relation) == nullptr) continue;
      sql.replace(at, text.size(), text.substr(0, body) + "(\nselect * from " + relation.quoted() + "\n)");
    }
    return sql;
  }

  Result<policy::TracedModel> analyzed(const policy::Model& model, const std::string& sql) {
    std::string key = model.unique_id + "\n" + sql;
    for (const std::string& input : model.inputs) {
      const auto node = nodes_.find(input);
      const std::string* shadow = node == nodes_.end() ? nullptr : format_.sql_of(relation_of(*node->second));
      key += "\n" + input + " " + (shadow == nullptr ? "" : *shadow);
    }
    key = text::sha256_hex(key);
    std::string analysis;
    if (const auto known = cached_.find(key); known != cached_.end()) {
      analysis = to_json(known->value());
    } else {
      auto answer = warehouse_->analyze(frame_, session_, sql);
      if (!answer && answer.error().code == ErrorCode::kCancelled) return answer.error();
      policy::TracedModel failed;
      if (!answer) failed.problem = first_line(answer.error().message);
      if (!answer) return failed;
      analysis = std::move(*answer);
    }
    const json::object parsed = FLOE_TRY(parse_json_object(analysis));
    used_[key] = parsed;
    return traced_model(parsed);
  }

  // False when one is of a relation that is no node.
  bool add_origins(const json::array* entries, std::vector<policy::ColumnOrigin>* out) const {
    bool all_known = true;
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const json::object& origin = (*entries)[i].as_object();
      const json::object* relation = get_object(origin, "relation");
      if (relation == nullptr) continue;
      if (get_string_or(*relation, "database", "") == warehouse::kTemporaryDatabase) {
        all_known = false;
        continue;
      }
      const Relation named{get_string_or(*relation, "schema", ""), get_string_or(*relation, "name", "")};
      const auto id = ids_.find(named.key());
      all_known = all_known && id != ids_.end();
      if (id == ids_.end()) continue;
      out->push_back({id->second, get_string_or(origin, "column", ""), get_string_or(origin, "type", ""),
                      get_string_or(origin, "subtype", "")});
    }
    return all_known;
  }

  // The engine calls an untyped NULL an INTEGER; what is made of one has no type that we know.
  bool is_of_any_type(const policy::TracedColumn& column) const {
    return std::any_of(column.origins.begin(), column.origins.end(), [&](const policy::ColumnOrigin& origin) {
      return origin.type == "DIRECT" && untyped_.contains({origin.node, text::to_lower_ascii(origin.column)});
    });
  }

  policy::TracedModel traced_model(const json::object& analysis) const {
    policy::TracedModel out;
    const json::array* columns = get_array(analysis, "columns");
    for (std::size_t i = 0; columns != nullptr && i < columns->size(); ++i) {
      const json::object& column = (*columns)[i].as_object();
      policy::TracedColumn traced{get_string_or(column, "name", ""),
                                  get_string_or(column, "sql_type", ""),
                                  {},
                                  get_bool_or(column, "exact", true)};
      const bool all_known = add_origins(get_array(column, "lineage"), &traced.origins);
      if (is_of_any_type(traced)) traced.sql_type.clear();
      traced.is_exact = traced.is_exact && all_known;
      out.columns.push_back(std::move(traced));
    }
    add_origins(get_array(analysis, "rows"), &out.rows);
    const json::array* unresolved = get_array(analysis, "unresolved");
    for (std::size_t i = 0; unresolved != nullptr && i < unresolved->size(); ++i)
      out.unresolved.emplace_back(to_view((*unresolved)[i].as_string()));
    return out;
  }

  // Of a dry run nothing is kept.
  [[nodiscard]] bool is_dry() const { return io::parent_path(compiled_.target_path) != compiled_.state_directory; }

  [[nodiscard]] compile::VerdictCache cache() const {
    return compile::VerdictCache::open(compiled_.project_root, context_.files(), context_.environment());
  }

  // Of another version of floe or of the compute it says nothing.
  std::string cache_version() const { return std::string(FLOE_VERSION) + "/2"; }

  void read_cache() {
    const bool may_read = !is_dry() && compiled_.reads_cache;
    const auto text = may_read ? cache().read(kCacheEntry) : std::nullopt;
    const auto parsed = text ? parse_json_object(*text) : Result<json::object>(json::object());
    if (!parsed || get_string_or(*parsed, "version", "") != cache_version()) return;
    if (const json::object* entries = get_object(*parsed, "analyses")) cached_ = *entries;
  }

  // What was not kept is traced again; `floe doctor` says of a cache that cannot be written.
  void write_cache() {
    if (is_dry()) return;
    const std::string made = to_json(json::object{{"version", cache_version()}, {"analyses", used_}});
    static_cast<void>(cache().write(kCacheEntry, made).has_value());
  }

  Context& context_;
  const compile::Compiled& compiled_;
  const policy::ModelGraph& graph_;
  HostCall call_;
  Call frame_;
  ShadowFormat format_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::uint64_t session_ = 0;
  std::map<std::string, const policy::Model*> nodes_;
  std::map<std::string, std::string> ids_;  // by key of the relation
  std::map<std::string, bool> types_;       // whether the engine knows them
  std::map<std::string, std::string> failures_;
  std::set<std::string> begun_;
  std::set<std::pair<std::string, std::string>> untyped_;  // columns of shadow tables: node, name in lower case
  policy::ColumnLineage lineage_;
  json::object cached_;
  json::object used_;
};

}  // namespace

Result<policy::TracedSql> trace_sql(Context& context, const compile::Compiled& compiled,
                                    const policy::ModelGraph& graph, const std::string& parse_request,
                                    policy::Tracing tracing) {
  const bool may_wait = tracing == policy::Tracing::kColumnsWhateverItTakes;
  if (!may_wait && !FLOE_TRY(context.dbt_runs_here(compiled.plugins.at("dbt")))) {
    return fail(ErrorCode::kUnsupported, "this dbt compiles in a database of its own");
  }
  PluginHost* host = FLOE_TRY(context.plugins());
  return Tracer(context, *host, compiled, graph).run(*host, parse_request, tracing);
}

}  // namespace floe::run
