#include "rules/contract/change_table.hpp"

#include "base/text/text.hpp"

#include <array>
#include <optional>
#include <span>

namespace floe::contract {
namespace {

constexpr ChangeKind kPatch = ChangeKind::kPatch;
constexpr ChangeKind kAdditive = ChangeKind::kAdditive;
constexpr ChangeKind kBreaking = ChangeKind::kBreaking;

// Meanings: when it was added, removed, changed.
constexpr Meaning kNote{kPatch, kPatch, kPatch};
constexpr Meaning kFixed{kBreaking, kBreaking, kBreaking};
constexpr Meaning kPromise{kAdditive, kBreaking, kBreaking};
constexpr Meaning kLimit{kBreaking, kAdditive, kBreaking};  // of the values that there may be
constexpr Meaning kAnnouncement{kAdditive, kAdditive, kAdditive};
constexpr Meaning kIgnored{.compare = Compare::kIgnored};

constexpr Meaning with(Meaning meaning, Compare compare) {
  meaning.compare = compare;
  return meaning;
}

constexpr Meaning part(Part part) { return {.compare = Compare::kPart, .part = part}; }

constexpr Meaning parts(Part part) { return {kAdditive, kBreaking, kBreaking, Compare::kParts, part}; }

struct Row {
  Meaning meaning;
  std::string_view members;  // separated by blanks
};

constexpr std::array kContractRows{
    Row{kIgnored, "version"},
    Row{kNote,
        "apiVersion kind name tenant domain dataProduct description support team tags authoritativeDefinitions "
        "customProperties contractCreatedTs context"},
    Row{kFixed, "id slaDefaultElement"},
    Row{with(kPromise, Compare::kStatus), "status"},
    Row{parts(Part::kObject), "schema"},
    Row{parts(Part::kServiceLevel), "slaProperties"},
    Row{parts(Part::kServer), "servers"},
    Row{parts(Part::kRole), "roles"},
    Row{part(Part::kPrice), "price"},
};

constexpr std::array kObjectRows{
    Row{kIgnored, "name"},
    Row{kNote,
        "id businessName description dataGranularityDescription synonyms context tags authoritativeDefinitions "
        "customProperties"},
    Row{kAnnouncement, "deprecated"},
    Row{with(kFixed, Compare::kName), "physicalName"},
    Row{kPromise, "physicalType logicalType"},
    Row{parts(Part::kProperty), "properties"},
    Row{parts(Part::kRule), "quality"},
    Row{parts(Part::kRelationship), "relationships"},
};

constexpr std::array kPropertyRows{
    Row{kIgnored, "name"},
    Row{kNote,
        "id businessName description synonyms examples tags authoritativeDefinitions customProperties "
        "transformLogic transformDescription transformSourceObjects partitioned partitionKeyPosition "
        "primaryKeyPosition criticalDataElement"},
    Row{kAnnouncement, "deprecated"},
    Row{kFixed, "required primaryKey classification encryptedName semanticType"},
    Row{with(kFixed, Compare::kName), "physicalName"},
    Row{kPromise, "logicalType unique"},
    Row{with(kPromise, Compare::kType), "physicalType"},
    Row{with(kLimit, Compare::kValues), "enum"},
    Row{part(Part::kOptions), "logicalTypeOptions"},
    Row{part(Part::kProperty), "items"},
    Row{part(Part::kMap), "map"},
    Row{parts(Part::kProperty), "properties"},
    Row{parts(Part::kRule), "quality"},
    Row{parts(Part::kRelationship), "relationships"},
};

constexpr std::array kOptionRows{
    Row{kLimit, "pattern multipleOf"},
    Row{with(kLimit, Compare::kType), "format"},
    Row{with(kLimit, Compare::kHigherBreaks), "minLength minimum exclusiveMinimum minItems minProperties"},
    Row{with(kLimit, Compare::kLowerBreaks), "maxLength maximum exclusiveMaximum maxItems maxProperties"},
    Row{kPromise, "uniqueItems"},
    Row{kFixed,
        "required timezone defaultTimezone dimensions elementType distanceMetric embeddingModel "
        "embeddingModelVersion normalized"},
};

constexpr std::array kMapRows{Row{part(Part::kProperty), "key value"}};

constexpr std::array kRuleRows{
    Row{kIgnored, "id name"},
    Row{kNote,
        "type description dimension severity businessImpact method schedule scheduler tags "
        "authoritativeDefinitions customProperties"},
    Row{kFixed, "metric rule arguments query engine implementation unit"},
    Row{kPromise, "mustBe mustNotBe mustBeBetween mustNotBeBetween"},
    Row{with(kPromise, Compare::kHigherBreaks), "mustBeLessThan mustBeLessOrEqualTo"},
    Row{with(kPromise, Compare::kLowerBreaks), "mustBeGreaterThan mustBeGreaterOrEqualTo"},
};

constexpr std::array kRelationshipRows{Row{kIgnored, "type from to"}, Row{kNote, "id customProperties"}};

constexpr std::array kServiceLevelRows{
    Row{kIgnored, "property element value unit"},
    Row{kNote, "id description driver schedule scheduler authoritativeDefinitions customProperties"},
    Row{kFixed, "valueExt"},
};

constexpr std::array kServerRows{Row{kIgnored, "server"},
                                 Row{kNote, "id description environment roles customProperties"}};

constexpr std::array kRoleRows{
    Row{kIgnored, "role"},
    Row{kNote, "id description firstLevelApprovers secondLevelApprovers customProperties"},
    Row{kFixed, "access"},
};

constexpr std::array kPriceRows{
    Row{kNote, "id"},
    Row{with(kLimit, Compare::kHigherBreaks), "priceAmount"},
    Row{kFixed, "priceCurrency priceUnit"},
};

std::span<const Row> rows_of(Part part) {
  switch (part) {
    case Part::kContract:
      return kContractRows;
    case Part::kObject:
      return kObjectRows;
    case Part::kProperty:
      return kPropertyRows;
    case Part::kOptions:
      return kOptionRows;
    case Part::kMap:
      return kMapRows;
    case Part::kRule:
      return kRuleRows;
    case Part::kRelationship:
      return kRelationshipRows;
    case Part::kServiceLevel:
      return kServiceLevelRows;
    case Part::kServer:
      return kServerRows;
    case Part::kRole:
      return kRoleRows;
    case Part::kPrice:
      return kPriceRows;
  }
  return {};
}

// How much of its promises a contract keeps with a status: none, not yet, until it ends, all.
std::optional<int> rank_of(std::string_view status) {
  constexpr std::array<std::string_view, 4> kRanks{"retired", "proposed draft", "deprecated sunset", "active"};
  for (std::size_t i = 0; i < kRanks.size(); ++i) {
    for (const std::string_view each : text::split(kRanks[i], ' ')) {
      if (text::equals_ignore_case_ascii(each, status)) return static_cast<int>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

const Meaning* find_meaning(Part part, std::string_view member) {
  for (const Row& row : rows_of(part)) {
    for (const std::string_view each : text::split(row.members, ' ')) {
      if (each == member) return &row.meaning;
    }
  }
  return nullptr;
}

const Meaning& other_meaning(Part part) { return part == Part::kServer || part == Part::kOptions ? kFixed : kNote; }

ChangeKind status_change(std::string_view before, std::string_view after) {
  const auto older = rank_of(before);
  const auto newer = rank_of(after);
  if (!older || !newer) return kBreaking;
  if (*newer == *older) return kPatch;
  constexpr int kEnding = 2;
  return *newer >= kEnding || *newer > *older ? kAdditive : kBreaking;
}

}  // namespace floe::contract
