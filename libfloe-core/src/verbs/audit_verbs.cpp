// floe audit verify|resume: whether the audit log holds, and how to go on when it does not.
#include "audit/log_file.hpp"
#include "engine/compiled_project.hpp"
#include "engine/context.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/io/account.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

audit::LogFile log_of(Context& context) {
  return {context.options().directory, context.files(), context.environment()};
}

json::value head_or_null(const std::optional<audit::Head>& head) {
  if (!head || head->sequence == 0) return nullptr;
  return json::object{{"sequence", head->sequence}, {"sha256", head->sha256}};
}

// What was kept elsewhere, such as by the platform's collector.
Result<std::optional<audit::Head>> given_head(const json::object& request) {
  const auto text = get_string(request, "head");
  if (!text) return std::optional<audit::Head>();
  auto head = audit::head_from(*text);
  if (!head) return failf(ErrorCode::kInvalidArgument, "`{}` is no head: write SEQUENCE:SHA256", *text);
  return head;
}

Result<Answer> verify_log(Context& context, const json::object& request, DiagnosticSink& sink) {
  const auto given = FLOE_TRY(given_head(request));
  audit::LogFile log = log_of(context);
  audit::LogState state = FLOE_TRY(log.read());
  if (state.broken.empty() && given) {
    const std::string content = state.chain.lines == 0 ? "" : FLOE_TRY(context.files().read(log.path()));
    state.broken = audit::why_not_in(content, state.chain, *given).value_or("");
  }
  if (!state.broken.empty()) report_findings(audit::broken_log(log.path(), state.broken), sink);
  const json::object answer{{"log", log.path()},
                            {"holds", state.broken.empty()},
                            {"lines", state.chain.lines},
                            {"head", head_or_null(state.chain.head)},
                            {"head_of_user", head_or_null(state.users)},
                            {"why_no_head", state.users ? json::value() : json::value(state.why_no_head)},
                            {"compared_with", head_or_null(given)},
                            {"broken", text_or_null(state.broken)}};
  return Answer{to_json(answer), state.broken.empty() ? 0 : 1};
}

Result<Answer> resume_log(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::int64_t now = context.clock().now_unix_ns() / 1000;
  audit::LogFile log = log_of(context);
  const std::string name = text::replace_all(text::replace_all(time::format_timestamp_micros(now), ":", ""), " ", "T");
  const std::string reason = FLOE_TRY(require_string(request, "reason"));
  const std::string kept = FLOE_TRY(log.resume({{"time", time::format_timestamp_micros(now) + "Z"},
                                                {"actor", io::current_user()},
                                                {"floe", FLOE_VERSION},
                                                {"reason", reason}},
                                               name));
  const audit::LogState state = FLOE_TRY(log.read());
  return Answer{to_json(json::object{
                    {"log", log.path()}, {"kept", text_or_null(kept)}, {"head", head_or_null(state.chain.head)}}),
                0};
}

std::string told(const json::object& answer, const char* key) {
  const json::object* head = get_object(answer, key);
  return head == nullptr
             ? "none"
             : fmt::format("{}:{}", get_int(*head, "sequence").value_or(0), get_string_or(*head, "sha256", ""));
}

AnswerText verify_text(const json::object& answer, const TextStyle& /*style*/) {
  const std::int64_t lines = get_int(answer, "lines").value_or(0);
  std::string out = fmt::format(
      "{}\n  {} {}\n  head: {}\n", get_string_or(answer, "log", ""), text::counted(lines, "line"),
      get_bool_or(answer, "holds", false) ? "that hold" : "that hold, and then it breaks", told(answer, "head"));
  const std::string why = get_string_or(answer, "why_no_head", "");
  out += why.empty() ? fmt::format("  compared with the head of this user: {}\n", told(answer, "head_of_user"))
                     : fmt::format("  compared with no head of this user: {}\n", why);
  if (get_object(answer, "compared_with") != nullptr)
    out += fmt::format("  compared with the head that was given: {}\n", told(answer, "compared_with"));
  return {out, ""};
}

AnswerText resume_text(const json::object& answer, const TextStyle& /*style*/) {
  const std::string kept = get_string_or(answer, "kept", "");
  return {"", (kept.empty() ? std::string("There was nothing to keep\n") : fmt::format("Kept {}\n", kept)) +
                  fmt::format("Began {}\n", get_string_or(answer, "log", ""))};
}

constexpr const char* kHead =
    R"({"type": ["object", "null"], "properties": {"sequence": {"type": "integer"}, "sha256": {"type": "string"}}})";

}  // namespace

Verb audit_verify_verb() {
  return {
      .name = "audit verify",
      .summary = "whether somebody changed the audit log",
      .details =
          R"(Each line has its number and the digest of the line before. The log has to have the line that this user's last command
wrote, and the one of "head": a collector that got the lines of the log knows it, and no user of the machine can change it there.
FLOE-E0807 and exit code 1 when it does not hold. No platform is read, and a log that does not hold stops this verb not.)",
      .request = Arguments().text("--head", "head", "SEQUENCE:SHA256 of a line that the log has to have"),
      .answer = fmt::format(R"({{"type": "object", "required": ["log", "holds", "lines"], "properties": {{
  "log": {{"type": "string"}}, "holds": {{"type": "boolean"}}, "lines": {{"type": "integer"}}, "head": {0},
  "head_of_user": {0}, "why_no_head": {{"type": ["string", "null"]}}, "compared_with": {0},
  "broken": {{"type": ["string", "null"]}}}}}})",
                            kHead),
      .run = verify_log,
      .text = verify_text};
}

Verb audit_resume_verb() {
  return {
      .name = "audit resume",
      .summary = "set a log aside that somebody changed, and begin a new one",
      .details =
          R"(The log is kept beside the new one, whose first line has the reason, what did not hold, and the digest of what was kept.
Its numbers go on. FLOE_INVALID_STATE when the log holds.)",
      .request = Arguments().text("--reason", "reason", "why commands may run again", true),
      .answer = fmt::format(R"({{"type": "object", "required": ["log"], "properties": {{
  "log": {{"type": "string"}}, "kept": {{"type": ["string", "null"]}}, "head": {0}}}}})",
                            kHead),
      .run = resume_log,
      .text = resume_text};
}

}  // namespace floe::run
