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
#include "compile/kept_compile.hpp"
#include "compile/load_documents.hpp"
#include "compile/plugin_lock.hpp"
#include "compile/plugins_in_use.hpp"
#include "compile/port_contracts.hpp"
#include "compile/product_grants.hpp"
#include "compile/required_platform.hpp"
#include "compile/shared_writers.hpp"
#include "compile/told_classes.hpp"
#include "compile/trace_columns.hpp"
#include "config/platform_manifest.hpp"
#include "plugin/plugin_files.hpp"
#include "rules/contract/check_ports.hpp"
#include "rules/policy/classification.hpp"
#include "rules/policy/policy.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>

namespace floe::compile {
namespace {

constexpr const char* kLocalPlatform = "built-in local platform";
constexpr const char* kEnforcement = "enforcement.json";
constexpr const char* kProfiles = "profiles.yml";
constexpr std::array kWrittenBeside{kEnforcement, kProfiles};

// Raised whenever what a compile writes or prints changes, so that an old answer is not given again.
constexpr int kCacheVersion = 18;

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
    if (!loaded_.is_trusted) {
      print_platform();
      return refuse();
    }
    if (is_locked()) FLOE_TRY(check_lock());
    if (!FLOE_TRY(may_compile())) return refuse();
    const std::string key = FLOE_TRY(cache_key(inputs));
    const bool is_dry = !request_.scratch.empty();
    const bool use_cache =
        request_.use_cache && loaded_.compiled.reads_cache && !is_dry && documents && !sink_.has_errors();
    if (use_cache && FLOE_TRY(was_judged(key, inputs))) return std::move(loaded_.compiled);
    print_platform();
    FLOE_TRY(parse_project(inputs));
    FLOE_TRY(add_opened_files(loaded_.compiled, opened_files(), host_.files(), &inputs));
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
  // What is executed is what is parsed here, also when it was judged before.
  Result<bool> was_judged(const std::string& key, const Inputs& inputs) {
    if (request_.dbt.follows) FLOE_TRY(parse_project(inputs));
    return answer_from_cache(key, inputs);
  }

  Error refuse() {
    printout_.failed();
    return findings();
  }

  [[nodiscard]] bool is_locked() const { return request_.locked || loaded_.machine.has_locked_plugins; }

  Result<bool> may_compile() {
    if (!loaded_.manifest) return true;
    return check_access(Access::kCompile, loaded_.manifest->compile_access, loaded_.compiled, host_, sink_);
  }

  // A broken document does not keep the findings of the dbt project and of the models from being told in the same run.
  Status examine(const Inputs& inputs, bool has_documents) {
    const bool is_read = FLOE_TRY(read_graph());
    // Once: two readings might differ.
    const std::optional<std::string>& path = loaded_.compiled.registry_path;
    if (path) registry_ = FLOE_TRY(product::read_registry(*path, host_.files()));
    if (loaded_.manifest) loaded_.compiled.grants = make_grants(loaded_.compiled, graph_, registry_);
    FLOE_TRY(add_told_classes(loaded_.compiled, registry_, &graph_));
    if (is_read) FLOE_TRY(examine_graph(inputs, has_documents));
    const policy::ColumnClasses classes = policy::classify(graph_);
    if (is_read && loaded_.manifest && policy::limits_classes(*loaded_.manifest, graph_))
      add_judged_classes(classes, graph_, &*loaded_.compiled.grants);
    if (loaded_.product) check_input_ports(loaded_.product->ports, loaded_.compiled, graph_, registry_, sink_);
    loaded_.compiled.examined = examined_tables(loaded_.compiled, graph_, classes);
    loaded_.compiled.examined->contracts = contracts_.made;
    return ok();
  }

  Status examine_graph(const Inputs& inputs, bool has_documents) {
    traced_ = FLOE_TRY(trace_columns(loaded_.manifest ? &*loaded_.manifest : nullptr, loaded_.compiled,
                                     to_json(parse_request()), request_.wants_lineage, host_, &graph_, sink_));
    loaded_.compiled.classification = policy::highest_classification(graph_);
    if (loaded_.manifest) policy::check_class_words(graph_, dbt_project_prefix(loaded_.compiled), sink_);
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
    // Of a dbt that does not tell what it looked at nobody knows whether the next answer would be the same.
    if (loaded_.compiled.dbt_project && !graph_.reads) return ok();
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

  [[nodiscard]] VerdictCache cache() const {
    return VerdictCache::open(loaded_.location.root, host_.files(), host_.environment());
  }

  Result<std::string> cache_key(const Inputs& inputs) const {
    const std::string installed =
        FLOE_TRY(plugins().key()) +
        FLOE_TRY(registry_digest(loaded_.product, loaded_.compiled.registry_path, host_.files()));
    // Not for the artifact, which no environment changes, but for the warnings that are told again.
    std::string environment = loaded_.environment ? loaded_.environment->document.text : "";
    if (is_continuous_integration(host_.environment())) environment += "\nCI";
    const std::string arguments = FLOE_TRY(dbt_arguments()) + confined_text();
    return text::sha256_hex(fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", kCacheVersion, FLOE_VERSION, inputs.source_hash,
        request_.vars, request_.target, request_.verbosity > 0, loaded_.location.root, installed, environment,
        expiry_day(), loaded_.compiled.artifact_path, source_date_.value_or(-1), arguments));
  }

  [[nodiscard]] std::string confined_text() const {
    const auto& confinement = loaded_.compiled.confinement;
    return confinement ? fmt::format("\nconfined {} {}", confinement->why, text::join(confinement->environment, ","))
                       : "";
  }

  // What templates can see of the command; what is not given says nothing.
  Result<std::string> dbt_arguments() const {
    json::object given;
    for (const auto& [name, value] : FLOE_TRY(parse_json_object(request_.dbt.args))) {
      const bool is_empty = value.is_null() || value == json::value(false) || value == json::value("") ||
                            value == json::array() || value == json::object();
      if (!is_empty) given[name] = value;
    }
    return fmt::format("{} {} {}", request_.dbt.command, to_canonical_json(given),
                       request_.dbt.profiles_dir.value_or(""));
  }

  // What is allowed today may not be tomorrow.
  std::int64_t expiry_day() const {
    const bool expires =
        loaded_.manifest && std::any_of(loaded_.manifest->overrides.begin(), loaded_.manifest->overrides.end(),
                                        [](const auto& one) { return one.expires.has_value(); });
    return expires ? today() : 0;
  }

  [[nodiscard]] PluginsInUse plugins() const { return {loaded_.compiled, host_}; }

  std::string lock_path() const { return io::join_path(loaded_.location.root, kLockName); }

  Status check_lock() {
    const auto text = host_.files().read(lock_path());
    if (!text && text.error().code != ErrorCode::kNotFound) return text.error();
    auto locked = text ? read_lock(*text) : Result<std::vector<LockedPlugin>>(std::vector<LockedPlugin>());
    if (text && locked) {
      report_drift(*locked, plugins().locked(), plugin_platform(), sink_);
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
    if (is_locked()) return ok();
    const auto text = host_.files().read(lock_path());
    const auto locked = text ? read_lock(*text) : Result<std::vector<LockedPlugin>>(std::vector<LockedPlugin>());
    const std::string made = lock_text(locked ? with_other_platforms(plugins().locked(), *locked) : plugins().locked());
    if (text && *text == made) return ok();
    return host_.files().write_atomic(lock_path(), made, io::Durability::kFast);
  }

  // The lines and warnings of an equal compile, when its artifact is still what it wrote.
  Result<bool> answer_from_cache(const std::string& key, const Inputs& inputs) {
    std::optional<KeptCompile> kept = read_kept_compile(cache());
    if (!kept || !holds_still(*kept, key, inputs) || !has_written_all(*kept)) return false;
    if (FLOE_TRY(contracts_digest(loaded_.compiled, loaded_.product, host_.files())) != kept->contracts_digest)
      return false;
    Compiled& compiled = loaded_.compiled;
    for (const std::string& line : kept->lines)
      printout_.line(line);
    for (Diagnostic& warning : kept->warnings)
      sink_.report(std::move(warning));
    compiled.grants = std::move(kept->grants);
    compiled.model_count = kept->model_count;
    compiled.product_name = std::move(kept->product_name);
    compiled.classification = std::move(kept->classification);
    compiled.artifact_digest = std::move(kept->artifact_digest);
    return true;
  }

  // Whether it is about what would be judged now.
  [[nodiscard]] bool holds_still(const KeptCompile& kept, const std::string& key, const Inputs& inputs) const {
    if (kept.key != key || kept.grants.has_value() != loaded_.manifest.has_value()) return false;
    const bool is_other_graph = parse_error_ || kept.graph_digest != loaded_.compiled.graph.digest();
    if (request_.dbt.follows && is_other_graph) return false;
    return reads_digest(kept.read_variables, kept.read_files, inputs) == kept.reads_digest;
  }

  [[nodiscard]] bool has_written_all(const KeptCompile& kept) const {
    // With `--locked` the lock is compared already; without, one that somebody changed is written anew.
    if (!is_locked() && !has_written(lock_path(), kept.lock_digest)) return false;
    if (!has_written(loaded_.compiled.artifact_path, kept.artifact_digest)) return false;
    const auto is_kept = [&](const char* name) { return kept.beside.contains(name); };
    if (!std::all_of(kWrittenBeside.begin(), kWrittenBeside.end(), is_kept)) return false;
    const auto is_beside = [&](const auto& file) { return has_written(beside_artifact(file.first), file.second); };
    if (!std::all_of(kept.beside.begin(), kept.beside.end(), is_beside)) return false;
    if (!has_only_documents(kept, artifact::kDeployFolder)) return false;
    return !request_.wants_lineage || has_lineage(kept.lineage_digest);
  }

  // A document that no compile wrote would be deployed with the others.
  [[nodiscard]] bool has_only_documents(const KeptCompile& kept, const std::string& folder) const {
    const auto entries = host_.files().list(beside_artifact(folder));
    if (!entries) return entries.error().code == ErrorCode::kNotFound;
    return std::all_of(entries->begin(), entries->end(), [&](const io::DirectoryEntry& entry) {
      const std::string name = folder + "/" + entry.name;
      if (entry.kind == io::FileKind::kDirectory) return has_only_documents(kept, name);
      return kept.beside.contains(name);
    });
  }

  [[nodiscard]] std::string beside_artifact(const std::string& name) const {
    return io::join_path(loaded_.compiled.target_path, name);
  }

  [[nodiscard]] bool has_written(const std::string& path, const std::string& digest) const {
    const auto text = host_.files().read(path);
    return text && text::sha256_hex(*text) == digest;
  }

  [[nodiscard]] std::string reads_digest(const std::vector<std::string>& variables,
                                         const std::vector<std::string>& paths, const Inputs& inputs) const {
    return digest_of_reads(variables, paths, inputs, loaded_.compiled.project_root, host_.environment(), host_.files());
  }

  [[nodiscard]] bool has_lineage(const std::string& digest) const {
    return !digest.empty() && digest == lineage_digest(loaded_.compiled, host_.files());
  }

  Status write_cache(const std::string& key) {
    const auto lock = host_.files().read(lock_path());
    policy::ProjectReads reads = graph_.reads.value_or(policy::ProjectReads());
    KeptCompile kept;
    kept.key = key;
    kept.read_variables = std::move(reads.environment);
    kept.read_files = std::move(reads.files);
    kept.reads_digest = reads_digest_;
    kept.graph_digest = loaded_.compiled.graph.digest();
    kept.lock_digest = lock ? text::sha256_hex(*lock) : "";
    kept.artifact_digest = loaded_.compiled.artifact_digest.value_or("");
    kept.beside = written_;
    kept.contracts_digest = FLOE_TRY(contracts_digest(loaded_.compiled, loaded_.product, host_.files()));
    kept.lineage_digest = lineage_digest_;
    kept.model_count = loaded_.compiled.model_count;
    kept.grants = loaded_.compiled.grants;
    kept.product_name = loaded_.compiled.product_name;
    kept.classification = loaded_.compiled.classification;
    kept.warnings = sink_.all();
    kept.lines = printout_.lines();
    // What was not kept is found again; `floe doctor` says of a cache that cannot be written.
    static_cast<void>(keep_compile(kept, cache()).has_value());
    return ok();
  }

  void print_platform() {
    if (loaded_.product_document && !loaded_.product) return printout_.broken_platform(loaded_.product_document->name);
    if (loaded_.chain && !loaded_.manifest) return printout_.broken_platform(loaded_.chain->tiers.back().document.name);
    const std::string ref = loaded_.compiled.platform_ref.value_or(kLocalPlatform);
    printout_.platform(ref, loaded_.manifest ? &*loaded_.manifest : nullptr,
                       loaded_.compiled.plugins.at("compute").type);
    if (loaded_.compiled.confinement)
      printout_.line(fmt::format("  ✓ Untrusted ({}): nothing is executed", loaded_.compiled.confinement->why));
  }

  json::object parse_request() const {
    const auto vars = parse_json_object(request_.vars);
    const auto given = parse_json_object(request_.dbt.args);
    json::object args = given ? *given : json::object();
    if (!request_.target.empty()) args["target"] = request_.target;
    json::object out = dbt_request(loaded_.compiled, request_.dbt.threads);
    out["command"] = request_.dbt.command;
    out["profiles_dir"] = text_or_null(request_.dbt.profiles_dir);
    out["vars"] = vars ? *vars : json::object();
    out["args"] = std::move(args);
    out["brief"] = true;
    out["invocation_id"] = request_.invocation_id;
    out["run_started_at"] = request_.started_at;
    return out;
  }

  // Once. What is wrong with the project is told where the steps come to it.
  Status parse_project(const Inputs& inputs) {
    if (!loaded_.compiled.dbt_project || is_parsed_) return ok();
    is_parsed_ = true;
    const auto text = host_.parse_dbt(loaded_.compiled.plugins.at("dbt"), to_json(parse_request()));
    if (!text) {
      parse_error_ = text.error();
      return ok();
    }
    const json::object manifest = FLOE_TRY(parse_json_object(*text));
    graph_ = FLOE_TRY(policy::read_model_graph(manifest));
    loaded_.compiled.graph = judged_graph(manifest, *text);
    // At once: what changes while the models are judged is not what was judged.
    if (graph_.reads) reads_digest_ = reads_digest(graph_.reads->environment, graph_.reads->files, inputs);
    return ok();
  }

  // All that dbt read; of one that does not tell, what its graph is written in.
  [[nodiscard]] std::vector<std::string> opened_files() const {
    if (graph_.reads) return graph_.reads->files;
    std::vector<std::string> out;
    out.reserve(graph_.files.size());
    for (const std::string& file : graph_.files)
      out.push_back(io::normalize_path(io::join_path(loaded_.compiled.dbt_project->directory, file)));
    return out;
  }

  // False when the dbt project has errors.
  Result<bool> read_graph() {
    if (parse_error_) {
      const std::string* details = parse_error_->detail("floe.diagnostics");
      auto diagnostics =
          details == nullptr ? Result<std::vector<Diagnostic>>(*parse_error_) : diagnostics_from_json(*details);
      if (!diagnostics) return *parse_error_;
      for (Diagnostic& diagnostic : *diagnostics)
        sink_.report(in_product(loaded_.compiled, std::move(diagnostic)));
      printout_.line("[2/4] Validating transforms");
      printout_.line(fmt::format("  ✗ ERROR: {}", parse_error_->message));
      return false;
    }
    for (const Diagnostic& warning : graph_.warnings)
      sink_.report(in_product(loaded_.compiled, warning));
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
      contracts_ =
          FLOE_TRY(make_port_contracts(loaded_.compiled, *loaded_.product, manifest, graph_, registry_, host_.files()));
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

  // The day that overrides expire by. SOURCE_DATE_EPOCH, which whoever compiles sets, brings back none that has
  // expired.
  std::int64_t today() const {
    const std::int64_t now = host_.clock().now_unix_ns() / 1'000'000'000;
    return std::max(source_date_.value_or(now), now) / 86'400;
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
            plugins().identities(),
            plugins().dbt(),
            enforced_.documents};
  }

  Status write_artifacts(const Inputs& inputs) {
    const artifact::ArtifactInput input = artifact_input(inputs);
    const std::string& directory = loaded_.compiled.target_path;
    const std::string made =
        FLOE_TRY(artifact::in_format(artifact::compiled_artifacts_json(input), request_.format, loaded_.compiled));
    FLOE_TRY(host_.files().create_directories(directory));
    FLOE_TRY(artifact::remove_other_formats(directory, request_.format, host_.files()));
    FLOE_TRY(write_documents());
    loaded_.compiled.artifact_digest = text::sha256_hex(made);
    FLOE_TRY(host_.files().write_atomic(loaded_.compiled.artifact_path, made, io::Durability::kFast));
    FLOE_TRY(write_beside(kEnforcement, artifact::enforcement_json(input)));
    return write_beside(kProfiles, artifact::profiles_yml(input));
  }

  // Whoever deploys takes the whole folder, so nothing of an earlier compile stays in it.
  Status write_documents() {
    FLOE_TRY(host_.files().remove_all(beside_artifact(artifact::kDeployFolder)));
    for (const artifact::DeployDocument& document : enforced_.documents) {
      FLOE_TRY(host_.files().create_directories(io::parent_path(beside_artifact(document.path))));
      FLOE_TRY(write_beside(document.path, document.text));
    }
    return ok();
  }

  Status write_beside(const std::string& name, const std::string& text) {
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
  bool is_parsed_ = false;
  std::optional<Error> parse_error_;
  policy::ModelGraph graph_;
  std::string reads_digest_;    // of what dbt read for it
  product::Registry registry_;  // of the platform; empty when there is none
  Enforced enforced_;
  PortContracts contracts_;
  policy::ColumnLineage traced_;
  std::string lineage_digest_;
  std::map<std::string, std::string> written_;  // digests of the files beside the artifact, by name
};

}  // namespace

Result<Compiled> compile(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink,
                         const OnExamined& on_examined) {
  return Compilation(request, host, sink, on_examined).run();
}

}  // namespace floe::compile
