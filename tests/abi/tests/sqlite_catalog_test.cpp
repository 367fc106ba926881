#include "floe_test.hpp"
#include "plugin/host.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <thread>

namespace floe {
namespace {

std::string identifier(const std::string& space, const std::string& name) {
  return R"({"namespace":[")" + space + R"("],"name":")" + name + "\"}";
}

class Catalog {
 public:
  Catalog() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-catalog-XXXXXX").string();
    root = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
    PluginHostOptions options;
    options.registry.library_directory = FLOE_BUILD_DIR "/lib";
    auto made = PluginHost::create(std::move(options));
    FLOE_REQUIRE_OK(made);
    host = *std::move(made);
    call = host->make_call({});
  }

  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  ~Catalog() { std::filesystem::remove_all(root); }

  void open(const std::string& extra = "") {
    auto opened = host->open_instance("floe.catalogs", "sqlite", R"({"uri":"sqlite:///)" + path() + "\"" + extra + "}");
    FLOE_REQUIRE_OK(opened);
    instance = *std::move(opened);
    client = instance.client<CatalogClient>();
  }

  [[nodiscard]] std::string path() const { return root + "/state/catalog.db"; }

  template <class T>
  std::string text(const Result<T>& result) const {
    if constexpr (std::is_same_v<T, std::string>) {
      if (result.has_value()) return *result;
    } else {
      if (result.has_value()) return "ok";
    }
    std::string out = std::string(error_code_name(result.error().code)) + ": " + result.error().to_string();
    for (std::size_t at = out.find(root); at != std::string::npos; at = out.find(root))
      out.replace(at, root.size(), "ROOT");
    return out;
  }

  std::string create_namespace(const std::string& levels, const std::string& properties = "{}") {
    return text(
        client.create_namespace(call.raw(), R"({"namespace":)" + levels + R"(,"properties":)" + properties + "}"));
  }

  std::string namespaces(const std::string& parent = "[]") {
    return text(client.list_namespaces(call.raw(), R"({"parent":)" + parent + "}"));
  }

  std::string create_table(const std::string& space, const std::string& name, const std::string& location) {
    return text(client.create_table(call.raw(), R"({"identifier":)" + identifier(space, name) +
                                                    R"(,"metadata_location":")" + location + R"(","staged":false})"));
  }

  std::string location(const std::string& space, const std::string& name) {
    return text(client.load_table(call.raw(), identifier(space, name)));
  }

  static std::string swap(const std::string& space, const std::string& name, const std::string& expected,
                          const std::string& location) {
    return R"({"identifier":)" + identifier(space, name) + R"(,"expected":)" +
           (expected.empty() ? "null" : "\"" + expected + "\"") + R"(,"new":")" + location + "\"}";
  }

  std::string root;
  std::unique_ptr<PluginHost> host;
  Instance instance;
  CatalogClient client;
  HostCall call;
};

TEST_CASE("namespaces: nested ones, properties, and what keeps one alive") {
  Catalog catalog;
  catalog.open();
  CHECK(catalog.namespaces() == R"({"namespaces":[]})");
  CHECK(catalog.create_namespace(R"(["raw"])", R"({"owner":"data"})") == "ok");
  CHECK(catalog.create_namespace(R"(["raw"])") == "already_exists: there is a namespace `raw` already");
  CHECK(catalog.create_namespace(R"(["sales","eu","north"])") == "ok");
  CHECK(catalog.create_namespace(R"(["Raw"])") == "ok");
  CHECK(catalog.namespaces() == R"({"namespaces":[["Raw"],["raw"],["sales"]]})");
  CHECK(catalog.namespaces(R"(["sales"])") == R"({"namespaces":[["sales","eu"]]})");
  CHECK(catalog.namespaces(R"(["sales","eu"])") == R"({"namespaces":[["sales","eu","north"]]})");
  CHECK(catalog.namespaces(R"(["RAW"])") == "not_found: there is no namespace `RAW`");
  CHECK(catalog.text(catalog.client.load_namespace(catalog.call.raw(), R"(["raw"])")) ==
        R"({"namespace":["raw"],"properties":{"owner":"data"}})");
  FLOE_CHECK_OK(catalog.client.update_namespace_properties(
      catalog.call.raw(), R"({"namespace":["raw"],"updates":{"a":"1"},"removals":["owner","none"]})"));
  CHECK(catalog.text(catalog.client.load_namespace(catalog.call.raw(), R"(["raw"])")) ==
        R"({"namespace":["raw"],"properties":{"a":"1"}})");
  CHECK(catalog.text(catalog.client.drop_namespace(catalog.call.raw(), R"(["sales"])")) ==
        "invalid_state: the namespace `sales` is not empty: it holds `sales.eu.north`");
  CHECK(catalog.create_table("raw", "t", "file:///1") == R"({"metadata_location":"file:///1"})");
  CHECK(catalog.text(catalog.client.drop_namespace(catalog.call.raw(), R"(["raw"])")) ==
        "invalid_state: the namespace `raw` is not empty: it holds `raw.t`");
  FLOE_CHECK_OK(catalog.client.drop_namespace(catalog.call.raw(), R"(["Raw"])"));
  CHECK(catalog.text(catalog.client.drop_namespace(catalog.call.raw(), R"(["Raw"])")) ==
        "not_found: there is no namespace `Raw`");
  CHECK(catalog.create_namespace(R"(["a.b"])") ==
        "invalid_argument: the namespace level `\"a.b\"` cannot be stored: levels are texts that are not empty and "
        "have no dot");
  CHECK(catalog.create_namespace("[]").starts_with("invalid_argument: "));
}

TEST_CASE("tables: create, swap, rename, drop, and names shared with views") {
  Catalog catalog;
  catalog.open();
  CHECK(catalog.create_table("main", "t", "file:///1") == "not_found: there is no namespace `main`");
  catalog.create_namespace(R"(["main"])");
  catalog.create_namespace(R"(["other"])");
  CHECK(catalog.create_table("main", "t", "file:///1") == R"({"metadata_location":"file:///1"})");
  CHECK(catalog.create_table("main", "t", "file:///2") == "already_exists: there is a table `main.t` already");
  CHECK(catalog.location("main", "t") == R"({"metadata_location":"file:///1","metadata":null,"config":{}})");
  FLOE_CHECK_OK(catalog.client.swap_pointer(catalog.call.raw(), Catalog::swap("main", "t", "file:///1", "file:///2")));
  const auto conflict =
      catalog.client.swap_pointer(catalog.call.raw(), Catalog::swap("main", "t", "file:///1", "file:///3"));
  CHECK(catalog.text(conflict) ==
        "conflict: the table `main.t` was changed by another writer: it is at `file:///2`, not at `file:///1`");
  CHECK(*conflict.error().detail("current") == "file:///2");
  CHECK(catalog.text(
            catalog.client.swap_pointer(catalog.call.raw(), Catalog::swap("main", "x", "file:///1", "file:///3"))) ==
        "not_found: there is no table `main.x`");
  const std::string view = R"({"identifier":)" + identifier("main", "v") + R"(,"metadata_location":"file:///v1"})";
  FLOE_CHECK_OK(catalog.client.create_view(catalog.call.raw(), view));
  CHECK(catalog.create_table("main", "v", "file:///1") == "already_exists: there is a view `main.v` already");
  CHECK(catalog.location("main", "v") == "not_found: there is no table `main.v`");
  CHECK(catalog.text(catalog.client.load_view(catalog.call.raw(), identifier("main", "v"))) ==
        R"({"metadata_location":"file:///v1"})");
  FLOE_CHECK_OK(
      catalog.client.replace_view(catalog.call.raw(), Catalog::swap("main", "v", "file:///v1", "file:///v2")));
  CHECK(catalog.text(catalog.client.list_tables(catalog.call.raw(), R"({"namespace":["main"]})")) ==
        R"({"identifiers":[{"namespace":["main"],"name":"t"}]})");
  CHECK(catalog.text(catalog.client.list_views(catalog.call.raw(), R"({"namespace":["main"]})")) ==
        R"({"identifiers":[{"namespace":["main"],"name":"v"}]})");
  const std::string move = R"({"from":)" + identifier("main", "t") + R"(,"to":)" + identifier("other", "u") + "}";
  FLOE_CHECK_OK(catalog.client.rename_table(catalog.call.raw(), move));
  CHECK(catalog.text(catalog.client.rename_table(catalog.call.raw(), move)) == "not_found: there is no table `main.t`");
  CHECK(catalog.text(
            catalog.client.drop_table(catalog.call.raw(), R"({"identifier":)" + identifier("main", "v") + "}")) ==
        "not_found: there is no table `main.v`");
  FLOE_CHECK_OK(catalog.client.drop_view(catalog.call.raw(), identifier("main", "v")));
  FLOE_CHECK_OK(catalog.client.drop_table(catalog.call.raw(),
                                          R"({"identifier":)" + identifier("other", "u") + R"(,"purge":false})"));
}

TEST_CASE("a transaction changes all or nothing") {
  Catalog catalog;
  catalog.open();
  catalog.create_namespace(R"(["main"])");
  catalog.create_table("main", "a", "file:///a1");
  catalog.create_table("main", "b", "file:///b1");
  const auto commit = [&](const std::string& changes) {
    return catalog.text(catalog.client.commit_transaction(catalog.call.raw(), R"({"changes":[)" + changes + "]}"));
  };
  CHECK(commit(Catalog::swap("main", "a", "file:///a1", "file:///a2") + "," +
               Catalog::swap("main", "b", "file:///wrong", "file:///b2")) ==
        "conflict: the table `main.b` was changed by another writer: it is at `file:///b1`, not at `file:///wrong`");
  CHECK(catalog.location("main", "a").find("file:///a1") != std::string::npos);
  CHECK(commit(Catalog::swap("main", "a", "file:///a1", "file:///a2") + "," +
               Catalog::swap("main", "b", "file:///b1", "file:///b2") + "," +
               Catalog::swap("main", "c", "", "file:///c1")) == "ok");
  CHECK(catalog.location("main", "a").find("file:///a2") != std::string::npos);
  CHECK(catalog.location("main", "b").find("file:///b2") != std::string::npos);
  CHECK(catalog.location("main", "c").find("file:///c1") != std::string::npos);
  CHECK(commit(Catalog::swap("main", "c", "", "file:///c9")) == "already_exists: there is a table `main.c` already");
}

TEST_CASE("of many writers each compare-and-swap is won by exactly one") {
  Catalog catalog;
  catalog.open();
  catalog.create_namespace(R"(["main"])");
  catalog.create_table("main", "t", "0");
  constexpr int kThreads = 6;
  constexpr int kCommits = 25;
  std::atomic<int> conflicts{0};
  std::atomic<int> errors{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const HostCall call = catalog.host->make_call({});
      for (int done = 0; done < kCommits;) {
        const auto loaded = catalog.client.load_table(call.raw(), identifier("main", "t"));
        const auto parsed = parse_json_object(*loaded);
        const std::string current = *get_string(*parsed, "metadata_location");
        const auto swapped = catalog.client.swap_pointer(
            call.raw(), Catalog::swap("main", "t", current, std::to_string(std::stoi(current) + 1)));
        if (swapped.has_value()) {
          ++done;
        } else if (swapped.error().code == ErrorCode::kConflict) {
          ++conflicts;
        } else {
          ++errors;
          return;
        }
      }
    });
  }
  for (std::thread& one : threads)
    one.join();
  CHECK(errors == 0);
  CHECK(catalog.location("main", "t").find("\"" + std::to_string(kThreads * kCommits) + "\"") != std::string::npos);
}

TEST_CASE("waiting for a foreign writer ends with the time limit, or with a cancel") {
  Catalog catalog;
  catalog.open(R"(,"busy_timeout_ms":50)");
  catalog.create_namespace(R"(["main"])");
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(catalog.path().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(catalog.create_table("main", "t", "x")
            .starts_with("unavailable: the catalog `ROOT/state/catalog.db` is locked by this process; waited "));
  CHECK(catalog.namespaces() == R"({"namespaces":[["main"]]})");  // readers do not wait
  catalog.open();
  CallOptions options;
  CancelSource cancel = options.cancel;
  std::string answer;
  std::thread waiter([&] {
    const HostCall call = catalog.host->make_call(options);
    answer = catalog.text(catalog.client.create_namespace(call.raw(), R"({"namespace":["x"]})"));
  });
  cancel.cancel();
  waiter.join();
  CHECK((answer == "cancelled: cancelled while waiting for the catalog" || answer == "cancelled: cancelled"));
  sqlite3_close(other);
  CHECK(catalog.create_table("main", "t", "x") == R"({"metadata_location":"x"})");
}

TEST_CASE("a file that another program keeps locked says how long it was waited for, in any journal mode") {
  const auto mode = GENERATE("delete", "wal");
  Catalog catalog;
  std::filesystem::create_directories(catalog.root + "/state");
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(catalog.path().c_str(), &other) == SQLITE_OK);
  const std::string lock = fmt::format(
      "PRAGMA journal_mode = {}; CREATE TABLE x (i); PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO x "
      "VALUES (1)",
      mode);
  REQUIRE(sqlite3_exec(other, lock.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto opened = catalog.host->open_instance(
      "floe.catalogs", "sqlite", R"({"busy_timeout_ms":300,"uri":"sqlite:///)" + catalog.path() + "\"}");
  REQUIRE_FALSE(opened.has_value());
  const std::string told = catalog.text(opened);
  const std::string before = "the catalog `ROOT/state/catalog.db` is locked by this process; waited ";
  REQUIRE(told.find(before) != std::string::npos);
  CHECK(std::stoi(told.substr(told.find(before) + before.size())) >= 300);
  sqlite3_close(other);
}

TEST_CASE("a catalog says whether it is empty, and reading makes no file") {
  Catalog catalog;
  catalog.open();
  const auto state = [&] {
    const auto description = parse_json_object(*catalog.client.describe(catalog.call.raw()));
    return to_json(json::array{description->at("is_empty"), description->at("other_names")});
  };
  CHECK(state() == "[true,[]]");
  CHECK(catalog.namespaces() == R"({"namespaces":[]})");
  CHECK(catalog.location("main", "t") == "not_found: there is no table `main.t`");
  CHECK_FALSE(std::filesystem::exists(catalog.path()));
  CHECK(catalog.create_namespace(R"(["main"])") == "ok");
  CHECK(state() == "[false,[]]");
  catalog.open(R"(,"name":"other")");
  CHECK(state() == R"([true,["floe"]])");
  catalog.instance = Instance();  // closed, which writes its log into the file
  std::filesystem::resize_file(catalog.path(), 0);
  catalog.open();
  CHECK(state() == "[true,[]]");
}

TEST_CASE("a file that is removed while it is in use is an error and no new catalog") {
  Catalog catalog;
  catalog.open();
  CHECK(catalog.create_namespace(R"(["main"])") == "ok");
  std::filesystem::rename(catalog.path(), catalog.path() + ".moved");
  const std::string removed = "invalid_state: the catalog `ROOT/state/catalog.db` was removed while it was in use";
  CHECK(catalog.create_table("main", "t", "x") == removed);
  CHECK(catalog.namespaces() == removed);
  std::filesystem::copy_file(catalog.path() + ".moved", catalog.path());
  CHECK(catalog.create_table("main", "t", "x") ==
        "invalid_state: the catalog `ROOT/state/catalog.db` was replaced while it was in use");
}

TEST_CASE("a transaction makes namespaces, tables and views, all or none") {
  Catalog catalog;
  catalog.open();
  const auto commit = [&](const std::string& changes) {
    return catalog.text(catalog.client.commit_transaction(
        catalog.call.raw(), R"({"namespaces":[["main"],["main"]],"changes":[)" + changes + "]}"));
  };
  const std::string table = Catalog::swap("main", "t", "", "x");
  std::string view = Catalog::swap("main", "v", "", "y");
  view.insert(view.size() - 1, R"(,"kind":"view")");
  CHECK(commit(table + "," + table) == "already_exists: there is a table `main.t` already");
  CHECK(catalog.namespaces() == R"({"namespaces":[]})");
  CHECK(commit(table + "," + view) == "ok");
  CHECK(catalog.location("main", "t") == R"({"metadata_location":"x","metadata":null,"config":{}})");
  CHECK(catalog.text(catalog.client.load_view(catalog.call.raw(), identifier("main", "v"))) ==
        R"({"metadata_location":"y"})");
}

TEST_CASE("a file of schema V0 gains views, a second catalog name shares the file") {
  Catalog catalog;
  std::filesystem::create_directories(catalog.root + "/state");
  sqlite3* file = nullptr;
  REQUIRE(sqlite3_open(catalog.path().c_str(), &file) == SQLITE_OK);
  const char* old =
      "CREATE TABLE iceberg_tables (catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, "
      "table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000), previous_metadata_location VARCHAR(1000), "
      "PRIMARY KEY (catalog_name, table_namespace, table_name));"
      "INSERT INTO iceberg_tables VALUES ('floe', 'main', 'old', 'file:///old', NULL)";
  REQUIRE(sqlite3_exec(file, old, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(file);
  catalog.open();
  CHECK(catalog.location("main", "old") == R"({"metadata_location":"file:///old","metadata":null,"config":{}})");
  FLOE_CHECK_OK(
      catalog.client.swap_pointer(catalog.call.raw(), Catalog::swap("main", "old", "file:///old", "file:///new")));
  FLOE_CHECK_OK(catalog.client.create_view(
      catalog.call.raw(), R"({"identifier":)" + identifier("main", "v") + R"(,"metadata_location":"file:///v"})"));
  catalog.open(R"(,"name":"second")");
  CHECK(catalog.namespaces() == R"({"namespaces":[]})");
}

TEST_CASE("a changed bit that SQLite reads over is an error of the file") {
  struct Case {
    std::string_view before;  // of the file, where it stands last
    std::string_view after;
    std::string_view told;
  };

  const std::string damaged =
      "; the file is damaged: restore it from a backup, or move it away and run `floe table register --scan`";
  const auto test =
      GENERATE(Case{"floemainorders", "floemainozders", "row 1 missing from index sqlite_autoindex_iceberg_tables_1"},
               Case{"file:///w/orders", "file:///w/\xEFrders", "the metadata location of `main.orders` is not UTF-8"});
  INFO(test.told);
  Catalog catalog;
  catalog.open();
  catalog.create_namespace(R"(["main"])");
  catalog.create_table("main", "orders", "file:///w/orders");
  catalog.instance = Instance();
  std::ifstream in(catalog.path(), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  bytes.replace(bytes.rfind(test.before), test.before.size(), test.after);
  std::ofstream(catalog.path(), std::ios::binary) << bytes;
  const auto opened =
      catalog.host->open_instance("floe.catalogs", "sqlite", R"({"uri":"sqlite:///)" + catalog.path() + "\"}");
  const auto loaded = opened.has_value()
                          ? opened->client<CatalogClient>().load_table(catalog.call.raw(), identifier("main", "orders"))
                          : Result<std::string>(opened.error());
  CHECK(catalog.text(loaded).ends_with("the catalog `ROOT/state/catalog.db`: " + std::string(test.told) + damaged));
}

TEST_CASE("a wrong file or configuration is told when the catalog is opened") {
  Catalog catalog;
  const auto open = [&](const std::string& config) {
    const auto opened = catalog.host->open_instance("floe.catalogs", "sqlite", config);
    return opened.has_value() ? std::string("ok") : catalog.text(opened);
  };
  std::ofstream(catalog.root + "/text.db") << std::string(4096, 'x');
  CHECK(open(R"({"uri":")" + catalog.root + R"(/text.db"})") ==
        "data: plugin `io.floe.catalog.sqlite`: no instance could be created: the catalog `ROOT/text.db`: file is not "
        "a database; the file is damaged: restore it from a backup, or move it away and run `floe table register "
        "--scan`");
  CHECK(open(R"({"uri":")" + catalog.root + R"("})").find("unable to open database file") != std::string::npos);
  CHECK(open("{}") == "invalid_config: configuration of plugin `sqlite`: `uri` is missing");
  CHECK(*catalog.host->validate_config("floe.catalogs", "sqlite", "{}") ==
        R"([{"path":"uri","message":"missing; it names the file: `sqlite:////absolute/path`"}])");
  CHECK(
      *catalog.host->validate_config("floe.catalogs", "sqlite",
                                     R"({"uri":"sqlite:///:memory:x","durability":"some","z":1})") ==
      R"([{"path":"durability","message":"accepted are `full` and `fast`"},)"
      R"({"path":"z","message":"unknown key; accepted are `uri`, `name`, `warehouse`, `durability` and `busy_timeout_ms`"}])");
}

}  // namespace
}  // namespace floe
