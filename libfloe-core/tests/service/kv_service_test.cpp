#include "service/kv_service.hpp"

#include "service_box.hpp"

#include "floe/client/host_kv.hpp"

namespace floe::service {
namespace {

const floe_host_kv_v1 kTable = KvService::table();

TEST_CASE("values are kept under .floe of the project, one file each") {
  ServiceBox box;
  KvService service(*box.files);
  service.use("/w/.floe");
  const auto kv = box.client<HostKvClient>(kTable, service);
  const HostCall call = box.host->make_call({});

  CHECK(said(kv.get(call.raw(), "cursor")) == "not_found: no value is kept under `cursor`");
  CHECK(said(kv.list(call.raw(), "")) == R"({"keys":[]})");
  CHECK(said(kv.put(call.raw(), "cursor", "42")) == "ok");
  CHECK(said(kv.put(call.raw(), "a/b ü", std::string("\0x", 2))) == "ok");
  CHECK(said(kv.put(call.raw(), "..", "up")) == "ok");
  CHECK(said(kv.put(call.raw(), "cursor", "43")) == "ok");
  CHECK(said(kv.get(call.raw(), "cursor")) == "43");
  CHECK(said(kv.get(call.raw(), "a/b ü")) == std::string("\0x", 2));
  CHECK(said(kv.list(call.raw(), "")) == R"({"keys":["..","a/b ü","cursor"]})");
  CHECK(said(kv.list(call.raw(), "cu")) == R"({"keys":["cursor"]})");
  CHECK(said(box.files->read("/w/.floe/kv/floe/a%2Fb%20%C3%BC")) == std::string("\0x", 2));
  CHECK(said(box.files->read("/w/.floe/kv/floe/%2E.")) == "up");
  CHECK(said(kv.remove(call.raw(), "cursor")) == "ok");
  CHECK(said(kv.remove(call.raw(), "cursor")) == "ok");
  CHECK(said(kv.list(call.raw(), "c")) == R"({"keys":[]})");
}

TEST_CASE("what cannot be kept is refused") {
  ServiceBox box;
  KvService service(*box.files);
  const auto kv = box.client<HostKvClient>(kTable, service);
  const HostCall call = box.host->make_call({});
  CHECK(said(kv.put(call.raw(), "a", "1")) == "invalid_state: there is no project here to keep values in");
  service.use("/w/.floe");
  CHECK(said(kv.put(call.raw(), "", "1")) == "invalid_argument: a key has 1 to 80 bytes, not 0");
  CHECK(said(kv.get(call.raw(), std::string(81, 'k'))) == "invalid_argument: a key has 1 to 80 bytes, not 81");
  CHECK(said(kv.put(call.raw(), std::string(80, '/'), "1")) == "ok");
  CHECK(said(kv.put(call.raw(), "a", std::string(16 * 1024 * 1024 + 1, 'x'))) ==
        "exhausted: a value has at most 16777216 bytes, not 16777217");
}

}  // namespace
}  // namespace floe::service
