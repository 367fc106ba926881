// The standard output and the standard error that the command was started with, out of reach of plugins.
#pragma once

#include <cstdio>

namespace floe::cli {

// Moves both to descriptors of their own, once, before plugins run. Descriptor 1 becomes a copy of standard error: what
// a plugin, a library of it, or a program it starts prints lands beside the messages and in no answer. What the command
// writes does not land in a file that got number 2 because a plugin closed it.
void keep_streams_apart();

// For what the command answers; stdout itself before keep_streams_apart().
std::FILE* answer_stream();

// For what the command says beside it, unbuffered; stderr itself before keep_streams_apart().
std::FILE* message_stream();

// Their descriptors. Async-signal-safe.
int answer_descriptor();
int message_descriptor();

}  // namespace floe::cli
