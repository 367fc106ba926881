#include "conformance/probe_instance.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <unistd.h>

namespace floe::conformance {
namespace {

std::string working_directory() {
  std::string path(4096, '\0');
  return ::getcwd(path.data(), path.size()) == nullptr ? std::string("/tmp") : std::string(path.c_str());
}

// `${directory}` in an example is the folder of the trial.
std::string filled(std::string text) {
  constexpr std::string_view kPlace = "${directory}";
  for (std::size_t at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace)) {
    text.replace(at, kPlace.size(), working_directory());
  }
  return text;
}

InValue example_value(const ValueSpec& param, std::size_t example) {
  InValue value;
  value.number = 1024;
  if (param.kind == "str") value.text = filled(param.example.empty() ? "example" : param.example);
  if (param.kind == "bytes") value.text = "floe";
  if (param.kind == "json") {
    const auto examples = Specification::get().examples(param.schema);
    value.text = examples.empty() ? "{}" : filled(to_json(examples[std::min(example, examples.size() - 1)]));
  }
  return value;
}

const MethodCall& call_of(const std::string& interface_id, const std::string& method) {
  const auto calls = method_calls();
  const auto found = std::find_if(calls.begin(), calls.end(), [&](const MethodCall& one) {
    return one.interface_id == interface_id && one.method == method;
  });
  FLOE_ASSERT(found != calls.end());
  return *found;
}

}  // namespace

ProbeInstance::ProbeInstance(Trial& trial, ProbeHost& host)
    : host_(host), probe_(load_probe(trial, host, host.table())) {
  std::string why;
  for (const std::string& config : trial.subject.configs) {
    const HostCall call = host.make_call();
    trial.at("create");
    const floe_status status = probe_.header().create(host.table(), call.raw(), config.data(), config.size(), &self_);
    trial.at("");
    if (status == FLOE_OK) return;
    why = fmt::format("{} ({})", status_name(status), call_error(host.table(), call.raw()).message);
  }
  trial.leave_out(fmt::format("no instance can be made: {}; give a configuration with --config", why),
                  FindingKind::kNoInstance);
}

ProbeInstance::ProbeInstance(ProbeInstance* owner)
    : host_(owner->host_), probe_(owner->probe_), self_(owner->self_), is_owner_(false) {}

void ProbeInstance::destroy() {
  if (self_ == nullptr) return;
  close_handles();
  if (is_owner_) probe_.header().destroy(self_);
  self_ = nullptr;
}

void* ProbeInstance::forget() {
  open_.clear();
  return std::exchange(self_, nullptr);
}

std::vector<const MethodSpec*> ProbeInstance::methods() const {
  std::vector<const MethodSpec*> found;
  for (const MethodSpec& method : probe_.interface.methods) {
    if (probe_.has(method.slot)) found.push_back(&method);
  }
  return found;
}

std::vector<const MethodSpec*> ProbeInstance::checked_methods(const Trial& trial) const {
  std::vector<const MethodSpec*> found = methods();
  std::erase_if(found, [&](const MethodSpec* method) { return !trial.applies_to(*method); });
  return found;
}

const MethodSpec* ProbeInstance::find(std::string_view name) const {
  for (const MethodSpec& method : probe_.interface.methods) {
    if (method.name == name && probe_.has(method.slot)) return &method;
  }
  return nullptr;
}

std::size_t ProbeInstance::example_count(const MethodSpec& method) {
  std::size_t count = 1;
  for (const ValueSpec& param : method.params) {
    if (param.kind == "json") count = std::max(count, Specification::get().examples(param.schema).size());
  }
  return count;
}

// A handle is opened by the method that returns one of the same name.
std::optional<std::uint64_t> ProbeInstance::open_handle(const std::string& name) {
  for (const MethodSpec* method : methods()) {
    for (std::size_t i = 0; i < method->returns.size(); ++i) {
      if (method->returns[i].kind != "handle" || method->returns[i].name != name) continue;
      const auto opened = call(*method);
      if (opened && opened->status == FLOE_OK) return opened->numbers[i];
    }
  }
  return std::nullopt;
}

std::optional<std::vector<InValue>> ProbeInstance::values(const MethodSpec& method, std::size_t example) {
  std::vector<InValue> made;
  for (const ValueSpec& param : method.params) {
    InValue value = example_value(param, example);
    if (param.kind == "handle") {
      const auto handle = open_handle(param.name);
      if (!handle) return std::nullopt;
      value.number = *handle;
    }
    made.push_back(std::move(value));
  }
  return made;
}

std::unique_ptr<CountedStream> ProbeInstance::add_stream(const MethodSpec& method, std::vector<InValue>& values) const {
  for (std::size_t i = 0; i < method.params.size(); ++i) {
    if (method.params[i].kind != "arrow") continue;
    auto stream = std::make_unique<CountedStream>();
    values[i].stream = stream->raw();
    return stream;
  }
  return nullptr;
}

CallOutcome ProbeInstance::call(const MethodSpec& method, std::vector<InValue>& values, CallPlan plan) {
  std::unique_ptr<CountedStream> stream;
  for (std::size_t i = 0; i < method.params.size(); ++i) {
    const bool is_missing = method.params[i].kind == "arrow" && values[i].stream == nullptr;
    if (is_missing && !method.params[i].is_optional) stream = add_stream(method, values);
  }
  const floe_host* sinks = plan.sink_host == nullptr ? host_.table() : plan.sink_host->table();
  std::vector<std::unique_ptr<SinkBuffer>> buffers;
  std::vector<OutValue> out(method.returns.size());
  for (std::size_t i = 0; i < method.returns.size(); ++i) {
    buffers.push_back(std::make_unique<SinkBuffer>(sinks));
    out[i].sink = buffers.back()->raw();
    // As the caller's memory happens to be: only a release that is NULL says empty.
    out[i].stream.release = [](ArrowArrayStream*) {};
  }
  HostCall call = host_.make_call(std::move(plan.options));
  const auto clock = io::make_system_clock();
  const std::int64_t start = clock->monotonic_ns();
  CallOutcome outcome;
  outcome.status = call_of(probe_.info.id, method.name).invoke({probe_.table, self_, call.raw(), values, out});
  outcome.took_ns = clock->monotonic_ns() - start;
  outcome.error = call_error(host_.table(), call.raw());
  for (std::size_t i = 0; i < method.returns.size(); ++i) {
    outcome.texts.emplace_back(buffers[i]->view());
    outcome.numbers.push_back(out[i].number);
    if (method.returns[i].kind != "arrow") continue;
    outcome.is_stream_left = outcome.status != FLOE_OK && out[i].stream.release != nullptr;
    if (outcome.status == FLOE_OK) outcome.stream = ArrowStream(&out[i].stream);
  }
  if (stream != nullptr) {
    for (InValue& value : values)
      value.stream = nullptr;
  }
  kept_calls_.push_back(std::move(call));
  remember_handles(method, values, outcome);
  return outcome;
}

void ProbeInstance::remember_handles(const MethodSpec& method, const std::vector<InValue>& values,
                                     const CallOutcome& outcome) {
  if (outcome.status != FLOE_OK) return;
  for (std::size_t i = 0; i < method.params.size(); ++i) {
    if (!method.params[i].is_ending) continue;
    std::erase_if(open_, [&](const OpenHandle& handle) { return handle.number == values[i].number; });
  }
  for (std::size_t i = 0; i < method.returns.size(); ++i) {
    const MethodSpec* closer = method.returns[i].closed_by.empty() ? nullptr : find(method.returns[i].closed_by);
    if (closer != nullptr) open_.push_back({closer, outcome.numbers[i]});
  }
}

std::optional<CallOutcome> ProbeInstance::call(const MethodSpec& method) {
  auto prepared = values(method);
  if (!prepared) return std::nullopt;
  return call(method, *prepared);
}

void ProbeInstance::close_handles() {
  const std::vector<OpenHandle> open = std::move(open_);
  open_.clear();
  for (const OpenHandle& handle : open) {
    std::vector<InValue> arguments;
    for (const ValueSpec& param : handle.closer->params) {
      arguments.push_back(example_value(param, 0));
      if (param.kind == "handle") arguments.back().number = handle.number;
    }
    call(*handle.closer, arguments);
  }
  kept_calls_.clear();
}

floe_status ProbeInstance::lifecycle_text(floe_status (*method)(void*, floe_call*, floe_sink*), std::string& text) {
  const HostCall call = host_.make_call();
  const SinkBuffer buffer(host_.table());
  const floe_status status = method(self_, call.raw(), buffer.raw());
  text = buffer.take();
  return status;
}

floe_status ProbeInstance::health(std::string& text) { return lifecycle_text(probe_.header().health, text); }

floe_status ProbeInstance::describe(std::string& text) { return lifecycle_text(probe_.header().describe, text); }

}  // namespace floe::conformance
