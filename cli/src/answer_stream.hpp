// Where answers go: the standard output that the command was started with, out of reach of plugins.
#pragma once

#include <cstdio>

namespace floe::cli {

// Moves standard output to a descriptor of its own and puts standard error in its place, so that what a plugin, a
// library of it, or a program it starts prints lands beside the messages and in no answer. Once, before plugins run.
void keep_answers_apart();

// For what the command answers; stdout itself before keep_answers_apart().
std::FILE* answer_stream();

// Its descriptor.
int answer_descriptor();

}  // namespace floe::cli
