// The standard output and the standard error that the command was started with, out of reach of plugins.
#pragma once

#include "printed.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace floe::cli {

// Opens those of descriptors 0, 1 and 2 that are closed, first of all: no file that the command opens gets their
// numbers, where it would take up what is printed. They read as empty, and writing to them still fails.
void open_closed_streams();

// Moves both to descriptors of their own, once, before plugins run. Descriptor 1 becomes a copy of standard error: what
// a plugin, a library of it, or a program it starts prints lands beside the messages and in no answer. What the command
// writes does not land in a file that got number 2 because a plugin closed it.
void keep_streams_apart();

// For what the command answers; stdout itself before keep_streams_apart().
std::FILE* answer_stream();

// For what the command says beside it, unbuffered; stderr itself before keep_streams_apart().
std::FILE* message_stream();

// As printed() has it. Does not throw when it cannot write, as fmt::print does: a full disk must not end the command
// before it can say so.
void print_to(std::FILE* stream, std::string_view text, Printed kind = Printed::kText);

// Why something that was written to the answers did not arrive, "" when all did. A reader that closed its pipe has what
// it wanted.
std::string lost_answers();

// Writes to the messages. False when not all of it arrived.
bool write_messages(std::string_view text, Printed kind);

// Their descriptors. Async-signal-safe.
int answer_descriptor();
int message_descriptor();

}  // namespace floe::cli
