#include "commit/lost_commits.hpp"

#include "../support/table_fixture.hpp"

#include "base/text/text.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

constexpr const char* kAppend = R"({"mode":"append"})";
const std::string kNote = "file:///w/main/orders/metadata/committed.txt";
const std::string kRenamed = R"({"namespace":["main"],"name":"renamed"})";

std::string noted_file(const TableFixture& t) {
  return "file:///w/main/orders/metadata/" + std::string(text::trim(t.storage.objects.at(kNote)));
}

floe_status drop(TableFixture& t, std::string_view request) {
  return t
      .run([&](floe_call* call, floe_sink* /*sink*/) {
        return t.format.drop(t.tables, t.host.table(), call, kOrders.data(), kOrders.size(), request.data(),
                             request.size());
      })
      .status;
}

const char* kLost = "the catalog does not know `main.orders`";
const char* kOlder = "the catalog has an older version of `main.orders` than the warehouse";

}  // namespace

TEST_CASE("a table that the catalog lost is not created again") {
  struct Case {
    const char* name;
    std::function<void(TableFixture&)> change;
    const char* refusal;  // "" = the table is created
  };

  const Case cases[] = {
      {"its row is gone", [](TableFixture& t) { t.catalog.tables.clear(); }, kLost},
      {"its row is gone and its note is damaged",
       [](TableFixture& t) {
         t.catalog.tables.clear();
         t.storage.objects[kNote] = "";
       },
       kLost},
      {"its row is gone and its metadata is damaged",
       [](TableFixture& t) {
         t.catalog.tables.clear();
         t.storage.objects[noted_file(t)] = "{";
       },
       kLost},
      {"it was dropped with its files", [](TableFixture& t) { REQUIRE(drop(t, R"({"purge":true})") == FLOE_OK); }, ""},
      {"it was dropped and its files stay", [](TableFixture& t) { REQUIRE(drop(t, R"({"purge":false})") == FLOE_OK); },
       ""},
      {"it was dropped, and the note of a slower commit came after",
       [](TableFixture& t) {
         t.catalog.tables.clear();
         t.storage.objects.erase(noted_file(t));
       },
       ""},
      {"it has another name now",
       [](TableFixture& t) {
         t.catalog.tables[kRenamed] = t.catalog.tables.at(kOrders);
         t.catalog.tables.erase(kOrders);
       },
       ""},
      {"a crash before the first commit left a metadata file",
       [](TableFixture& t) {
         t.catalog.tables.clear();
         t.storage.objects.erase(kNote);
       },
       ""},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    TableFixture t;
    REQUIRE(t.create({t.add_file(0, 2)}).status == FLOE_OK);
    one.change(t);
    const auto names = t.storage.names();
    const auto tables = t.catalog.tables;
    const auto created = t.create();
    if (std::string_view(one.refusal).empty()) {
      CHECK(created.message.empty());
      continue;
    }
    CHECK(created.status == FLOE_INVALID_STATE);
    CHECK(created.message.starts_with(one.refusal));
    CHECK(created.message.find("`floe table register --scan`") != std::string::npos);
    CHECK(t.storage.names() == names);
    CHECK(t.catalog.tables == tables);
  }
}

TEST_CASE("a catalog that is older than the warehouse takes no commits") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 2)}).status == FLOE_OK);
  const auto old = t.catalog.tables;
  REQUIRE(t.write(kAppend, TableFixture::added({t.add_file(5, 1)})).status == FLOE_OK);
  const auto newest = t.catalog.tables;
  t.catalog.tables = old;
  const auto refused = t.write(kAppend, TableFixture::added({t.add_file(9, 1)}));
  CHECK(refused.status == FLOE_INVALID_STATE);
  CHECK(refused.message.starts_with(kOlder));
  CHECK(t.catalog.tables == old);
  t.catalog.tables = newest;
  CHECK(t.write(kAppend, TableFixture::added({t.add_file(9, 1)})).message.empty());
}

TEST_CASE("a note that is older than the catalog, or of another table, refuses nothing") {
  TableFixture t;
  REQUIRE(t.create({t.add_file(0, 2)}).status == FLOE_OK);
  const auto first = t.storage.objects.at(kNote);
  REQUIRE(t.write(kAppend, TableFixture::added({t.add_file(5, 1)})).status == FLOE_OK);
  for (const auto& note : {first, std::string("00009-x.metadata.json"), std::string("00"), std::string()}) {
    INFO(note);
    t.storage.objects[kNote] = note;
    CHECK(t.write(kAppend, TableFixture::added({t.add_file(9, 1)})).message.empty());
  }
}
