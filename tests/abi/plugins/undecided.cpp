// A quality plugin that can check in no way, and a catalog that commits in two: choices the interfaces do not leave.
#include "floe/plugin.hpp"

namespace {

struct Neither : floe::DataQualityPlugin<Neither> {
  std::string validate_gates(floe::Call&, std::string_view, std::string_view) { return "{}"; }
};

struct Both : floe::CatalogPlugin<Both> {
  std::string list_namespaces(floe::Call&, std::string_view) { return "{}"; }

  void create_namespace(floe::Call&, std::string_view) {}

  std::string load_namespace(floe::Call&, std::string_view) { return "{}"; }

  void update_namespace_properties(floe::Call&, std::string_view) {}

  void drop_namespace(floe::Call&, std::string_view) {}

  std::string list_tables(floe::Call&, std::string_view) { return "{}"; }

  std::string load_table(floe::Call&, std::string_view) { return "{}"; }

  std::string create_table(floe::Call&, std::string_view) { return "{}"; }

  std::string register_table(floe::Call&, std::string_view) { return "{}"; }

  void rename_table(floe::Call&, std::string_view) {}

  void drop_table(floe::Call&, std::string_view) {}

  std::string commit_table(floe::Call&, std::string_view) { return "{}"; }

  void swap_pointer(floe::Call&, std::string_view) {}
};

}  // namespace

FLOE_PLUGIN("org.example.probe", "1.2.3", "Example Ltd", floe::expose<Neither>("probe"), floe::expose<Both>("probe"));
