#include "verbs/plugin_probe.hpp"

#include "plugin/running_call.hpp"

#include "base/fail.hpp"
#include "base/io/forked_process.hpp"
#include "base/io/shared_memory.hpp"

#include <cstring>

namespace floe::run {
namespace {

// What the child sends behind the code of its error.
constexpr char kSeparator = ' ';

std::string place(const io::SharedMemory& note) {
  const std::string text(note.data(), ::strnlen(note.data(), note.size()));
  return text.empty() ? std::string("outside of its methods") : "in " + text;
}

Status outcome(const io::ForkResult& ended, const io::SharedMemory& note, std::chrono::milliseconds limit) {
  if (ended.is_timeout) {
    return failf(ErrorCode::kTimeout, "no answer within {} s, {}", limit.count() / 1000, place(note));
  }
  if (ended.signal != 0) return failf(ErrorCode::kPanic, "crashed {}: {}", place(note), ::strsignal(ended.signal));
  if (!ended.is_finished) {
    return failf(ErrorCode::kPanic, "ended its process with exit code {}, {}", ended.exit_code, place(note));
  }
  if (ended.report.empty()) return ok();
  const std::size_t end = ended.report.find(kSeparator);
  return fail(static_cast<ErrorCode>(std::atoi(ended.report.c_str())), ended.report.substr(end + 1));
}

}  // namespace

Status probe(const std::function<Status()>& body, std::chrono::milliseconds limit, const CancelSource& cancel) {
  const io::SharedMemory note = FLOE_TRY(io::SharedMemory::make(io::SharedMemory::kPage));
  io::ForkRequest request;
  request.timeout_ms = limit.count();
  request.is_cancelled = [&cancel] { return cancel.is_cancelled(); };
  request.body = [&](const io::ForkReport& report) {
    note_running_calls(note.data(), note.size());
    const Status status = body();
    if (status) return;
    report.write(std::to_string(static_cast<int>(status.error().code)) + kSeparator + status.error().to_string());
  };
  return outcome(FLOE_TRY(io::run_forked(request)), note, limit);
}

}  // namespace floe::run
