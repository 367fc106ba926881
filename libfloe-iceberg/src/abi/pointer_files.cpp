#include "abi/pointer_files.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <charconv>

namespace floe::iceberg {

namespace {

constexpr std::string_view kTableSuffix = ".table";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Names as file names: everything that is not plain as %XX.
std::string encode(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (is_plain(c)) {
      out += c;
    } else {
      out += '%' + text::to_hex({&c, 1});
    }
  }
  return out;
}

std::optional<std::string> decode(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '%') {
      out += name[i];
      continue;
    }
    const auto byte = text::from_hex(name.substr(i + 1, 2));
    if (!byte.has_value() || byte->size() != 1) return std::nullopt;
    out += *byte;
    i += 2;
  }
  return out;
}

std::string levels_text(const std::vector<std::string>& levels) { return text::join(levels, "."); }

}  // namespace

std::string PointerFiles::directory_of(const std::vector<std::string>& levels) const {
  std::string path = root_;
  for (const auto& level : levels)
    path += '/' + encode(level);
  return path;
}

std::string PointerFiles::pointer_directory(const Identifier& identifier) const {
  return directory_of(identifier.levels) + '/' + encode(identifier.name) + std::string(kTableSuffix);
}

Result<PointerFiles::Current> PointerFiles::current(const Identifier& identifier) const {
  Current current;
  const auto directory = pointer_directory(identifier);
  const auto info = FLOE_TRY(files_->stat(directory));
  if (info.kind != io::FileKind::kDirectory) return current;
  const auto entries = FLOE_TRY(files_->list(directory));
  for (const auto& entry : entries) {
    std::uint64_t version = 0;
    const auto [end, error] = std::from_chars(entry.name.data(), entry.name.data() + entry.name.size(), version);
    if (error == std::errc() && end == entry.name.data() + entry.name.size()) {
      current.version = std::max(current.version, version);
    }
  }
  if (current.version > 0) current.location = FLOE_TRY(files_->read(fmt::format("{}/{}", directory, current.version)));
  return current;
}

Result<std::string> PointerFiles::load(const Identifier& identifier) const {
  auto found = FLOE_TRY(current(identifier));
  if (found.location.empty()) return failf(ErrorCode::kNotFound, "table `{}` does not exist", identifier.to_string());
  return std::move(found.location);
}

Status PointerFiles::swap(const Identifier& identifier, const std::optional<std::string>& expected,
                          const std::optional<std::string>& next) const {
  FLOE_TRY(check_namespace(identifier.levels));
  const auto found = FLOE_TRY(current(identifier));
  if (!expected.has_value() && !found.location.empty()) {
    return failf(ErrorCode::kAlreadyExists, "table `{}` already exists", identifier.to_string());
  }
  if (expected.has_value() && found.location.empty()) {
    return failf(ErrorCode::kNotFound, "table `{}` does not exist", identifier.to_string());
  }
  const auto conflict = failf(ErrorCode::kConflict, "table `{}` was changed by somebody else", identifier.to_string());
  if (expected.has_value() && *expected != found.location) return conflict;
  const auto directory = pointer_directory(identifier);
  FLOE_TRY(files_->create_directories(directory));
  auto written =
      files_->write_new(fmt::format("{}/{}", directory, found.version + 1), next.value_or(""), io::Durability::kFull);
  if (!written.has_value() && written.error().code == ErrorCode::kAlreadyExists) return conflict;
  return written;
}

Result<std::vector<Identifier>> PointerFiles::list(const std::vector<std::string>& levels) const {
  FLOE_TRY(check_namespace(levels));
  std::vector<Identifier> identifiers;
  const auto entries = FLOE_TRY(files_->list(directory_of(levels)));
  for (const auto& entry : entries) {
    const std::string_view name = entry.name;
    if (!name.ends_with(kTableSuffix)) continue;
    auto decoded = decode(name.substr(0, name.size() - kTableSuffix.size()));
    if (!decoded.has_value()) continue;
    Identifier identifier{levels, *std::move(decoded)};
    const auto found = FLOE_TRY(current(identifier));
    if (!found.location.empty()) identifiers.push_back(std::move(identifier));
  }
  return identifiers;
}

Result<std::vector<std::vector<std::string>>> PointerFiles::namespaces(const std::vector<std::string>& parent) const {
  std::vector<std::vector<std::string>> children;
  if (parent.empty()) FLOE_TRY(files_->create_directories(root_));
  FLOE_TRY(check_namespace(parent));
  const auto entries = FLOE_TRY(files_->list(directory_of(parent)));
  for (const auto& entry : entries) {
    if (entry.kind != io::FileKind::kDirectory || entry.name.find('.') != std::string::npos) continue;
    auto decoded = decode(entry.name);
    if (!decoded.has_value()) continue;
    children.push_back(parent);
    children.back().push_back(*std::move(decoded));
  }
  return children;
}

Status PointerFiles::create_namespace(const std::vector<std::string>& levels) const {
  const auto directory = directory_of(levels);
  const auto info = FLOE_TRY(files_->stat(directory));
  if (info.kind == io::FileKind::kDirectory) {
    return failf(ErrorCode::kAlreadyExists, "namespace `{}` already exists", levels_text(levels));
  }
  return files_->create_directories(directory);
}

Status PointerFiles::drop_namespace(const std::vector<std::string>& levels) const {
  const auto tables = FLOE_TRY(list(levels));
  const auto children = FLOE_TRY(namespaces(levels));
  if (!tables.empty() || !children.empty()) {
    return failf(ErrorCode::kInvalidState, "namespace `{}` is not empty", levels_text(levels));
  }
  return files_->remove_all(directory_of(levels));
}

Status PointerFiles::check_namespace(const std::vector<std::string>& levels) const {
  const auto info = FLOE_TRY(files_->stat(directory_of(levels)));
  if (info.kind == io::FileKind::kDirectory) return ok();
  return failf(ErrorCode::kNotFound, "namespace `{}` does not exist", levels_text(levels));
}

}  // namespace floe::iceberg
