// floe_table_format_v1: payloads to calls, one function per slot.
#include "abi/table_format.hpp"

#include "abi/guard.hpp"
#include "commit/committer.hpp"
#include "commit/table_changes.hpp"
#include "maintenance/verify.hpp"
#include "recover/found_tables.hpp"
#include "recover/later_commit.hpp"
#include "recover/register_tables.hpp"
#include "scan/metadata_table.hpp"
#include "scan/plan.hpp"
#include "table/namespaces.hpp"
#include "view/views.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "floe/iceberg.h"

#include <memory>
#include <optional>
#include <string>

namespace floe::iceberg {

namespace {

OpenTables& opened(void* self) { return *static_cast<OpenTables*>(self); }

std::string_view view(const char* text, std::size_t length) {
  return length == 0 ? std::string_view() : std::string_view(text, length);
}

// The table as it is now, the result of most changes.
std::string current_json(const LoadedTable& table) {
  return table_to_json(table, {table.metadata->current_snapshot(), table.metadata->current_schema()});
}

// Loads the table anew when somebody committed meanwhile.
Result<std::optional<std::string>> later_version_of(TableStore& store, const Session& session, LoadedTable* table) {
  for (;;) {
    auto later = FLOE_TRY(find_later_commit(store, session, named_version(*table)));
    if (!later.has_value()) return later;
    auto now = FLOE_TRY(store.load(session, table->identifier));
    if (now.metadata_location == table->metadata_location) return later;
    *table = std::move(now);
  }
}

// NOLINTBEGIN(readability-function-size): the parameters are those of the interface
floe_status FLOE_CALL open(const floe_host* host, floe_call* call, const floe_catalog_v1* catalog, void* catalog_self,
                           const floe_storage_v1* storage, void* storage_self, const char* options,
                           size_t options_length, void** tables) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    if (catalog == nullptr || storage == nullptr)
      return fail(ErrorCode::kInvalidArgument, "a catalog and a storage are needed");
    auto parsed = FLOE_TRY(parse_store_options(view(options, options_length)));
    // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): `guarded` catches
    auto made = std::unique_ptr<OpenTables>(new OpenTables{
        TableStore(CatalogClient(catalog, catalog_self), StorageClient(storage, storage_self), std::move(parsed)), {}});
    *tables = made.release();
    return ok();
  });
}

void FLOE_CALL close(void* self) noexcept { delete static_cast<OpenTables*>(self); }

floe_status FLOE_CALL load(void* self, const floe_host* host, floe_call* call, const char* identifier,
                           size_t identifier_length, const char* at, size_t at_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto request = FLOE_TRY(parse_snapshot_request(view(at, at_length)));
    auto& store = opened(self).store;
    auto table = FLOE_TRY(store.load(session, name));
    std::optional<std::string> later;
    if (request.later_version) later = FLOE_TRY(later_version_of(store, session, &table));
    const auto choice = FLOE_TRY(choose_snapshot(*table.metadata, request, name.to_string()));
    return write_result(session, result, table_to_json(table, choice, later));
  });
}

floe_status FLOE_CALL scan(void* self, const floe_host* host, floe_call* call, const char* identifier,
                           size_t identifier_length, const char* request, size_t request_length,
                           floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto planned = FLOE_TRY(plan_scan(opened(self).store, session, name, view(request, request_length)));
    return write_result(session, result, planned);
  });
}

floe_status FLOE_CALL begin(void* self, const floe_host* host, floe_call* call, const char* identifier,
                            size_t identifier_length, const char* request, size_t request_length, uint64_t* write,
                            floe_sink* plan) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    auto parsed = FLOE_TRY(parse_write_request(view(request, request_length)));
    auto begun = FLOE_TRY(begin_write(opened(self).store, session, name, std::move(parsed)));
    FLOE_TRY(write_result(session, plan, begun.plan_json));
    *write = opened(self).writes.add(std::move(begun.write));
    return ok();
  });
}

floe_status FLOE_CALL commit(void* self, const floe_host* host, floe_call* call, uint64_t write, const char* files,
                             size_t files_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    auto pending = FLOE_TRY(opened(self).writes.take(write));
    auto parsed = FLOE_TRY(parse_commit_files(view(files, files_length)));
    const auto committed = FLOE_TRY(run_commit(opened(self).store, session, std::move(pending), std::move(parsed)));
    return write_result(session, result, committed);
  });
}

Status commit_several(OpenTables& tables, const Session& session, std::string_view requests, floe_sink* result) {
  const auto value = FLOE_TRY(parse_json(requests).with_context("reading the commits"));
  if (!value.is_array()) return fail(ErrorCode::kInvalidArgument, "the commits are an array");
  std::vector<PendingWrite> writes;
  std::vector<CommitFiles> files;
  for (const auto& item : value.get_array()) {
    if (!item.is_object()) return fail(ErrorCode::kInvalidArgument, "a commit is an object with `write` and `files`");
    const auto handle = FLOE_TRY(require_int(item.get_object(), "write"));
    writes.push_back(FLOE_TRY(tables.writes.take(static_cast<std::uint64_t>(handle))));
    const auto* one = get_object(item.get_object(), "files");
    files.push_back(one == nullptr ? CommitFiles() : FLOE_TRY(parse_commit_files(to_json(*one))));
  }
  const auto committed = FLOE_TRY(run_commit_all(tables.store, session, std::move(writes), std::move(files)));
  return write_result(session, result, committed);
}

floe_status FLOE_CALL commit_all(void* self, const floe_host* host, floe_call* call, const char* requests,
                                 size_t requests_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded(session,
                 [&] { return commit_several(opened(self), session, view(requests, requests_length), result); });
}

floe_status FLOE_CALL abort_write(void* self, const floe_host* host, floe_call* call, uint64_t write, const char* uris,
                                  size_t uris_length) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    FLOE_TRY(opened(self).writes.take(write));
    const auto value = FLOE_TRY(parse_json(view(uris, uris_length)).with_context("reading the files to remove"));
    std::vector<std::string> gone;
    if (value.is_array()) {
      for (const auto& item : value.get_array()) {
        if (item.is_string()) gone.emplace_back(to_view(item.get_string()));
      }
    }
    opened(self).store.storage().remove(session, gone);
    return ok();
  });
}

floe_status FLOE_CALL create_table(void* self, const floe_host* host, floe_call* call, const char* identifier,
                                   size_t identifier_length, const char* request, size_t request_length,
                                   floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto parsed = FLOE_TRY(parse_create_request(view(request, request_length)));
    const auto table = FLOE_TRY(create_empty_table(opened(self).store, session, name, parsed));
    return write_result(session, result, current_json(table));
  });
}

floe_status FLOE_CALL drop(void* self, const floe_host* host, floe_call* call, const char* identifier,
                           size_t identifier_length, const char* request, size_t request_length) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    return drop_table(opened(self).store, session, name, view(request, request_length));
  });
}

floe_status FLOE_CALL rename_one(void* self, const floe_host* host, floe_call* call, const char* from,
                                 size_t from_length, const char* to, size_t to_length) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    const auto source = FLOE_TRY(parse_identifier(view(from, from_length)));
    const auto target = FLOE_TRY(parse_identifier(view(to, to_length)));
    return opened(self).store.catalog().rename_table(session, source, target);
  });
}

using Change = Result<LoadedTable> (*)(TableStore&, const Session&, const Identifier&, std::string_view);

floe_status change_table(void* self, const Session& session, std::string_view identifier, std::string_view request,
                         Change change, floe_sink* result) noexcept {
  return guarded_on(session, identifier, [&](const Identifier& name) -> Status {
    const auto table = FLOE_TRY(change(opened(self).store, session, name, request));
    return write_result(session, result, current_json(table));
  });
}

template <Change change>
floe_status FLOE_CALL change_slot(void* self, const floe_host* host, floe_call* call, const char* identifier,
                                  size_t identifier_length, const char* request, size_t request_length,
                                  floe_sink* result) noexcept {
  return change_table(self, {host, call}, view(identifier, identifier_length), view(request, request_length), change,
                      result);
}

floe_status FLOE_CALL truncate(void* self, const floe_host* host, floe_call* call, const char* identifier,
                               size_t identifier_length, const char* request, size_t request_length,
                               floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto done = FLOE_TRY(truncate_table(opened(self).store, session, name, view(request, request_length)));
    return write_result(session, result, done);
  });
}

floe_status FLOE_CALL verify(void* self, const floe_host* host, floe_call* call, const char* identifier,
                             size_t identifier_length, const char* request, size_t request_length,
                             floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    // What this process read before is not looked at again by a store that keeps it.
    auto& store = opened(self).store;
    TableStore fresh(store.catalog(), store.storage(), store.options());
    const auto verified = FLOE_TRY(verify_table(fresh, session, name, view(request, request_length)));
    return write_result(session, result, verified);
  });
}

floe_status FLOE_CALL metadata(void* self, const floe_host* host, floe_call* call, const char* identifier,
                               size_t identifier_length, const char* table, size_t table_length, const char* at,
                               size_t at_length, struct ArrowArrayStream* rows) noexcept {
  const Session session{host, call};
  rows->release = nullptr;
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto request = FLOE_TRY(parse_snapshot_request(view(at, at_length)));
    auto stream = FLOE_TRY(metadata_table(opened(self).store, session, name, view(table, table_length), request));
    stream.move_to(rows);
    return ok();
  });
}

floe_status FLOE_CALL list_all_namespaces(void* self, const floe_host* host, floe_call* call,
                                          floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    const auto listed = FLOE_TRY(list_namespaces(opened(self).store, session));
    return write_result(session, result, listed);
  });
}

floe_status FLOE_CALL make_namespace(void* self, const floe_host* host, floe_call* call, const char* levels,
                                     size_t levels_length) noexcept {
  const Session session{host, call};
  return guarded(session, [&] { return create_namespace(opened(self).store, session, view(levels, levels_length)); });
}

floe_status FLOE_CALL remove_namespace(void* self, const floe_host* host, floe_call* call, const char* levels,
                                       size_t levels_length) noexcept {
  const Session session{host, call};
  return guarded(session, [&] { return drop_namespace(opened(self).store, session, view(levels, levels_length)); });
}

floe_status FLOE_CALL list(void* self, const floe_host* host, floe_call* call, const char* request,
                           size_t request_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    const auto listed = FLOE_TRY(list_names(opened(self).store, session, view(request, request_length)));
    return write_result(session, result, listed);
  });
}

floe_status FLOE_CALL make_view(void* self, const floe_host* host, floe_call* call, const char* identifier,
                                size_t identifier_length, const char* request, size_t request_length,
                                floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto made = FLOE_TRY(create_view(opened(self).store, session, name, view(request, request_length)));
    return write_result(session, result, made);
  });
}

floe_status FLOE_CALL read_view(void* self, const floe_host* host, floe_call* call, const char* identifier,
                                size_t identifier_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    const auto loaded = FLOE_TRY(load_view(opened(self).store, session, name));
    return write_result(session, result, loaded);
  });
}

floe_status FLOE_CALL remove_view(void* self, const floe_host* host, floe_call* call, const char* identifier,
                                  size_t identifier_length, const char* request, size_t request_length) noexcept {
  const Session session{host, call};
  return guarded_on(session, view(identifier, identifier_length), [&](const Identifier& name) -> Status {
    return drop_view(opened(self).store, session, name, view(request, request_length));
  });
}

floe_status FLOE_CALL rename_one_view(void* self, const floe_host* host, floe_call* call, const char* from,
                                      size_t from_length, const char* to, size_t to_length) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    const auto source = FLOE_TRY(parse_identifier(view(from, from_length)));
    const auto target = FLOE_TRY(parse_identifier(view(to, to_length)));
    return rename_view(opened(self).store, session, source, target);
  });
}

floe_status FLOE_CALL find(void* self, const floe_host* host, floe_call* call, const char* request,
                           size_t request_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    const auto found = FLOE_TRY(find_tables(opened(self).store, session, view(request, request_length)));
    return write_result(session, result, found);
  });
}

floe_status FLOE_CALL register_found(void* self, const floe_host* host, floe_call* call, const char* request,
                                     size_t request_length, floe_sink* result) noexcept {
  const Session session{host, call};
  return guarded(session, [&]() -> Status {
    const auto registered = FLOE_TRY(register_tables(opened(self).store, session, view(request, request_length)));
    return write_result(session, result, registered);
  });
}

// NOLINTEND(readability-function-size)

floe_table_format_v1 make_table() {
  floe_table_format_v1 table{};
  table.struct_size = sizeof(table);
  table.threading = FLOE_THREADS_CONCURRENT;
  table.open = open;
  table.close = close;
  table.load = load;
  table.plan_scan = scan;
  table.begin_write = begin;
  table.commit = commit;
  table.commit_all = commit_all;
  table.abort = abort_write;
  table.create_table = create_table;
  table.drop = drop;
  table.rename = rename_one;
  table.update_schema = change_slot<update_schema>;
  table.set_properties = change_slot<set_properties>;
  table.create_branch = change_slot<create_branch>;
  table.set_ref = change_slot<set_ref>;
  table.truncate = truncate;
  table.metadata = metadata;
  table.list_namespaces = list_all_namespaces;
  table.create_namespace = make_namespace;
  table.drop_namespace = remove_namespace;
  table.list = list;
  table.create_view = make_view;
  table.load_view = read_view;
  table.drop_view = remove_view;
  table.rename_view = rename_one_view;
  table.verify = verify;
  table.find_tables = find;
  table.register_tables = register_found;
  return table;
}

}  // namespace

const floe_table_format_v1& table_format_v1() {
  static const floe_table_format_v1 kTable = make_table();
  return kTable;
}

}  // namespace floe::iceberg
