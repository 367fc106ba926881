#include "unexpected_end.hpp"

#include "kept_streams.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"
#include "floe/floe.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string_view>
#include <ucontext.h>
#include <unistd.h>

namespace floe::cli {
namespace {

constexpr int kFailedExitCode = 2;

struct Finding {
  std::string_view code;
  std::string_view name;
};

constexpr Finding kFinding{"FLOE-E0437", "plugin-ended-process"};
constexpr std::string_view kHelp =
    "`floe plugin check DIRECTORY` tries a plugin in processes of its own; tell its vendor, or choose another one";

struct NamedSignal {
  int number;
  std::string_view name;
};

// What a crash raises, and what ends a process by default although nobody asked for it.
constexpr std::array kCrashes{
    NamedSignal{SIGSEGV, "SIGSEGV"}, NamedSignal{SIGBUS, "SIGBUS"},   NamedSignal{SIGABRT, "SIGABRT"},
    NamedSignal{SIGFPE, "SIGFPE"},   NamedSignal{SIGILL, "SIGILL"},   NamedSignal{SIGTRAP, "SIGTRAP"},
    NamedSignal{SIGSYS, "SIGSYS"},   NamedSignal{SIGALRM, "SIGALRM"},
};

std::atomic<bool> answers_json{false};
std::atomic<bool> finds_in_json{false};
std::atomic<bool> is_watching_exit{false};
pid_t own_process = 0;  // a forked child ends without a word of ours

// Text on the stack of a handler, which may not allocate; cut where it is full.
class HandlerText {
 public:
  HandlerText& operator<<(std::string_view piece) {
    const std::size_t fits = std::min(piece.size(), text_.size() - length_);
    std::memcpy(text_.data() + length_, piece.data(), fits);
    length_ += fits;
    return *this;
  }

  // What `fill(text, capacity)` writes, and whether it wrote anything. Names of plugins and paths are text of others.
  template <class Fill>
  bool take(Fill&& fill) {
    const std::size_t room = text_.size() - length_;
    const std::size_t length = fill(text_.data() + length_, room);
    const std::size_t begin = length_;
    length_ += std::min(length, room == 0 ? 0 : room - 1);
    hide_from(begin);
    return length > 0;
  }

  [[nodiscard]] std::string_view view() const { return {text_.data(), length_}; }

 private:
  // text::printable() needs memory: here each byte of what is hidden becomes a question mark.
  void hide_from(std::size_t position) {
    while (position < length_) {
      const std::size_t begin = position;
      const char32_t code_point = text::next_code_point(view(), &position);
      if (code_point != U'\n' && text::is_hidden(code_point)) std::fill_n(text_.begin() + begin, position - begin, '?');
    }
  }

  std::array<char, 4096> text_{};
  std::size_t length_ = 0;
};

void write_to(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void append_json(HandlerText& out, std::string_view text) {
  for (const char& c : text) {
    if (c == '"' || c == '\\') out << "\\";
    out << (static_cast<unsigned char>(c) < 0x20 ? std::string_view(" ") : std::string_view(&c, 1));
  }
}

void append_finding(HandlerText& out, std::string_view message) {
  out << R"("diagnostics":[{"code":")" << kFinding.code << R"(","name":")" << kFinding.name
      << R"(","severity":"error","message":")";
  append_json(out, message);
  out << R"(","labels":[],"notes":[],"helps":[{"text":")" << kHelp << R"("}],"fix":null,"address":null}])";
}

// As failure_answer() writes it.
void answer_failure(std::string_view message, std::string_view exit_code) {
  HandlerText out;
  out << R"({"success":false,"exit_code":)" << exit_code << ",";
  append_finding(out, message);
  out << "}\n";
  write_to(answer_descriptor(), out.view());
}

std::string_view take_line(std::string_view& lines) {
  const std::size_t end = std::min(lines.find('\n'), lines.size());
  const std::string_view line = lines.substr(0, end);
  lines.remove_prefix(std::min(end + 1, lines.size()));
  return line;
}

// What runs on other threads, a note for each.
void add_running(HandlerText& notes) {
  HandlerText here;
  HandlerText all;
  here.take(floe_running_call);
  all.take(floe_running_calls);
  for (std::string_view lines = all.view(); !lines.empty();) {
    const std::string_view line = take_line(lines);
    if (line != here.view()) notes << "  = note: running was " << line << "\n";
  }
}

// What else can be the reason: memory that a plugin damaged shows late, and elsewhere.
void add_suspects(HandlerText& notes) {
  add_running(notes);
  HandlerText loaded;
  if (!loaded.take(floe_loaded_plugins)) return;
  notes << "  = note: in the process, where each can damage memory: ";
  for (std::string_view lines = loaded.view(); !lines.empty();) {
    const std::string_view line = take_line(lines);
    notes << line.substr(0, line.rfind(" (")) << (lines.empty() ? "\n" : ", ");
  }
}

// The finding goes out before the notes, which read more of a memory that may be damaged.
void tell(const HandlerText& message, std::string_view exit_code) {
  HandlerText finding;
  if (finds_in_json) {
    finding << R"({"version":1,)";
    append_finding(finding, message.view());
    finding << R"(,"summary":{"errors":1,"warnings":0}})"
            << "\n";
    write_to(message_descriptor(), finding.view());
  } else {
    finding << "error[" << kFinding.code << "]: " << message.view() << "\n";
    write_to(message_descriptor(), finding.view());
    HandlerText notes;
    add_suspects(notes);
    notes << "  = help: " << kHelp << "\n";
    write_to(message_descriptor(), notes.view());
  }
  if (answers_json) answer_failure(message.view(), exit_code);
}

const void* failed_instruction(const void* context) {
#if defined(__x86_64__)
  const auto address = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
  return reinterpret_cast<const void*>(address);  // NOLINT(performance-no-int-to-ptr): registers are numbers
#elif defined(__aarch64__)
  return reinterpret_cast<const void*>(static_cast<const ucontext_t*>(context)->uc_mcontext.pc);
#else
  return nullptr;
#endif
}

std::string_view name_of(int number) {
  for (const NamedSignal& one : kCrashes) {
    if (one.number == number) return one.name;
  }
  return "a signal";
}

// "139": what a shell says of a process that a signal ended.
HandlerText exit_code_of(int number) {
  const int code = 128 + number;
  const std::array<char, 3> digits{static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
                                   static_cast<char>('0' + code % 10)};
  HandlerText out;
  out << std::string_view(digits.data(), digits.size());
  return out;
}

void report_crash(int number, const void* context) {
  HandlerText message;
  const std::string_view signal_name = name_of(number);
  if (message.take(floe_running_call)) {
    message << " crashed: " << signal_name;
  } else if (message.take([&](char* text, std::size_t capacity) {
               return floe_plugin_at(failed_instruction(context), text, capacity);
             })) {
    message << " crashed on a thread of its own: " << signal_name;
  } else {
    message << "floe " << floe_version() << " crashed outside of plugins: " << signal_name;
  }
  tell(message, exit_code_of(number).view());
}

// The thread that reports; of several that crash together the others wait for the end.
std::atomic<pid_t> reporter{0};

[[maybe_unused]] void on_crash(int number, siginfo_t* /*info*/, void* context) {
  pid_t nobody = 0;
  const pid_t me = ::gettid();
  if (reporter.compare_exchange_strong(nobody, me)) {
    if (::getpid() == own_process) report_crash(number, context);
  } else if (nobody != me) {
    for (;;)
      ::pause();
  }
  // The default action ends the process, at once for what the processor raises again.
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void on_exit_of_others() {
  if (!is_watching_exit || ::getpid() != own_process) return;
  HandlerText message;
  if (message.take(floe_running_call)) {
    message << " ended the process: it called exit()";
  } else {
    message << "a thread that runs no method of a plugin ended the process: it called exit()";
  }
  tell(message, "2");
  ::_exit(kFailedExitCode);
}

// The C library's function of a name that this program defines too. A forked child ends at once: the exit handlers of
// this process are not its own.
[[noreturn]] void end_by(const char* name, int exit_code) {
  if (own_process != 0 && ::getpid() != own_process) ::_exit(exit_code);
  const auto function = reinterpret_cast<void (*)(int)>(::dlsym(RTLD_NEXT, name));
  if (function != nullptr) function(exit_code);
  ::_exit(exit_code);
}

}  // namespace

// Defined in the program, these come before the C library's: what a plugin calls ends here, before the static objects
// of libraries are destroyed under the threads that use them.
extern "C" __attribute__((visibility("default"))) void exit(int exit_code) noexcept {
  on_exit_of_others();
  end_by("exit", exit_code);
}

extern "C" __attribute__((visibility("default"))) void quick_exit(int exit_code) noexcept {
  on_exit_of_others();
  end_by("quick_exit", exit_code);
}

void watch_for_crashes(const GlobalOptions& options) {
  answers_json = options.output == "json";
  finds_in_json = options.error_format == "json";
  own_process = ::getpid();
  std::atexit(on_exit_of_others);                                    // for one that found its way to the C library's
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they have handlers that say more
  floe_use_signal_stacks();
  static std::array<char, std::size_t{64} * 1024> memory;
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action{};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const NamedSignal& one : kCrashes)
    ::sigaction(one.number, &action, nullptr);
#endif
}

ExitWatch::ExitWatch() { is_watching_exit = true; }

ExitWatch::~ExitWatch() { is_watching_exit = false; }

void end_process(int exit_code) {
  std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__)
  std::exit(exit_code);  // leaks are looked for at the end
#else
  ::_exit(exit_code);
#endif
}

}  // namespace floe::cli
