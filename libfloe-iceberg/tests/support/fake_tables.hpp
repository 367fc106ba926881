// Catalog and storage in memory behind the real interface tables, with faults on demand.
#pragma once

#include "abi/instance_call.hpp"
#include "host/identifier_json.hpp"

#include "base/arrow/builder.hpp"
#include "base/fail.hpp"
#include "floe/interfaces/catalog.h"
#include "floe/interfaces/storage.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace floe::iceberg::testing {

// When a call fails, and whether it does its work nevertheless.
struct Fault {
  Error error;
  bool after_effect = false;
};

using FaultPlan = std::function<std::optional<Fault>(std::string_view method, std::string_view subject)>;

class Faults {
 public:
  void set(FaultPlan plan) {
    const std::lock_guard lock(mutex_);
    plan_ = std::move(plan);
    calls_ = 0;
  }

  std::optional<Fault> next(std::string_view method, std::string_view subject) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    return plan_ ? plan_(method, subject) : std::nullopt;
  }

  [[nodiscard]] int calls() const { return calls_; }

 private:
  std::mutex mutex_;
  FaultPlan plan_;
  int calls_ = 0;
};

struct FakeStorage : BuiltInInstance {
  std::mutex mutex;
  std::map<std::string, std::string> objects;
  std::vector<std::string> synced;
  Faults faults;

  [[nodiscard]] std::vector<std::string> names(std::string_view part = "") {
    const std::lock_guard lock(mutex);
    std::vector<std::string> found;
    for (const auto& [uri, bytes] : objects) {
      if (uri.find(part) != std::string::npos) found.push_back(uri);
    }
    return found;
  }

  void put(const std::string& uri, std::string bytes) {
    const std::lock_guard lock(mutex);
    objects[uri] = std::move(bytes);
  }
};

// Runs the work of a method with its fault before or after.
template <class Work>
Status with_fault(Faults& faults, std::string_view method, std::string_view subject, const Work& work) {
  const auto fault = faults.next(method, subject);
  if (fault.has_value() && !fault->after_effect) return fault->error;
  FLOE_TRY(work());
  if (fault.has_value()) return fault->error;
  return ok();
}

inline floe_storage_v1 fake_storage_table() {
  floe_storage_v1 table{};
  table.struct_size = sizeof(table);
  table.threading = FLOE_THREADS_CONCURRENT;
  table.capabilities = FLOE_STORAGE_LOCAL_FILES;
  table.stat = [](void* self, floe_call* call, const char* uri, size_t length, floe_sink* result) {
    return instance_call<FakeStorage>(self, call, [&](FakeStorage& storage, const Session& session) -> Status {
      const std::string name(uri, length);
      std::size_t size = 0;
      FLOE_TRY(with_fault(storage.faults, "stat", name, [&]() -> Status {
        const std::lock_guard lock(storage.mutex);
        const auto found = storage.objects.find(name);
        if (found == storage.objects.end()) return failf(ErrorCode::kNotFound, "`{}` is missing", name);
        size = found->second.size();
        return ok();
      }));
      return write_result(session, result, fmt::format(R"({{"size":{}}})", size));
    });
  };
  table.read = [](void* self, floe_call* call, const char* uri, size_t length, const char* ranges, size_t ranges_length,
                  floe_sink* content) {
    return instance_call<FakeStorage>(self, call, [&](FakeStorage& storage, const Session& session) -> Status {
      const std::string name(uri, length);
      std::string bytes;
      const auto wanted = FLOE_TRY(parse_json({ranges, ranges_length}));
      FLOE_TRY(with_fault(storage.faults, "read", name, [&]() -> Status {
        const std::lock_guard lock(storage.mutex);
        const auto found = storage.objects.find(name);
        if (found == storage.objects.end()) return failf(ErrorCode::kNotFound, "`{}` is missing", name);
        if (wanted.as_array().empty()) bytes = found->second;
        for (const auto& range : wanted.as_array()) {
          bytes += found->second.substr(static_cast<std::size_t>(range.as_array()[0].as_int64()),
                                        static_cast<std::size_t>(range.as_array()[1].as_int64()));
        }
        return ok();
      }));
      return write_result(session, content, bytes);
    });
  };
  table.put = [](void* self, floe_call* call, const char* uri, size_t length, const void* content,
                 size_t content_length, const char* options, size_t options_length, floe_sink* result) {
    return instance_call<FakeStorage>(self, call, [&](FakeStorage& storage, const Session& session) -> Status {
      const std::string name(uri, length);
      const auto wanted = FLOE_TRY(parse_json_object({options, options_length}));
      FLOE_TRY(with_fault(storage.faults, "put", name, [&]() -> Status {
        const std::lock_guard lock(storage.mutex);
        if (get_string_or(wanted, "if_none_match", "") == "*" && storage.objects.contains(name)) {
          return failf(ErrorCode::kAlreadyExists, "`{}` is there", name);
        }
        storage.objects[name] = std::string(static_cast<const char*>(content), content_length);
        return ok();
      }));
      return write_result(session, result, "{}");
    });
  };
  table.remove = [](void* self, floe_call* call, const char* uris, size_t length, floe_sink* result) {
    return instance_call<FakeStorage>(self, call, [&](FakeStorage& storage, const Session& session) -> Status {
      const auto wanted = FLOE_TRY(parse_json({uris, length}));
      FLOE_TRY(with_fault(storage.faults, "remove", "", [&]() -> Status {
        const std::lock_guard lock(storage.mutex);
        for (const auto& uri : wanted.as_array())
          storage.objects.erase(std::string(to_view(uri.as_string())));
        return ok();
      }));
      return write_result(session, result, R"({"removed":0,"failed":[]})");
    });
  };
  table.list = [](void* self, floe_call* call, const char* prefix, size_t length, ArrowArrayStream* objects) {
    return instance_call<FakeStorage>(self, call, [&](FakeStorage& storage, const Session&) -> Status {
      const std::string below(prefix, length);
      arrow::BatchBuilder batch({{"uri", arrow::of(arrow::Kind::kUtf8), false, {}},
                                 {"size", arrow::of(arrow::Kind::kInt64), false, {}},
                                 {"modified_ns", arrow::of(arrow::Kind::kInt64), false, {}}});
      FLOE_TRY(with_fault(storage.faults, "list", below, [&]() -> Status {
        const std::lock_guard lock(storage.mutex);
        for (const auto& [uri, bytes] : storage.objects) {
          if (!uri.starts_with(below)) continue;
          batch.column(0).append_bytes(uri);
          batch.column(1).append_int(static_cast<std::int64_t>(bytes.size()));
          batch.column(2).append_int(0);
        }
        return ok();
      }));
      auto stream = FLOE_TRY(arrow::finish_stream(std::move(batch)));
      stream.move_to(objects);
      return ok();
    });
  };
  table.sync = [](void* self, floe_call* call, const char* uris, size_t length) {
    return instance_call<FakeStorage>(self, call, [&](FakeStorage& storage, const Session&) -> Status {
      const auto wanted = FLOE_TRY(parse_json({uris, length}));
      return with_fault(storage.faults, "sync", "", [&]() -> Status {
        const std::lock_guard lock(storage.mutex);
        for (const auto& uri : wanted.as_array())
          storage.synced.emplace_back(to_view(uri.as_string()));
        return ok();
      });
    });
  };
  return table;
}

struct FakeCatalog : BuiltInInstance {
  std::mutex mutex;
  std::map<std::string, std::string> tables;  // by identifier JSON
  std::map<std::string, std::string> views;
  Faults faults;
  int conflicts = 0;

  static std::string key(const json::value& identifier) { return to_json(identifier); }

  Status create(std::map<std::string, std::string>& names, const json::object& request) {
    const std::lock_guard lock(mutex);
    const auto name = key(request.at("identifier"));
    if (tables.contains(name) || views.contains(name)) return failf(ErrorCode::kAlreadyExists, "{} is there", name);
    names[name] = std::string(to_view(request.at("metadata_location").as_string()));
    return ok();
  }

  Status swap_locked(std::map<std::string, std::string>& names, const json::object& change) {
    const auto name = key(change.at("identifier"));
    const auto found = names.find(name);
    const auto& expected = change.at("expected");
    const bool matches = expected.is_null() ? found == names.end()
                                            : found != names.end() && found->second == to_view(expected.as_string());
    if (!matches) {
      ++conflicts;
      return failf(ErrorCode::kConflict, "{} has changed", name);
    }
    return ok();
  }

  Status swap(std::map<std::string, std::string>& names, const json::array& changes) {
    const std::lock_guard lock(mutex);
    for (const auto& change : changes)
      FLOE_TRY(swap_locked(names, change.as_object()));
    for (const auto& change : changes) {
      names[key(change.as_object().at("identifier"))] = std::string(to_view(change.as_object().at("new").as_string()));
    }
    return ok();
  }

  // Tables and views together, all or none.
  Status commit(const json::array& changes) {
    const std::lock_guard lock(mutex);
    const auto names_of = [this](const json::value& change) -> auto& {
      return get_string_or(change.as_object(), "kind", "table") == "view" ? views : tables;
    };
    for (const auto& change : changes)
      FLOE_TRY(swap_locked(names_of(change), change.as_object()));
    for (const auto& change : changes) {
      const auto& object = change.as_object();
      names_of(change)[key(object.at("identifier"))] = std::string(to_view(object.at("new").as_string()));
    }
    return ok();
  }

  // All namespaces have one level.
  std::string namespaces(bool is_root) {
    const std::lock_guard lock(mutex);
    std::set<std::string> found;
    for (const auto* names : {&tables, &views}) {
      for (const auto& [name, location] : *names)
        found.insert(to_json(parse_json(name)->as_object().at("namespace")));
    }
    std::string out;
    for (const auto& levels : found)
      out += (out.empty() ? "" : ",") + levels;
    return R"({"namespaces":[)" + (is_root ? out : "") + "]}";
  }

  std::string identifiers(const std::map<std::string, std::string>& names, const json::value& levels) {
    const std::lock_guard lock(mutex);
    std::string out;
    for (const auto& [name, location] : names) {
      if (parse_json(name)->as_object().at("namespace") == levels) out += (out.empty() ? "" : ",") + name;
    }
    return R"({"identifiers":[)" + out + "]}";
  }

  Result<std::string> load(std::map<std::string, std::string>& names, const json::value& identifier) {
    const std::lock_guard lock(mutex);
    const auto found = names.find(key(identifier));
    if (found == names.end()) return failf(ErrorCode::kNotFound, "{} does not exist", key(identifier));
    return found->second;
  }

  Status drop(std::map<std::string, std::string>& names, const json::value& identifier) {
    const std::lock_guard lock(mutex);
    if (names.erase(key(identifier)) == 0) return failf(ErrorCode::kNotFound, "{} does not exist", key(identifier));
    return ok();
  }
};

using CatalogWork = Status (*)(FakeCatalog&, const json::value&, std::string* answer);

inline floe_status fake_catalog_call(void* self, floe_call* call, std::string_view method, const char* request,
                                     size_t length, floe_sink* result, CatalogWork work) {
  return instance_call<FakeCatalog>(self, call, [&](FakeCatalog& catalog, const Session& session) -> Status {
    const auto value = FLOE_TRY(parse_json({request, length}));
    std::string answer = "{}";
    FLOE_TRY(with_fault(catalog.faults, method, "", [&] { return work(catalog, value, &answer); }));
    return result == nullptr ? ok() : write_result(session, result, answer);
  });
}

inline Status load_into(Result<std::string> location, std::string* answer) {
  if (!location.has_value()) return std::move(location).error();
  *answer = to_json(json::object{{"metadata_location", *location}, {"metadata", nullptr}});
  return ok();
}

inline floe_catalog_v1 fake_catalog_table() {
  floe_catalog_v1 table{};
  table.struct_size = sizeof(table);
  table.threading = FLOE_THREADS_CONCURRENT;
  table.capabilities = FLOE_CATALOG_SWAPS_POINTER | FLOE_CATALOG_COMMITS_TRANSACTION | FLOE_CATALOG_VIEWS;
  table.load_table = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "load_table", r, n, out, [](FakeCatalog& k, const json::value& v, std::string* a) {
      return load_into(k.load(k.tables, v), a);
    });
  };
  table.create_table = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "create_table", r, n, out, [](FakeCatalog& k, const json::value& v, std::string*) {
      return k.create(k.tables, v.as_object());
    });
  };
  table.swap_pointer = [](void* s, floe_call* c, const char* r, size_t n) {
    return fake_catalog_call(s, c, "swap_pointer", r, n, nullptr,
                             [](FakeCatalog& k, const json::value& v, std::string*) { return k.swap(k.tables, {v}); });
  };
  table.commit_transaction = [](void* s, floe_call* c, const char* r, size_t n) {
    return fake_catalog_call(s, c, "commit_transaction", r, n, nullptr,
                             [](FakeCatalog& k, const json::value& v, std::string*) {
                               return k.commit(v.as_object().at("changes").as_array());
                             });
  };
  table.drop_table = [](void* s, floe_call* c, const char* r, size_t n) {
    return fake_catalog_call(s, c, "drop_table", r, n, nullptr, [](FakeCatalog& k, const json::value& v, std::string*) {
      return k.drop(k.tables, v.as_object().at("identifier"));
    });
  };
  table.list_namespaces = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "list_namespaces", r, n, out,
                             [](FakeCatalog& k, const json::value& v, std::string* a) {
                               const auto* parent = get_array(v.as_object(), "parent");
                               *a = k.namespaces(parent == nullptr || parent->empty());
                               return ok();
                             });
  };
  table.list_tables = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "list_tables", r, n, out, [](FakeCatalog& k, const json::value& v, std::string* a) {
      *a = k.identifiers(k.tables, v.as_object().at("namespace"));
      return ok();
    });
  };
  table.list_views = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "list_views", r, n, out, [](FakeCatalog& k, const json::value& v, std::string* a) {
      *a = k.identifiers(k.views, v.as_object().at("namespace"));
      return ok();
    });
  };
  table.load_view = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "load_view", r, n, out, [](FakeCatalog& k, const json::value& v, std::string* a) {
      return load_into(k.load(k.views, v), a);
    });
  };
  table.create_view = [](void* s, floe_call* c, const char* r, size_t n, floe_sink* out) {
    return fake_catalog_call(s, c, "create_view", r, n, out, [](FakeCatalog& k, const json::value& v, std::string*) {
      return k.create(k.views, v.as_object());
    });
  };
  table.replace_view = [](void* s, floe_call* c, const char* r, size_t n) {
    return fake_catalog_call(s, c, "replace_view", r, n, nullptr,
                             [](FakeCatalog& k, const json::value& v, std::string*) { return k.swap(k.views, {v}); });
  };
  table.drop_view = [](void* s, floe_call* c, const char* r, size_t n) {
    return fake_catalog_call(s, c, "drop_view", r, n, nullptr,
                             [](FakeCatalog& k, const json::value& v, std::string*) { return k.drop(k.views, v); });
  };
  return table;
}

}  // namespace floe::iceberg::testing
