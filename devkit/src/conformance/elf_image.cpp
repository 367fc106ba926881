#include "conformance/elf_image.hpp"

#include "base/fail.hpp"

#include <cstdint>
#include <cstring>
#include <elf.h>

namespace floe::conformance {
namespace {

class ElfReader {
 public:
  explicit ElfReader(std::string_view bytes) : bytes_(bytes) {}

  Result<ElfImage> read() {
    const auto header = FLOE_TRY(record<Elf64_Ehdr>(0));
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
      const auto program = FLOE_TRY(record<Elf64_Phdr>(header.e_phoff + i * header.e_phentsize));
      if (program.p_type == PT_GNU_RELRO) image_.has_relro = true;
    }
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
      const auto section = FLOE_TRY(record<Elf64_Shdr>(header.e_shoff + i * header.e_shentsize));
      FLOE_TRY(read_section(header, section));
    }
    return std::move(image_);
  }

 private:
  Status read_section(const Elf64_Ehdr& header, const Elf64_Shdr& section) {
    const bool is_read =
        section.sh_type == SHT_DYNSYM || section.sh_type == SHT_DYNAMIC || section.sh_type == SHT_GNU_verneed;
    if (!is_read) return ok();
    const std::uint64_t link = header.e_shoff + std::uint64_t{section.sh_link} * header.e_shentsize;
    const auto strings = FLOE_TRY(record<Elf64_Shdr>(link));
    if (section.sh_type == SHT_DYNSYM) return read_symbols(section, strings);
    return section.sh_type == SHT_DYNAMIC ? read_dynamic(section, strings) : read_versions(section, strings);
  }

  template <class T>
  Result<T> record(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) {
      return failf(ErrorCode::kData, "a table at byte {} points outside the file", offset);
    }
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  Result<std::string> text(const Elf64_Shdr& strings, std::uint64_t index) const {
    const std::uint64_t offset = strings.sh_offset + index;
    const std::size_t end = offset < bytes_.size() ? bytes_.find('\0', offset) : std::string_view::npos;
    if (end == std::string_view::npos) return fail(ErrorCode::kData, "a name lies outside the file");
    return std::string(bytes_.substr(offset, end - offset));
  }

  Status read_symbols(const Elf64_Shdr& section, const Elf64_Shdr& strings) {
    for (std::uint64_t at = sizeof(Elf64_Sym); at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = FLOE_TRY(record<Elf64_Sym>(section.sh_offset + at));
      std::string name = FLOE_TRY(text(strings, symbol.st_name));
      const bool is_global = ELF64_ST_BIND(symbol.st_info) != STB_LOCAL;
      const bool is_weak = ELF64_ST_BIND(symbol.st_info) == STB_WEAK;
      if (symbol.st_shndx == SHN_UNDEF) {
        if (is_global && !is_weak && !name.empty()) image_.undefined.push_back(std::move(name));
      } else if (is_global && symbol.st_shndx != SHN_ABS && ELF64_ST_VISIBILITY(symbol.st_other) == STV_DEFAULT) {
        image_.exported.push_back(std::move(name));  // SHN_ABS: the name of a symbol version
      }
    }
    return ok();
  }

  Status read_dynamic(const Elf64_Shdr& section, const Elf64_Shdr& strings) {
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= section.sh_size; at += sizeof(Elf64_Dyn)) {
      const auto entry = FLOE_TRY(record<Elf64_Dyn>(section.sh_offset + at));
      const std::uint64_t value = entry.d_un.d_val;
      if (entry.d_tag == DT_NULL) break;
      if (entry.d_tag == DT_NEEDED) image_.needed.push_back(FLOE_TRY(text(strings, value)));
      if (entry.d_tag == DT_BIND_NOW || (entry.d_tag == DT_FLAGS && (value & DF_BIND_NOW) != 0) ||
          (entry.d_tag == DT_FLAGS_1 && (value & DF_1_NOW) != 0)) {
        image_.is_bound_now = true;
      }
    }
    return ok();
  }

  Status read_versions(const Elf64_Shdr& section, const Elf64_Shdr& strings) {
    std::uint64_t at = section.sh_offset;
    for (std::uint64_t i = 0; i < section.sh_info; ++i) {
      const auto file = FLOE_TRY(record<Elf64_Verneed>(at));
      std::uint64_t one = at + file.vn_aux;
      for (int k = 0; k < file.vn_cnt; ++k) {
        const auto version = FLOE_TRY(record<Elf64_Vernaux>(one));
        image_.versions.push_back(FLOE_TRY(text(strings, version.vna_name)));
        one += version.vna_next;
      }
      at += file.vn_next;
    }
    return ok();
  }

  std::string_view bytes_;
  ElfImage image_;
};

}  // namespace

Result<ElfImage> read_elf_image(std::string_view bytes) { return ElfReader(bytes).read(); }

}  // namespace floe::conformance
