// namespace(): the object whose attributes templates may set.
#pragma once

#include "value/iterators.hpp"
#include "value/object.hpp"

#include <string>

namespace floe::dbt {

class NamespaceObject final : public Object {
 public:
  NamespaceObject() : attributes(make_ref<DictObject>()) {}

  [[nodiscard]] std::string_view type_name() const override { return "Namespace"; }

  bool get_attr(const StringObject& name, Value* out) override {
    const Value* found = attributes->find(name);
    if (found != nullptr) *out = *found;
    return found != nullptr;
  }

  [[nodiscard]] std::string repr() const override;

  Ref<DictObject> attributes;
};

}  // namespace floe::dbt
