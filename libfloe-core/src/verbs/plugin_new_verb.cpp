// floe plugin new: a folder with a plugin to start from.
#include "scaffold/scaffold.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::run {
namespace {

Result<const conformance::InterfaceSpec*> known_interface(const std::string& id) {
  const auto& specification = conformance::Specification::get();
  if (const auto* found = specification.find_interface(id)) return found;
  std::vector<std::string> ids;
  for (const conformance::InterfaceSpec& one : specification.interfaces())
    ids.push_back(one.id);
  return failf(ErrorCode::kInvalidArgument, "there is no interface `{}`; accepted are {}", id, text::join(ids, ", "));
}

}  // namespace

Result<Answer> plugin_new_verb(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  scaffold::Request wanted;
  wanted.name = FLOE_TRY(require_string(request, "name"));
  FLOE_TRY(scaffold::check_name(wanted.name));
  const std::string language = FLOE_TRY(require_string(request, "lang"));
  wanted.language = FLOE_TRY(scaffold::parse_language(language));
  const std::string interface = FLOE_TRY(require_string(request, "interface"));
  wanted.interface = FLOE_TRY(known_interface(interface));
  const std::string folder = io::join_path(context.options().directory, wanted.name);
  const io::FileInfo info = FLOE_TRY(context.files().stat(folder));
  if (info.kind != io::FileKind::kMissing) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is there already", wanted.name);
  }
  json::array files;
  for (const scaffold::File& file : scaffold::make_files(wanted)) {
    const std::string path = io::join_path(folder, file.path);
    FLOE_TRY(context.files().create_directories(io::parent_path(path)));
    FLOE_TRY(context.files().write_new(path, file.content, io::Durability::kFast));
    files.emplace_back(file.path);
  }
  return Answer{to_json(json::object{{"path", wanted.name}, {"files", std::move(files)}}), 0};
}

}  // namespace floe::run
