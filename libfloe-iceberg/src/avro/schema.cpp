#include "avro/schema.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace floe::iceberg::avro {

namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 100'000;
constexpr std::int32_t kMaxFixed = 1 << 20;

std::optional<Kind> primitive_kind(std::string_view name) {
  static constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"null", Kind::kNull},   {"boolean", Kind::kBoolean}, {"int", Kind::kInt},     {"long", Kind::kLong},
      {"float", Kind::kFloat}, {"double", Kind::kDouble},   {"bytes", Kind::kBytes}, {"string", Kind::kString},
  };
  for (const auto& [text, kind] : kKinds) {
    if (text == name) return kind;
  }
  return std::nullopt;
}

std::optional<std::int32_t> int_attribute(const json::object& object, std::string_view key) {
  const std::optional<std::int64_t> value = get_int(object, key);
  if (!value || *value < INT32_MIN || *value > INT32_MAX) return std::nullopt;
  return static_cast<std::int32_t>(*value);
}

class Parser {
 public:
  Result<NodePtr> parse(const json::value& value, const std::string& space, int depth) {
    if (depth > kMaxDepth) return too_deep();
    if (++nodes_ > kMaxNodes) return too_many();
    if (const json::string* text = value.if_string()) return by_name(std::string(to_view(*text)), space);
    if (const json::array* branches = value.if_array()) return parse_union(*branches, space, depth);
    if (const json::object* object = value.if_object()) return parse_object(*object, space, depth);
    return fail(ErrorCode::kData, "Avro schema holds something that is no type");
  }

 private:
  // Adds what a use of `part` adds to `whole`.
  static Status measure(const Node& part, Node* whole) {
    whole->height = std::max(whole->height, part.height + 1);
    whole->unfolded_nodes += part.unfolded_nodes;
    if (whole->height > kMaxDepth) return too_deep();
    if (whole->unfolded_nodes > kMaxNodes) return too_many();
    return ok();
  }

  static Error too_deep() { return failf(ErrorCode::kData, "Avro schema is nested deeper than {} levels", kMaxDepth); }

  static Error too_many() { return failf(ErrorCode::kData, "Avro schema has more than {} nodes", kMaxNodes); }

  Result<NodePtr> by_name(const std::string& name, const std::string& space) {
    if (const std::optional<Kind> kind = primitive_kind(name)) {
      auto node = std::make_shared<Node>();
      node->kind = *kind;
      return NodePtr(std::move(node));
    }
    const std::string full = name.find('.') == std::string::npos && !space.empty() ? space + "." + name : name;
    auto found = named_.find(full);
    if (found == named_.end()) found = named_.find(name);
    if (found == named_.end()) return failf(ErrorCode::kData, "Avro type `{}` is not defined", name);
    if (found->second == nullptr) return failf(ErrorCode::kUnsupported, "Avro type `{}` contains itself", name);
    return found->second;
  }

  Result<NodePtr> parse_union(const json::array& branches, const std::string& space, int depth) {
    if (branches.empty()) return fail(ErrorCode::kData, "Avro union has no branches");
    auto node = std::make_shared<Node>();
    node->kind = Kind::kUnion;
    for (const json::value& branch : branches) {
      NodePtr child = FLOE_TRY(parse(branch, space, depth + 1));
      if (child->kind == Kind::kUnion) return fail(ErrorCode::kData, "Avro union contains a union");
      FLOE_TRY(measure(*child, node.get()));
      node->children.push_back(std::move(child));
    }
    return NodePtr(std::move(node));
  }

  Result<NodePtr> parse_object(const json::object& object, const std::string& space, int depth) {
    const json::value* type = object.if_contains("type");
    if (type == nullptr) return fail(ErrorCode::kData, "Avro type without `type`");
    if (!type->is_string()) return parse(*type, space, depth + 1);  // {"type": {"type": "int"}}
    const std::string kind(to_view(type->get_string()));
    auto node = std::make_shared<Node>();
    read_attributes(object, node.get());
    if (kind == "record" || kind == "error") return parse_record(object, std::move(node), space, depth);
    if (kind == "fixed" || kind == "enum") return parse_small_named(object, std::move(node), kind, space);
    if (kind == "array") return parse_container(object, std::move(node), Kind::kArray, "items", space, depth);
    if (kind == "map") return parse_container(object, std::move(node), Kind::kMap, "values", space, depth);
    if (const std::optional<Kind> primitive = primitive_kind(kind)) {
      node->kind = *primitive;
      return NodePtr(std::move(node));
    }
    return by_name(kind, space);
  }

  static void read_attributes(const json::object& object, Node* node) {
    node->logical_type = get_string_or(object, "logicalType", "");
    node->precision = int_attribute(object, "precision").value_or(0);
    node->scale = int_attribute(object, "scale").value_or(0);
    node->adjust_to_utc = get_bool_or(object, "adjust-to-utc", false);
    node->element_id = int_attribute(object, "element-id");
    node->key_id = int_attribute(object, "key-id");
    node->value_id = int_attribute(object, "value-id");
  }

  // Full name of a named type; `*space` becomes its namespace.
  Result<std::string> full_name(const json::object& object, std::string* space) {
    const std::string name = FLOE_TRY(require_string(object, "name"));
    if (const std::optional<std::string> own = get_string(object, "namespace")) *space = *own;
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos) {
      *space = name.substr(0, dot);
      return name;
    }
    return space->empty() ? name : *space + "." + name;
  }

  Status define(const std::string& name, NodePtr node) {
    const auto [position, is_new] = named_.emplace(name, std::move(node));
    if (!is_new) return failf(ErrorCode::kData, "Avro type `{}` is defined twice", name);
    return ok();
  }

  Result<NodePtr> parse_record(const json::object& object, std::shared_ptr<Node> node, std::string space, int depth) {
    node->kind = Kind::kRecord;
    node->name = FLOE_TRY(full_name(object, &space));
    FLOE_TRY(define(node->name, nullptr));  // null while it is open: a use inside is recursion
    const json::array* fields = FLOE_TRY(require_array(object, "fields"));
    node->fields.reserve(fields->size());
    for (const json::value& value : *fields) {
      const json::object* field = value.if_object();
      if (field == nullptr) return failf(ErrorCode::kData, "a field of Avro record `{}` is not an object", node->name);
      RecordField parsed;
      parsed.name = FLOE_TRY(require_string(*field, "name"));
      parsed.field_id = int_attribute(*field, "field-id");
      const json::value* type = field->if_contains("type");
      if (type == nullptr) return failf(ErrorCode::kData, "Avro field `{}` has no type", parsed.name);
      parsed.type = FLOE_TRY(parse(*type, space, depth + 1));
      FLOE_TRY(measure(*parsed.type, node.get()));
      node->fields.push_back(std::move(parsed));
    }
    named_[node->name] = node;
    return NodePtr(std::move(node));
  }

  Result<NodePtr> parse_small_named(const json::object& object, std::shared_ptr<Node> node, const std::string& kind,
                                    std::string space) {
    node->kind = kind == "fixed" ? Kind::kFixed : Kind::kEnum;
    node->name = FLOE_TRY(full_name(object, &space));
    if (node->kind == Kind::kFixed) {
      const std::int64_t size = FLOE_TRY(require_int(object, "size"));
      if (size < 0 || size > kMaxFixed) return failf(ErrorCode::kData, "Avro fixed `{}` of size {}", node->name, size);
      node->size = static_cast<std::int32_t>(size);
    }
    NodePtr done = std::move(node);
    FLOE_TRY(define(done->name, done));
    return done;
  }

  Result<NodePtr> parse_container(const json::object& object, std::shared_ptr<Node> node, Kind kind, const char* key,
                                  const std::string& space, int depth) {
    node->kind = kind;
    const json::value* child = object.if_contains(key);
    if (child == nullptr) return failf(ErrorCode::kData, "Avro array or map without `{}`", key);
    node->children.push_back(FLOE_TRY(parse(*child, space, depth + 1)));
    FLOE_TRY(measure(*node->children[0], node.get()));
    return NodePtr(std::move(node));
  }

  int nodes_ = 0;
  std::unordered_map<std::string, NodePtr> named_;
};

}  // namespace

Result<NodePtr> parse_schema(std::string_view json_text) {
  const json::value value = FLOE_TRY(parse_json(json_text).with_context("parsing `avro.schema`"));
  return Parser().parse(value, "", 0);
}

Result<Type> iceberg_type(const Node& node) {
  switch (node.kind) {
    case Kind::kBoolean:
      return Type(TypeId::kBoolean);
    case Kind::kInt:
      return Type(node.logical_type == "date" ? TypeId::kDate : TypeId::kInt);
    case Kind::kLong:
      if (node.logical_type == "time-micros") return Type(TypeId::kTime);
      if (node.logical_type == "timestamp-micros" || node.logical_type == "local-timestamp-micros") {
        return Type(node.adjust_to_utc ? TypeId::kTimestampTz : TypeId::kTimestamp);
      }
      if (node.logical_type == "timestamp-nanos" || node.logical_type == "local-timestamp-nanos") {
        return Type(node.adjust_to_utc ? TypeId::kTimestampTzNs : TypeId::kTimestampNs);
      }
      return Type(TypeId::kLong);
    case Kind::kFloat:
      return Type(TypeId::kFloat);
    case Kind::kDouble:
      return Type(TypeId::kDouble);
    case Kind::kString:
      return Type(node.logical_type == "uuid" ? TypeId::kUuid : TypeId::kString);
    case Kind::kBytes:
    case Kind::kFixed:
      if (node.logical_type == "decimal") {
        if (node.precision < 1 || node.precision > 38 || node.scale < 0 || node.scale > node.precision) {
          return failf(ErrorCode::kData, "Avro decimal({}, {}) is out of range", node.precision, node.scale);
        }
        return Type::decimal(node.precision, node.scale);
      }
      if (node.kind == Kind::kBytes) return Type(TypeId::kBinary);
      if (node.logical_type == "uuid" && node.size == 16) return Type(TypeId::kUuid);
      return Type::fixed(node.size);
    default:
      return fail(ErrorCode::kData, "Avro type of a partition value is not primitive");
  }
}

}  // namespace floe::iceberg::avro
