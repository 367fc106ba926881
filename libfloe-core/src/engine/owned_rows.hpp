// Rows that outlive the verb that made them: a stream that keeps alive what it reads from.
#pragma once

#include "floe/arrow.hpp"

#include <memory>

namespace floe::run {

// Of the new stream's two parts the rows are released first: they still use their owner.
ArrowStream own_rows(std::shared_ptr<void> owner, ArrowStream rows);

}  // namespace floe::run
