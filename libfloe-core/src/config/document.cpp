#include "config/document.hpp"

#include "base/io/read_document.hpp"

namespace floe::config {

Result<Document> read_document(const std::string& path, const std::string& project_root, io::FileSystem& files,
                               DiagnosticSink& sink) {
  return parse_document(path, io::relative_path(path, project_root), FLOE_TRY(io::read_document(files, path)), sink);
}

Document parse_document(std::string path, std::string name, std::string text, DiagnosticSink& sink) {
  Document document{std::move(path), std::move(name), std::move(text), nullptr, {}};
  yaml::ParseOptions options;
  options.file = document.name;
  document.root = yaml::parse(document.text, options, sink);
  return document;
}

std::string short_name(const Document& document) {
  return document.called.empty() ? io::file_name(io::parent_path(document.path)) : document.called;
}

std::string member_text(const yaml::Node& node, std::string_view key) { return member_text_or(node, key, ""); }

std::string member_text_or(const yaml::Node& node, std::string_view key, std::string_view fallback) {
  const yaml::NodePtr value = node.get(key);
  return value != nullptr && value->is_string() ? value->text : std::string(fallback);
}

bool member_flag_or(const yaml::Node& node, std::string_view key, bool fallback) {
  const yaml::NodePtr value = node.get(key);
  return value != nullptr && value->kind == yaml::Kind::kBool ? value->boolean : fallback;
}

std::int64_t member_integer_or(const yaml::Node& node, std::string_view key, std::int64_t fallback) {
  const yaml::NodePtr value = node.get(key);
  return value != nullptr && value->kind == yaml::Kind::kInt ? value->integer : fallback;
}

std::vector<std::string> member_texts(const yaml::Node& node, std::string_view key) {
  std::vector<std::string> out;
  const yaml::NodePtr list = node.get(key);
  if (list == nullptr) return out;
  for (const yaml::NodePtr& item : list->items) {
    if (item->is_string()) out.push_back(item->text);
  }
  return out;
}

}  // namespace floe::config
