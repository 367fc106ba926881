#include "recover/found_tables.hpp"

#include "../support/table_fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

constexpr const char* kAppend = R"({"mode":"append"})";
const std::string kOther = R"({"namespace":["main"],"name":"other"})";
const std::string kFolder = "file:///w/main/orders/metadata/";

json::object found(TableFixture& t) {
  const std::string request = "{}";
  const auto answer = t.run([&](floe_call* call, floe_sink* sink) {
    return t.format.find_tables(t.tables, t.host.table(), call, request.data(), request.size(), sink);
  });
  if (answer.status != FLOE_OK) FAIL(answer.message);
  return answer.value.as_object();
}

std::string file_of(const json::value& version) {
  const auto uri = text_of(version, "metadata_location");
  return uri.substr(uri.rfind('/') + 1, 5);  // its number
}

// `main.orders new 00001 (alternatives)`, one line for each.
std::string lines(const json::object& answer) {
  std::string out;
  for (const auto& table : answer.at("found").as_array()) {
    const auto& object = table.as_object();
    const auto* identifier = get_object(object, "identifier");
    out += identifier == nullptr ? "?" : text_of(*identifier, "name");
    out += " " + text_of(table, "state") + " " + file_of(table);
    for (const auto& other : object.at("alternatives").as_array())
      out += " " + file_of(other);
    out += "\n";
  }
  return out;
}

Answer register_found(TableFixture& t, const json::object& answer, bool replace = false) {
  json::array tables;
  for (const auto& table : answer.at("found").as_array()) {
    tables.push_back(json::object{{"identifier", table.as_object().at("identifier")},
                                  {"metadata_location", table.as_object().at("metadata_location")}});
  }
  const auto request = to_json(json::object{{"tables", std::move(tables)}, {"replace", replace}});
  return t.run([&](floe_call* call, floe_sink* sink) {
    return t.format.register_tables(t.tables, t.host.table(), call, request.data(), request.size(), sink);
  });
}

// A table of three versions and a view.
void fill(TableFixture& t) {
  REQUIRE(t.create({t.add_file(0, 2)}).status == FLOE_OK);
  REQUIRE(t.write(kAppend, TableFixture::added({t.add_file(5, 1)})).status == FLOE_OK);
  REQUIRE(t.write(kAppend, TableFixture::added({t.add_file(9, 1)})).status == FLOE_OK);
  REQUIRE(
      t.change(t.format.create_view,
               R"({"sql":"select 1 as id","dialect":"duckdb","columns":[{"name":"id","type":"int"}],"replace":false})",
               R"({"namespace":["main"],"name":"recent"})")
          .status == FLOE_OK);
}

// The fixture's storage under a catalog that knows nothing.
void lose(TableFixture& from, TableFixture& to) { to.storage.objects = from.storage.objects; }

}  // namespace

TEST_CASE("what a warehouse holds is found, registered and readable") {
  TableFixture t;
  fill(t);
  CHECK(lines(found(t)) == "orders registered 00002\nrecent registered 00000\n");
  TableFixture lost;
  lose(t, lost);
  const auto answer = found(lost);
  CHECK(lines(answer) == "orders new 00002\nrecent new 00000\n");
  const auto& orders = answer.at("found").as_array()[0];
  CHECK(text_of(orders, "total_records") == "4");
  CHECK(text_of(orders, "is_committed") == "true");
  CHECK(text_of(orders, "kind") == "table");
  const auto before = lost.storage.names();
  REQUIRE(register_found(lost, answer).status == FLOE_OK);
  CHECK(lost.storage.names() == before);
  CHECK(lost.catalog.tables == t.catalog.tables);
  CHECK(lost.catalog.views == t.catalog.views);
  CHECK(lost.uris() == t.uris());
  CHECK(register_found(lost, answer).message == "there is a table `main.orders` already");
}

TEST_CASE("states of what is found") {
  struct Case {
    const char* name;
    std::function<void(TableFixture&)> change;  // of the storage or the catalog, after the catalog was lost
    const char* lines;
  };

  const auto pointer_of = [](const TableFixture& t, std::string_view number) {
    for (const auto& [uri, bytes] : t.storage.objects) {
      if (uri.starts_with(kFolder + std::string(number))) return uri;
    }
    return std::string();
  };
  const Case cases[] = {
      {"a crash before the catalog was told",
       [&](TableFixture& t) {
         const auto uri = pointer_of(t, "00001");
         t.storage.objects[kFolder + "committed.txt"] = uri.substr(uri.rfind('/') + 1) + "\n";
       },
       "orders new 00002 00001\nrecent new 00000\n"},
      {"no note", [](TableFixture& t) { t.storage.objects.erase(kFolder + "committed.txt"); },
       "orders new 00002\nrecent new 00000\n"},
      {"half a note, as a power failure leaves it",
       [](TableFixture& t) { t.storage.objects[kFolder + "committed.txt"] = "0000"; },
       "orders new 00002 00001\nrecent new 00000\n"},
      {"an empty note", [](TableFixture& t) { t.storage.objects[kFolder + "committed.txt"] = ""; },
       "orders new 00002 00001\nrecent new 00000\n"},
      {"a note that names nothing there",
       [](TableFixture& t) { t.storage.objects[kFolder + "committed.txt"] = "00009-x.metadata.json\n"; },
       "orders new 00002 00001\nrecent new 00000\n"},
      {"a catalog from before", [&](TableFixture& t) { t.catalog.tables[kOrders] = pointer_of(t, "00000"); },
       "orders behind 00002\nrecent new 00000\n"},
      {"a catalog from before one commit of another writer, which leaves no note",
       [&](TableFixture& t) {
         t.storage.objects.erase(kFolder + "committed.txt");
         t.catalog.tables[kOrders] = pointer_of(t, "00001");
       },
       "orders behind 00002 00001\nrecent new 00000\n"},
      {"a name that another table has",
       [&](TableFixture& t) { t.catalog.views[kOrders] = pointer_of(t, "00000") + "x"; },
       "orders taken 00002\nrecent new 00000\n"},
      {"a folder that was copied",
       [](TableFixture& t) {
         const auto objects = t.storage.objects;
         for (const auto& [uri, bytes] : objects) {
           if (uri.starts_with(kFolder))
             t.storage.objects["file:///w/main/copy/metadata/" + uri.substr(kFolder.size())] = bytes;
         }
         std::erase_if(t.storage.objects,
                       [](const auto& one) { return one.first.starts_with("file:///w/main/orders/"); });
       },
       "orders elsewhere 00002\nrecent new 00000\n"},
      {"data that was lost",
       [](TableFixture& t) {
         std::erase_if(t.storage.objects,
                       [](const auto& one) { return one.first.find("/snap-") != std::string::npos; });
       },
       "orders dropped 00002\nrecent new 00000\n"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    TableFixture t;
    TableFixture lost;
    fill(t);
    lose(t, lost);
    one.change(lost);
    CHECK(lines(found(lost)) == one.lines);
  }
}

TEST_CASE("a metadata file that is damaged is in the result") {
  TableFixture t;
  TableFixture lost;
  fill(t);
  lose(t, lost);
  for (auto& [uri, bytes] : lost.storage.objects) {
    if (uri.starts_with(kFolder + "00002")) bytes.replace(20, 1, "#");
  }
  const auto answer = found(lost);
  CHECK(lines(answer) == "orders new 00001\nrecent new 00000\n");
  const auto& newer = answer.at("found").as_array()[0].as_object().at("newer_unreadable").as_array();
  REQUIRE(newer.size() == 1);
  CHECK(file_of(newer[0]) == "00002");
  CHECK(answer.at("unreadable").as_array() == newer);
  CHECK(text_of(json::value(answer), "metadata_files") == "4");
}

TEST_CASE("a table goes back to an older version when the catalog's metadata file cannot be read") {
  TableFixture t;
  fill(t);
  const auto current = t.catalog.tables.at(kOrders);
  const bool is_gone = GENERATE(true, false);
  if (is_gone) {
    t.storage.objects.erase(current);
  } else {
    t.storage.objects.at(current).replace(20, 1, "#");
  }
  TableFixture fresh;
  lose(t, fresh);
  fresh.catalog.tables = t.catalog.tables;
  fresh.catalog.views = t.catalog.views;
  const auto answer = found(fresh);
  // The note beside them names the version that is gone, so it does not say which of the others was committed.
  CHECK(lines(answer) == fmt::format("orders behind 00001{}\nrecent registered 00000\n", is_gone ? " 00000" : ""));
  const auto& newer = answer.at("found").as_array()[0].as_object().at("newer_unreadable").as_array();
  REQUIRE(newer.size() == 1);
  CHECK(text_of(newer[0], "metadata_location") == current);
  CHECK(fresh.load().status == FLOE_DATA);
  CHECK(register_found(fresh, answer).status == FLOE_ALREADY_EXISTS);
  REQUIRE(register_found(fresh, answer, true).status == FLOE_OK);
  CHECK(fresh.uris().size() == 2);
  CHECK(fresh.write(kAppend, TableFixture::added({fresh.add_file(50, 1)})).status == FLOE_OK);
}

TEST_CASE("one table has one name") {
  TableFixture t;
  fill(t);
  auto answer = found(t);
  answer.at("found").as_array().resize(1);
  answer.at("found").as_array()[0].as_object()["identifier"] = *parse_json(kOther);
  CHECK(register_found(t, answer).message.ends_with("is a version of `main.orders`, which is in the catalog"));
  answer.at("found").as_array().push_back(answer.at("found").as_array()[0]);
  CHECK(register_found(t, answer).message.ends_with("is of a table that is named twice"));
}

TEST_CASE("an older version takes the place of a newer one only when that is wanted") {
  TableFixture t;
  TableFixture lost;
  fill(t);
  lose(t, lost);
  for (const auto& [uri, bytes] : t.storage.objects) {
    if (uri.starts_with(kFolder + "00000")) lost.catalog.tables[kOrders] = uri;
  }
  const auto answer = found(lost);
  CHECK(register_found(lost, answer).status == FLOE_ALREADY_EXISTS);
  REQUIRE(register_found(lost, answer, true).status == FLOE_OK);
  CHECK(lost.catalog.tables == t.catalog.tables);
}

TEST_CASE("a storage that fails is an error and no empty warehouse") {
  TableFixture t;
  TableFixture lost;
  fill(t);
  lose(t, lost);
  for (const char* method : {"list", "read", "stat"}) {
    INFO(method);
    lost.storage.faults.set([&](std::string_view name, std::string_view) -> std::optional<Fault> {
      if (name != method) return std::nullopt;
      return Fault{fail(ErrorCode::kUnavailable, "away"), false};
    });
    const std::string request = "{}";
    const auto answer = lost.run([&](floe_call* call, floe_sink* sink) {
      return lost.format.find_tables(lost.tables, lost.host.table(), call, request.data(), request.size(), sink);
    });
    CHECK(answer.status == FLOE_UNAVAILABLE);
  }
}
