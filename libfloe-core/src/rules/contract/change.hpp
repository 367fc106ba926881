// What differs between two versions of a contract, and which step of its version that demands.
#pragma once

#include "rules/contract/contract.hpp"
#include "rules/contract/version.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::contract {

enum class ChangeKind : std::uint8_t {
  kPatch,     // nobody who reads or writes notices: descriptions, tags
  kAdditive,  // more than before is promised
  kBreaking,  // who relies on the old contract may fail
};

std::string_view change_kind_name(ChangeKind kind);  // patch, additive, breaking
std::string_view version_step(ChangeKind kind);      // patch, minor, major

struct Change {
  ChangeKind kind = ChangeKind::kPatch;
  std::string address;  // `orders.customer.name`; `slaProperties.freshness`
  std::string message;  // "`orders.id` was removed"
  Span span;            // in the new contract, of what was removed in the old one
};

// In the order of the new contract; in each part what was removed comes behind, in the order of the old one.
std::vector<Change> compare_contracts(const Contract& older, const Contract& newer);

// Whether `newer` is far enough from `older` for changes of that kind. Below 1.0 the second number counts as the first;
// a pre-release of a version has taken its step.
bool takes_step(const Version& older, const Version& newer, ChangeKind kind);

// FLOE-E0375 when the new version is not far enough from the old one for its changes.
void check_version_step(const Contract& older, const Contract& newer, const std::vector<Change>& changes,
                        DiagnosticSink& sink);

// An output port that a product had, and has no longer.
struct LostPort {
  std::string product;  // sales.customer-360
  std::string port;
  std::string before;  // version of the product that had it
  std::string now;     // that has it no longer
};

// FLOE-E0798, at `place`, when the version of the product does not say that a port is gone.
void check_lost_port(const LostPort& lost, const Span& place, DiagnosticSink& sink);

}  // namespace floe::contract
