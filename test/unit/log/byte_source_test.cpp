#include "log/byte_source.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "support/error_text.hpp"
#include "support/packed.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

using namespace std::string_view_literals;
using test::gzip;
using test::TemporaryFolder;
using test::zstd;

/// Reads a file through pieces of a size; an error is the text.
std::string read_all(const std::string& path,
                     const std::string& encoding = "",
                     std::size_t piece = 4096) {
  Result<ByteSource> source = ByteSource::open(path, encoding);
  if (!source) {
    return source.error().message;
  }
  std::string text;
  std::vector<char> buffer(piece);
  while (true) {
    const Result<std::size_t> got = source->read(buffer);
    if (!got) {
      return got.error().message;
    }
    text.append(buffer.data(), *got);
    if (*got < buffer.size()) {
      return text;
    }
  }
}

class ByteSourceTest : public ::testing::Test {
 protected:
  std::string read_bytes(std::string_view bytes,
                         const std::string& encoding = "",
                         std::size_t piece = 4096) {
    return read_all(folder_.write("log", bytes), encoding, piece);
  }

  TemporaryFolder folder_;
};

TEST_F(ByteSourceTest, ReadsPlainText) {
  EXPECT_EQ(read_bytes("a,b\n1,2\n"), "a,b\n1,2\n");
  EXPECT_EQ(read_bytes("x"), "x");
  EXPECT_EQ(read_bytes("xy", "", 1), "xy");
}

TEST_F(ByteSourceTest, KnowsFormatsByTheirFirstBytes) {
  const auto content = [&](std::string_view bytes) { return *sniff(folder_.write("f", bytes)); };
  EXPECT_EQ(content("a,b\n"), Content::Text);
  EXPECT_EQ(content("P"), Content::Text);
  EXPECT_EQ(content(gzip("a")), Content::Gzip);
  EXPECT_EQ(content(zstd("a")), Content::Zstd);
  EXPECT_EQ(content("PAR1...."), Content::Parquet);
  EXPECT_EQ(content("01234567DUCK"), Content::Database);
}

TEST_F(ByteSourceTest, SaysWhyAFileCannotBeOpened) {
  const auto refusal = [](const std::string& path) {
    const Result<ByteSource> source = ByteSource::open(path, "");
    EXPECT_FALSE(source);
    return source ? Error{} : source.error();
  };
  const std::string missing = folder_ / "missing.csv";
  EXPECT_EQ(
      refusal(missing),
      (Error{
          ErrorCode::NotFound,
          "ingest: there is no file " + missing,
          "check the name; several files are named one after the other or with a pattern such as "
          "'logs/*.csv'"}));
  const std::string folder = folder_ / "";
  EXPECT_EQ(refusal(folder),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + folder + " is a directory, but must be a file",
                   "name the files in it: '" + folder + "/*.csv'"}));
  const std::string empty = folder_.write("empty.csv", "");
  EXPECT_EQ(refusal(empty),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + empty + " is empty",
                   "a log needs a header line and one line per transaction"}));
}

TEST_F(ByteSourceTest, HashesTheFileItself) {
  const std::string packed = gzip("abc");
  const std::string path = folder_.write("f.gz", packed);
  Result<ByteSource> source = ByteSource::open(path, "");
  ASSERT_TRUE(source);
  std::array<char, 16> buffer{};
  EXPECT_EQ(source->read(buffer).value(), 3U);
  EXPECT_EQ(source->bytes_done(), packed.size());
  EXPECT_EQ(source->bytes_total(), packed.size());
  EXPECT_EQ(source->sha256(), *file_sha256(path));
  EXPECT_EQ(*file_sha256(folder_.write("abc", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// --- compression
// ----------------------------------------------------------------------------------

TEST_F(ByteSourceTest, ReadsGzip) {
  EXPECT_EQ(read_bytes(gzip("a,b\n1,2\n")), "a,b\n1,2\n");
  EXPECT_EQ(read_bytes(gzip("a,b\n1,2\n"), "", 1), "a,b\n1,2\n");
  EXPECT_EQ(read_bytes(gzip("")), "");
}

TEST_F(ByteSourceTest, ReadsSeveralGzipMembersAndThePaddingBehindThem) {
  EXPECT_EQ(read_bytes(gzip("a,b\n") + gzip("") + gzip("1,2\n") + std::string(700, '\0')),
            "a,b\n1,2\n");
}

TEST_F(ByteSourceTest, RefusesATruncatedGzipFile) {
  const std::string packed = gzip(std::string(100'000, 'x') + "end");
  const std::string path = folder_ / "log";
  for (const std::size_t kept :
       {std::size_t{20}, packed.size() / 2, packed.size() - 8, packed.size() - 1}) {
    EXPECT_EQ(read_bytes(std::string_view(packed).substr(0, kept)),
              "ingest: " + path + " is a truncated gzip file")
        << kept;
  }
  EXPECT_EQ(read_bytes(gzip("a") + packed.substr(0, 30)),
            "ingest: " + path + " is a truncated gzip file");
}

TEST_F(ByteSourceTest, RefusesADamagedGzipFile) {
  std::string packed = gzip("a,b\n1,2\n");
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);  // its checksum
  EXPECT_EQ(read_bytes(packed), "ingest: " + (folder_ / "log") + " is a damaged gzip file");
  EXPECT_EQ(read_bytes(gzip("a") + "rest"),
            "ingest: " + (folder_ / "log") + " is a damaged gzip file");
}

TEST_F(ByteSourceTest, ReadsZstdWithAndWithoutChecksum) {
  for (const bool checksum : {false, true}) {
    EXPECT_EQ(read_bytes(zstd("a,b\n1,2\n", checksum)), "a,b\n1,2\n");
    EXPECT_EQ(read_bytes(zstd("a,b\n1,2\n", checksum), "", 1), "a,b\n1,2\n");
    EXPECT_EQ(read_bytes(zstd("a,b\n", checksum) + zstd("1,2\n", checksum)), "a,b\n1,2\n");
    EXPECT_EQ(read_bytes(zstd("", checksum)), "");
  }
}

TEST_F(ByteSourceTest, RefusesATruncatedOrDamagedZstdFile) {
  const std::string packed = zstd(std::string(1'000'000, 'x') + "end", true);
  EXPECT_EQ(read_bytes(packed.substr(0, packed.size() - 1)),
            "ingest: " + (folder_ / "log") + " is a truncated zstd file");
  EXPECT_EQ(read_bytes(packed.substr(0, packed.size() / 2)),
            "ingest: " + (folder_ / "log") + " is a truncated zstd file");
  std::string damaged = packed;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(read_bytes(damaged), "ingest: " + (folder_ / "log") + " is a damaged zstd file");
}

TEST_F(ByteSourceTest, ReadsLargePackedFilesThroughPiecesOfAnySize) {
  Rng rng(5);
  std::string text;
  while (text.size() < 3'000'000) {
    text += std::to_string(rng.below(1'000'000)) + (rng.below(3) == 0 ? "\n" : ",");
  }
  for (const std::string& packed :
       {gzip(text), zstd(text), gzip(text.substr(0, 7)) + gzip(text.substr(7))}) {
    for (const std::size_t piece :
         {std::size_t{4093}, std::size_t{1} << 20U, std::size_t{4} << 20U}) {
      EXPECT_TRUE(read_bytes(packed, "", piece) == text) << piece;
    }
  }
}

// --- encodings
// ------------------------------------------------------------------------------------

TEST_F(ByteSourceTest, LeavesTheByteOrderMarkOut) {
  EXPECT_EQ(read_bytes("\xef\xbb\xbf"
                       "a,b\n"),
            "a,b\n");
  EXPECT_EQ(read_bytes("\xef\xbb\xbf"), "");
  EXPECT_EQ(read_bytes(gzip("\xef\xbb\xbf"
                            "a,b\n")),
            "a,b\n");
}

TEST_F(ByteSourceTest, ReadsUtf16ByItsMark) {
  const std::string_view little = "\xff\xfe\x61\x00\xe9\x00\x3d\xd8\x00\xde\x0a\x00"sv;  // aé😀
  const std::string_view big = "\xfe\xff\x00\x61\x00\xe9\xd8\x3d\xde\x00\x00\x0a"sv;
  EXPECT_EQ(read_bytes(little), "aé😀\n");
  EXPECT_EQ(read_bytes(big), "aé😀\n");
  EXPECT_EQ(read_bytes(gzip(little), "", 1), "aé😀\n");
}

TEST_F(ByteSourceTest, ReadsTheEncodingThatIsSaid) {
  EXPECT_EQ(read_bytes("caf\xe9\n", "latin1"), "café\n");
  EXPECT_EQ(read_bytes("\x80 5\n", "windows-1252"), "€ 5\n");
  EXPECT_EQ(read_bytes("a\0b\0"sv, "UTF-16LE"), "ab");
  EXPECT_EQ(read_bytes("\xef\xbb\xbf"
                       "caf\xc3\xa9",
                       "latin1"),
            "café")
      << "the mark knows better";
}

TEST_F(ByteSourceTest, RefusesAnEncodingThatIsNotKnown) {
  const Result<ByteSource> source = ByteSource::open(folder_.write("f", "a,b\n"), "klingon");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error(),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: encoding is \"klingon\", but must be one that iconv knows",
                   "for example --encoding latin1; iconv --list shows all"}));
}

TEST_F(ByteSourceTest, LeavesAByteThatIsNoUtf8WhereThereIsNoCharacter) {
  EXPECT_EQ(read_bytes("\xff\xfe\x61\x00\x00\xd8\x62\x00"sv),
            "a\xff"
            "b")
      << "half a surrogate pair";
  EXPECT_EQ(read_bytes("\xff\xfe\x61\x00\x62"sv), "a\xff") << "half a character at the end";
  EXPECT_EQ(read_bytes("a\xc3", "UTF-8"), "a\xff");
}

TEST_F(ByteSourceTest, TranscodesTextLongerThanItsBuffers) {
  std::string latin1;
  std::string utf8;
  for (int i = 0; i < 700'001; ++i) {
    latin1 += i % 7 == 0 ? "\xe9" : "x";
    utf8 += i % 7 == 0 ? "é" : "x";
  }
  EXPECT_TRUE(read_bytes(latin1, "latin1", 65'537) == utf8);
}

}  // namespace
}  // namespace till::log
