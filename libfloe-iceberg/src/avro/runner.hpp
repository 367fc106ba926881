// The loop that runs a compiled avro::Program over the bytes of a record.
#pragma once

#include "avro/cursor.hpp"
#include "avro/program.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace floe::iceberg::avro {

// Decodes one record. Sink (all calls are for wanted fields):
//   void on_null(slot); on_integer(slot, int64); on_boolean(slot, bool); on_float(slot, float); on_double(slot,
//   double); on_bytes(slot, string_view); on_begin_list(slot); on_item(slot, int64); on_begin_record(slot);
//   on_end_record(slot); on_count(slot, int32 id, int64); on_bound(slot, int32 id, string_view)
// on_begin_list comes before the first item of kIntegers, kRecords, kIdCounts and kIdBounds. Fields the writer lacks
// are not reported: reset the sink before each record. False: the bytes are malformed.
template <class Sink>
class Runner {
 public:
  Runner(const Program& program, Sink& sink) : program_(program), sink_(sink) {}

  bool run(Cursor* cursor) { return run(cursor, 0, static_cast<std::uint32_t>(program_.code.size())); }

 private:
  bool run(Cursor* cursor, std::uint32_t position, std::uint32_t end) {
    while (position < end) {
      const Instruction& step = program_.code[position];
      ++position;
      std::int64_t integer = 0;
      std::string_view bytes;
      bool is_well_formed = true;
      switch (step.op) {
        case Op::kInteger:
          is_well_formed = cursor->read_long(&integer);
          if (is_well_formed) sink_.on_integer(step.slot, integer);
          break;
        case Op::kBytes:
          is_well_formed = cursor->read_bytes(&bytes);
          if (is_well_formed) sink_.on_bytes(step.slot, bytes);
          break;
        case Op::kOptional:
          is_well_formed = optional(cursor, step, &position);
          break;
        case Op::kIdCounts:
          is_well_formed = id_counts(cursor, step.slot);
          break;
        case Op::kIdBounds:
          is_well_formed = id_bounds(cursor, step.slot);
          break;
        case Op::kIntegers:
          is_well_formed = integers(cursor, step.slot);
          break;
        case Op::kSkipInteger:
          is_well_formed = cursor->read_long(&integer);
          break;
        case Op::kSkipBytes:
          is_well_formed = cursor->read_bytes(&bytes);
          break;
        case Op::kSkipIntegers:
          is_well_formed = skip_items<1, false>(cursor);
          break;
        case Op::kSkipIdCounts:
          is_well_formed = skip_items<2, false>(cursor);
          break;
        case Op::kSkipIdBounds:
          is_well_formed = skip_items<1, true>(cursor);
          break;
        case Op::kRecords:
        case Op::kArray:
          is_well_formed = array(cursor, step, position);
          position = step.jump;
          break;
        case Op::kJump:
          position = step.jump;
          break;
        case Op::kUnion:
          is_well_formed = branch(cursor, step, &position);
          break;
        default:
          is_well_formed = rare(cursor, step);
          break;
      }
      if (!is_well_formed) return false;
    }
    return true;
  }

  // A union of null and one type: over the type's instructions when the value is null.
  bool optional(Cursor* cursor, const Instruction& step, std::uint32_t* position) {
    std::int64_t index = 0;
    if (!cursor->read_long(&index) || index < 0 || index > 1) return false;
    if (index != step.argument) return true;
    if (step.slot >= 0) sink_.on_null(step.slot);
    *position = step.jump;
    return true;
  }

  // Any other union: to the instructions of the branch taken.
  bool branch(Cursor* cursor, const Instruction& step, std::uint32_t* position) {
    const std::vector<std::uint32_t>& table = program_.jump_tables[static_cast<std::size_t>(step.argument)];
    std::int64_t index = 0;
    if (!cursor->read_long(&index) || index < 0 || static_cast<std::uint64_t>(index) >= table.size()) return false;
    *position = table[static_cast<std::size_t>(index)];
    return true;
  }

  bool rare(Cursor* cursor, const Instruction& step) {
    std::string_view bytes;
    switch (step.op) {
      case Op::kBoolean: {
        bool value = false;
        if (!cursor->read_bool(&value)) return false;
        sink_.on_boolean(step.slot, value);
        return true;
      }
      case Op::kFloat: {
        float value = 0;
        if (!cursor->read_float(&value)) return false;
        sink_.on_float(step.slot, value);
        return true;
      }
      case Op::kDouble: {
        double value = 0;
        if (!cursor->read_double(&value)) return false;
        sink_.on_double(step.slot, value);
        return true;
      }
      case Op::kFixed:
        if (!cursor->read_fixed(static_cast<std::size_t>(step.argument), &bytes)) return false;
        sink_.on_bytes(step.slot, bytes);
        return true;
      case Op::kNull:
        sink_.on_null(step.slot);
        return true;
      default:
        return cursor->read_fixed(static_cast<std::size_t>(step.argument), &bytes);  // kSkipFixed
    }
  }

  bool id_counts(Cursor* cursor, std::int32_t slot) {
    sink_.on_begin_list(slot);
    for (;;) {
      std::int64_t count = 0;
      std::int64_t byte_size = 0;
      if (!cursor->read_block(&count, &byte_size)) return false;
      if (count == 0) return true;
      for (; count > 0; --count) {
        std::int32_t id = 0;
        std::int64_t value = 0;
        if (!cursor->read_int(&id) || !cursor->read_long(&value)) return false;
        sink_.on_count(slot, id, value);
      }
    }
  }

  bool id_bounds(Cursor* cursor, std::int32_t slot) {
    sink_.on_begin_list(slot);
    for (;;) {
      std::int64_t count = 0;
      std::int64_t byte_size = 0;
      if (!cursor->read_block(&count, &byte_size)) return false;
      if (count == 0) return true;
      for (; count > 0; --count) {
        std::int32_t id = 0;
        std::string_view value;
        if (!cursor->read_int(&id) || !cursor->read_bytes(&value)) return false;
        sink_.on_bound(slot, id, value);
      }
    }
  }

  bool integers(Cursor* cursor, std::int32_t slot) {
    sink_.on_begin_list(slot);
    for (;;) {
      std::int64_t count = 0;
      std::int64_t byte_size = 0;
      if (!cursor->read_block(&count, &byte_size)) return false;
      if (count == 0) return true;
      for (; count > 0; --count) {
        std::int64_t value = 0;
        if (!cursor->read_long(&value)) return false;
        sink_.on_item(slot, value);
      }
    }
  }

  // Items of some integers and then, perhaps, bytes.
  template <int kIntegerCount, bool kHasBytes>
  static bool skip_items(Cursor* cursor) {
    for (;;) {
      std::int64_t count = 0;
      std::int64_t byte_size = 0;
      if (!cursor->read_block(&count, &byte_size)) return false;
      if (count == 0) return true;
      std::string_view skipped;
      if (byte_size >= 0) {
        if (!cursor->read_fixed(static_cast<std::size_t>(byte_size), &skipped)) return false;
        continue;
      }
      for (; count > 0; --count) {
        std::int64_t value = 0;
        for (int i = 0; i < kIntegerCount; ++i) {
          if (!cursor->read_long(&value)) return false;
        }
        if (kHasBytes && !cursor->read_bytes(&skipped)) return false;
      }
    }
  }

  bool array(Cursor* cursor, const Instruction& step, std::uint32_t first) {
    const bool is_wanted = step.op == Op::kRecords;
    if (is_wanted) sink_.on_begin_list(step.slot);
    for (;;) {
      std::int64_t count = 0;
      std::int64_t byte_size = 0;
      if (!cursor->read_block(&count, &byte_size)) return false;
      if (count == 0) return true;
      if (!is_wanted && byte_size >= 0) {
        std::string_view skipped;
        if (!cursor->read_fixed(static_cast<std::size_t>(byte_size), &skipped)) return false;
        continue;
      }
      for (; count > 0; --count) {
        if (is_wanted) sink_.on_begin_record(step.slot);
        if (!run(cursor, first, step.jump)) return false;
        if (is_wanted) sink_.on_end_record(step.slot);
      }
    }
  }

  const Program& program_;
  Sink& sink_;
};

}  // namespace floe::iceberg::avro
