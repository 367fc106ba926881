#include "conformance/resource_use.hpp"

#include "floe_test.hpp"

namespace floe::conformance {

TEST_CASE("a thread is found by its id") {
  const auto names = thread_names();
  CHECK(names.size() == resource_use().threads);
}

}  // namespace floe::conformance
