// Shapes that occur in the field tables of several documents.
#pragma once

#include "schema/shape.hpp"

#include <array>

namespace floe::config {

inline constexpr Shape kText{.kind = ShapeKind::kText};
inline constexpr Shape kFlag{.kind = ShapeKind::kBoolean};
inline constexpr Shape kAny{.kind = ShapeKind::kAny};
inline constexpr Shape kTexts{.kind = ShapeKind::kList, .element = &kText};
inline constexpr Shape kTextMap{.kind = ShapeKind::kMap, .element = &kText};
inline constexpr Shape kReference{
    .kind = ShapeKind::kText, .pattern = R"(\S.*)", .pattern_text = "a file, a folder, or oci://host/repository:tag"};
inline constexpr Key kScheduleCron{"cron", &kText, "when to run, five fields", true};
inline constexpr Key kScheduleEnabled{"enabled", &kFlag, "false keeps the schedule without running it"};
inline constexpr Key kScheduleTransforms{"transforms", &kTexts, "names of transforms; absent: all"};
inline constexpr Shape kSemanticVersion{
    .kind = ShapeKind::kText, .pattern = R"(\d+\.\d+\.\d+)", .pattern_text = "three numbers such as \"1.2.3\""};
// semver.org, and `1.0`.
inline constexpr Shape kProductVersion{
    .kind = ShapeKind::kText,
    .pattern = R"((0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8}))"
               R"((-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?)"
               R"((\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)?)",
    .pattern_text = "two numbers or a semantic version, in quotes: \"1.0\", \"1.2.3\", \"2.0.0-rc.1\""};
inline constexpr Shape kTableName{.kind = ShapeKind::kText,
                                  .pattern = R"([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+)",
                                  .pattern_text = "namespace and table, such as raw.customers"};
inline constexpr Shape kDocumentName{.kind = ShapeKind::kText,
                                     .pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
                                     .pattern_text = "lower-case letters, digits and dashes, at most 63"};
inline constexpr Shape kSecretName{.kind = ShapeKind::kText,
                                   .pattern = "[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?",
                                   .pattern_text = "lower-case letters, digits and dashes, at most 253"};
inline constexpr std::array<std::string_view, 1> kApiVersions{"floe.dev/v1"};
inline constexpr Shape kApiVersion{.kind = ShapeKind::kChoice, .choices = kApiVersions};

}  // namespace floe::config
