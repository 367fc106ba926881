// `floe table register --scan` shows what it would register, and asks a person before it does.
#pragma once

#include <cstdint>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace floe::cli {

// Whether the request registers what a scan finds and nobody agreed to it yet (`--yes`).
bool needs_agreement(std::string_view verb, std::string_view request_json);

// The same request as one that writes nothing.
std::string as_dry_run(std::string_view request_json);

enum class Agreement : std::uint8_t { kNothingToDo, kAgreed, kDeclined };

// What the person says to the answer of the dry run; nobody is asked when it has nothing to register. Only `y` and
// `yes` agree.
Agreement ask_agreement(std::string_view answer_json, std::istream& in, std::ostream& out);

}  // namespace floe::cli
