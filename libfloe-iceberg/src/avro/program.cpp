#include "avro/program.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::iceberg::avro {

namespace {

bool has_ids(const Node& record) {
  return std::any_of(record.fields.begin(), record.fields.end(),
                     [](const RecordField& field) { return field.field_id.has_value(); });
}

// Least bytes a value takes. Zero: an array of them could claim any count.
std::size_t min_size(const Node& node) {
  switch (node.kind) {
    case Kind::kNull:
      return 0;
    case Kind::kFixed:
      return static_cast<std::size_t>(node.size);
    case Kind::kRecord: {
      for (const RecordField& field : node.fields) {
        if (min_size(*field.type) > 0) return 1;
      }
      return 0;
    }
    default:
      return 1;
  }
}

bool is_integer(const Node& node) { return node.kind == Kind::kInt || node.kind == Kind::kLong; }

bool is_text(const Node& node) { return node.kind == Kind::kBytes || node.kind == Kind::kString; }

// A skipped array of one of the shapes statistics have.
std::optional<Op> simple_skip(const Node& item) {
  if (is_integer(item)) return Op::kSkipIntegers;
  if (item.kind != Kind::kRecord || item.fields.size() != 2 || !is_integer(*item.fields[0].type)) return std::nullopt;
  if (is_integer(*item.fields[1].type)) return Op::kSkipIdCounts;
  if (is_text(*item.fields[1].type)) return Op::kSkipIdBounds;
  return std::nullopt;
}

class Compiler {
 public:
  explicit Compiler(FixedForm fixed_form) : fixed_form_(fixed_form) {}

  Program program;

  Status record(const Node& node, const std::vector<Target>& targets) {
    const bool by_id = has_ids(node);
    std::vector<bool> found(targets.size(), false);
    for (const RecordField& field : node.fields) {
      const Target* target = nullptr;
      for (std::size_t i = 0; i < targets.size(); ++i) {
        const bool matches = by_id ? field.field_id == targets[i].field_id : field.name == targets[i].name;
        if (!matches || found[i]) continue;
        target = &targets[i];
        found[i] = true;
        break;
      }
      FLOE_TRY(value(*field.type, target).with_context(fmt::format("Avro field `{}`", field.name)));
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i].required && !found[i]) {
        return failf(ErrorCode::kData, "Avro schema has no field `{}` (id {})", targets[i].name, targets[i].field_id);
      }
    }
    return ok();
  }

 private:
  Status value(const Node& node, const Target* target) {
    if (node.kind == Kind::kUnion) return any_union(node, target);
    return target == nullptr ? skip(node) : take(node, *target);
  }

  [[nodiscard]] bool has_length(const Node& fixed) const {
    return fixed_form_ == FixedForm::kWithLength && fixed.logical_type.empty();
  }

  std::uint32_t position() const { return static_cast<std::uint32_t>(program.code.size()); }

  std::size_t emit(Op op, std::int32_t slot = 0, std::int32_t argument = 0) {
    program.code.push_back({op, slot, argument, 0});
    return program.code.size() - 1;
  }

  Status any_union(const Node& node, const Target* target) {
    const std::size_t null_count = static_cast<std::size_t>(std::count_if(
        node.children.begin(), node.children.end(), [](const NodePtr& child) { return child->kind == Kind::kNull; }));
    if (node.children.size() == 2 && null_count == 1) {
      const bool null_first = node.children[0]->kind == Kind::kNull;
      const std::size_t at = emit(Op::kOptional, target == nullptr ? -1 : target->slot, null_first ? 0 : 1);
      FLOE_TRY(value(*node.children[null_first ? 1 : 0], target));
      program.code[at].jump = position();
      return ok();
    }
    const std::size_t table = program.jump_tables.size();
    program.jump_tables.emplace_back();
    emit(Op::kUnion, 0, static_cast<std::int32_t>(table));
    std::vector<std::size_t> ends;
    for (const NodePtr& child : node.children) {
      program.jump_tables[table].push_back(position());
      if (child->kind == Kind::kNull) {
        if (target != nullptr) emit(Op::kNull, target->slot);
      } else {
        FLOE_TRY(value(*child, target));
      }
      ends.push_back(emit(Op::kJump));
    }
    for (const std::size_t end : ends)
      program.code[end].jump = position();
    return ok();
  }

  Status skip(const Node& node) {
    switch (node.kind) {
      case Kind::kNull:
        break;
      case Kind::kBoolean:
        emit(Op::kSkipFixed, 0, 1);
        break;
      case Kind::kFloat:
        emit(Op::kSkipFixed, 0, 4);
        break;
      case Kind::kDouble:
        emit(Op::kSkipFixed, 0, 8);
        break;
      case Kind::kFixed:
        if (has_length(node)) {
          emit(Op::kSkipBytes);
        } else {
          emit(Op::kSkipFixed, 0, node.size);
        }
        break;
      case Kind::kInt:
      case Kind::kLong:
      case Kind::kEnum:
        emit(Op::kSkipInteger);
        break;
      case Kind::kString:
      case Kind::kBytes:
        emit(Op::kSkipBytes);
        break;
      case Kind::kRecord:
        for (const RecordField& field : node.fields)
          FLOE_TRY(value(*field.type, nullptr));
        break;
      case Kind::kArray:
      case Kind::kMap: {
        if (node.kind == Kind::kArray) {
          if (const std::optional<Op> op = simple_skip(*node.children[0])) {
            emit(*op);
            break;
          }
        }
        const std::size_t at = emit(Op::kArray);
        if (node.kind == Kind::kMap) {
          emit(Op::kSkipBytes);
        } else if (min_size(*node.children[0]) == 0) {
          return fail(ErrorCode::kUnsupported, "an array of empty values");
        }
        FLOE_TRY(value(*node.children[0], nullptr));
        program.code[at].jump = position();
        break;
      }
      case Kind::kUnion:
        break;  // value() takes care of it
    }
    return ok();
  }

  static Error unsuitable() { return fail(ErrorCode::kData, "the type in the file is not the one Iceberg defines"); }

  Status take(const Node& node, const Target& target) {
    switch (target.wanted) {
      case Wanted::kInteger:
        if (node.kind != Kind::kInt && node.kind != Kind::kLong) return unsuitable();
        break;
      case Wanted::kBoolean:
        if (node.kind != Kind::kBoolean) return unsuitable();
        break;
      case Wanted::kBytes:
        if (node.kind != Kind::kString && node.kind != Kind::kBytes && node.kind != Kind::kFixed) return unsuitable();
        break;
      case Wanted::kAnyPrimitive:
        break;
      case Wanted::kRecord:
        if (node.kind != Kind::kRecord) return unsuitable();
        return record(node, target.children);
      default:
        return take_array(node, target);
    }
    return take_primitive(node, target.slot);
  }

  Status take_primitive(const Node& node, std::int32_t slot) {
    switch (node.kind) {
      case Kind::kNull:
        emit(Op::kNull, slot);
        break;
      case Kind::kBoolean:
        emit(Op::kBoolean, slot);
        break;
      case Kind::kInt:
      case Kind::kLong:
        emit(Op::kInteger, slot);
        break;
      case Kind::kFloat:
        emit(Op::kFloat, slot);
        break;
      case Kind::kDouble:
        emit(Op::kDouble, slot);
        break;
      case Kind::kString:
      case Kind::kBytes:
        emit(Op::kBytes, slot);
        break;
      case Kind::kFixed:
        if (has_length(node)) {
          emit(Op::kBytes, slot);
        } else {
          emit(Op::kFixed, slot, node.size);
        }
        break;
      default:
        return unsuitable();
    }
    return ok();
  }

  Status take_array(const Node& node, const Target& target) {
    if (node.kind != Kind::kArray) return unsuitable();
    const Node& item = *node.children[0];
    switch (target.wanted) {
      case Wanted::kIntegers:
        if (item.kind != Kind::kInt && item.kind != Kind::kLong) return unsuitable();
        emit(Op::kIntegers, target.slot);
        return ok();
      case Wanted::kIdCounts:
      case Wanted::kIdBounds: {
        // Every writer puts the key first, as the spec's map representation does.
        if (item.kind != Kind::kRecord || item.fields.size() != 2) return unsuitable();
        const Kind key = item.fields[0].type->kind;
        const Kind value = item.fields[1].type->kind;
        if (key != Kind::kInt && key != Kind::kLong) return unsuitable();
        if (target.wanted == Wanted::kIdCounts) {
          if (value != Kind::kLong && value != Kind::kInt) return unsuitable();
          emit(Op::kIdCounts, target.slot);
        } else {
          if (value != Kind::kBytes && value != Kind::kString) return unsuitable();
          emit(Op::kIdBounds, target.slot);
        }
        return ok();
      }
      default:
        break;
    }
    if (item.kind != Kind::kRecord) return unsuitable();
    if (min_size(item) == 0) return fail(ErrorCode::kUnsupported, "an array of empty values");
    const std::size_t at = emit(Op::kRecords, target.slot);
    FLOE_TRY(record(item, target.children));
    program.code[at].jump = position();
    return ok();
  }

  FixedForm fixed_form_;
};

}  // namespace

Result<Program> compile(const Node& writer, const std::vector<Target>& targets, FixedForm fixed_form) {
  if (writer.kind != Kind::kRecord) return fail(ErrorCode::kData, "the Avro schema is not a record");
  Compiler compiler(fixed_form);
  FLOE_TRY(compiler.record(writer, targets));
  return std::move(compiler.program);
}

}  // namespace floe::iceberg::avro
