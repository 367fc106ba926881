// A YAML file of floe's own: read, parsed, with spans named as the user would type the file.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"
#include "base/yaml/node.hpp"

#include <string>

namespace floe::config {

struct Document {
  std::string path;  // absolute
  std::string name;  // for spans
  std::string text;
  yaml::NodePtr root;  // null when it does not parse (findings are in the sink)
  // What a document without a name of its own is called; "" = as the folder that it lies in.
  std::string called = {};
};

// The name of a document that says none.
std::string short_name(const Document& document);

// A name in a document.
struct NamedPlace {
  std::string name;
  Span span;
};

// kNotFound or kIo when the file cannot be read.
Result<Document> read_document(const std::string& path, const std::string& project_root, io::FileSystem& files,
                               DiagnosticSink& sink);

// The same of text that is there already. `path` is absolute, `name` is for spans.
Document parse_document(std::string path, std::string name, std::string text, DiagnosticSink& sink);

// Text of a member, "" when absent or of another kind.
std::string member_text(const yaml::Node& node, std::string_view key);
std::string member_text_or(const yaml::Node& node, std::string_view key, std::string_view fallback);
bool member_flag_or(const yaml::Node& node, std::string_view key, bool fallback);
std::int64_t member_integer_or(const yaml::Node& node, std::string_view key, std::int64_t fallback);
std::vector<std::string> member_texts(const yaml::Node& node, std::string_view key);

}  // namespace floe::config
