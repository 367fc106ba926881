// floe.hpp: owners and exceptions over floe.h.
#include "embedded_project.hpp"

#include "floe/floe.hpp"

#include <atomic>
#include <type_traits>

namespace floe::embedding_test {
namespace {

std::string options_of(const Project& project) {
  return to_json(json::object{{"project_dir", project.folder().path()}, {"plugin_roots", json::array{kPlugins}}});
}

std::int64_t count_rows(ArrowStream rows) {
  std::int64_t count = 0;
  for (;;) {
    ArrowArrayOwner batch;
    REQUIRE(rows->get_next(rows.get(), batch.get()) == 0);
    if (!batch.has_value()) return count;
    count += batch->length;
  }
}

TEST_CASE("floe.hpp runs a project, hears it and reads its rows") {
  const Project folder;
  std::atomic<int> finished{0};
  floe::v1::Project project(options_of(folder));
  project.on_event([&](std::string_view event) {
    if (event.find("\"event\":\"finished\"") != std::string_view::npos) ++finished;
  });
  const Answer ran = project.call("run");
  CHECK(ran.success());
  CHECK(finished == 1);
  CHECK(get_bool_or(*parse_json_object(ran.json()), "success", false));
  CHECK(ran.diagnostics().find("\"diagnostics\":[]") != std::string_view::npos);
  CHECK(ran.render().empty());
  floe::v1::Project moved(std::move(project));
  CHECK(count_rows(moved.rows(R"({"name": "numbers", "limit": -1})")) == 5000);
  moved.on_event(nullptr);
  CHECK(moved.call("test").success());
  CHECK(finished == 1);
}

TEST_CASE("floe.hpp throws what went wrong, and copies of it share the result") {
  const Project folder;
  floe::v1::Project project(options_of(folder));
  try {
    project.call("table describe", R"({"name": "main.missing"})");
    FAIL("there is no such table");
  } catch (const Failure& thrown) {
    const Failure failure = thrown;
    CHECK(failure.status() == FLOE_NOT_FOUND);
    CHECK(std::string(failure.name()) == "not_found");
    CHECK(std::string(failure.what()).find("main.missing") != std::string::npos);
    CHECK(failure.details() == "{}");
    CHECK(failure.answer().exit_code() == 2);
    CHECK(failure.answer().render("concise").find("FLOE-E0303") != std::string::npos);
  }
  CHECK_THROWS_AS(floe::v1::Project(R"({"project_dir": "/does/not/exist"})"), Failure);
  static_assert(!std::is_copy_constructible_v<floe::v1::Project>);
}

TEST_CASE("floe.hpp watches tokens and calls plugins") {
  const Project folder;
  floe::v1::Project project(options_of(folder));
  CancelToken token;
  project.watch(token);
  token.request();
  CHECK(token.is_requested());
  try {
    project.call("run");
    FAIL("the token is requested");
  } catch (const Failure& failure) {
    CHECK(failure.status() == FLOE_CANCELLED);
  }
  project.reset_cancel();
  const PluginAnswer listed =
      project.plugin_call(R"({"plugin": "floe.storage/local", "method": "list", "arguments": {"prefix": "file://)" +
                          folder.folder().path() + R"(/models/"}})");
  CHECK(listed.values.json() == "{}");
  CHECK(listed.rows.has_value());
}

}  // namespace
}  // namespace floe::embedding_test
