#include "compile/verdict_cache.hpp"

#include "floe_test.hpp"

#include "base/io/private_file.hpp"
#include "base/text/text.hpp"

#include <map>

namespace {

using namespace floe;

class FixedEnvironment : public io::Environment {
 public:
  explicit FixedEnvironment(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, std::string> values_;
};

// Two projects and a home on a disk, gone at the end.
struct Homes {
  std::unique_ptr<io::FileSystem> files = io::make_disk_file_system();
  std::string directory = "/tmp/floe-verdict-cache-" + io::random_uuid();

  Homes() {
    for (const char* project : {"/one", "/other", "/home"})
      REQUIRE(files->create_directories(directory + project));
  }

  Homes(const Homes&) = delete;
  Homes& operator=(const Homes&) = delete;

  ~Homes() { static_cast<void>(files->remove_all(directory).has_value()); }

  compile::VerdictCache open(const std::string& project, const std::string& home = "home") {
    return compile::VerdictCache::open(directory + "/" + project, *files,
                                       FixedEnvironment({{"HOME", directory + "/" + home}}));
  }
};

}  // namespace

TEST_CASE("an entry of the cache counts where it was written") {
  Homes homes;
  const compile::VerdictCache cache = homes.open("one");
  CHECK(cache.why_not().empty());
  CHECK(cache.read("compile.json") == std::nullopt);
  FLOE_CHECK_OK(cache.write("compile.json", "verdict"));
  CHECK(homes.open("one").read("compile.json") == "verdict");
  CHECK(homes.files->stat(homes.directory + "/home/.config/floe/cache.key")->mode == 0600);

  const std::string entry = cache.directory() + "/compile.json";
  const std::string written = *homes.files->read(entry);
  const std::string other = homes.open("other").directory();
  REQUIRE(homes.files->create_directories(other));
  FLOE_CHECK_OK(homes.files->write_atomic(other + "/compile.json", written, io::Durability::kFast));
  CHECK(homes.open("other").read("compile.json") == std::nullopt);  // of another project
  FLOE_CHECK_OK(homes.files->write_atomic(cache.directory() + "/lineage.json", written, io::Durability::kFast));
  CHECK(cache.read("lineage.json") == std::nullopt);  // of another kind
  for (const std::string& edited : {std::string(), written.substr(0, 64), written + "!", "0" + written.substr(1)}) {
    FLOE_CHECK_OK(homes.files->write_atomic(entry, edited, io::Durability::kFast));
    if (edited != written) CHECK(cache.read("compile.json") == std::nullopt);
  }
  FLOE_CHECK_OK(homes.files->write_atomic(entry, written, io::Durability::kFast));
  FLOE_CHECK_OK(homes.files->remove(homes.directory + "/home/.config/floe/cache.key"));
  CHECK(homes.open("one").read("compile.json") == std::nullopt);  // of another machine
}

TEST_CASE("without a home that keeps a secret there is no cache") {
  Homes homes;
  const auto why = [&](const compile::VerdictCache& cache) {
    CHECK(cache.directory().empty());
    CHECK(cache.read("compile.json") == std::nullopt);
    FLOE_CHECK_OK(cache.write("compile.json", "verdict"));
    return text::replace_all(cache.why_not(), homes.directory + "/", "/");
  };
  CHECK(why(compile::VerdictCache::open(homes.directory + "/one", *homes.files, FixedEnvironment({}))) ==
        "neither XDG_CONFIG_HOME nor HOME names a folder");
  CHECK(why(homes.open("one", "one/home")) == "`/one/home/.config/floe` lies in the project");
  const std::string keys = homes.directory + "/home/.config/floe";
  REQUIRE(homes.files->create_directories(keys));
  FLOE_CHECK_OK(homes.files->write_new(keys + "/cache.key", std::string(64, '0'), io::Durability::kFast));
  CHECK(why(homes.open("one")) == "`/home/.config/floe/cache.key` is no file that only you may read; remove it");
  FLOE_CHECK_OK(homes.files->remove(keys + "/cache.key"));
  FLOE_CHECK_OK(io::create_private_file(keys + "/cache.key", "short"));
  CHECK(why(homes.open("one")) == "`/home/.config/floe/cache.key` holds no key; remove it");
}
