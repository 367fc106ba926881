// SQL types in the words of Iceberg and of ODCS, so that what a port promises, a model declares and a table has can be
// compared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::contract {

// `long` for BIGINT, `decimal(9, 2)` for NUMERIC(9,2), `list<string>` for VARCHAR[]; a type that is not known is itself
// in lower case. What is in Iceberg's words already stays.
std::string iceberg_type(std::string_view sql_type);

enum class TypeChange : std::uint8_t {
  kNone,   // two spellings of one type
  kWider,  // holds every value of the type before: bigint after int, varchar(20) after varchar(5)
  kOther,
};

TypeChange compare_types(std::string_view before, std::string_view after);

// logicalType of ODCS 3.1 for a type in Iceberg's words: `integer` for long; "" when it has none.
std::string_view logical_type(std::string_view iceberg_type);

}  // namespace floe::contract
