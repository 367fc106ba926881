#include "plugin/preflight.hpp"
#include "plugin_box.hpp"

#include <random>

namespace floe::abi_test {
namespace {

TEST_CASE("a library cut at every sixteenth is refused by name before the loader sees it") {
  PluginBox box;
  box.install_probe("good");
  const std::string whole = read_file(box.library("probe"));
  for (std::size_t part = 0; part < 16; ++part) {
    const std::size_t size = whole.size() * part / 16;
    INFO("first " << size << " of " << whole.size() << " bytes");
    write_file(box.library("probe"), whole.substr(0, size));
    const auto loaded = box.host()->load("floe.dbt", "probe");
    REQUIRE_FALSE(loaded.has_value());
    const std::string start = "FLOE-E0407 `" + box.library("probe") + "` is damaged: ";
    const std::string found = findings(loaded.error());
    CHECK(found.substr(0, start.size()) == start);
    CHECK(found.find(part == 0 ? "it has only 0 bytes" : "but the file has only") != std::string::npos);
    CHECK(place(loaded.error()) == box.library("probe"));
  }
  write_file(box.library("probe"), whole);
  FLOE_CHECK_OK(box.host()->open_instance("floe.dbt", "probe", "{}"));
}

TEST_CASE("a library for another machine, class or byte order, and what is no library at all") {
  struct Case {
    std::size_t offset;
    char byte;
    const char* finding;
  };

  PluginBox box;
  box.install_probe("good");
  const std::string whole = read_file(box.library("probe"));
#if defined(__x86_64__)
  const std::string here = "x86_64";
  const char other = static_cast<char>(183);
  const std::string there = "aarch64";
#else
  const std::string here = "aarch64";
  const char other = 62;
  const std::string there = "x86_64";
#endif
  const std::string path = box.library("probe");
  const std::string machine = "FLOE-E0408 `" + path + "` is built for " + there + ", this machine is " + here;
  const std::string width = "FLOE-E0408 `" + path + "` is not a 64-bit little-endian library";
  const std::string type = "FLOE-E0407 `" + path + "` is damaged: it is not a shared library";
  const std::string magic = "FLOE-E0407 `" + path + "` is damaged: it is not an ELF file";
  for (const Case& one : {Case{18, other, machine.c_str()}, Case{4, 1, width.c_str()}, Case{5, 2, width.c_str()},
                          Case{16, 2, type.c_str()}, Case{0, 'M', magic.c_str()}}) {
    std::string bytes = whole;
    bytes[one.offset] = one.byte;
    write_file(path, bytes);
    CHECK(findings(box.host()->load("floe.dbt", "probe")) == one.finding);
  }
  write_file(path, "#!/bin/sh\nexit 0\n" + std::string(100, '#'));
  CHECK(findings(box.host()->load("floe.dbt", "probe")) == magic);
}

// The checker reads offsets and counts from the file: none may lead it astray. Nothing is loaded here.
TEST_CASE("the preflight survives random damage") {
  const std::string whole = read_file(probe_path("good"));
  const auto files = io::make_memory_file_system();
  const auto format = make_elf_format();
  std::mt19937 random(20261121);
  std::size_t refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    const std::size_t changes = 1 + random() % 4;
    for (std::size_t i = 0; i < changes; ++i) {
      // Mostly in the headers and tables at the front, where every byte means something.
      const std::size_t at =
          random() % 4 == 0 ? random() % bytes.size() : random() % std::min<std::size_t>(2048, bytes.size());
      bytes[at] = static_cast<char>(random());
    }
    FLOE_REQUIRE_OK(files->write_atomic("/plugin.so", bytes, io::Durability::kFast));
    const Status checked = format->check(*files, "/plugin.so", bytes.size());
    if (checked.has_value()) continue;
    ++refused;
    REQUIRE(checked.error().detail("floe.diagnostics") != nullptr);
  }
  CHECK(refused > 300);
  CHECK(refused < 3000);
}

}  // namespace
}  // namespace floe::abi_test
