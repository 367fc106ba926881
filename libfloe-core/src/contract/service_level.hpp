// Service levels of contracts as numbers that can be compared: freshness of 24 h, availability of 99.9 %.
#pragma once

#include "contract/contract.hpp"

#include <optional>
#include <string_view>

namespace floe::contract {

// Seconds of `24` with unit `h`, of `24h`, of `PT24H` or `P1D` (ISO 8601, without years and months); nullopt when it is
// none of them. Units: s, m (minutes), h, d, w and their English words; "" = the value says its own.
std::optional<double> duration_seconds(std::string_view value, std::string_view unit);

// The number of `99.9`, `99.9%`; nullopt when it is none.
std::optional<double> plain_number(std::string_view value);

enum class Strength { kEqual, kWeaker, kStronger, kUnknown };

// Whether `other` promises less or more than `level`, of the same property. Ages (freshness, latency, ...) are better
// when smaller, all else (availability, retention, completeness, ...) when larger. kUnknown: they cannot be compared.
Strength compare_service_levels(const ServiceLevel& level, const ServiceLevel& other);

}  // namespace floe::contract
