// What is shown on stderr while a verb runs: a live line on a terminal, plain lines otherwise. Thread-safe: events come
// from the threads of a run, and an interrupt reads what is running.
#pragma once

#include "arguments.hpp"
#include "printed.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace floe::cli {

class ProgressDisplay {
 public:
  // steps_on_stdout: `floe compile` prints the four steps as its output.
  ProgressDisplay(const GlobalOptions& options, bool steps_on_stdout, bool is_terminal, bool use_color);

  void on_event(std::string_view json_text);
  void finish();  // removes the live line

  // Nodes started and not finished, for the message of an abandoned run.
  [[nodiscard]] std::vector<std::string> running() const;

 private:
  struct NodeLine;

  void print_line(const std::string& line, Printed kind = Printed::kText);
  void draw_live_line();
  void erase_live_line();
  void on_log(std::string_view level, std::string_view target, const std::string& text);
  [[nodiscard]] std::string painted(const std::string& text, const char* code) const;
  [[nodiscard]] std::string finished_line(const NodeLine& node) const;

  const GlobalOptions& options_;
  bool steps_on_stdout_;
  bool is_terminal_;
  bool use_color_;
  mutable std::mutex mutex_;  // guards what follows, and the order of the lines
  bool live_line_drawn_ = false;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  std::vector<std::string> running_;
};

}  // namespace floe::cli
