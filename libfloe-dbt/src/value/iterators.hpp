// Iterators over builtin containers.
#pragma once

#include "value/containers.hpp"
#include "value/object.hpp"

#include <memory>

namespace floe::dbt {

// One character as a str; ASCII ones are shared.
Value character(std::string_view text, std::size_t* position);

class StringIterator final : public Iterator {
 public:
  explicit StringIterator(const StringObject* text) : text_(const_cast<StringObject*>(text)) {}

  bool next(Value* out) override {
    Meter::step(Meter::kElement);
    if (position_ >= text_->text().size()) return false;
    *out = character(text_->text(), &position_);
    return true;
  }

 private:
  Ref<StringObject> text_;
  std::size_t position_ = 0;
};

// Sees items appended while it runs, as Python's does.
class ListIterator final : public Iterator {
 public:
  explicit ListIterator(ListObject* list) : list_(list) {}

  bool next(Value* out) override {
    Meter::step(Meter::kElement);
    if (index_ >= list_->items.size()) return false;
    *out = list_->items[index_++];
    return true;
  }

 private:
  Ref<ListObject> list_;
  std::size_t index_ = 0;
};

class TupleIterator final : public Iterator {
 public:
  explicit TupleIterator(const TupleObject* tuple) : tuple_(const_cast<TupleObject*>(tuple)) {}

  bool next(Value* out) override {
    Meter::step(Meter::kElement);
    if (index_ >= tuple_->items.size()) return false;
    *out = tuple_->items[index_++];
    return true;
  }

 private:
  Ref<TupleObject> tuple_;
  std::size_t index_ = 0;
};

enum class DictPart : std::uint8_t { kKeys, kValues, kItems };

class DictIterator final : public Iterator {
 public:
  DictIterator(DictObject* dict, DictPart part, bool reversed = false, Counted* owner = nullptr)
      : dict_(dict), owner_(owner == nullptr ? dict : owner), size_(dict->size()), part_(part), reversed_(reversed) {
    if (reversed) position_ = dict->entry_end();
  }

  bool next(Value* out) override;

 private:
  DictObject* dict_;
  Ref<Counted> owner_;
  std::size_t size_;
  std::size_t position_ = 0;
  DictPart part_;
  bool reversed_;
};

class RangeIterator final : public Iterator {
 public:
  explicit RangeIterator(const RangeObject* range) : at_(range->start), step_(range->step), left_(range->length()) {}

  bool next(Value* out) override {
    Meter::step(Meter::kElement);
    if (left_ <= 0) return false;
    *out = Value(at_);
    if (--left_ > 0) at_ += step_;
    return true;
  }

 private:
  std::int64_t at_;
  std::int64_t step_;
  std::int64_t left_;
};

// Over items made beforehand.
class VectorIterator final : public Iterator {
 public:
  explicit VectorIterator(std::vector<Value> items) : items_(std::move(items)) {}

  bool next(Value* out) override {
    Meter::step(Meter::kElement);
    if (index_ >= items_.size()) return false;
    *out = std::move(items_[index_++]);
    return true;
  }

 private:
  std::vector<Value> items_;
  std::size_t index_ = 0;
};

// A C++ function as an iterator: `bool f(Value*)`.
template <class F>
class FunctionIterator final : public Iterator {
 public:
  explicit FunctionIterator(F function) : function_(std::move(function)) {}

  bool next(Value* out) override {
    Meter::step(Meter::kElement);
    return function_(out);
  }

 private:
  F function_;
};

template <class F>
Value make_generator(F function) {
  return make_iterator("generator", std::make_unique<FunctionIterator<F>>(std::move(function)));
}

// dict.keys(), .values(), .items(): live views.
Value make_dict_view(DictObject* dict, DictPart part);

}  // namespace floe::dbt
