#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/text/pattern.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <optional>
#include <vector>

namespace floe::text {
namespace {

constexpr std::size_t kLongest = 500;           // bytes of an expression
constexpr std::size_t kLargestProgram = 8192;   // of what it is compiled to: `(a{1,100}){1,100}` is short too
constexpr std::uint32_t kMostCalls = 10'000;    // of assertions and of groups that the expression calls
constexpr std::uint32_t kDeepestCalls = 1'000;  // of them inside each other: each takes stack
constexpr std::size_t kWorkspace = 12'000;      // numbers: 2,000 ways to match at a time

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }

  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }

  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }

  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

using Code = std::unique_ptr<pcre2_code, Free>;

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

Result<Code> read_pattern(std::string_view text, PatternUnit unit) {
  // As in ECMAScript: `$` is the very end, `.` takes no carriage return, `[]`, \u0041 and \u{1F600} are known.
  constexpr std::uint32_t kOptions =
      PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;
  const std::unique_ptr<pcre2_compile_context, Free> context(pcre2_compile_context_create(nullptr));
  if (!context) return fail(ErrorCode::kExhausted, "there is no memory for it");
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
  pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);
  const std::uint32_t options = kOptions | (unit == PatternUnit::kByte ? PCRE2_NEVER_UTF : PCRE2_UTF);
  int problem = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(units(text), text.size(), options, &problem, &offset, context.get()));
  if (code) return code;
  std::array<PCRE2_UCHAR, 200> message{};
  pcre2_get_error_message(problem, message.data(), message.size());
  return failf(ErrorCode::kData, "{}", reinterpret_cast<const char*>(message.data()));
}

// nullopt when it cannot be told within the limits. The algorithm goes through the text once, with all ways to match at
// a time.
std::optional<bool> matches(const pcre2_code& code, std::string_view text) {
  thread_local std::vector<int> workspace(kWorkspace);
  const std::unique_ptr<pcre2_match_data, Free> data(pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, Free> limits(pcre2_match_context_create(nullptr));
  if (!data || !limits) return std::nullopt;
  pcre2_set_match_limit(limits.get(), kMostCalls);
  pcre2_set_depth_limit(limits.get(), kDeepestCalls);
  const int found = pcre2_dfa_match(&code, units(text), text.size(), 0, PCRE2_ANCHORED | PCRE2_DFA_SHORTEST, data.get(),
                                    limits.get(), workspace.data(), workspace.size());
  if (found == PCRE2_ERROR_NOMATCH) return false;
  return found < 0 ? std::nullopt : std::optional(true);
}

}  // namespace

struct Pattern::Program {
  Code at_start;
  Code anywhere;
  Code whole;
};

Result<Pattern> Pattern::parse(std::string_view text, PatternUnit unit) {
  if (text.size() > kLongest) return failf(ErrorCode::kData, "it is longer than {} bytes", kLongest);
  auto program = std::make_shared<Program>();
  program->at_start = FLOE_TRY(read_pattern(text, unit));
  std::uint32_t references = 0;
  pcre2_pattern_info(program->at_start.get(), PCRE2_INFO_BACKREFMAX, &references);
  if (references > 0) return fail(ErrorCode::kData, "it refers back to a group");
  std::size_t size = 0;
  pcre2_pattern_info(program->at_start.get(), PCRE2_INFO_SIZE, &size);
  if (size > kLargestProgram) return fail(ErrorCode::kData, "its repetitions make it too large");
  program->anywhere = FLOE_TRY(read_pattern(fmt::format("(?s:.*?)(?:{})", text), unit));
  program->whole = FLOE_TRY(read_pattern(fmt::format("(?:{})$", text), unit));
  return Pattern(std::move(program));
}

bool Pattern::begins(std::string_view text, bool otherwise) const {
  return matches(*program_->at_start, text).value_or(otherwise);
}

bool Pattern::occurs_in(std::string_view text, bool otherwise) const {
  return matches(*program_->anywhere, text).value_or(otherwise);
}

bool Pattern::is_whole(std::string_view text, bool otherwise) const {
  return matches(*program_->whole, text).value_or(otherwise);
}

}  // namespace floe::text
