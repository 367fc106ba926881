// Boost.JSON's own sources, compiled here once with hidden visibility: Debian's libboost_json.a is not PIC.
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wold-style-cast"

#include <boost/json/src.hpp>
