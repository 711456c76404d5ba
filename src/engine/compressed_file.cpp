#include "compressed_file.hpp"

#include <array>
#include <functional>
#include <utility>

#include <zlib.h>
#include <zstd.h>

namespace till::engine {

namespace {

constexpr std::string_view kGzip = ".gz";
constexpr std::string_view kZstd = ".zst";
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;
// Logs are long: a fast level packs a CSV nearly as well as a slow one.
constexpr int kGzipLevel = 1;
constexpr int kZstdLevel = 3;

Error broken(std::string_view library) {
  return {
      ErrorCode::Internal, std::string(library) + " cannot pack bytes", "this is a bug in till"};
}

}  // namespace

struct CompressedFile::Packer {
  using Out = std::function<Result<void>(std::string_view)>;

  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  virtual ~Packer() = default;
  virtual Result<void> pack(std::string_view bytes, bool last, const Out& out) = 0;
};

struct CompressedFile::GzipPacker final : Packer {
  GzipPacker() {
    constexpr int kWithGzipHeader = 15 + 16;
    constexpr int kMemoryLevel = 8;
    ready =
        deflateInit2(
            &stream, kGzipLevel, Z_DEFLATED, kWithGzipHeader, kMemoryLevel, Z_DEFAULT_STRATEGY) ==
        Z_OK;
  }

  GzipPacker(const GzipPacker&) = delete;
  GzipPacker& operator=(const GzipPacker&) = delete;

  ~GzipPacker() override { deflateEnd(&stream); }

  Result<void> pack(std::string_view bytes, bool last, const Out& out) override {
    // zlib promises not to write through next_in.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, kPieceBytes> piece{};
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      if (!ready || deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) {
        return broken("zlib");
      }
      TILL_TRY(out({piece.data(), piece.size() - stream.avail_out}));
    } while (stream.avail_out == 0);
    return {};
  }

  z_stream stream{};
  bool ready = false;
};

struct CompressedFile::ZstdPacker final : Packer {
  ZstdPacker() : context(ZSTD_createCCtx()) {
    if (context != nullptr) {
      ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kZstdLevel);
      ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    }
  }

  ZstdPacker(const ZstdPacker&) = delete;
  ZstdPacker& operator=(const ZstdPacker&) = delete;

  ~ZstdPacker() override { ZSTD_freeCCtx(context); }

  Result<void> pack(std::string_view bytes, bool last, const Out& out) override {
    if (context == nullptr) {
      return broken("zstd");
    }
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::array<char, kPieceBytes> piece{};
    while (true) {
      ZSTD_outBuffer packed{piece.data(), piece.size(), 0};
      const std::size_t left =
          ZSTD_compressStream2(context, &packed, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) {
        return broken("zstd");
      }
      TILL_TRY(out({piece.data(), packed.pos}));
      if (last ? left == 0 : in.pos == in.size) {
        return {};
      }
    }
  }

  ZSTD_CCtx* context;
};

CompressedFile::CompressedFile(OutputFile file, std::unique_ptr<Packer> packer) noexcept
    : file_(std::move(file)), packer_(std::move(packer)) {}

CompressedFile::CompressedFile(CompressedFile&&) noexcept = default;
CompressedFile& CompressedFile::operator=(CompressedFile&&) noexcept = default;
CompressedFile::~CompressedFile() = default;

Result<CompressedFile> CompressedFile::create(const std::string& path) {
  TILL_ASSIGN(OutputFile file, OutputFile::create(path));
  std::unique_ptr<Packer> packer;
  if (path.ends_with(kGzip)) {
    packer = std::make_unique<GzipPacker>();
  } else if (path.ends_with(kZstd)) {
    packer = std::make_unique<ZstdPacker>();
  }
  return CompressedFile(std::move(file), std::move(packer));
}

Result<void> CompressedFile::put(std::string_view bytes) {
  bytes_ += static_cast<std::int64_t>(bytes.size());
  return file_.write(bytes);
}

Result<void> CompressedFile::write(std::string_view bytes) {
  return packer_ == nullptr
             ? put(bytes)
             : packer_->pack(bytes, false, [this](std::string_view packed) { return put(packed); });
}

Result<void> CompressedFile::commit() {
  if (packer_ != nullptr) {
    TILL_TRY(packer_->pack("", true, [this](std::string_view packed) { return put(packed); }));
  }
  return file_.commit();
}

std::string_view without_compression(std::string_view path) noexcept {
  for (const std::string_view ending : {kGzip, kZstd}) {
    if (path.ends_with(ending)) {
      return path.substr(0, path.size() - ending.size());
    }
  }
  return path;
}

}  // namespace till::engine
