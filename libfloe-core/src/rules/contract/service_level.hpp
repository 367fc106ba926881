// Service levels of contracts as numbers that can be compared: freshness of 24 h, availability of 99.9 %.
#pragma once

#include "rules/contract/contract.hpp"

#include <optional>
#include <string_view>

namespace floe::contract {

// Seconds of `24` with unit `h`, of `24h`, of `PT24H` or `P1D` (ISO 8601, without years and months); nullopt when it is
// none of them. Units: s, m (minutes), h, d, w and their English words; "" = the value says its own.
std::optional<double> duration_seconds(std::string_view value, std::string_view unit);

// The number of `99.9`, `99.9%`; nullopt when it is none.
std::optional<double> plain_number(std::string_view value);

// The whole word of a short one of ODCS: latency for `ly`; others stay.
std::string_view service_property(std::string_view property);

enum class Strength { kEqual, kWeaker, kStronger, kUnknown };

// Whether `other` promises less or more than `level`, of the same property. Latency, error rate and the like are better
// when smaller, availability, retention and the like when larger, dates of an end when later. kUnknown: they cannot be
// compared, or it is not known which way the property is better.
Strength compare_service_levels(const ServiceLevel& level, const ServiceLevel& other);

}  // namespace floe::contract
