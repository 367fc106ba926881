// floe/floe.hpp: floe.h for C++17, header-only. Owners instead of free functions, exceptions instead of statuses.
// Nothing here is part of the ABI: it lives in an inline namespace, and two programs built with different copies share
// nothing.
//
//   floe::Project project(R"({"project_dir": "shop"})");
//   project.on_event([](std::string_view event) { std::clog << event << '\n'; });
//   floe::Answer ran = project.run(R"({"select": ["orders+"]})");  // throws floe::Failure
//   floe::ArrowStream rows = project.rows(R"({"name": "orders", "limit": -1})");
//
// Requests and answers are JSON text; docs/reference/embedding.md has every key.
#pragma once

#include "floe/arrow.hpp"
#include "floe/floe.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace floe {
inline namespace v1 {

// What a verb answered. Copies share it; texts live as long as one of them.
class Answer {
 public:
  // Takes over a result that is not NULL.
  explicit Answer(floe_result* result) : result_(result, floe_result_free) {}

  // The answer, one JSON object.
  [[nodiscard]] std::string_view json() const { return read(floe_result_json); }

  // Findings: {"version", "diagnostics", "summary"}.
  [[nodiscard]] std::string_view diagnostics() const { return read(floe_result_diagnostics); }

  // The findings for people, as the command prints them. format: full, concise, json, sarif, github or junit.
  [[nodiscard]] std::string render(const char* format = "full", bool color = false) const {
    std::size_t length = 0;
    const char* rendered = floe_result_render(result_.get(), format, color ? 1 : 0, &length);
    return std::string(rendered, length);
  }

  // The answer as the command prints it. part: answer, summary or junit; style: FLOE_TEXT_* flags.
  [[nodiscard]] std::string text(const char* part = "answer", std::int32_t style = 0) const {
    std::size_t length = 0;
    const char* shown = floe_result_text(result_.get(), part, style, &length);
    return std::string(shown, length);
  }

  // What the `floe` command exits with: 0, or 1 when a node or a test failed.
  [[nodiscard]] int exit_code() const { return floe_result_exit_code(result_.get()); }

  [[nodiscard]] bool success() const { return exit_code() == 0; }

  [[nodiscard]] const floe_result* raw() const { return result_.get(); }

 private:
  using Getter = const char* (*)(const floe_result*, std::size_t*);

  [[nodiscard]] std::string_view read(Getter getter) const {
    std::size_t length = 0;
    const char* data = getter(result_.get(), &length);
    return std::string_view(data, length);
  }

  std::shared_ptr<floe_result> result_;
};

// A verb that has no answer. what() is the message.
class Failure : public std::runtime_error {
 public:
  explicit Failure(Answer answer) : std::runtime_error(floe_result_message(answer.raw())), answer_(std::move(answer)) {}

  [[nodiscard]] floe_status status() const noexcept { return floe_result_status(answer_.raw()); }

  // "not_found"; static storage.
  [[nodiscard]] const char* name() const noexcept { return floe_status_name(status()); }

  // What else is known, as a JSON object.
  [[nodiscard]] std::string_view details() const {
    std::size_t length = 0;
    const char* data = floe_result_details(answer_.raw(), &length);
    return std::string_view(data, length);
  }

  // Findings, exit code, and what was done until the error.
  [[nodiscard]] const Answer& answer() const noexcept { return answer_; }

 private:
  Answer answer_;
};

// A request to stop, for any number of projects; used once. Any thread, but no signal handler. Movable.
class CancelToken {
 public:
  CancelToken() : cancel_(floe_cancel_new()) {
    if (cancel_ == nullptr) throw std::bad_alloc();
  }

  void request() { floe_cancel_request(cancel_.get()); }

  [[nodiscard]] bool is_requested() const { return floe_cancel_is_requested(cancel_.get()) != 0; }

  [[nodiscard]] const floe_cancel* raw() const { return cancel_.get(); }

 private:
  struct Free {
    void operator()(floe_cancel* cancel) const noexcept { floe_cancel_free(cancel); }
  };

  std::unique_ptr<floe_cancel, Free> cancel_;
};

// What a method of a plugin returned: its values as JSON, its rows apart (empty when it has none).
struct PluginAnswer {
  Answer values;
  ArrowStream rows;
};

// One project: a floe_context. One verb at a time, on any thread; cancel() from any thread at any time. Movable.
// Streams outlive it.
class Project {
 public:
  // A JSON object; not to be kept after the call.
  using Listener = std::function<void(std::string_view event)>;

  explicit Project(std::string_view options = "{}") {
    floe_context* context = nullptr;
    floe_result* result = nullptr;
    const floe_status status = floe_context_create(options.data(), options.size(), &context, &result);
    static_cast<void>(checked(status, result));
    context_.reset(context);
  }

  Project(Project&&) noexcept = default;
  Project& operator=(Project&&) = delete;  // would end the listener before the context that calls it

  // Logs, progress and node records, on any thread, one at a time. The listener returns soon and throws nothing; it may
  // cancel, but call no verb. nullptr = nobody. Not while a verb runs.
  void on_event(Listener listener) {
    auto kept = listener ? std::make_unique<Listener>(std::move(listener)) : nullptr;
    floe_context_on_event(context_.get(), kept == nullptr ? nullptr : &Project::hear, kept.get());
    listener_ = std::move(kept);
  }

  // Ends the running verb and all later ones with FLOE_CANCELLED, until another token is watched.
  void cancel() { floe_context_cancel(context_.get()); }

  // Later verbs watch `token`, which need not outlive them. Not while a verb runs.
  void watch(const CancelToken& token) { set_token(token.raw()); }

  // Later verbs watch a fresh token: what was cancelled works again.
  void reset_cancel() { set_token(nullptr); }

  // Runs the verb of that name: "run", "platform diff". docs/reference/verbs.md has all of them.
  Answer call(const char* verb, std::string_view request = "{}") {
    floe_result* result = nullptr;
    const floe_status status = floe_context_call(context_.get(), verb, request.data(), request.size(), &result);
    return checked(status, result);
  }

  // The rows of show.
  ArrowStream rows(std::string_view request) {
    ArrowStream out;
    floe_result* result = nullptr;
    const floe_status status = floe_show_stream(context_.get(), request.data(), request.size(), out.get(), &result);
    static_cast<void>(checked(status, result));
    return out;
  }

  // {"plugin", "config", "method", "arguments"}; `rows_in` for a method that takes rows.
  PluginAnswer plugin_call(std::string_view request, ArrowStream rows_in = ArrowStream()) {
    ArrowStream out;
    floe_result* result = nullptr;
    const floe_status status = floe_plugin_call(context_.get(), request.data(), request.size(),
                                                rows_in.has_value() ? rows_in.get() : nullptr, out.get(), &result);
    return PluginAnswer{checked(status, result), std::move(out)};
  }

  // For functions of floe.h that have no member here.
  [[nodiscard]] floe_context* raw() const { return context_.get(); }

 private:
  struct Destroy {
    void operator()(floe_context* context) const noexcept { floe_context_destroy(context); }
  };

  static void FLOE_CALL hear(void* listener, const char* event, std::size_t length) {
    (*static_cast<Listener*>(listener))(std::string_view(event, length));
  }

  static Answer checked(floe_status status, floe_result* result) {
    if (result == nullptr) throw std::bad_alloc();
    Answer answer(result);
    if (status != FLOE_OK) throw Failure(std::move(answer));
    return answer;
  }

  void set_token(const floe_cancel* token) {
    const floe_status status = floe_context_set_cancel(context_.get(), token);
    if (status == FLOE_INVALID_STATE) throw std::logic_error("a verb is running");
    if (status != FLOE_OK) throw std::bad_alloc();
  }

  std::unique_ptr<Listener> listener_;  // ends after the context that calls it
  std::unique_ptr<floe_context, Destroy> context_;
};

}  // namespace v1
}  // namespace floe
