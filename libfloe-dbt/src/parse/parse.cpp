#include "parse/parse.hpp"

#include "model/call_span.hpp"
#include "model/tree.hpp"
#include "parse/loader.hpp"
#include "project/project_file.hpp"
#include "value/datetime.hpp"
#include "value/exception.hpp"

#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>

namespace floe::dbt {
namespace {

// What `flags` shows when a command sets nothing.
Value default_flags() {
  return Value::dict({{"FULL_REFRESH", Value(false)},
                      {"STORE_FAILURES", Value(false)},
                      {"EMPTY", Value(false)},
                      {"WHICH", Value("parse")},
                      {"DEBUG", Value(false)},
                      {"FAIL_FAST", Value(false)},
                      {"WARN_ERROR", Value(false)},
                      {"QUIET", Value(false)},
                      {"PRINT", Value(true)},
                      {"CACHE_SELECTED_ONLY", Value(false)},
                      {"DEFER", Value(false)},
                      {"FAVOR_STATE", Value(false)},
                      {"INTROSPECT", Value(true)},
                      {"INDIRECT_SELECTION", Value("eager")},
                      {"PARTIAL_PARSE", Value(false)},
                      {"STATIC_PARSER", Value(true)},
                      {"USE_COLORS", Value(false)},
                      {"VERSION_CHECK", Value(true)},
                      {"WRITE_JSON", Value(true)},
                      {"SEND_ANONYMOUS_USAGE_STATS", Value(false)},
                      {"LOG_CACHE_EVENTS", Value(false)},
                      {"TARGET_PATH", Value()},
                      {"LOG_PATH", Value("logs")},
                      {"MAXIMUM_SEED_SIZE_MIB", Value(1)}});
}

void fill_metadata(Session& session) {
  ManifestMetadata& metadata = session.manifest.metadata;
  metadata.project_name = session.workspace->root->name;
  metadata.project_id = text::md5_hex(metadata.project_name);
  metadata.adapter_type = session.workspace->target.type;
  metadata.invocation_id = session.invocation_id;
  const std::int64_t now = session.clock->now_unix_ns() / 1000;
  metadata.generated_at = time::format_timestamp_micros(now) + "Z";
  metadata.invocation_started_at = time::format_timestamp_micros(session.run_started_at_micros) + "Z";
  metadata.run_started_at = time::format_timestamptz_micros(session.run_started_at_micros);
  const Quoting& quoting = session.workspace->root->quoting;
  metadata.quoting = {quoting.database.value_or(true), quoting.schema.value_or(true), quoting.identifier.value_or(true),
                      std::nullopt};
}

}  // namespace

std::unique_ptr<Session> parse_project(const ParseOptions& options, io::FileSystem& files,
                                       const io::Environment& environment, const io::Clock& clock, ScopeHost* host,
                                       DiagnosticSink& sink) {
  auto session = std::make_unique<Session>();
  session->files = &files;
  session->environment = &environment;
  session->clock = &clock;
  session->host = host;
  session->invocation_id = options.invocation_id.empty() ? io::random_uuid() : options.invocation_id;
  session->run_started_at_micros =
      options.run_started_at_micros != 0 ? options.run_started_at_micros : clock.now_unix_ns() / 1000;
  session->workspace = load_workspace(options.workspace, files, environment, clock, sink);
  if (session->workspace == nullptr) return nullptr;
  session->target = target_value(session->workspace->target);
  session->modules = make_modules(clock);
  session->flags = merged_dict(default_flags(), options.flags);
  session->invocation_args = options.invocation_args;
  session->empty = find_bool(session->flags, "EMPTY", false);
  fill_metadata(*session);
  Loader(*session, sink).run();
  return session;
}

namespace {

// The text of one line of a template as a span of its file.
Span code_span(const std::string& file, std::string_view code, int first_line, int line) {
  const auto lines = text::split(code, '\n');
  const int at = std::clamp(line, 1, static_cast<int>(lines.size()));
  const std::string_view whole = lines[static_cast<std::size_t>(at - 1)];
  const std::string_view trimmed = text::trim(whole);
  const std::size_t indent = trimmed.empty() ? 0 : static_cast<std::size_t>(trimmed.data() - whole.data());
  const auto column = static_cast<std::int32_t>(text::code_point_count(whole.substr(0, indent))) + 1;
  const auto width = std::max<std::int32_t>(1, static_cast<std::int32_t>(text::code_point_count(trimmed)));
  return Span{file, first_line + at - 1, column, first_line + at - 1, column + width};
}

}  // namespace

Diagnostic render_diagnostic(const Session& session, const Node& node, const Error& error) {
  const auto frames = error_frames(error);
  const std::string* kind = error.detail("jinja.class");
  const bool syntax =
      kind != nullptr && kind->starts_with("Template") && kind->ends_with("Error") && *kind != "TemplateRuntimeError";
  Diagnostic diagnostic = syntax ? error_diagnostic("FLOE-E0606", "template-syntax", error.message)
                                 : error_diagnostic("FLOE-E0607", "template-error", error.message);
  diagnostic.address = node.unique_id;
  bool primary = true;
  for (const TemplateFrame& frame : frames) {
    const Macro* macro = nullptr;
    for (const auto& each : session.manifest.macros) {
      if (!frame.macro.empty() && each->unique_id == frame.macro) macro = each.get();
    }
    if (macro != nullptr && session.workspace->is_builtin(macro->package_name)) {
      // That a materialization runs the node's SQL says nothing about the SQL.
      if (!macro->name.starts_with("materialization_")) {
        diagnostic.notes.push_back("in the builtin macro `" + macro->name + "`");
      }
      continue;
    }
    Span span = macro != nullptr ? code_span(macro->file, macro->macro_sql, macro->first_line, frame.line)
                                 : code_span(node.file, node.raw_code, node.first_line, frame.line);
    if (macro == nullptr && node.is_generic_test) span = node.yaml_span;
    diagnostic.labels.push_back({span, macro != nullptr ? "in macro `" + macro->name + "`" : std::string(), primary});
    primary = false;
  }
  if (primary) {
    const bool is_in_yaml = (node.is_generic_test || node.file.empty()) && node.yaml_span.valid();
    diagnostic.labels.push_back({is_in_yaml ? node.yaml_span : line_span(node.file, node.first_line), "", true});
    if (node.compilation.compiled_path) {
      diagnostic.notes.push_back("compiled SQL: " + *node.compilation.compiled_path);
    }
  }
  return diagnostic;
}

}  // namespace floe::dbt
