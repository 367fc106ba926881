#include "action.hpp"

#include <climits>

#include <cfenv>
#include <clocale>
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <malloc.h>
#include <map>
#include <new>
#include <pthread.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

extern char** environ;

namespace hostile {

const floe_host* host = nullptr;

namespace {

struct Moment {
  floe_call* call;
  floe_sink* sink;
  std::string argument;
};

long number(const Moment& moment, long otherwise) {
  return moment.argument.empty() ? otherwise : std::strtol(moment.argument.c_str(), nullptr, 10);
}

// Sleeps through every signal that does not kill.
[[noreturn]] void hang() {
  for (;;)
    ::pause();
}

int deeper(int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return deeper(depth + 1) + room[0];
}

void crash() { *reinterpret_cast<volatile int*>(8) = 1; }

void start(const std::function<void()>& body) { std::thread(body).detach(); }

floe_status fail(const Moment& moment, const std::string& message) {
  host->set_error(moment.call, FLOE_IO, message.data(), message.size());
  return FLOE_IO;
}

void log_lines(const Moment& moment, const std::string& line) {
  for (long i = 0; i < number(moment, 1); ++i)
    host->log(host->ctx, moment.call, FLOE_LOG_WARN, "hostile", line.data(), line.size());
}

floe_status flood(const Moment& moment) {
  const std::string block(1 << 20, 'x');
  floe_status status = FLOE_OK;
  for (long i = 0; i < number(moment, 8192) && status == FLOE_OK; ++i)
    status = host->write(moment.sink, block.data(), block.size());
  return status;
}

void limit(int resource, rlim_t value) {
  rlimit now{};
  getrlimit(static_cast<__rlimit_resource>(resource), &now);
  now.rlim_cur = value;
  setrlimit(static_cast<__rlimit_resource>(resource), &now);
}

// The action by its name, and what it makes of the method's status.
const std::map<std::string, std::function<floe_status(const Moment&)>>& actions() {
  static const std::map<std::string, std::function<floe_status(const Moment&)>> kActions{
      // The process.
      {"segv", [](const Moment&) { return crash(), FLOE_OK; }},
      {"abort", [](const Moment&) -> floe_status { std::abort(); }},
      {"terminate", [](const Moment&) -> floe_status { std::terminate(); }},
      {"fpe", [](const Moment&) { return ::raise(SIGFPE), FLOE_OK; }},
      {"ill", [](const Moment&) -> floe_status { __builtin_trap(); }},
      {"bus", [](const Moment&) { return ::raise(SIGBUS), FLOE_OK; }},
      {"stack", [](const Moment&) { return deeper(0); }},
      {"free_twice",
       [](const Moment&) {
         void* block = std::malloc(64);
         std::free(block);
         std::free(block);
         return FLOE_OK;
       }},
      {"overrun",
       [](const Moment&) {
         // Over what malloc keeps behind the block. Over more it would depend on the neighbours what dies, and whether
         // anything is left to tell it.
         auto* block = static_cast<char*>(std::malloc(5000));
         std::memset(block, 0x41, ::malloc_usable_size(block) + sizeof(std::size_t));
         std::free(block);
         return FLOE_OK;
       }},
      {"exit", [](const Moment& moment) -> floe_status { std::exit(static_cast<int>(number(moment, 0))); }},
      {"_exit", [](const Moment& moment) -> floe_status { ::_exit(static_cast<int>(number(moment, 0))); }},
      {"quick_exit", [](const Moment& moment) -> floe_status { std::quick_exit(static_cast<int>(number(moment, 0))); }},
      {"kill", [](const Moment&) { return ::raise(SIGKILL), FLOE_OK; }},
      {"alarm", [](const Moment&) { return ::alarm(1), hang(), FLOE_OK; }},
      {"close", [](const Moment&) { return ::close(1), ::close(2), FLOE_OK; }},
      {"close_all",
       [](const Moment&) {
         for (int descriptor = 0; descriptor < 256; ++descriptor)
           ::close(descriptor);
         return FLOE_OK;
       }},
      // Exceptions.
      {"throw", [](const Moment&) -> floe_status { throw std::runtime_error("thrown on purpose"); }},
      {"throw_int", [](const Moment&) -> floe_status { throw 42; }},
      {"throw_memory", [](const Moment&) -> floe_status { throw std::bad_alloc(); }},
      // Time.
      {"hang", [](const Moment&) -> floe_status { hang(); }},
      {"spin",
       [](const Moment&) -> floe_status {
         for (volatile int i = 0;;)
           i = i + 1;
       }},
      {"sleep",
       [](const Moment& moment) { return ::usleep(static_cast<useconds_t>(number(moment, 100)) * 1000), FLOE_OK; }},
      // Output.
      {"print", [](const Moment&) { return std::puts("printed by the plugin"), std::fflush(stdout), FLOE_OK; }},
      {"write", [](const Moment&) { return ::write(1, "written by the plugin\n", 22), FLOE_OK; }},
      {"tell",
       [](const Moment& moment) { return ::write(2, moment.argument.data(), moment.argument.size()), FLOE_OK; }},
      {"child", [](const Moment&) { return std::system("echo echoed by a child"), FLOE_OK; }},
      // The state of the process.
      {"fpu", [](const Moment&) { return std::fesetround(FE_UPWARD), FLOE_OK; }},
      {"flush_to_zero",
       [](const Moment&) {
#if defined(__x86_64__)
         __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
         return FLOE_OK;
       }},
      {"chdir", [](const Moment&) { return ::chdir("/"), FLOE_OK; }},
      {"umask", [](const Moment&) { return ::umask(0), FLOE_OK; }},
      {"locale", [](const Moment&) { return std::setlocale(LC_ALL, "C.UTF-8"), FLOE_OK; }},
      {"setenv", [](const Moment&) { return ::setenv("HOSTILE_WAS_HERE", "1", 1), FLOE_OK; }},
      {"clearenv", [](const Moment&) { return ::unsetenv("HOME"), ::unsetenv("PATH"), FLOE_OK; }},
      {"sigint", [](const Moment&) { return ::signal(SIGINT, SIG_IGN), FLOE_OK; }},
      {"sigsegv", [](const Moment&) { return ::signal(SIGSEGV, SIG_IGN), FLOE_OK; }},
      {"sigmask",
       [](const Moment&) {
         sigset_t all;
         sigfillset(&all);
         pthread_sigmask(SIG_BLOCK, &all, nullptr);
         return FLOE_OK;
       }},
      {"rlimit", [](const Moment&) { return limit(RLIMIT_NOFILE, 64), FLOE_OK; }},
      {"rlimit_core", [](const Moment&) { return limit(RLIMIT_CORE, 0), FLOE_OK; }},
      // Processes and threads.
      {"fork", [](const Moment&) { return ::fork() < 0 ? FLOE_INTERNAL : FLOE_OK; }},
      {"thread", [](const Moment&) { return start([] { hang(); }), FLOE_OK; }},
      {"thread_segv", [](const Moment&) { return start(crash), hang(), FLOE_OK; }},
      {"thread_exit", [](const Moment&) { return start([] { std::exit(0); }), hang(), FLOE_OK; }},
      {"pthread_exit", [](const Moment&) { return ::pthread_exit(nullptr), FLOE_OK; }},
      // Misuse of the host.
      {"fail", [](const Moment& moment) { return fail(moment, moment.argument); }},
      {"fail_big",
       [](const Moment& moment) {
         return fail(moment, std::string(static_cast<std::size_t>(number(moment, 50)) << 20, 'e'));
       }},
      {"fail_bytes", [](const Moment& moment) { return fail(moment, "\xff\xfe \x1b[31mred"); }},
      {"fail_null", [](const Moment& moment) { return host->set_error(moment.call, FLOE_IO, nullptr, 0), FLOE_IO; }},
      {"fail_mute", [](const Moment&) { return FLOE_IO; }},
      {"status", [](const Moment& moment) { return static_cast<floe_status>(number(moment, 9999)); }},
      {"details",
       [](const Moment& moment) {
         const std::string value(1 << 20, 'd');
         for (int i = 0; i < 50; ++i)
           host->add_error_detail(moment.call, "key", value.data(), value.size());
         return fail(moment, "with details");
       }},
      {"log", [](const Moment& moment) { return log_lines(moment, "a line of the plugin"), FLOE_OK; }},
      {"log_big",
       [](const Moment& moment) {
         const std::string line(static_cast<std::size_t>(number(moment, 50)) << 20, 'l');
         host->log(host->ctx, moment.call, FLOE_LOG_WARN, "hostile", line.data(), line.size());
         return FLOE_OK;
       }},
      {"answer",
       [](const Moment& moment) { return host->write(moment.sink, moment.argument.data(), moment.argument.size()); }},
      {"nested",
       [](const Moment& moment) {
         const std::string deep(std::size_t{1} << 19, '[');
         return host->write(moment.sink, deep.data(), deep.size());
       }},
      {"bytes", [](const Moment& moment) { return host->write(moment.sink, "\"\xff\xfe\"", 4); }},
      {"flood", flood},
      {"write_null", [](const Moment&) { return host->write(nullptr, "x", 1); }},
      {"service", [](const Moment&) { return host->get_service(host->ctx, "floe.host.secrets/1"), FLOE_OK; }},
      {"release_call", [](const Moment& moment) { return host->release_call(moment.call), FLOE_OK; }},
      {"drop_sink",
       [](const Moment& moment) { return host->drop_sink(moment.sink), host->drop_sink(moment.sink), FLOE_OK; }},
      {"end_span", [](const Moment&) { return host->end_span(0x4141414141414141, FLOE_OK), FLOE_OK; }},
      {"host_table",
       [](const Moment&) {
         auto* table = const_cast<floe_host*>(host);
         table->set_error = nullptr;
         return FLOE_OK;
       }},
  };
  return kActions;
}

std::string everything() {
  const char* variable = std::getenv("HOSTILE");
  return variable == nullptr ? "" : variable;
}

}  // namespace

bool is_stage(const std::string& stage) { return ("|" + everything()).find("|" + stage + ":") != std::string::npos; }

std::vector<std::pair<std::string, std::string>> wanted_of(const std::string& stage) {
  std::vector<std::pair<std::string, std::string>> found;
  const std::string all = everything();
  for (std::size_t begin = 0; begin <= all.size();) {
    const std::size_t end = std::min(all.find('|', begin), all.size());
    const std::string one = all.substr(begin, end - begin);
    const std::size_t colon = one.find(':');
    if (one.substr(0, colon) == stage && colon != std::string::npos) {
      const std::size_t equals = std::min(one.find('=', colon), one.size());
      found.emplace_back(one.substr(colon + 1, equals - colon - 1), equals == one.size() ? "" : one.substr(equals + 1));
    }
    begin = end + 1;
  }
  return found;
}

std::optional<std::string> wanted(const std::string& stage, const std::string& action) {
  for (const auto& [name, argument] : wanted_of(stage)) {
    if (name == action) return argument;
  }
  return std::nullopt;
}

floe_status act(const std::string& stage, floe_call* call, floe_sink* sink) {
  for (const auto& [name, argument] : wanted_of(stage)) {
    const auto action = actions().find(name);
    if (action == actions().end()) continue;
    const floe_status status = action->second({call, sink, argument});
    if (status != FLOE_OK) return status;
  }
  return FLOE_OK;
}

}  // namespace hostile
