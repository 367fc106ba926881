// Resolution of a writer's Avro schema against the columns a reader wants, by field id, compiled once to a flat list of
// instructions that avro/runner.hpp runs. Order of fields, extra fields, optional or not: all settled before the first
// record.
#pragma once

#include "avro/schema.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <vector>

namespace floe::iceberg::avro {

// What the sink gets for a wanted field. int and long both come as integers.
enum class Wanted : std::uint8_t {
  kInteger,
  kBoolean,
  kBytes,         // kBytes: string, bytes or fixed
  kAnyPrimitive,  // whatever the writer has: on_integer, on_boolean, on_float, on_double or on_bytes
  kRecord,        // its wanted fields are `children`
  kIntegers,      // array of integers
  kRecords,       // array of records
  kIdCounts,      // array of {key: int, value: long}, Iceberg's map<int, long>
  kIdBounds,      // array of {key: int, value: bytes}
};

struct Target {
  std::int32_t field_id = 0;
  std::string_view name;  // used where the writer's record has no field ids at all
  Wanted wanted = Wanted::kInteger;
  std::int32_t slot = 0;  // handed to the sink
  std::vector<Target> children = {};
  bool required = false;  // kData when the writer's schema lacks it
};

enum class Op : std::uint8_t {
  kInteger,
  kBoolean,
  kFloat,
  kDouble,
  kBytes,
  kFixed,
  kNull,
  kOptional,  // union of null and one other: argument = index of null; falls into the value, jump = behind it
  kUnion,     // argument = index into jump_tables; every branch ends with a kJump
  kJump,
  kIntegers,
  kIdCounts,
  kIdBounds,
  kRecords,  // items are the instructions up to jump
  kArray,    // skipped array or map: items are the instructions up to jump
  kSkipInteger,
  kSkipBytes,
  kSkipFixed,
  kSkipIntegers,
  kSkipIdCounts,
  kSkipIdBounds,  // the shapes statistics have, skipped in a tight loop
};

struct Instruction {
  Op op;
  std::int32_t slot = 0;
  std::int32_t argument = 0;  // size of a fixed, index of null, index of a table
  std::uint32_t jump = 0;
};

struct Program {
  std::vector<Instruction> code;
  std::vector<std::vector<std::uint32_t>> jump_tables;
};

// How fixed values without a logical type are stored. Java's iceberg-core (1.11 at least) writes them with a length,
// like bytes, although its schema says fixed.
enum class FixedForm : std::uint8_t { kPlain, kWithLength };

// kData for a wanted field of an unsuitable type or a required one that is missing, kUnsupported for what Iceberg files
// never hold (arrays of empty records).
Result<Program> compile(const Node& writer, const std::vector<Target>& targets,
                        FixedForm fixed_form = FixedForm::kPlain);

}  // namespace floe::iceberg::avro
