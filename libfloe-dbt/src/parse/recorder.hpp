// Takes what a template says while parsing into a draft.
#pragma once

#include "model/tree.hpp"
#include "parse/loader.hpp"
#include "parse/unrendered.hpp"

#include <algorithm>

namespace floe::dbt {

class DraftRecorder final : public ParseRecorder {
 public:
  explicit DraftRecorder(NodeDraft& draft) : draft_(draft) {}

  void on_ref(RefArgs ref) override { draft_.node->refs.push_back(std::move(ref)); }

  void on_source(SourceArgs source) override { draft_.node->sources.push_back(std::move(source)); }

  void on_config(const Value& options) override {
    if (draft_.node->tpl != nullptr) {
      draft_.unrendered_calls = merged_dict(draft_.unrendered_calls, unrendered_config_call(*draft_.node->tpl));
    }
    merge_config_call(draft_.calls, deep_copy(options));
  }

  void on_macro(std::string_view unique_id) override {
    auto& macros = draft_.node->depends_on_macros;
    if (std::find(macros.begin(), macros.end(), unique_id) == macros.end()) macros.emplace_back(unique_id);
  }

 private:
  NodeDraft& draft_;
};

}  // namespace floe::dbt
