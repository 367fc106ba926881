#include "engine/audit_log.hpp"

#include "floe_test.hpp"

#include "base/io/account.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <filesystem>
#include <stdlib.h>

namespace {

using namespace floe;

// On the disk, for the lock of the log is one of the disk. No variable is set, so nothing is kept outside of it.
class Shop {
 public:
  Shop() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-audit-XXXXXX").string();
    directory = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
    log = directory + "/.floe/audit/audit.jsonl";
  }

  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  ~Shop() { std::filesystem::remove_all(directory); }

  [[nodiscard]] compile::Compiled compiled(bool audits) const {
    compile::Compiled out;
    out.project_root = directory;
    out.product_name = "shop";
    out.product_version = "1.0";
    out.platform_ref = "manifest.yaml";
    out.audits = audits;
    return out;
  }

  std::string directory;
  std::string log;
};

class NoVariables : public io::Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& /*name*/) const override { return std::nullopt; }
};

class StillClock : public io::Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_ns() const override { return 1'764'000'000'000'000'000; }

  [[nodiscard]] std::int64_t monotonic_ns() const override { return 0; }
};

std::string code_of(const Status& status) {
  const std::string* details = status.error().detail("floe.diagnostics");
  REQUIRE(details != nullptr);
  return diagnostics_from_json(*details)->front().code + ": " + status.error().message;
}

}  // namespace

TEST_CASE("a command leaves one line with what it read and wrote") {
  const Shop shop;
  const auto files = io::make_disk_file_system();
  StillClock clock;
  NoVariables variables;
  run::AuditLog log(*files, clock, variables);
  log.begin("dbt", "prod");
  log.rename("dbt build");
  FLOE_REQUIRE_OK(log.on_platform(shop.compiled(true)));
  auto compiled = shop.compiled(true);
  compiled.artifact_digest = "ab12";
  log.on_compiled(compiled);
  log.on_run("r1");
  for (const char* name : {"b", "a", "b"})
    log.on_secret(name);
  log.on_table("main.orders", run::TableUse::kWritten);
  log.on_table("main.old", run::TableUse::kDropped);
  log.on_table("main.raw", run::TableUse::kRead);
  log.on_file(shop.directory + "/data/raw.csv", false);
  log.on_file("/exports/orders.csv", true);
  log.on_sinks(std::vector<compile::PluginChoice>(1));
  const auto recorded = log.finish(1, {"FLOE-E0701"});
  FLOE_REQUIRE_OK(recorded);
  // What comes after belongs to no command.
  log.on_secret("late");
  FLOE_REQUIRE_OK(log.finish(0, {}));
  log.begin("compile", "");
  FLOE_REQUIRE_OK(log.on_platform(shop.compiled(true)));
  FLOE_REQUIRE_OK(log.finish(0, {}));
  const auto head = [](const std::string& chain) {
    return chain + R"("time":"2025-11-24T16:00:00.000000Z","started":"2025-11-24T16:00:00.000000Z","actor":)" +
           to_json(json::value(io::current_user())) + R"(,"floe":")" FLOE_VERSION R"(",)";
  };
  const std::string first =
      head(R"({"version":2,"sequence":1,"previous_sha256":null,)") +
      R"("command":"dbt build","environment":"prod","product":"shop","product_version":"1.0",)"
      R"("platform":"manifest.yaml","artifact_sha256":"ab12","run_id":"r1","verdict":"failed","exit_code":1,)"
      R"("findings":["FLOE-E0701"],"secrets_read":["a","b"],"tables_read":["main.raw"],)"
      R"("tables_written":["main.orders"],"tables_dropped":["main.old"],"files_read":["data/raw.csv"],)"
      R"("files_written":["/exports/orders.csv"]})";
  REQUIRE(recorded->has_value());
  CHECK((*recorded)->line == first);
  CHECK((*recorded)->head.sha256 == text::sha256_hex(first));
  CHECK((*recorded)->sinks.size() == 1);
  CHECK(*files->read(shop.log) ==
        first + "\n" + head(R"({"version":2,"sequence":2,"previous_sha256":")" + text::sha256_hex(first) + R"(",)") +
            R"("command":"compile","environment":null,"product":"shop","product_version":"1.0",)"
            R"("platform":"manifest.yaml","artifact_sha256":null,"run_id":null,"verdict":"passed","exit_code":0,)"
            R"("findings":[],"secrets_read":[],"tables_read":[],"tables_written":[],"tables_dropped":[],)"
            R"("files_read":[],"files_written":[]})"
            "\n");
}

TEST_CASE("a platform that does not audit leaves no log") {
  const Shop shop;
  const auto files = io::make_disk_file_system();
  StillClock clock;
  NoVariables variables;
  run::AuditLog log(*files, clock, variables);
  log.begin("compile", "");
  FLOE_REQUIRE_OK(log.on_platform(shop.compiled(false)));
  FLOE_REQUIRE_OK(log.finish(0, {}));
  CHECK(files->stat(shop.directory + "/.floe")->kind == io::FileKind::kMissing);
}

TEST_CASE("a log that cannot be written is an error, before the command does anything") {
  const Shop shop;
  const auto disk = io::make_disk_file_system();
  std::string failing = "append";
  const auto files = io::make_faulty_file_system(
      *disk, [&](std::string_view operation, const std::string& path) -> std::optional<Error> {
        if (operation != failing) return std::nullopt;
        return fail(ErrorCode::kPermission, "`" + path + "` is read-only");
      });
  StillClock clock;
  NoVariables variables;
  run::AuditLog log(*files, clock, variables);
  log.begin("run", "");
  CHECK(code_of(log.on_platform(shop.compiled(true))) ==
        "FLOE-E0806: the audit log cannot be opened: `" + shop.log + "` is read-only");
  failing = "sync";
  log.begin("run", "");
  FLOE_REQUIRE_OK(log.on_platform(shop.compiled(true)));
  const auto lost = log.finish(0, {});
  REQUIRE_FALSE(lost);
  CHECK(code_of(lost.error()) ==
        "FLOE-E0806: the line of this command is missing in the audit log: `" + shop.log + "` is read-only");
}
