#include "base/arrow/builder.hpp"

#include "base/fail.hpp"

#include <cstring>
#include <limits>

namespace floe::arrow {
namespace {

// What one exported array keeps alive.
struct ArrayNode {
  std::string validity;
  std::string first;
  std::string second;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  auto* node = static_cast<ArrayNode*>(array->private_data);
  for (ArrowArray& child : node->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete node;
  array->release = nullptr;
}

ArrowArray export_array(std::unique_ptr<ArrayNode> node, std::int64_t length, std::int64_t null_count) {
  for (ArrowArray& child : node->children)
    node->pointers.push_back(&child);
  ArrowArray array{};
  array.length = length;
  array.null_count = null_count;
  array.n_buffers = static_cast<std::int64_t>(node->buffers.size());
  array.buffers = node->buffers.data();
  array.n_children = static_cast<std::int64_t>(node->pointers.size());
  array.children = node->pointers.empty() ? nullptr : node->pointers.data();
  array.release = release_array;
  array.private_data = node.release();
  return array;
}

template <class T>
void push(std::string& buffer, T value) {
  buffer.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void push_bit(std::string& buffer, std::int64_t index, bool value) {
  if ((index & 7) == 0) buffer.push_back('\0');
  if (value) {
    char& byte = buffer.back();
    byte = static_cast<char>(static_cast<unsigned char>(byte) | (1U << (index & 7)));
  }
}

}  // namespace

struct ColumnBuilder::State {
  Type type;
  Layout layout = Layout::kNone;
  std::int32_t bytes = 0;
  std::int64_t length = 0;
  std::int64_t nulls = 0;
  std::string validity;
  std::string first;   // values or offsets
  std::string second;  // bytes of text
  std::vector<ColumnBuilder> children;

  void mark(bool valid) {
    push_bit(validity, length, valid);
    ++length;
    if (!valid) ++nulls;
  }

  void start() {
    if (layout == Layout::kOffsets32 || layout == Layout::kList32) push<std::int32_t>(first, 0);
  }

  void push_offset(std::size_t end) { push(first, static_cast<std::int32_t>(end)); }

  [[nodiscard]] bool overflows() const {
    constexpr std::size_t kLimit = std::numeric_limits<std::int32_t>::max();
    if (second.size() > kLimit) return true;
    for (const ColumnBuilder& child : children) {
      if (child.state_->overflows() ||
          (layout == Layout::kList32 && static_cast<std::size_t>(child.length()) > kLimit)) {
        return true;
      }
    }
    return false;
  }

  ArrowArray take();
  void clear();
};

ColumnBuilder::ColumnBuilder(const Type& type) : state_(std::make_unique<State>()) {
  state_->type = type;
  auto parsed = parse_format(format_of(type));
  FLOE_ASSERT(parsed.has_value());
  state_->layout = parsed->layout;
  state_->bytes = parsed->bytes;
  for (const Field& child : type.children)
    state_->children.emplace_back(child.type);
  state_->start();
}

ColumnBuilder::ColumnBuilder(ColumnBuilder&&) noexcept = default;
ColumnBuilder& ColumnBuilder::operator=(ColumnBuilder&&) noexcept = default;
ColumnBuilder::~ColumnBuilder() = default;

std::int64_t ColumnBuilder::length() const { return state_->length; }

ColumnBuilder& ColumnBuilder::child(std::size_t index) { return state_->children[index]; }

void ColumnBuilder::append_null() {
  State& state = *state_;
  switch (state.layout) {
    case Layout::kBits:
      push_bit(state.first, state.length, false);
      break;
    case Layout::kFixed:
      state.first.append(static_cast<std::size_t>(state.bytes), '\0');
      break;
    case Layout::kOffsets32:
      state.push_offset(state.second.size());
      break;
    case Layout::kList32:
      state.push_offset(static_cast<std::size_t>(state.children.front().length()));
      break;
    case Layout::kChildren:
      for (ColumnBuilder& child : state.children)
        child.append_null();
      break;
    default:
      break;
  }
  state.mark(false);
}

void ColumnBuilder::append_bool(bool value) {
  FLOE_ASSERT(state_->layout == Layout::kBits);
  push_bit(state_->first, state_->length, value);
  state_->mark(true);
}

void ColumnBuilder::append_int(std::int64_t value) {
  FLOE_ASSERT(state_->layout == Layout::kFixed && state_->bytes <= 8);
  // Little-endian: the low bytes come first, so a narrower value is a prefix.
  state_->first.append(reinterpret_cast<const char*>(&value), static_cast<std::size_t>(state_->bytes));
  state_->mark(true);
}

void ColumnBuilder::append_uint(std::uint64_t value) { append_int(static_cast<std::int64_t>(value)); }

void ColumnBuilder::append_double(double value) {
  FLOE_ASSERT(state_->type.kind == Kind::kDouble || state_->type.kind == Kind::kFloat);
  if (state_->type.kind == Kind::kFloat) {
    push(state_->first, static_cast<float>(value));
  } else {
    push(state_->first, value);
  }
  state_->mark(true);
}

void ColumnBuilder::append_bytes(std::string_view value) {
  State& state = *state_;
  if (state.layout == Layout::kFixed) {
    FLOE_ASSERT(value.size() == static_cast<std::size_t>(state.bytes));
    state.first += value;
  } else {
    FLOE_ASSERT(state.layout == Layout::kOffsets32);
    state.second += value;
    state.push_offset(state.second.size());
  }
  state.mark(true);
}

void ColumnBuilder::append_decimal(std::int64_t high, std::uint64_t low) {
  FLOE_ASSERT(state_->type.kind == Kind::kDecimal);
  push(state_->first, low);
  push(state_->first, high);
  state_->mark(true);
}

void ColumnBuilder::close() {
  State& state = *state_;
  FLOE_ASSERT(state.layout == Layout::kList32 || state.layout == Layout::kChildren);
  if (state.layout == Layout::kList32) {
    state.push_offset(static_cast<std::size_t>(state.children.front().length()));
  }
  state.mark(true);
}

void ColumnBuilder::State::clear() {
  length = 0;
  nulls = 0;
  validity.clear();
  first.clear();
  second.clear();
  start();
}

ArrowArray ColumnBuilder::State::take() {
  auto node = std::make_unique<ArrayNode>();
  node->validity = std::move(validity);
  node->first = std::move(first);
  node->second = std::move(second);
  const std::int64_t count = length;
  const std::int64_t null_count = nulls;
  if (layout != Layout::kNone) node->buffers.push_back(null_count == 0 ? nullptr : node->validity.data());
  if (layout != Layout::kNone && layout != Layout::kChildren) node->buffers.push_back(node->first.data());
  if (layout == Layout::kOffsets32) node->buffers.push_back(node->second.data());
  if (type.kind == Kind::kMap) {
    auto entries = std::make_unique<ArrayNode>();
    const std::int64_t entry_count = children.front().length();
    entries->buffers.push_back(nullptr);
    for (ColumnBuilder& child : children)
      entries->children.push_back(child.state_->take());
    node->children.push_back(export_array(std::move(entries), entry_count, 0));
  } else {
    node->children.reserve(children.size());
    for (ColumnBuilder& child : children)
      node->children.push_back(child.state_->take());
  }
  clear();
  return export_array(std::move(node), count, null_count);
}

BatchBuilder::BatchBuilder(std::vector<Field> fields) : fields_(std::move(fields)) {
  columns_.reserve(fields_.size());
  for (const Field& field : fields_)
    columns_.emplace_back(field.type);
}

Result<ArrowArrayOwner> BatchBuilder::finish() {
  const std::int64_t length = rows();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].length() != length) {
      return failf(ErrorCode::kInvalidState, "column `{}` has {} values where {} are expected", fields_[i].name,
                   columns_[i].length(), length);
    }
    if (columns_[i].state_->overflows()) {
      return failf(ErrorCode::kExhausted, "column `{}` holds more than 2 GiB in one batch", fields_[i].name);
    }
  }
  auto node = std::make_unique<ArrayNode>();
  node->buffers.push_back(nullptr);
  node->children.reserve(columns_.size());
  for (ColumnBuilder& column : columns_)
    node->children.push_back(column.state_->take());
  ArrowArray array = export_array(std::move(node), length, 0);
  return ArrowArrayOwner(&array);
}

}  // namespace floe::arrow
