#include "log/csv_source.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "log/text_window.hpp"
#include "support/error_text.hpp"
#include "support/packed.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::log {
namespace {

using namespace std::string_view_literals;
using test::ReadRows;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CsvSourceTest : public ::testing::Test {
 protected:
  ReadRows read(std::string_view text, const CsvOptions& options = {}) {
    return test::read_rows(open_csv(folder_.write("log.csv", text), options));
  }

  Error refusal(std::string_view text, const CsvOptions& options = {}) {
    const Result<RowSource> source = open_csv(folder_.write("log.csv", text), options);
    EXPECT_FALSE(source);
    return source ? Error{} : source.error();
  }

  /// What every message about the file begins with.
  [[nodiscard]] std::string file() const { return "ingest: " + (folder_ / "log.csv") + ": "; }

  test::TemporaryFolder folder_;
};

// --- rows and fields
// ------------------------------------------------------------------------------

TEST_F(CsvSourceTest, DeliversCellsWithTheirLine) {
  const ReadRows read = this->read("a,b\n1,2\n3,\n,\n");
  EXPECT_THAT(read.columns, ElementsAre("a", "b"));
  EXPECT_THAT(read.rows(), ElementsAre("2: 1|2", "3: 3|", "4: |"));
  EXPECT_THAT(read.texts, ElementsAre("1,2", "3,", ","));
  EXPECT_THAT(read.refused, IsEmpty());
}

TEST_F(CsvSourceTest, NeedsNoLineEndAtTheEnd) {
  EXPECT_THAT(read("a,b\n1,2").rows(), ElementsAre("2: 1|2"));
  EXPECT_THAT(read("a,b\n1,\"2\"").rows(), ElementsAre("2: 1|2"));
  EXPECT_THAT(read("a,b\r\n1,2\r").rows(), ElementsAre("2: 1|2"));
  EXPECT_THAT(read("a,b").rows(), IsEmpty());
}

TEST_F(CsvSourceTest, ReadsLineEndsOfBothKinds) {
  EXPECT_THAT(read("a,b\r\n1,2\r\n\"3\",\"4\"\r\n5,6\n").rows(),
              ElementsAre("2: 1|2", "3: 3|4", "4: 5|6"));
}

TEST_F(CsvSourceTest, SkipsEmptyLinesButCountsThem) {
  EXPECT_THAT(read("\n\r\na,b\n\n1,2\n\r\n\n3,4\n\n").rows(), ElementsAre("5: 1|2", "8: 3|4"));
}

TEST_F(CsvSourceTest, TakesALoneCarriageReturnAtTheEndForAnEmptyLine) {
  const ReadRows read = this->read("a,b\r\n1,2\r\n\r");
  EXPECT_THAT(read.rows(), ElementsAre("2: 1|2"));
  EXPECT_THAT(read.refused, IsEmpty());
}

TEST_F(CsvSourceTest, LeavesTheByteOrderMarkOut) {
  EXPECT_THAT(read("\xef\xbb\xbf"
                   "a,b\n1,2\n")
                  .columns,
              ElementsAre("a", "b"));
}

TEST_F(CsvSourceTest, KeepsSpacesInCells) {
  EXPECT_THAT(read("a,b\n 1 , x y \n").rows(), ElementsAre("2:  1 | x y "));
}

// --- quotes
// ---------------------------------------------------------------------------------------

TEST_F(CsvSourceTest, TakesQuotesOff) {
  const ReadRows read = this->read("\"a\",\"b,c\"\n\"1\",2\n\"\",\"x,y\"\n");
  EXPECT_THAT(read.columns, ElementsAre("a", "b,c"));
  EXPECT_THAT(read.rows(), ElementsAre("2: 1|2", "3: |x,y"));
}

TEST_F(CsvSourceTest, ReadsTwoQuotesAsOne) {
  const ReadRows read = this->read("a,b\n\"5\"\" pipe\",\"\"\"\"\n\"\"\"x\"\"\",\"\"\n");
  EXPECT_THAT(read.rows(), ElementsAre("2: 5\" pipe|\"", "3: \"x\"|"));
  EXPECT_THAT(read.texts, ElementsAre("\"5\"\" pipe\",\"\"\"\"", "\"\"\"x\"\"\",\"\""));
}

TEST_F(CsvSourceTest, ReadsLineEndsInsideQuotes) {
  const ReadRows read = this->read("a,b\n\"x\ny\",1\n\"p\r\nq\r\n\",2\n3,4\n");
  EXPECT_THAT(read.rows(), ElementsAre("2: x\ny|1", "4: p\r\nq\r\n|2", "7: 3|4"));
}

TEST_F(CsvSourceTest, LeavesAQuoteInsideAnUnquotedCell) {
  EXPECT_THAT(read("a,b\n5\" pipe,x\n").rows(), ElementsAre("2: 5\" pipe|x"));
  EXPECT_THAT(read("a,b\nx,5\"\n7,8\n").rows(), ElementsAre("2: x|5\"", "3: 7|8"));
}

TEST_F(CsvSourceTest, RefusesAnUnclosedQuoteAndGoesOnWithTheNextLine) {
  const ReadRows read = this->read("a,b\n1,2\n3,\"x\n5,6\n7,8\n");
  EXPECT_THAT(read.refused, ElementsAre("3 unclosed_quote: 3,\"x"));
  EXPECT_THAT(read.rows(), ElementsAre("2: 1|2", "4: 5|6", "5: 7|8"));
}

TEST_F(CsvSourceTest, RefusesTextBehindAClosingQuoteAndGoesOnWithTheNextLine) {
  const ReadRows read = this->read("a,b\n1,\"x\"y\n\"3\" ,4\n5,6\n");
  EXPECT_THAT(read.refused,
              ElementsAre("2 malformed_quote: 1,\"x\"y", "3 malformed_quote: \"3\" ,4"));
  EXPECT_THAT(read.rows(), ElementsAre("4: 5|6"));
}

TEST_F(CsvSourceTest, DoesNotLetAnUnclosedQuoteSwallowAQuotedRow) {
  const ReadRows read = this->read("a,b\n1,\"x\n\"2\",\"y\"\n3,z\n");
  EXPECT_THAT(read.refused, ElementsAre("2 malformed_quote: 1,\"x"));
  EXPECT_THAT(read.rows(), ElementsAre("3: 2|y", "4: 3|z"));
}

TEST_F(CsvSourceTest, GivesUpAnUnclosedQuoteAfterTheLongestRow) {
  std::string text = "a,b\n1,\"x\n";
  const std::size_t rows = 3 * kMaxRowBytes / 1024;
  for (std::size_t i = 0; i < rows; ++i) {
    text += "2," + std::string(1021, 'y') + "\n";
  }
  const ReadRows read = this->read(text);
  EXPECT_THAT(read.refused, ElementsAre("2 unclosed_quote: 1,\"x"));
  EXPECT_THAT(read.cells, SizeIs(rows));
  EXPECT_EQ(read.lines.front(), 3);
  EXPECT_EQ(read.lines.back(), static_cast<std::int64_t>(rows) + 2);
}

// --- what is refused
// ------------------------------------------------------------------------------

TEST_F(CsvSourceTest, RefusesRowsWithTooFewOrTooManyCells) {
  const ReadRows read = this->read("a,b\n1\n1,2,3\n1,2\n");
  EXPECT_THAT(read.refused, ElementsAre("2 wrong_column_count: 1", "3 wrong_column_count: 1,2,3"));
  EXPECT_THAT(read.rows(), ElementsAre("4: 1|2"));
}

TEST_F(CsvSourceTest, RefusesARowWithAZeroByte) {
  const ReadRows read = this->read("a,b\n1,x\0y\n3,4\n"sv);
  EXPECT_THAT(read.refused, ElementsAre("2 nul_byte: 1,x\\x00y"));
  EXPECT_THAT(read.rows(), ElementsAre("3: 3|4"));
}

TEST_F(CsvSourceTest, RefusesARowThatIsNotUtf8) {
  const ReadRows read = this->read("a,b\n1,caf\xe9\n2,café\n");
  EXPECT_THAT(read.refused, ElementsAre("2 invalid_utf8: 1,caf\\xe9"));
  EXPECT_THAT(read.rows(), ElementsAre("3: 2|café"));
}

TEST_F(CsvSourceTest, RefusesARowOfTenMegabytes) {
  const std::string text =
      "a,b\n1," + std::string(10'000'000, 'x') + "\n3,4\n" + std::string(9'000'000, 'y');
  const ReadRows read = this->read(text);
  EXPECT_THAT(read.refused,
              ElementsAre("2 row_too_long: 1," + std::string(995, 'x') + "…",
                          "4 row_too_long: " + std::string(997, 'y') + "…"));
  EXPECT_THAT(read.rows(), ElementsAre("3: 3|4"));
}

TEST_F(CsvSourceTest, AcceptsTheLongestRow) {
  const std::string cell(kMaxRowBytes - 2, 'x');
  EXPECT_THAT(read("a,b\n1," + cell + "\n3,4\n").rows(), ElementsAre("2: 1|" + cell, "3: 3|4"));
  EXPECT_THAT(read("a,b\n1," + cell + "x\n3,4\n").refused, SizeIs(1));
}

TEST_F(CsvSourceTest, HandsOutRefusedRowsInPortions) {
  std::string text = "a,b\n";
  for (int i = 0; i < 40'000; ++i) {
    text += "x\n";
  }
  Result<RowSource> source = open_csv(folder_.write("log.csv", text), {});
  ASSERT_TRUE(source);
  RowBatch batch;
  std::size_t refused = 0;
  while (source->next(batch).value()) {
    EXPECT_LE(batch.refused.size(), kBatchRows);
    refused += batch.refused.size();
  }
  EXPECT_EQ(refused, 40'000U);
}

// --- the window over the file
// ---------------------------------------------------------------------

TEST_F(CsvSourceTest, ReadsRowsAcrossTheEdgesOfItsWindow) {
  // 10 MB: two edges of the 4 MiB window, at every kind of place as the rows' lengths change.
  Rng rng(3);
  std::string text = "n,t\n";
  std::vector<std::string> expected;
  std::int64_t line = 2;
  while (text.size() < 10'000'000) {
    const std::string number = std::to_string(expected.size());
    const std::string filler(rng.below(4'000), 'x');
    switch (rng.below(4)) {
      case 0:
        text += number + ",\"" + filler + "\"\"\n,\"\r\n";
        expected.push_back(std::to_string(line) + ": " + number + "|" + filler + "\"\n,");
        line += 2;
        break;
      case 1:
        text += "\"" + number + "\"," + filler + "\r\n";
        expected.push_back(std::to_string(line++) + ": " + number + "|" + filler);
        break;
      default:
        text += number + "," + filler + "\n";
        expected.push_back(std::to_string(line++) + ": " + number + "|" + filler);
    }
  }
  EXPECT_TRUE(read(text).rows() == expected);
  EXPECT_TRUE(read(test::gzip(text)).rows() == expected);
}

// --- other bytes
// ----------------------------------------------------------------------------------

TEST_F(CsvSourceTest, ReadsPackedFiles) {
  EXPECT_THAT(read(test::gzip("a,b\n1,2\n")).rows(), ElementsAre("2: 1|2"));
  EXPECT_THAT(read(test::gzip("a,b\n1,") + test::gzip("2\n3,4\n")).rows(),
              ElementsAre("2: 1|2", "3: 3|4"));
  EXPECT_THAT(read(test::zstd("a,b\n1,2\n")).rows(), ElementsAre("2: 1|2"));
}

TEST_F(CsvSourceTest, FailsWhereAPackedFileIsCutOff) {
  std::string text = "a,b\n";
  Rng rng(1);
  while (text.size() < 500'000) {
    text += std::to_string(rng.next()) + ",2\n";
  }
  const std::string packed = test::gzip(text);
  const ReadRows read = this->read(packed.substr(0, packed.size() / 2));
  EXPECT_EQ(read.error, "ingest: " + (folder_ / "log.csv") + " is a truncated gzip file");
}

TEST_F(CsvSourceTest, ReadsOtherEncodings) {
  EXPECT_THAT(read("a,b\n1,caf\xe9\n", {.encoding = "latin1"}).rows(), ElementsAre("2: 1|café"));
  EXPECT_THAT(read("\xff\xfe\x61\0,\0b\0\n\0\x31\0,\0\xe9\0\n\0"sv).rows(), ElementsAre("2: 1|é"));
  const ReadRows half = read("\xff\xfe\x61\0,\0b\0\n\0\x31\0,\0\x00\xd8\n\0\x32\0,\0\x33\0\n\0"sv);
  EXPECT_THAT(half.refused, ElementsAre("2 invalid_utf8: 1,\\xff"));
  EXPECT_THAT(half.rows(), ElementsAre("3: 2|3"));
}

// --- delimiters and headers
// -----------------------------------------------------------------------

TEST_F(CsvSourceTest, FindsTheDelimiter) {
  EXPECT_THAT(read("a;b\n1,5;2,5\n").columns, ElementsAre("a", "b"));
  EXPECT_THAT(read("a\tb\n1,5\t2\n").columns, ElementsAre("a", "b"));
  EXPECT_THAT(read("a|b|c\n1|2|3\n").columns, ElementsAre("a", "b", "c"));
  EXPECT_THAT(read("a,b;c\n1,2\n3,4\n").columns, ElementsAre("a", "b;c"));
  EXPECT_THAT(read("\"a;x\",b\n1,2\n").columns, ElementsAre("a;x", "b"));
  EXPECT_THAT(read("a;b;c\n1,0;2,0;3,0\n4,0;5,0;6,0\n").columns, ElementsAre("a", "b", "c"));
}

TEST_F(CsvSourceTest, TakesTheDelimiterThatIsSaid) {
  EXPECT_THAT(read("a^b\n1^2\n", {.delimiter = "^"}).rows(), ElementsAre("2: 1|2"));
  EXPECT_THAT(read("a,b;c\n1,2;3\n", {.delimiter = ";"}).columns, ElementsAre("a,b", "c"));
}

TEST_F(CsvSourceTest, RefusesADelimiterThatIsNone) {
  EXPECT_EQ(refusal("a,b\n", {.delimiter = "ab"}),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: delimiter is \"ab\", but must be one character and no quote",
                   "a tab in the shell: --delimiter $'\\t'"}));
  EXPECT_EQ(refusal("a,b\n", {.delimiter = "\""}).message,
            "ingest: delimiter is \"\\\"\", but must be one character and no quote");
}

TEST_F(CsvSourceTest, SaysWhatIsWrongWithAHeader) {
  EXPECT_EQ(refusal("customer\n1\n2\n"),
            (Error{ErrorCode::InvalidData,
                   file() + "line 1 is \"customer\", but must name at least two columns",
                   "till knows comma, semicolon, tab and bar; say another one with --delimiter"}));
  EXPECT_EQ(refusal("a,b\n1,2\n", {.delimiter = ";"}),
            (Error{ErrorCode::InvalidData,
                   file() + "line 1 is \"a,b\", but must name at least two columns",
                   "it holds no \";\" to split it at: say another --delimiter, or leave it out"}));
  EXPECT_EQ(refusal("\n\r\n"),
            (Error{ErrorCode::InvalidData,
                   file() + "there is no text in it",
                   "a log needs a header line and one line per transaction"}));
  EXPECT_EQ(refusal("a,caf\xe9\n1,2\n"),
            (Error{ErrorCode::InvalidData,
                   file() + "the header line is not UTF-8",
                   "say how the file is encoded, for example --encoding latin1"}));
  EXPECT_EQ(refusal("a,\"b\n1,2\n", {.delimiter = ","}),
            (Error{ErrorCode::InvalidData,
                   file() + "the header line cannot be read (unclosed_quote)",
                   "the first line must name the columns"}));
  EXPECT_EQ(refusal("a\0,\0b\0\n\0"sv),
            (Error{ErrorCode::InvalidData,
                   file() + "the header line holds zero bytes: it is UTF-16 or no text at all",
                   "if it is UTF-16: --encoding UTF-16LE"}));
  EXPECT_EQ(refusal("a,b\r1,2\r3,4\r"),
            (Error{ErrorCode::InvalidData,
                   file() + "lines end with CR alone, but must end with LF or CRLF",
                   "mend it: tr '\\r' '\\n' < OLD > NEW"}));
  EXPECT_EQ(refusal("PK\x03\x04 sheet"),
            (Error{ErrorCode::InvalidData,
                   file() + "it is a zip archive or a spreadsheet, but must be text",
                   "take the log out of it, or save the sheet as CSV"}));
}

TEST_F(CsvSourceTest, HashesTheFile) {
  const std::string text = "a,b\n1,2\n";
  EXPECT_EQ(read(text).sha256, "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470");
}

// --- any bytes
// ------------------------------------------------------------------------------------

/// Returns how often each line of a file, from 1 on, is part of a row that was delivered or
/// refused.
std::vector<int> coverage(const ReadRows& read, std::size_t lines) {
  std::vector<int> times(lines + 1, 0);
  const auto cover = [&](std::int64_t line, std::size_t line_ends) {
    for (std::size_t i = 0; i <= line_ends; ++i) {
      ++times.at(static_cast<std::size_t>(line) + i);
    }
  };
  for (std::size_t i = 0; i < read.texts.size(); ++i) {
    cover(read.lines[i], static_cast<std::size_t>(std::ranges::count(read.texts[i], '\n')));
  }
  for (const std::string& refused : read.refused) {
    std::size_t line_ends = 0;
    for (std::size_t at = refused.find("\\x0a"); at != std::string::npos;
         at = refused.find("\\x0a", at + 1)) {
      ++line_ends;
    }
    cover(std::stoll(refused), line_ends);
  }
  return times;
}

TEST_F(CsvSourceTest, AccountsForEveryLineOfAnyBytes) {
  constexpr std::string_view kAlphabet = "ab,,\"\"\"\n\n\r 1;\xc3\xa9\xff";
  Rng rng(17);
  for (int n = 0; n < 200; ++n) {
    std::string text = "x,y\n";
    for (std::uint64_t length = rng.below(900); length > 0; --length) {
      text += rng.below(400) == 0 ? '\0' : kAlphabet[rng.below(kAlphabet.size())];
    }
    const ReadRows read = this->read(text, {.delimiter = ","});
    ASSERT_EQ(read.error, "");
    for (const std::vector<std::string>& cells : read.cells) {
      ASSERT_THAT(cells, SizeIs(2));
    }
    std::vector<std::string> lines = {"", ""};  // numbered from 1; the header is no row
    for (std::size_t begin = text.find('\n') + 1; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      lines.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    const std::vector<int> times = coverage(read, lines.size());
    for (std::size_t line = 2; line < lines.size(); ++line) {
      const bool blank = lines[line].empty() || lines[line] == "\r";
      EXPECT_LE(times[line], 1) << text;
      EXPECT_TRUE(blank || times[line] == 1) << "line " << line << " of " << text;
    }
  }
}

}  // namespace
}  // namespace till::log
