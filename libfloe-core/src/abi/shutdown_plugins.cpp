// floe_shutdown_plugins: the last thing that plugins hear.
#include "plugin/opened_plugins.hpp"
#include "plugin/plugin_timeout.hpp"

#include "base/io/environment.hpp"
#include "floe/floe.h"

void floe_shutdown_plugins(void) {
  try {
    // Another text is refused where a context is made; what was opened before the variable got it is ended all the
    // same.
    const auto patience = floe::plugin_timeout(*floe::io::make_process_environment());
    floe::shut_down_plugins(patience ? *patience : std::chrono::minutes(1));
  } catch (...) {  // no memory, no thread: the process ends without it
    return;
  }
}
