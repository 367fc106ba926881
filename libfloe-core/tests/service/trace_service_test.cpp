#include "service/trace_service.hpp"

#include "service_box.hpp"

#include "floe/client/host_trace.hpp"

namespace floe::service {
namespace {

const floe_host_trace_v1 kTable = TraceService::table();

TEST_CASE("the trace context of a call, for requests and for child processes") {
  ServiceBox box;
  TraceService service;
  const auto trace = box.client<HostTraceClient>(kTable, service);
  CHECK(said(trace.context(box.host->make_call({}).raw())) == R"({"headers":{},"environment":{}})");
  CallOptions options;
  options.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  options.baggage = "floe.product=a%20b";
  const HostCall call = box.host->make_call(options);
  const std::string expected =
      R"({"headers":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","baggage":"floe.product=a%20b"},)"
      R"("environment":{"TRACEPARENT":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","BAGGAGE":"floe.product=a%20b"}})";
  CHECK(said(trace.context(call.raw())) == expected);
  floe_call* forked = box.host->raw()->fork_call(call.raw());
  CHECK(said(trace.context(forked)) == expected);
  box.host->raw()->release_call(forked);
}

}  // namespace
}  // namespace floe::service
