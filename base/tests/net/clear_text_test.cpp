#include "base/net/clear_text.hpp"

#include "floe_test.hpp"

using floe::net::has_user;
using floe::net::is_clear_text;
using floe::net::is_credential_header;

TEST_CASE("only https, and hosts that are this machine, keep a request to themselves") {
  for (const char* url : {"https://a.example", "http://localhost", "http://LOCALHOST:80/x", "http://a.localhost/",
                          "http://127.0.0.1:4318", "http://127.3.2.1?a", "http://[::1]:80/", "http://user:x@127.0.0.1/",
                          "ftp://a", "a", ""}) {
    CAPTURE(url);
    CHECK_FALSE(is_clear_text(url));
  }
  for (const char* url :
       {"http://a.example", "HTTP://a.example", "http://localhost.example", "http://127.0.0.1.example/", "http://127.1",
        "http://localhost@a.example/", "http://a.example\\@localhost/x", "http://localhost\\.a.example/",
        "http://a.example/@localhost", "http://a.example?@localhost", "http://[::2]", "http://10.0.0.1", "http://"}) {
    CAPTURE(url);
    CHECK(is_clear_text(url));
  }
}

TEST_CASE("what a request carries as a credential") {
  CHECK(has_user("http://a:b@c/"));
  CHECK(has_user("http://a@c"));
  CHECK_FALSE(has_user("http://c/a@b"));
  for (const char* name : {"Authorization", "proxy-authorization", "Cookie", "X-API-Key", "api_key", "dd-api-key",
                           "X-Vault-Token", "x-amz-security-token"})
    CHECK(is_credential_header(name));
  for (const char* name : {"content-type", "traceparent", "idempotency-key", "x-scope-orgid", "webhook-signature"})
    CHECK_FALSE(is_credential_header(name));
}
