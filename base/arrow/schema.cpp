#include "base/arrow/builder.hpp"
#include "base/arrow/reader.hpp"
#include "base/fail.hpp"

#include <cstring>
#include <memory>

namespace floe::arrow {
namespace {

constexpr int kDepthLimit = 64;

// What one exported schema node keeps alive.
struct SchemaNode {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  auto* node = static_cast<SchemaNode*>(schema->private_data);
  for (ArrowSchema& child : node->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete node;
  schema->release = nullptr;
}

void append_int32(std::string& out, std::size_t value) {
  const auto number = static_cast<std::int32_t>(value);
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::string encode_metadata(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  if (pairs.empty()) return out;
  append_int32(out, pairs.size());
  for (const auto& [key, value] : pairs) {
    append_int32(out, key.size());
    out += key;
    append_int32(out, value.size());
    out += value;
  }
  return out;
}

// `text` is trusted to be well-formed: the format gives it no length.
std::vector<std::pair<std::string, std::string>> decode_metadata(const char* text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (text == nullptr) return pairs;
  const auto number = [&text] {
    std::int32_t value = 0;
    std::memcpy(&value, text, sizeof value);
    text += sizeof value;
    return value < 0 ? 0 : value;
  };
  const auto piece = [&] {
    const auto length = static_cast<std::size_t>(number());
    std::string value(text, length);
    text += length;
    return value;
  };
  for (std::int32_t left = number(); left > 0; --left) {
    std::string key = piece();
    std::string value = piece();
    pairs.emplace_back(std::move(key), std::move(value));
  }
  return pairs;
}

ArrowSchema export_schema(const Field& field);

void add_child(SchemaNode& node, const Field& field) { node.children.push_back(export_schema(field)); }

ArrowSchema export_schema(const Field& field) {
  auto node = std::make_unique<SchemaNode>();
  node->format = format_of(field.type);
  node->name = field.name;
  node->metadata = encode_metadata(field.metadata);
  node->children.reserve(field.type.children.size());
  if (field.type.kind == Kind::kMap) {
    add_child(*node, Field{"entries", structure(field.type.children), false, {}});
  } else {
    for (const Field& child : field.type.children)
      add_child(*node, child);
  }
  for (ArrowSchema& child : node->children)
    node->pointers.push_back(&child);
  ArrowSchema schema{};
  schema.format = node->format.c_str();
  schema.name = node->name.c_str();
  schema.metadata = node->metadata.empty() ? nullptr : node->metadata.data();
  schema.flags = field.nullable ? ARROW_FLAG_NULLABLE : 0;
  schema.n_children = static_cast<std::int64_t>(node->pointers.size());
  schema.children = node->pointers.empty() ? nullptr : node->pointers.data();
  schema.release = release_schema;
  schema.private_data = node.release();
  return schema;
}

Result<Type> read_type(const ArrowSchema& schema, int depth);

Result<Field> read_field(const ArrowSchema& schema, int depth) {
  Field field;
  field.name = schema.name == nullptr ? "" : schema.name;
  field.nullable = (schema.flags & ARROW_FLAG_NULLABLE) != 0;
  field.metadata = decode_metadata(schema.metadata);
  field.type = FLOE_TRY(read_type(schema, depth));
  return field;
}

Result<std::vector<Field>> read_children(const ArrowSchema& schema, int depth) {
  std::vector<Field> fields;
  fields.reserve(static_cast<std::size_t>(schema.n_children));
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    fields.push_back(FLOE_TRY(read_field(*schema.children[i], depth)));
  }
  return fields;
}

Result<Type> read_type(const ArrowSchema& schema, int depth) {
  if (depth > kDepthLimit) return fail(ErrorCode::kData, "an Arrow schema is nested too deeply");
  if (schema.dictionary != nullptr) return read_type(*schema.dictionary, depth + 1);
  if (schema.format == nullptr) return fail(ErrorCode::kData, "an Arrow schema has no format");
  ParsedFormat parsed = FLOE_TRY(parse_format(schema.format));
  const bool is_nested =
      parsed.type.kind == Kind::kList || parsed.type.kind == Kind::kMap || parsed.type.kind == Kind::kStruct;
  if (!is_nested) return std::move(parsed.type);
  if (parsed.type.kind != Kind::kStruct && schema.n_children != 1) {
    return failf(ErrorCode::kData, "an Arrow schema of format `{}` has {} children", schema.format, schema.n_children);
  }
  const ArrowSchema& owner = parsed.type.kind == Kind::kMap ? *schema.children[0] : schema;
  parsed.type.children = FLOE_TRY(read_children(owner, depth + 1));
  if (parsed.type.kind == Kind::kMap && parsed.type.children.size() != 2) {
    return fail(ErrorCode::kData, "the entries of an Arrow map are not a key and a value");
  }
  return std::move(parsed.type);
}

}  // namespace

ArrowSchemaOwner make_schema(const std::vector<Field>& fields) {
  ArrowSchema schema = export_schema(Field{"", structure(fields), false, {}});
  return ArrowSchemaOwner(&schema);
}

Result<Type> type_from_schema(const ArrowSchema& schema) { return read_type(schema, 0); }

Result<std::vector<Field>> fields_from_schema(const ArrowSchema& schema) {
  const Type type = FLOE_TRY(read_type(schema, 0));
  if (type.kind != Kind::kStruct) return fail(ErrorCode::kData, "an Arrow stream does not consist of record batches");
  return type.children;
}

}  // namespace floe::arrow
