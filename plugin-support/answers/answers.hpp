// What small plugins answer about their configuration and themselves: the documents shared/problems, shared/health and
// shared/description.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace floe::answers {

// A configuration without problems, or with this one at `path`.
std::string no_problems();
std::string problem(std::string_view path, std::string_view message);

// At the member that the error names as its `path`, see members.hpp; at the whole configuration where it names none.
std::string problem(const Error& error);

// For a plugin that has nothing to configure.
std::string no_config_problems(std::string_view config);

// `problem` "" = ok, else failed.
std::string health(std::string_view problem = {});

// Of version 0.1.0, which all plugins of this tree have.
std::string description(std::string_view name, std::initializer_list<std::string_view> capabilities = {},
                        std::initializer_list<std::pair<std::string_view, std::uint64_t>> limits = {});

}  // namespace floe::answers
