#include "rules/inheritance/reference.hpp"

#include "rules/inheritance/oci_layout.hpp"

#include "base/fail.hpp"
#include "base/io/check_confined.hpp"
#include "base/io/read_document.hpp"
#include "base/text/text.hpp"
#include "base/yaml/node.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace floe::inheritance {
namespace {

constexpr const char* kManifestFile = "manifest.yaml";
constexpr const char* kCompiledFile = "manifest.json";  // of a compiled platform (design: configuration.md 5)

// A reference in its parts.
struct Parts {
  std::string place;   // without scheme, tag and digest
  std::string tag;     // of oci://
  std::string digest;  // `sha256:...`; "" = not pinned
  bool is_oci = false;
};

Parts split_reference(std::string_view reference) {
  Parts parts;
  const auto pin = reference.rfind("@sha256:");
  if (pin != std::string_view::npos) {
    parts.digest = reference.substr(pin + 1);
    reference = reference.substr(0, pin);
  }
  parts.is_oci = reference.starts_with("oci://");
  if (parts.is_oci) {
    reference.remove_prefix(6);
    const auto colon = reference.rfind(':');
    const auto slash = reference.rfind('/');
    const bool has_tag = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
    if (has_tag) parts.tag = reference.substr(colon + 1);
    parts.place = has_tag ? reference.substr(0, colon) : reference;
  } else if (reference.starts_with("file:")) {
    reference.remove_prefix(reference.starts_with("file://") ? 7 : 5);
    parts.place = reference;
  } else {
    parts.place = reference;
  }
  return parts;
}

bool is_bare_word(const std::string& reference) {
  return reference.find_first_of("/:@") == std::string::npos && !reference.ends_with(".yaml") && !reference.empty();
}

class Fetcher {
 public:
  Fetcher(const std::string& reference, const std::string& directory, const Span& span, const std::string& address,
          const ReferenceContext& context)
      : reference_(reference),
        parts_(split_reference(reference)),
        directory_(directory),
        span_(span),
        address_(address),
        context_(context) {}

  Result<ManifestText> fetch() {
    auto found = parts_.is_oci ? FLOE_TRY(from_registry(parts_)) : FLOE_TRY(from_disk());
    if (!found && is_bare_word(reference_)) found = FLOE_TRY(from_default_registry());
    if (!found) return diagnostics_error(ErrorCode::kNotFound, not_found());
    found->pin = parts_.digest;
    return std::move(*found);
  }

 private:
  using Found = std::optional<ManifestText>;

  Result<Found> from_disk() {
    for (const std::string& candidate :
         {parts_.place, parts_.place + ".yaml", io::join_path(parts_.place, kManifestFile)}) {
      const std::string path = io::normalize_path(io::join_path(directory_, candidate));
      if (!context_.confined_to.empty()) FLOE_TRY(io::check_confined(context_.files, context_.confined_to, path));
      const io::FileInfo info = FLOE_TRY(context_.files.stat(path));
      if (info.kind == io::FileKind::kRegular || info.kind == io::FileKind::kOther) return read_file(path);
      tried_.push_back(candidate);
      if (info.kind != io::FileKind::kDirectory) continue;
      if (is_oci_layout(path, context_.files)) return read_layout(path, "", parts_.digest);
      const std::string compiled = io::join_path(path, kCompiledFile);
      if (FLOE_TRY(io::is_document(context_.files, compiled))) return read_file(compiled);
    }
    return Found();
  }

  Result<Found> read_file(const std::string& path) {
    ManifestText out;
    out.path = path;
    out.name = io::relative_path(path, context_.project_root);
    out.text = FLOE_TRY(io::read_document(context_.files, path));
    out.digest = "sha256:" + text::sha256_hex(out.text);
    return Found(std::move(out));
  }

  Result<Found> read_layout(const std::string& layout, const std::string& tag, const std::string& digest) {
    auto file = read_oci_file(layout, tag, digest, kCompiledFile, context_.files);
    if (!file && file.error().code == ErrorCode::kNotFound) {
      tried_.push_back(fmt::format("{}: {}", io::relative_path(layout, context_.project_root), file.error().message));
      return Found();
    }
    if (!file) {
      return diagnostics_error(ErrorCode::kIo, error_diagnostic("FLOE-E0325", "platform-artifact-damaged",
                                                                fmt::format("platform `{}` is damaged", reference_))
                                                   .at(span_, "refers to it")
                                                   .note(file.error().message)
                                                   .help("fetch the artifact again")
                                                   .addressed(address_));
    }
    return Found(ManifestText{file->path, reference_, std::move(file->text), file->manifest_digest, file->tag, {}});
  }

  Result<Found> from_registry(const Parts& parts) {
    const auto mirror = context_.environment.get("FLOE_OCI_MIRROR");
    if (!mirror || mirror->empty()) {
      tried_.push_back(
          fmt::format("oci://{}: FLOE_OCI_MIRROR is not set, and this version of floe reads no registry", parts.place));
      return Found();
    }
    const std::string layout =
        io::normalize_path(io::join_path(io::join_path(context_.project_root, *mirror), parts.place));
    if (is_oci_layout(layout, context_.files)) return read_layout(layout, parts.tag, parts.digest);
    tried_.push_back(layout + ": no OCI layout");
    return Found();
  }

  // A bare word is a tag of the platform the machine is set up for.
  Result<Found> from_default_registry() {
    std::string registry = context_.environment.get("FLOE_REGISTRY").value_or("");
    if (registry.empty()) {
      tried_.emplace_back("a tag in FLOE_REGISTRY, which is not set");
      registry = FLOE_TRY(registry_of_user());
    }
    if (registry.empty()) return Found();
    Parts parts = split_reference(registry.starts_with("oci://") ? registry : "oci://" + registry);
    parts.tag = reference_;
    return from_registry(parts);
  }

  // `registry` of the user's config.yaml; "" when there is none.
  Result<std::string> registry_of_user() {
    std::string directory = context_.environment.get("XDG_CONFIG_HOME").value_or("");
    const std::string home = context_.environment.get("HOME").value_or("");
    if (directory.empty() && !home.empty()) directory = io::join_path(home, ".config");
    if (directory.empty()) return std::string();
    const std::string path = io::join_path(directory, "floe/config.yaml");
    const auto text = FLOE_TRY(io::read_document_if_there(context_.files, path));
    DiagnosticSink problems;
    const yaml::NodePtr root = text ? yaml::parse(*text, {}, problems) : nullptr;
    const yaml::NodePtr registry = root == nullptr ? nullptr : root->get("registry");
    if (registry != nullptr && registry->is_string()) return registry->text;
    tried_.emplace_back("`registry` of your floe/config.yaml, which is not there");
    return std::string();
  }

  [[nodiscard]] Diagnostic not_found() const {
    auto diagnostic =
        error_diagnostic("FLOE-E0301", "platform-not-found", fmt::format("platform `{}` cannot be reached", reference_))
            .note("tried " + text::join(tried_, ", "))
            .addressed(address_);
    if (parts_.is_oci) {
      diagnostic.helps.emplace_back(
          "say where a copy is: FLOE_OCI_MIRROR=DIR with an OCI layout in DIR/host/repository");
    } else {
      const char* from = span_.valid() ? ", relative to this file" : "";
      diagnostic.helps.push_back(fmt::format("write the path of the platform's manifest.yaml{}", from));
    }
    if (!span_.valid()) return diagnostic;  // of the command line
    return std::move(diagnostic).at(span_, "refers to nothing");
  }

  const std::string& reference_;
  Parts parts_;
  const std::string& directory_;
  const Span& span_;
  const std::string& address_;
  const ReferenceContext& context_;
  std::vector<std::string> tried_;
};

}  // namespace

Result<ManifestText> fetch_manifest(const std::string& reference, const std::string& directory, const Span& span,
                                    const std::string& address, const ReferenceContext& context) {
  return Fetcher(reference, directory, span, address, context).fetch();
}

}  // namespace floe::inheritance
