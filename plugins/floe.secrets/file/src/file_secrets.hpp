// floe.secrets/file: a folder of files, each named as its key and holding its value.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/secrets.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::secrets {

class FileSecrets final : public SecretsPlugin<FileSecrets> {
 public:
  explicit FileSecrets(std::string directory) : directory_(std::move(directory)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<FileSecrets>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  // Without one newline at the end of the file. kPermission when everybody may read the file.
  Status get(Call& call, std::string_view key, Sink& value);
  Result<std::string> list(Call& call, std::string_view prefix);
  Result<std::string> pod_environment(Call& call, std::string_view request);

 private:
  std::string directory_;
};

}  // namespace floe::secrets
