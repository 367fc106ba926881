// Level 2, of single methods: what they do with inputs that are right, and with those that are not.
#include "conformance/check_function.hpp"
#include "conformance/each_method.hpp"
#include "conformance/payload.hpp"
#include "conformance/probe_instance.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::conformance {
namespace {

constexpr std::size_t kHuge = std::size_t{16} << 20;
constexpr std::uint64_t kNeverGiven = 0xF10E'0000'DEAD;
constexpr std::size_t kFirstLineLimit = 200;

std::string status_text(floe_status status) { return std::string(status_name(status)); }

// The values of the first example with the inputs of the wanted kinds replaced, one at a time, by `text(param)`.
template <class Wanted, class Text, class Judge>
void with_each_input(ProbeInstance& instance, const MethodSpec& method, Wanted&& wanted, Text&& text, Judge&& judge) {
  for (std::size_t i = 0; i < method.params.size(); ++i) {
    if (!wanted(method.params[i])) continue;
    auto values = instance.values(method);
    if (!values) return;
    (*values)[i].text = text(method.params[i]);
    judge(method.params[i], instance.call(method, *values));
  }
}

auto always(const char* text) {
  return [text](const ValueSpec& /*param*/) { return std::string(text); };
}

bool is_text(const ValueSpec& param) { return param.is_text(); }

bool is_utf8(const ValueSpec& param) { return param.kind == "str" || param.kind == "json"; }

bool is_json(const ValueSpec& param) { return param.kind == "json"; }

void no_panic(Trial& trial, const CallOutcome& outcome, std::string_view given) {
  if (outcome.status == FLOE_PANIC)
    trial.fail(fmt::format("answers FLOE_PANIC to {}: {}", given, outcome.error.message));
}

void examples(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    for (std::size_t i = 0; i < ProbeInstance::example_count(method); ++i) {
      auto values = instance.values(method, i);
      if (!values) return;
      no_panic(trial, instance.call(method, *values), fmt::format("example {}", i + 1));
    }
  });
}

void result_schema(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    for (std::size_t example = 0; example < ProbeInstance::example_count(method); ++example) {
      auto values = instance.values(method, example);
      if (!values) return;
      const CallOutcome outcome = instance.call(method, *values);
      if (outcome.status != FLOE_OK) continue;
      for (std::size_t i = 0; i < method.returns.size(); ++i) {
        if (method.returns[i].kind != "json") continue;
        const std::string problem = payload_problem(method.returns[i].schema, outcome.texts[i]);
        if (!problem.empty()) return trial.fail(fmt::format("`{}` {}", method.returns[i].name, problem));
      }
    }
  });
}

void judge_error(Trial& trial, const CallOutcome& outcome) {
  if (outcome.status == FLOE_OK) {
    if (outcome.error.status == FLOE_OK) return;
    return trial.fail(fmt::format("answers FLOE_OK, but sets the error `{}`", outcome.error.message));
  }
  if (!is_known_status(outcome.status))
    return trial.fail(fmt::format("answers the status {}, which plugin.h does not know", outcome.status));
  if (outcome.error.status == FLOE_OK || outcome.error.message.empty()) {
    return trial.fail(fmt::format("answers {} without an error message", status_text(outcome.status)));
  }
  if (outcome.error.status != outcome.status) {
    trial.fail(fmt::format("answers {}, but its error says {}", status_text(outcome.status),
                           status_text(outcome.error.status)));
  }
  const std::string_view message = outcome.error.message;
  const std::string_view first = message.substr(0, message.find('\n'));
  if (first.size() > kFirstLineLimit) {
    trial.fail(fmt::format("the first line of its error has {} bytes; {} is the limit", first.size(), kFirstLineLimit));
  }
  if (!text::is_valid_utf8(message)) trial.fail("its error is no valid UTF-8");
}

void error_text(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    if (const auto outcome = instance.call(method)) judge_error(trial, *outcome);
    with_each_input(instance, method, is_json, always("no JSON"),
                    [&](const ValueSpec&, const CallOutcome& outcome) { judge_error(trial, outcome); });
  });
}

void empty(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    with_each_input(instance, method, is_text, always(""), [&](const ValueSpec& param, const CallOutcome& outcome) {
      no_panic(trial, outcome, fmt::format("an empty `{}`", param.name));
    });
  });
}

void huge(Trial& trial) {
  const std::string filling(kHuge, 'x');
  const auto huge_text = [&](const ValueSpec& param) -> std::string {
    if (param.kind != "json") return std::string(filling);
    const bool is_array = Specification::get().root_type(param.schema) == "array";
    return (is_array ? "[\"" : "{\"floe_check\":\"") + filling + (is_array ? "\"]" : "\"}");
  };
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    with_each_input(instance, method, is_text, huge_text, [&](const ValueSpec& param, const CallOutcome& outcome) {
      no_panic(trial, outcome, fmt::format("a `{}` of 16 MiB", param.name));
    });
  });
}

void invalid_utf8(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    for (std::size_t i = 0; i < method.params.size(); ++i) {
      if (!is_utf8(method.params[i])) continue;
      auto values = instance.values(method);
      if (!values) return;
      std::string& text = (*values)[i].text;
      // In a JSON object: a member more, so that nothing but the encoding is wrong.
      if (text.starts_with('{')) {
        text.insert(1, std::string("\"floe_check\":\"\xFF\xFE\"") + (text == "{}" ? "" : ","));
      } else {
        text += "\xFF\xFE";
      }
      const CallOutcome outcome = instance.call(method, *values);
      if (outcome.status == FLOE_OK) trial.fail(fmt::format("takes a `{}` that is no UTF-8", method.params[i].name));
      no_panic(trial, outcome, fmt::format("a `{}` that is no UTF-8", method.params[i].name));
    }
  });
}

void expect_invalid_argument(Trial& trial, const CallOutcome& outcome, std::string_view given) {
  if (outcome.status == FLOE_INVALID_ARGUMENT || outcome.status == FLOE_UNSUPPORTED) return;
  trial.fail(fmt::format("answers {} to {}, not FLOE_INVALID_ARGUMENT", status_text(outcome.status), given));
}

void invalid_json(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    with_each_input(instance, method, is_json, always("{\"cut\": "),
                    [&](const ValueSpec& param, const CallOutcome& outcome) {
                      expect_invalid_argument(trial, outcome, fmt::format("a `{}` that is no JSON", param.name));
                    });
    with_each_input(instance, method, is_json, always("true"), [&](const ValueSpec& param, const CallOutcome& outcome) {
      expect_invalid_argument(trial, outcome, fmt::format("a `{}` that is a JSON boolean", param.name));
    });
  });
}

void unknown_member(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    const auto plain = instance.call(method);
    if (!plain) return;
    instance.close_handles();
    for (std::size_t i = 0; i < method.params.size(); ++i) {
      auto values = instance.values(method);
      if (!values) return;
      std::string& text = (*values)[i].text;
      if (!is_json(method.params[i]) || !text.starts_with('{')) continue;
      text.insert(1, std::string(R"("floe_check_unknown":{"a":[1]})") + (text == "{}" ? "" : ","));
      const CallOutcome outcome = instance.call(method, *values);
      if (outcome.status == FLOE_INVALID_ARGUMENT && plain->status != FLOE_INVALID_ARGUMENT) {
        trial.fail(
            fmt::format("refuses a `{}` with an unknown member: {}", method.params[i].name, outcome.error.message));
      }
      instance.close_handles();
    }
  });
}

void refuse_handle(Trial& trial, ProbeInstance& instance, const MethodSpec& method, std::vector<InValue>& values,
                   std::string_view what) {
  const CallOutcome outcome = instance.call(method, values);
  if (outcome.status == FLOE_OK) trial.fail(fmt::format("takes a handle that {}", what));
  no_panic(trial, outcome, fmt::format("a handle that {}", what));
}

void unknown_handle(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    for (std::size_t i = 0; i < method.params.size(); ++i) {
      if (method.params[i].kind == "handle") (*values)[i].number = kNeverGiven;
    }
    refuse_handle(trial, instance, method, *values, "was never given");
  });
}

void ended_handle(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    instance.close_handles();
    refuse_handle(trial, instance, method, *values, "was ended");
  });
}

void sink_refuses(Trial& trial) {
  const ProbeHost full(0);
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    const auto plain = instance.call(method);
    if (!plain || plain->status != FLOE_OK) return;
    if (std::all_of(plain->texts.begin(), plain->texts.end(), [](const std::string& text) { return text.empty(); }))
      return;
    instance.close_handles();
    // What does not work twice cannot be tried with another sink.
    const auto again = instance.call(method);
    if (!again || again->status != FLOE_OK) return;
    instance.close_handles();
    auto values = instance.values(method);
    if (!values) return;
    const CallOutcome outcome = instance.call(method, *values, {{}, &full});
    if (outcome.status == FLOE_EXHAUSTED) return;
    trial.fail(fmt::format("answers {} when the sink says FLOE_EXHAUSTED", status_text(outcome.status)));
  });
}

// The secrets of a trial: what was given to the plugin, and what it answered as one.
class SeenSecrets {
 public:
  // As it is and as base64, in which JSON has bytes; a short one is in every text.
  void add(const std::string& value) {
    constexpr std::size_t kShortest = 4;
    if (value.size() >= kShortest) forms_.insert(forms_.end(), {value, text::to_base64(value)});
  }

  [[nodiscard]] bool are_in(std::string_view text) const {
    return std::any_of(forms_.begin(), forms_.end(),
                       [&](const std::string& form) { return text.find(form) != std::string_view::npos; });
  }

 private:
  std::vector<std::string> forms_;
};

// Of one call: what anybody may read. `before`: how much the host had heard when it began.
std::vector<std::string> open_texts(const MethodSpec& method, const CallOutcome& outcome, ProbeHost& host,
                                    std::size_t before) {
  std::vector<std::string> texts = host.heard();
  texts.erase(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(before));
  texts.push_back(outcome.error.message + outcome.error.details);
  for (std::size_t i = 0; i < method.returns.size(); ++i) {
    if (!method.returns[i].is_secret) texts.push_back(outcome.texts[i]);
  }
  return texts;
}

void secret(Trial& trial) {
  constexpr std::string_view kSecret = "floe-check-5ecret-value";
  ProbeHost host;
  ProbeInstance instance(trial, host);
  SeenSecrets secrets;
  secrets.add(std::string(kSecret));
  const auto call = [&](const MethodSpec& method) {
    trial.at(method.name);
    auto values = instance.values(method);
    if (!values) return;
    for (std::size_t i = 0; i < method.params.size(); ++i) {
      if (method.params[i].is_secret) (*values)[i].text = kSecret;
    }
    const std::size_t before = host.heard().size();
    const CallOutcome outcome = instance.call(method, *values);
    for (std::size_t i = 0; i < method.returns.size(); ++i) {
      if (method.returns[i].is_secret) secrets.add(outcome.texts[i]);
    }
    const std::vector<std::string> texts = open_texts(method, outcome, host, before);
    if (std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return secrets.are_in(text); }))
      trial.fail("the secret is in a log, a span, an error or a result");
  };
  const std::vector<const MethodSpec*> with_secrets = instance.checked_methods(trial);
  for (const MethodSpec* method : with_secrets)
    call(*method);
  // Then those that have nothing to do with it.
  for (const MethodSpec* method : instance.methods()) {
    if (std::find(with_secrets.begin(), with_secrets.end(), method) == with_secrets.end()) call(*method);
  }
}

constexpr std::array kChecks{
    CheckFunction{"contract.examples", examples},
    CheckFunction{"contract.result-schema", result_schema},
    CheckFunction{"contract.error-text", error_text},
    CheckFunction{"contract.empty", empty},
    CheckFunction{"contract.huge", huge},
    CheckFunction{"contract.invalid-utf8", invalid_utf8},
    CheckFunction{"contract.invalid-json", invalid_json},
    CheckFunction{"contract.unknown-member", unknown_member},
    CheckFunction{"contract.unknown-handle", unknown_handle},
    CheckFunction{"contract.ended-handle", ended_handle},
    CheckFunction{"contract.sink-refuses", sink_refuses},
    CheckFunction{"contract.secret", secret},
};

}  // namespace

std::span<const CheckFunction> input_checks() { return kChecks; }

}  // namespace floe::conformance
