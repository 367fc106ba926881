#include "floe_test.hpp"

#include "base/io/process.hpp"
#include "base/text/text.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using floe::text::python_float;

TEST_CASE("doubles are written as Python writes them") {
  const std::pair<double, std::string_view> cases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {-1.5, "-1.5"},
      {0.1, "0.1"},
      {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {1.5e-7, "1.5e-07"},
      {1e100, "1e+100"},
      {5e-324, "5e-324"},
      {1e22, "1e+22"},
      {9007199254740993.0, "9007199254740992.0"},
      {100.25, "100.25"},
      {0.30000000000000004, "0.30000000000000004"},
      {INFINITY, "inf"},
      {-INFINITY, "-inf"},
  };
  for (const auto& [value, expected] : cases)
    CHECK(python_float(value) == expected);
  CHECK(python_float(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(python_float(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
}

TEST_CASE("random doubles are written as python3 writes them") {
  std::mt19937_64 random(20261121);  // NOLINT: a fixed seed, so that a failure repeats
  std::string input;
  std::string ours;
  for (int i = 0; i < 20'000; ++i) {
    double value = 0;
    if (i % 2 == 0) {
      const std::uint64_t bits = random();
      std::memcpy(&value, &bits, sizeof value);
    } else {
      value = static_cast<double>(static_cast<std::int64_t>(random() % 2'000'000'000) - 1'000'000'000) /
              std::pow(10, static_cast<double>(random() % 20));
    }
    if (std::isnan(value)) continue;
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    input += std::to_string(bits) + "\n";
    ours += python_float(value) + "\n";
  }
  floe::io::ProcessRequest request;
  request.command = {"python3", "-c",
                     "import struct, sys\n"
                     "for line in sys.stdin:\n"
                     "    print(repr(struct.unpack('<d', struct.pack('<Q', int(line)))[0]))\n"};
  request.input = input;
  const auto result = floe::io::run_process(request);
  FLOE_REQUIRE_OK(result);
  REQUIRE(result->exit_code == 0);
  CHECK(result->standard_output == ours);
}
