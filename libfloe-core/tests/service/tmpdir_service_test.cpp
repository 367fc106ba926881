#include "service/tmpdir_service.hpp"

#include "service_box.hpp"

#include "floe/client/host_tmpdir.hpp"

#include <filesystem>

namespace floe::service {
namespace {

const floe_host_tmpdir_v1 kTable = TmpdirService::table();

TEST_CASE("directories are private, of their plugin, and gone with the context") {
  ServiceBox box;
  const auto disk = io::make_disk_file_system();
  box.environment.values["TMPDIR"] = std::filesystem::temp_directory_path();
  const HostCall call = box.host->make_call({});
  std::string kept;
  {
    TmpdirService service(*disk, box.environment);
    const auto tmpdir = box.client<HostTmpdirClient>(kTable, service);
    kept = said(tmpdir.make(call.raw(), "spill"));
    const std::string dropped = said(tmpdir.make(call.raw(), "spill"));
    CHECK(kept != dropped);
    CHECK(kept.starts_with(std::string(std::filesystem::temp_directory_path()) + "/floe-spill-"));
    CHECK((std::filesystem::status(kept).permissions() & std::filesystem::perms::all) ==
          std::filesystem::perms::owner_all);
    FLOE_CHECK_OK(disk->write_atomic(kept + "/sub.bin", "x", io::Durability::kFast));
    CHECK(said(tmpdir.remove(call.raw(), dropped)) == "ok");
    CHECK_FALSE(std::filesystem::exists(dropped));
    CHECK(said(tmpdir.remove(call.raw(), dropped)) ==
          "not_found: `" + dropped + "` is no temporary directory of this plugin");
    CHECK(said(tmpdir.remove(call.raw(), "/etc")) == "not_found: `/etc` is no temporary directory of this plugin");
    for (const char* purpose : {"", "../up", "A", "a b"}) {
      CHECK(said(tmpdir.make(call.raw(), purpose)) ==
            "invalid_argument: a purpose is a word of a-z, 0-9, `-` and `_`, at most 40 characters");
    }
    CHECK(std::filesystem::exists(kept));
  }
  CHECK_FALSE(std::filesystem::exists(kept));
}

}  // namespace
}  // namespace floe::service
