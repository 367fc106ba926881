#include "progress_display.hpp"

#include "kept_streams.hpp"

#include "base/json/json.hpp"
#include "base/text/printable.hpp"
#include "base/text/quantity.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace floe::cli {
namespace {

constexpr const char* kGreen = "32";
constexpr const char* kRed = "31";
constexpr const char* kYellow = "33";
constexpr const char* kDim = "2";

const char* status_color(const std::string& status) {
  if (status == "success" || status == "pass") return kGreen;
  if (status == "error" || status == "fail") return kRed;
  return kYellow;
}

int log_rank(std::string_view level) {
  if (level == "error") return -1;
  if (level == "warn") return 0;
  return level == "info" ? 1 : 2;
}

}  // namespace

struct ProgressDisplay::NodeLine {
  std::string name;
  std::string type;
  std::string status;
  std::string message;
  double seconds = 0;
  std::optional<std::int64_t> rows;
};

ProgressDisplay::ProgressDisplay(const GlobalOptions& options, bool steps_on_stdout, bool is_terminal, bool use_color)
    : options_(options), steps_on_stdout_(steps_on_stdout), is_terminal_(is_terminal), use_color_(use_color) {}

std::string ProgressDisplay::painted(const std::string& text, const char* code) const {
  return use_color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string ProgressDisplay::finished_line(const NodeLine& node) const {
  const std::string rows = node.rows ? text::grouped_count(*node.rows) + " " + text::plural(*node.rows, "row") : "";
  std::string line = fmt::format("{:>4}/{} {} {:<9} {:<40} {:>14} {:>7}", done_, std::max(total_, done_),
                                 painted(fmt::format("{:<7}", node.status), status_color(node.status)), node.type,
                                 node.name, rows, text::short_duration(node.seconds));
  const bool tells_more = node.status != "success" && node.status != "pass" && !node.message.empty();
  if (tells_more) line += "\n       " + painted(text::printable(node.message.substr(0, node.message.find('\n'))), kDim);
  return line;
}

void ProgressDisplay::on_event(std::string_view json_text) {
  const auto parsed = parse_json_object(json_text);
  if (!parsed) return;
  const json::object& event = *parsed;
  const std::string kind = get_string_or(event, "event", "");
  const std::lock_guard lock(mutex_);
  if (kind == "compile_step") {
    if (options_.verbosity < 0 || options_.output != "text") return;
    const std::string line = text::printable_lines(get_string_or(event, "text", ""));
    if (!steps_on_stdout_) return print_line(line);
    return print_to(answer_stream(), fmt::format("{}\n", line));
  }
  if (kind == "log") {
    return on_log(get_string_or(event, "level", "info"), get_string_or(event, "target", ""),
                  get_string_or(event, "message", ""));
  }
  if (kind == "plan") {
    total_ += get_int(event, "total").value_or(0);
    return;
  }
  const std::string name = text::printable(get_string_or(event, "name", get_string_or(event, "unique_id", "")));
  if (kind == "started") {
    running_.push_back(name);
    draw_live_line();
  } else if (kind == "finished") {
    const auto found = std::find(running_.begin(), running_.end(), name);
    if (found != running_.end()) running_.erase(found);
    ++done_;
    NodeLine node{name,
                  text::printable(get_string_or(event, "resource_type", "")),
                  text::printable(get_string_or(event, "status", "")),
                  get_string_or(event, "message", ""),
                  static_cast<double>(get_int(event, "finished_at_ns").value_or(0) -
                                      get_int(event, "started_at_ns").value_or(0)) /
                      1e9,
                  get_int(event, "rows")};
    if (options_.verbosity >= 0 && options_.output == "text") print_line(finished_line(node));
    draw_live_line();
  }
}

void ProgressDisplay::on_log(std::string_view level, std::string_view target, const std::string& text) {
  // `log(..., info=True)` and `print` of a dbt project are meant for whoever runs it.
  const bool is_message = target == "dbt.message";
  if ((is_message ? 0 : log_rank(level)) > options_.verbosity) return;
  if (options_.log_format == "json") {
    print_line(to_json(json::object{{"level", level}, {"message", text}}), Printed::kJson);
  } else if (is_message) {
    print_line(text::printable_lines(text));
  } else {
    print_line(fmt::format("{}: {}", level, text::printable_lines(text)));
  }
}

void ProgressDisplay::print_line(const std::string& line, Printed kind) {
  erase_live_line();
  print_to(message_stream(), fmt::format("{}\n", line), kind);
}

void ProgressDisplay::draw_live_line() {
  if (!is_terminal_ || options_.verbosity < 0 || options_.output != "text") return;
  erase_live_line();
  if (running_.empty()) return;
  std::string names = running_.front();
  for (std::size_t i = 1; i < running_.size() && i < 3; ++i)
    names += ", " + running_[i];
  if (running_.size() > 3) names += fmt::format(" and {} more", running_.size() - 3);
  print_to(message_stream(), painted(fmt::format("{:>4}/{} running {}", done_, std::max(total_, done_), names), kDim));
  std::fflush(message_stream());
  live_line_drawn_ = true;
}

void ProgressDisplay::erase_live_line() {
  if (!live_line_drawn_) return;
  print_to(message_stream(), "\r\x1b[2K");
  live_line_drawn_ = false;
}

void ProgressDisplay::finish() {
  const std::lock_guard lock(mutex_);
  erase_live_line();
}

std::vector<std::string> ProgressDisplay::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace floe::cli
