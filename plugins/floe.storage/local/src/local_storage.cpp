#include "local_storage.hpp"

#include "config.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::storage {
namespace {

Error no_handle(std::string_view what, std::uint64_t handle) {
  return failf(ErrorCode::kInvalidArgument, "there is no {} {}", what, handle);
}

Result<std::vector<std::string>> paths_of(const std::vector<std::string>& uris) {
  std::vector<std::string> paths;
  paths.reserve(uris.size());
  for (const std::string& uri : uris)
    paths.push_back(FLOE_TRY(io::path_from_uri(uri)));
  return paths;
}

}  // namespace

std::string LocalStorage::validate_config(Call& /*call*/, std::string_view config) { return config_problems(config); }

Result<std::unique_ptr<LocalStorage>> LocalStorage::create(Call& /*call*/, std::string_view config) {
  auto storage = std::make_unique<LocalStorage>();
  const Config parsed = FLOE_TRY(parse_config(config));
  storage->root_ = parsed.root;
  return storage;
}

Result<std::string> LocalStorage::health(Call& /*call*/) {
  std::string state = "ok";
  std::string message;
  if (!root_.empty()) {
    const auto info = files_->stat(root_);
    if (!info.has_value()) {
      state = "failed";
      message = info.error().to_string();
    } else if (info->kind != io::FileKind::kDirectory && info->kind != io::FileKind::kMissing) {
      state = "failed";
      message = "`" + root_ + "` is not a directory";
    }
  }
  return to_json(json::object{{"state", state}, {"message", message}, {"details", json::object()}});
}

std::string LocalStorage::describe(Call& /*call*/) {
  return to_json(json::object{{"name", "local"},
                              {"version", "0.1.0"},
                              {"capabilities", json::array{"local_files"}},
                              {"limits", json::object()}});
}

Result<std::string> LocalStorage::object_result(const std::string& path) {
  const io::FileInfo info = FLOE_TRY(files_->stat(path));
  return to_json(json::object{{"size", info.size}, {"etag", etag_of(info)}});
}

Result<std::string> LocalStorage::stat(Call& /*call*/, std::string_view uri) {
  const std::string path = FLOE_TRY(io::path_from_uri(uri));
  const io::FileInfo info = FLOE_TRY(files_->stat(path));
  if (info.kind != io::FileKind::kRegular) return failf(ErrorCode::kNotFound, "there is no object `{}`", uri);
  return to_json(json::object{{"size", info.size}, {"modified_ns", info.modified_ns}, {"etag", etag_of(info)}});
}

Status LocalStorage::read(Call& /*call*/, std::string_view uri, std::string_view ranges, Sink& content) {
  const std::string path = FLOE_TRY(io::path_from_uri(uri));
  ObjectReader reader = FLOE_TRY(ObjectReader::open(path));
  const auto pieces = FLOE_TRY(parse_ranges(ranges, reader.size()).with_context("reading `" + path + "`"));
  for (const ByteRange& piece : pieces) {
    FLOE_TRY(reader.read(piece.offset, piece.length, [&](std::string_view bytes) { content.write(bytes); }));
  }
  return ok();
}

Result<std::uint64_t> LocalStorage::open_read(Call& /*call*/, std::string_view uri) {
  const std::string path = FLOE_TRY(io::path_from_uri(uri));
  ObjectReader reader = FLOE_TRY(ObjectReader::open(path));
  return readers_.add(std::move(reader));
}

Result<std::string> LocalStorage::read_next(Call& /*call*/, std::uint64_t reader, std::uint64_t max_bytes) {
  const auto object = readers_.find(reader);
  if (object == nullptr) return no_handle("reader", reader);
  return object->next(max_bytes);
}

Status LocalStorage::close_read(Call& /*call*/, std::uint64_t reader) {
  if (readers_.take(reader) == nullptr) return no_handle("reader", reader);
  return ok();
}

Result<std::uint64_t> LocalStorage::open_write(Call& /*call*/, std::string_view uri, std::string_view options) {
  const std::string path = FLOE_TRY(io::path_from_uri(uri));
  const WriteOptions parsed = FLOE_TRY(parse_write_options(options));
  if (!parsed.if_match.empty()) return fail(ErrorCode::kUnsupported, "`if_match` is for `put` only");
  FLOE_TRY(files_->create_directories(io::parent_path(path)));
  ObjectWriter writer = FLOE_TRY(ObjectWriter::create(path, {parsed.only_new, parsed.durable}));
  return writers_.add(std::move(writer));
}

Status LocalStorage::write_next(Call& /*call*/, std::uint64_t writer, std::string_view content) {
  const auto object = writers_.find(writer);
  if (object == nullptr) return no_handle("writer", writer);
  return object->write(content);
}

Result<std::string> LocalStorage::finish(Call& /*call*/, std::uint64_t writer) {
  const auto object = writers_.take(writer);
  if (object == nullptr) return no_handle("writer", writer);
  FLOE_TRY(object->finish());
  return object_result(object->path());
}

Status LocalStorage::abort(Call& /*call*/, std::uint64_t writer) {
  if (writers_.take(writer) == nullptr) return no_handle("writer", writer);
  return ok();
}

Result<std::string> LocalStorage::put(Call& /*call*/, std::string_view uri, std::string_view content,
                                      std::string_view options) {
  const std::string path = FLOE_TRY(io::path_from_uri(uri));
  const WriteOptions parsed = FLOE_TRY(parse_write_options(options));
  const std::string directory = io::parent_path(path);
  FLOE_TRY(files_->create_directories(directory));
  io::FileDescriptor lock;
  if (!parsed.if_match.empty()) {
    lock = FLOE_TRY(lock_directory(directory));
    const io::FileInfo info = FLOE_TRY(files_->stat(path));
    const std::string found = info.kind == io::FileKind::kRegular ? etag_of(info) : "";
    if (found != parsed.if_match) {
      return failf(ErrorCode::kConflict, "`{}` has the etag `{}`, not `{}`", uri, found, parsed.if_match);
    }
  }
  ObjectWriter writer = FLOE_TRY(ObjectWriter::create(path, {parsed.only_new, parsed.durable}));
  FLOE_TRY(writer.write(content));
  FLOE_TRY(writer.finish());
  return object_result(path);
}

Result<std::string> LocalStorage::remove(Call& call, std::string_view uris) {
  const auto names = FLOE_TRY(parse_uris(uris));
  json::array failed;
  std::int64_t removed = 0;
  for (const std::string& uri : names) {
    call.check_cancelled();
    const auto path = io::path_from_uri(uri);
    const Status status = path.has_value() ? files_->remove(*path) : Status(path.error());
    if (status.has_value() || status.error().code == ErrorCode::kNotFound) {
      ++removed;
    } else {
      failed.push_back(json::object{{"uri", uri}, {"message", status.error().to_string()}});
    }
  }
  return to_json(json::object{{"removed", removed}, {"failed", std::move(failed)}});
}

Result<std::string> LocalStorage::local_paths(Call& /*call*/, std::string_view request) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  const json::array* uris = FLOE_TRY(require_array(object, "uris"));
  const std::string mode = get_string_or(object, "mode", "read");
  if (mode != "read" && mode != "write") {
    return failf(ErrorCode::kInvalidArgument, "`mode` is `{}`; accepted are `read` and `write`", mode);
  }
  json::array paths;
  std::string made;  // uris of one write share their directory
  for (const json::value& uri : *uris) {
    if (!uri.is_string()) return fail(ErrorCode::kInvalidArgument, "`uris` must be a list of texts");
    std::string path = FLOE_TRY(io::path_from_uri(to_view(uri.get_string())));
    std::string directory = io::parent_path(path);
    if (mode == "write" && directory != made) {
      FLOE_TRY(files_->create_directories(directory));
      made = std::move(directory);
    }
    paths.emplace_back(std::move(path));
  }
  return to_json(json::object{{"paths", std::move(paths)}});
}

Status LocalStorage::sync(Call& /*call*/, std::string_view uris) {
  const auto names = FLOE_TRY(parse_uris(uris));
  const auto paths = FLOE_TRY(paths_of(names));
  return files_->sync(paths);
}

std::string LocalStorage::binding(Call& /*call*/) {
  json::object binding{{"kind", "local"}};
  if (!root_.empty()) binding["root"] = io::uri_from_path(root_);
  return to_json(binding);
}

std::string LocalStorage::client_properties(Call& /*call*/) { return "{}"; }

}  // namespace floe::storage
