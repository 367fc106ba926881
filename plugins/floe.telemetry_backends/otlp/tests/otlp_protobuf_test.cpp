#include "otlp_protobuf.hpp"

#include "config.hpp"
#include "floe_test.hpp"

#include <fmt/format.h>

using floe::otlp::partial_success;
using floe::otlp::to_protobuf;

namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes)
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string encoded(std::string_view request) {
  const auto out = to_protobuf(request);
  return out ? hex(*out) : "error: " + out.error().message;
}

}  // namespace

// Whole requests are compared with opentelemetry-proto's own encoder in tests/peers; here are the corners.
TEST_CASE("members are encoded by the kind opentelemetry-proto gives them") {
  auto [request, bytes] = GENERATE(table<const char*, const char*>({
      {"{}", ""},
      {R"({"resourceSpans":[]})", ""},
      {R"({"resourceSpans":[{}]})", "0a00"},
      {R"({"resourceSpans":[{"schemaUrl":"ab","other":1}]})", "0a041a026162"},
      {R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":-1}]}]}]})",
       "0a0f120d120b10ffffffffffffffffff01"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"00fF","kind":3,"startTimeUnixNano":"1"}]}]}]})",
       "0a131211120f120200ff3003390100000000000000"},
      {R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"0"}]}]}]})",
       "error: `spanId` of an OTLP request is no hexadecimal text"},
      {R"({"resourceSpans":{}})", "error: `resourceSpans` of an OTLP request is no array"},
      {R"({"resourceSpans":[1]})", "error: `resourceSpans` of an OTLP request is no object"},
      {R"({"resourceSpans":[{"schemaUrl":1}]})", "error: `schemaUrl` of an OTLP request is no text"},
  }));
  INFO(request);
  CHECK(encoded(request) == bytes);
}

TEST_CASE("values nested too deeply are refused") {
  std::string value = R"({"stringValue":"x"})";
  for (int i = 0; i < 40; ++i)
    value = R"({"arrayValue":{"values":[)" + value + "]}}";
  CHECK(encoded(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":)" + value + "}]}]}]}") ==
        "error: an OTLP request is nested too deeply");
}

TEST_CASE("what a backend rejected is read from its answer") {
  CHECK(partial_success("")->rejected == 0);
  const auto some = partial_success(std::string_view("\x0a\x06\x08\x03\x12\x02no", 8));
  FLOE_REQUIRE_OK(some);
  CHECK(some->rejected == 3);
  CHECK(some->message == "no");
  for (const std::string_view broken : {std::string_view("\x0a"), std::string_view("\x0a\x05\x08", 3),
                                        std::string_view("\xff\xff\xff", 3), std::string_view("\x0f", 1)}) {
    CHECK_FALSE(partial_success(broken).has_value());
  }
}

TEST_CASE("the port says the protocol when nothing else does") {
  auto [config, url] = GENERATE(table<const char*, const char*>({
      {R"({"endpoint":"http://c:4317"})",
       "http://c:4317/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"},
      {R"({"endpoint":"http://c:4318/"})", "http://c:4318/v1/metrics"},
      {R"({"endpoint":"https://c/otlp"})", "https://c/otlp/v1/metrics"},
      {R"({"endpoint":"http://c:4317","protocol":"http/json"})", "http://c:4317/v1/metrics"},
      {R"({"endpoint":"c:4317"})", "`endpoint` must be an http or https URL"},
      {R"({"endpoint":"http://c","protocol":"udp"})",
       "`protocol` is `udp`; accepted are `grpc`, `http/protobuf` and `http/json`"},
      {R"({"endpoint":"http://c","headers":{"a":1}})", "header `a` is neither a text nor `{secret_ref: key}`"},
      {R"({"endpoint":"http://c","x":1})",
       "`x` is not fit; accepted are `endpoint`, `protocol`, `headers` and `timeout_ms`"},
  }));
  INFO(config);
  const auto parsed = floe::otlp::parse_config(config);
  CHECK((parsed ? *floe::otlp::url_of(*parsed, "metrics") : parsed.error().message) == url);
}
