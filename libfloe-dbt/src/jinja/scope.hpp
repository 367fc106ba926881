// Scope: the names of one block while a template is resolved (jinja2's Symbols).
#pragma once

#include "jinja/code.hpp"

#include <algorithm>
#include <vector>

namespace floe::dbt {

// A function whose slots are being handed out.
struct FunctionBuilder {
  FunctionBuilder* parent = nullptr;
  Function* target = nullptr;
  std::vector<std::pair<const StringObject*, std::uint32_t>> context_slots;  // names from the context, one slot each

  std::uint32_t new_slot() { return target->slot_count++; }

  std::uint32_t context_slot(const StringObject* name) {
    for (const auto& [known, slot] : context_slots) {
      if (known == name) return slot;
    }
    context_slots.emplace_back(name, new_slot());
    target->entry.unresolved.push_back(context_slots.back().second);
    return context_slots.back().second;
  }
};

enum class Load : std::uint8_t { kParameter, kResolve, kAlias, kUndefined };

struct Symbol {
  const StringObject* name = nullptr;
  Load load = Load::kResolve;
  std::uint32_t slot = 0;
};

class Scope {
 public:
  Scope(Scope* parent, FunctionBuilder* function) : parent_(parent), function_(function) {}

  [[nodiscard]] Scope* parent() const { return parent_; }

  [[nodiscard]] FunctionBuilder* function() const { return function_; }

  Symbol* find(const StringObject* name) {
    for (Symbol& symbol : symbols) {
      if (symbol.name == name) return &symbol;
    }
    return nullptr;
  }

  // Here or further out.
  bool knows(const StringObject* name) {
    for (Scope* scope = this; scope != nullptr; scope = scope->parent_) {
      if (scope->find(name) != nullptr) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_stored(const StringObject* name) const {
    return std::find(stores.begin(), stores.end(), name) != stores.end();
  }

  void load(const StringObject* name) {
    if (!knows(name)) symbols.push_back({name, Load::kResolve, 0});
  }

  void store(const StringObject* name) {
    if (!is_stored(name)) stores.push_back(name);
    if (find(name) != nullptr) return;
    bool outer = parent_ != nullptr && parent_->knows(name);
    symbols.push_back({name, outer ? Load::kAlias : Load::kUndefined, 0});
  }

  void declare(const StringObject* name) {
    if (!is_stored(name)) stores.push_back(name);
    if (Symbol* symbol = find(name)) {
      symbol->load = Load::kParameter;
    } else {
      symbols.push_back({name, Load::kParameter, 0});
    }
  }

  // The branches of an `if`, each analysed on a copy of this scope.
  void merge(const std::vector<Scope>& branches) {
    std::vector<const StringObject*> stored;
    for (const Scope& branch : branches) {
      for (const StringObject* name : branch.stores) {
        if (!is_stored(name)) stored.push_back(name);
      }
    }
    for (const Scope& branch : branches) {
      for (const Symbol& symbol : branch.symbols) {
        if (find(symbol.name) == nullptr) symbols.push_back(symbol);
      }
    }
    for (const StringObject* name : stored) {
      if (!is_stored(name)) stores.push_back(name);
      bool outer = parent_ != nullptr && parent_->knows(name);
      find(name)->load = outer ? Load::kAlias : Load::kResolve;
    }
  }

  // Hands out slots and says what entering the scope does.
  void finish(ScopeEntry* entry);
  // The slot of a known name as seen from `from`.
  SlotRef locate(const StringObject* name, FunctionBuilder* from);

  std::vector<Symbol> symbols;
  std::vector<const StringObject*> stores;

 private:
  Scope* parent_;
  FunctionBuilder* function_;
};

}  // namespace floe::dbt
