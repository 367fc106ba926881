#include "floe_test.hpp"
#include "plugin/host.hpp"

#include "base/arrow/reader.hpp"
#include "base/json/json.hpp"

#include <atomic>
#include <filesystem>
#include <stdlib.h>
#include <thread>

namespace floe {
namespace {

class Storage {
 public:
  Storage() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-storage-XXXXXX").string();
    root = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
    PluginHostOptions options;
    options.registry.library_directory = FLOE_BUILD_DIR "/lib";
    auto made = PluginHost::create(std::move(options));
    FLOE_REQUIRE_OK(made);
    host = *std::move(made);
    auto opened = host->open_instance("floe.storage", "local", R"({"root":"file://)" + root + "\"}");
    FLOE_REQUIRE_OK(opened);
    instance = *std::move(opened);
    client = instance.client<StorageClient>();
    call = host->make_call({});
  }

  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  ~Storage() { std::filesystem::remove_all(root); }

  [[nodiscard]] std::string uri(const std::string& name) const { return "file://" + root + "/" + name; }

  std::string put(const std::string& name, const std::string& content, const std::string& options = "{}") {
    return text(client.put(call.raw(), uri(name), content, options));
  }

  std::string read(const std::string& name, const std::string& ranges = "[]") {
    return text(client.read(call.raw(), uri(name), ranges));
  }

  std::string names(const std::string& prefix) {
    auto stream = client.list(call.raw(), uri(prefix));
    if (!stream.has_value()) return stream.error().to_string();
    auto reader = arrow::StreamReader::open(*std::move(stream));
    FLOE_REQUIRE_OK(reader);
    std::string out;
    while (*reader->next()) {
      for (std::int64_t row = 0; row < reader->rows(); ++row) {
        out += std::string(reader->column(0).bytes_at(row)).substr(7 + root.size() + 1) + ":" +
               std::to_string(reader->column(1).int_at(row)) + " ";
      }
    }
    return out;
  }

  // The value, or `code: message` with the root shortened.
  template <class T>
  std::string text(const Result<T>& result) const {
    std::string out;
    if constexpr (std::is_same_v<T, std::string>) {
      if (result.has_value()) return *result;
    } else {
      if (result.has_value()) return "ok";
    }
    out = std::string(error_code_name(result.error().code)) + ": " + result.error().to_string();
    for (std::size_t at = out.find(root); at != std::string::npos; at = out.find(root))
      out.replace(at, root.size(), "ROOT");
    return out;
  }

  std::string root;
  std::unique_ptr<PluginHost> host;
  Instance instance;
  StorageClient client;
  HostCall call;
};

std::string member(const std::string& document, const char* key) {
  const auto parsed = parse_json_object(document);
  if (!parsed.has_value()) return document;
  const json::value* value = parsed->if_contains(key);
  return value == nullptr ? "absent" : to_json(*value);
}

TEST_CASE("put, stat and read, whole and in ranges") {
  Storage storage;
  CHECK(member(storage.put("a/b/data.bin", "0123456789"), "size") == "10");
  const std::string stat = storage.text(storage.client.stat(storage.call.raw(), storage.uri("a/b/data.bin")));
  CHECK(member(stat, "size") == "10");

  struct Case {
    const char* ranges;
    const char* content;
  };

  for (const Case& one :
       {Case{"[]", "0123456789"}, Case{"[[2,3]]", "234"}, Case{"[[8,2],[0,2]]", "8901"}, Case{"[[-4,4]]", "6789"},
        Case{"[[-4,2]]", "67"}, Case{"[[-100,100]]", "0123456789"}, Case{"[[10,0]]", ""}, Case{"[[-3,99]]", "789"}}) {
    INFO(one.ranges);
    CHECK(storage.read("a/b/data.bin", one.ranges) == one.content);
  }
  CHECK(storage.read("a/b/data.bin", "[[8,3]]") ==
        "invalid_argument: reading `ROOT/a/b/data.bin`: the range [8,3] passes the end: the object has 10 bytes");
  CHECK(storage.read("a/b/data.bin", "[[1]]") ==
        "invalid_argument: reading `ROOT/a/b/data.bin`: a range is `[1]`; accepted is [offset, length]");
  CHECK(storage.read("missing") == "not_found: cannot read `ROOT/missing`: no such file or directory");
  CHECK(storage.text(storage.client.stat(storage.call.raw(), storage.uri("a"))) ==
        "not_found: there is no object `file://ROOT/a`");
  CHECK(storage.text(storage.client.stat(storage.call.raw(), "s3://b/k")) ==
        "invalid_argument: `s3://b/k` names no local file; use `file:///absolute/path`");
}

TEST_CASE("if_none_match lets one of many writers win, if_match only who knows the etag") {
  Storage storage;
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const HostCall call = storage.host->make_call({});
      const auto result = storage.client.put(call.raw(), storage.uri("lock"), "writer " + std::to_string(i),
                                             R"({"if_none_match":"*","durable":true})");
      if (result.has_value()) {
        ++won;
      } else if (result.error().code == ErrorCode::kAlreadyExists) {
        ++lost;
      }
    });
  }
  for (std::thread& one : threads)
    one.join();
  CHECK(won == 1);
  CHECK(lost == 7);
  const std::string etag = member(storage.put("file", "one"), "etag");
  CHECK(storage.put("file", "two", R"({"if_match":"wrong"})").starts_with("conflict: "));
  CHECK(storage.read("file") == "one");
  CHECK(member(storage.put("file", "two!", R"({"if_match":)" + etag + "}"), "size") == "4");
  CHECK(storage.put("file", "three", R"({"if_match":)" + etag + "}").starts_with("conflict: "));
  CHECK(storage.read("file") == "two!");
  CHECK(storage.names("") == "file:4 lock:8 ");
}

TEST_CASE("a sequential write shows nothing before finish, and an abort leaves nothing") {
  Storage storage;
  const auto writer =
      storage.client.open_write(storage.call.raw(), storage.uri("x/stream"), R"({"if_none_match":"*"})");
  FLOE_REQUIRE_OK(writer);
  FLOE_REQUIRE_OK(storage.client.write_next(storage.call.raw(), *writer, "hello "));
  CHECK(storage.names("x") == "");
  FLOE_REQUIRE_OK(storage.client.write_next(storage.call.raw(), *writer, "world"));
  CHECK(member(storage.text(storage.client.finish(storage.call.raw(), *writer)), "size") == "11");
  CHECK(storage.names("x") == "x/stream:11 ");
  CHECK(storage.text(storage.client.finish(storage.call.raw(), *writer)) == "invalid_argument: there is no writer 1");
  const auto second =
      storage.client.open_write(storage.call.raw(), storage.uri("x/stream"), R"({"if_none_match":"*"})");
  FLOE_REQUIRE_OK(second);
  CHECK(storage.text(storage.client.finish(storage.call.raw(), *second)).starts_with("already_exists: "));
  const auto third = storage.client.open_write(storage.call.raw(), storage.uri("x/gone"), "{}");
  FLOE_REQUIRE_OK(third);
  FLOE_REQUIRE_OK(storage.client.abort(storage.call.raw(), *third));
  CHECK(std::distance(std::filesystem::directory_iterator(storage.root + "/x"), {}) == 1);
  const auto reader = storage.client.open_read(storage.call.raw(), storage.uri("x/stream"));
  FLOE_REQUIRE_OK(reader);
  CHECK(*storage.client.read_next(storage.call.raw(), *reader, 7) == "hello w");
  CHECK(*storage.client.read_next(storage.call.raw(), *reader, 7) == "orld");
  CHECK(*storage.client.read_next(storage.call.raw(), *reader, 7) == "");
  FLOE_CHECK_OK(storage.client.close_read(storage.call.raw(), *reader));
  CHECK(storage.text(storage.client.read_next(storage.call.raw(), *reader, 7)) ==
        "invalid_argument: there is no reader 1");
}

TEST_CASE("list is sorted and recursive, remove counts what is missing as removed") {
  Storage storage;
  for (const char* name : {"t/b.txt", "t/a/2", "t/a/1", "tt/other"})
    storage.put(name, "x");
  CHECK(storage.names("t") == "t/a/1:1 t/a/2:1 t/b.txt:1 ");
  CHECK(storage.names("t/") == "t/a/1:1 t/a/2:1 t/b.txt:1 ");
  CHECK(storage.names("t/b.txt") == "t/b.txt:1 ");
  CHECK(storage.names("nothing") == "");
  const std::string uris = to_json(json::array{storage.uri("t/b.txt"), storage.uri("t/never"), storage.uri("t/a")});
  const std::string removed = storage.text(storage.client.remove(storage.call.raw(), uris));
  CHECK(member(removed, "removed") == "2");
  CHECK(parse_json_object(removed)->at("failed").as_array().size() == 1);
  CHECK(storage.names("t") == "t/a/1:1 t/a/2:1 ");
}

TEST_CASE("local paths, sync, binding and a configuration with mistakes") {
  Storage storage;
  const std::string request = to_json(json::object{{"uris", json::array{storage.uri("new/dir/f")}}, {"mode", "write"}});
  CHECK(storage.text(storage.client.local_paths(storage.call.raw(), request)) ==
        R"({"paths":[")" + storage.root + R"(/new/dir/f"]})");
  CHECK(std::filesystem::is_directory(storage.root + "/new/dir"));
  storage.put("new/dir/f", "x");
  FLOE_CHECK_OK(storage.client.sync(storage.call.raw(), to_json(json::array{storage.uri("new/dir/f")})));
  CHECK(storage.text(storage.client.sync(storage.call.raw(), to_json(json::array{storage.uri("no")})))
            .starts_with("not_found: "));
  CHECK(storage.text(storage.client.binding(storage.call.raw())) ==
        R"({"kind":"local","root":"file://)" + storage.root + "\"}");
  CHECK(*storage.host->validate_config("floe.storage", "local", R"({"root":"rel","x":1})") ==
        R"([{"path":"root","message":"`rel` names no local file; use `file:///absolute/path`"},)"
        R"({"path":"x","message":"unknown key; accepted are `root` and `encryption_at_rest`"}])");
}

}  // namespace
}  // namespace floe
