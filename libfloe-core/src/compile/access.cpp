#include "compile/access.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::compile {
namespace {

constexpr const char* kToken = "FLOE_TOKEN";
constexpr const char* kPrincipal = "FLOE_PRINCIPAL";
constexpr std::size_t kLongestPrincipal = 1000;

bool is_principal(const std::string& name) {
  return !name.empty() && name.size() <= kLongestPrincipal && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '@' || c == '.' ||
           c == '_' || c == '-';
  });
}

class Gate {
 public:
  Gate(Access wanted, const config::CompileAccess& access, const Compiled& compiled, CompilerHost& host,
       DiagnosticSink& sink)
      : is_reading_(wanted == Access::kRead), access_(access), compiled_(compiled), host_(host), sink_(sink) {}

  Result<bool> check() {
    const std::string token = host_.environment().get(kToken).value_or("");
    if (token.empty()) return check_principal();
    return check_token(token);
  }

 private:
  [[nodiscard]] Diagnostic refusal(const std::string& why) const {
    return error_diagnostic("FLOE-E0781", "not-allowed-to-compile",
                            fmt::format("you may not {} on this platform: {}", is_reading_ ? "read" : "compile", why))
        .note(fmt::format("the platform asks who {}: `governance.rbac`", is_reading_ ? "reads" : "compiles"))
        .addressed("governance.rbac");
  }

  bool refuse(Diagnostic diagnostic) {
    sink_.report(std::move(diagnostic));
    return false;
  }

  bool admit(const std::string& who) {
    host_.on_actor(who);
    return true;
  }

  bool check_principal() {
    const std::string principal = host_.environment().get(kPrincipal).value_or("");
    const std::string only_token = fmt::format("set {} to your token", kToken);
    if (!access_.allows_principal || principal.empty()) {
      const bool name_is_enough = access_.allows_principal && access_.required_role.empty();
      return refuse(
          refusal("nobody says who you are")
              .help(name_is_enough ? fmt::format("{}, or {} to your name", only_token, kPrincipal) : only_token));
    }
    if (!access_.required_role.empty()) {
      return refuse(refusal(fmt::format("{} is a name, which proves no role", kPrincipal))
                        .note(fmt::format("the role it takes: {}", access_.required_role))
                        .help(only_token));
    }
    if (!is_principal(principal))
      return refuse(refusal(fmt::format("{} is no name", kPrincipal)).help("letters, digits and @ . _ -"));
    return admit(principal);
  }

  Result<bool> check_token(const std::string& token) {
    const auto identity = compiled_.plugins.find("identity");
    if (identity == compiled_.plugins.end()) {
      return refuse(refusal("the platform has no identity plugin to check a token with")
                        .help("have the platform team choose one: `plugins: {identity: ...}`"));
    }
    const std::string answer = FLOE_TRY(host_.validate_token(identity->second, token));
    const json::object verdict = FLOE_TRY(parse_json_object(answer));
    if (!get_bool_or(verdict, "valid", false))
      return refuse(refusal(get_string_or(verdict, "error", "the token is not valid")).help("get a new token"));
    const std::vector<std::string> roles = get_texts(verdict, "roles");
    const bool has_role =
        access_.required_role.empty() || std::find(roles.begin(), roles.end(), access_.required_role) != roles.end();
    if (!has_role) {
      return refuse(refusal(fmt::format("it takes the role {}", access_.required_role))
                        .note("your roles: " + (roles.empty() ? "none" : text::join(roles, ", "))));
    }
    return admit(get_string_or(verdict, "subject", ""));
  }

  bool is_reading_;
  const config::CompileAccess& access_;
  const Compiled& compiled_;
  CompilerHost& host_;
  DiagnosticSink& sink_;
};

}  // namespace

Result<bool> check_access(Access wanted, const config::CompileAccess& access, const Compiled& compiled,
                          CompilerHost& host, DiagnosticSink& sink) {
  if (!access.is_enabled) return true;
  return Gate(wanted, access, compiled, host, sink).check();
}

}  // namespace floe::compile
