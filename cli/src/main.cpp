// floe: parse arguments, call one function of floe.h, render its answer.
#include "arguments.hpp"
#include "failure_answer.hpp"
#include "file_watch.hpp"
#include "init_prompts.hpp"
#include "interrupt_guard.hpp"
#include "kept_streams.hpp"
#include "progress_display.hpp"
#include "register_prompt.hpp"
#include "unexpected_end.hpp"

#include "base/diagnostics/render.hpp"
#include "base/json/json.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"
#include "floe/floe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <signal.h>
#include <unistd.h>
#include <utility>

namespace floe::cli {
namespace {

constexpr int kDeclinedExitCode = 1;  // as of what is left to be decided
constexpr int kFailedExitCode = 2;
constexpr int kInterruptedExitCode = 130;

struct ResultFree {
  void operator()(floe_result* result) const { floe_result_free(result); }
};

struct ContextFree {
  void operator()(floe_context* context) const { floe_context_destroy(context); }
};

using ResultPtr = std::unique_ptr<floe_result, ResultFree>;

bool wants_color(const GlobalOptions& options, int descriptor = message_descriptor()) {
  if (options.color != ColorChoice::kAuto) return options.color == ColorChoice::kAlways;
  if (std::getenv("NO_COLOR") != nullptr) return false;
  const char* force = std::getenv("CLICOLOR_FORCE");
  if (force != nullptr && std::strcmp(force, "0") != 0) return true;
  return ::isatty(descriptor) != 0;
}

std::string context_options(const GlobalOptions& options) {
  json::object out{{"plugin_roots", json::value_from(options.plugin_roots)}};
  const auto add = [&](std::string_view key, const std::optional<std::string>& given) {
    if (given) out[key] = *given;
  };
  add("project_dir", options.directory);
  add("env", options.environment);
  add("platform_config", options.platform_config);
  add("plugin_trace", options.plugin_trace);
  return to_json(out);
}

// False when they did not arrive.
bool print_findings(floe_result* result, const GlobalOptions& options) {
  std::size_t length = 0;
  std::fflush(answer_stream());  // what was printed before stays before, also in one pipe
  const char* text = floe_result_render(result, options.error_format.c_str(), wants_color(options) ? 1 : 0, &length);
  return length == 0 || write_messages({text, length}, printed_kind(options.error_format));
}

// What was asked for must arrive: `exit_code`, or that of answers that cannot be written.
int checked_answers(int exit_code) {
  const std::string why = lost_answers();
  if (why.empty()) return exit_code;
  print_to(message_stream(), fmt::format("error[FLOE-E0802]: cannot write to standard output: {}\n", why));
  return kFailedExitCode;
}

// Findings that did not arrive are no verdict: `exit_code`, or that of a command that failed.
int told_exit_code(int exit_code, bool has_told) {
  return has_told || exit_code == kInterruptedExitCode ? exit_code : kFailedExitCode;
}

std::string_view findings_json(floe_result* result) {
  std::size_t length = 0;
  const char* findings = floe_result_diagnostics(result, &length);
  return {findings, length};
}

std::string_view answer_json(floe_result* result) {
  std::size_t length = 0;
  const char* answer = floe_result_json(result, &length);
  return {answer, length};
}

void print_failure(int exit_code, std::string_view findings) {
  print_to(answer_stream(), fmt::format("{}\n", failure_answer(exit_code, findings)), Printed::kJson);
}

void print_text(floe_result* result, const char* part, int32_t style) {
  std::size_t length = 0;
  const char* text = floe_result_text(result, part, style, &length);
  print_to(answer_stream(), {text, length});
}

void print_answer(floe_result* result, const Invocation& invocation) {
  const std::string_view answer = answer_json(result);
  if (invocation.global.output == "json") {
    if (answer == "{}" && floe_result_status(result) != FLOE_OK) {
      print_failure(floe_result_exit_code(result), findings_json(result));
      return;
    }
    print_to(answer_stream(), answer, Printed::kJson);
    print_to(answer_stream(), "\n");
    return;
  }
  int32_t style = ::isatty(answer_descriptor()) == 0 ? FLOE_TEXT_WHOLE_CELLS : 0;
  if (wants_color(invocation.global, answer_descriptor())) style |= FLOE_TEXT_COLOR;
  const bool is_junit = invocation.global.output == "junit";
  print_text(result, is_junit ? "junit" : "answer", style);
  if (!is_junit && invocation.global.verbosity >= 0) print_text(result, "summary", style);
}

// One compile of `floe compile --watch`.
struct Round {
  FileWatch& watch;
  std::string cause;  // what changed
};

// Who hears the events of a verb.
struct Listener {
  ProgressDisplay& display;
  const Round* round;

  void hear(std::string_view text) const {
    if (round == nullptr) return display.on_event(text);
    const auto event = parse_json_object(text);
    const std::string kind = event ? get_string_or(*event, "event", "") : "";
    if (kind == "inputs") {
      std::vector<std::string> files;
      for (const json::value& file : event->at("files").as_array())
        files.emplace_back(to_view(file.as_string()));
      round->watch.add(get_string_or(*event, "root", ""), files);
    } else if (kind != "compile_step") {
      display.on_event(text);
    }
  }
};

void print_round(floe_result* result, const std::string& cause) {
  std::size_t length = 0;
  const char* text = floe_result_json(result, &length);
  const auto answer = parse_json_object({text, length});
  if (answer && floe_result_exit_code(result) == 0) {
    print_to(answer_stream(),
             fmt::format("{}: ok, {}\n", cause, text::counted(get_int(*answer, "models").value_or(0), "model")));
    return;
  }
  const auto findings = parse_json_object(findings_json(result));
  const json::object* summary = findings ? get_object(*findings, "summary") : nullptr;
  const std::int64_t errors = summary == nullptr ? 1 : get_int(*summary, "errors").value_or(1);
  print_to(answer_stream(), fmt::format("{}: {}\n", cause, text::counted(errors, "error")));
}

// The plugins that do not answer, one line each.
void print_running_calls() {
  std::string lines(std::size_t{16} * 1024, '\0');
  lines.resize(std::min(floe_running_calls(lines.data(), lines.size()), lines.size() - 1));
  for (const std::string_view line : text::split(lines, '\n')) {
    if (!line.empty())
      print_to(message_stream(), fmt::format("interrupted: {} did not return\n", text::printable(line)));
  }
}

// `answer`: gets the JSON of the answer when it is not null.
int run_verb(const Invocation& invocation, const Round* round = nullptr, std::string* answer = nullptr) {
  const ExitWatch exit_watch;
  const GlobalOptions& options = invocation.global;
  const std::string context_json = context_options(options);
  floe_context* raw_context = nullptr;
  floe_result* raw_result = nullptr;
  floe_context_create(context_json.data(), context_json.size(), &raw_context, &raw_result);
  const std::unique_ptr<floe_context, ContextFree> context(raw_context);
  ResultPtr result(raw_result);
  if (context == nullptr) {
    const bool has_told_why = print_findings(result.get(), options);
    if (options.output == "json") print_failure(floe_result_exit_code(result.get()), findings_json(result.get()));
    return told_exit_code(floe_result_exit_code(result.get()), has_told_why);
  }
  ProgressDisplay display(options, invocation.verb == "compile", ::isatty(message_descriptor()) != 0,
                          wants_color(options));
  Listener listener{display, round};
  floe_context_on_event(
      context.get(),
      [](void* arg, const char* event, size_t length) { static_cast<Listener*>(arg)->hear({event, length}); },
      &listener);
  bool is_interrupted = false;
  {
    InterruptGuard guard(context.get(), [&display, &options] {
      display.finish();
      for (const std::string& node : display.running()) {
        print_to(message_stream(), fmt::format("interrupted: `{}` did not stop in time and was abandoned\n", node));
      }
      print_running_calls();
      if (options.output == "json") print_failure(kInterruptedExitCode, "{}");
      std::fflush(nullptr);
    });
    raw_result = nullptr;
    floe_context_call(context.get(), invocation.verb.c_str(), invocation.request.data(), invocation.request.size(),
                      &raw_result);
    result.reset(raw_result);
    is_interrupted = guard.interrupted();
  }
  display.finish();
  if (answer != nullptr) *answer = answer_json(result.get());
  const bool has_told = print_findings(result.get(), options);
  if (round != nullptr && options.output != "json") {
    print_round(result.get(), round->cause);
  } else {
    print_answer(result.get(), invocation);
  }
  // The signal may have come when the verb was done already: it ends the rounds all the same.
  if (round != nullptr && is_interrupted) return kInterruptedExitCode;
  const int exit_code = floe_result_exit_code(result.get());
  return checked_answers(told_exit_code(exit_code, has_told));
}

// Compiles again whenever a file changes, until it is interrupted. Without a project there is nothing to wait for.
int watch_compile(const Invocation& invocation) {
  FileWatch watch;
  Round round{watch, "start"};
  while (true) {
    const int exit_code = run_verb(invocation, &round);
    if (exit_code == kInterruptedExitCode || !watch.has_root()) return exit_code;
    auto changed = watch.wait();
    if (!changed) {
      print_to(message_stream(), fmt::format("error[FLOE-E0802]: {}\n", changed.error().to_string()));
      return kFailedExitCode;
    }
    if (!*changed) return kInterruptedExitCode;
    round.cause = text::printable(**changed);
  }
}

bool can_ask(const Invocation& invocation) {
  return invocation.global.output == "text" && ::isatty(STDIN_FILENO) != 0 && ::isatty(answer_descriptor()) != 0;
}

int refuse_without_agreement(const GlobalOptions& options) {
  const Diagnostic finding =
      error_diagnostic("FLOE-E0001", "bad-request",
                       "`floe table register --scan` asks before it registers, and there is no terminal to ask at")
          .help("add `--yes` to register without a question, or `--dry-run` to see what it would register");
  const RenderOptions rendering{
      parse_diagnostic_format(options.error_format).value_or(DiagnosticFormat::kFull), wants_color(options), {}, {}};
  print_to(message_stream(), render_diagnostics({finding}, rendering), printed_kind(options.error_format));
  if (options.output == "json") print_failure(kFailedExitCode, diagnostics_to_json({finding}));
  return kFailedExitCode;
}

Agreement ask_to_register(const std::string& answer) {
  const QuestionGuard guard;
  return ask_agreement(answer, std::cin, std::cerr);
}

// Shows what a scan would register, asks, and registers it.
int register_by_agreement(Invocation invocation) {
  if (!can_ask(invocation)) return refuse_without_agreement(invocation.global);
  const std::string request = std::exchange(invocation.request, as_dry_run(invocation.request));
  std::string answer;
  const int exit_code = run_verb(invocation, nullptr, &answer);
  if (exit_code != 0) return exit_code;
  const Agreement agreement = ask_to_register(answer);
  if (agreement != Agreement::kAgreed) return agreement == Agreement::kDeclined ? kDeclinedExitCode : 0;
  invocation.request = request;
  return run_verb(invocation);
}

int execute(const Invocation& invocation) {
  if (invocation.watches) return watch_compile(invocation);
  if (needs_agreement(invocation.verb, invocation.request)) return register_by_agreement(invocation);
  return run_verb(invocation);
}

}  // namespace
}  // namespace floe::cli

int main(int argc, char** argv) {
  floe::cli::open_closed_streams();
  // Answered before anything is set up: scripts ask for it often.
  if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
    std::printf("floe %s\n", floe_version());
    return floe::cli::checked_answers(0);
  }
  // A file-size limit is an error of that write, not the end of the process.
  ::signal(SIGXFSZ, SIG_IGN);
  try {
    const floe::cli::ParsedArguments arguments = floe::cli::parse_arguments(argc, argv);
    if (!arguments.invocation) return floe::cli::checked_answers(arguments.exit_code);
    floe::cli::Invocation invocation = *arguments.invocation;
    // A person at a terminal is asked; a script says it all by flags.
    if (invocation.verb == "init" && floe::cli::can_ask(invocation))
      invocation.request = floe::cli::ask_for_product(invocation.request, std::cin, std::cout);
    floe::cli::keep_streams_apart();
    floe::cli::watch_for_crashes(invocation.global);
    const int exit_code = floe::cli::execute(invocation);
    {
      const floe::cli::ExitWatch exit_watch;
      floe_shutdown_plugins();
    }
    // Static objects of plugins do not get a say: the answer is written.
    floe::cli::end_process(exit_code);
  } catch (const std::exception& error) {
    floe::cli::print_to(
        floe::cli::message_stream(),
        fmt::format(
            "error[FLOE-E0901]: floe {} failed unexpectedly: {}\n  = help: report it with the command you ran\n",
            floe_version(), error.what()));
    return 2;
  }
}
