// A floe.secrets/1 plugin that keeps values in memory, for the checks that ask for secrets or for few methods.
#include "floe/interfaces/secrets.hpp"

#include "broken_check.h"

#include <map>
#include <string>
#include <string_view>

namespace {

using floe::Call;

class Secrets : public floe::SecretsPlugin<Secrets> {
 public:
  std::string get(Call& call, std::string_view key) {  // of a key that is not there, also where nothing works
    const auto found = values_.find(std::string(key));
    if (found == values_.end()) call.fail(FLOE_NOT_FOUND, "there is no such secret");
    return found->second;
  }

  void put(Call& call, std::string_view key, std::string_view value) {
    fail_if_nothing_works(call);
    if (std::string_view(broken_check()) == "contract.secret") {
      call.log(FLOE_LOG_INFO, "secrets", "took " + std::string(value));
    }
    values_[std::string(key)] = value;
    taken_ = value;
  }

  void remove(Call& call, std::string_view key) {
    fail_if_nothing_works(call);
    values_.erase(std::string(key));
  }

  std::string pod_environment(Call& call, std::string_view /*request*/) {
    fail_if_nothing_works(call);
    if (std::string_view(broken_check()) == "contract.secret-elsewhere")
      return R"({"env":[{"name":"A","value":")" + taken_ + R"("}]})";
    return R"({"env":[]})";
  }

 private:
  static void fail_if_nothing_works(Call& call) {
    if (std::string_view(broken_check()) == "contract.works") call.fail(FLOE_INTERNAL, "nothing works");
  }

  std::map<std::string, std::string> values_;
  std::string taken_;  // the last value
};

}  // namespace

FLOE_PLUGIN("org.example.broken", "1.0.0", "Example Ltd", floe::expose<Secrets>("broken"));
