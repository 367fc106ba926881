// Rows of plugins: the code behind them runs under the plugin's name, and what they are is looked at first.
#pragma once

#include "plugin/running_call.hpp"

#include "base/arrow/foreign_rows.hpp"

#include <string>

namespace floe {

// Runs the functions of a stream that a plugin made as a part of `name`.
class PluginRows : public arrow::ForeignCaller {
 public:
  explicit PluginRows(const CallName& name) : name_(name) {}

  int run(int (*body)(void* arg), void* arg, std::string* error) override;
  void end(int (*body)(void* arg), void* arg) noexcept override;
  [[nodiscard]] std::string source() const override;
  [[nodiscard]] Release release() const override;

 protected:
  [[nodiscard]] const CallName& name() const { return name_; }

 private:
  const CallName& name_;
};

}  // namespace floe
