#include "plugin/running_call.hpp"

#include "floe_test.hpp"
#include "plugin/plugin_libraries.hpp"
#include "plugin/signal_stack.hpp"

#include "floe/floe.h"

#include <algorithm>
#include <cfenv>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace floe {
namespace {

std::string text_of(size_t (*function)(char*, size_t), std::size_t capacity = 1000) {
  std::string text(capacity, '?');
  const std::size_t length = function(text.data(), text.size());
  text.resize(std::min(length, capacity == 0 ? 0 : capacity - 1));
  return text;
}

TEST_CASE("a child that a plugin forked ends where its method returns; one that the host forked goes on") {
  const auto exit_code_of = [](bool is_inside) {
    std::optional<RunningCall> running;
    if (is_inside) running.emplace(call_name("org.example.a", "lineage.emit", "/p/a.so"));
    const pid_t child = ::fork();
    if (child == 0) {
      running.reset();
      {
        const RunningCall own(call_name("org.example.a", "lineage.emit", "/p/a.so"));
      }
      ::_exit(7);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  static_cast<void>(calling_thread());
  CHECK(exit_code_of(true) == 2);
  CHECK(exit_code_of(false) == 7);
}

TEST_CASE("the floating-point mode of the thread is put back after a call, and marked on its method") {
  const CallName& name = call_name("org.example.a", "lineage.emit", "/p/a.so");
  {
    const RunningCall running(name);
  }
  CHECK_FALSE(name.changed_floating_point);
  {
    const RunningCall running(name);
    std::fesetround(FE_UPWARD);
  }
  CHECK(std::fegetround() == FE_TONEAREST);
  CHECK(name.changed_floating_point.exchange(false));
}

TEST_CASE("the innermost call of this thread is told, and nothing after it") {
  CHECK(text_of(floe_running_call) == "");
  {
    const RunningCall outer(call_name("org.example.a", "lineage.emit", "/p/a.so"));
    {
      const RunningCall inner(call_name("org.example.b", "secrets.get", "/p/b.so"));
      CHECK(text_of(floe_running_call) == "`secrets.get` of plugin `org.example.b` (/p/b.so)");
    }
    CHECK(text_of(floe_running_call) == "`lineage.emit` of plugin `org.example.a` (/p/a.so)");
    CHECK(text_of(floe_running_call, 9) == "`lineage");
    CHECK(text_of(floe_running_call, 0) == "");
  }
  CHECK(text_of(floe_running_call) == "");
}

TEST_CASE("names are made once") {
  CHECK(&call_name("a", "b", "c") == &call_name(std::string("a"), "b", "c"));
  CHECK(&call_name("a", "b", "c") != &call_name("a", "b", "d"));
}

TEST_CASE("calls of all threads are told, and ended threads are forgotten") {
  std::mutex mutex;
  std::condition_variable changed;
  int stage = 0;
  std::thread other([&] {
    const RunningCall running(call_name("org.example.c", "sink.write", "/p/c.so"));
    std::unique_lock lock(mutex);
    stage = 1;
    changed.notify_all();
    changed.wait(lock, [&] { return stage == 2; });
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stage == 1; });
    CHECK(text_of(floe_running_calls) == "`sink.write` of plugin `org.example.c` (/p/c.so)");
    const RunningCall here(call_name("org.example.d", "load", "/p/d.so"));
    const std::string both = text_of(floe_running_calls);
    CHECK(std::count(both.begin(), both.end(), '\n') == 1);
    CHECK(both.find("`load` of plugin `org.example.d` (/p/d.so)") != std::string::npos);
    stage = 2;
    changed.notify_all();
  }
  other.join();
  CHECK(text_of(floe_running_calls) == "");
}

TEST_CASE("an address is put down to the library that holds it") {
  static int inside = 0;
  remember_library(call_name("org.example.self", "load", "/p/self"), &inside);
  std::string text(200, '\0');
  text.resize(floe_plugin_at(&inside, text.data(), text.size()));
  CHECK(text == "plugin `org.example.self` (/p/self)");
  CHECK(floe_plugin_at(nullptr, text.data(), text.size()) == 0);
  CHECK(text_of(floe_loaded_plugins).find("plugin `org.example.self` (/p/self)") != std::string::npos);
}

TEST_CASE("threads get an alternate signal stack once a program asks, and give it back") {
  const auto has_stack = [] {
    stack_t stack{};
    ::sigaltstack(nullptr, &stack);
    return (stack.ss_flags & SS_DISABLE) == 0;
  };
  const auto on_new_thread = [&] {
    bool found = false;
    std::thread([&] {
      const RunningCall running(call_name("a", "b", "c"));
      found = has_stack();
    }).join();
    return found;
  };
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these give every thread such a stack
  CHECK_FALSE(on_new_thread());
#endif
  floe_use_signal_stacks();
  CHECK(on_new_thread());
}

}  // namespace
}  // namespace floe
