// The functions of floe.h for tables.
#include "abi/call_verb.hpp"

using floe::abi::call_verb;

floe_status floe_table_list(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "table list", request, length, result, floe::run::table_list_verb);
}

floe_status floe_table_describe(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "table describe", request, length, result, floe::run::table_describe_verb);
}

floe_status floe_table_history(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "table history", request, length, result, floe::run::table_history_verb);
}

floe_status floe_table_files(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "table files", request, length, result, floe::run::table_files_verb);
}

floe_status floe_table_verify(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "table verify", request, length, result, floe::run::table_verify_verb);
}

floe_status floe_table_register(floe_context* context, const char* request, size_t length, floe_result** result) {
  return call_verb(context, "table register", request, length, result, floe::run::table_register_verb);
}
