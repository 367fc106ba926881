#include "base/diagnostics/junit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::diagnostics {
namespace {

struct Counts {
  std::ptrdiff_t tests = 0;
  std::ptrdiff_t failures = 0;
  std::ptrdiff_t skipped = 0;

  void add(const JunitSuite& suite) {
    const auto count = [&](JunitVerdict verdict) {
      return std::count_if(suite.cases.begin(), suite.cases.end(),
                           [&](const JunitCase& one) { return one.verdict == verdict; });
    };
    tests += static_cast<std::ptrdiff_t>(suite.cases.size());
    failures += count(JunitVerdict::kFailed);
    skipped += count(JunitVerdict::kSkipped);
  }

  [[nodiscard]] std::string attributes(std::string_view name) const {
    return fmt::format("name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", escape_xml(name), tests,
                       failures, skipped);
  }
};

std::string attribute(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format(" {}=\"{}\"", name, escape_xml(value));
}

std::string element(const char* name, const std::string& attributes, const std::string& text) {
  if (text.empty()) return fmt::format("<{}{}/>", name, attributes);
  return fmt::format("<{0}{1}>{2}</{0}>", name, attributes, escape_xml(text));
}

std::string body_of(const JunitCase& one) {
  switch (one.verdict) {
    case JunitVerdict::kFailed:
      return element("failure", attribute("type", one.type) + attribute("message", one.message), one.text);
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
  if (one.seconds) head += fmt::format(" time=\"{:.3f}\"", *one.seconds);
  const std::string body = body_of(one);
  return body.empty() ? head + "/>\n" : fmt::format("{}>{}</testcase>\n", head, body);
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n' || c == '\t' || c == '\r') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
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
    text += fmt::format("  <testsuite {}>\n", counts.attributes(suite.name));
    for (const JunitCase& one : suite.cases)
      text += case_text(one);
    text += "  </testsuite>\n";
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n{}</testsuites>\n",
                     all.attributes(name), text);
}

}  // namespace floe::diagnostics
