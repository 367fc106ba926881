#include "audit/chain.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace floe::audit {
namespace {

constexpr std::string_view kSequence = R"({"version":2,"sequence":)";
constexpr std::string_view kPrevious = R"(,"previous_sha256":)";
constexpr std::size_t kHexDigits = 64;

// What each line begins with, byte for byte: it is compared, and nothing of a log is parsed.
std::string begin_after(const Head& before, std::int64_t sequence) {
  return fmt::format("{}{}{}{},", kSequence, sequence, kPrevious,
                     before.sequence == 0 ? std::string("null") : "\"" + before.sha256 + "\"");
}

// 0 for what is no line of such a log.
std::int64_t sequence_of(std::string_view line) {
  std::int64_t number = 0;
  if (!line.starts_with(kSequence)) return 0;
  const char* const begin = line.data() + kSequence.size();
  const auto [end, error] = std::from_chars(begin, line.data() + line.size(), number);
  const auto rest = line.substr(static_cast<std::size_t>(end - line.data()));
  return error == std::errc() && number > 0 && rest.starts_with(kPrevious) ? number : 0;
}

std::string why_no_follower(const Head& before, std::string_view line, std::int64_t number) {
  const std::int64_t sequence = sequence_of(line);
  if (sequence == 0) return fmt::format("line {} is no line of an audit log", number);
  if (before.sequence == 0) return "its first line says that there was one before it";
  if (sequence != before.sequence + 1)
    return fmt::format("line {} has the number {}, and {} comes after {}", number, sequence, before.sequence + 1,
                       before.sequence);
  return fmt::format("line {} was written after another line than the one before it", number);
}

// Calls `each` with every line, until it says false. The rest behind the last line break is a line, too.
template <class Each>
void for_each_line(std::string_view log, Each&& each) {
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    if (!each(log.substr(0, end), end != std::string_view::npos)) return;
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
  }
}

}  // namespace

std::string next_line(const Head& before, const json::object& rest) {
  return begin_after(before, before.sequence + 1) + to_json(rest).substr(1);
}

std::string first_line(std::int64_t sequence, const json::object& rest) {
  return begin_after({}, sequence) + to_json(rest).substr(1);
}

Head head_of(std::int64_t sequence, std::string_view line) { return {sequence, text::sha256_hex(line)}; }

Chain read_chain(std::string_view log) {
  Chain chain;
  for_each_line(log, [&](std::string_view line, bool is_whole) {
    const std::int64_t number = chain.lines + 1;
    const bool is_first = chain.head.sequence == 0;
    const std::int64_t sequence = is_first ? sequence_of(line) : chain.head.sequence + 1;
    if (!is_whole || line.size() > kMaxLineBytes) {
      chain.broken = fmt::format("line {} {}", number, is_whole ? "is too long" : "is not whole");
    } else if (sequence == 0 || !line.starts_with(begin_after(chain.head, sequence))) {
      chain.broken = why_no_follower(chain.head, line, number);
    } else {
      chain.head = head_of(sequence, line);
      chain.lines = number;
    }
    return chain.broken.empty();
  });
  return chain;
}

std::optional<std::string> why_not_in(std::string_view log, const Chain& chain, const Head& known) {
  if (known.sequence == 0 || chain.head == known) return std::nullopt;
  const std::int64_t first = chain.head.sequence - chain.lines + 1;
  if (chain.head.sequence < known.sequence)
    return fmt::format("it ends with number {}, and there was a number {}", chain.head.sequence, known.sequence);
  if (known.sequence < first)
    return fmt::format("it begins with number {}, and there was a number {}", first, known.sequence);
  std::optional<std::string> why;
  std::int64_t sequence = first;
  for_each_line(log, [&](std::string_view line, bool /*is_whole*/) {
    if (sequence++ != known.sequence) return true;
    if (text::sha256_hex(line) != known.sha256)
      why = fmt::format("number {} is another line than the one that was written", known.sequence);
    return false;
  });
  return why;
}

std::string head_text(const Head& head) { return fmt::format("{}:{}", head.sequence, head.sha256); }

std::optional<Head> head_from(std::string_view text) {
  Head head;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), head.sequence);
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || head.sequence < 1 || rest.size() != kHexDigits + 1 || rest.front() != ':')
    return std::nullopt;
  head.sha256 = text::to_lower_ascii(rest.substr(1));
  if (!text::from_hex(head.sha256)) return std::nullopt;
  return head;
}

}  // namespace floe::audit
