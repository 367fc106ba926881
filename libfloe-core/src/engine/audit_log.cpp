#include "engine/audit_log.hpp"

#include "audit/log_file.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/account.hpp"
#include "base/json/json.hpp"
#include "base/time/civil.hpp"

#include <fmt/format.h>

#include <utility>

namespace floe::run {
namespace {

json::array names_of(const std::set<std::string>& names) {
  json::array out;
  for (const std::string& name : names)
    out.emplace_back(name);
  return out;
}

std::string_view verdict_of(int exit_code) {
  if (exit_code == 0) return "passed";
  if (exit_code == 1) return "failed";
  return exit_code == 130 ? "interrupted" : "error";
}

// A log that does not hold says so itself.
Error lost(const Error& reason, const char* what) {
  if (reason.detail("floe.diagnostics") != nullptr) return reason;
  return diagnostics_error(
      reason.code, error_diagnostic("FLOE-E0806", "audit-log-lost", fmt::format("{}: {}", what, reason.to_string()))
                       .note("the platform demands it: `governance.audit_logging: enabled`")
                       .help("make room, or correct the permissions of `.floe/audit`"));
}

}  // namespace

void AuditLog::begin(std::string_view command, std::string_view environment) {
  const std::lock_guard lock(mutex_);
  command_ = Command{};
  command_.name = command;
  command_.environment = environment;
  command_.started_at_ns = clock_.now_unix_ns();
}

void AuditLog::rename(std::string_view command) {
  const std::lock_guard lock(mutex_);
  command_.name = command;
}

Status AuditLog::on_platform(const compile::Compiled& compiled) {
  const std::lock_guard lock(mutex_);
  command_.product = compiled.product_name;
  command_.product_version = compiled.product_version;
  command_.platform = compiled.platform_ref.value_or("");
  if (!compiled.audits) return ok();
  const Status opened = audit::LogFile(compiled.project_root, files_, environment_).open();
  if (!opened) return lost(opened.error(), "the audit log cannot be opened");
  command_.project_root = compiled.project_root;
  return ok();
}

void AuditLog::on_sinks(std::vector<compile::PluginChoice> sinks) {
  const std::lock_guard lock(mutex_);
  command_.sinks = std::move(sinks);
}

void AuditLog::on_compiled(const compile::Compiled& compiled) {
  const std::lock_guard lock(mutex_);
  command_.product = compiled.product_name;
  command_.artifact_digest = compiled.artifact_digest.value_or("");
}

void AuditLog::on_run(std::string_view run_id) {
  const std::lock_guard lock(mutex_);
  command_.run_id = run_id;
}

void AuditLog::on_actor(std::string_view actor) {
  const std::lock_guard lock(mutex_);
  command_.actor = actor;
}

void AuditLog::on_secret(std::string_view name) {
  const std::lock_guard lock(mutex_);
  command_.secrets.emplace(name);
}

void AuditLog::on_table(const std::string& relation, TableUse use) {
  const std::lock_guard lock(mutex_);
  command_.tables[use].insert(relation);
}

void AuditLog::on_file(const std::string& path, bool is_written) {
  const std::lock_guard lock(mutex_);
  const std::string prefix = command_.project_root + "/";
  const bool is_below = !command_.project_root.empty() && path.starts_with(prefix);
  (is_written ? command_.files_written : command_.files_read).insert(is_below ? path.substr(prefix.size()) : path);
}

Result<std::optional<RecordedCommand>> AuditLog::finish(int exit_code, const std::set<std::string>& findings) {
  const std::lock_guard lock(mutex_);
  if (command_.project_root.empty()) return std::optional<RecordedCommand>();
  const std::int64_t now = clock_.now_unix_ns();
  audit::LogFile log(std::exchange(command_.project_root, ""), files_, environment_);
  const json::object members{{"time", time::format_timestamp_micros(now / 1000) + "Z"},
                             {"started", time::format_timestamp_micros(command_.started_at_ns / 1000) + "Z"},
                             {"actor", command_.actor.empty() ? io::current_user() : command_.actor},
                             {"floe", FLOE_VERSION},
                             {"command", command_.name},
                             {"environment", text_or_null(command_.environment)},
                             {"product", command_.product},
                             {"product_version", text_or_null(command_.product_version)},
                             {"platform", command_.platform},
                             {"artifact_sha256", text_or_null(command_.artifact_digest)},
                             {"run_id", text_or_null(command_.run_id)},
                             {"verdict", verdict_of(exit_code)},
                             {"exit_code", exit_code},
                             {"findings", names_of(findings)},
                             {"secrets_read", names_of(command_.secrets)},
                             {"tables_read", names_of(command_.tables[TableUse::kRead])},
                             {"tables_written", names_of(command_.tables[TableUse::kWritten])},
                             {"tables_dropped", names_of(command_.tables[TableUse::kDropped])},
                             {"files_read", names_of(command_.files_read)},
                             {"files_written", names_of(command_.files_written)}};
  auto appended = log.append(members);
  if (!appended) return lost(appended.error(), "the line of this command is missing in the audit log");
  return std::optional(RecordedCommand{std::move(appended->head), std::move(appended->line),
                                       std::move(appended->resume), now, exit_code, command_.product,
                                       std::move(command_.sinks)});
}

}  // namespace floe::run
