// Level 2: what comes out of streams. Whether it is well-formed, and where the interface tells the answer, whether it
// is right.
#include "conformance/check_function.hpp"
#include "conformance/probe_instance.hpp"
#include "warehouse/arrow_json.hpp"

#include "base/arrow/foreign_rows.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <array>

namespace floe::conformance {
namespace {

constexpr int kBatchLimit = 1000;

using Columns = std::vector<std::pair<std::string, std::string>>;

std::string type_of_format(std::string_view format) {
  if (format == "u" || format == "U" || format == "vu") return "utf8";
  if (format == "l") return "int64";
  if (format == "tsn:UTC") return "timestamp[ns, UTC]";
  return fmt::format("another type (`{}`)", format);
}

std::string columns_text(const Columns& columns) {
  std::string text;
  for (const auto& [name, type] : columns)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, type);
  return text.empty() ? "none" : text;
}

Columns columns_of(const ArrowSchema& schema) {
  Columns columns;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& one = *schema.children[i];
    columns.emplace_back(one.name == nullptr ? "" : one.name, type_of_format(one.format));
  }
  return columns;
}

std::string stream_failure(ArrowStream& stream) {
  const char* why = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream.get());
  return why == nullptr || *why == '\0' ? "the stream fails and does not say why" : "";
}

// What is wrong with the rows of a stream, read to its end; "" when nothing is. That it fails is an answer too, when it
// says why.
std::string rows_problem(ArrowStream& stream, const ValueSpec& value) {
  if (stream->get_schema == nullptr || stream->get_next == nullptr) return "the stream lacks a function";
  ArrowSchemaOwner schema;
  if (stream->get_schema(stream.get(), schema.get()) != 0) return stream_failure(stream);
  if (!schema.has_value()) return "the stream has no schema";
  const auto parsed = arrow::ForeignSchema::parse(*schema.get(), true);
  if (!parsed.has_value()) return parsed.error().to_string();
  const Columns found = columns_of(*schema.get());
  if (!value.columns.empty() && found != value.columns) {
    return fmt::format("has the columns {}; the interface says {}", columns_text(found), columns_text(value.columns));
  }
  for (int i = 0; i < kBatchLimit; ++i) {
    ArrowArrayOwner batch;
    if (stream->get_next(stream.get(), batch.get()) != 0) return stream_failure(stream);
    if (!batch.has_value()) return {};
    const Status checked = arrow::check_rows(*parsed, *batch.get());
    if (!checked.has_value()) return fmt::format("batch {}: {}", i + 1, checked.error().to_string());
  }
  return {};
}

const ValueSpec& rows_of(const MethodSpec& method) {
  return *std::find_if(method.returns.begin(), method.returns.end(),
                       [](const ValueSpec& value) { return value.kind == "arrow"; });
}

// The rows of a stream that is well-formed; nullopt when it fails.
std::optional<json::value> rows_as_json(ArrowStream stream) {
  ArrowStream checked = arrow::checked_stream(std::move(stream));
  ArrowArrayStream raw{};
  checked.move_to(&raw);
  std::string text;
  if (!warehouse::append_rows_json(&raw, {}, &text).has_value()) return std::nullopt;
  const auto parsed = parse_json(text);
  return parsed.has_value() ? std::optional(*parsed) : std::nullopt;
}

void judge_example(Trial& trial, ProbeInstance& instance, const MethodSpec& method) {
  const std::string& wanted = rows_of(method).example_rows;
  if (wanted.empty()) return;
  auto outcome = instance.call(method);
  if (!outcome || outcome->status != FLOE_OK || !outcome->stream.has_value()) return;
  const auto rows = rows_as_json(std::move(outcome->stream));
  const std::string found = rows ? to_json(*rows) : std::string("a stream that fails");
  if (found != wanted) trial.fail(fmt::format("gives {} for its example, not {}", found, wanted));
}

// What was put is listed, and the list is sorted.
void judge_list(Trial& trial, ProbeInstance& instance, const MethodSpec& list) {
  const auto methods = instance.methods();
  const auto put = std::find_if(methods.begin(), methods.end(), [](const auto* one) { return one->name == "put"; });
  if (list.name != "list" || put == methods.end()) return;
  auto values = instance.values(**put);
  if (!values) return;
  const std::string uri = values->front().text;
  const std::size_t size = (*values)[1].text.size();
  if (instance.call(**put, *values).status != FLOE_OK) return;
  auto listed = instance.call(list);
  if (!listed || listed->status != FLOE_OK || !listed->stream.has_value()) return;
  const auto rows = rows_as_json(std::move(listed->stream));
  if (!rows) return trial.fail("the stream fails");
  std::vector<std::string> uris;
  bool is_there = false;
  for (const json::value& row : rows->as_array()) {
    uris.push_back(get_string_or(row.as_object(), "uri", ""));
    is_there = is_there || (uris.back() == uri && get_int(row.as_object(), "size") == static_cast<std::int64_t>(size));
  }
  if (!is_there) trial.fail(fmt::format("does not list `{}` with {} bytes, which was put there", uri, size));
  if (!std::is_sorted(uris.begin(), uris.end())) trial.fail("the list is not sorted by `uri`");
}

void rows(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    std::string problem;
    for (std::size_t i = 0; i < ProbeInstance::example_count(*method) && problem.empty(); ++i) {
      auto values = instance.values(*method, i);
      if (!values) break;
      CallOutcome outcome = instance.call(*method, *values);
      if (outcome.status == FLOE_OK) {
        problem = outcome.stream.has_value() ? rows_problem(outcome.stream, rows_of(*method))
                                             : "answers FLOE_OK with an empty stream";
      }
      outcome.stream.reset();
      instance.close_handles();
    }
    if (!problem.empty()) {
      trial.fail(problem);
      continue;
    }
    judge_example(trial, instance, *method);
    instance.close_handles();
    judge_list(trial, instance, *method);
    instance.close_handles();
  }
}

constexpr std::array kChecks{CheckFunction{"contract.rows", rows}};

}  // namespace

std::span<const CheckFunction> row_checks() { return kChecks; }

}  // namespace floe::conformance
