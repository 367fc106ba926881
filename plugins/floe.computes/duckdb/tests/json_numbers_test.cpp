#include "compute_fixture.hpp"

#include <array>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

TEST_CASE("numbers of JSON that a double does not have keep their digits, others are what they were") {
  struct Case {
    const char* number;
    const char* text;  // as DuckDB writes it
  };

  const std::array cases{
      Case{"5", "5"},
      Case{"-7", "-7"},
      Case{"9223372036854775808", "9223372036854775808"},
      Case{"-9223372036854775809", "-9223372036854775809"},
      Case{"1.50", "1.5"},
      Case{"1e3", "1000.0"},
      Case{"-0.0", "-0.0"},
      Case{"0.30000000000000004", "0.30000000000000004"},
      Case{"0.1000000000000000055", "0.1000000000000000055"},
      Case{"1234567.8900000000000001E+2", "1234567.8900000000000001E+2"},
      Case{"9007199254740993.0", "9007199254740993.0"},
      Case{"100000000000000000000000.000", "1e+23"},
      Case{"5e-324", "5e-324"},
      Case{"4e-324", "4e-324"},
      Case{"1e-400", "1e-400"},
      Case{"1e400", "1e400"},
      Case{"1e99999999999", "1e99999999999"},
      Case{"NaN", "nan"},
      Case{"-Infinity", "-inf"},
  };
  Compute compute;
  for (const Case& c : cases) {
    INFO(c.number);
    const std::string path = compute.put("n.jsonl", "{\"v\":" + std::string(c.number) + ",\"w\":[" + c.number + "]}\n");
    CHECK(compute.rows("SELECT v, w[1] AS w FROM read_json('" + path +
                       "', columns = {'v': 'VARCHAR', 'w': 'VARCHAR[]'})") ==
          "{\"v\":\"" + std::string(c.text) + "\",\"w\":\"" + c.text + "\"}");
  }
}
