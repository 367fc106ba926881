// The exported functions of floe/iceberg.h.
#include "abi/directory_catalog.hpp"
#include "abi/embedded_host.hpp"
#include "abi/local_storage.hpp"
#include "abi/table_format.hpp"

#include "floe/iceberg.h"

#include <memory>
#include <new>

struct floe_iceberg_host {
  explicit floe_iceberg_host(floe::iceberg::EmbeddedHost::Log log) : host(std::move(log)) {}

  floe::iceberg::EmbeddedHost host;
};

extern "C" {

const char* floe_iceberg_version(void) { return "0.1.0"; }

const floe_table_format_v1* floe_iceberg_table_format_v1(void) {
  try {
    return &floe::iceberg::table_format_v1();
  } catch (...) {
    return nullptr;
  }
}

floe_iceberg_host* floe_iceberg_host_new(floe_iceberg_log_fn log, void* log_arg) {
  try {
    floe::iceberg::EmbeddedHost::Log receiver;
    if (log != nullptr) {
      receiver = [log, log_arg](int level, std::string_view /*target*/, std::string_view message) {
        log(log_arg, level, message.data(), message.size());
      };
    }
    return new floe_iceberg_host(std::move(receiver));
  } catch (...) {
    return nullptr;
  }
}

void floe_iceberg_host_free(floe_iceberg_host* host) { delete host; }

const floe_host* floe_iceberg_host_table(floe_iceberg_host* host) { return host->host.table(); }

floe_call* floe_iceberg_call_new(floe_iceberg_host* /*host*/, int64_t deadline_unix_ns) {
  auto* call = new (std::nothrow) floe_call();
  if (call != nullptr) call->deadline_unix_ns = deadline_unix_ns;
  return call;
}

void floe_iceberg_call_cancel(floe_call* call) {
  if (call != nullptr) floe::iceberg::cancel_call(call);
}

void floe_iceberg_call_free(floe_call* call) { delete call; }

const floe_storage_v1* floe_iceberg_local_storage_v1(void) {
  try {
    return &floe::iceberg::local_storage_v1();
  } catch (...) {
    return nullptr;
  }
}

const floe_catalog_v1* floe_iceberg_directory_catalog_v1(void) {
  try {
    return &floe::iceberg::directory_catalog_v1();
  } catch (...) {
    return nullptr;
  }
}

}  // extern "C"
