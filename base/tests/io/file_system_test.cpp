#include "base/io/file_system.hpp"

#include "floe_test.hpp"

#include "base/io/environment.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace floe;  // NOLINT: a test of this namespace
using namespace floe::io;

namespace {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char pattern[] = "/tmp/floe-test-XXXXXX";
    REQUIRE(::mkdtemp(pattern) != nullptr);
    path_ = pattern;
  }

  ~TemporaryDirectory() { static_cast<void>(make_disk_file_system()->remove_all(path_)); }

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

template <class T>
std::string code(const Result<T>& result) {
  return result.has_value() ? "ok" : std::string(error_code_name(result.error().code));
}

std::string names(FileSystem& files, const std::string& directory) {
  const auto entries = files.list(directory);
  if (!entries.has_value()) return code(entries);
  std::string text;
  for (const DirectoryEntry& entry : *entries)
    text += entry.name + (entry.kind == FileKind::kDirectory ? "/ " : " ");
  return text;
}

// What any file system does, below the directory `root`.
void check_contract(FileSystem& files, const std::string& root) {
  const auto at = [&](const std::string& name) { return root + "/" + name; };
  CHECK(files.stat(at("missing"))->kind == FileKind::kMissing);
  CHECK(files.stat(at("missing/below"))->kind == FileKind::kMissing);
  CHECK(code(files.read(at("missing"))) == "not_found");
  CHECK_THAT(files.read(at("missing")).error().message,
             Catch::Equals("cannot read `" + at("missing") + "`: no such file or directory"));

  FLOE_CHECK_OK(files.create_directories(at("a/b/c")));
  FLOE_CHECK_OK(files.create_directories(at("a/b/c")));
  CHECK(files.stat(at("a/b"))->kind == FileKind::kDirectory);
  CHECK(code(files.read(at("a"))) == "io");

  for (const Durability durability : {Durability::kFast, Durability::kFull}) {
    FLOE_CHECK_OK(files.write_atomic(at("a/file"), "one", durability));
    FLOE_CHECK_OK(files.write_atomic(at("a/file"), "second", durability));
    CHECK(*files.read(at("a/file")) == "second");
    CHECK(names(files, at("a")) == "b/ file ");
    FLOE_CHECK_OK(files.remove(at("a/file")));
    FLOE_CHECK_OK(files.write_new(at("a/file"), "new", durability));
    CHECK(code(files.write_new(at("a/file"), "newer", durability)) == "already_exists");
    CHECK(*files.read(at("a/file")) == "new");
    CHECK(names(files, at("a")) == "b/ file ");
  }
  CHECK(code(files.write_atomic(at("nowhere/file"), "x", Durability::kFast)) == "not_found");
  CHECK(code(files.write_new(at("nowhere/file"), "x", Durability::kFast)) == "not_found");
  CHECK(code(files.write_atomic(at("a/b"), "x", Durability::kFast)) == "io");
  CHECK(code(files.write_atomic(at("a/file/x"), "x", Durability::kFast)) == "not_found");
  CHECK(names(files, at("a")) == "b/ file ");

  const FileInfo info = *files.stat(at("a/file"));
  CHECK(info.kind == FileKind::kRegular);
  CHECK(info.size == 3);
  CHECK(info.inode != 0);
  CHECK(info.modified_ns > 0);

  FLOE_CHECK_OK(files.append(at("a/log"), "1\n"));
  FLOE_CHECK_OK(files.append(at("a/log"), "2\n"));
  CHECK(*files.read(at("a/log")) == "1\n2\n");
  CHECK(*files.read_range(at("a/log"), 1, 2) == "\n2");
  CHECK(*files.read_range(at("a/log"), 2, 100) == "2\n");
  CHECK(files.read_range(at("a/log"), 100, 5)->empty());
  CHECK(files.read_range(at("a/log"), 0, 0)->empty());
  CHECK(code(files.append(at("nowhere/log"), "x")) == "not_found");

  FLOE_CHECK_OK(files.sync({at("a/log"), at("a/file")}));
  CHECK(code(files.sync({at("missing")})) == "not_found");

  const std::string binary("\0\xFF\n\r", 4);
  FLOE_CHECK_OK(files.write_atomic(at("a/b/binary"), binary, Durability::kFast));
  CHECK(*files.read(at("a/b/binary")) == binary);

  FLOE_CHECK_OK(files.rename(at("a/b"), at("a/d")));
  CHECK(names(files, at("a")) == "d/ file log ");
  CHECK(names(files, at("a/d")) == "binary c/ ");
  FLOE_CHECK_OK(files.rename(at("a/log"), at("a/file")));
  CHECK(*files.read(at("a/file")) == "1\n2\n");
  CHECK(code(files.rename(at("missing"), at("x"))) == "not_found");
  CHECK(code(files.rename(at("a/file"), at("nowhere/x"))) == "not_found");
  CHECK(code(files.rename(at("a/file"), at("a/d"))) == "io");
  CHECK(code(files.rename(at("a"), at("a/d/x"))) == "io");

  CHECK(*files.canonical(at("a/./d/../file")) == *files.canonical(at("a/file")));
  CHECK(code(files.canonical(at("missing"))) == "not_found");
  CHECK(names(files, at("missing")) == "not_found");
  CHECK(names(files, at("a/file")) == "not_found");
  CHECK(code(files.create_directories(at("a/file"))) == "already_exists");

  CHECK(code(files.remove(at("missing"))) == "not_found");
  CHECK(code(files.remove(at("a/d"))) == "io");
  FLOE_CHECK_OK(files.remove_all(at("a")));
  FLOE_CHECK_OK(files.remove_all(at("a")));
  CHECK(names(files, root).empty());
}

}  // namespace

TEST_CASE("the disk keeps the contract") {
  const TemporaryDirectory directory;
  check_contract(*make_disk_file_system(), directory.path());
}

TEST_CASE("the memory keeps the contract") {
  const auto files = make_memory_file_system();
  FLOE_REQUIRE_OK(files->create_directories("/root"));
  check_contract(*files, "/root");
  FLOE_CHECK_OK(files->write_atomic("relative", "x", Durability::kFast));
  CHECK(*files->read("/relative") == "x");
  CHECK(*files->canonical("relative") == "/relative");
}

TEST_CASE("links on the disk are followed, and remove_all leaves what they point to") {
  const TemporaryDirectory directory;
  const auto files = make_disk_file_system();
  FLOE_REQUIRE_OK(files->create_directories(directory / "real"));
  FLOE_REQUIRE_OK(files->write_atomic(directory / "real/file", "x", Durability::kFast));
  FLOE_REQUIRE_OK(files->create_directories(directory / "tree"));
  REQUIRE(::symlink((directory / "real").c_str(), (directory / "tree/link").c_str()) == 0);
  REQUIRE(::symlink("nowhere", (directory / "tree/dangling").c_str()) == 0);
  CHECK(names(*files, directory / "tree") == "dangling link/ ");
  CHECK(files->stat(directory / "tree/dangling")->kind == FileKind::kOther);
  CHECK(*files->canonical(directory / "tree/link/file") == *files->canonical(directory / "real/file"));
  FLOE_CHECK_OK(files->remove_all(directory / "tree"));
  CHECK(*files->read(directory / "real/file") == "x");
}

TEST_CASE("files that do not know their size are read whole") {
  const auto files = make_disk_file_system();
  const auto status = files->read("/proc/self/status");
  FLOE_REQUIRE_OK(status);
  CHECK_THAT(*status, Catch::StartsWith("Name:"));
  CHECK(files->read("/dev/null")->empty());
}

TEST_CASE("a reader sees the old or the new content, never part of it") {
  const TemporaryDirectory directory;
  const auto files = make_disk_file_system();
  const std::string path = directory / "file";
  const std::string first(100'000, 'a');
  const std::string second(200'000, 'b');
  FLOE_REQUIRE_OK(files->write_atomic(path, first, Durability::kFast));
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::thread reader([&] {
    while (!stop) {
      const auto content = files->read(path);
      if (!content.has_value() || (*content != first && *content != second)) ++torn;
    }
  });
  for (int i = 0; i < 200; ++i)
    FLOE_CHECK_OK(files->write_atomic(path, i % 2 == 0 ? second : first, Durability::kFast));
  stop = true;
  reader.join();
  CHECK(torn == 0);
}

TEST_CASE("of several writers of one new file one wins") {
  const TemporaryDirectory directory;
  const auto files = make_disk_file_system();
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      const Status status = files->write_new(directory / "file", std::to_string(i), Durability::kFast);
      if (status.has_value())
        ++won;
      else if (status.error().code == ErrorCode::kAlreadyExists)
        ++lost;
    });
  }
  for (std::thread& writer : writers)
    writer.join();
  CHECK(won == 1);
  CHECK(lost == 7);
  CHECK(names(*files, directory.path()) == "file ");
}

TEST_CASE("a full disk leaves the old content and no temporary file") {
  const TemporaryDirectory directory;
  const auto files = make_disk_file_system();
  FLOE_REQUIRE_OK(files->write_atomic(directory / "file", "old", Durability::kFull));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Status replaced = files->write_atomic(directory / "file", std::string(10'000, 'x'), Durability::kFull);
  const Status created = files->write_new(directory / "other", std::string(10'000, 'x'), Durability::kFull);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, previous);
  CHECK(code(replaced) == "exhausted");
  CHECK_THAT(replaced.error().message, Catch::Contains("`" + (directory / "file") + "`"));
  CHECK(code(created) == "exhausted");
  CHECK(*files->read(directory / "file") == "old");
  CHECK(names(*files, directory.path()) == "file ");
}

TEST_CASE("faults are injected by operation and path, the rest passes") {
  const auto memory = make_memory_file_system();
  std::vector<std::string> calls;
  int fail_at = -1;
  const auto faulty = make_faulty_file_system(
      *memory, [&](std::string_view operation, const std::string& path) -> std::optional<Error> {
        calls.push_back(std::string(operation) + " " + path);
        if (static_cast<int>(calls.size()) - 1 == fail_at) return fail(ErrorCode::kIo, "injected");
        return std::nullopt;
      });
  const auto work = [&]() -> Status {
    FLOE_TRY(faulty->create_directories("/d"));
    FLOE_TRY(faulty->write_atomic("/d/a", "1", Durability::kFast));
    FLOE_TRY(faulty->write_new("/d/b", "2", Durability::kFast));
    FLOE_TRY(faulty->append("/d/a", "3"));
    FLOE_TRY(faulty->sync({"/d/a", "/d/b"}));
    FLOE_TRY(faulty->stat("/d/a"));
    FLOE_TRY(faulty->read("/d/a"));
    FLOE_TRY(faulty->read_range("/d/a", 0, 1));
    FLOE_TRY(faulty->list("/d"));
    FLOE_TRY(faulty->canonical("/d/a"));
    FLOE_TRY(faulty->rename("/d/a", "/d/c"));
    FLOE_TRY(faulty->remove("/d/c"));
    return faulty->remove_all("/d");
  };
  FLOE_CHECK_OK(work());
  CHECK(calls == std::vector<std::string>{"create_directories /d", "write_atomic /d/a", "write_new /d/b", "append /d/a",
                                          "sync /d/a", "sync /d/b", "stat /d/a", "read /d/a", "read_range /d/a",
                                          "list /d", "canonical /d/a", "rename /d/a", "remove /d/c", "remove_all /d"});
  const int count = static_cast<int>(calls.size());
  for (fail_at = 0; fail_at < count; ++fail_at) {
    calls.clear();
    FLOE_REQUIRE_OK(memory->remove_all("/d"));
    const Status status = work();
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().message == "injected");
    CHECK(static_cast<int>(calls.size()) == fail_at + 1);
  }
}

TEST_CASE("environment, clock and random bytes") {
  const auto environment = make_process_environment();
  CHECK(environment->get("PATH").has_value());
  CHECK(environment->get("FLOE_SURELY_NOT_SET") == std::nullopt);
  const auto clock = make_system_clock();
  const std::int64_t first = clock->monotonic_ns();
  CHECK(clock->monotonic_ns() >= first);
  CHECK(clock->now_unix_ns() > 1'700'000'000'000'000'000);
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(1000).size() == 1000);
  CHECK(random_bytes(32) != random_bytes(32));
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = random_uuid();
    REQUIRE(uuid.size() == 36);
    CHECK(uuid[14] == '4');
    CHECK(std::string_view("89ab").find(uuid[19]) != std::string_view::npos);
    CHECK(uuid.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK((uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-'));
  }
}
