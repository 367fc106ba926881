#include "base/diagnostics/junit.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::diagnostics {
namespace {

struct Counts {
  std::ptrdiff_t tests = 0;
  std::ptrdiff_t failures = 0;
  std::ptrdiff_t errors = 0;
  std::ptrdiff_t skipped = 0;

  void add(const JunitSuite& suite) {
    const auto count = [&](JunitVerdict verdict) {
      return std::count_if(suite.cases.begin(), suite.cases.end(),
                           [&](const JunitCase& one) { return one.verdict == verdict; });
    };
    tests += static_cast<std::ptrdiff_t>(suite.cases.size());
    failures += count(JunitVerdict::kFailed);
    errors += count(JunitVerdict::kBroken);
    skipped += count(JunitVerdict::kSkipped);
  }

  [[nodiscard]] std::string attributes(std::string_view name) const {
    return fmt::format("name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", escape_xml(name), tests,
                       failures, errors, skipped);
  }
};

std::string attribute(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format(" {}=\"{}\"", name, escape_xml(value));
}

std::string time_attribute(const std::optional<double>& seconds) {
  return seconds ? fmt::format(" time=\"{:.3f}\"", *seconds) : "";
}

std::string element(const char* name, const std::string& attributes, const std::string& text) {
  if (text.empty()) return fmt::format("<{}{}/>", name, attributes);
  return fmt::format("<{0}{1}>{2}</{0}>", name, attributes, escape_xml(text));
}

std::string body_of(const JunitCase& one) {
  switch (one.verdict) {
    case JunitVerdict::kFailed:
      return element("failure", attribute("type", one.type) + attribute("message", one.message), one.text);
    case JunitVerdict::kBroken:
      return element("error", attribute("type", one.type) + attribute("message", one.message), one.text);
    case JunitVerdict::kSkipped:
      return element("skipped", attribute("message", one.message), "");
    case JunitVerdict::kNoted:
      return element("system-out", "", one.text);
    case JunitVerdict::kPassed:
      break;
  }
  return "";
}

std::string case_text(const JunitCase& one) {
  std::string head =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\"", escape_xml(one.class_name), escape_xml(one.name));
  head += time_attribute(one.seconds) + attribute("file", one.file);
  if (one.line > 0) head += fmt::format(" line=\"{}\"", one.line);
  const std::string body = body_of(one);
  return body.empty() ? head + "/>\n" : fmt::format("{}>{}</testcase>\n", head, body);
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string out;
  for (std::size_t position = 0; position < text.size();) {
    const bool is_command = text::begins_hash_command(text.substr(position));
    const char32_t c = text::next_code_point(text, &position);
    if (c == U'&') {
      out += "&amp;";
    } else if (c == U'<') {
      out += "&lt;";
    } else if (c == U'>') {
      out += "&gt;";
    } else if (c == U'"') {
      out += "&quot;";
    } else if (c == U'\n' || c == U'\t' || c == U'\r' || is_command) {
      out += fmt::format("&#{};", static_cast<std::uint32_t>(c));
    } else {
      text::append_utf8(&out, c == 0xFFFEU || c == 0xFFFFU ? U'\xFFFD' : text::visible(c));
    }
  }
  return out;
}

std::string junit_document(std::string_view name, const std::vector<JunitSuite>& suites) {
  Counts all;
  std::string text;
  for (const JunitSuite& suite : suites) {
    Counts counts;
    counts.add(suite);
    all.add(suite);
    text += fmt::format("  <testsuite {}{}>\n", counts.attributes(suite.name), time_attribute(suite.seconds));
    for (const JunitCase& one : suite.cases)
      text += case_text(one);
    text += "  </testsuite>\n";
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n{}</testsuites>\n",
                     all.attributes(name), text);
}

}  // namespace floe::diagnostics
