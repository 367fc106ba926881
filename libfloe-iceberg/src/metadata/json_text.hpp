// Appends JSON to a text without a tree in between: metadata files and scan plans grow with their tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::iceberg {

class JsonText {
 public:
  JsonText& begin_object() { return open('{'); }

  JsonText& end_object() { return close('}'); }

  JsonText& begin_array() { return open('['); }

  JsonText& end_array() { return close(']'); }

  JsonText& key(std::string_view name);
  JsonText& text(std::string_view value);
  JsonText& number(std::int64_t value);

  JsonText& boolean(bool value) { return raw(value ? "true" : "false"); }

  JsonText& null() { return raw("null"); }

  JsonText& raw(std::string_view json);  // a finished value
  // A decimal number as text: how snapshot ids cross the ABI.
  JsonText& quoted_number(std::int64_t value);

  [[nodiscard]] const std::string& view() const { return out_; }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  void separate();
  void quote(std::string_view value);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace floe::iceberg
