// A JSON request built from command-line values; keeps Boost.JSON out of the file that includes CLI11.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floe::cli {

class Request {
 public:
  Request();
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  void set_text(const std::string& key, const std::string& value);
  void set_number(const std::string& key, std::int64_t value);
  void set_flag(const std::string& key, bool value);
  void add_words(const std::string& key, const std::vector<std::string>& values);
  // YAML or JSON mapping; the problem when `text` is none.
  std::optional<std::string> set_mapping(const std::string& key, const std::string& text);
  [[nodiscard]] std::string to_json() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace floe::cli
