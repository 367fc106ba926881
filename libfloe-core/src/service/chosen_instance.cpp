#include "service/chosen_instance.hpp"

#include "compile/requirements.hpp"

#include "base/fail.hpp"

namespace floe::service {

void ChosenInstance::choose(const compile::Compiled& compiled) {
  const std::lock_guard lock(mutex_);
  const auto found = compiled.plugins.find(category_);
  const bool is_same = choice_ && found != compiled.plugins.end() && choice_->type == found->second.type &&
                       choice_->config == found->second.config;
  if (is_same) return;
  instance_ = Instance();
  choice_.reset();
  if (found != compiled.plugins.end()) choice_ = found->second;
}

Result<Instance> ChosenInstance::open() {
  const std::lock_guard lock(mutex_);
  if (!choice_) return failf(ErrorCode::kInvalidState, "the platform chooses no plugin for `{}`", category_);
  if (!instance_.has_value() || instance_.is_poisoned()) {
    instance_ = FLOE_TRY(
        host_.open_instance(compile::group_of_category(category_), choice_->type, choice_->config, options_()));
  }
  return instance_;
}

}  // namespace floe::service
