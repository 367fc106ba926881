#include "plugin_box.hpp"

#include "floe/plugin.hpp"

#include <cerrno>
#include <cstring>

namespace floe::abi_test {
namespace {

struct Opened {
  std::unique_ptr<PluginHost> host;
  Instance instance;
  HostCall call;
  CancelSource cancel;
};

Opened open_streamer(PluginBox& box) {
  box.install_streamer();
  Opened opened;
  opened.host = box.host();
  auto instance = opened.host->open_instance("floe.storage", "streamer", "{}");
  if (!instance.has_value()) FAIL(findings(instance.error()));
  opened.instance = *std::move(instance);
  CallOptions options;
  options.cancel = opened.cancel;
  opened.call = opened.host->make_call(options);
  return opened;
}

const std::string kSource = "rows of `storage.list` of plugin `org.example.streamer`: ";

std::string text_of(ArrowStream& stream) {
  const char* text = stream->get_last_error(stream.get());
  return text == nullptr ? "" : text;
}

TEST_CASE("batches come through, and the stream keeps its instance alive") {
  PluginBox box;
  Opened opened = open_streamer(box);
  auto stream = opened.instance.client<StorageClient>().list(opened.call.raw(), "rows");
  FLOE_REQUIRE_OK(stream);
  opened.instance = Instance();
  for (int expected : {1, 1, 0}) {
    ArrowArrayOwner batch;
    REQUIRE((*stream)->get_next(stream->get(), batch.get()) == 0);
    CHECK(batch.has_value() == (expected == 1));
    if (batch.has_value()) CHECK(batch->length == 7);
  }
  ArrowSchemaOwner schema;
  CHECK((*stream)->get_schema(stream->get(), schema.get()) == 0);
  CHECK(schema.has_value());
  CHECK(text_of(*stream) == "");
}

TEST_CASE("an error of the producer and a cancel end the stream with a text") {
  PluginBox box;
  Opened opened = open_streamer(box);
  ArrowArrayOwner batch;
  auto failing = opened.instance.client<StorageClient>().list(opened.call.raw(), "fails");
  FLOE_REQUIRE_OK(failing);
  CHECK((*failing)->get_next(failing->get(), batch.get()) == EIO);
  CHECK(text_of(*failing) == kSource + "the bucket is gone");
  auto without_schema = opened.instance.client<StorageClient>().list(opened.call.raw(), "no schema");
  FLOE_REQUIRE_OK(without_schema);
  CHECK((*without_schema)->get_next(without_schema->get(), batch.get()) == ENOSYS);
  CHECK(text_of(*without_schema) == kSource + "the bucket is gone");
  auto cancelled = opened.instance.client<StorageClient>().list(opened.call.raw(), "rows");
  FLOE_REQUIRE_OK(cancelled);
  opened.cancel.cancel();
  CHECK((*cancelled)->get_next(cancelled->get(), batch.get()) == ECANCELED);
  CHECK(text_of(*cancelled) == kSource + "cancelled");
}

TEST_CASE("a hook that get_next registered ends with it") {
  PluginBox box;
  Opened opened = open_streamer(box);
  auto stream = opened.instance.client<StorageClient>().list(opened.call.raw(), "hooks");
  FLOE_REQUIRE_OK(stream);
  ArrowArrayOwner batch;
  CHECK((*stream)->get_next(stream->get(), batch.get()) == 0);
  opened.cancel.cancel();
  const HostCall other = opened.host->make_call({});
  CHECK(*opened.instance.client<StorageClient>().stat(other.raw(), "a") == "{}");
}

TEST_CASE("the stream of a failure is empty, whatever was in the caller's memory") {
  PluginBox box;
  Opened opened = open_streamer(box);
  const auto* table = static_cast<const floe_storage_v1*>(opened.instance.table());
  const auto list = [&](const std::string& prefix) {
    ArrowArrayStream dirty;
    std::memset(&dirty, 0xab, sizeof dirty);
    const floe_status status =
        table->list(opened.instance.self(), opened.call.raw(), prefix.data(), prefix.size(), &dirty);
    CHECK(dirty.release == nullptr);
    return status;
  };
  CHECK(list("early failure") == FLOE_IO);
  CHECK(list("late failure") == FLOE_IO);
  CHECK(list("none") == FLOE_INTERNAL);
  opened.cancel.cancel();
  CHECK(list("rows") == FLOE_CANCELLED);
}

// The same of a plugin's own table, without the host before it.
struct NoList : StoragePlugin<NoList> {
  void list(Call& call, std::string_view, ArrowArrayStream&) { call.fail(FLOE_IO, "no list"); }
};

TEST_CASE("the SDK empties an out stream before the method runs") {
  PluginBox box;
  const auto host = box.host();
  const HostCall call = host->make_call({});
  const floe_storage_v1 table = NoList::table();
  void* self = nullptr;
  REQUIRE(table.create(host->raw(), call.raw(), "{}", 2, &self) == FLOE_OK);
  ArrowArrayStream dirty;
  std::memset(&dirty, 0xab, sizeof dirty);
  CHECK(table.list(self, call.raw(), "", 0, &dirty) == FLOE_IO);
  CHECK(dirty.release == nullptr);
  table.destroy(self);
}

TEST_CASE("a stream beside a failure is released, and success without a stream is an error") {
  PluginBox box;
  Opened opened = open_streamer(box);
  const auto late = opened.instance.client<StorageClient>().list(opened.call.raw(), "late failure");
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().to_string() == "after filling the stream");
  const auto none = opened.instance.client<StorageClient>().list(opened.call.raw(), "none");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().to_string() ==
        "`storage.list` of plugin `org.example.streamer` reported success without a stream");
}

}  // namespace
}  // namespace floe::abi_test
