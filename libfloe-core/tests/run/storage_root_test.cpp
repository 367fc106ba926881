#include "run/storage_root.hpp"

#include "floe_test.hpp"

using namespace floe;

namespace {

std::string verdict(std::string_view binding, std::string_view warehouse) {
  PluginEntry storage;
  storage.manifest.id = "org.example.shm";
  const Status checked = run::check_storage_root(binding, warehouse, storage);
  return checked.has_value() ? "ok" : checked.error().to_string();
}

}  // namespace

TEST_CASE("the warehouse lies below the root of the storage") {
  for (const auto& [binding, warehouse] : std::vector<std::pair<std::string, std::string>>{
           {R"({"kind":"shm"})", "file:///p/.floe/warehouse"},
           {R"({"kind":"shm","root":"shm://"})", "shm://warehouse"},
           {R"({"kind":"shm","root":"shm://warehouse/"})", "shm://warehouse"},
           {R"({"kind":"shm","root":"shm://warehouse"})", "shm://warehouse/sales"},
           {R"({"kind":"local","root":"file:/srv/"})", "file:///srv/warehouse"},
           {R"({"kind":"local","root":"file:///"})", "file:///srv/warehouse"},
           {R"({"kind":"shm","root":"shm://warehouse"})", ""},
       }) {
    CAPTURE(binding, warehouse);
    CHECK(verdict(binding, warehouse) == "ok");
  }
}

TEST_CASE("a warehouse outside of the root of the storage is refused by name") {
  for (const auto& [root, warehouse] : std::vector<std::pair<std::string, std::string>>{
           {"shm://warehouse", "file:///p/.floe/warehouse"},
           {"shm://warehouse", "shm://warehouse2"},
           {"file:///srv", "file:///srv/../etc"},
       }) {
    CHECK_THAT(verdict(R"({"kind":"x","root":")" + root + R"("})", warehouse),
               Catch::Contains("storage plugin `org.example.shm` keeps its files below `" + root +
                               "`, but the warehouse is `" + warehouse + "`"));
  }
}
