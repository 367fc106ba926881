#include "base/net/http.hpp"

#include "floe_test.hpp"
#include "loopback_server.hpp"

#include "base/io/file_descriptor.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <map>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace floe;  // NOLINT: a test of this namespace
using test::LoopbackServer;
using test::response;

namespace {

net::HttpRequest get(const std::string& url) {
  net::HttpRequest request;
  request.url = url;
  return request;
}

// libcurl is not in this process before the first request; checked before any test sends one.
bool curl_is_loaded() {
  std::ifstream maps("/proc/self/maps");
  const std::string text(std::istreambuf_iterator<char>(maps), {});
  return text.find("libcurl") != std::string::npos;
}

const bool kCurlLoadedAtStart = curl_is_loaded();

}  // namespace

TEST_CASE("libcurl is loaded by the first request, not before") {
  CHECK_FALSE(kCurlLoadedAtStart);
  const auto transport = net::make_curl_transport();
  const LoopbackServer server([](const std::string&) { return response(200, "x"); });
  FLOE_CHECK_OK(transport->send(get(server.url("/"))));
  CHECK(curl_is_loaded());
}

TEST_CASE("a GET carries headers there and back, and connections are reused") {
  std::string seen;
  const LoopbackServer server([&](const std::string& request) {
    seen = request;
    return response(200, "hello", "X-Answer:  yes \r\nETag: \"1\"\r\n");
  });
  const auto transport = net::make_curl_transport();
  net::HttpRequest request = get(server.url("/a/b?q=1"));
  request.headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}};
  for (int i = 0; i < 3; ++i) {
    const auto answer = transport->send(request);
    FLOE_REQUIRE_OK(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "hello");
    REQUIRE(answer->header("x-answer") != nullptr);
    CHECK(*answer->header("x-answer") == "yes");
    CHECK(answer->header("X-Answer") == nullptr);
  }
  CHECK(seen == "GET /a/b?q=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                    "\r\nUser-Agent: floe\r\nAccept: */*\r\nAuthorization: Bearer t\r\nX-Empty:\r\n\r\n");
  CHECK(server.connections == 1);
}

TEST_CASE("bodies and methods") {
  std::string seen;
  const LoopbackServer server([&](const std::string& request) {
    seen = request;
    return request.starts_with("HEAD") ? std::string("HTTP/1.1 200 X\r\nContent-Length: 12345\r\n\r\n")
                                       : response(204, "");
  });
  const auto transport = net::make_curl_transport();
  const std::string binary("a\0b\r\n\xFF", 6);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    net::HttpRequest request = get(server.url("/"));
    request.method = method;
    request.body = binary;
    const auto answer = transport->send(request);
    FLOE_REQUIRE_OK(answer);
    CHECK(answer->status == 204);
    CHECK(seen.starts_with(std::string(method) + " / HTTP/1.1\r\n"));
    CHECK(seen.ends_with("\r\n\r\n" + binary));
    CHECK(text::to_lower_ascii(seen).find("content-type") == std::string::npos);
    CHECK(seen.find("Expect") == std::string::npos);
  }
  for (const char* method : {"DELETE", "OPTIONS", "HEAD"}) {
    net::HttpRequest request = get(server.url("/"));
    request.method = method;
    const auto answer = transport->send(request);
    FLOE_REQUIRE_OK(answer);
    CHECK(answer->body.empty());
    CHECK(seen.starts_with(std::string(method) + " / "));
    CHECK(text::to_lower_ascii(seen).find("content-length") == std::string::npos);
  }
  net::HttpRequest empty_post = get(server.url("/"));
  empty_post.method = "POST";
  FLOE_CHECK_OK(transport->send(empty_post));
  CHECK(seen.find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("statuses are answers, redirects are followed for reading only") {
  const LoopbackServer server([&](const std::string& request) {
    if (request.find(" /from ") != std::string::npos) return response(302, "moved", "Location: /to\r\nX-From: 1\r\n");
    if (request.find(" /loop ") != std::string::npos) return response(302, "", "Location: /loop\r\n");
    return request.find(" /to ") != std::string::npos ? response(200, "there") : response(503, "busy");
  });
  const auto transport = net::make_curl_transport();
  CHECK(transport->send(get(server.url("/x")))->status == 503);
  const auto followed = transport->send(get(server.url("/from")));
  FLOE_REQUIRE_OK(followed);
  CHECK(followed->body == "there");
  CHECK(followed->header("x-from") == nullptr);
  net::HttpRequest post = get(server.url("/from"));
  post.method = "POST";
  CHECK(transport->send(post)->status == 302);
  net::HttpRequest direct = get(server.url("/from"));
  direct.max_redirects = 0;
  CHECK(transport->send(direct)->status == 302);
  CHECK(transport->send(get(server.url("/loop"))).error().code == ErrorCode::kIo);
}

TEST_CASE("what goes wrong has the code to act on and no secret in its message") {
  const LoopbackServer server([](const std::string& request) {
    if (request.find("/cut") != std::string::npos)
      return std::string("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nabc");
    if (request.find("/close") != std::string::npos) return std::string("close");
    if (request.find("/large") != std::string::npos) return response(200, std::string(100'000, 'x'));
    return std::string();  // no answer
  });
  const auto transport = net::make_curl_transport();
  net::HttpRequest slow = get(server.url("/slow?token=secret"));
  slow.timeout_ms = 100;
  const Error timeout = transport->send(slow).error();
  CHECK(timeout.code == ErrorCode::kTimeout);
  CHECK(timeout.message == "no complete answer of `" + server.url("/slow") + "` within 100 ms");

  net::HttpRequest cancelled = get(server.url("/slow"));
  int polls = 0;
  cancelled.is_cancelled = [&] { return ++polls > 3; };
  CHECK(transport->send(cancelled).error().code == ErrorCode::kCancelled);

  net::HttpRequest large = get(server.url("/large"));
  large.max_response_bytes = 99'999;
  CHECK(transport->send(large).error().code == ErrorCode::kExhausted);
  large.max_response_bytes = 100'000;
  CHECK(transport->send(large)->body.size() == 100'000);

  CHECK(transport->send(get(server.url("/close"))).error().code == ErrorCode::kUnavailable);
  net::HttpRequest cut = get(server.url("/cut"));
  cut.timeout_ms = 100;
  CHECK(transport->send(cut).error().code == ErrorCode::kTimeout);

  int free_port = 0;
  {
    const LoopbackServer gone([](const std::string&) { return std::string("close"); });
    free_port = gone.port();
  }
  const Error refused =
      transport->send(get("http://user:pw@127.0.0.1:" + std::to_string(free_port) + "/x?k=v")).error();
  CHECK(refused.code == ErrorCode::kUnavailable);
  CHECK_THAT(refused.message, Catch::StartsWith("cannot GET `http://127.0.0.1:" + std::to_string(free_port) + "/x`: "));
  CHECK_THAT(refused.message, !Catch::Contains("pw"));

  for (const char* url : {"", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://"}) {
    CAPTURE(url);
    CHECK(transport->send(get(url)).error().code == ErrorCode::kInvalidArgument);
  }
  net::HttpRequest injected = get(server.url("/"));
  injected.headers = {{"X", "a\r\nY: b"}};
  CHECK(transport->send(injected).error().code == ErrorCode::kInvalidArgument);
  injected.headers = {{"X Y", "a"}};
  CHECK(transport->send(injected).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("one transport serves several threads") {
  const LoopbackServer server([](const std::string& request) {
    return response(200, request.substr(5, request.find(' ', 5) - 5));  // the path
  });
  const auto transport = net::make_curl_transport();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = std::to_string(t) + "-" + std::to_string(i);
        const auto answer = transport->send(get(server.url("/" + path)));
        if (answer.has_value() && answer->body == path) ++right;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(right == 160);
}

TEST_CASE("the fake answers in order and records") {
  net::FakeHttpTransport fake;
  fake.answers.emplace_back(net::HttpResponse{200, {}, "one"});
  fake.answers.emplace_back(fail(ErrorCode::kTimeout, "late"));
  CHECK(fake.send(get("http://a/1"))->body == "one");
  CHECK(fake.send(get("http://a/2")).error().code == ErrorCode::kTimeout);
  const auto third = fake.send(get("http://u:p@a/3?x"));
  CHECK(third.error().code == ErrorCode::kUnavailable);
  CHECK(third.error().message == "no answer prepared for request 3 to `http://a/3`");
  REQUIRE(fake.requests.size() == 3);
  CHECK(fake.requests[1].url == "http://a/2");
}

TEST_CASE("URLs in messages carry no secrets") {
  const std::pair<std::string_view, std::string_view> cases[] = {{"https://u:p@h:1/a@b?c#d", "https://h:1/a@b"},
                                                                 {"http://h", "http://h"},
                                                                 {"x", "x"},
                                                                 {"http://u@h?x=@", "http://h"},
                                                                 {"/p?q", "/p"}};
  for (const auto& [url, expected] : cases)
    CHECK(net::public_url(url) == expected);
}
