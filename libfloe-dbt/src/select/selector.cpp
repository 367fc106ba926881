#include "select/selector.hpp"

#include "select/graph_members.hpp"
#include "select/method.hpp"
#include "select/nearest_word.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <utility>

namespace floe::dbt {
namespace {

void add(MemberSet* to, const MemberSet& from) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i]) (*to)[i] = true;
  }
}

void keep(MemberSet* of, const MemberSet& also) {
  for (std::size_t i = 0; i < also.size(); ++i) {
    if (!also[i]) (*of)[i] = false;
  }
}

void remove(MemberSet* from, const MemberSet& what) {
  for (std::size_t i = 0; i < what.size(); ++i) {
    if (what[i]) (*from)[i] = false;
  }
}

bool is_empty(const MemberSet& set) { return std::find(set.begin(), set.end(), true) == set.end(); }

// What a part of a selection names, and the tests that wait for their other parents to be named too.
struct Named {
  MemberSet direct;
  MemberSet waiting;
};

class Selector {
 public:
  Selector(const Manifest& manifest, const SelectionRequest& request)
      : members_(manifest), root_package_(manifest.metadata.project_name), request_(request) {}

  [[nodiscard]] const GraphMembers& members() const { return members_; }

  std::vector<EmptyWord> empty_words;

  Result<Named> select(const Selection& selection) {
    const IndirectSelection indirect = selection.indirect.value_or(request_.indirect);
    if (selection.kind == Selection::Kind::kCriterion) return name(selection.criterion, indirect);
    std::vector<Named> parts;
    parts.reserve(selection.parts.size());
    for (const Selection& part : selection.parts)
      parts.push_back(FLOE_TRY(select(part)));
    if (parts.empty()) return Named{members_.none(), members_.none()};
    Named named = combine(parts, operation_of(selection.kind), indirect);
    if (!selection.text.empty() && is_empty(named.direct))
      empty_words.push_back({selection.text, nearest_of(selection)});
    return named;
  }

  // `from` without `what`.
  MemberSet difference(const Named& from, const Named& what) {
    return combine({from, what}, remove, IndirectSelection::kEager).direct;
  }

  [[nodiscard]] bool is_wanted(std::size_t member) const {
    const auto& types = request_.types;
    return types.empty() || std::find(types.begin(), types.end(), members_[member].type()) != types.end();
  }

 private:
  // Of an intersection nobody knows which part was meant otherwise.
  [[nodiscard]] std::string nearest_of(const Selection& selection) const {
    return selection.parts.size() == 1 ? nearest_word(members_, selection.parts.front().criterion) : "";
  }

  using Operation = void (*)(MemberSet*, const MemberSet&);

  static Operation operation_of(Selection::Kind kind) {
    if (kind == Selection::Kind::kIntersection) return keep;
    return kind == Selection::Kind::kDifference ? remove : add;
  }

  Result<Named> name(const Criterion& criterion, IndirectSelection indirect) {
    const bool is_selector = criterion.method == "selector";
    MemberSet selected =
        is_selector ? FLOE_TRY(select_named(criterion)) : FLOE_TRY(members_named(members_, criterion, root_package_));
    const MemberSet core = selected;
    if (criterion.childrens_parents) {
      MemberSet family = members_.descendants(core, std::nullopt);
      add(&family, core);
      add(&selected, family);
      add(&selected, members_.ancestors(family, std::nullopt));
    }
    if (criterion.with_parents) add(&selected, members_.ancestors(core, criterion.parents_depth));
    if (criterion.with_children) add(&selected, members_.descendants(core, criterion.children_depth));
    // A selector brought its tests already, without those it leaves out.
    return with_tests(std::move(selected), is_selector ? IndirectSelection::kEmpty : indirect);
  }

  // What the selectors whose names match select, of the wanted types.
  Result<MemberSet> select_named(const Criterion& criterion) {
    MemberSet selected = members_.none();
    bool found = false;
    for (std::size_t i = 0; request_.named != nullptr && i < request_.named->size(); ++i) {
      const NamedSelection& selector = (*request_.named)[i];
      if (!text::matches_glob(criterion.value, selector.name)) continue;
      found = true;
      if (std::find(open_.begin(), open_.end(), &selector) != open_.end()) {
        return failf(ErrorCode::kInvalidArgument, "selector `{}` of selectors.yml selects by itself", selector.name);
      }
      open_.push_back(&selector);
      const Named named = FLOE_TRY(select(selector.selection));
      open_.pop_back();
      for (std::size_t member = 0; member < members_.size(); ++member) {
        if (named.direct[member] && is_wanted(member)) selected[member] = true;
      }
    }
    if (!found) return unknown_selector(criterion.value, request_.named);
    return selected;
  }

  [[nodiscard]] bool has_all_parents(std::size_t member, const MemberSet& in) const {
    const auto& parents = members_.parents(member);
    return std::all_of(parents.begin(), parents.end(), [&](std::uint32_t parent) { return in[parent]; });
  }

  [[nodiscard]] MemberSet buildable(const MemberSet& selected, bool with_sources) const {
    MemberSet set = selected;
    add(&set, members_.ancestors(selected, std::nullopt));
    for (std::size_t i = 0; with_sources && i < members_.size(); ++i) {
      if (members_[i].source != nullptr) set[i] = true;
    }
    return set;
  }

  // Tests one step below what is selected.
  [[nodiscard]] Named with_tests(MemberSet selected, IndirectSelection indirect) const {
    Named named{selected, members_.none()};
    if (indirect == IndirectSelection::kEmpty) return named;
    const MemberSet enough = indirect == IndirectSelection::kBuildable ? buildable(selected, true) : selected;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (!selected[i]) continue;
      for (const std::uint32_t child : members_.children(i)) {
        if (members_[child].type() != ResourceType::kTest) continue;
        const bool taken = indirect == IndirectSelection::kEager || has_all_parents(child, enough);
        (taken ? named.direct : named.waiting)[child] = true;
      }
    }
    return named;
  }

  [[nodiscard]] Named combine(const std::vector<Named>& parts, Operation operation, IndirectSelection indirect) const {
    Named out = parts.front();
    add(&out.waiting, out.direct);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      MemberSet all = parts[i].direct;
      add(&all, parts[i].waiting);
      operation(&out.direct, parts[i].direct);
      operation(&out.waiting, all);
    }
    take_waiting(&out, indirect);
    return out;
  }

  // A test joins once all its parents are there.
  void take_waiting(Named* named, IndirectSelection indirect) const {
    if (named->direct == named->waiting) return;
    if (indirect != IndirectSelection::kCautious && indirect != IndirectSelection::kBuildable) return;
    const MemberSet enough =
        indirect == IndirectSelection::kBuildable ? buildable(named->direct, false) : named->direct;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (named->waiting[i] && members_[i].node != nullptr && has_all_parents(i, enough)) named->direct[i] = true;
    }
  }

  GraphMembers members_;
  std::string root_package_;
  const SelectionRequest& request_;
  std::vector<const NamedSelection*> open_;  // being looked at
};

}  // namespace

Error unknown_selector(std::string_view name, const std::vector<NamedSelection>* named) {
  if (named == nullptr || named->empty()) {
    return failf(ErrorCode::kInvalidArgument, "there is no selector `{}`: the project has no selectors.yml", name);
  }
  std::string known;
  for (const NamedSelection& each : *named)
    known += (known.empty() ? "" : ", ") + each.name;
  return failf(ErrorCode::kInvalidArgument, "selectors.yml has no selector `{}`; it has {}", name, known);
}

Result<SelectionResult> select_resources(const Manifest& manifest, const SelectionRequest& request) {
  Selector selector(manifest, request);
  const GraphMembers& members = selector.members();
  Named included{MemberSet(members.size(), true), members.none()};
  if (request.selector != nullptr) {
    included = FLOE_TRY(selector.select(*request.selector));
  } else if (!request.select.empty()) {
    const Selection selection = FLOE_TRY(parse_selection(request.select));
    included = FLOE_TRY(selector.select(selection));
  }
  SelectionResult result;
  result.empty_words = std::exchange(selector.empty_words, {});
  MemberSet chosen = included.direct;
  if (!request.exclude.empty()) {
    const Selection exclusion = FLOE_TRY(parse_selection(request.exclude));
    chosen = selector.difference(included, FLOE_TRY(selector.select(exclusion)));
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (chosen[i] && selector.is_wanted(i)) result.unique_ids.push_back(members[i].unique_id);
  }
  std::sort(result.unique_ids.begin(), result.unique_ids.end());
  return result;
}

}  // namespace floe::dbt
