// Text of others (names, values, messages, files) on its way to people: what it may not do to a terminal, to the text
// around it, or to the log of a CI system.
#pragma once

#include <string>
#include <string_view>

namespace floe::text {

// What a terminal obeys, what reorders the text around it, and what shows nothing where a reader expects something. The
// joiners and variation selectors that words and emoji are written with are none.
bool is_hidden(char32_t code_point);

// The form that people see: control characters become pictures, the rest of what is hidden U+FFFD.
char32_t visible(char32_t code_point);
// The same of all of a text; a byte that is no UTF-8 becomes U+FFFD.
std::string printable(std::string_view bytes);
// The same, where line breaks (also CR LF) and tabs stay.
std::string printable_lines(std::string_view bytes);

// The same of an output that has colours: the escape sequences that floe itself writes stay, and no other.
std::string printable_output(std::string_view bytes);

// A JSON document with what is hidden in its texts escaped, and what would be a command of a CI system: it stays the
// same document.
std::string printable_json(std::string_view json);

// `##[`, `##vso[`, `##teamcity[`: Azure's agents, GitHub's and TeamCity's find them anywhere in a line.
bool begins_hash_command(std::string_view text);

// Lines that a CI system takes as commands, so that they are text: `\::error::`, `#\#[error]`, `#\#vso[`. GitLab's
// begin and end with control characters, which printable_output() takes.
std::string without_commands(std::string_view lines);

}  // namespace floe::text
