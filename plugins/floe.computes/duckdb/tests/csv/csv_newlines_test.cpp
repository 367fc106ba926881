#include "file_request.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

TEST_CASE("records that end in several newlines are found by their line") {
  Compute compute;

  struct Case {
    const char* content;
    const char* problem;
  };

  const std::vector<Case> cases = {
      {"id,a\r\n1,x\n", "m.csv:2 line 2 ends in \\n, the lines before it in \\r\\n\n"},
      {"id,a\n1,x\n2,y\r\n", "m.csv:3 line 3 ends in \\r\\n, the lines before it in \\n\n"},
      {"id,a\n1,x\r2,y\n", "m.csv:2 line 2 ends in \\r, the lines before it in \\n\n"},
      {"id,a\n1,\"x\r\n\"\"y\n\"\n2,z\r\n", "m.csv:5 line 5 ends in \\r\\n, the lines before it in \\n\n"},
      {"id,a\n1,\"x\ry\r\nz\"\n2,\"\"\"\r\n\"\n", ""},
      {"id,a\r1,x\r", ""},
  };
  for (const Case& c : cases) {
    const std::string path = compute.put("m.csv", c.content);
    for (const char* on_error : {"fail", "rejects"}) {
      INFO(c.content << on_error);
      const auto read = compute.read_files(request("csv", path, {{"on_error", on_error}}));
      CHECK((read ? "" : findings(read.error(), compute.directory)) == c.problem);
    }
  }
}
