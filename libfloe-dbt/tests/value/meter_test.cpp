#include "value/meter.hpp"

#include "floe_test.hpp"
#include "jinja/environment.hpp"
#include "value/datetime.hpp"

#include "base/io/environment.hpp"

using namespace floe;       // NOLINT: test
using namespace floe::dbt;  // NOLINT: test

namespace {

class BuiltinContext final : public Context {
 public:
  bool resolve(const StringObject& name, Value* out) override {
    static const auto clock = io::make_system_clock();
    if (name.view() == "modules") *out = make_modules(*clock);
    return name.view() == "modules" || find_dbt_builtin(name, out);
  }
};

// `line: message` of what a template ends in.
std::string end_of(const std::string& source, const MeterLimits& limits) {
  Environment environment;
  BuiltinContext context;
  auto tpl = environment.parse(source, "t");
  if (!tpl) return tpl.error().message;
  const Meter::Run run(limits);
  const auto text = environment.render(**tpl, context);
  if (text) return "rendered";
  CHECK(text.error().code == ErrorCode::kExhausted);
  return *text.error().detail("jinja.line") + ": " + text.error().message;
}

constexpr MeterLimits kSmall{.steps = 1'000'000, .text = 1 << 20, .values = 16 << 20, .cpu_seconds = 60};

constexpr const char* kSteps = "the template takes more than 1000000 steps";
constexpr const char* kText = "a text of the template is longer than 1048576 bytes";
constexpr const char* kValues = "the values of the template take more than 16777216 bytes";

}  // namespace

TEST_CASE("templates that never end are ended, with their place") {
  struct Case {
    const char* source;
    std::string end;
  };

  const auto c = GENERATE_COPY(values<Case>({
      {"\n{% for i in range(100000) %}{% for j in range(100000) %}\n{% endfor %}{% endfor %}",
       std::string("2: ") + kSteps},
      {"{% for i in range(100000) %}{% for j in range(100000) if j > i + 1 + 1 + 1 %}{% endfor %}{% endfor %}",
       std::string("1: ") + kSteps},
      {"{% set l = [1] %}\n{% for i in l %}{% do l.append(i) %}{% endfor %}", std::string("2: ") + kSteps},
      {"{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}", std::string("1: ") + kSteps},
      {"{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
       std::string("1: ") + kSteps},
      {"{% set ns = namespace(d={}) %}{% for i in range(100000) %}{% for j in range(100000) %}"
       "{% do ns.d.update({(i, j): 1}) %}{% endfor %}{% endfor %}",
       std::string("1: ") + kSteps},
      {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
       std::string("1: ") + kText},
      {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
       std::string("1: ") + kText},
      {"{% set s = 'x' * 1000000 %}{% for i in range(1000) %}{{ s }}{% endfor %}", std::string("1: ") + kText},
      {"{{ (['x' * 1000000] * 1000) | join }}", std::string("1: ") + kText},
      {"{{ ('x' * 1000000).join(['a'] * 1000) }}", std::string("1: ") + kText},
      {"{{ ('a' * 10000) | replace('a', 'x' * 100000) }}", std::string("1: ") + kText},
      {"{{ 'a'.replace('', 'x' * 100000000) | replace('x', 'xx') }}", std::string("1: ") + kText},
      {"{{ ('a\n' * 100000) | indent(100000) }}", std::string("2: ") + kText},
      {"{{ ('a ' * 100000) | wordwrap(1, wrapstring='x' * 100000) }}", std::string("1: ") + kText},
      {"{{ ('{0}' * 100000).format('x' * 100000) }}", std::string("1: ") + kText},
      {"{{ ('%(a)s' * 100000) % {'a': 'x' * 100000} }}", std::string("1: ") + kText},
      {"{{ ('\t' * 10000).expandtabs(100000) }}", std::string("1: ") + kText},
      {"{{ ('a' * 10000).translate({97: 'x' * 100000}) }}", std::string("1: ") + kText},
      {"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
       std::string("1: ") + kText},
      {"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ "
       "tojson(ns.l) }}",
       std::string("1: ") + kText},
      {"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ "
       "toyaml(ns.l) }}",
       std::string("1: ") + kText},
      {"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|pprint "
       "}}",
       std::string("1: ") + kSteps},
      {"{% set ns = namespace(l=[1], k=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}"
       "{% set ns.k = [ns.k, ns.k] %}{% endfor %}{{ ns.l == ns.k }}",
       std::string("1: ") + kSteps},
      {"{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} "
       "}}",
       std::string("1: ") + kSteps},
      {"{% set l = [] %}{% for i in range(1000) %}{% do l.append('x' * 100000 ~ i) %}{% endfor %}",
       std::string("1: ") + kValues},
      {"{% set l = [] %}{% for i in range(100000) %}{% for j in range(1000) %}{% do l.append([]) %}{% endfor %}{% "
       "endfor %}",
       std::string("1: ") + kSteps},
  }));
  INFO(c.source);
  CHECK(end_of(c.source, kSmall) == c.end);
}

TEST_CASE("work on long texts counts") {
  for (const char* work :
       {"ns.s | upper", "ns.s | length", "ns.s.count('x')", "'y' in ns.s", "ns.s == ns.s ~ ''", "ns.s is upper",
        "ns.s | replace('x', 'y')", "(ns.s ~ i) in {}", "modules.re.sub('(x+x+)+[yz]', '', ns.s[:20])"}) {
    INFO(work);
    // A text of a million bytes is some 16,000 steps.
    const std::string loop =
        "{% set ns = namespace(s='x' * 1000000) %}{% for i in range(1000) %}{% set a = " + std::string(work) +
        " %}{% endfor %}";
    CHECK_THAT(end_of(loop, kSmall), Catch::StartsWith("1: "));
  }
}

TEST_CASE("a template is ended by its time") {
  CHECK(end_of("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
               {.cpu_seconds = 0}) == "1: the template takes more than 0 s");
}

TEST_CASE("what projects do is far from the limits, and each run begins anew") {
  const std::string large =
      "{% set ns = namespace(s='', l=[]) %}{% for i in range(20000) %}{% set ns.s = ns.s ~ 'select ' ~ i ~ ' union all "
      "' %}"
      "{% do ns.l.append({'a': i, 'b': ns.s[:20]}) %}{% endfor %}{{ tojson(ns.l)|length }}{{ ns.s }}";
  for (int i = 0; i < 3; ++i)
    CHECK(end_of(large, {}) == "rendered");
}

TEST_CASE("nothing is limited outside of a run, and the limits are there within one") {
  const Value text(std::string((128 << 20) + 1, 'x'));
  CHECK(text.as_string().size() == (128 << 20) + 1);
  CHECK(end_of("{% set ns = namespace(s='x') %}{% for i in range(28) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", {}) ==
        "1: a text of the template is longer than 134217728 bytes");
}
