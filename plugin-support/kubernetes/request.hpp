// Members of a request document. A mistake is kInvalidArgument that names the member: what these plugins write confines
// others, so nothing in a rule that they do not understand is passed over.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::kubernetes {

using Labels = std::map<std::string, std::string>;

class Request {
 public:
  // `object` must outlive the request; `path` is "" for the whole document, else for example `egress[0].`.
  explicit Request(const json::object& object, std::string path = "") : object_(&object), path_(std::move(path)) {}

  // There are no other members than these; the document itself may have more, which a newer caller adds.
  [[nodiscard]] Status accept(std::initializer_list<std::string_view> members) const;

  [[nodiscard]] bool has(std::string_view key) const { return object_->contains(key); }

  [[nodiscard]] std::string place(std::string_view key) const { return path_ + std::string(key); }

  [[nodiscard]] Result<std::string> text(std::string_view key) const;  // must be there
  [[nodiscard]] Result<std::string> text_or(std::string_view key, std::string_view fallback) const;
  [[nodiscard]] Result<std::string> one_of(std::string_view key, std::initializer_list<std::string_view> accepted,
                                           std::string_view fallback) const;
  [[nodiscard]] Result<bool> flag_or(std::string_view key, bool fallback) const;
  [[nodiscard]] Result<std::int64_t> number_or(std::string_view key, std::int64_t least, std::int64_t most,
                                               std::int64_t fallback) const;
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view key) const;  // absent = none
  [[nodiscard]] Result<Labels> text_map(std::string_view key) const;                 // absent = none
  [[nodiscard]] Result<std::vector<Request>> objects(std::string_view key) const;    // absent = none

 private:
  const json::object* object_;
  std::string path_;
};

}  // namespace floe::kubernetes
