#include "service/http_service.hpp"

#include "loopback_server.hpp"
#include "service_box.hpp"

#include "base/io/process.hpp"
#include "floe/client/host_http.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace floe::service {
namespace {

const floe_host_http_v1 kTable = HttpService::table();

constexpr std::int64_t kNov22 = 1'795'305'600'000'000'000;  // 2026-11-22T00:00:00Z

// The service over libcurl, and what a plugin gets from it: `response` and, behind a blank, the content.
class HttpBox : public ServiceBox {
 public:
  std::string send(const std::string& request, const std::string& body = "", CallOptions options = {}) {
    const HostCall call = host->make_call(std::move(options));
    SinkBuffer response(host->raw());
    SinkBuffer content(host->raw());
    const floe_status status = kTable.send(&service, host->raw(), call.raw(), request.data(), request.size(),
                                           body.data(), body.size(), response.raw(), content.raw());
    if (status != FLOE_OK) {
      const Error error = take_call_error(host->raw(), call.raw(), status, "http.send");
      return std::string(error_code_name(error.code)) + ": " + error.message;
    }
    return response.take() + " " + content.take();
  }

  std::unique_ptr<io::Clock> clock = io::make_system_clock();
  HttpService service{net::make_curl_transport(), environment, *clock};
};

std::string without_length(std::string text) {
  const std::size_t start = text.find(R"({"name":"content-length")");
  return start == std::string::npos ? text : text.erase(start, text.find('}', start) + 1 - start);
}

TEST_CASE("a request carries headers, body, trace and baggage; the answer comes back whole") {
  std::string seen;
  test::LoopbackServer server([&](const std::string& request) {
    seen = request;
    return test::response(201, "made", "X-Id: 7\r\n");
  });
  HttpBox box;
  CallOptions options;
  options.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  options.baggage = "floe.product=customer-360";
  CHECK(without_length(box.send(R"({"method":"POST","url":")" + server.url("/v1?key=1") +
                                    R"(","headers":[{"name":"Authorization","value":"Bearer t"}]})",
                                "hello", options)) ==
        R"({"status":201,"headers":[{"name":"x-id","value":"7"},],"attempts":1} made)");
  CHECK(seen.starts_with("POST /v1?key=1 HTTP/1.1\r\n"));
  CHECK(seen.find("\r\nAuthorization: Bearer t\r\n") != std::string::npos);
  CHECK(seen.find("\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n") != std::string::npos);
  CHECK(seen.find("\r\nbaggage: floe.product=customer-360\r\n") != std::string::npos);
  CHECK(seen.ends_with("\r\n\r\nhello"));
}

TEST_CASE("a credential leaves the machine encrypted or not at all") {
  HttpBox box;
  const auto refused = [](const std::string& what) {
    return "invalid_argument: the " + what +
           " of a request to `http://lineage.example/v1` would be sent unencrypted: use https, or a host of this "
           "machine";
  };
  CHECK(
      box.send(R"({"url":"http://lineage.example/v1?k=1","headers":[{"name":"AUTHORIZATION","value":"Bearer t"}]})") ==
      refused("header `AUTHORIZATION`"));
  CHECK(box.send(R"({"url":"http://lineage.example/v1","headers":[{"name":"X-Api-Key","value":"t"}]})") ==
        refused("header `X-Api-Key`"));
  CHECK(box.send(R"({"url":"http://me:word@lineage.example/v1"})") == refused("user name"));
}

TEST_CASE("what may be repeated is, until it succeeds or the attempts are used up") {
  std::atomic<int> count{0};
  test::LoopbackServer server([&](const std::string& request) {
    const int turn = ++count;
    if (request.find("/down") != std::string::npos) return test::response(503, "down");
    if (turn == 1) return std::string("close");
    return turn == 2 ? test::response(429, "", "Retry-After: 0\r\n") : test::response(200, "there");
  });
  HttpBox box;
  const auto request = [&](const std::string& method, const std::string& path, const std::string& more = "") {
    count = 0;
    return without_length(box.send(R"({"method":")" + method + R"(","url":")" + server.url(path) +
                                   R"(","retry":{"base_ms":1)" + more + "}}"));
  };
  CHECK(request("GET", "/") == R"({"status":200,"headers":[],"attempts":3} there)");
  CHECK(request("GET", "/down") == R"({"status":503,"headers":[],"attempts":4} down)");
  CHECK(count == 4);
  CHECK(request("GET", "/down", R"(,"attempts":2)") == R"({"status":503,"headers":[],"attempts":2} down)");
  CHECK(request("POST", "/down") == R"({"status":503,"headers":[],"attempts":1} down)");
  CHECK(request("POST", "/down", R"(,"idempotent":true)") == R"({"status":503,"headers":[],"attempts":4} down)");
  CHECK(request("PUT", "/down", R"(,"idempotent":false)") == R"({"status":503,"headers":[],"attempts":1} down)");
}

TEST_CASE("a cancel ends a wait for the next attempt, and a wait for an answer") {
  CallOptions options;
  test::LoopbackServer server([&](const std::string& request) {
    options.cancel.cancel();
    return request.find("/hangs") == std::string::npos ? test::response(503, "", "Retry-After: 600\r\n")
                                                       : std::string();
  });
  HttpBox box;
  const std::string waiting = server.url("/waits");
  CHECK(box.send(R"({"url":")" + waiting + R"(?token=t","retry":{"max_ms":600000}})", "", options) ==
        "cancelled: the request to `" + waiting + "` was cancelled");
  options.cancel = CancelSource();
  CHECK(box.send(R"({"url":")" + server.url("/hangs") + R"("})", "", options) ==
        "cancelled: the request to `" + server.url("/hangs") + "` was cancelled");
}

TEST_CASE("the deadline of the call ends it, and no wait begins that would pass it") {
  test::LoopbackServer server([](const std::string&) { return test::response(503, "busy", "Retry-After: 100\r\n"); });
  HttpBox box;
  CallOptions options;
  options.deadline_unix_ns = box.clock->now_unix_ns() - 1;
  CHECK(box.send(R"({"url":")" + server.url("/") + R"("})", "", options) == "timeout: the deadline has passed");
  options.deadline_unix_ns = box.clock->now_unix_ns() + 5'000'000'000;
  CHECK(without_length(box.send(R"({"url":")" + server.url("/") + R"(","retry":{"max_ms":100000}})", "", options)) ==
        R"({"status":503,"headers":[{"name":"retry-after","value":"100"},],"attempts":1} busy)");
}

TEST_CASE("a request that cannot be sent is refused with the reason") {
  HttpBox box;
  CHECK(box.send("{}") == "data: key `url` is missing");
  CHECK(box.send(R"({"url":"ftp://user:pw@host/x?y"})") == "invalid_argument: `ftp://host/x` is no http or https URL");
  CHECK(box.send(R"({"url":"http://h/","timeout_ms":0})") ==
        "invalid_argument: `timeout_ms` of an HTTP request must be a whole number of at least 1");
  CHECK(box.send(R"({"url":"http://h/","headers":["a"]})") ==
        "invalid_argument: a header must be an object {name, value}");
}

TEST_CASE("a certificate bundle that is not there is told, not left out") {
  ServiceBox box;
  box.environment.values["SSL_CERT_FILE"] = "/nowhere/ca.pem";
  const auto clock = io::make_system_clock();
  HttpService service(net::make_curl_transport(), box.environment, *clock);
  test::LoopbackServer server([](const std::string&) { return std::string("close"); });
  const HostCall call = box.host->make_call({});
  const std::string request = R"({"url":"https)" + server.url("/").substr(4) + R"("})";
  SinkBuffer response(box.host->raw());
  CHECK(kTable.send(&service, box.host->raw(), call.raw(), request.data(), request.size(), "", 0, response.raw(),
                    response.raw()) == FLOE_IO);
  const Error error = take_call_error(box.host->raw(), call.raw(), FLOE_IO, "http.send");
  CHECK(error.message.find("/nowhere/ca.pem") != std::string::npos);
}

// `openssl s_server` on a free loopback port, with a certificate that nobody but its own file vouches for.
class TlsServer {
 public:
  TlsServer() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-tls-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    io::ProcessRequest request;
    request.command = {
        "openssl", "req",   "-x509", "-newkey",    "ec",       "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes",  "-days", "2",     "-subj",      "/CN=floe", "-addext",  "subjectAltName=IP:127.0.0.1",
        "-keyout", key(),   "-out",  certificate()};
    const auto made = io::run_process(request);
    FLOE_REQUIRE_OK(made);
    REQUIRE(made->exit_code == 0);
    const std::string command = "echo $$; exec openssl s_server -accept 127.0.0.1:0 -www -key " + key() + " -cert " +
                                certificate() + " 2>&1 < /dev/null";
    output_ = ::popen(command.c_str(), "r");
    REQUIRE(output_ != nullptr);
    pid_ = std::stoi(line());
    std::string text = line();
    while (!text.starts_with("ACCEPT"))
      text = line();
    url = "https://127.0.0.1:" + text.substr(text.rfind(':') + 1, text.find('\n') - text.rfind(':') - 1) + "/";
  }

  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  ~TlsServer() {
    ::kill(pid_, SIGTERM);
    ::pclose(output_);
    std::filesystem::remove_all(directory_);
  }

  [[nodiscard]] std::string certificate() const { return directory_ + "/cert.pem"; }

  std::string url;

 private:
  [[nodiscard]] std::string key() const { return directory_ + "/key.pem"; }

  std::string line() {
    char text[512];
    REQUIRE(std::fgets(text, sizeof text, output_) != nullptr);
    return text;
  }

  std::string directory_;
  std::FILE* output_ = nullptr;
  pid_t pid_ = 0;
};

TEST_CASE("a server is trusted when SSL_CERT_FILE or the request's own file vouches for it, and not otherwise") {
  const TlsServer server;
  const auto send = [&](const std::string& bundle, const std::string& ca_file = "") {
    const std::string own = ca_file.empty() ? "" : R"(,"ca_file":")" + ca_file + "\"";
    const std::string request = R"({"url":")" + server.url + "\"" + own + "}";
    HttpBox box;
    if (!bundle.empty()) box.environment.values["SSL_CERT_FILE"] = bundle;
    HttpService service(net::make_curl_transport(), box.environment, *box.clock);
    const HostCall call = box.host->make_call({});
    SinkBuffer response(box.host->raw());
    SinkBuffer content(box.host->raw());
    return kTable.send(&service, box.host->raw(), call.raw(), request.data(), request.size(), "", 0, response.raw(),
                       content.raw());
  };
  CHECK(send(server.certificate()) == FLOE_OK);
  CHECK(send("") == FLOE_IO);
  CHECK(send("", server.certificate()) == FLOE_OK);
  CHECK(send("/etc/ssl/certs/ca-certificates.crt", server.certificate()) == FLOE_OK);
  CHECK(send(server.certificate(), "/etc/ssl/certs/ca-certificates.crt") == FLOE_IO);
}

TEST_CASE("requests go through the proxy of the environment") {
  std::string seen;
  test::LoopbackServer proxy([&](const std::string& request) {
    seen = request.substr(0, request.find('\r'));
    return test::response(200, "by proxy");
  });
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  HttpBox box;
  CHECK(without_length(box.send(R"({"url":"http://floe.invalid/x"})")) ==
        R"({"status":200,"headers":[],"attempts":1} by proxy)");
  ::unsetenv("http_proxy");
  CHECK(seen == "GET http://floe.invalid/x HTTP/1.1");
}

TEST_CASE("Retry-After in seconds and as a date") {
  CHECK(retry_after_ms("120", 0) == 120'000);
  CHECK(retry_after_ms("Sun, 22 Nov 2026 00:00:30 GMT", kNov22) == 30'000);
  CHECK(retry_after_ms("Sat, 21 Nov 2026 23:59:59 GMT", kNov22) == 0);
  for (const char* wrong :
       {"", "-1", "soon", "Sun, 31 Feb 2026 00:00:30 GMT", "Sun, 22 Nev 2026 00:00:30 GMT", "1.5"}) {
    INFO(wrong);
    CHECK_FALSE(retry_after_ms(wrong, kNov22).has_value());
  }
}

}  // namespace
}  // namespace floe::service
