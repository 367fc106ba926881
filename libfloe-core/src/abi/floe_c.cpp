// The exported functions of floe.h: each is one guarded call.
#include "abi/render_result.hpp"
#include "engine/audit_sinks.hpp"
#include "engine/compiled_project.hpp"
#include "plugin/leaveable_thread.hpp"
#include "plugin/plugin_error.hpp"
#include "secrets/project_secrets.hpp"
#include "secrets/secret_scan.hpp"
#include "verbs/request.hpp"
#include "verbs/row_verbs.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/json/error_document.hpp"
#include "base/json/json.hpp"
#include "base/json/texts.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"
#include "floe/floe.h"

#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <utility>

struct floe_context {
  explicit floe_context(floe::run::ContextOptions options)
      : context(std::make_shared<floe::run::Context>(std::move(options))) {}

  std::shared_ptr<floe::run::Context> context;  // streams share it, and a verb that was left behind
  std::optional<floe::LeaveableThread> thread;  // of the verbs; made for the first one
};

struct floe_cancel {
  floe::CancelSource source;
};

struct floe_result {
  floe_status status = FLOE_OK;
  int exit_code = 0;
  bool shows_secrets = false;  // in `json`
  std::string message;
  std::string details = "{}";
  std::string json = "{}";
  std::vector<floe::Diagnostic> diagnostics;
  std::string diagnostics_json;
  std::string rendered;
  std::string text;
  const floe::run::Verb* verb = nullptr;
  std::string directory;  // spans are relative to it
};

namespace floe::abi {
namespace {

constexpr int kFindings = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;

int exit_code_of(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return kInterrupted;
  // Whatever keeps a plugin from being opened, also one of damaged data: the command could not begin.
  const bool is_finding = error.code == ErrorCode::kData && error.detail(kUnopenedPlugin) == nullptr;
  return is_finding ? kFindings : kUsage;
}

// Of floe, or of the plugin that the host names.
Diagnostic bug(const Error& error) {
  const std::string* plugin = error.detail("floe.plugin");
  if (plugin == nullptr) {
    return error_diagnostic("FLOE-E0901", "floe-bug", error.to_string()).help("report it with the command you ran");
  }
  return error_diagnostic("FLOE-E0803", "failed", fmt::format("plugin `{}`: {}", *plugin, error.to_string()))
      .help("this is a mistake in the plugin: report it to its author");
}

// An error that brought no findings of its own becomes one, so that every failure reads the same.
Diagnostic diagnostic_of(const Error& error) {
  const auto make = [&](const char* code, const char* name) { return error_diagnostic(code, name, error.to_string()); };
  switch (error.code) {
    case ErrorCode::kCancelled:
      return make("FLOE-E0002", "interrupted");
    case ErrorCode::kInvalidArgument:
      return make("FLOE-E0001", "bad-request");
    case ErrorCode::kNotFound:
      return make("FLOE-E0303", "not-found");
    case ErrorCode::kIo:
    case ErrorCode::kPermission:
    case ErrorCode::kExhausted:
      return make("FLOE-E0802", "input-output");
    case ErrorCode::kInternal:
    case ErrorCode::kPanic:
      return bug(error);
    default:
      return make("FLOE-E0803", "failed");
  }
}

// Those that have a function of their own are left out.
std::string details_of(const Error& error) {
  json::object parsed;
  if (auto document = parse_json_object(error_to_document(error))) {
    if (const json::object* details = get_object(*document, "details")) parsed = *details;
  }
  for (const char* own : {"floe.answer", "floe.diagnostics", kUnopenedPlugin})
    parsed.erase(own);
  return to_json(parsed);
}

// As diagnostics in the sink, whatever the error brought.
void explain(const Error& error, DiagnosticSink& sink) {
  const bool is_explained = run::report_findings(error, sink) || (sink.has_errors() && error.code == ErrorCode::kData);
  if (!is_explained) sink.report(diagnostic_of(error));
}

void set_error(floe_result& result, const Error& error, DiagnosticSink& sink) {
  result.status = static_cast<floe_status>(error.code);
  result.exit_code = exit_code_of(error);
  result.message = error.to_string();
  result.details = details_of(error);
  // What was done before the error, for example by a run that was interrupted.
  if (const std::string* answer = error.detail("floe.answer")) result.json = *answer;
  explain(error, sink);
}

// Plugins name files by absolute paths; people know those of their project by relative ones.
void shorten_paths(std::vector<Diagnostic>& diagnostics, const std::string& directory) {
  for (Diagnostic& diagnostic : diagnostics) {
    for (Label& label : diagnostic.labels) {
      if (!directory.empty() && label.span.file.starts_with(directory + "/")) {
        label.span.file.erase(0, directory.size() + 1);
      }
    }
  }
}

// Whatever a plugin or an engine wrote into a message or an answer, no secret that was read leaves in it; but in an
// answer that was asked to show them.
void redact(floe_result& result, const run::Context& context) {
  const auto mask = [&](std::string& text) { text = policy::mask_known_secrets(context.redact(text)); };
  mask(result.message);
  if (!result.shows_secrets) result.json = context.redact_json(result.json);
  result.details = context.redact_json(result.details);
  for (Diagnostic& diagnostic : result.diagnostics) {
    mask(diagnostic.message);
    for (Label& label : diagnostic.labels)
      mask(label.text);
    for (std::string& note : diagnostic.notes)
      mask(note);
    for (std::string& help : diagnostic.helps)
      mask(help);
  }
}

void seal(floe_result& result, const DiagnosticSink& sink, const run::Context* context) {
  result.diagnostics = sink.sorted();
  if (context != nullptr) redact(result, *context);
  shorten_paths(result.diagnostics, result.directory);
  result.diagnostics_json = diagnostics_to_json(result.diagnostics);
}

// Spans are relative to the project, also when the command was started in a folder of it.
std::string project_root(run::Context& context) {
  const std::string& directory = context.options().directory;
  auto location = compile::locate_project(directory, context.files());
  return location.has_value() ? location->root : directory;
}

template <class Body>
Result<run::Answer> caught(Body&& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kExhausted, "out of memory");
  } catch (const std::exception& error) {
    return fail(ErrorCode::kPanic, error.what());
  }
}

// The only place where exceptions of core end. Makes a result in any case but out of memory. `context` may be NULL.
template <class Body>
floe_status guard(floe_result** out, run::Context* context, Body&& body) noexcept {
  if (out != nullptr) *out = nullptr;
  floe_result* made = new (std::nothrow) floe_result();
  if (made == nullptr) return FLOE_EXHAUSTED;
  try {
    if (context != nullptr) made->directory = project_root(*context);
    DiagnosticSink sink;
    Result<run::Answer> answer = caught([&] { return body(sink); });
    if (answer) {
      made->json = std::move(answer->json);
      made->exit_code = answer->exit_code;
      made->shows_secrets = answer->shows_secrets;
    } else {
      set_error(*made, answer.error(), sink);
    }
    seal(*made, sink, context);
  } catch (...) {
    made->status = FLOE_PANIC;
    made->exit_code = kUsage;
  }
  const floe_status status = made->status;
  if (out != nullptr) {
    *out = made;
  } else {
    delete made;
  }
  return status;
}

// The answer after its line in the audit log; a command without one has failed, whatever it did.
Result<run::Answer> audited(run::Context& context, Result<run::Answer> answer, DiagnosticSink& sink) {
  DiagnosticSink all = sink;
  if (!answer) explain(answer.error(), all);
  std::set<std::string> codes;
  for (const Diagnostic& finding : all.all())
    codes.insert(finding.code);
  const Status written = run::finish_audit(context, answer ? answer->exit_code : exit_code_of(answer.error()), codes);
  if (written) return answer;
  if (!answer) {
    run::report_findings(written.error(), sink);
    return answer;
  }
  return Error(written.error()).with_detail("floe.answer", answer->json);
}

// What was asked for. It owns whatever else `run` uses, for it may be left behind.
struct Asked {
  const run::Verb* verb;
  std::string request;
  run::VerbFunction run;
};

floe_status refuse(floe_result** result, const Error& why) noexcept {
  return guard(result, nullptr, [&](DiagnosticSink&) -> Result<run::Answer> { return why; });
}

// On the thread of the verbs.
floe_status answer_verb(run::Context& context, const Asked& asked, floe_result** result) noexcept {
  const floe_status status = guard(result, &context, [&](DiagnosticSink& sink) -> Result<run::Answer> {
    FLOE_TRY(context.check_options());
    const json::object request = FLOE_TRY(run::read_request(*asked.verb, asked.request));
    context.audit().begin(asked.verb->name, context.options().environment);
    return audited(context, caught([&] { return asked.run(context, request, sink); }), sink);
  });
  if (*result != nullptr) (*result)->verb = asked.verb;
  return status;
}

struct Outcome {
  ~Outcome() { delete result; }

  floe_result* result = nullptr;
};

// Runs a verb on the context's thread. After a cancel it is left there when a plugin does not return; the context is of
// no more use then.
floe_status run_verb(floe_context& handle, Asked asked, floe_result** result) {
  const std::shared_ptr<run::Context> context = handle.context;
  if (!handle.thread) handle.thread.emplace();
  const auto outcome = std::make_shared<Outcome>();
  const auto left = handle.thread->run(
      [context, asked = std::move(asked), outcome] { answer_verb(*context, asked, &outcome->result); },
      {std::nullopt, context->cancel_source()});
  if (left) {
    context->live_on();
    context->silence();
    return guard(result, context.get(), [&](DiagnosticSink& sink) { return audited(*context, *left, sink); });
  }
  context->end_verb();
  floe_result* made = std::exchange(outcome->result, nullptr);
  if (made == nullptr) return FLOE_EXHAUSTED;
  const floe_status status = made->status;
  if (result != nullptr) {
    *result = made;
  } else {
    delete made;
  }
  return status;
}

// `run`: instead of what the verb runs.
floe_status call_verb(floe_context* context, std::string_view name, std::string_view request, floe_result** result,
                      const run::VerbFunction& run = nullptr) noexcept {
  if (result != nullptr) *result = nullptr;
  try {
    if (context == nullptr) return refuse(result, fail(ErrorCode::kInvalidArgument, "the context is NULL"));
    const run::Verb* verb = run::find_verb(name);
    if (verb == nullptr) return refuse(result, run::unknown_verb(name));
    if (context->context->is_left()) {
      return refuse(result,
                    fail(ErrorCode::kInvalidState,
                         "a plugin did not return from a call of the context: destroy it and make another one"));
    }
    if (context->context->cancel_source().is_cancelled())
      return refuse(result, fail(ErrorCode::kCancelled, "the context is cancelled"));
    if (!context->context->begin_verb()) {
      return refuse(result, fail(ErrorCode::kInvalidState, "the context is running a verb already"));
    }
    Asked asked{verb, std::string(request), run ? run : verb->run};
    return run_verb(*context, std::move(asked), result);
  } catch (...) {  // no memory, no thread
    return FLOE_EXHAUSTED;
  }
}

Result<std::string> absolute_directory(const std::string& directory, io::FileSystem& files) {
  const std::string wanted = directory.empty() ? "." : directory;
  auto canonical = files.canonical(wanted);
  if (!canonical) return failf(ErrorCode::kInvalidArgument, "directory `{}` does not exist", wanted);
  // Answers and findings are UTF-8, and name files below it.
  if (!text::is_valid_utf8(*canonical)) {
    return failf(ErrorCode::kInvalidArgument, "the name of the folder `{}` is not UTF-8; rename it",
                 text::printable(*canonical));
  }
  return canonical;
}

const run::Arguments& context_arguments() {
  static const run::Arguments kArguments =
      run::Arguments()
          .path("", "project_dir", "folder of the project (default: here)")
          .paths("", "plugin_roots", "folders to look for plugins in before all others")
          .text("", "env", "name of the environment (default: FLOE_ENV)")
          .path("", "platform_config", "platform.yaml of the environment (default: FLOE_PLATFORM_CONFIG)")
          .path("", "plugin_trace", "file for a trace of all plugin calls (default: FLOE_PLUGIN_TRACE)");
  return kArguments;
}

Result<run::ContextOptions> parse_context_options(std::string_view text) {
  constexpr const char* kName = "floe_context_create";
  const std::string whose = fmt::format("what `{}` is given", kName);
  json::object given = FLOE_TRY(run::parse_request(whose, text.empty() ? "{}" : text));
  const json::object object = FLOE_TRY(context_arguments().check(kName, std::move(given)));
  FLOE_TRY(run::check_variables(*io::make_process_environment()));
  run::ContextOptions options;
  const auto files = io::make_disk_file_system();
  options.directory = FLOE_TRY(absolute_directory(get_string_or(object, "project_dir", ""), *files));
  options.environment = get_string_or(object, "env", "");
  options.platform_config = get_string_or(object, "platform_config", "");
  options.plugin_trace = get_string_or(object, "plugin_trace", "");
  for (const std::string& root : get_texts(object, "plugin_roots")) {
    // As a path given to a command that was started there.
    options.plugin_roots.push_back(io::is_absolute_path(root) ? root : io::join_path(options.directory, root));
    const auto info = files->stat(options.plugin_roots.back());
    if (!info || info->kind != io::FileKind::kDirectory)
      return failf(ErrorCode::kInvalidArgument, "the plugin root `{}` is no directory", options.plugin_roots.back());
  }
  return options;
}

// What of the answer people read.
std::string text_of(const floe_result& result, std::string_view part, std::int32_t style) {
  const auto answer = parse_json_object(result.json);
  if (result.verb == nullptr || !answer) return "";
  if (part == "junit") return result.verb->junit == nullptr ? "" : result.verb->junit(*answer);
  const run::AnswerText text = run::text_of_answer(
      *result.verb, *answer, {(style & FLOE_TEXT_COLOR) != 0, (style & FLOE_TEXT_WHOLE_CELLS) == 0});
  return part == "summary" ? text.summary : text.answer;
}

}  // namespace
}  // namespace floe::abi

using floe::abi::call_verb;
using floe::abi::guard;
using floe::abi::refuse;

const char* floe_version(void) { return FLOE_VERSION; }

const char* floe_status_name(floe_status status) {
  if (status == FLOE_OK) return "ok";
  if (status < FLOE_OK || status > FLOE_PANIC) return "internal";
  return floe::error_code_name(static_cast<floe::ErrorCode>(status)).data();  // of a literal: a NUL follows
}

floe_status floe_result_status(const floe_result* result) { return result->status; }

const char* floe_result_message(const floe_result* result) { return result->message.c_str(); }

const char* floe_result_details(const floe_result* result, size_t* length) {
  if (length != nullptr) *length = result->details.size();
  return result->details.c_str();
}

const char* floe_result_json(const floe_result* result, size_t* length) {
  if (length != nullptr) *length = result->json.size();
  return result->json.c_str();
}

const char* floe_result_diagnostics(const floe_result* result, size_t* length) {
  if (length != nullptr) *length = result->diagnostics_json.size();
  return result->diagnostics_json.c_str();
}

const char* floe_result_render(floe_result* result, const char* format, int32_t color, size_t* length) {
  try {
    const std::string_view name = format == nullptr ? "full" : format;
    result->rendered = floe::abi::render_result(
        {name, color != 0, result->exit_code, result->directory, result->json, result->diagnostics});
  } catch (...) {
    result->rendered.clear();
  }
  if (length != nullptr) *length = result->rendered.size();
  return result->rendered.c_str();
}

const char* floe_result_text(floe_result* result, const char* part, int32_t style, size_t* length) {
  try {
    result->text = floe::abi::text_of(*result, part == nullptr ? "answer" : part, style);
  } catch (...) {
    result->text.clear();
  }
  if (length != nullptr) *length = result->text.size();
  return result->text.c_str();
}

int32_t floe_result_exit_code(const floe_result* result) { return result->exit_code; }

void floe_result_free(floe_result* result) { delete result; }

floe_status floe_context_create(const char* options, size_t length, floe_context** context, floe_result** result) {
  if (context != nullptr) *context = nullptr;
  return guard(result, nullptr, [&](floe::DiagnosticSink&) -> floe::Result<floe::run::Answer> {
    if (context == nullptr) return floe::fail(floe::ErrorCode::kInvalidArgument, "the out parameter is NULL");
    auto parsed = FLOE_TRY(floe::abi::parse_context_options({options, length}));
    *context = new floe_context(std::move(parsed));
    return floe::run::Answer{};
  });
}

void floe_context_on_event(floe_context* context, floe_event_callback callback, void* arg) {
  if (callback == nullptr) return context->context->on_event({});
  context->context->on_event([callback, arg](std::string_view event) {
    try {
      callback(arg, event.data(), event.size());
    } catch (...) {  // a C++ embedder broke its promise; on a thread of the run nobody could take it
      return;
    }
  });
}

void floe_context_cancel(floe_context* context) { context->context->cancel_source().cancel(); }

floe_status floe_context_set_cancel(floe_context* context, const floe_cancel* cancel) {
  try {
    if (!context->context->begin_verb()) return FLOE_INVALID_STATE;
    context->context->set_cancel_source(cancel == nullptr ? floe::CancelSource() : cancel->source);
    context->context->end_verb();
    return FLOE_OK;
  } catch (...) {
    return FLOE_EXHAUSTED;
  }
}

void floe_context_destroy(floe_context* context) {
  if (context == nullptr) return;
  context->context->on_event({});  // streams that live on have nobody to tell
  delete context;
}

floe_cancel* floe_cancel_new(void) {
  try {
    return new floe_cancel();
  } catch (...) {
    return nullptr;
  }
}

void floe_cancel_request(floe_cancel* cancel) { cancel->source.cancel(); }

int32_t floe_cancel_is_requested(const floe_cancel* cancel) { return cancel->source.is_cancelled() ? 1 : 0; }

void floe_cancel_free(floe_cancel* cancel) { delete cancel; }

const char* floe_verbs(size_t* length) {
  try {
    const std::string& verbs = floe::run::verbs_json();
    if (length != nullptr) *length = verbs.size();
    return verbs.c_str();
  } catch (...) {  // no memory
    if (length != nullptr) *length = 0;
    return "";
  }
}

floe_status floe_context_call(floe_context* context, const char* verb, const char* request, size_t length,
                              floe_result** result) {
  return call_verb(context, verb == nullptr ? "" : verb, {request, length}, result);
}

floe_status floe_show_stream(floe_context* context, const char* request, size_t length, struct ArrowArrayStream* rows,
                             floe_result** result) {
  if (rows == nullptr)
    return refuse(result, floe::fail(floe::ErrorCode::kInvalidArgument, "the out parameter is NULL"));
  rows->release = nullptr;
  const auto made = std::make_shared<floe::ArrowStream>();
  const floe_status status = call_verb(context, "show", {request, length}, result,
                                       [made](floe::run::Context& opened, const floe::json::object& object,
                                              floe::DiagnosticSink& sink) -> floe::Result<floe::run::Answer> {
                                         *made = FLOE_TRY(floe::run::show_rows(opened, object, sink));
                                         return floe::run::Answer{};
                                       });
  if (status == FLOE_OK) made->move_to(rows);
  return status;
}

floe_status floe_plugin_call(floe_context* context, const char* request, size_t length,
                             struct ArrowArrayStream* rows_in, struct ArrowArrayStream* rows_out,
                             floe_result** result) {
  const auto given = std::make_shared<floe::ArrowStream>(rows_in);
  const auto made = std::make_shared<floe::ArrowStream>();
  if (rows_out != nullptr) rows_out->release = nullptr;
  const floe_status status = call_verb(
      context, "plugin call", {request, length}, result,
      [given, made, has_rows = rows_out != nullptr](floe::run::Context& opened, const floe::json::object& object,
                                                    floe::DiagnosticSink& /*sink*/) -> floe::Result<floe::run::Answer> {
        return floe::run::call_plugin(opened, object, std::move(*given), has_rows ? made.get() : nullptr);
      });
  if (status == FLOE_OK && made->has_value()) made->move_to(rows_out);
  return status;
}
