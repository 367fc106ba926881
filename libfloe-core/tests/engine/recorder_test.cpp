#include "engine/recorder.hpp"

#include "floe_test.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <unistd.h>

namespace {

class FixedClock : public floe::io::Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_ns() const override { return 1'764'000'000'000'000'000; }

  [[nodiscard]] std::int64_t monotonic_ns() const override { return 0; }
};

class Scratch {
 public:
  Scratch() : files_(floe::io::make_disk_file_system()) {
    path_ = "/tmp/floe-recorder-test-" + std::to_string(::getpid());
    REQUIRE(files_->remove_all(path_).has_value());
  }

  ~Scratch() { static_cast<void>(files_->remove_all(path_).has_value()); }

  floe::io::FileSystem& files() { return *files_; }

  const std::string& path() const { return path_; }

  std::vector<floe::json::object> lines(const std::string& file) {
    std::vector<floe::json::object> out;
    const auto text = files_->read(path_ + "/" + file);
    if (!text) return out;
    for (const auto line : floe::text::split(*text, '\n')) {
      if (!line.empty()) out.push_back(*floe::parse_json_object(line));
    }
    return out;
  }

 private:
  std::unique_ptr<floe::io::FileSystem> files_;
  std::string path_;
};

constexpr const char* kStarted =
    R"({"event":"started","unique_id":"model.shop.orders","resource_type":"model","name":"orders","started_at_ns":1})";
constexpr const char* kFinished =
    R"({"event":"finished","unique_id":"model.shop.orders","resource_type":"model","name":"orders",)"
    R"("relation":{"schema":"main","identifier":"orders"},"status":"success","started_at_ns":1,)"
    R"("finished_at_ns":1000000001,"rows":7,"snapshot_id":"42","inputs":[{"schema":"raw","identifier":"orders"}]})";
constexpr const char* kSkipped =
    R"({"event":"finished","unique_id":"model.shop.late","resource_type":"model","name":"late","status":"skipped"})";

}  // namespace

TEST_CASE("a finished node becomes a result, a span, metrics and lineage; a skipped one only a result") {
  Scratch scratch;
  FixedClock clock;
  std::vector<std::string> events;
  auto directory = floe::run::RunDirectory::create(scratch.files(), scratch.path(), "run");
  FLOE_REQUIRE_OK(directory);
  floe::run::Recorder recorder(*std::move(directory), {"run", "run", "shop", "1.0", "file:///w", "dev", "sales"}, clock,
                               [&](std::string_view event) { events.emplace_back(event); });
  recorder.set_input_version([](const std::string& relation) { return relation == "raw.orders" ? "41" : ""; });
  recorder.start();
  FLOE_CHECK_OK(recorder.record(kStarted));
  FLOE_CHECK_OK(recorder.record(kFinished));
  FLOE_CHECK_OK(recorder.record(kSkipped));
  FLOE_CHECK_OK(recorder.finish(true, false, "{}"));

  const auto results = recorder.results();
  REQUIRE(results.size() == 2);
  CHECK(results[0].rows == 7);
  CHECK(results[0].seconds == 1.0);
  CHECK(results[1].status == "skipped");
  CHECK(events == std::vector<std::string>{kStarted, kFinished, kSkipped});
  CHECK(scratch.lines("run/records.jsonl").size() == 3);
  CHECK(scratch.lines("run/metrics.jsonl").size() == 1);
  const auto spans = scratch.lines("run/traces.jsonl");
  REQUIRE(spans.size() == 2);
  const auto& child = spans[0].at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").at(0);
  const auto& root = spans[1].at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").at(0);
  CHECK(child.at("parentSpanId") == root.at("spanId"));
  std::vector<std::string> kinds;
  for (const auto& event : scratch.lines("run/lineage.jsonl")) {
    CHECK(event.at("job").at("namespace") == "sales.shop");
    kinds.push_back(floe::get_string_or(event, "eventType", "") + " " +
                    floe::get_string_or(event.at("job").as_object(), "name", ""));
  }
  CHECK(kinds == std::vector<std::string>{"START sales.shop", "START sales.shop.model.shop.orders",
                                          "COMPLETE sales.shop.model.shop.orders", "COMPLETE sales.shop"});
}

TEST_CASE("a run directory belongs to one run") {
  Scratch scratch;
  const auto first = floe::run::RunDirectory::create(scratch.files(), scratch.path(), "same");
  FLOE_REQUIRE_OK(first);
  const auto second = floe::run::RunDirectory::create(scratch.files(), scratch.path(), "same");
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == floe::ErrorCode::kConflict);
}

TEST_CASE("run ids are UUIDs of version 7 that sort by time") {
  const std::string early = floe::run::new_run_id(1'764'000'000'000'000'000);
  const std::string late = floe::run::new_run_id(1'764'000'000'002'000'000);
  CHECK(early.size() == 36);
  CHECK(early[14] == '7');
  CHECK(early < late);
}

TEST_CASE("a record of an unknown event is refused") {
  const auto record = floe::run::parse_node_record(R"({"event":"exploded"})");
  REQUIRE_FALSE(record.has_value());
  CHECK(record.error().message == "node record event `exploded` is none of plan, started, progress, finished");
}
