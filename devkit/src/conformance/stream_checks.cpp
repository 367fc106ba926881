// Level 2, of methods that take or give Arrow streams.
#include "conformance/check_function.hpp"
#include "conformance/each_method.hpp"
#include "conformance/probe_instance.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <array>

namespace floe::conformance {
namespace {

constexpr int kBatchLimit = 1000;

// The next batch; false at the end or after an error.
bool pull(ArrowStream& stream) {
  ArrowArrayOwner batch;
  return stream->get_next(stream.get(), batch.get()) == 0 && batch.has_value();
}

void read_schema(ArrowStream& stream) {
  ArrowSchemaOwner schema;
  stream->get_schema(stream.get(), schema.get());
}

// The stream of an example that the method answers; an empty one when there is none.
ArrowStream open_stream(ProbeInstance& instance, const MethodSpec& method, CallPlan plan = {}) {
  auto values = instance.values(method);
  if (!values) return {};
  CallOutcome outcome = instance.call(method, *values, std::move(plan));
  return std::move(outcome.stream);
}

void stream_in_moved(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  std::vector<std::pair<const MethodSpec*, std::unique_ptr<CountedStream>>> given;
  const auto give = [&](const MethodSpec& method, std::vector<InValue> values) {
    auto stream = instance.add_stream(method, values);
    const CallOutcome outcome = instance.call(method, values);
    if (!stream->is_moved()) {
      trial.fail(fmt::format("answers {} and leaves the stream with its caller", status_name(outcome.status)));
    }
    given.emplace_back(&method, std::move(stream));
  };
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    if (const auto values = instance.values(*method)) give(*method, *values);
    auto wrong = instance.values(*method);
    if (!wrong) continue;
    for (std::size_t i = 0; i < method->params.size(); ++i) {
      if (method->params[i].kind == "handle") (*wrong)[i].number = 0xF10E'DEAD;
      if (method->params[i].kind == "json") (*wrong)[i].text = "no JSON";
    }
    give(*method, *wrong);
  }
  instance.destroy();
  for (const auto& [method, stream] : given) {
    trial.at(method->name);
    if (stream->is_moved() && stream->releases() != 1) {
      trial.fail(fmt::format("released a stream {} times until destroy, not once", stream->releases()));
    }
  }
}

// What the answer says of the rows, and what became of the stream; "" when they agree.
std::string delivery_problem(const std::string& answer, const CountedStream& stream) {
  const auto result = parse_json_object(answer);
  if (!result) return "";  // contract.result-schema says so
  if (get_bool_or(*result, "already_delivered", false)) return "";
  const json::array* errors = get_array(*result, "errors");
  const std::int64_t refused = errors == nullptr ? 0 : std::ssize(*errors);
  const std::int64_t delivered = get_int(*result, "rows").value_or(0);
  if (delivered + refused != CountedStream::kRows) {
    return fmt::format("delivers {} and refuses {} of {} row, and answers FLOE_OK", delivered, refused,
                       CountedStream::kRows);
  }
  if (!stream.is_read()) return "answers FLOE_OK before the stream is read to its end";
  return "";
}

void all_rows(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    const auto stream = instance.add_stream(method, *values);
    const CallOutcome outcome = instance.call(method, *values);
    if (outcome.status != FLOE_OK) return;
    const std::string problem = delivery_problem(outcome.texts.front(), *stream);
    if (!problem.empty()) trial.fail(problem);
  });
}

void stream_out_empty(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    auto values = instance.values(*method);
    if (!values) continue;
    // What most methods refuse: a handle that is none, text that is no JSON and no UTF-8.
    for (std::size_t i = 0; i < method->params.size(); ++i) {
      if (method->params[i].kind == "handle") (*values)[i].number = 0xF10E'DEAD;
      if (method->params[i].is_text()) (*values)[i].text = "\xFF\xFE no JSON";
    }
    const CallOutcome outcome = instance.call(*method, *values);
    if (outcome.is_stream_left)
      trial.fail(fmt::format("answers {} with a stream that is not empty", status_name(outcome.status)));
  }
}

void early_release(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    for (int batches = -1; batches < 3; ++batches) {
      ArrowStream stream = open_stream(instance, *method);
      if (!stream.has_value()) break;
      if (batches >= 0) read_schema(stream);
      for (int i = 0; i < batches; ++i)
        pull(stream);
      ArrowArrayStream* raw = stream.get();
      raw->release(raw);
      if (raw->release != nullptr) {
        raw->release = nullptr;
        trial.fail("its release does not mark the stream as released");
        break;
      }
      instance.close_handles();
    }
  }
}

void after_destroy(Trial& trial) {
  for (const MethodSpec& method : trial.subject.interface->methods) {
    if (!trial.applies_to(method)) continue;
    ProbeHost host;
    ProbeInstance instance(trial, host);
    if (!instance.probe().has(method.slot)) continue;
    trial.at(method.name);
    ArrowStream stream = open_stream(instance, method);
    if (!stream.has_value()) continue;
    instance.probe().header().destroy(instance.forget());
    read_schema(stream);
    for (int i = 0; i < kBatchLimit && pull(stream); ++i)
      continue;
    stream.reset();
  }
}

constexpr std::array kChecks{
    CheckFunction{"contract.all-rows", all_rows},
    CheckFunction{"contract.stream-in-moved", stream_in_moved},
    CheckFunction{"contract.stream-out-empty", stream_out_empty},
    CheckFunction{"contract.stream-early-release", early_release},
    CheckFunction{"contract.stream-after-destroy", after_destroy},
};

}  // namespace

std::span<const CheckFunction> stream_checks() { return kChecks; }

}  // namespace floe::conformance
