#include "audit/log_file.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/io/file_lock.hpp"
#include "base/io/user_folder.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::audit {
namespace {

constexpr const char* kResume = "audit resume";
constexpr const char* kGone = "it is gone, and this user's commands have written to it";

}  // namespace

Error broken_log(const std::string& path, const std::string& why) {
  return diagnostics_error(
      ErrorCode::kInvalidState,
      error_diagnostic("FLOE-E0807", "audit-log-broken", fmt::format("the audit log does not hold: {}", why))
          .note(fmt::format("it is `{}`", path))
          .help("find out who changed it; `floe audit verify` looks at it again, also against a head from elsewhere")
          .help("`floe audit resume --reason TEXT` sets it aside, says so in a new one, and lets commands run"));
}

LogFile::LogFile(const std::string& project_root, io::FileSystem& files, const io::Environment& environment)
    : project_root_(project_root),
      directory_(io::join_path(project_root, ".floe/audit")),
      path_(io::join_path(directory_, "audit.jsonl")),
      files_(files),
      environment_(environment) {}

LogFile::Users LogFile::find_users() {
  const auto folder = io::user_folder(environment_, "XDG_STATE_HOME", ".local/state", project_root_, files_);
  const auto root = files_.canonical(project_root_);
  if (!folder) return {"", folder.error().message};
  if (!root) return {"", root.error().message};
  const std::string heads = io::join_path(*folder, "audit");
  if (const Status made = files_.create_directories(heads); !made) return {"", made.error().message};
  return {io::join_path(heads, text::sha256_hex(*root)), ""};
}

// "" for one that is missing. kInvalidState for what is no log: a link leads to a file that somebody else keeps.
Result<std::string> LogFile::read_log() {
  const io::FileInfo info = FLOE_TRY(files_.stat(path_));
  if (info.kind == io::FileKind::kMissing) return std::string();
  const std::string real = FLOE_TRY(files_.canonical(path_));
  if (real != io::join_path(FLOE_TRY(files_.canonical(directory_)), "audit.jsonl"))
    return failf(ErrorCode::kInvalidState, "it is a link to `{}`", real);
  if (info.kind == io::FileKind::kOther) return fail(ErrorCode::kInvalidState, "it is not a file");
  return files_.read(path_);
}

Result<LogState> LogFile::read() {
  LogState state;
  // Before the log: a command that ends meanwhile adds to the log first.
  const Users users = find_users();
  state.why_no_head = users.why_not;
  if (!users.path.empty() && FLOE_TRY(files_.stat(users.path)).kind != io::FileKind::kMissing) {
    state.users = head_from(text::trim(FLOE_TRY(files_.read(users.path))));
    if (!state.users) state.broken = fmt::format("the head that is kept in `{}` is damaged", users.path);
  } else if (state.why_no_head.empty()) {
    state.why_no_head = "no command of this user has written to it";
  }
  const auto log = read_log();
  if (!log && log.error().code != ErrorCode::kInvalidState) return log.error();
  state.chain = read_chain(log ? std::string_view(*log) : std::string_view());
  if (!state.broken.empty()) return state;
  if (!log) {
    state.broken = log.error().message;
  } else if (!state.chain.broken.empty()) {
    state.broken = state.chain.broken;
  } else if (state.users) {
    state.broken = log->empty() ? kGone : why_not_in(*log, state.chain, *state.users).value_or("");
  }
  return state;
}

Status LogFile::open() {
  const LogState state = FLOE_TRY(read());
  if (!state.broken.empty()) return broken_log(path_, state.broken);
  FLOE_TRY(files_.create_directories(directory_));
  return files_.append(path_, "");
}

Result<Appended> LogFile::append(const json::object& members) {
  const io::FileLock lock = FLOE_TRY(io::FileLock::wait(io::join_path(directory_, "audit.lock")));
  const LogState state = FLOE_TRY(read());
  if (!state.broken.empty()) return broken_log(path_, state.broken);
  std::string line = next_line(state.chain.head, members);
  FLOE_TRY(write(line));
  Head head = head_of(state.chain.head.sequence + 1, line);
  FLOE_TRY(keep(head));
  return Appended{std::move(head), std::move(line), state.chain.lines == 1 ? line_of_resume() : std::nullopt};
}

std::optional<std::string> LogFile::line_of_resume() {
  const auto log = read_log();
  const std::string first = log ? log->substr(0, log->find('\n')) : "";
  const auto members = parse_json_object(first);
  const bool is_it = members && get_string_or(*members, "command", "") == kResume;
  return is_it ? std::optional(first) : std::nullopt;
}

Result<std::string> LogFile::resume(json::object members, std::string_view now) {
  FLOE_TRY(files_.create_directories(directory_));
  const io::FileLock lock = FLOE_TRY(io::FileLock::wait(io::join_path(directory_, "audit.lock")));
  const LogState state = FLOE_TRY(read());
  if (state.broken.empty()) return fail(ErrorCode::kInvalidState, "the audit log holds: there is nothing to set aside");
  const std::int64_t last = std::max(state.chain.head.sequence, state.users ? state.users->sequence : 0);
  members["command"] = kResume;
  members["broken"] = state.broken;
  members["kept"] = nullptr;
  std::string kept;
  if (FLOE_TRY(files_.stat(path_)).kind != io::FileKind::kMissing) {
    kept = io::join_path(directory_, fmt::format("audit-{}.jsonl", now));
    const auto content = files_.read(path_);
    members["kept"] = json::object{{"file", io::file_name(kept)},
                                   {"sha256", content ? json::value(text::sha256_hex(*content)) : json::value()}};
    FLOE_TRY(files_.rename(path_, kept));
  }
  // The first line of a log, though its number goes on.
  const std::string line = first_line(last + 1, members);
  FLOE_TRY(write(line));
  FLOE_TRY(keep(head_of(last + 1, line)));
  return kept;
}

Status LogFile::write(const std::string& line) {
  FLOE_TRY(files_.append(path_, line + "\n"));
  return files_.sync({path_});
}

Status LogFile::keep(const Head& head) {
  const Users users = find_users();
  if (users.path.empty()) return ok();
  return files_.write_atomic(users.path, head_text(head) + "\n", io::Durability::kFast);
}

}  // namespace floe::audit
