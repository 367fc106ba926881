#include "engine/lost_catalog.hpp"

#include "floe_test.hpp"
#include "plugin/host.hpp"

#include "base/arrow/builder.hpp"
#include "base/fail.hpp"

#include <algorithm>
#include <vector>

using namespace floe;

namespace {

// What a catalog says at each question, the last answer again and again.
struct FakeCatalog {
  const floe_host* host = nullptr;
  std::vector<std::string> answers;
  std::size_t asked = 0;
};

struct FakeStorage {
  std::vector<std::string> uris;
  floe_status status = FLOE_OK;
};

floe_status FLOE_CALL describe(void* self, floe_call* /*call*/, floe_sink* out) {
  auto& catalog = *static_cast<FakeCatalog*>(self);
  const std::string& text = catalog.answers.at(std::min(catalog.asked++, catalog.answers.size() - 1));
  return catalog.host->write(out, text.data(), text.size());
}

floe_status FLOE_CALL list(void* self, floe_call* /*call*/, const char* /*prefix*/, size_t /*length*/,
                           ArrowArrayStream* objects) {
  const auto& storage = *static_cast<FakeStorage*>(self);
  if (storage.status != FLOE_OK) return storage.status;
  arrow::BatchBuilder batch({{"uri", arrow::of(arrow::Kind::kUtf8), false, {}}});
  for (const std::string& uri : storage.uris)
    batch.column(0).append_bytes(uri);
  auto stream = arrow::finish_stream(std::move(batch));
  stream->move_to(objects);
  return FLOE_OK;
}

const std::string kEmpty =
    R"({"is_empty":true,"other_names":[],"catalog_name":"floe","client_properties":{"uri":"sqlite:////p/catalog.db"}})";
const std::string kRenamed =
    R"({"is_empty":true,"other_names":["a","b"],"catalog_name":"floe","client_properties":{}})";
const std::string kFilled = R"({"is_empty":false})";
const std::string kMetadata = "file:///w/main/t/metadata/00000-x.metadata.json";

// "ok", or the error with the helps of its finding.
std::string verdict(std::vector<std::string> answers, FakeStorage storage) {
  PluginHostOptions options;
  options.registry.library_directory = "/nowhere";
  auto host = PluginHost::create(std::move(options));
  FLOE_REQUIRE_OK(host);
  FakeCatalog catalog{(*host)->raw(), std::move(answers), 0};
  floe_catalog_v1 catalog_table{};
  catalog_table.struct_size = sizeof(catalog_table);
  catalog_table.describe = describe;
  floe_storage_v1 storage_table{};
  storage_table.struct_size = sizeof(storage_table);
  storage_table.list = list;
  compile::Compiled compiled;
  compiled.warehouse_uri = "file:///w";
  const HostCall call = (*host)->make_call({});
  const Status checked =
      run::check_catalog_not_lost(compiled, CatalogClient((*host)->raw(), &catalog_table, &catalog),
                                  StorageClient((*host)->raw(), &storage_table, &storage), call.raw());
  if (checked.has_value()) return "ok";
  std::string out = checked.error().message;
  const std::string* details = checked.error().detail("floe.diagnostics");
  if (details == nullptr) return std::string(error_code_name(checked.error().code));
  const std::vector<Diagnostic> findings = *diagnostics_from_json(*details);
  return out + " (" + findings.at(0).code + "): " + findings.at(0).helps.at(0);
}

}  // namespace

TEST_CASE("an empty catalog over a warehouse that holds metadata was lost") {
  struct Case {
    const char* name;
    std::vector<std::string> answers;
    FakeStorage storage;
    const char* verdict;
  };

  const Case cases[] = {
      {"lost",
       {kEmpty},
       {{"file:///w/main/t/data/a.parquet", kMetadata}, FLOE_OK},
       "the catalog `sqlite:////p/catalog.db` knows no tables, but the warehouse `file:///w` holds some (FLOE-E0501): "
       "restore "
       "the catalog from a backup"},
      {"stored under another name",
       {kRenamed},
       {{kMetadata}, FLOE_OK},
       "the catalog `` knows no tables, but the warehouse `file:///w` holds some (FLOE-E0501): the catalog stores "
       "tables under "
       "the name `a`, `b`; the configuration says `floe`"},
      {"compressed metadata",
       {kEmpty},
       {{kMetadata + ".gz"}, FLOE_OK},
       "the catalog `sqlite:////p/catalog.db` knows no tables, but the warehouse `file:///w` holds some (FLOE-E0501): "
       "restore "
       "the catalog from a backup"},
      {"a new warehouse", {kEmpty}, {{}, FLOE_OK}, "ok"},
      {"files of another kind", {kEmpty}, {{"file:///w/notes.json", "file:///w/.location"}, FLOE_OK}, "ok"},
      {"another process makes the first table meanwhile", {kEmpty, kFilled}, {{kMetadata}, FLOE_OK}, "ok"},
      {"a catalog that knows tables", {kFilled}, {{kMetadata}, FLOE_OK}, "ok"},
      {"a catalog that does not say", {"{}"}, {{kMetadata}, FLOE_OK}, "ok"},
      {"a storage that cannot list", {kEmpty}, {{kMetadata}, FLOE_UNSUPPORTED}, "ok"},
      {"a storage that does not answer", {kEmpty}, {{kMetadata}, FLOE_UNAVAILABLE}, "unavailable"},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    CHECK(verdict(one.answers, one.storage) == one.verdict);
  }
}
