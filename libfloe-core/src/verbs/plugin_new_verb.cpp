// floe plugin new: a folder with a plugin to start from, whose files the devkit makes.
#include "devkit/devkit.hpp"
#include "plugin/uncalled_interface.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"

namespace floe::run {

namespace {

Result<Answer> make_plugin(Context& context, const json::object& request, DiagnosticSink& sink) {
  devkit::NewPlugin wanted;
  wanted.name = FLOE_TRY(require_string(request, "name"));
  wanted.language = FLOE_TRY(require_string(request, "lang"));
  wanted.interface = FLOE_TRY(require_string(request, "interface"));
  devkit::Devkit* kit = FLOE_TRY(devkit::open_devkit());
  const std::vector<devkit::File> made = FLOE_TRY(kit->new_plugin(wanted));
  const std::string folder = io::join_path(context.options().directory, wanted.name);
  const io::FileInfo info = FLOE_TRY(context.files().stat(folder));
  if (info.kind != io::FileKind::kMissing) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is there already", wanted.name);
  }
  warn_when_uncalled(wanted.interface, sink);
  json::array files;
  for (const devkit::File& file : made) {
    const std::string path = io::join_path(folder, file.path);
    FLOE_TRY(context.files().create_directories(io::parent_path(path)));
    FLOE_TRY(context.files().write_new(path, file.content, io::Durability::kFast));
    files.emplace_back(file.path);
  }
  return Answer{to_json(json::object{{"path", wanted.name}, {"files", std::move(files)}}), 0};
}

AnswerText plugin_new_text(const json::object& answer, const TextStyle& /*style*/) {
  const std::string path = get_string_or(answer, "path", "");
  std::string files;
  for (const json::value& file : list_of(answer, "files"))
    files += (files.empty() ? "" : ", ") + cell_text(&file);
  return {"", fmt::format("created {}: {}\nnext: cd {} && make check\n", path, files, path)};
}

}  // namespace

Verb plugin_new_verb() {
  return {.name = "plugin new",
          .summary = "a folder with a new plugin, ready to build",
          .details = R"(Refuses a folder that is there already.)",
          .request = Arguments()
                         .text("name", "name", "what users will write as its type: a-z, 0-9 and -", true)
                         .text("--lang", "lang", "c, cpp, rust or python", true)
                         .among({"c", "cpp", "rust", "python"})
                         .text("--interface", "interface", "what it implements: floe.secrets/1", true),
          .answer = R"({"type": "object", "required": ["path", "files"], "properties": {"path": {"type": "string"},
  "files": {"type": "array", "items": {"type": "string"}}}})",
          .run = make_plugin,
          .text = plugin_new_text};
}

}  // namespace floe::run
