// The commands of a dbt engine over a parsed project: ls, compile, seed, run, test, build, show, run-operation.
#pragma once

#include "macro/session.hpp"
#include "select/selector.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/client/warehouse.hpp"

#include <string>
#include <vector>

namespace floe::dbt {

struct CommandInput {
  Session& session;
  const floe_host* host;
  floe_call* call;
  WarehouseClient warehouse;  // without value for commands that execute nothing
  std::string command;
  const json::object& args;
};

// The answer of floe.dbt/1 invoke, without manifest_path.
Result<json::object> run_command(const CommandInput& input);

// Each answers for its command; listed in run_command.
Result<json::object> list_command(const CommandInput& input);
Result<json::object> execute_command(const CommandInput& input);
Result<json::object> compile_command(const CommandInput& input);
Result<json::object> show_command(const CommandInput& input);
Result<json::object> operation_command(const CommandInput& input);

std::vector<std::string> word_list(const json::object& args, std::string_view key);
Result<SelectionResult> select_nodes(const CommandInput& input, const std::vector<ResourceType>& default_types);
json::object empty_answer();

}  // namespace floe::dbt
