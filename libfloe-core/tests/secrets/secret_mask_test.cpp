#include "secrets/secret_mask.hpp"

#include "floe_test.hpp"

namespace floe::service {
namespace {

TEST_CASE("a value is masked in every form it may be written in") {
  SecretMask mask;
  CHECK(mask.apply("pa\"ss/w=1") == "pa\"ss/w=1");
  mask.add("pa\"ss/w=1");
  CHECK(mask.apply("plain pa\"ss/w=1, json pa\\\"ss/w=1, url pa%22ss%2Fw%3D1, base64 cGEic3Mvdz0x") ==
        "plain ***, json ***, url ***, base64 ***");
  CHECK(mask.apply("twice pa\"ss/w=1pa\"ss/w=1") == "twice ******");
  CHECK(mask.apply("") == "");
}

TEST_CASE("of two values, one inside the other, the longer is masked first") {
  SecretMask mask;
  mask.add("secret");
  mask.add("secret-and-more");
  mask.add("secret");
  CHECK(mask.apply("secret-and-more, secret") == "***, ***");
}

TEST_CASE("a JSON document without a secret is still that document") {
  SecretMask mask;
  const std::string document = R"({"name": "true \"name\"" , "ok" :true,"list":["name",{"x":"na\"me"}], "n":1.5})";
  CHECK(mask.apply_to_json(document) == document);
  for (const char* value : {"true", "name", "na\"me", "list"})
    mask.add(value);
  CHECK(mask.apply_to_json(document) == R"({"name": "*** \"***\"" , "ok" :true,"list":["***",{"x":"***"}], "n":1.5})");
  CHECK(mask.apply_to_json(R"({"cut": "na)") == R"({"cut": "na)");
}

TEST_CASE("too short a value stays readable: masking it would destroy every text") {
  SecretMask mask;
  mask.add("abc");
  mask.add("");
  CHECK(mask.apply("abc") == "abc");
}

}  // namespace
}  // namespace floe::service
