#include "charts/bundle.hpp"

#include <cstddef>

#include <zlib.h>

#include "till/core/check.hpp"

// The assembler copies the files in; a C array of their bytes would take minutes to compile.
#define TILL_EMBED(symbol, file)                                               \
  __asm__(                                                                     \
      ".pushsection .rodata,\"a\"\n"                                           \
      ".balign 16\n"                                                           \
      ".globl " #symbol "\n.hidden " #symbol "\n" #symbol ":\n.incbin \"" file \
      "\"\n"                                                                   \
      ".globl " #symbol "_end\n.hidden " #symbol "_end\n" #symbol              \
      "_end:\n.byte 0\n"                                                       \
      ".popsection\n")

TILL_EMBED(till_charts_bytecode, TILL_CHARTS_BYTECODE_FILE);
TILL_EMBED(till_charts_source, TILL_CHARTS_SOURCE_FILE);

extern "C" {
extern const std::uint8_t kBytecode[] __asm__("till_charts_bytecode");
extern const std::uint8_t kBytecodeEnd[] __asm__("till_charts_bytecode_end");
extern const std::uint8_t kSource[] __asm__("till_charts_source");
extern const std::uint8_t kSourceEnd[] __asm__("till_charts_source_end");
}

namespace till::charts {

std::span<const std::uint8_t> bundle_bytecode() noexcept {
  return {kBytecode, kBytecodeEnd};
}

std::string bundle_source() {
  const std::span<const std::uint8_t> gzip(kSource, kSourceEnd);
  // A gzip file ends with the size of what it holds, little-endian.
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    size |= static_cast<std::size_t>(gzip[gzip.size() - 4 + i]) << (8 * i);
  }
  std::string source(size, '\0');
  z_stream stream{};
  stream.next_in = const_cast<Bytef*>(gzip.data());  // zlib reads only
  stream.avail_in = static_cast<uInt>(gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(source.data());
  stream.avail_out = static_cast<uInt>(source.size());
  constexpr int kGzip = 16;
  [[maybe_unused]] int status = inflateInit2(&stream, MAX_WBITS + kGzip);
  TILL_ASSERT(status == Z_OK, "zlib can be started");
  status = inflate(&stream, Z_FINISH);
  TILL_ASSERT(status == Z_STREAM_END, "the embedded script is whole");
  inflateEnd(&stream);
  return source;
}

}  // namespace till::charts
