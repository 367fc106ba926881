#include "verbs/platform_subject.hpp"

#include "compile/examine_platform.hpp"
#include "config/product_spelling.hpp"
#include "engine/compiler_host.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr const char* kManifestFile = "manifest.yaml";

Result<PlatformPlace> subject_of(Context& context, const json::object& request, const std::string& scope) {
  const std::string reference = get_string_or(request, "ref", "");
  const std::string& directory = context.options().directory;
  if (!reference.empty()) return PlatformPlace{reference, directory};
  if (!scope.empty()) return PlatformPlace{scope + "-" + kManifestFile, directory};
  const auto location = compile::locate_project(directory, context.files());
  if (!location || location->product_file.empty()) return PlatformPlace{kManifestFile, directory};
  return platform_of_product(context, directory);
}

Status check_scope(const inheritance::Tier& tier, const std::string& wanted) {
  const std::string_view scope = config::scope_name(tier.scope);
  if (wanted.empty() || scope == wanted) return ok();
  return diagnostics_error(ErrorCode::kInvalidArgument,
                           error_diagnostic("FLOE-E0115", "manifest-of-another-scope",
                                            fmt::format("`{}` is no {} manifest", tier.document.name, wanted))
                               .at(Span{tier.document.name, 0, 0, 0, 0})
                               .note(fmt::format("its scope is {}", scope))
                               .help(fmt::format("`floe {} ...` takes it", scope)));
}

}  // namespace

Result<PlatformPlace> platform_of_product(Context& context, const std::string& directory) {
  const auto location = FLOE_TRY(compile::locate_project(directory, context.files()));
  DiagnosticSink unused;
  const auto product = FLOE_TRY(config::read_document(location.product_file, location.root, context.files(), unused));
  const yaml::NodePtr written = config::platform_reference(product);
  if (written == nullptr) {
    return fail(ErrorCode::kInvalidArgument,
                "the product names no platform: it runs on the built-in one; say which manifest to show");
  }
  return PlatformPlace{written->text, location.root};
}

Status check_scope(Context& context, const std::string& reference, const std::string& directory,
                   const std::string& scope) {
  if (scope.empty()) return ok();
  DiagnosticSink unused;
  const auto chain = FLOE_TRY(load_manifests(context, reference, directory, unused));
  return chain.tiers.empty() ? ok() : check_scope(chain.tiers.back(), scope);
}

Result<inheritance::Chain> load_manifests(Context& context, const std::string& reference, const std::string& directory,
                                          DiagnosticSink& sink) {
  ContextCompilerHost host(context);
  return inheritance::load_chain(
      {reference, directory, {}, "ref"}, {context.files(), context.environment(), directory},
      [&host](std::string_view category, const std::string& type) { return host.is_installed(category, type); }, sink);
}

Result<SubjectPlatform> load_platform(Context& context, const std::string& reference, const std::string& directory,
                                      const std::string& scope, DiagnosticSink& sink) {
  auto chain = FLOE_TRY(load_manifests(context, reference, directory, sink));
  std::optional<config::PlatformManifest> manifest;
  if (chain.merged != nullptr) {
    compile::Compiled unused;
    unused.state_directory = io::join_path(directory, ".floe");
    unused.plugins = compile::local_platform({directory, "", "", unused.state_directory});
    ContextCompilerHost host(context);
    manifest = compile::examine_platform(chain, host, &unused, sink);
  }
  if (!manifest || sink.has_errors()) return fail(ErrorCode::kData, "the platform has problems");
  FLOE_TRY(check_scope(chain.tiers.back(), scope));
  return SubjectPlatform{std::move(chain), std::move(*manifest)};
}

Result<SubjectPlatform> load_platform(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string scope = get_string_or(request, "scope", "");
  const PlatformPlace subject = FLOE_TRY(subject_of(context, request, scope));
  return load_platform(context, subject.reference, subject.directory, scope, sink);
}

}  // namespace floe::run
