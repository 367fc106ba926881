#include "base/io/shared_memory.hpp"

#include "floe_test.hpp"

#include "base/io/forked_process.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace floe::io {
namespace {

TEST_CASE("what a forked child writes into shared memory is seen here") {
  auto memory = SharedMemory::make(SharedMemory::kPage);
  FLOE_REQUIRE_OK(memory);
  const char* data = memory->data();
  REQUIRE(memory->size() == SharedMemory::kPage);
  CHECK(std::all_of(data, data + memory->size(), [](char c) { return c == '\0'; }));
  ForkRequest request;
  request.body = [&](const ForkReport&) { std::strcpy(memory->data(), "from the child"); };
  FLOE_REQUIRE_OK(run_forked(request));
  CHECK(std::string(memory->data()) == "from the child");
}

}  // namespace
}  // namespace floe::io
