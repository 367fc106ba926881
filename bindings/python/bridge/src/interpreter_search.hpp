// Where Python is: which libpython to open, and which virtualenv its packages come from.
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::python {

struct Search {
  // What to hand to dlopen, best first: paths of files that are there, and names that the system's loader may know.
  std::vector<std::string> libraries;
  std::string virtualenv;          // whose packages plugins use, or ""
  std::vector<std::string> tried;  // for people: where these come from
  std::string version;             // "3.11" when nothing else will do, or ""
};

// FLOE_PYTHON (a libpython, an interpreter or a prefix; nothing else is then tried), the active virtualenv or conda
// environment, the python3 of PATH, the names that libpython has on every system. Runs no program.
Search find_python(io::FileSystem& files, const io::Environment& environment);

// The folder that is PYTHONHOME to a libpython of this version: the nearest one above it with the standard library.
// "" when there is none.
std::string home_of(io::FileSystem& files, const std::string& library, const std::string& version);

}  // namespace floe::python
