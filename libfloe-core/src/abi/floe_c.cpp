// The exported functions of floe.h: each is one guarded call. Those of tables are in table_c.cpp.
#include "abi/call_verb.hpp"
#include "abi/render_result.hpp"
#include "engine/compiled_project.hpp"
#include "plugin/leaveable_thread.hpp"
#include "secrets/project_secrets.hpp"
#include "secrets/secret_scan.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"
#include "base/json/error_document.hpp"
#include "base/json/json.hpp"
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
  std::string message;
  std::string details = "{}";
  std::string json = "{}";
  std::vector<floe::Diagnostic> diagnostics;
  std::string diagnostics_json;
  std::string rendered;
  std::string directory;  // spans are relative to it
};

namespace floe::abi {
namespace {

constexpr int kFindings = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;

int exit_code_of(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return kInterrupted;
  return error.code == ErrorCode::kData ? kFindings : kUsage;
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
  for (const char* own : {"floe.answer", "floe.diagnostics"})
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

// Whatever a plugin or an engine wrote into a message or an answer, no secret that was read leaves in it.
void redact(floe_result& result, const run::Context& context) {
  const auto mask = [&](std::string& text) { text = policy::mask_known_secrets(context.redact(text)); };
  mask(result.message);
  result.json = context.redact_json(result.json);
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
  Status written = context.audit().finish(answer ? answer->exit_code : exit_code_of(answer.error()), codes);
  if (written) return answer;
  if (!answer) {
    run::report_findings(written.error(), sink);
    return answer;
  }
  return std::move(written).error().with_detail("floe.answer", answer->json);
}

// What a verb gets: the context and the request, both checked. It owns whatever else it uses, for it may be left
// behind.
using VerbBody =
    std::function<Result<run::Answer>(run::Context& context, const json::object& request, DiagnosticSink& sink)>;

floe_status refuse(floe_result** result, ErrorCode code, const char* why) noexcept {
  return guard(result, nullptr, [&](DiagnosticSink&) -> Result<run::Answer> { return fail(code, why); });
}

// On the thread of the verbs.
floe_status answer_verb(run::Context& context, const char* command, const std::string& request, const VerbBody& body,
                        floe_result** result) noexcept {
  return guard(result, &context, [&](DiagnosticSink& sink) -> Result<run::Answer> {
    const json::object object = FLOE_TRY(parse_json_object(request));
    context.audit().begin(command, context.options().environment);
    return audited(context, caught([&] { return body(context, object, sink); }), sink);
  });
}

struct Outcome {
  ~Outcome() { delete result; }

  floe_result* result = nullptr;
};

// Runs a verb on the context's thread. After a cancel it is left there when a plugin does not return; the context is of
// no more use then. `command` as people type it.
floe_status run_verb(floe_context& handle, const char* command, std::string request, VerbBody body,
                     floe_result** result) {
  const std::shared_ptr<run::Context> context = handle.context;
  if (!handle.thread) handle.thread.emplace();
  const auto outcome = std::make_shared<Outcome>();
  const auto left = handle.thread->run([context, command, request = std::move(request), body = std::move(body),
                                        outcome] { answer_verb(*context, command, request, body, &outcome->result); },
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

floe_status with_request(floe_context* context, const char* command, const char* request, size_t length,
                         floe_result** result, VerbBody body) noexcept {
  if (result != nullptr) *result = nullptr;
  try {
    if (context == nullptr) return refuse(result, ErrorCode::kInvalidArgument, "the context is NULL");
    if (context->context->is_left()) {
      return refuse(result, ErrorCode::kInvalidState,
                    "a plugin did not return from a call of the context: destroy it and make another one");
    }
    if (!context->context->begin_verb()) {
      return refuse(result, ErrorCode::kInvalidState, "the context is running a verb already");
    }
    return run_verb(*context, command, length == 0 ? "{}" : std::string(request, length), std::move(body), result);
  } catch (...) {  // no memory, no thread
    return FLOE_EXHAUSTED;
  }
}

}  // namespace

floe_status call_verb(floe_context* context, const char* command, const char* request, size_t length,
                      floe_result** result, run::Verb verb) noexcept {
  return with_request(context, command, request, length, result, verb);
}

namespace {

Result<std::string> absolute_directory(const std::string& directory, io::FileSystem& files) {
  const std::string wanted = directory.empty() ? "." : directory;
  auto canonical = files.canonical(wanted);
  if (!canonical) return failf(ErrorCode::kInvalidArgument, "directory `{}` does not exist", wanted);
  return canonical;
}

Result<run::ContextOptions> parse_context_options(std::string_view text) {
  const json::object object = FLOE_TRY(parse_json_object(text.empty() ? "{}" : text));
  run::ContextOptions options;
  const auto files = io::make_disk_file_system();
  options.directory = FLOE_TRY(absolute_directory(get_string_or(object, "project_dir", ""), *files));
  options.environment = get_string_or(object, "env", "");
  options.platform_config = get_string_or(object, "platform_config", "");
  options.plugin_trace = get_string_or(object, "plugin_trace", "");
  if (const json::array* roots = get_array(object, "plugin_roots")) {
    for (const json::value& root : *roots) {
      if (!root.is_string()) return fail(ErrorCode::kInvalidArgument, "`plugin_roots` must be a list of texts");
      // As a path given to a command that was started there.
      const std::string path(to_view(root.get_string()));
      options.plugin_roots.push_back(io::is_absolute_path(path) ? path : io::join_path(options.directory, path));
    }
  }
  return options;
}

}  // namespace
}  // namespace floe::abi

using floe::abi::call_verb;
using floe::abi::guard;
using floe::abi::with_request;

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
    result->rendered =
        floe::abi::render_result({name, color != 0, result->directory, result->json, result->diagnostics});
  } catch (...) {
    result->rendered.clear();
  }
  if (length != nullptr) *length = result->rendered.size();
  return result->rendered.c_str();
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

floe_status floe_compile(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "compile", request, length, result, floe::run::compile_verb);
}

floe_status floe_run(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "run", request, length, result, floe::run::run_verb);
}

floe_status floe_ingest(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "ingest", request, length, result, floe::run::ingest_verb);
}

floe_status floe_test(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "test", request, length, result, floe::run::test_verb);
}

floe_status floe_dbt(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "dbt", request, length, result, floe::run::dbt_verb);
}

floe_status floe_show(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "show", request, length, result, floe::run::show_verb);
}

floe_status floe_show_stream(floe_context* context, const char* request, size_t length, struct ArrowArrayStream* rows,
                             floe_result** result) {
  if (rows != nullptr) rows->release = nullptr;
  const auto made = std::make_shared<floe::ArrowStream>();
  const floe_status status =
      with_request(context, "show", request, length, result,
                   [made, has_rows = rows != nullptr](floe::run::Context& opened, const floe::json::object& object,
                                                      floe::DiagnosticSink& sink) -> floe::Result<floe::run::Answer> {
                     if (!has_rows) return floe::fail(floe::ErrorCode::kInvalidArgument, "the out parameter is NULL");
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
  const floe_status status = with_request(
      context, "plugin call", request, length, result,
      [given, made, has_rows = rows_out != nullptr](floe::run::Context& opened, const floe::json::object& object,
                                                    floe::DiagnosticSink& /*sink*/) -> floe::Result<floe::run::Answer> {
        return floe::run::plugin_call_verb(opened, object, std::move(*given), has_rows ? made.get() : nullptr);
      });
  if (status == FLOE_OK && made->has_value()) made->move_to(rows_out);
  return status;
}

floe_status floe_plugin_list(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "plugin list", request, length, result, floe::run::plugin_list_verb);
}

floe_status floe_plugin_show(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "plugin show", request, length, result, floe::run::plugin_show_verb);
}

floe_status floe_plugin_trace(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "plugin trace", request, length, result, floe::run::plugin_trace_verb);
}

floe_status floe_plugin_why(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "plugin why", request, length, result, floe::run::plugin_why_verb);
}

floe_status floe_plugin_new(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "plugin new", request, length, result, floe::run::plugin_new_verb);
}

floe_status floe_platform_compile(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "platform compile", request, length, result, floe::run::platform_compile_verb);
}

floe_status floe_platform_test(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "platform test", request, length, result, floe::run::platform_test_verb);
}

floe_status floe_platform_diff(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "platform diff", request, length, result, floe::run::platform_diff_verb);
}

floe_status floe_platform_show(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "platform show", request, length, result, floe::run::platform_show_verb);
}

floe_status floe_governance_report(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "governance report", request, length, result, floe::run::governance_report_verb);
}

floe_status floe_init(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "init", request, length, result, floe::run::init_verb);
}

floe_status floe_doctor(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "doctor", request, length, result, floe::run::doctor_verb);
}

floe_status floe_explain(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "explain", request, length, result, floe::run::explain_verb);
}

floe_status floe_docs_build(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "docs build", request, length, result, floe::run::docs_build_verb);
}

floe_status floe_lineage(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "lineage", request, length, result, floe::run::lineage_verb);
}

floe_status floe_schema(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "schema", request, length, result, floe::run::schema_verb);
}

floe_status floe_plugin_check(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "plugin check", request, length, result, floe::run::plugin_check_verb);
}

floe_status floe_contract_validate(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "contract validate", request, length, result, floe::run::contract_validate_verb);
}

floe_status floe_contract_diff(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "contract diff", request, length, result, floe::run::contract_diff_verb);
}

floe_status floe_contract_generate(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "contract generate", request, length, result, floe::run::contract_generate_verb);
}

floe_status floe_contract_drift(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "contract drift", request, length, result, floe::run::contract_drift_verb);
}

floe_status floe_contract_check(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "contract check", request, length, result, floe::run::contract_check_verb);
}

floe_status floe_product_list(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "product list", request, length, result, floe::run::product_list_verb);
}

floe_status floe_product_show(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "product show", request, length, result, floe::run::product_show_verb);
}

floe_status floe_product_graph(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "product graph", request, length, result, floe::run::product_graph_verb);
}

floe_status floe_product_register(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "product register", request, length, result, floe::run::product_register_verb);
}
