// Contexts: independent of each other, one verb at a time, ended by tokens, outlived by their streams.
#include "embedded_project.hpp"

#include "floe/arrow.hpp"

#include <set>
#include <thread>
#include <vector>

namespace floe::embedding_test {
namespace {

std::string kind_of(const char* event, size_t length) {
  const auto parsed = parse_json_object({event, length});
  return parsed ? get_string_or(*parsed, "event", "") : "no JSON";
}

// The nodes whose records a listener heard.
struct HeardNodes {
  static void FLOE_CALL listen(void* arg, const char* event, size_t length) {
    const auto parsed = parse_json_object({event, length});
    const std::string node = get_string_or(*parsed, "unique_id", "");
    if (!node.empty()) static_cast<HeardNodes*>(arg)->nodes.insert(node);
  }

  std::set<std::string> nodes;
};

std::string path_of_sqlite(const ContextPtr& context) {
  const json::object why = answer_of(call("plugin why", context, R"({"name": "sqlite"})"));
  return get_string_or(why, "chosen", "");
}

TEST_CASE("two contexts in one process have their own roots, plugins, tables and listeners") {
  const Project first;
  const Project second;
  std::filesystem::rename(second.folder().path() + "/models/numbers.sql",
                          second.folder().path() + "/models/letters.sql");
  const Folder root;
  std::filesystem::create_directories(root.path() + "/floe.catalogs");
  std::filesystem::copy(std::string(kPlugins) + "/floe.catalogs/sqlite", root.path() + "/floe.catalogs/sqlite");
  const ContextPtr a = first.open();
  const ContextPtr b = second.open(root.path());
  CHECK(path_of_sqlite(a) == std::string(kPlugins) + "/floe.catalogs/sqlite");
  CHECK(path_of_sqlite(b) == root.path() + "/floe.catalogs/sqlite");

  HeardNodes heard_a;
  HeardNodes heard_b;
  floe_context_on_event(a.get(), HeardNodes::listen, &heard_a);
  floe_context_on_event(b.get(), HeardNodes::listen, &heard_b);
  ResultPtr ran_a;
  ResultPtr ran_b;
  std::thread other([&] { ran_b = call("run", b); });
  ran_a = call("run", a);
  other.join();
  CHECK(get_string_or(answer_of(ran_a), "run_id", "") != get_string_or(answer_of(ran_b), "run_id", ""));
  CHECK(heard_a.nodes == std::set<std::string>{"model.p.numbers"});
  CHECK(heard_b.nodes == std::set<std::string>{"model.p.letters"});

  // The end of one is nothing to the other.
  floe_context_cancel(a.get());
  // Whatever they would have done, also without asking anybody.
  for (const char* verb : {"table list", "compile", "run", "lineage", "doctor", "explain", "plugin list"})
    CHECK(floe_result_status(call(verb, a).get()) == FLOE_CANCELLED);
  const json::object listed = answer_of(call("table list", b));
  CHECK(to_json(listed.at("views")) == R"([{"identifier":"main.letters"}])");
}

TEST_CASE("a token ends the verbs of every context that watches it, and a new one revives them") {
  const Project project;
  const Project other;
  const ContextPtr a = project.open();
  const ContextPtr b = other.open();
  CancelPtr token(floe_cancel_new());
  CHECK(floe_context_set_cancel(a.get(), token.get()) == FLOE_OK);
  CHECK(floe_context_set_cancel(b.get(), token.get()) == FLOE_OK);
  CHECK(floe_result_status(call("run", a).get()) == FLOE_OK);
  CHECK(floe_cancel_is_requested(token.get()) == 0);
  floe_cancel_request(token.get());
  CHECK(floe_cancel_is_requested(token.get()) == 1);
  token.reset();
  for (const ContextPtr* context : {&a, &b}) {
    const ResultPtr ran = call("run", *context);
    CHECK(floe_result_status(ran.get()) == FLOE_CANCELLED);
    CHECK(floe_result_exit_code(ran.get()) == 130);
    CHECK(floe_context_set_cancel(context->get(), nullptr) == FLOE_OK);
    CHECK(floe_result_status(call("run", *context).get()) == FLOE_OK);
  }
}

// What a listener does the moment the first node starts.
struct AtStart {
  floe_context* context;
  void (*act)(AtStart& self);
  floe_status status = FLOE_OK;
  bool done = false;

  static void FLOE_CALL listen(void* arg, const char* event, size_t length) {
    auto& self = *static_cast<AtStart*>(arg);
    if (self.done || kind_of(event, length) != "started") return;
    self.done = true;
    self.act(self);
  }
};

TEST_CASE("a listener may cancel the run it listens to") {
  const Project project;
  project.folder().write("models/later.sql", "select n from {{ ref('numbers') }}");
  const ContextPtr context = project.open();
  AtStart listener{context.get(), [](AtStart& self) { floe_context_cancel(self.context); }};
  floe_context_on_event(context.get(), AtStart::listen, &listener);
  const ResultPtr ran = call("run", context);
  CHECK(listener.done);
  CHECK(floe_result_status(ran.get()) == FLOE_CANCELLED);
}

TEST_CASE("a second verb on a context that runs one is refused at once") {
  const Project project;
  const ContextPtr context = project.open();
  AtStart listener{context.get(), [](AtStart& self) {
                     self.status = floe_context_call(self.context, "table list", "", 0, nullptr);
                     CHECK(floe_context_set_cancel(self.context, nullptr) == FLOE_INVALID_STATE);
                   }};
  floe_context_on_event(context.get(), AtStart::listen, &listener);
  CHECK(floe_result_status(call("run", context).get()) == FLOE_OK);
  CHECK(listener.status == FLOE_INVALID_STATE);
  CHECK(floe_result_status(call("table list", context).get()) == FLOE_OK);
}

TEST_CASE("a stream outlives the context that made it") {
  const Project project;
  ContextPtr context = project.open();
  CHECK(floe_result_status(call("run", context).get()) == FLOE_OK);
  const std::string request = R"({"name": "numbers", "limit": -1})";
  ArrowStream rows;
  floe_result* result = nullptr;
  REQUIRE(floe_show_stream(context.get(), request.data(), request.size(), rows.get(), &result) == FLOE_OK);
  floe_result_free(result);
  context.reset();
  std::int64_t count = 0;
  for (;;) {
    ArrowArrayOwner batch;
    REQUIRE(rows->get_next(rows.get(), batch.get()) == 0);
    if (!batch.has_value()) break;
    count += batch->length;
  }
  CHECK(count == 5000);
}

TEST_CASE("an error has a name, a message, details and findings") {
  const Project project;
  const ContextPtr context = project.open();
  const ResultPtr result = call("table describe", context, R"({"name": "main.numbrs"})");
  CHECK(std::string(floe_status_name(floe_result_status(result.get()))) == "not_found");
  size_t length = 0;
  const std::string details = floe_result_details(result.get(), &length);
  CHECK(details.size() == length);
  CHECK(parse_json_object(details).has_value());
  const auto findings = parse_json_object(floe_result_diagnostics(result.get(), nullptr));
  CHECK(get_string_or(findings->at("diagnostics").as_array().at(0).as_object(), "code", "") == "FLOE-E0303");
  std::set<std::string> names;
  for (floe_status status = FLOE_OK; status <= FLOE_PANIC; ++status)
    names.insert(floe_status_name(status));
  CHECK(names.size() == FLOE_PANIC + 1);
  CHECK(std::string(floe_status_name(-1)) == "internal");
  CHECK(std::string(floe_status_name(1000)) == "internal");
}

}  // namespace
}  // namespace floe::embedding_test
