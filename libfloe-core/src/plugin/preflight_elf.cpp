#include "plugin/plugin_error.hpp"
#include "plugin/preflight.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

namespace floe {
namespace {

// From the ELF-64 object file format; own declarations, so that the check compiles everywhere.
struct ElfHeader {
  std::array<unsigned char, 16> ident;
  std::uint16_t type, machine;
  std::uint32_t version;
  std::uint64_t entry, program_offset, section_offset;
  std::uint32_t flags;
  std::uint16_t header_size, program_size, program_count, section_size, section_count, names;
};

struct ProgramHeader {
  std::uint32_t type, flags;
  std::uint64_t offset, address, physical, file_size, memory_size, align;
};

struct DynamicEntry {
  std::int64_t tag;
  std::uint64_t value;
};

struct Symbol {
  std::uint32_t name;
  unsigned char info, other;
  std::uint16_t section;
  std::uint64_t value, size;
};

static_assert(sizeof(ElfHeader) == 64 && sizeof(ProgramHeader) == 56 && sizeof(DynamicEntry) == 16 &&
              sizeof(Symbol) == 24);

constexpr std::string_view kEntry = "floe_plugin_entry_v1";
constexpr std::uint16_t kSharedObject = 3;
constexpr std::uint32_t kLoad = 1;
constexpr std::uint32_t kDynamic = 2;
constexpr std::uint32_t kStack = 0x6474e551;
constexpr std::uint32_t kExecutable = 1;
constexpr std::int64_t kTagHash = 4, kTagStrings = 5, kTagSymbols = 6, kTagStringSize = 10, kTagGnuHash = 0x6ffffef5;
constexpr std::int64_t kTagRpath = 15, kTagRunpath = 29;

#if defined(__x86_64__) || defined(_M_X64)
constexpr std::uint16_t kMachine = 62;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = 183;
#else
constexpr std::uint16_t kMachine = 0;
#endif

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case 3:
      return "i386";
    case 40:
      return "arm";
    case 62:
      return "x86_64";
    case 183:
      return "aarch64";
    case 243:
      return "riscv";
    default:
      return fmt::format("machine {}", machine);
  }
}

std::uint32_t gnu_hash(std::string_view name) {
  std::uint32_t hash = 5381;
  for (const char c : name)
    hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

// Ranges of one file. Those asked for are small and lie together, so one read of a block serves many.
class BlockReader {
 public:
  BlockReader(io::FileSystem& files, const std::string& path) : files_(files), path_(path) {}

  // Shorter than `length` only at the end of the file.
  Result<std::string> read(std::uint64_t offset, std::uint64_t length) {
    if (offset < offset_ || offset - offset_ > block_.size() || length > block_.size() - (offset - offset_)) {
      block_ = FLOE_TRY(files_.read_range(path_, offset, std::max(length, kBlock)));
      offset_ = offset;
    }
    return block_.substr(offset - offset_, length);
  }

 private:
  static constexpr std::uint64_t kBlock = 4096;

  io::FileSystem& files_;
  const std::string& path_;
  std::uint64_t offset_ = 0;  // of the block
  std::string block_;
};

class ElfFile {
 public:
  ElfFile(io::FileSystem& files, const std::string& path, std::uint64_t size)
      : file_(files, path), path_(path), size_(size) {}

  Result<LibraryDemands> demands() {
    FLOE_TRY(check_header());
    FLOE_TRY(read_programs());
    FLOE_TRY(read_dynamic());
    LibraryDemands out{has_executable_stack(), {}};
    for (const std::uint64_t at : search_paths_) {
      const std::string paths = FLOE_TRY(text_at(at));
      for (const std::string_view path : text::split(paths, ':'))
        out.search_paths.emplace_back(path);
    }
    return out;
  }

  Status check() {
    FLOE_TRY(check_header());
    FLOE_TRY(read_programs());
    if (header_.section_offset != 0) {
      FLOE_TRY(
          within("section table", header_.section_offset, std::uint64_t{header_.section_count} * header_.section_size));
    }
    FLOE_TRY(read_dynamic());
    const bool found = FLOE_TRY(has_entry());
    if (found) return ok();
    return plugin_error(PluginFault::kEntryMissing,
                        fmt::format("`{}` does not export `{}`, so it is no floe plugin", path_, kEntry), path_);
  }

 private:
  Error damaged(std::string reason) const {
    return plugin_error(PluginFault::kLibraryDamaged, fmt::format("`{}` is damaged: {}", path_, reason), path_);
  }

  Status within(std::string_view what, std::uint64_t offset, std::uint64_t length) const {
    if (offset <= size_ && length <= size_ - offset) return ok();
    return damaged(fmt::format("its {} ends at byte {}, but the file has only {} bytes", what, offset + length, size_));
  }

  Result<std::string> bytes(std::string_view what, std::uint64_t offset, std::uint64_t length) {
    FLOE_TRY(within(what, offset, length));
    std::string read = FLOE_TRY(file_.read(offset, length));
    if (read.size() != length) return damaged(fmt::format("its {} cannot be read", what));
    return read;
  }

  template <class T>
  Result<T> record(std::string_view what, std::uint64_t offset) {
    const std::string read = FLOE_TRY(bytes(what, offset, sizeof(T)));
    T value;
    std::memcpy(&value, read.data(), sizeof(T));
    return value;
  }

  Status check_header() {
    if (size_ < sizeof(ElfHeader)) return damaged(fmt::format("it has only {} bytes", size_));
    header_ = FLOE_TRY(record<ElfHeader>("header", 0));
    if (std::memcmp(header_.ident.data(), "\177ELF", 4) != 0) return damaged("it is not an ELF file");
    if (header_.ident[4] != 2 || header_.ident[5] != 1) {
      return plugin_error(PluginFault::kWrongMachine, fmt::format("`{}` is not a 64-bit little-endian library", path_),
                          path_);
    }
    if (header_.machine != kMachine) {
      return plugin_error(PluginFault::kWrongMachine,
                          fmt::format("`{}` is built for {}, this machine is {}", path_, machine_name(header_.machine),
                                      machine_name(kMachine)),
                          path_);
    }
    if (header_.type != kSharedObject) return damaged("it is not a shared library");
    if (header_.program_size != sizeof(ProgramHeader) || header_.program_count == 0) {
      return damaged("it has no program headers");
    }
    return ok();
  }

  Status read_programs() {
    const std::uint64_t length = std::uint64_t{header_.program_count} * sizeof(ProgramHeader);
    const std::string table = FLOE_TRY(bytes("program header table", header_.program_offset, length));
    programs_.resize(header_.program_count);
    std::memcpy(programs_.data(), table.data(), table.size());
    for (const ProgramHeader& program : programs_) {
      if (program.type == kLoad) {
        FLOE_TRY(within("loadable segment", program.offset, program.file_size));
        if (program.file_size > program.memory_size) return damaged("a segment is larger in the file than in memory");
      }
    }
    return ok();
  }

  // Offset in the file of an address of the loaded library.
  Result<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const ProgramHeader& program : programs_) {
      if (program.type == kLoad && address >= program.address && address - program.address < program.file_size) {
        return address - program.address + program.offset;
      }
    }
    return damaged("its dynamic section points outside the file");
  }

  Status read_dynamic() {
    for (const ProgramHeader& program : programs_) {
      if (program.type != kDynamic) continue;
      const std::string table = FLOE_TRY(bytes("dynamic section", program.offset, program.file_size));
      for (std::size_t at = 0; at + sizeof(DynamicEntry) <= table.size(); at += sizeof(DynamicEntry)) {
        DynamicEntry entry;
        std::memcpy(&entry, table.data() + at, sizeof entry);
        if (entry.tag == 0) break;
        FLOE_TRY(take_dynamic(entry));
      }
      if (symbols_ == 0 || strings_ == 0) return damaged("it has no dynamic symbols");
      return ok();
    }
    return damaged("it has no dynamic section");
  }

  // Without the segment the loader takes the machine's default, which is executable.
  [[nodiscard]] bool has_executable_stack() const {
    const auto stack = std::find_if(programs_.begin(), programs_.end(),
                                    [](const ProgramHeader& program) { return program.type == kStack; });
    return stack == programs_.end() || (stack->flags & kExecutable) != 0;
  }

  // Of the dynamic string table.
  Result<std::string> text_at(std::uint64_t index) {
    if (index >= string_size_) return damaged("a name lies outside its string table");
    const std::string text = FLOE_TRY(bytes("string table", strings_ + index, string_size_ - index));
    return text.substr(0, text.find('\0'));
  }

  Status take_dynamic(const DynamicEntry& entry) {
    if (entry.tag == kTagStringSize) string_size_ = entry.value;
    if (entry.tag == kTagRpath || entry.tag == kTagRunpath) search_paths_.push_back(entry.value);
    std::uint64_t* place = entry.tag == kTagHash      ? &hash_
                           : entry.tag == kTagGnuHash ? &gnu_hash_
                           : entry.tag == kTagSymbols ? &symbols_
                           : entry.tag == kTagStrings ? &strings_
                                                      : nullptr;
    if (place == nullptr) return ok();
    *place = FLOE_TRY(offset_of(entry.value));
    return ok();
  }

  Result<bool> is_entry(std::uint32_t index) {
    const auto symbol = FLOE_TRY(record<Symbol>("symbol table", symbols_ + std::uint64_t{index} * sizeof(Symbol)));
    if (symbol.section == 0 || symbol.name >= string_size_ || string_size_ - symbol.name <= kEntry.size()) return false;
    const std::string name = FLOE_TRY(bytes("string table", strings_ + symbol.name, kEntry.size() + 1));
    return name.compare(0, kEntry.size(), kEntry) == 0 && name.back() == '\0';
  }

  Result<std::uint32_t> word(std::uint64_t offset) { return record<std::uint32_t>("hash table", offset); }

  Result<bool> has_entry() {
    if (gnu_hash_ != 0) return find_by_gnu_hash();
    if (hash_ == 0) return damaged("it has no symbol hash table");
    const std::uint32_t count = FLOE_TRY(word(hash_ + 4));  // chains = symbols
    for (std::uint32_t i = 1; i < count; ++i) {
      const bool found = FLOE_TRY(is_entry(i));
      if (found) return true;
    }
    return false;
  }

  Result<bool> find_by_gnu_hash() {
    const std::uint32_t buckets = FLOE_TRY(word(gnu_hash_));
    const std::uint32_t first = FLOE_TRY(word(gnu_hash_ + 4));
    const std::uint32_t blooms = FLOE_TRY(word(gnu_hash_ + 8));
    if (buckets == 0) return false;
    const std::uint32_t hash = gnu_hash(kEntry);
    const std::uint64_t bucket_table = gnu_hash_ + 16 + std::uint64_t{blooms} * 8;
    const std::uint64_t chain_table = bucket_table + std::uint64_t{buckets} * 4;
    std::uint32_t index = FLOE_TRY(word(bucket_table + std::uint64_t{hash % buckets} * 4));
    if (index < first) return false;
    for (;; ++index) {
      const std::uint32_t chain = FLOE_TRY(word(chain_table + std::uint64_t{index - first} * 4));
      if ((chain | 1U) == (hash | 1U)) {
        const bool found = FLOE_TRY(is_entry(index));
        if (found) return true;
      }
      if ((chain & 1U) != 0) return false;
    }
  }

  BlockReader file_;
  const std::string& path_;
  std::uint64_t size_;
  ElfHeader header_{};
  std::vector<ProgramHeader> programs_;
  std::vector<std::uint64_t> search_paths_;                                              // places in the string table
  std::uint64_t hash_ = 0, gnu_hash_ = 0, symbols_ = 0, strings_ = 0, string_size_ = 0;  // offsets in the file
};

class ElfFormat final : public ObjectFormat {
 public:
  Status check(io::FileSystem& files, const std::string& path, std::uint64_t size) const override {
    auto checked = ElfFile(files, path, size).check();
    if (checked.has_value() || checked.error().detail("floe.diagnostics") != nullptr) return checked;
    return plugin_error(PluginFault::kLibraryDamaged, checked.error().to_string(), path);
  }

  Result<LibraryDemands> demands(io::FileSystem& files, const std::string& path, std::uint64_t size) const override {
    auto read = ElfFile(files, path, size).demands();
    if (read.has_value() || read.error().detail("floe.diagnostics") != nullptr) return read;
    return plugin_error(PluginFault::kLibraryDamaged, read.error().to_string(), path);
  }
};

}  // namespace

std::unique_ptr<ObjectFormat> make_elf_format() { return std::make_unique<ElfFormat>(); }

}  // namespace floe
