// floe_shutdown_plugins: the last thing that plugins hear.
#include "plugin/opened_plugins.hpp"
#include "plugin/patience.hpp"

#include "base/io/environment.hpp"
#include "floe/floe.h"

void floe_shutdown_plugins(void) {
  try {
    floe::shut_down_plugins(floe::plugin_patience(*floe::io::make_process_environment()));
  } catch (...) {  // no memory, no thread: the process ends without it
    return;
  }
}
