// floe.h as an embedder uses it, and misuses it.
#include "embedded_project.hpp"

#include "floe/arrow.hpp"

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace floe::embedding_test {
namespace {

std::string message_of(floe_result* result) {
  const ResultPtr owner(result);
  return result == nullptr ? "no result" : floe_result_message(result);
}

TEST_CASE("misuse of the embedding API is an answer, and out parameters are never left as they were") {
  auto* context = reinterpret_cast<floe_context*>(1);
  auto* result = reinterpret_cast<floe_result*>(1);
  const std::string roots = R"({"plugin_roots": [7]})";
  CHECK(floe_context_create(roots.data(), roots.size(), &context, &result) == FLOE_INVALID_ARGUMENT);
  CHECK(context == nullptr);
  CHECK(message_of(result) == "`plugin_roots` of `floe_context_create` must be a list of paths");
  const std::string no_directory = R"({"plugin_roots": ["/nothing/here"]})";
  CHECK(floe_context_create(no_directory.data(), no_directory.size(), &context, &result) == FLOE_INVALID_ARGUMENT);
  CHECK(message_of(result) == "the plugin root `/nothing/here` is no directory");
  CHECK(floe_context_create("{}", 2, nullptr, &result) == FLOE_INVALID_ARGUMENT);
  CHECK(message_of(result) == "the out parameter is NULL");
  CHECK(floe_context_call(nullptr, "compile", "", 0, &result) == FLOE_INVALID_ARGUMENT);
  CHECK(message_of(result) == "the context is NULL");
  ArrowArrayStream rows;
  std::memset(&rows, 0xab, sizeof rows);
  CHECK(floe_show_stream(nullptr, "", 0, &rows, &result) == FLOE_INVALID_ARGUMENT);
  CHECK(rows.release == nullptr);
  CHECK(message_of(result) == "the context is NULL");
  const Project project;
  const ContextPtr opened = project.open();
  CHECK(floe_show_stream(opened.get(), "", 0, nullptr, &result) == FLOE_INVALID_ARGUMENT);
  CHECK(message_of(result) == "the out parameter is NULL");
  CHECK(floe_context_call(opened.get(), "compile", "{", 1, nullptr) == FLOE_INVALID_ARGUMENT);
}

TEST_CASE("a context takes its own options only") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"projct_dir": "/elsewhere"})", "`floe_context_create` takes no `projct_dir`; did you mean `project_dir`?"},
      {R"({"project_dir": 5})", "`project_dir` of `floe_context_create` must be a path"},
      {R"({"project_dir": "."})", ""},
      {R"({"project_dir": ".\u0000x"})", "`project_dir` of `floe_context_create` must be a path: it has a NUL"},
      {R"({"env": ""})", "`env` of `floe_context_create` must not be empty"},
      {R"({"plugin_trace": true})", "`plugin_trace` of `floe_context_create` must be a path"},
      {"[]",
       "what `floe_context_create` is given is no JSON object: expected a JSON object at the top, found an array"},
  };
  for (const auto& [options, said] : cases) {
    floe_context* context = nullptr;
    floe_result* result = nullptr;
    const floe_status status = floe_context_create(options.data(), options.size(), &context, &result);
    CHECK(message_of(result) == said);
    CHECK(status == (said.empty() ? FLOE_OK : FLOE_INVALID_ARGUMENT));
    floe_context_destroy(context);
  }
}

TEST_CASE("rows outlive the verb that made them, and a callback that throws disturbs nothing") {
  const Project project;
  const ContextPtr context = project.open();
  int events = 0;
  floe_context_on_event(
      context.get(),
      [](void* arg, const char*, size_t) {
        ++*static_cast<int*>(arg);
        throw std::runtime_error("an embedder's bug");
      },
      &events);
  floe_result* result = nullptr;
  const floe_status ran = floe_context_call(context.get(), "run", "", 0, &result);
  INFO(message_of(result));
  REQUIRE(ran == FLOE_OK);
  CHECK(events > 0);
  // One stream read to its end, one released half way, one before anything was read.
  for (const std::int64_t batches : {INT64_MAX, std::int64_t{1}, std::int64_t{0}}) {
    const std::string request = R"({"name": "numbers", "limit": 5000})";
    ArrowStream rows;
    const floe_status shown = floe_show_stream(context.get(), request.data(), request.size(), rows.get(), &result);
    INFO(message_of(result));
    REQUIRE(shown == FLOE_OK);
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < batches; ++i) {
      ArrowArrayOwner batch;
      REQUIRE(rows->get_next(rows.get(), batch.get()) == 0);
      if (!batch.has_value()) break;
      count += batch->length;
    }
    CHECK((batches == INT64_MAX ? count == 5000 : count <= 5000));
  }
}

}  // namespace
}  // namespace floe::embedding_test
