#include "aws/signature.hpp"

#include "floe_test.hpp"

namespace floe::aws {
namespace {

constexpr std::int64_t kAug30 = 1'440'938'160;  // 2015-08-30T12:36:00Z

// AWS Signature Version 4 test suite: get-vanilla, post-vanilla, post-sts-header-before.
std::string signature_of(std::string_view method, const std::string& token = "") {
  const Credentials credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token};
  const auto headers =
      sign({method, "example.amazonaws.com", "/", {}, ""}, credentials, {"us-east-1", "service"}, kAug30);
  REQUIRE(headers.has_value());
  CHECK(headers->front() == std::pair<std::string, std::string>("x-amz-date", "20150830T123600Z"));
  return headers->back().second;
}

TEST_CASE("signatures are those of the test suite of AWS") {
  const std::string begin =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
  CHECK(signature_of("GET") ==
        begin + "host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(signature_of("POST") ==
        begin + "host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  const std::string token =
      "AQoDYXdzEPT//////////"
      "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
      "x7mSEI/qkPpKPi/"
      "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
      "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
  CHECK(signature_of("POST", token) ==
        begin +
            "host;x-amz-date;x-amz-security-token, "
            "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
}

}  // namespace
}  // namespace floe::aws
