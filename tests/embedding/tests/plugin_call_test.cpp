// floe_plugin_call: methods of real plugins by name, values as JSON and rows as Arrow.
#include "embedded_project.hpp"

#include "floe/arrow.hpp"

#include <string_view>
#include <sys/stat.h>

namespace floe::embedding_test {
namespace {

struct Called {
  ResultPtr result;
  ArrowStream rows;
};

Called call_plugin(const ContextPtr& context, const json::object& request, bool wants_stream = false,
                   ArrowArrayStream* rows_in = nullptr) {
  const std::string text = to_json(request);
  Called out;
  floe_result* result = nullptr;
  floe_plugin_call(context.get(), text.data(), text.size(), rows_in, wants_stream ? out.rows.get() : nullptr, &result);
  out.result.reset(result);
  return out;
}

json::object request_of(std::string_view plugin, std::string_view method, json::object arguments = {},
                        json::object config = {}) {
  return {{"plugin", plugin}, {"method", method}, {"arguments", std::move(arguments)}, {"config", std::move(config)}};
}

std::string failure_of(const Called& called) {
  return std::string(floe_status_name(floe_result_status(called.result.get()))) + ": " +
         floe_result_message(called.result.get());
}

TEST_CASE("methods take and return JSON, bytes as base64") {
  const Project project;
  const ContextPtr context = project.open();
  const std::string uri = "file://" + project.folder().path() + "/greeting.txt";
  const auto ask = [&](std::string_view method, json::object arguments) {
    return answer_of(call_plugin(context, request_of("floe.storage/local", method, std::move(arguments))).result);
  };
  ask("put", {{"uri", uri}, {"content", "aGVsbG8="}, {"options", json::object()}});
  CHECK(to_json(ask("read", {{"uri", uri}, {"ranges", json::array()}})) == R"({"content":"aGVsbG8="})");
  CHECK(to_json(ask("read", {{"uri", uri}, {"ranges", json::array{json::array{1, 2}}}})) == R"({"content":"ZWw="})");
  CHECK(get_int(ask("stat", {{"uri", uri}}).at("result").as_object(), "size") == 5);
  CHECK(get_string_or(ask("health", {}).at("result").as_object(), "state", "") == "ok");
}

TEST_CASE("only files are objects: a pipe keeps nobody waiting") {
  const Project project;
  const ContextPtr context = project.open();
  const std::string folder = project.folder().path();
  const std::string pipe = folder + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {pipe, folder}) {
    const Called called = call_plugin(
        context, request_of("floe.storage/local", "read", {{"uri", "file://" + path}, {"ranges", json::array()}}));
    CHECK(failure_of(called) == "data: `" + path + "` is not a regular file");
  }
}

TEST_CASE("an instance keeps its handles from call to call until it is destroyed") {
  const Project project;
  const ContextPtr context = project.open();
  const auto ask = [&](std::string_view method, json::object arguments, bool wants_stream = false) {
    return call_plugin(context, request_of("duckdb", method, std::move(arguments)), wants_stream);
  };
  const auto session = get_int(answer_of(ask("open_session", {{"options", json::object()}}).result), "session");
  REQUIRE(session);
  const json::object query{{"session", *session}, {"sql", "select 42 as answer, 'x' as letter"}};
  const json::object listed = answer_of(ask("query", query).result);
  CHECK(to_json(listed.at("rows")) == R"([{"answer":42,"letter":"x"}])");
  Called streamed = ask("query", query, true);
  CHECK(!answer_of(streamed.result).contains("rows"));
  ArrowArrayOwner batch;
  REQUIRE(streamed.rows.has_value());
  REQUIRE(streamed.rows->get_next(streamed.rows.get(), batch.get()) == 0);
  CHECK(batch->length == 1);
  // Rows of one context's plugin are the input of another's.
  const ContextPtr other = project.open();
  const auto lender =
      get_int(answer_of(call_plugin(other, request_of("duckdb", "open_session", {{"options", json::object()}})).result),
              "session");
  Called params = call_plugin(
      other, request_of("duckdb", "query", {{"session", *lender}, {"sql", "select 40 as a, 2 as b"}}), true);
  const json::object added = answer_of(
      call_plugin(context,
                  request_of("duckdb", "query", {{"session", *session}, {"sql", "select ?::int + ?::int as sum"}}),
                  false, params.rows.get())
          .result);
  CHECK(to_json(added.at("rows")) == R"([{"sum":42}])");
  CHECK(!params.rows.has_value());
  CHECK(to_json(answer_of(ask("destroy", {}).result)) == "{}");
  CHECK(floe_result_status(ask("query", query).result.get()) != FLOE_OK);
}

TEST_CASE("rows of a plugin outlive the context") {
  const Project project;
  ContextPtr context = project.open();
  const std::string prefix = "file://" + project.folder().path() + "/models/";
  Called listed = call_plugin(context, request_of("local", "list", {{"prefix", prefix}}), true);
  REQUIRE(floe_result_status(listed.result.get()) == FLOE_OK);
  context.reset();
  ArrowArrayOwner batch;
  REQUIRE(listed.rows->get_next(listed.rows.get(), batch.get()) == 0);
  CHECK(batch->length == 1);
}

TEST_CASE("what cannot be called says what can") {
  const Project project;
  const ContextPtr context = project.open();
  CHECK(floe_result_status(call_plugin(context, request_of("floe.storage/nowhere", "read")).result.get()) ==
        FLOE_NOT_FOUND);
  CHECK(failure_of(call_plugin(context, request_of("local", "peruse"))) ==
        "invalid_argument: floe.storage/1 has no method `peruse`; it has: health, describe, stat, read, open_read, "
        "read_next, close_read, open_write, write_next, finish, abort, put, list, remove, local_paths, sync, binding, "
        "client_properties, presign");
  CHECK(failure_of(call_plugin(context, request_of("local", "stat", {{"url", "x"}}))) ==
        "invalid_argument: `stat` has no argument `url`; it takes: uri");
  ArrowStream rows =
      call_plugin(context, request_of("local", "list", {{"prefix", "file://" + project.folder().path() + "/"}}), true)
          .rows;
  CHECK(failure_of(call_plugin(context, request_of("local", "stat", {{"uri", "x"}}), false, rows.get())) ==
        "invalid_argument: `stat` takes no rows");
  CHECK(!rows.has_value());
  CHECK(failure_of(call_plugin(
            context, request_of("duckdb", "query", {{"session", 1}, {"sql", ""}, {"params", json::array()}}))) ==
        "invalid_argument: `query` has no argument `params`; it takes: session, sql");
  CHECK(failure_of(call_plugin(context, request_of("local", "stat"))) ==
        "invalid_argument: `stat` needs the argument `uri`: a text");
  CHECK(failure_of(call_plugin(
            context, request_of("local", "put", {{"uri", "file:///x"}, {"content", "not base64"}, {"options", {}}}))) ==
        "invalid_argument: `put` needs the argument `content`: bytes, as a text in base64");
  CHECK(failure_of(call_plugin(context, request_of("local", "read_next", {{"reader", -1}, {"max_bytes", 1}}))) ==
        "invalid_argument: `read_next` needs the argument `reader`: a whole number from 0 up");
  CHECK(floe_result_status(call_plugin(context, request_of("local", "presign", {{"request", {}}})).result.get()) ==
        FLOE_UNSUPPORTED);
  const Called refused = call_plugin(context, request_of("sqlite", "health", {}, {{"uri", 7}}));
  CHECK(floe_result_status(refused.result.get()) == FLOE_INVALID_CONFIG);
  const json::object validated =
      answer_of(call_plugin(context, request_of("sqlite", "validate_config", {}, {{"uri", 7}})).result);
  CHECK(validated.at("problems").as_array().size() >= 1);
}

}  // namespace
}  // namespace floe::embedding_test
