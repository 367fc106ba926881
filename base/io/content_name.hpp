// Names that tell the content of their file, so that damage shows wherever the file is read (decision 0033).
//
// The name holds a UUID of version 8 (RFC 9562: for uses of one's own): f10eNNNN-NNNN-8DDD-8DDD-DDDDDDDDDDDD, where N
// is a random number that keeps names of equal files apart, and D the first 72 bits of the SHA-256 of that number's 8
// digits and the content.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace floe::io {

// Takes the content in parts. One thread at a time.
class ContentNamer {
 public:
  ContentNamer();                                      // a new name
  explicit ContentNamer(std::string_view known_uuid);  // compares with one that find_content_uuid gave
  ContentNamer(const ContentNamer&) = delete;
  ContentNamer& operator=(const ContentNamer&) = delete;
  ~ContentNamer();

  ContentNamer& add(std::string_view bytes);
  // The UUID of what was added; ends the content.
  std::string uuid();

 private:
  struct Digest;
  std::string number_;
  std::unique_ptr<Digest> digest_;
};

std::string content_uuid(std::string_view bytes);

// The UUID in the last part of a path or URI; nothing when the name tells nothing of the content.
std::optional<std::string_view> find_content_uuid(std::string_view path);

// False when the name tells of another content. True also for names that tell nothing.
bool is_named_by(std::string_view path, std::string_view bytes);

}  // namespace floe::io
