// What plugins do in this process, as the text of floe.h. Nothing here allocates or locks: signal handlers call it.
#include "plugin/plugin_libraries.hpp"
#include "plugin/signal_stack.hpp"

#include "floe/floe.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace floe::abi {
namespace {

// Text into the memory of a caller, cut where it ends, and how long it would have been.
class CutText {
 public:
  CutText(char* text, std::size_t capacity) : text_(text), room_(capacity == 0 ? 0 : capacity - 1) {
    if (capacity > 0) text_[0] = '\0';
  }

  CutText& operator<<(std::string_view piece) {
    const std::size_t fits = length_ < room_ ? std::min(piece.size(), room_ - length_) : 0;
    if (fits > 0) {
      std::memcpy(text_ + length_, piece.data(), fits);
      text_[length_ + fits] = '\0';
    }
    length_ += piece.size();
    return *this;
  }

  [[nodiscard]] std::size_t length() const { return length_; }

 private:
  char* text_;
  std::size_t room_;
  std::size_t length_ = 0;
};

void add_plugin(CutText& text, const CallName& name) {
  text << "plugin `" << name.plugin << "` (" << name.library << ")";
}

void add_call(CutText& text, const CallName& name) {
  text << "`" << name.method << "` of ";
  add_plugin(text, name);
}

// One line for each name that `each` gives.
template <void (*kAdd)(CutText&, const CallName&)>
size_t lines(void (*each)(void (*take)(const CallName& name, void* arg), void* arg), char* text, size_t capacity) {
  CutText out(text, capacity);
  each(
      [](const CallName& name, void* arg) {
        auto& written = *static_cast<CutText*>(arg);
        if (written.length() > 0) written << "\n";
        kAdd(written, name);
      },
      &out);
  return out.length();
}

}  // namespace
}  // namespace floe::abi

using floe::abi::CutText;

size_t floe_running_call(char* text, size_t capacity) {
  CutText out(text, capacity);
  const floe::CallName* name = floe::running_here();
  if (name != nullptr) floe::abi::add_call(out, *name);
  return out.length();
}

size_t floe_running_calls(char* text, size_t capacity) {
  return floe::abi::lines<floe::abi::add_call>(floe::each_running, text, capacity);
}

size_t floe_loaded_plugins(char* text, size_t capacity) {
  return floe::abi::lines<floe::abi::add_plugin>(floe::each_library, text, capacity);
}

size_t floe_plugin_at(const void* address, char* text, size_t capacity) {
  CutText out(text, capacity);
  const floe::CallName* name = floe::library_at(address);
  if (name != nullptr) floe::abi::add_plugin(out, *name);
  return out.length();
}

void floe_use_signal_stacks(void) { floe::use_signal_stacks(); }
