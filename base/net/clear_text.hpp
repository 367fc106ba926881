// Who reads a request on its way: everybody, when it is neither encrypted nor stays on this machine.
#pragma once

#include <string_view>

namespace floe::net {

// An http URL of another host than localhost, *.localhost, 127.0.0.0/8 or [::1].
bool is_clear_text(std::string_view url);

// Whether a URL has a user name or password.
bool has_user(std::string_view url);

// Whether what such a header says lets others act for the sender: authorization, cookie, x-api-key, dd-api-key,
// x-vault-token.
bool is_credential_header(std::string_view name);

}  // namespace floe::net
