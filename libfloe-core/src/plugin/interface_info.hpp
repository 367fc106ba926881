// What the host knows about an interface table without knowing its type: generated (plugin/generated/).
#pragma once

#include "floe/plugin.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace floe {

struct SlotInfo {
  const char* name;
  std::size_t offset;  // of the function pointer in the table
  bool is_mandatory;
  bool is_any_thread;      // called also while another method runs, whatever the thread class
  const char* capability;  // the bit that promises it, or ""
};

struct CapabilityInfo {
  const char* name;
  std::uint64_t bit;
};

// A table has at least one of these bits; exactly one when exclusive.
struct CapabilityChoice {
  std::uint64_t bits;
  bool is_exclusive;
};

// Who calls a plugin of an interface.
enum class InterfaceStatus : std::uint8_t {
  kCalled,         // floe, where a platform chooses one
  kByHand,         // only floe_plugin_call
  kSpecification,  // nobody yet
};

std::string_view interface_status_name(InterfaceStatus status);  // called, by_hand, specification

struct InterfaceInfo {
  const char* id;     // floe.compute/1
  const char* name;   // compute
  const char* group;  // floe.computes
  bool is_draft;
  InterfaceStatus status;
  std::size_t table_size;
  std::span<const SlotInfo> slots;
  std::span<const CapabilityInfo> capabilities;
  std::span<const CapabilityChoice> choices;
  const void* stubs;    // a table whose methods return FLOE_UNSUPPORTED; header functions are NULL
  const void* wrapper;  // a table for `self` = InstanceState*
};

std::span<const InterfaceInfo* const> known_interfaces();

inline const InterfaceInfo* find_interface(std::string_view id) {
  for (const InterfaceInfo* info : known_interfaces()) {
    if (id == info->id) return info;
  }
  return nullptr;
}

// Of an entry-point group; nullptr for one that is not known.
inline const InterfaceInfo* find_interface_of_group(std::string_view group) {
  for (const InterfaceInfo* info : known_interfaces()) {
    if (group == info->group) return info;
  }
  return nullptr;
}

// The slots that every plugin table begins with, in this order.
constexpr std::size_t kValidateConfigSlot = 0, kCreateSlot = 1, kDestroySlot = 2;

// The part that is in front of every plugin table.
struct InterfaceHeader {
  FLOE_INTERFACE_HEADER
};

}  // namespace floe
