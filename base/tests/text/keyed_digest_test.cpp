#include "base/text/keyed_digest.hpp"

#include "floe_test.hpp"

TEST_CASE("keyed digests") {
  using namespace floe::text;                                       // NOLINT: a test of this namespace
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==  // RFC 4231, test case 2
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(
      hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==  // case 6
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(equals_in_constant_time("abc", "abc"));
  CHECK_FALSE(equals_in_constant_time("abc", "abd"));
  CHECK_FALSE(equals_in_constant_time("abc", "ab"));
}
