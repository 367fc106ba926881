#include "maintenance/verify.hpp"

#include "../support/table_fixture.hpp"

#include "base/io/content_name.hpp"

#include <random>

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

// A data file as a compute of floe names it.
std::string add_named_file(TableFixture& t, std::int64_t from) {
  const auto bytes = parquet_stub(1, {long_column(1, "id", from, from), long_column(2, "amount", 0, 10)});
  const auto uri = "file:///w/main/orders/data/" + io::content_uuid(bytes) + "-00000.parquet";
  t.storage.put(uri, bytes);
  return uri;
}

json::value verify(TableFixture& t, std::string_view request = "{}") {
  const auto answer = t.run([&](floe_call* call, floe_sink* sink) {
    return t.format.verify(t.tables, t.host.table(), call, kOrders.data(), kOrders.size(), request.data(),
                           request.size(), sink);
  });
  if (answer.status != FLOE_OK) FAIL(answer.message);
  return answer.value;
}

// The same table in a store that has read nothing yet.
void copy(TableFixture& from, TableFixture& to) {
  to.storage.objects = from.storage.objects;
  to.catalog.tables = from.catalog.tables;
}

}  // namespace

TEST_CASE("a table that is as it was written has no damage") {
  TableFixture t;
  REQUIRE(t.create({add_named_file(t, 0)}).status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({add_named_file(t, 5), t.add_file(9, 1)})).status ==
          FLOE_OK);
  TableFixture fresh;
  copy(t, fresh);
  CHECK(to_json(verify(fresh)) ==
        R"({"kind":"table","bytes":352,"kinds":{"data":{"files":3,"without_digest":1},)"
        R"("manifest":{"files":2,"without_digest":0},"manifest-list":{"files":2,"without_digest":0},)"
        R"("metadata":{"files":2,"without_digest":0}},"damaged":[],)"
        R"("files_without_digest":[{"uri":"file:///w/main/orders/data/f0.parquet","kind":"data"}],)"
        R"("metadata_location":")" +
            t.catalog.tables.at(kOrders) + R"(","later_metadata_location":null})");
}

TEST_CASE("of the current snapshot only what it needs is looked at") {
  TableFixture t;
  REQUIRE(t.create({add_named_file(t, 0)}).status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"replace"})", TableFixture::added({add_named_file(t, 5)})).status == FLOE_OK);
  TableFixture fresh;
  copy(t, fresh);
  // Everything but what the second snapshot needs is gone.
  const auto current = fresh.catalog.tables.at(kOrders);
  fresh.storage.objects.erase(t.uris(R"({"snapshot_id":null})").front());
  for (const auto& uri : t.storage.names()) {
    if (uri.ends_with(".metadata.json") && uri != current) fresh.storage.objects.erase(uri);
  }
  const auto kinds = [](const json::value& found) {
    std::string out;
    for (const auto& file : found.at("damaged").as_array())
      out += text_of(file, "kind") + " " + text_of(file, "is_current") + " " + text_of(file, "reason") + "\n";
    return out;
  };
  CHECK(kinds(verify(fresh)) == "metadata false it is missing\ndata true it is missing\n");
  CHECK(kinds(verify(fresh, R"({"only_current":true})")) == "data true it is missing\n");
}

TEST_CASE("a view is verified by its metadata file") {
  TableFixture t;
  const std::string name = R"({"namespace":["main"],"name":"recent"})";
  REQUIRE(
      t.change(t.format.create_view,
               R"({"sql":"select 1 as id","dialect":"duckdb","columns":[{"name":"id","type":"int"}],"replace":false})",
               name)
          .status == FLOE_OK);
  const auto verified = [&] { return to_json(t.change(t.format.verify, "{}", name).value); };
  const auto location = t.catalog.views.at(name);
  const std::string before =
      R"({"kind":"view","bytes":0,"kinds":{"metadata":{"files":1,"without_digest":0}},"damaged":[)";
  const std::string after =
      R"(],"files_without_digest":[],"metadata_location":")" + location + R"(","later_metadata_location":null})";
  CHECK(verified() == before + after);
  t.storage.objects.at(location)[20] = '#';
  CHECK(verified() == before + R"({"uri":")" + location +
                          R"(","kind":"metadata","reason":"its content does not match the digest in its name",)"
                          R"("is_current":true})" +
                          after);
  CHECK(t.change(t.format.verify, "{}", R"({"namespace":["main"],"name":"nothing"})").status == FLOE_NOT_FOUND);
}

TEST_CASE("a flipped bit is found in every kind of file, and reading refuses what is not data") {
  TableFixture t;
  REQUIRE(t.create({add_named_file(t, 0)}).status == FLOE_OK);
  REQUIRE(t.write(R"({"mode":"append"})", TableFixture::added({add_named_file(t, 5)})).status == FLOE_OK);
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 chance(seed);
  for (const auto& uri : t.storage.names()) {
    if (uri.ends_with("/committed.txt")) continue;  // no snapshot names it
    for (int i = 0; i < 64; ++i) {
      TableFixture fresh;
      copy(t, fresh);
      auto& bytes = fresh.storage.objects.at(uri);
      const auto bit = chance() % (bytes.size() * 8);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      INFO(uri << ", bit " << bit);
      const auto found = verify(fresh);
      const auto& damaged = found.at("damaged").as_array();
      REQUIRE(damaged.size() == 1);
      CHECK(text_of(damaged[0], "uri") == uri);
      const bool is_old = text_of(damaged[0], "kind") == "metadata" && uri != fresh.catalog.tables.begin()->second;
      const bool is_data = text_of(damaged[0], "kind") == "data";
      const bool is_old_list =
          uri.find("/snap-") != std::string::npos && fresh.plan().status == FLOE_OK;  // that of the first snapshot
      if (!is_data && !is_old && !is_old_list) CHECK(fresh.plan().status == FLOE_DATA);
    }
  }
}

TEST_CASE("what is missing or has another size is damage too") {
  TableFixture t;
  const auto named = add_named_file(t, 0);
  const auto foreign = t.add_file(9, 1);
  REQUIRE(t.create({named, foreign}).status == FLOE_OK);
  const auto damage = [&](const std::function<void(std::map<std::string, std::string>&)>& edit) {
    TableFixture fresh;
    copy(t, fresh);
    edit(fresh.storage.objects);
    return to_json(verify(fresh).at("damaged"));
  };
  const auto entry = [](const std::string& uri, const std::string& reason) {
    return R"([{"uri":")" + uri + R"(","kind":"data","reason":")" + reason + R"(","is_current":true}])";
  };
  CHECK(
      damage([&](auto& objects) { objects.erase(named); }).starts_with(R"([{"uri":")" + named + R"(","kind":"data")"));
  CHECK(damage([&](auto& objects) { objects.at(named).pop_back(); }) ==
        entry(named, "its content does not match the digest in its name"));
  CHECK(damage([&](auto& objects) { objects.at(foreign) += "x"; }) ==
        entry(foreign, "it has 177 bytes, its manifest says 176"));
  CHECK(damage([&](auto& objects) { objects.at(foreign).back() = 'x'; }).starts_with(R"([{"uri":")" + foreign));
}

TEST_CASE("a table may ask that data is compared before it is read") {
  TableFixture t;
  const auto named = add_named_file(t, 0);
  REQUIRE(t.create({named, add_named_file(t, 5)}).status == FLOE_OK);
  auto& byte = t.storage.objects.at(named)[10];
  byte = static_cast<char>(byte ^ 1);
  CHECK(t.plan().status == FLOE_OK);
  REQUIRE(t.change(t.format.set_properties, R"({"updates":{"floe.verify-on-read":"true"},"removals":[]})").status ==
          FLOE_OK);
  CHECK(t.plan().message == "table `main.orders` cannot be read exactly: the data file `" + named +
                                "`: its content does not match the digest in its name");
  CHECK(t.plan(R"({"filter":{"op":"gt","term":"id","value":3}})").status == FLOE_OK);
  byte = static_cast<char>(byte ^ 1);
  CHECK(t.plan().status == FLOE_OK);
}
