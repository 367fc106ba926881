#include "compile/compile.hpp"

#include "artifact/artifact_format.hpp"
#include "artifact/compiled_artifacts.hpp"
#include "compile/access.hpp"
#include "compile/annotations.hpp"
#include "compile/choose_sinks.hpp"
#include "compile/dbt_project.hpp"
#include "compile/enforcement.hpp"
#include "compile/input_ports.hpp"
#include "compile/inputs.hpp"
#include "compile/load_documents.hpp"
#include "compile/plugin_lock.hpp"
#include "compile/port_contracts.hpp"
#include "compile/shared_writers.hpp"
#include "compile/trace_columns.hpp"
#include "config/platform_manifest.hpp"
#include "plugin/plugin_files.hpp"
#include "rules/contract/check_ports.hpp"
#include "rules/policy/classification.hpp"
#include "rules/policy/policy.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <span>

namespace floe::compile {
namespace {

constexpr const char* kLocalPlatform = "built-in local platform";
constexpr const char* kEnforcement = "enforcement.json";
constexpr const char* kProfiles = "profiles.yml";
constexpr std::array kWrittenBeside{kEnforcement, kProfiles};

// Raised whenever what a compile writes or prints changes, so that an old answer is not given again.
constexpr int kCacheVersion = 14;

// One compile after the documents are read: the four steps, the artifact, the cache.
class Compilation {
 public:
  Compilation(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink, const OnExamined& on_examined)
      : request_(request), host_(host), sink_(sink), on_examined_(on_examined), printout_(host, request.verbosity) {}

  Result<Compiled> run() {
    FLOE_TRY(read_source_date());
    const Status documents = load_documents(request_, host_, sink_, &loaded_);
    if (!documents && documents.error().code != ErrorCode::kData) return documents.error();
    Inputs inputs = FLOE_TRY(read_inputs());
    if (request_.locked) FLOE_TRY(check_lock());
    if (!FLOE_TRY(may_compile())) return refuse();
    const std::string key = FLOE_TRY(cache_key(inputs));
    const bool is_dry = !request_.scratch.empty();
    const bool use_cache = request_.use_cache && !is_dry;
    if (documents && !sink_.has_errors() && use_cache && FLOE_TRY(answer_from_cache(key)))
      return std::move(loaded_.compiled);
    print_platform();
    FLOE_TRY(examine(inputs, documents.has_value()));
    if (on_examined_) on_examined_(artifact_input(inputs), traced_);
    if (!documents || sink_.has_errors()) return refuse();
    if (is_dry) {
      printout_.line("[4/4] Would compile; nothing is written");
      return std::move(loaded_.compiled);
    }
    FLOE_TRY(write(inputs, key));
    return std::move(loaded_.compiled);
  }

 private:
  Error refuse() {
    printout_.failed();
    return findings();
  }

  Result<bool> may_compile() {
    if (!loaded_.manifest) return true;
    return check_access(loaded_.manifest->compile_access, loaded_.compiled, host_, sink_);
  }

  // A broken document does not keep the findings of the dbt project and of the models from being told in the same run.
  Status examine(const Inputs& inputs, bool has_documents) {
    if (FLOE_TRY(read_graph())) FLOE_TRY(examine_graph(inputs, has_documents));
    if (loaded_.product)
      FLOE_TRY(check_input_ports(loaded_.product->ports, loaded_.compiled, graph_, host_.files(), sink_));
    loaded_.compiled.examined = Examined{tables_of(graph_), contracts_.made};
    return ok();
  }

  Status examine_graph(const Inputs& inputs, bool has_documents) {
    traced_ = FLOE_TRY(trace_columns(loaded_.manifest ? &*loaded_.manifest : nullptr, loaded_.compiled, parse_request(),
                                     request_.wants_lineage, host_, &graph_, sink_));
    loaded_.compiled.classification = policy::highest_classification(graph_);
    if (has_documents || loaded_.manifest) FLOE_TRY(enforce_policies(inputs));
    check_source_tables(loaded_.compiled.destinations, graph_, sink_);
    check_shared_writers(loaded_.compiled.ingestion, graph_, sink_);
    if (!loaded_.product) return ok();
    const std::string& compute = loaded_.compiled.plugins.at("compute").type;
    check_annotations(loaded_.product->annotations, graph_, compute, sink_);
    check_computes(loaded_.product->transform_paths, compute, sink_);
    if (has_documents)
      check_models_of_transforms(loaded_.product->transform_paths, graph_, dbt_project_prefix(loaded_.compiled), sink_);
    contract::check_ports(loaded_.product->ports, graph_, sink_);
    return ok();
  }

  Status write(const Inputs& inputs, const std::string& key) {
    FLOE_TRY(write_artifacts(inputs));
    if (request_.wants_lineage)
      lineage_digest_ = FLOE_TRY(write_lineage(loaded_.compiled, graph_, traced_, host_.files()));
    FLOE_TRY(write_port_contracts(loaded_.compiled, contracts_, host_.files()));
    FLOE_TRY(write_lock());
    printout_.compiled(io::relative_path(loaded_.compiled.artifact_path, loaded_.location.root));
    // A dbt that does not tell which variables it asked for: the next answer may be another one.
    if (!graph_.reads && inputs.mentions_environment) return ok();
    return write_cache(key);
  }

  Result<Inputs> read_inputs() {
    std::vector<std::string> extra;
    if (loaded_.product_document) extra.push_back(loaded_.product_document->path);
    if (loaded_.product)
      FLOE_TRY(add_written_contracts(*loaded_.product, loaded_.location.root, host_.files(), &extra));
    return collect_inputs(loaded_.compiled, extra, manifest_digests(), host_.files());
  }

  // Where a copy of a platform lies must not show in the artifact: what it is, does.
  std::map<std::string, std::string> manifest_digests() const {
    std::map<std::string, std::string> out;
    if (!loaded_.chain) return out;
    for (const inheritance::Tier& tier : loaded_.chain->tiers)
      out[tier.document.name] = tier.digest;
    return out;
  }

  std::string cache_path() const { return io::join_path(loaded_.compiled.state_directory, "cache/compile.json"); }

  Result<std::string> cache_key(const Inputs& inputs) const {
    const std::string plugins =
        FLOE_TRY(plugins_key()) +
        FLOE_TRY(registry_digest(loaded_.product, loaded_.compiled.registry_path, host_.files()));
    // Not for the artifact, which no environment changes, but for the warnings that are told again.
    const std::string environment = loaded_.environment ? loaded_.environment->document.text : "";
    return text::sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", kCacheVersion, FLOE_VERSION,
                                        inputs.source_hash, request_.vars, request_.target, request_.verbosity > 0,
                                        loaded_.location.root, plugins, environment, expiry_day(),
                                        loaded_.compiled.artifact_path, source_date_.value_or(-1)));
  }

  // What is allowed today may not be tomorrow.
  std::int64_t expiry_day() const {
    const bool expires =
        loaded_.manifest && std::any_of(loaded_.manifest->overrides.begin(), loaded_.manifest->overrides.end(),
                                        [](const auto& one) { return one.expires.has_value(); });
    return expires ? today() : 0;
  }

  // Differs when another plugin is found, or its library has changed.
  Result<std::string> plugins_key() const {
    std::string out;
    for (const auto& [category, choice] : chosen_plugins()) {
      const auto installed = installed_plugin(category, choice);
      if (!installed) continue;
      const io::FileInfo info = FLOE_TRY(host_.files().stat(installed->library_path));
      out += fmt::format("{} {} {} {} {}\n", category, installed->manifest.id, installed->manifest.version, info.size,
                         info.modified_ns);
    }
    return out;
  }

  // One per category, and of those with several each once; sinks are those of the destinations.
  std::vector<std::pair<std::string, PluginChoice>> chosen_plugins() const {
    std::vector<std::pair<std::string, PluginChoice>> out(loaded_.compiled.plugins.begin(),
                                                          loaded_.compiled.plugins.end());
    std::set<std::pair<std::string, std::string>> seen;
    const auto add = [&](const std::string& category, const PluginChoice& choice) {
      if (seen.emplace(category, choice.type).second) out.emplace_back(category, choice);
    };
    for (const auto& [category, choices] : loaded_.compiled.plugin_lists) {
      for (const PluginChoice& choice : choices)
        add(category, choice);
    }
    for (const Destination& destination : loaded_.compiled.destinations)
      add("sinks", destination.sink);
    return out;
  }

  std::optional<InstalledPlugin> installed_plugin(const std::string& category, const PluginChoice& choice) const {
    return host_.installed_plugin(category, choice.type);
  }

  // Of all plugins in use. A library that cannot be read is told by the command that opens it.
  std::vector<LockedPlugin> plugins_in_use() const {
    std::vector<LockedPlugin> out;
    for (const auto& [category, choice] : chosen_plugins()) {
      if (choice.is_of_environment) continue;  // the lock is the same for all environments
      auto installed = installed_plugin(category, choice);
      if (!installed) continue;
      PluginManifest& manifest = installed->manifest;
      LockedPlugin plugin{manifest.group, manifest.name, manifest.id, manifest.version, {}};
      auto sum = plugin_sum(host_.files(), manifest, installed->directory, installed->library_path);
      if (sum) plugin.sha256.emplace(plugin_platform(), *std::move(sum));
      out.push_back(std::move(plugin));
    }
    return out;
  }

  std::string lock_path() const { return io::join_path(loaded_.location.root, kLockName); }

  Status check_lock() {
    const auto text = host_.files().read(lock_path());
    if (!text && text.error().code != ErrorCode::kNotFound) return text.error();
    auto locked = text ? read_lock(*text) : Result<std::vector<LockedPlugin>>(std::vector<LockedPlugin>());
    if (text && locked) {
      report_drift(*locked, plugins_in_use(), plugin_platform(), sink_);
      return ok();
    }
    const std::string why = text ? fmt::format("{} cannot be read: {}", kLockName, locked.error().to_string())
                                 : fmt::format("there is no {}", kLockName);
    sink_.report(error_diagnostic("FLOE-E0433", "plugin-lock-drift", why)
                     .at(Span{kLockName, 0, 0, 0, 0})
                     .help("compile once without `--locked` and keep the lock with the project"));
    return ok();
  }

  Status write_lock() {
    if (request_.locked) return ok();
    const auto text = host_.files().read(lock_path());
    const auto locked = text ? read_lock(*text) : Result<std::vector<LockedPlugin>>(std::vector<LockedPlugin>());
    const std::string made = lock_text(locked ? with_other_platforms(plugins_in_use(), *locked) : plugins_in_use());
    if (text && *text == made) return ok();
    return host_.files().write_atomic(lock_path(), made, io::Durability::kFast);
  }

  // The lines and warnings of an equal compile, when its artifact is still what it wrote.
  Result<bool> answer_from_cache(const std::string& key) {
    const auto text = host_.files().read(cache_path());
    if (!text) return false;
    const auto cached = parse_json_object(*text);
    if (!cached || get_string_or(*cached, "key", "") != key) return false;
    // With `--locked` the lock is compared already; without, one that somebody changed is written anew.
    if (!request_.locked && !has_written(lock_path(), get_string_or(*cached, "lock", ""))) return false;
    const json::object* reads = get_object(*cached, "reads");
    if (reads == nullptr || reads_digest(get_texts(*reads, "environment"), get_texts(*reads, "files")) !=
                                get_string_or(*reads, "digest", ""))
      return false;
    const std::string digest = get_string_or(*cached, "artifact", "");
    if (!has_written(loaded_.compiled.artifact_path, digest)) return false;
    const json::object* written = get_object(*cached, "written");
    for (const char* name : kWrittenBeside) {
      if (written == nullptr || !has_written(beside_artifact(name), get_string_or(*written, name, ""))) return false;
    }
    if (request_.wants_lineage && !has_lineage(get_string_or(*cached, "lineage", ""))) return false;
    if (FLOE_TRY(contracts_digest(loaded_.compiled, loaded_.product, host_.files())) !=
        get_string_or(*cached, "contracts", ""))
      return false;
    auto warnings = diagnostics_from_json(get_string_or(*cached, "diagnostics", "{}"));
    const json::array* lines = get_array(*cached, "lines");
    if (!warnings || lines == nullptr) return false;
    for (const json::value& line : *lines)
      printout_.line(std::string(to_view(line.as_string())));
    for (Diagnostic& warning : *warnings)
      sink_.report(std::move(warning));
    loaded_.compiled.model_count = static_cast<std::size_t>(get_int(*cached, "models").value_or(0));
    loaded_.compiled.product_name = get_string_or(*cached, "product", loaded_.compiled.product_name);
    loaded_.compiled.classification = get_string(*cached, "classification");
    loaded_.compiled.artifact_digest = digest;
    return true;
  }

  [[nodiscard]] std::string beside_artifact(const char* name) const {
    return io::join_path(loaded_.compiled.target_path, name);
  }

  [[nodiscard]] bool has_written(const std::string& path, const std::string& digest) const {
    const auto text = host_.files().read(path);
    return text && text::sha256_hex(*text) == digest;
  }

  [[nodiscard]] std::string reads_digest(const std::vector<std::string>& variables,
                                         const std::vector<std::string>& paths) const {
    return digest_of_reads(variables, paths, host_.environment(), host_.files());
  }

  [[nodiscard]] bool has_lineage(const std::string& digest) const {
    return !digest.empty() && digest == lineage_digest(loaded_.compiled, host_.files());
  }

  Status write_cache(const std::string& key) {
    const std::string contracts = FLOE_TRY(contracts_digest(loaded_.compiled, loaded_.product, host_.files()));
    json::array lines;
    for (const std::string& line : printout_.lines())
      lines.emplace_back(line);
    const policy::OutsideReads reads = graph_.reads.value_or(policy::OutsideReads());
    const auto lock = host_.files().read(lock_path());
    const json::object cached{{"key", key},
                              {"lock", lock ? text::sha256_hex(*lock) : ""},
                              {"written", written_},
                              {"reads", json::object{{"environment", json::value_from(reads.environment)},
                                                     {"files", json::value_from(reads.files)},
                                                     {"digest", reads_digest(reads.environment, reads.files)}}},
                              {"artifact", loaded_.compiled.artifact_digest.value_or("")},
                              {"contracts", contracts},
                              {"lineage", lineage_digest_},
                              {"models", loaded_.compiled.model_count},
                              {"product", loaded_.compiled.product_name},
                              {"classification", text_or_null(loaded_.compiled.classification)},
                              {"diagnostics", diagnostics_to_json(sink_.all())},
                              {"lines", std::move(lines)}};
    FLOE_TRY(host_.files().create_directories(io::parent_path(cache_path())));
    return host_.files().write_atomic(cache_path(), to_json(cached), io::Durability::kFast);
  }

  void print_platform() {
    if (loaded_.product_document && !loaded_.product) return printout_.broken_platform(loaded_.product_document->name);
    if (loaded_.chain && !loaded_.manifest) return printout_.broken_platform(loaded_.chain->tiers.back().document.name);
    const std::string ref = loaded_.compiled.platform_ref.value_or(kLocalPlatform);
    printout_.platform(ref, loaded_.manifest ? &*loaded_.manifest : nullptr,
                       loaded_.compiled.plugins.at("compute").type);
  }

  std::string parse_request() const {
    const auto vars = parse_json_object(request_.vars);
    json::object args;
    if (!request_.target.empty()) args["target"] = request_.target;
    json::object out = dbt_request(loaded_.compiled);
    out["profiles_dir"] = nullptr;
    out["vars"] = vars ? *vars : json::object();
    out["args"] = std::move(args);
    out["brief"] = true;
    out["invocation_id"] = request_.invocation_id;
    out["run_started_at"] = request_.started_at;
    return to_json(out);
  }

  // False when the dbt project has errors.
  Result<bool> read_graph() {
    if (loaded_.compiled.dbt_project) {
      auto manifest = host_.parse_dbt(loaded_.compiled.plugins.at("dbt"), parse_request());
      if (!manifest) {
        Error error = std::move(manifest).error();
        const std::string* details = error.detail("floe.diagnostics");
        auto diagnostics =
            details == nullptr ? Result<std::vector<Diagnostic>>(error) : diagnostics_from_json(*details);
        if (!diagnostics) return error;
        for (Diagnostic& diagnostic : *diagnostics)
          sink_.report(in_product(loaded_.compiled, std::move(diagnostic)));
        printout_.line("[2/4] Validating transforms");
        printout_.line(fmt::format("  ✗ ERROR: {}", error.message));
        return false;
      }
      graph_ = FLOE_TRY(policy::read_model_graph(*manifest));
      for (const Diagnostic& warning : graph_.warnings)
        sink_.report(in_product(loaded_.compiled, warning));
    }
    loaded_.compiled.model_count = graph_.models.size();
    if (!loaded_.product && !graph_.project_name.empty()) loaded_.compiled.product_name = graph_.project_name;
    printout_.transforms(graph_.models.size());
    return true;
  }

  // The contracts of the ports are a policy, also where there is no platform to demand one.
  Status enforce_policies(const Inputs& inputs) {
    static const config::PlatformManifest kNoPlatform;
    const config::PlatformManifest& manifest = loaded_.manifest ? *loaded_.manifest : kNoPlatform;
    if (loaded_.product)
      contracts_ = FLOE_TRY(make_port_contracts(loaded_.compiled, *loaded_.product, manifest, graph_, host_.files()));
    if (loaded_.manifest || !contracts_.verdicts.empty()) {
      std::span<const config::OutputPort> ports;
      if (loaded_.product) ports = loaded_.product->ports.outputs;
      enforced_ = FLOE_TRY(enforce({manifest, graph_, loaded_.compiled, inputs, contracts_.verdicts, ports, today()},
                                   host_, printout_, sink_));
    } else {
      printout_.no_policies();
    }
    return ok();
  }

  // The day that overrides expire by.
  std::int64_t today() const {
    const std::int64_t seconds = source_date_.value_or(host_.clock().now_unix_ns() / 1'000'000'000);
    return seconds / 86'400;
  }

  // SOURCE_DATE_EPOCH, in seconds. A wrong day would bring back overrides that have expired.
  Status read_source_date() {
    constexpr std::int64_t kLast = 253'402'300'799;  // of the year 9999
    const std::string text = host_.environment().get("SOURCE_DATE_EPOCH").value_or("");
    if (text.empty()) return ok();
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_whole = problem == std::errc() && end == text.data() + text.size();
    if (!is_whole || seconds < 0 || seconds > kLast) {
      return failf(ErrorCode::kInvalidArgument,
                   "`SOURCE_DATE_EPOCH` is `{}`, which is no number of seconds from 1970 to the end of 9999", text);
    }
    source_date_ = seconds;
    return ok();
  }

  std::optional<std::string> compiled_at() const {
    return source_date_ ? std::optional(time::format_utc_millis(*source_date_ * 1000)) : std::nullopt;
  }

  [[nodiscard]] artifact::PluginIdentities plugin_identities() const {
    artifact::PluginIdentities out;
    for (const auto& [category, choice] : chosen_plugins()) {
      const auto installed = installed_plugin(category, choice);
      if (installed) out[{category, choice.type}] = {installed->manifest.id, installed->manifest.version};
    }
    return out;
  }

  [[nodiscard]] artifact::ArtifactInput artifact_input(const Inputs& inputs) const {
    return {loaded_.compiled,
            loaded_.product ? &*loaded_.product : nullptr,
            loaded_.manifest ? &*loaded_.manifest : nullptr,
            loaded_.chain ? &*loaded_.chain : nullptr,
            graph_,
            enforced_.policies,
            enforced_.overrides,
            inputs.source_hash,
            compiled_at(),
            plugin_identities()};
  }

  Status write_artifacts(const Inputs& inputs) {
    const artifact::ArtifactInput input = artifact_input(inputs);
    const std::string& directory = loaded_.compiled.target_path;
    const std::string made =
        FLOE_TRY(artifact::in_format(artifact::compiled_artifacts_json(input), request_.format, loaded_.compiled));
    FLOE_TRY(host_.files().create_directories(directory));
    FLOE_TRY(artifact::remove_other_formats(directory, request_.format, host_.files()));
    loaded_.compiled.artifact_digest = text::sha256_hex(made);
    FLOE_TRY(host_.files().write_atomic(loaded_.compiled.artifact_path, made, io::Durability::kFast));
    FLOE_TRY(write_beside(kEnforcement, artifact::enforcement_json(input)));
    return write_beside(kProfiles, artifact::profiles_yml(input));
  }

  Status write_beside(const char* name, const std::string& text) {
    written_[name] = text::sha256_hex(text);
    return host_.files().write_atomic(beside_artifact(name), text, io::Durability::kFast);
  }

  const CompileRequest& request_;
  CompilerHost& host_;
  DiagnosticSink& sink_;
  const OnExamined& on_examined_;
  Printout printout_;
  std::optional<std::int64_t> source_date_;
  Loaded loaded_;
  policy::ModelGraph graph_;
  Enforced enforced_;
  PortContracts contracts_;
  policy::ColumnLineage traced_;
  std::string lineage_digest_;
  json::object written_;  // digests of the files beside the artifact, by name
};

}  // namespace

Result<Compiled> compile(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink,
                         const OnExamined& on_examined) {
  return Compilation(request, host, sink, on_examined).run();
}

}  // namespace floe::compile
