// The schema of rows that somebody else made, judged once: what its arrays have to look like. Nothing is read through
// it that was not looked at before.
#pragma once

#include "base/result.hpp"
#include "floe/arrow_abi.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::arrow {

// How the buffers of an array lie in memory.
enum class Shape : std::uint8_t {
  kNone,        // no buffers: every value is null
  kBits,        // one bit for each value
  kFixed,       // `width` bytes for each value
  kOffsets32,   // offsets, then bytes
  kOffsets64,   //
  kViews,       // string views
  kList32,      // offsets into the child
  kList64,      //
  kListView32,  // offsets and sizes
  kListView64,  //
  kFixedList,   // `width` values of the child for each value
  kStruct,      // the children, row by row
};

// One field, in the order of a walk that goes down first.
struct ForeignField {
  std::string path;  // `a.b`; "" is the rows as a whole
  Shape shape = Shape::kNone;
  std::int64_t width = 0;
  bool is_text = false;
  std::vector<std::size_t> children;  // indexes of fields
  std::size_t dictionary = 0;         // index of the field of its entries; 0 = none
  bool is_signed = true;              // indexes into the dictionary
};

class ForeignSchema {
 public:
  static constexpr int kDeepest = 64;
  static constexpr std::size_t kMostFields = 100'000;

  // Of a stream: a struct with a child for each column. kData says what is wrong and where: no format or one that floe
  // does not read, children that are missing or more than the type has, fields nested too deep (a schema that contains
  // itself) or too many, names that are no UTF-8 or there twice in one struct, a decimal or a time zone that there is
  // not, metadata with a negative length.
  // `may_repeat`: columns, but no deeper fields, may have one name several times, as those of a query in SQL.
  static Result<ForeignSchema> parse(const ArrowSchema& schema, bool may_repeat = false);

  // The first one is the rows as a whole.
  [[nodiscard]] const std::vector<ForeignField>& fields() const { return fields_; }

 private:
  std::vector<ForeignField> fields_;
};

}  // namespace floe::arrow
