#include "plugin/standard_descriptors.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace floe {
namespace {

// Unlike dup2 it takes the number only when it is free.
bool takes_number(int copy, int number) {
  const int got = ::fcntl(copy, F_DUPFD, number);
  if (got > number) ::close(got);
  return got == number;
}

}  // namespace

StandardDescriptors StandardDescriptors::take() {
  StandardDescriptors taken;
  for (int number = 0; Kept & kept : taken.kept_) {
    struct stat info{};
    if (::fstat(number, &info) == 0) kept = {info.st_dev, info.st_ino, io::copy_out_of_reach(number)};
    ++number;
  }
  return taken;
}

StandardDescriptors::Outcome StandardDescriptors::put_back(int number) const {
  const Kept& kept = kept_.at(static_cast<std::size_t>(number));
  if (!kept.copy.is_open()) return Outcome::kSame;
  struct stat info{};
  const bool is_open = ::fstat(number, &info) == 0;
  if (is_open && info.st_dev == kept.device && info.st_ino == kept.file) return Outcome::kSame;
  return !is_open && takes_number(kept.copy.get(), number) ? Outcome::kPutBack : Outcome::kLost;
}

}  // namespace floe
