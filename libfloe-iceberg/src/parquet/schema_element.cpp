#include "parquet/schema_element.hpp"

#include "base/fail.hpp"

namespace floe::iceberg::parquet {

namespace {

constexpr std::size_t kMaxDepth = 200;

TimeUnit read_time_unit(CompactReader* reader) {
  TimeUnit unit = TimeUnit::kMicros;
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) unit = TimeUnit::kMillis;
    if (field.id == 3) unit = TimeUnit::kNanos;
    reader->skip(field.type);
  });
  return unit;
}

void read_time(CompactReader* reader, LogicalType* logical) {
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) {
      logical->is_adjusted_to_utc = reader->read_bool(field.type);
    } else if (field.id == 2 && field.type == WireType::kStruct) {
      logical->unit = read_time_unit(reader);
    } else {
      reader->skip(field.type);
    }
  });
}

void read_decimal(CompactReader* reader, LogicalType* logical) {
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) {
      logical->scale = reader->read_int32(field.type);
    } else if (field.id == 2) {
      logical->precision = reader->read_int32(field.type);
    } else {
      reader->skip(field.type);
    }
  });
}

void read_integer_type(CompactReader* reader, LogicalType* logical) {
  reader->read_struct([&](const WireField& field) {
    if (field.id == 1) {
      logical->bit_width = reader->read_int32(field.type);
    } else if (field.id == 2) {
      logical->is_signed = reader->read_bool(field.type);
    } else {
      reader->skip(field.type);
    }
  });
}

LogicalKind kind_of_union(std::int16_t id) {
  static constexpr LogicalKind kKinds[] = {
      LogicalKind::kNone,    LogicalKind::kString,  LogicalKind::kMap,      LogicalKind::kList,      LogicalKind::kEnum,
      LogicalKind::kDecimal, LogicalKind::kDate,    LogicalKind::kTime,     LogicalKind::kTimestamp, LogicalKind::kNone,
      LogicalKind::kInteger, LogicalKind::kNull,    LogicalKind::kJson,     LogicalKind::kBson,      LogicalKind::kUuid,
      LogicalKind::kFloat16, LogicalKind::kVariant, LogicalKind::kGeometry, LogicalKind::kGeography};
  return id >= 0 && id < static_cast<std::int16_t>(std::size(kKinds)) ? kKinds[id] : LogicalKind::kNone;
}

LogicalType read_logical_type(CompactReader* reader) {
  LogicalType logical;
  reader->read_struct([&](const WireField& field) {
    logical.kind = kind_of_union(field.id);
    if (field.type != WireType::kStruct) return reader->skip(field.type);
    switch (logical.kind) {
      case LogicalKind::kDecimal:
        return read_decimal(reader, &logical);
      case LogicalKind::kTime:
      case LogicalKind::kTimestamp:
        return read_time(reader, &logical);
      case LogicalKind::kInteger:
        return read_integer_type(reader, &logical);
      default:
        return reader->skip(field.type);
    }
  });
  return logical;
}

LogicalType integer_type(std::int32_t bit_width, bool is_signed) {
  LogicalType logical;
  logical.kind = LogicalKind::kInteger;
  logical.bit_width = bit_width;
  logical.is_signed = is_signed;
  return logical;
}

LogicalType time_type(LogicalKind kind, TimeUnit unit) {
  LogicalType logical;
  logical.kind = kind;
  logical.unit = unit;
  logical.is_adjusted_to_utc = true;  // what the old annotation means
  return logical;
}

LogicalType plain(LogicalKind kind) {
  LogicalType logical;
  logical.kind = kind;
  return logical;
}

// ConvertedType, the annotation before LogicalType.
LogicalType from_converted(std::int32_t converted, std::int32_t precision, std::int32_t scale) {
  switch (converted) {
    case 0:
      return plain(LogicalKind::kString);
    case 1:
    case 2:
      return plain(LogicalKind::kMap);
    case 3:
      return plain(LogicalKind::kList);
    case 4:
      return plain(LogicalKind::kEnum);
    case 5: {
      LogicalType logical = plain(LogicalKind::kDecimal);
      logical.precision = precision;
      logical.scale = scale;
      return logical;
    }
    case 6:
      return plain(LogicalKind::kDate);
    case 7:
      return time_type(LogicalKind::kTime, TimeUnit::kMillis);
    case 8:
      return time_type(LogicalKind::kTime, TimeUnit::kMicros);
    case 9:
      return time_type(LogicalKind::kTimestamp, TimeUnit::kMillis);
    case 10:
      return time_type(LogicalKind::kTimestamp, TimeUnit::kMicros);
    case 11:
      return integer_type(8, false);
    case 12:
      return integer_type(16, false);
    case 13:
      return integer_type(32, false);
    case 14:
      return integer_type(64, false);
    case 15:
      return integer_type(8, true);
    case 16:
      return integer_type(16, true);
    case 17:
      return integer_type(32, true);
    case 18:
      return integer_type(64, true);
    case 19:
      return plain(LogicalKind::kJson);
    case 20:
      return plain(LogicalKind::kBson);
    case 21:
      return plain(LogicalKind::kInterval);
    default:
      return {};
  }
}

}  // namespace

RawElement read_schema_element(CompactReader* reader) {
  RawElement raw;
  SchemaElement& element = raw.element;
  std::int32_t converted = -1;
  std::int32_t precision = 0;
  std::int32_t scale = 0;
  reader->read_struct([&](const WireField& field) {
    switch (field.id) {
      case 1: {
        const std::int32_t type = reader->read_int32(field.type);
        if (type < 0 || type > 7) return reader->fail();
        element.type = static_cast<PhysicalType>(type);
        break;
      }
      case 2:
        element.type_length = reader->read_int32(field.type);
        break;
      case 3: {
        const std::int32_t repetition = reader->read_int32(field.type);
        if (repetition < 0 || repetition > 2) return reader->fail();
        element.repetition = static_cast<Repetition>(repetition);
        break;
      }
      case 4:
        element.name = reader->read_binary(field.type);
        break;
      case 5:
        raw.child_count = reader->read_int32(field.type);
        break;
      case 6:
        converted = reader->read_int32(field.type);
        break;
      case 7:
        scale = reader->read_int32(field.type);
        break;
      case 8:
        precision = reader->read_int32(field.type);
        break;
      case 9:
        element.field_id = reader->read_int32(field.type);
        break;
      case 10:
        if (field.type != WireType::kStruct) return reader->fail();
        element.logical = read_logical_type(reader);
        break;
      default:
        reader->skip(field.type);
    }
  });
  if (element.logical.kind == LogicalKind::kNone && converted >= 0) {
    element.logical = from_converted(converted, precision, scale);
  }
  return raw;
}

Status build_tree(std::vector<RawElement> raw, FileMetadata* metadata) {
  if (raw.empty()) return fail(ErrorCode::kData, "the Parquet footer has no schema");

  struct Open {
    std::size_t index;
    std::int32_t children_left;
    std::size_t depth;
  };

  std::vector<Open> open;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    SchemaElement& element = raw[i].element;
    const bool is_root = i == 0;
    std::size_t depth = 0;
    if (is_root) element.type = PhysicalType::kNone;
    const bool is_leaf = element.is_leaf();
    if (raw[i].child_count < 0 || (is_leaf && raw[i].child_count > 0)) {
      return failf(ErrorCode::kData, "Parquet schema element `{}` has a wrong number of children", element.name);
    }
    if (!is_root) {
      if (open.empty()) return fail(ErrorCode::kData, "the Parquet schema has elements beyond its tree");
      element.parent = open.back().index;
      depth = open.back().depth + 1;
      metadata->schema[element.parent].children.push_back(i);
      if (--open.back().children_left == 0) open.pop_back();
    }
    if (is_leaf) metadata->leaves.push_back(i);
    // A group leaves `open` with its last child, so the depth is not the number of open groups.
    if (raw[i].child_count > 0) open.push_back({i, raw[i].child_count, depth});
    if (depth > kMaxDepth) return fail(ErrorCode::kData, "the Parquet schema is nested too deep");
    metadata->schema.push_back(std::move(element));
  }
  if (!open.empty()) return fail(ErrorCode::kData, "the Parquet schema lacks elements of its tree");
  return ok();
}

}  // namespace floe::iceberg::parquet
