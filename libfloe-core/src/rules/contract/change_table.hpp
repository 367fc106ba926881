// What a change of each member of a contract means, as data (docs/reference/cli.md, contract).
#pragma once

#include "rules/contract/change.hpp"

#include <cstdint>
#include <string_view>

namespace floe::contract {

// A part of a contract that has members of its own.
enum class Part : std::uint8_t {
  kContract,
  kObject,
  kProperty,
  kOptions,  // logicalTypeOptions
  kMap,      // key and value of a map
  kRule,
  kRelationship,
  kServiceLevel,
  kServer,
  kRole,
  kPrice,
};

// How two values of a member are compared, where both contracts have it.
enum class Compare : std::uint8_t {
  kEqual,
  kLowerBreaks,   // as numbers: a higher one is additive
  kHigherBreaks,  // as numbers: a lower one is additive
  kType,          // a wider type is additive
  kName,          // in the table; absent = `name`
  kStatus,        // see status_change
  kValues,        // a list of values: one more is additive, one less is breaking
  kPart,          // by its members
  kParts,         // a list of parts: one more is additive, one less is breaking, else by their members
  kIgnored,       // what identifies a part, or is compared with another member
};

struct Meaning {
  ChangeKind added = ChangeKind::kPatch;
  ChangeKind removed = ChangeKind::kPatch;
  ChangeKind changed = ChangeKind::kPatch;
  Compare compare = Compare::kEqual;
  Part part = Part::kContract;  // of kPart and kParts
};

// nullptr when the table does not have the member: one that is not of the standard, or the address of a server.
const Meaning* find_meaning(Part part, std::string_view member);

// The meaning of members that the table does not have.
const Meaning& other_meaning(Part part);

// From one `status` to another.
ChangeKind status_change(std::string_view before, std::string_view after);

}  // namespace floe::contract
