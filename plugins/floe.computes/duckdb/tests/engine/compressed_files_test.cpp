#include "compute_fixture.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <functional>
#include <memory>
#include <zlib.h>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

using Change = std::function<std::string(std::string)>;

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), text.data(), text.size());
  REQUIRE(ZSTD_isError(size) == 0U);
  out.resize(size);
  return out;
}

// Rows whose digits do not compress to nothing.
std::string lines(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i)
    text += fmt::format("{{\"id\":{},\"v\":{}}}\n", i, (i * 2654435761U) % 1000003U);
  return text;
}

Change without(std::size_t bytes) {
  return [bytes](const std::string& file) { return file.substr(0, file.size() - bytes); };
}

// One bit, `back` bytes before the end.
Change flipped(std::size_t back) {
  return [back](std::string file) {
    file[file.size() - back] = static_cast<char>(file[file.size() - back] ^ 1);
    return file;
  };
}

Change followed_by(const std::string& more) {
  return [more](const std::string& file) { return file + more; };
}

std::string whole(std::string file) { return file; }

std::string first_half(const std::string& file) { return file.substr(0, file.size() / 2); }

constexpr int kRows = 50'000;

}  // namespace

TEST_CASE("compressed files are read whole or not at all") {
  Compute compute;
  const std::string text = lines(0, kRows);
  const std::string damaged = "`{0}` is damaged: its {1} data is broken or fails its checksum; fetch the file again";
  const std::string cut = "`{0}` is cut off: its {1} data ends before its end; fetch the file again";

  struct Case {
    const char* what;
    const char* kind;
    Change change;
    std::string problem;
    std::int64_t rows = kRows;
  };

  const std::vector<Case> cases = {
      {"whole", "gzip", whole, ""},
      {"two members", "gzip", followed_by(gzip(lines(kRows, 10))), "", kRows + 10},
      {"zeros behind it", "gzip", followed_by(std::string(1000, '\0')), damaged},
      {"its first half", "gzip", first_half, cut},
      {"without its last byte", "gzip", without(1), cut},
      {"without its length", "gzip", without(4), cut},
      {"without CRC and length", "gzip", without(8), cut},
      {"another CRC", "gzip", flipped(8), damaged},
      {"another length", "gzip", flipped(4), damaged},
      {"half a second member", "gzip", followed_by(first_half(gzip(text))), cut},
      {"a text behind it", "gzip", followed_by("more"), damaged},
      {"whole", "zstd", whole, ""},
      {"two frames", "zstd", followed_by(zstd(lines(kRows, 10))), "", kRows + 10},
      {"its first half", "zstd", first_half, cut},
      {"without its last byte", "zstd", without(1), cut},
      {"another checksum", "zstd", flipped(2), damaged},
      {"half a second frame", "zstd", followed_by(first_half(zstd(text))), cut},
      {"a text behind it", "zstd", followed_by("more"), damaged},
  };
  for (const Case& c : cases) {
    const bool is_gzip = std::string(c.kind) == "gzip";
    const std::string file = c.change(is_gzip ? gzip(text) : zstd(text));
    const std::string named = is_gzip ? "x.jsonl.gz" : "x.jsonl.zst";
    for (const std::string& name : {named, std::string("x")}) {
      for (const char* on_error : {"fail", "rejects"}) {
        INFO(c.kind << ": " << c.what << " as " << name << ", on_error " << on_error);
        const std::string path = compute.put(name, file);
        json::object asked{{"format", "jsonl"}, {"paths", json::array{path}}, {"on_error", on_error}};
        if (name == "x") asked["options"] = json::object{{"compression", c.kind}};
        const auto read = compute.read_files(asked);
        if (c.problem.empty()) {
          FLOE_REQUIRE_OK(read);
          CHECK(read->at("rows").as_int64() == c.rows);
        } else {
          REQUIRE_FALSE(read);
          CHECK(read.error().code == ErrorCode::kData);
          CHECK(read.error().message == fmt::format(fmt::runtime(c.problem), path, c.kind));
        }
      }
    }
  }
}

TEST_CASE("of several compressed CSV files the damaged one is named") {
  Compute compute;
  const std::string good = compute.put("a.csv.gz", gzip("id\n1\n"));
  const std::string bad = compute.put("b.csv.gz", without(6)(gzip("id\n2\n")));
  const auto read = compute.read_files({{"format", "csv"}, {"paths", json::array{good, bad}}});
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "`" + bad + "` is cut off: its gzip data ends before its end; fetch the file again");
}

TEST_CASE("a name says nothing where `compression` is none") {
  Compute compute;
  const std::string path = compute.put("plain.csv.gz", "id\n1\n");
  const auto read = compute.read_files(
      {{"format", "csv"}, {"paths", json::array{path}}, {"options", json::object{{"compression", "none"}}}});
  FLOE_REQUIRE_OK(read);
  CHECK(read->at("rows").as_int64() == 1);
}
