// A request of floe.dbt/1 as arguments of dbt-core.
#pragma once

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::dbt_core {

struct Invocation {
  std::string command;                 // build, ls, parse ...
  std::vector<std::string> arguments;  // behind the program
  std::string project_directory;
  std::string project_file;  // dbt_project.yml that lies elsewhere; "" = that of the directory
  std::string target_path;
  std::string profiles_directory;  // the user's own; "" = the profile is made
  std::string schema = "main";     // of the profile that is made
  std::string target = "dev";
  std::int64_t threads = 4;
  bool is_listing = false;  // prints names, not log lines
};

// `command` stands for the request's own when it is not empty. kInvalidArgument names what is missing or not taken.
Result<Invocation> read_request(std::string_view request, const std::string& command);

// All of it, with the folder of profiles.yml.
std::vector<std::string> command_line(const std::string& executable, const Invocation& invocation,
                                      const std::string& profiles_directory);

}  // namespace floe::dbt_core
