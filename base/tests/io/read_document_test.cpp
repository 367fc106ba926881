#include "base/io/read_document.hpp"

#include "floe_test.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace floe;      // NOLINT: test
using namespace floe::io;  // NOLINT: test

namespace {

// A directory with one of everything that a name may stand for.
class Odd {
 public:
  Odd() {
    std::array<char, 32> pattern{"/tmp/floe-document-XXXXXX"};
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern.data();
    FLOE_REQUIRE_OK(files->write_atomic(at("file"), "text", Durability::kFast));
    FLOE_REQUIRE_OK(files->write_atomic(at("empty"), "", Durability::kFast));
    FLOE_REQUIRE_OK(files->write_atomic(at("17"), std::string(17, 'x'), Durability::kFast));
    FLOE_REQUIRE_OK(files->create_directories(at("directory")));
    REQUIRE(::mkfifo(at("pipe").c_str(), 0600) == 0);
    for (const auto& [name, target] :
         {std::pair{"zero", "/dev/zero"}, std::pair{"null", "/dev/null"}, std::pair{"environ", "/proc/self/environ"},
          std::pair{"nothing", "nowhere"}, std::pair{"link", "file"}})
      REQUIRE(::symlink(target, at(name).c_str()) == 0);
    REQUIRE(::close(::open(at("sparse").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) == 0);
    REQUIRE(::truncate(at("sparse").c_str(), off_t{3} << 30) == 0);
  }

  Odd(const Odd&) = delete;
  Odd& operator=(const Odd&) = delete;

  ~Odd() { (void)files->remove_all(directory_); }

  [[nodiscard]] std::string at(const std::string& name) const { return directory_ + "/" + name; }

  std::unique_ptr<FileSystem> files = make_disk_file_system();

 private:
  std::string directory_;
};

}  // namespace

TEST_CASE("a document is a regular file of a limited size") {
  const Odd odd;

  struct Case {
    const char* name;
    std::string text;     // that is read
    std::string problem;  // else
  };

  const std::string other = "it is a device, a pipe, a file of the kernel or a link to nothing, not a file";
  for (const Case& c :
       {Case{"file", "text", ""}, Case{"link", "text", ""}, Case{"empty", "", ""},
        Case{"missing", "", "no such file or directory"}, Case{"17", "", "it has more than 16 bytes"},
        Case{"sparse", "", "it has more than 16 bytes"}, Case{"directory", "", "it is a directory, not a file"},
        Case{"pipe", "", other}, Case{"zero", "", other}, Case{"null", "", other}, Case{"environ", "", other},
        Case{"nothing", "", other}}) {
    INFO(c.name);
    auto read = read_document(*odd.files, odd.at(c.name), 16);
    CHECK((read ? *read : "") == c.text);
    CHECK((read ? "" : read.error().message) ==
          (c.problem.empty() ? "" : "cannot read `" + odd.at(c.name) + "`: " + c.problem));
    const auto optional = read_document_if_there(*odd.files, odd.at(c.name), 16);
    const bool is_missing = std::string(c.name) == "missing";
    CHECK(optional.has_value() == (is_missing || c.problem.empty()));
    if (optional) CHECK(optional->has_value() != is_missing);
  }
}

TEST_CASE("reading a file as a whole ends, whatever it is") {
  const Odd odd;
  CHECK(odd.files->read(odd.at("null"))->empty());
  for (const auto& [name, problem] :
       {std::pair{"pipe", "it is a pipe, not a file"}, std::pair{"zero", "it is a device, not a file"},
        std::pair{"sparse", "it has more than 1073741824 bytes"}}) {
    const auto read = odd.files->read(odd.at(name));
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "cannot read `" + odd.at(name) + "`: " + problem);
  }
  CHECK(odd.files->read_range(odd.at("sparse"), 100, 3)->size() == 3);
}
