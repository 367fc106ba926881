// floe.lineage/1 as `hostile`, for whole runs, and floe.ingestion/1 as `hostile`, for streams.
#include "action.hpp"
#include "rows.hpp"

#include "floe/interfaces/ingestion.h"
#include "floe/interfaces/lineage.h"

#include <cstring>
#include <string>

namespace hostile {
namespace {

struct Self {
  int unused = 0;
};

floe_status answer(const std::string& stage, floe_call* call, floe_sink* sink, const char* otherwise) {
  const floe_status status = act(stage, call, sink);
  if (status != FLOE_OK) return status;
  for (const char* own : {"answer", "nested", "bytes", "flood", "drop_sink", "nothing"}) {
    if (wanted(stage, own)) return FLOE_OK;
  }
  return host->write(sink, otherwise, std::strlen(otherwise));
}

floe_status FLOE_CALL validate_config(const floe_host*, floe_call* call, const char*, size_t, floe_sink* problems) {
  return answer("validate_config", call, problems, "[]");
}

floe_status FLOE_CALL create(const floe_host*, floe_call* call, const char*, size_t, void** self) {
  if (wanted("create", "no_instance")) return FLOE_OK;
  *self = new Self;
  return act("create", call);
}

void FLOE_CALL destroy(void* self) {
  act("destroy");
  delete static_cast<Self*>(self);
}

floe_status FLOE_CALL health(void*, floe_call* call, floe_sink* out) {
  return answer("health", call, out, R"({"state":"ok","message":"","details":{}})");
}

floe_status FLOE_CALL describe(void*, floe_call* call, floe_sink* out) {
  return answer("describe", call, out, R"({"name":"hostile","version":"1.0.0","capabilities":[]})");
}

floe_status FLOE_CALL transport_config(void*, floe_call* call, floe_sink* out) {
  return answer("transport_config", call, out, R"({"transport":{"type":"console"}})");
}

floe_status FLOE_CALL namespace_mapping(void*, floe_call* call, floe_sink* out) {
  return answer("namespace_mapping", call, out, "{}");
}

floe_status FLOE_CALL emit(void*, floe_call* call, const char*, size_t) { return act("emit", call); }

floe_status FLOE_CALL check_connection(void*, floe_call* call, floe_sink* out) {
  return answer("check_connection", call, out, R"({"status":"ok"})");
}

floe_status FLOE_CALL discover(void*, floe_call* call, const char*, size_t, floe_sink* out) {
  return answer("discover", call, out, R"({"streams":[]})");
}

floe_status FLOE_CALL read(void*, floe_call* call, const char*, size_t, const char*, size_t, ArrowArrayStream* rows,
                           floe_sink* out) {
  const floe_status status = answer("read", call, out, "{}");
  if (status != FLOE_OK) return status;
  open_rows(rows);
  return FLOE_OK;
}

floe_status FLOE_CALL destination_config(void*, floe_call* call, const char*, size_t, floe_sink* out) {
  return answer("destination_config", call, out, "{}");
}

floe_lineage_v1 lineage{
    sizeof(floe_lineage_v1), FLOE_THREADS_SERIAL, 0,    validate_config, create, destroy, health, describe,
    transport_config,        namespace_mapping,   emit, check_connection};
floe_ingestion_v1 ingestion{sizeof(floe_ingestion_v1),
                            FLOE_THREADS_SERIAL,
                            FLOE_INGESTION_READS,
                            validate_config,
                            create,
                            destroy,
                            health,
                            describe,
                            discover,
                            read,
                            nullptr,
                            destination_config};
floe_interface interfaces[] = {{FLOE_LINEAGE_INTERFACE, "hostile", &lineage},
                               {FLOE_INGESTION_INTERFACE, "hostile", &ingestion}};

void FLOE_CALL shutdown() { act("shutdown"); }

floe_plugin descriptor{sizeof(floe_plugin),   FLOE_ABI_VERSION, 0,         2,       interfaces,
                       "org.example.hostile", "1.0.0",          "Example", shutdown};

template <class T>
T pointer(std::uintptr_t value) {
  return reinterpret_cast<T>(value);
}

void change_descriptor() {
  const auto is = [](const char* what) { return wanted("descriptor", what).has_value(); };
  if (is("id")) descriptor.id = "org.example.other";
  if (is("id_null")) descriptor.id = nullptr;
  if (is("version")) descriptor.version = "9.9.9";
  if (is("version_null")) descriptor.version = nullptr;
  if (is("vendor")) descriptor.vendor = "Somebody";
  if (is("vendor_null")) descriptor.vendor = nullptr;
  if (is("abi_major")) descriptor.abi_version = (2U << 16);
  if (is("abi_minor")) descriptor.abi_version = FLOE_ABI_VERSION + 99;
  if (is("min_host_minor")) descriptor.min_host_minor = 9;
  if (is("size_8")) descriptor.struct_size = 8;
  if (is("size_0")) descriptor.struct_size = 0;
  if (is("size_huge")) descriptor.struct_size = UINT32_MAX;
  if (is("interfaces_0")) descriptor.interface_count = 0;
  if (is("interfaces_many")) descriptor.interface_count = 1000000;
  if (is("interfaces_null")) descriptor.interfaces = nullptr;
  if (is("interface_id")) interfaces[0].id = interfaces[1].id = "floe.sink/1";
  if (is("interface_id_null")) interfaces[0].id = interfaces[1].id = nullptr;
  if (is("interface_name")) interfaces[0].name = interfaces[1].name = "other";
  if (is("interface_name_null")) interfaces[0].name = interfaces[1].name = nullptr;
  if (is("table_null")) interfaces[0].table = interfaces[1].table = nullptr;
  if (is("table_pointer")) interfaces[0].table = interfaces[1].table = pointer<const void*>(0x10);
  if (is("id_pointer")) descriptor.id = pointer<const char*>(0x10);
  if (is("shutdown_pointer")) descriptor.shutdown = pointer<void (*)()>(0x41414141);
}

template <class Table>
void change_table(Table& table) {
  const auto is = [](const char* what) { return wanted("table", what).has_value(); };
  if (is("size_0")) table.struct_size = 0;
  if (is("size_8")) table.struct_size = 8;
  if (is("size_cut")) table.struct_size = offsetof(Table, describe);
  if (is("size_odd")) table.struct_size = sizeof(Table) - 3;
  if (is("size_huge")) table.struct_size = UINT32_MAX;
  if (is("threads")) table.threading = 7;
  if (is("affine")) table.threading = FLOE_THREADS_AFFINE;
  if (is("concurrent")) table.threading = FLOE_THREADS_CONCURRENT;
  if (is("capabilities")) table.capabilities = UINT64_C(1) << 40;
  if (is("no_health")) table.health = nullptr;
  if (is("no_create")) table.create = nullptr;
  if (is("no_destroy")) table.destroy = nullptr;
  if (is("create_pointer")) table.create = pointer<decltype(table.create)>(0x41414141);
  if (is("destroy_pointer")) table.destroy = pointer<decltype(table.destroy)>(0x41414141);
}

__attribute__((constructor)) void constructor() { act("constructor"); }

__attribute__((destructor)) void destructor() { act("destructor"); }

}  // namespace
}  // namespace hostile

extern "C" FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call,
                                                                  const floe_plugin** out) {
  using namespace hostile;
  hostile::host = host;
  const floe_status status = act("entry", call);
  if (status != FLOE_OK) return status;
  change_descriptor();
  change_table(lineage);
  change_table(ingestion);
  if (wanted("table", "emit_pointer")) lineage.emit = pointer<decltype(lineage.emit)>(0x41414141);
  if (wanted("table", "no_emit")) lineage.emit = nullptr;
  if (wanted("table", "no_read")) ingestion.read = nullptr;
  if (wanted("entry", "nothing")) return FLOE_OK;
  *out = wanted("entry", "pointer") ? pointer<const floe_plugin*>(0x10) : &descriptor;
  return FLOE_OK;
}
