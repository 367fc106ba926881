// Methods of plugins by name, with JSON for their values: what `floe_plugin_call` is made of. The functions are
// generated (plugin/generated/json_calls.cpp); a JsonCall is what one of them reads its inputs from and puts its
// outputs into.
#pragma once

#include "plugin/host.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace floe {

class JsonCall {
 public:
  // `rows_in` serves the one input of rows that a method may have. `arguments` outlives the call.
  JsonCall(std::string method, const json::object& arguments, ArrowStream rows_in)
      : method_(std::move(method)), arguments_(arguments), rows_in_(std::move(rows_in)) {}

  // Inputs by name; kInvalidArgument when it is missing or of another kind.
  Result<std::string> text(std::string_view name) const;
  Result<std::string> document(std::string_view name) const;  // any JSON
  Result<std::string> bytes(std::string_view name) const;     // base64
  Result<std::uint64_t> number(std::string_view name) const;
  Result<ArrowStream> rows(std::string_view name);

  Result<ArrowStream> optional_rows(std::string_view /*name*/) { return std::move(rows_in_); }

  Status put_text(std::string_view name, const std::string& value);
  Status put_document(std::string_view name, const std::string& value);
  Status put_bytes(std::string_view name, const std::string& value);
  Status put_number(std::string_view name, std::uint64_t value);
  Status put_rows(std::string_view name, ArrowStream value);

  [[nodiscard]] bool has_rows_in() const { return rows_in_.has_value(); }

  [[nodiscard]] json::object& results() { return results_; }

  // Output rows are not in the results.
  [[nodiscard]] ArrowStream& rows_out() { return rows_out_; }

  [[nodiscard]] const std::string& rows_name() const { return rows_name_; }

 private:
  [[nodiscard]] Error missing(std::string_view name, std::string_view kind) const;

  std::string method_;
  const json::object& arguments_;
  ArrowStream rows_in_;
  json::object results_;
  ArrowStream rows_out_;
  std::string rows_name_;
};

struct JsonMethod {
  const char* name;
  const char* parameters;  // names of those that are JSON, separated by blanks
  const char* secrets;     // names of results that people must not read, separated by blanks
  bool takes_rows;
  Status (*call)(const Instance& plugin, floe_call* call, JsonCall& io);
};

// Every method of an interface, health and describe included; empty for one that is not known.
std::span<const JsonMethod> json_methods(std::string_view interface_id);

// Calls `method` of `plugin`. kInvalidArgument names what there is when the method or an argument is not known.
Status call_by_json(const Instance& plugin, floe_call* call, const std::string& method, JsonCall& io,
                    const json::object& arguments);

}  // namespace floe
