#include "audit/chain.hpp"

#include "floe_test.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace {

using namespace floe;
using namespace floe::audit;

// Four lines, as commands write them.
std::vector<std::string> whole() {
  std::vector<std::string> lines;
  Head head;
  for (const char* command : {"compile", "run", "test", "show"}) {
    lines.push_back(next_line(head, {{"command", command}}));
    head = head_of(head.sequence + 1, lines.back());
  }
  return lines;
}

std::string log_of(const std::vector<std::string>& lines) {
  return lines.empty() ? "" : text::join(lines, "\n") + "\n";
}

}  // namespace

TEST_CASE("a line begins with its number and the digest of the line before") {
  const auto lines = whole();
  CHECK(lines[0] == R"({"version":2,"sequence":1,"previous_sha256":null,"command":"compile"})");
  CHECK(lines[1] ==
        R"({"version":2,"sequence":2,"previous_sha256":")" + text::sha256_hex(lines[0]) + R"(","command":"run"})");
  const Chain chain = read_chain(log_of(lines));
  CHECK(chain.broken.empty());
  CHECK(chain.lines == 4);
  CHECK(chain.head == head_of(4, lines[3]));
  CHECK(read_chain("").head == Head{});
}

TEST_CASE("what was changed in a log shows, with the line") {
  const auto lines = whole();
  const auto broken = [&](auto&& change) {
    auto changed = lines;
    change(changed);
    const Chain chain = read_chain(log_of(changed));
    return fmt::format("{} hold; {}", chain.lines, chain.broken);
  };
  CHECK(broken([](auto& all) { all[1][all[1].size() - 3] = 'X'; }) ==
        "2 hold; line 3 was written after another line than the one before it");
  CHECK(broken([](auto& all) { all.erase(all.begin() + 1); }) ==
        "1 hold; line 2 has the number 3, and 2 comes after 1");
  CHECK(broken([](auto& all) { std::swap(all[1], all[2]); }) == "1 hold; line 2 has the number 3, and 2 comes after 1");
  CHECK(broken([](auto& all) { all.insert(all.begin() + 1, all[1]); }) ==
        "2 hold; line 3 has the number 2, and 3 comes after 2");
  CHECK(broken([](auto& all) { all.insert(all.begin(), "{}"); }) == "0 hold; line 1 is no line of an audit log");
  CHECK(broken([](auto& all) { all.emplace_back(); }) == "4 hold; line 5 is no line of an audit log");
  CHECK(broken([](auto& all) { all.erase(all.begin()); }) ==
        "0 hold; its first line says that there was one before it");
  CHECK(broken([](auto& all) { all[3] = std::string(kMaxLineBytes + 1, ' '); }) == "3 hold; line 4 is too long");
  CHECK(read_chain(lines[0]).broken == "line 1 is not whole");
}

TEST_CASE("a log has to have the line that is known from elsewhere") {
  const auto lines = whole();
  const auto why = [&](const std::vector<std::string>& log, const Head& known) {
    const std::string text = log_of(log);
    return why_not_in(text, read_chain(text), known).value_or("");
  };
  CHECK(why(lines, {}).empty());
  CHECK(why(lines, head_of(4, lines[3])).empty());
  CHECK(why(lines, head_of(2, lines[1])).empty());  // others wrote since
  CHECK(why({lines[0], lines[1]}, head_of(4, lines[3])) == "it ends with number 2, and there was a number 4");
  CHECK(why({next_line({}, {{"command", "forged"}})}, head_of(1, lines[0])) ==
        "number 1 is another line than the one that was written");
  CHECK(why({first_line(7, {{"command", "audit resume"}})}, head_of(4, lines[3])) ==
        "it begins with number 7, and there was a number 4");
  CHECK(why({first_line(7, {{"command", "audit resume"}})}, head_of(7, first_line(7, {{"command", "audit resume"}})))
            .empty());
}

TEST_CASE("a head as text") {
  const Head head{12, text::sha256_hex("x")};
  CHECK(head_from(head_text(head)) == head);
  for (const char* wrong : {"", "12", "12:", "0:", ":ab", "12:zz", "-1:ab"})
    CHECK_FALSE(head_from(std::string(wrong) + "").has_value());
  CHECK_FALSE(head_from("0:" + head.sha256).has_value());
  CHECK_FALSE(head_from("12:" + head.sha256 + "0").has_value());
}
