// Every method of every interface behind one signature (generated/method_calls.cpp).
#pragma once

#include "floe/plugin.h"

#include <cstdint>
#include <span>
#include <string>

namespace floe::conformance {

struct InValue {
  std::string text;  // str, json, bytes: a NUL follows
  std::uint64_t number = 0;
  ArrowArrayStream* stream = nullptr;
};

struct OutValue {
  floe_sink* sink = nullptr;
  std::uint64_t number = 0;
  ArrowArrayStream stream{};
};

struct MethodValues {
  const void* table;
  void* self;
  floe_call* call;
  std::span<const InValue> in;  // in the order of the specification
  std::span<OutValue> out;
};

struct MethodCall {
  const char* interface_id;
  const char* method;
  floe_status (*invoke)(const MethodValues& values);
};

std::span<const MethodCall> method_calls();

}  // namespace floe::conformance
