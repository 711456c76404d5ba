#include "engine/compressed_file.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_folder.hpp"
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace till::engine {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Text that no packer makes shorter than a few of its own pieces.
std::string long_text() {
  std::string text;
  std::uint32_t state = 1;
  while (text.size() < 400'000) {
    state = state * 1'664'525U + 1'013'904'223U;
    text += static_cast<char>(state >> 24U);
  }
  return text;
}

/// Writes text in pieces of an awkward size and returns the bytes of the file.
std::string write(const std::string& path, const std::string& text) {
  Result<CompressedFile> file = CompressedFile::create(path);
  EXPECT_TRUE(file);
  constexpr std::size_t kPiece = 70'001;
  for (std::size_t from = 0; from < text.size(); from += kPiece) {
    EXPECT_TRUE(file->write(std::string_view(text).substr(from, kPiece)));
  }
  EXPECT_TRUE(file->commit());
  std::string bytes = content_of(path);
  EXPECT_EQ(file->bytes(), static_cast<std::int64_t>(bytes.size()));
  return bytes;
}

std::string unpacked_gzip(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  std::string text;
  std::array<char, 4'096> piece;
  for (int read = 0; (read = gzread(file, piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(read));
  }
  EXPECT_EQ(gzclose(file), Z_OK);
  return text;
}

TEST(CompressedFile, EndingSaysHowBytesArePacked) {
  const test::TemporaryFolder folder;
  const std::string text = long_text();
  EXPECT_EQ(write(folder / "log.csv", text), text);

  write(folder / "log.csv.gz", text);
  EXPECT_EQ(unpacked_gzip(folder / "log.csv.gz"), text);

  const std::string packed = write(folder / "log.csv.zst", text);
  std::string unpacked(text.size() + 1, ' ');
  const std::size_t size =
      ZSTD_decompress(unpacked.data(), unpacked.size(), packed.data(), packed.size());
  ASSERT_EQ(ZSTD_isError(size), 0U) << ZSTD_getErrorName(size);
  unpacked.resize(size);
  EXPECT_EQ(unpacked, text);
}

TEST(CompressedFile, NothingIsAWholeArchiveToo) {
  const test::TemporaryFolder folder;
  EXPECT_NE(write(folder / "empty.gz", ""), "");
  EXPECT_EQ(unpacked_gzip(folder / "empty.gz"), "");
}

TEST(CompressedFile, SameBytesInSameBytesOut) {
  const test::TemporaryFolder folder;
  for (const std::string ending : {".gz", ".zst"}) {
    EXPECT_EQ(write(folder / ("a" + ending), long_text()),
              write(folder / ("b" + ending), long_text()));
  }
}

TEST(CompressedFile, WithoutACommitThereIsNoFile) {
  const test::TemporaryFolder folder;
  {
    Result<CompressedFile> file = CompressedFile::create(folder / "log.csv.gz");
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->write("abc"));
  }
  EXPECT_TRUE(
      std::filesystem::is_empty(std::filesystem::path(folder / "log.csv.gz").parent_path()));
}

TEST(CompressedFile, TheEndingOfThePackingCanBeTakenOff) {
  EXPECT_EQ(without_compression("a/log.csv.gz"), "a/log.csv");
  EXPECT_EQ(without_compression("log.csv.zst"), "log.csv");
  EXPECT_EQ(without_compression("log.gz.csv"), "log.gz.csv");
}

}  // namespace
}  // namespace till::engine
