#include "compile/load_documents.hpp"

#include "artifact/artifact_format.hpp"
#include "compile/access.hpp"
#include "compile/choose_plugins.hpp"
#include "compile/choose_sinks.hpp"
#include "compile/dbt_project.hpp"
#include "compile/examine_platform.hpp"
#include "compile/input_ports.hpp"
#include "compile/required_platform.hpp"
#include "compile/schedules.hpp"
#include "compile/shadowed_plugins.hpp"
#include "compile/untrusted.hpp"
#include "config/product_spelling.hpp"
#include "rules/inheritance/approval.hpp"
#include "secrets/secret_scan.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::compile {
namespace {

class Loader {
 public:
  Loader(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink)
      : request_(request), host_(host), sink_(sink) {}

  Status load(Loaded* out) {
    out->machine = FLOE_TRY(config::read_machine_policy(host_.files(), host_.environment()));
    if (!request_.required_platform.empty())
      out->machine.required.push_back({request_.required_platform, request_.required_platform, "`--platform`"});
    out->location = FLOE_TRY(locate_project(request_.directory, host_.files()));
    FLOE_TRY(confine(out));
    tell_inputs(*out);
    place(out);
    FLOE_TRY(read_product(out));
    FLOE_TRY(read_platform(out));
    check_platform(out);
    out->environment = FLOE_TRY(find_environment(request_, out->compiled, host_, sink_));
    tell_inputs(*out);
    FLOE_TRY(fill(out));
    const bool is_in_force = out->chain.has_value() || !out->machine.required.empty();
    const bool has_own_plugins = check_shadowed_plugins(out->compiled, is_in_force, host_, sink_);
    // Of a plugin that is not approved nothing is run, not even to find more mistakes.
    out->is_trusted = out->is_trusted && has_own_plugins && out->compiled.has_approved_plugins;
    if (out->is_trusted && !out->compiled.confinement) FLOE_TRY(host_.on_trusted_platform(out->compiled));
    FLOE_TRY(check_transforms(*out));
    const config::Product* product = out->product ? &*out->product : nullptr;
    out->compiled.dbt_project =
        FLOE_TRY(find_dbt_project(out->location, product, disk_directory(out->location), host_.files(), sink_));
    out->is_trusted = out->is_trusted && can_confine(*out);
    check_entered(*out);
    if (out->product) {
      out->compiled.schedules = schedule_selections(*out->product, out->location.root, out->compiled.dbt_project);
    }
    const bool is_broken = (out->product_document && !out->product) || (out->chain && !out->manifest);
    return is_broken || sink_.has_errors() ? Status(findings()) : ok();
  }

 private:
  void tell_inputs(const Loaded& loaded) const {
    std::vector<std::string> files;
    if (loaded.chain) {
      for (const inheritance::Tier& tier : loaded.chain->tiers)
        files.push_back(tier.document.path);
    }
    if (loaded.environment) files.push_back(loaded.environment->document.path);
    std::erase_if(files, [&](const std::string& file) { return file.starts_with(loaded.location.root + "/"); });
    host_.on_inputs(loaded.location.root, files);
  }

  static void place(Loaded* out) {
    out->compiled.project_root = out->location.root;
    out->compiled.state_directory = out->location.state_directory;
    out->compiled.plugins = local_platform(out->location);
  }

  Status confine(Loaded* out) {
    auto why = FLOE_TRY(why_untrusted(request_.untrusted, out->machine, host_.environment(), host_.files()));
    if (!why) return ok();
    std::string repository = FLOE_TRY(repository_of(out->location.root, host_.files()));
    out->compiled.confinement = {*std::move(why), out->machine.untrusted.environment, std::move(repository)};
    return ok();
  }

  // A dbt that reads what it likes would run code of the project with all that this user may.
  [[nodiscard]] bool can_confine(const Loaded& loaded) const {
    const std::optional<Confinement>& confinement = loaded.compiled.confinement;
    if (!confinement || !loaded.compiled.dbt_project) return true;
    const PluginChoice& dbt = loaded.compiled.plugins.at("dbt");
    const auto plugin = host_.installed_plugin("dbt", dbt.type);
    const std::vector<std::string> can = plugin ? plugin->manifest.capabilities : std::vector<std::string>();
    if (std::find(can.begin(), can.end(), "confined") != can.end()) return true;
    sink_.report(
        error_diagnostic("FLOE-E0759", "untrusted-project",
                         fmt::format("dbt plugin `{}` cannot compile a project whose writer is not trusted", dbt.type))
            .at(dbt.span)
            .note("untrusted: " + confinement->why)
            .note("it has no capability `confined`: the project's code would run with all that this user may")
            .help("compile with the dbt plugin `native`"));
    return false;
  }

  Status read_product(Loaded* out) {
    if (out->location.product_file.empty()) return ok();
    FLOE_TRY(check_document(out->compiled, out->location.product_file, host_.files()));
    out->product_document =
        FLOE_TRY(config::read_document(out->location.product_file, out->location.root, host_.files(), sink_));
    out->product = config::read_any_product(&*out->product_document, sink_);
    if (out->product_document->root != nullptr) {
      policy::scan_for_secrets(*out->product_document->root, "", true, sink_);
    }
    return ok();
  }

  [[nodiscard]] std::optional<inheritance::ChainRequest> wanted_platform(const Loaded& loaded) const {
    if (!request_.platform.empty())
      return inheritance::ChainRequest{request_.platform, request_.platform_directory, {}, "ref"};
    // From the document, so that a product with findings does not hide those of its platform.
    const yaml::NodePtr written =
        loaded.product_document ? config::platform_reference(*loaded.product_document) : nullptr;
    if (written == nullptr) return std::nullopt;
    return inheritance::ChainRequest{written->text, loaded.location.root, written->span, "platform.ref"};
  }

  Status read_platform(Loaded* out) {
    const auto reference = wanted_platform(*out);
    if (!reference) return ok();
    const inheritance::ReferenceContext context{host_.files(), host_.environment(), out->location.root,
                                                out->compiled.confinement ? out->compiled.confinement->repository : ""};
    out->chain = FLOE_TRY(inheritance::load_chain(
        *reference, context,
        [this](std::string_view category, const std::string& type) { return host_.is_installed(category, type); },
        sink_));
    if (out->chain->merged != nullptr) {
      out->manifest = examine_platform(*out->chain, host_, &out->compiled, sink_);
    }
    const bool strict = !out->manifest || out->manifest->policies == config::Enforcement::kStrict;
    for (const inheritance::Tier& tier : out->chain->tiers) {
      if (tier.document.root != nullptr) policy::scan_for_secrets(*tier.document.root, "", strict, sink_);
    }
    return ok();
  }

  // Another platform than the product's own is looked at, not run on.
  void check_platform(Loaded* out) {
    if (!request_.platform.empty()) return;
    const auto reference = wanted_platform(*out);
    const Span place = reference ? reference->span : Span{};
    const inheritance::Chain* chain = out->chain ? &*out->chain : nullptr;
    out->is_trusted = check_required_platform(out->machine, chain, place, sink_);
    if (chain != nullptr && is_continuous_integration(host_.environment()))
      warn_unpinned_platform(out->machine, *chain, place, sink_);
  }

  [[nodiscard]] const std::string& disk_directory(const ProjectLocation& location) const {
    return request_.scratch.empty() ? location.state_directory : request_.scratch;
  }

  // What one manifest of the chain says: also where they contradict each other, and the compile fails for it.
  static bool audits(const inheritance::Chain& chain) {
    return std::any_of(chain.tiers.begin(), chain.tiers.end(), [](const inheritance::Tier& tier) {
      const yaml::NodePtr governance = tier.document.root == nullptr ? nullptr : tier.document.root->get("governance");
      return governance != nullptr && config::member_text(*governance, "audit_logging") == "enabled";
    });
  }

  Status fill(Loaded* out) {
    Compiled& compiled = out->compiled;
    compiled.target_path = io::join_path(disk_directory(out->location), "target");
    compiled.artifact_path = io::join_path(compiled.target_path, artifact::artifact_file_name(request_.format));
    compiled.product_name = io::file_name(out->location.root);
    if (const auto platform = wanted_platform(*out)) compiled.platform_ref = platform->reference;
    if (out->product) {
      compiled.product_name = out->product->name;
      compiled.product_version = out->product->version;
      identify(*out->product, &compiled);
      compiled.ingestion = out->product->ingestion;
      compiled.destinations = out->product->destinations;
    }
    compiled.audits = out->chain && audits(*out->chain);
    compiled.reads_cache = out->machine.reads_cache;
    compiled.registry_path =
        registry_path(out->chain ? &*out->chain : nullptr, host_.environment(), request_.directory);
    if (out->manifest) {
      compiled.denied_services = out->manifest->denied_services;
      compiled.lineage_sql = out->manifest->lineage_sql;
      if (const inheritance::Tier* domain = inheritance::domain_of(*out->chain)) {
        compiled.domain = domain->name;
        compiled.default_schema = domain->name + "." + compiled.default_schema;
      }
      check_plugins_together(compiled, host_, sink_);
    }
    if (compiled.confinement) compiled.denied_services.emplace_back("floe.host.secrets/*");
    if (out->environment) {
      bind_environment(*out->environment, out->product ? &*out->product : nullptr, out->manifest.has_value(), host_,
                       &compiled, sink_);
      if (out->manifest) check_tightens(*out->environment, *out->chain->merged, sink_);
    }
    if (out->manifest) check_product_allowed(out);
    const bool has_manifest = out->manifest.has_value();
    choose_sinks(has_manifest ? &*out->manifest : nullptr, host_, &compiled, sink_);
    const auto catalog = parse_json_object(compiled.plugins.at("catalog").config);
    compiled.warehouse_uri = catalog ? get_string_or(*catalog, "warehouse", "") : "";
    return host_.on_platform(compiled);
  }

  // What the manifests choose was looked at with them.
  void check_product_allowed(Loaded* out) {
    check_approvals(*out->chain, host_, false, &out->compiled, sink_);
    if (!inheritance::check_approved_sinks(*out->chain, out->compiled.destinations, approves_plugins(host_), sink_))
      out->compiled.has_approved_plugins = false;
    if (!out->product) return;
    inheritance::check_product(*out->chain, *out->product, *out->product_document->root, sink_);
  }

  // Who stands in a dbt project asks for that one; the rules of the product above it are about its own.
  void check_entered(const Loaded& loaded) {
    const std::string& entered = loaded.location.entered;
    const std::optional<DbtProject>& project = loaded.compiled.dbt_project;
    if (entered.empty() || (project && project->directory == entered)) return;
    auto diagnostic =
        error_diagnostic("FLOE-E0788", "dbt-project-of-no-product",
                         fmt::format("the dbt project in `{}` is not that of the product in `{}`",
                                     io::relative_path(entered, loaded.location.root), loaded.location.root))
            .at(Span{io::file_name(loaded.location.product_file), 0, 0, 0, 0})
            .note("a floe.yaml holds for what lies below it")
            .help("name it in `transforms` of that floe.yaml, or give it a floe.yaml of its own");
    sink_.report(std::move(diagnostic));
  }

  // A path without a directory would be a product without models, and nobody the wiser.
  Status check_transforms(const Loaded& loaded) {
    if (!loaded.product) return ok();
    for (const config::TransformPath& transform : loaded.product->transform_paths) {
      if (!transform.globs.empty()) continue;  // looked at with the models
      const io::FileInfo info = FLOE_TRY(host_.files().stat(io::join_path(loaded.location.root, transform.path)));
      if (info.kind == io::FileKind::kDirectory) continue;
      sink_.report(
          error_diagnostic("FLOE-E0306", "models-not-found", fmt::format("there is no directory `{}`", transform.path))
              .at(transform.span, "refers to nothing")
              .help("write the directory of the models, relative to this file"));
    }
    return ok();
  }

  const CompileRequest& request_;
  CompilerHost& host_;
  DiagnosticSink& sink_;
};

}  // namespace

Error findings() { return fail(ErrorCode::kData, "the compile found problems"); }

Status load_documents(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink, Loaded* out) {
  return Loader(request, host, sink).load(out);
}

Result<Compiled> load(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink) {
  Loaded loaded;
  FLOE_TRY(load_documents(request, host, sink, &loaded));
  const bool may_read = !loaded.manifest || FLOE_TRY(check_access(Access::kRead, loaded.manifest->compile_access,
                                                                  loaded.compiled, host, sink));
  if (!may_read) return findings();
  return std::move(loaded.compiled);
}

}  // namespace floe::compile
