// Session: what all scopes of one invocation share. Read-only once parsing is done.
#pragma once

#include "jinja/environment.hpp"
#include "macro/adapter.hpp"
#include "macro/index.hpp"
#include "model/manifest.hpp"
#include "project/project.hpp"
#include "select/selectors_file.hpp"
#include "value/value.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace floe::dbt {

struct Session {
  std::unique_ptr<Workspace> workspace;
  Manifest manifest;
  MacroIndex macros;
  Environment text{EnvironmentOptions{true, false}};
  Environment native{EnvironmentOptions{true, true}};

  io::FileSystem* files = nullptr;
  const io::Environment* environment = nullptr;
  const io::Clock* clock = nullptr;
  ScopeHost* host = nullptr;  // may be null: messages are dropped

  std::string invocation_id;
  std::int64_t run_started_at_micros = 0;
  Value flags = Value::dict();            // `flags`: WHICH, FULL_REFRESH, ... upper case
  Value invocation_args = Value::dict();  // `invocation_args_dict`
  Value selected_resources = Value::list();
  Value target = Value::dict();  // `target`
  Value modules;
  bool empty = false;       // --empty
  SelectorsFile selectors;  // selectors.yml

  std::string
      warnings;  // what parsing and selecting found besides errors, in the wire form of diagnostics; "" = nothing
};

}  // namespace floe::dbt
