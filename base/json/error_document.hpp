// Errors as JSON, {"message": text, "details": {key: text or [texts]}}: how the error slot of a call is read.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe {

std::string error_to_document(const Error& error);

// `status` is a floe_status; one that is not known becomes kInternal and is named in the details. A document that
// does not parse is kept as the message.
Error error_from_document(std::int32_t status, std::string_view document);

}  // namespace floe
