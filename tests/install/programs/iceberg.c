/* Makes a table below argv[1] and lists what is there: C99, also compiled as C++. */
#include <floe/iceberg.h>
#include <stdio.h>
#include <string.h>

static int fail(const char* what) {
  printf("%s failed\n", what);
  return 1;
}

int main(int argc, char** argv) {
  static const char name[] = "{\"namespace\": [\"main\"], \"name\": \"orders\"}";
  static const char request[] = "{\"columns\": [{\"name\": \"order_id\", \"type\": \"long\"}]}";
  static const char all[] = "{\"namespace\": null}";
  char root[4096], options[4096];
  floe_iceberg_host* owner = floe_iceberg_host_new(NULL, NULL);
  const floe_host* host = floe_iceberg_host_table(owner);
  floe_call* call = floe_iceberg_call_new(owner, INT64_MAX);
  const floe_catalog_v1* catalog = floe_iceberg_directory_catalog_v1();
  const floe_storage_v1* storage = floe_iceberg_local_storage_v1();
  const floe_table_format_v1* format = floe_iceberg_table_format_v1();
  void *catalog_self = NULL, *storage_self = NULL, *tables = NULL;
  floe_sink* sink = host->make_sink(host->ctx);
  const void* answer = NULL;
  size_t length = 0;
  if (argc < 2) return fail("the path");
  snprintf(root, sizeof(root), "{\"root\": \"%s/catalog\"}", argv[1]);
  snprintf(options, sizeof(options), "{\"warehouse\": \"file://%s/warehouse\"}", argv[1]);
  if (catalog->create(host, call, root, strlen(root), &catalog_self)) return fail("catalog");
  if (storage->create(host, call, "{}", 2, &storage_self)) return fail("storage");
  if (format->open(host, call, catalog, catalog_self, storage, storage_self, options, strlen(options), &tables)) {
    return fail("open");
  }
  if (format->create_namespace(tables, host, call, "[\"main\"]", 8)) return fail("create_namespace");
  if (format->create_table(tables, host, call, name, strlen(name), request, strlen(request), sink)) {
    return fail("create_table");
  }
  host->drop_sink(sink);
  sink = host->make_sink(host->ctx);
  if (format->list(tables, host, call, all, strlen(all), sink)) return fail("list");
  host->sink_bytes(sink, &answer, &length);
  printf("%.*s\n", (int)length, (const char*)answer);
  host->drop_sink(sink);
  format->close(tables);
  storage->destroy(storage_self);
  catalog->destroy(catalog_self);
  floe_iceberg_call_free(call);
  floe_iceberg_host_free(owner);
  return 0;
}
