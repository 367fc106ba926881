// Bytes that a text was read from, in SQL: read as Latin-1 each byte of a file is one character.
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

namespace floe::duckdb_compute {

// floe_utf8_of_latin1(VARCHAR): the text that the bytes are in UTF-8; NULL when they are none.
Status register_latin1_text(duckdb_connection connection);

}  // namespace floe::duckdb_compute
