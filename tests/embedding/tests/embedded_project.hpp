// A dbt project in a folder of its own, and owners of what floe.h gives.
#pragma once

#include "floe_test.hpp"

#include "base/json/json.hpp"
#include "floe/floe.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdlib.h>
#include <string>

namespace floe::embedding_test {

inline constexpr const char* kPlugins = FLOE_BUILD_DIR "/lib/floe/plugins";

struct FreeResult {
  void operator()(floe_result* result) const { floe_result_free(result); }
};

struct FreeContext {
  void operator()(floe_context* context) const { floe_context_destroy(context); }
};

struct FreeCancel {
  void operator()(floe_cancel* cancel) const { floe_cancel_free(cancel); }
};

using ResultPtr = std::unique_ptr<floe_result, FreeResult>;
using ContextPtr = std::unique_ptr<floe_context, FreeContext>;
using CancelPtr = std::unique_ptr<floe_cancel, FreeCancel>;

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-embed-XXXXXX").string();
    path_ = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

  void write(const std::string& name, const std::string& content) const {
    const std::string path = path_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << content;
  }

 private:
  std::string path_;
};

// One model, `numbers`, of 5,000 rows.
class Project {
 public:
  Project() {
    folder_.write("dbt_project.yml", "name: p\nversion: '1.0'\nprofile: p\n");
    folder_.write("models/numbers.sql", "select range as n from range(5000)");
  }

  [[nodiscard]] const Folder& folder() const { return folder_; }

  [[nodiscard]] ContextPtr open(const std::string& plugin_root = kPlugins) const {
    const std::string options =
        to_json(json::object{{"project_dir", folder_.path()}, {"plugin_roots", json::array{plugin_root}}});
    floe_context* context = nullptr;
    floe_result* result = nullptr;
    const floe_status status = floe_context_create(options.data(), options.size(), &context, &result);
    const ResultPtr owner(result);
    INFO(floe_result_message(result));
    REQUIRE(status == FLOE_OK);
    return ContextPtr(context);
  }

 private:
  Folder folder_;
};

inline ResultPtr call(const char* verb, const ContextPtr& context, const std::string& request = "") {
  floe_result* result = nullptr;
  const floe_status status = floe_context_call(context.get(), verb, request.data(), request.size(), &result);
  REQUIRE(result != nullptr);
  CHECK(floe_result_status(result) == status);
  return ResultPtr(result);
}

inline json::object answer_of(const ResultPtr& result) {
  INFO(floe_result_message(result.get()));
  REQUIRE(floe_result_status(result.get()) == FLOE_OK);
  return *parse_json_object(floe_result_json(result.get(), nullptr));
}

}  // namespace floe::embedding_test
