// ArrowStream, ArrowSchemaOwner, ArrowArrayOwner: owners of the C structs of arrow_abi.h. Header-only C++17, no ABI
// meaning.
#pragma once

#include "floe/arrow_abi.h"

#include <utility>

namespace floe {
inline namespace v1 {

// Owns one C struct of the Arrow interfaces and releases it; movable. Empty = released.
template <class Struct>
class ArrowOwner {
 public:
  ArrowOwner() = default;

  // Takes over what `source` points at (nullptr is fine) and marks it released there.
  explicit ArrowOwner(Struct* source) noexcept {
    if (source == nullptr) return;
    value_ = *source;
    source->release = nullptr;
  }

  ArrowOwner(ArrowOwner&& other) noexcept : value_(other.value_) { other.value_.release = nullptr; }

  ArrowOwner& operator=(ArrowOwner&& other) noexcept {
    if (this != &other) {
      reset();
      value_ = other.value_;
      other.value_.release = nullptr;
    }
    return *this;
  }

  ArrowOwner(const ArrowOwner&) = delete;
  ArrowOwner& operator=(const ArrowOwner&) = delete;

  ~ArrowOwner() { reset(); }

  [[nodiscard]] bool has_value() const { return value_.release != nullptr; }

  // The struct, for a callee that fills or reads it.
  [[nodiscard]] Struct* get() { return &value_; }

  [[nodiscard]] const Struct* get() const { return &value_; }

  Struct* operator->() { return &value_; }

  const Struct* operator->() const { return &value_; }

  // Moves the struct into `target`, which must be empty; the owner is empty afterwards.
  void move_to(Struct* target) noexcept {
    *target = value_;
    value_.release = nullptr;
  }

  void reset() noexcept {
    if (value_.release != nullptr) value_.release(&value_);
    value_.release = nullptr;
  }

 private:
  Struct value_{};
};

using ArrowStream = ArrowOwner<ArrowArrayStream>;
using ArrowSchemaOwner = ArrowOwner<ArrowSchema>;
using ArrowArrayOwner = ArrowOwner<ArrowArray>;

}  // namespace v1
}  // namespace floe
