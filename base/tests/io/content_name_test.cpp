#include "base/io/content_name.hpp"

#include "floe_test.hpp"

#include "base/text/text.hpp"

using namespace floe;
using namespace floe::io;

TEST_CASE("a name tells its content, and names of equal contents differ") {
  const std::string uuid = content_uuid("content");
  CHECK(uuid != content_uuid("content"));
  const std::string path = "file:///w/data/" + uuid + "-00000.parquet";
  CHECK(find_content_uuid(path) == uuid);
  CHECK(is_named_by(path, "content"));
  CHECK_FALSE(is_named_by(path, "Content"));
  CHECK_FALSE(is_named_by(path, "content "));
  ContentNamer parts{std::string_view(uuid)};
  CHECK(parts.add("con").add("").add("tent").uuid() == uuid);
}

TEST_CASE("the digest is that of the number in the name and the content") {
  // printf '0123abcdx' | sha256sum
  const std::string known = "f10e0123-abcd-8ae4-8d60-3b2e1a8ea2a4";
  const std::string hex = text::sha256_hex("0123abcdx");
  const std::string expected = "f10e0123-abcd-8" + hex.substr(0, 3) + "-8" + hex.substr(3, 3) + "-" + hex.substr(6, 12);
  CHECK(ContentNamer(known).add("x").uuid() == expected);
}

TEST_CASE("names that tell nothing of their content are no proof of damage") {
  for (const std::string name : {"00004-9c12d441-03fe-4693-9a96-a0705ddf69c1.metadata.json",  // version 4
                                 "f10e0123-abcd-4ae4-8d60-3b2e1a8ea2a4",   // version 4 with our first digits
                                 "0f10e0123-abcd-8ae4-8d60-3b2e1a8ea2a4",  // inside of a longer number
                                 "f10e0123-abcd-8ae4-8d60-3b2e1a8ea2a4a",  // likewise
                                 "f10e0123-abcd-8ae4-8d60-3b2e1a8ea2",     // cut
                                 "F10E0123-ABCD-8AE4-8D60-3B2E1A8EA2A4",   // upper case
                                 "f10e0123-abcd-8ae4-8d60-3b2e1a8ea2a4/data.parquet",  // of a folder
                                 "data.parquet", ""}) {
    INFO(name);
    CHECK_FALSE(find_content_uuid(name).has_value());
    CHECK(is_named_by(name, "anything"));
  }
  CHECK(find_content_uuid("a/f10ef10e0123-f10e0123-abcd-8ae4-8d60-3b2e1a8ea2a4.avro") ==
        "f10e0123-abcd-8ae4-8d60-3b2e1a8ea2a4");
}
