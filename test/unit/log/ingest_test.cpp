#include "till/log/ingest.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/database.hpp"
#include "support/error_text.hpp"
#include "support/kept_log.hpp"
#include "support/packed.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "till/core/rng.hpp"
#include "till/log/log.hpp"

namespace till::log {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;
using warehouse::Warehouse;

class IngestTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view text) {
    return folder_.write(name, text);
  }

  IngestReport ingest(const IngestOptions& options) {
    Result<IngestReport> report = log::ingest(warehouse_, options);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : IngestReport{};
  }

  IngestReport ingest_text(std::string_view text, IngestOptions options = {}) {
    options.sources = {file("log.csv", text)};
    return ingest(options);
  }

  Error refusal(const IngestOptions& options) {
    const Result<IngestReport> report = log::ingest(warehouse_, options);
    EXPECT_FALSE(report);
    return report ? Error{} : report.error();
  }

  Error text_refusal(std::string_view text, IngestOptions options = {}) {
    options.sources = {file("log.csv", text)};
    return refusal(options);
  }

  /// Has DuckDB make a file.
  static void make(const std::string& copy) {
    Warehouse maker = test::open_database();
    test::execute(maker, copy);
  }

  std::vector<std::string> ask(std::string_view sql) { return test::ask(warehouse_, sql); }

  /// Returns the kept rows as "customer|product|time" and further columns, in their order.
  std::vector<std::string> rows(const std::string& further = "") {
    return ask("SELECT c.customer_id, p.product_id, t.\"timestamp\"" +
               (further.empty() ? "" : ", " + further) +
               " FROM till.transactions t LEFT JOIN till.customers c ON c.customer_key = "
               "t.customer_key JOIN "
               "till.products p ON p.product_key = t.product_key ORDER BY t." +
               test::row_position(warehouse_));
  }

  std::vector<std::string> rejects() {
    return ask(
        "SELECT f.path, r.line, r.\"column\", r.reason, r.\"text\" FROM till.rejects r JOIN "
        "till.files f "
        "ON f.file_key = r.file_key ORDER BY 1, 2");
  }

  void expect_sound(const std::string& time_zone = "UTC") {
    test::expect_sound(warehouse_, time_zone);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

  test::TemporaryFolder folder_;
  Warehouse warehouse_ = test::open_log_database();
};

// --- rows
// -----------------------------------------------------------------------------------------

TEST_F(IngestTest, KeepsEveryRowOfAFile) {
  const IngestReport report = ingest_text(
      "customer_id,product_id,timestamp\na,x,2017-01-31 "
      "09:31:08\nb,y,2017-02-01\na,x,2017-02-02\n");
  EXPECT_THAT(
      rows(),
      ElementsAre(
          "a|x|2017-01-31T09:31:08Z", "b|y|2017-02-01T00:00:00Z", "a|x|2017-02-02T00:00:00Z"));
  EXPECT_EQ(report.read, 3);
  EXPECT_EQ(report.accepted, 3);
  EXPECT_EQ(report.rejected, 0);
  EXPECT_EQ(report.duplicates, 0);
  ASSERT_THAT(report.files, SizeIs(1));
  EXPECT_EQ(report.files[0].path, path("log.csv"));
  EXPECT_EQ(report.files[0].sha256.size(), 64U);
  EXPECT_FALSE(report.files[0].already_known);
  EXPECT_THAT(report.columns,
              ElementsAre(Pair("customer", "customer_id"),
                          Pair("product", "product_id"),
                          Pair("timestamp", "timestamp")));
  expect_sound();
}

TEST_F(IngestTest, KeepsWhyARowWasRefused) {
  const IngestReport report = ingest_text(
      "customer,product,date,amount,quantity\n"
      "a,x,2017-01-31,1.5,1\n"
      "a,x,31st,1,1\n"
      "a,x,,1,1\n"
      "a,,2017-01-31,1,1\n"
      "a,x,2017-01-31,free,1\n"
      "a,x,2017-01-31,1,many\n"
      "a,x,9999-12-31,1,1\n"
      "a,x,2017-01-31\n"
      "a,\"x,2017-01-31,1,1\n"
      "b,y,2017-02-01,,\n");
  EXPECT_THAT(rows("t.amount, t.quantity"),
              ElementsAre("a|x|2017-01-31T00:00:00Z|15000|1", "b|y|2017-02-01T00:00:00Z||"));
  const std::string log = path("log.csv");
  EXPECT_THAT(rejects(),
              ElementsAre(log + "|3|date|invalid_timestamp|a,x,31st,1,1",
                          log + "|4|date|missing_timestamp|a,x,,1,1",
                          log + "|5|product|missing_product|a,,2017-01-31,1,1",
                          log + "|6|amount|invalid_amount|a,x,2017-01-31,free,1",
                          log + "|7|quantity|invalid_quantity|a,x,2017-01-31,1,many",
                          log + "|8|date|timestamp_out_of_range|a,x,9999-12-31,1,1",
                          log + "|9||wrong_column_count|a,x,2017-01-31",
                          log + "|10||unclosed_quote|a,\"x,2017-01-31,1,1"));
  EXPECT_EQ(report.read, 10);
  EXPECT_EQ(report.accepted, 2);
  EXPECT_EQ(report.rejected, 8);
  EXPECT_THAT(report.rejects, SizeIs(8));
  ASSERT_THAT(report.examples, SizeIs(8));
  EXPECT_EQ(report.examples.front().file, log);
  EXPECT_EQ(report.examples.front().line, 9) << "rows the format refused come first";
  EXPECT_THAT(report.warnings, Contains("8 of 10 rows were refused; till describe shows why"));
  expect_sound();
}

TEST_F(IngestTest, NamesTheFlagWhenRowsAreNotUtf8) {
  const IngestReport report = ingest_text(
      "customer,product,date\na,x,2017-01-31\nj\xfcrgen,x,2017-01-31\n", {.zone = TimeZone()});
  EXPECT_THAT(report.warnings,
              Contains("1 row is not UTF-8 (if the file is in another encoding: --encoding latin1, "
                       "or its name)"));
}

TEST_F(IngestTest, SaysInTheSingularThatOneRowWasRefused) {
  const IngestReport report =
      ingest_text("customer,product,date\na,x,2017-01-31\na,x,never\n", {.zone = TimeZone()});
  EXPECT_THAT(report.warnings, ElementsAre("1 of 2 rows was refused; till describe shows why"));
}

TEST_F(IngestTest, CountsRowsWithoutACustomerForProductsOnly) {
  ingest_text("customer,product,date\n,x,2017-01-31\na,x,2017-01-31\n");
  EXPECT_THAT(rows(), ElementsAre("|x|2017-01-31T00:00:00Z", "a|x|2017-01-31T00:00:00Z"));
  EXPECT_THAT(ask("SELECT transactions, customers FROM till.product_months"), ElementsAre("2|1"));
  expect_sound();
}

TEST_F(IngestTest, KeepsALogWithoutProducts) {
  ingest_text("customer,date\na,2017-01-31\nb,2017-02-01\n",
              {.mapping = {{Field::Product, "none"}}});
  EXPECT_THAT(rows(), ElementsAre("a|all|2017-01-31T00:00:00Z", "b|all|2017-02-01T00:00:00Z"));
  expect_sound();
}

TEST_F(IngestTest, IgnoresTheIndexOfADataFrame) {
  ingest_text(",customer,product,date\n0,a,x,2017-01-31\n");
  const Result<Log> log = Log::open(std::move(warehouse_));
  ASSERT_TRUE(log);
  EXPECT_THAT(log->extra_columns(), IsEmpty());
}

TEST_F(IngestTest, PutsAnUnsortedFileInOrderOfTime) {
  ingest_text(
      "customer,product,date\na,x,2017-03-01\nb,x,2017-01-01\nc,x,2017-02-01\nd,x,2017-01-01\n");
  EXPECT_THAT(rows(),
              ElementsAre("b|x|2017-01-01T00:00:00Z",
                          "d|x|2017-01-01T00:00:00Z",
                          "c|x|2017-02-01T00:00:00Z",
                          "a|x|2017-03-01T00:00:00Z"));
  expect_sound();
}

/// Returns a log of n rows, a minute apart.
std::string minutes(int n) {
  std::string text = "customer,product,timestamp\n";
  for (int i = 0; i < n; ++i) {
    std::array<char, 64> row{};
    std::snprintf(row.data(),
                  row.size(),
                  "c%d,p%d,2017-01-%02d %02d:%02d:00\n",
                  i % 7,
                  i % 3,
                  1 + i / 1440,
                  i / 60 % 24,
                  i % 60);
    text += row.data();
  }
  return text;
}

TEST_F(IngestTest, PutsAFileInOrderThatIsSortedOnlyAtItsBeginning) {
  const IngestReport report = ingest_text(minutes(18'000) + "late,x,2017-01-01 00:00:30\n");
  EXPECT_EQ(report.accepted, 18'001);
  EXPECT_EQ(rows().at(1), "late|x|2017-01-01T00:00:30Z");
  EXPECT_EQ(report.files.size(), 1U);
  expect_sound();
}

TEST_F(IngestTest, AcceptsRowsAndColumnsOfAnyLargeFileInTheirOrder) {
  ingest_text(minutes(40'000));
  EXPECT_THAT(ask("SELECT count(*), count(DISTINCT customer_key) FROM till.transactions"),
              ElementsAre("40000|7"));
  EXPECT_THAT(ask("SELECT customer_id FROM till.customers ORDER BY customer_key"),
              ElementsAre("c0", "c1", "c2", "c3", "c4", "c5", "c6"));
  expect_sound();
}

TEST_F(IngestTest, WritesManyRefusedRowsInPortions) {
  std::string text = "customer,product,date\na,x,2017-01-01\n";
  for (int i = 0; i < 60'000; ++i) {
    text += i % 2 == 0 ? "broken\n" : "a,x,never\n";
  }
  text += "b,x,2017-01-02\n";
  const IngestReport report = ingest_text(text);
  EXPECT_EQ(report.accepted, 2);
  EXPECT_EQ(report.rejected, 60'000);
  EXPECT_THAT(ask("SELECT count(*), count(DISTINCT line), min(line), max(line) FROM till.rejects"),
              ElementsAre("60000|60000|3|60002"));
  EXPECT_THAT(report.examples, SizeIs(2));
  expect_sound();
}

// --- sources
// --------------------------------------------------------------------------------------

TEST_F(IngestTest, ReadsSeveralFilesAndPatterns) {
  file("jan.csv", "customer,product,date\na,x,2017-01-01\n");
  file("feb.csv.gz", test::gzip("customer,product,date\nb,x,2017-02-01\n"));
  file("mar.json", "{\"customer\": \"c\", \"product\": \"x\", \"date\": \"2017-03-01\"}\n");
  const IngestReport report =
      ingest({.sources = {path("*.csv"), path("feb.csv.gz"), path("m?r.json")}});
  EXPECT_THAT(
      rows(),
      ElementsAre(
          "a|x|2017-01-01T00:00:00Z", "b|x|2017-02-01T00:00:00Z", "c|x|2017-03-01T00:00:00Z"));
  EXPECT_THAT(report.files, SizeIs(3));
  EXPECT_EQ(report.read, 3);
  expect_sound();
}

TEST_F(IngestTest, SaysWhenAPatternMatchesNothing) {
  EXPECT_EQ(refusal({.sources = {path("*.csv")}}),
            (Error{ErrorCode::NotFound,
                   "ingest: no file matches " + path("*.csv"),
                   "check the pattern; quote it so that till, not the shell, expands it"}));
}

TEST_F(IngestTest, ReadsAPipeOnceOnly) {
  const std::string pipe = path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << minutes(3'000); });
  const IngestReport report = ingest({.sources = {pipe}});
  writer.join();
  EXPECT_EQ(report.accepted, 3'000);
  EXPECT_EQ(report.files.at(0).path, pipe);
  expect_sound();
}

TEST_F(IngestTest, CallsAPipeByItsNameInMessages) {
  const std::string pipe = path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << "one column\n"; });
  const Error error = refusal({.sources = {pipe}});
  writer.join();
  EXPECT_EQ(error.message,
            "ingest: " + pipe + ": line 1 is \"one column\", but must name at least two columns");
}

TEST_F(IngestTest, ReadsAParquetFile) {
  make(
      "COPY (SELECT 7 AS customer_id, 'x' AS product_id, TIMESTAMP '2017-01-31 09:31:08' AS ts, "
      "DATE '2017-02-01' AS delivered, 12.5::DOUBLE AS amount, true AS paid, [1] AS list) TO '" +
      path("log.parquet") + "' (FORMAT parquet)");
  ingest({.sources = {path("log.parquet")}});
  EXPECT_THAT(rows("t.amount, t.delivered, t.paid, t.list"),
              ElementsAre("7|x|2017-01-31T09:31:08Z|125000|2017-02-01T00:00:00Z|true|[1]"));
  expect_sound();
}

TEST_F(IngestTest, ReadsNumbersOfParquetAsTimes) {
  for (const std::string_view type : {"BIGINT", "DOUBLE", "VARCHAR"}) {
    Warehouse log = test::open_log_database();
    make("COPY (SELECT 'a' AS customer, 'x' AS product, CAST(1485855068 + i AS " +
         std::string(type) + ") AS ts FROM range(3) r(i)) TO '" + path("log.parquet") +
         "' (FORMAT parquet)");
    const Result<IngestReport> report = log::ingest(log, {.sources = {path("log.parquet")}});
    ASSERT_TRUE(report) << type << report.error().message;
    EXPECT_THAT(test::ask(log, "SELECT min(\"timestamp\") FROM till.transactions"),
                ElementsAre("2017-01-31T09:31:08Z"))
        << type;
  }
}

TEST_F(IngestTest, ShowsARefusedRowOfParquetByItsColumns) {
  make(
      "COPY (SELECT * FROM (VALUES ('a', 'x', DATE '2017-01-01'), (NULL, 'y', NULL)) "
      "v(customer, product, "
      "ts)) TO '" +
      path("log.parquet") + "' (FORMAT parquet)");
  ingest({.sources = {path("log.parquet")}});
  EXPECT_THAT(
      rejects(),
      ElementsAre(path("log.parquet") + "|2|ts|missing_timestamp|customer=, product=y, ts="));
}

TEST_F(IngestTest, RefusesZeroBytesOfParquet) {
  make(
      "COPY (SELECT * FROM (VALUES ('a' || chr(0), 'x', 'n'), ('b', 'x', chr(0)), ('c', 'x', 'n')) "
      "v(customer, product, note), (SELECT TIMESTAMP '2018-01-01' AS ts)) TO '" +
      path("log.parquet") + "' (FORMAT parquet)");
  const IngestReport report = ingest({.sources = {path("log.parquet")}});
  EXPECT_EQ(report.accepted, 1);
  EXPECT_THAT(rejects(),
              ElementsAre(path("log.parquet") + "|1||nul_byte|customer=a\\x00, product=x, note=n, "
                                                "ts=2018-01-01T00:00:00Z",
                          path("log.parquet") + "|2||nul_byte|customer=b, product=x, note=\\x00, "
                                                "ts=2018-01-01T00:00:00Z"));
}

TEST_F(IngestTest, ReadsATableOfADatabase) {
  const std::string shop = path("shop.duckdb");
  {
    Warehouse database = test::open_database(shop);
    test::execute(database,
                  "CREATE TABLE sales AS SELECT 'a' AS customer, 'x' AS product, TIMESTAMP "
                  "'2017-01-01' AS ts");
  }
  const IngestReport report = ingest({.sources = {shop}, .table = "sales"});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-01-01T00:00:00Z"));
  EXPECT_EQ(report.files.at(0).path, shop + " sales");
  const IngestReport again = ingest({.sources = {shop}, .table = "sales"});
  EXPECT_TRUE(again.files.at(0).already_known);
  EXPECT_EQ(again.read, 0);
  EXPECT_THAT(again.warnings, IsEmpty());
  EXPECT_EQ(refusal({.sources = {shop}}),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: " + shop + " is a database, but no table was said",
                   "name it: --table sales"}));
  expect_sound();
}

TEST_F(IngestTest, LeavesNoTraceOfATableThatIsKnown) {
  const std::string shop = path("shop.duckdb");
  {
    Warehouse database = test::open_database(shop);
    test::execute(database,
                  "CREATE TABLE sales AS SELECT 'a' AS customer, 'x' AS product, DATE '2017-01-01' "
                  "AS ts, 'A' AS "
                  "store UNION ALL SELECT 'a', NULL, DATE '2017-01-01', 'B'");
  }
  ingest({.sources = {shop}, .table = "sales"});
  const IngestReport again =
      ingest({.sources = {shop}, .table = "sales", .mapping = {{Field::Product, "store"}}});
  EXPECT_TRUE(again.files.at(0).already_known);
  EXPECT_THAT(again.rejects, IsEmpty());
  EXPECT_THAT(ask("SELECT \"value\" FROM till.catalogue WHERE \"key\" = 'extra_columns'"),
              ElementsAre("[[\"store\",\"text\"]]"));
  expect_sound();
}

TEST_F(IngestTest, RefusesATableOfAFile) {
  const std::string log = file("log.csv", "customer,product,date\na,x,2017-01-01\n");
  EXPECT_EQ(refusal({.sources = {log}, .table = "sales"}),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: table is \"sales\", but " + log + " is no database",
                   "leave --table out, or name a database"}));
}

TEST_F(IngestTest, NeedsASource) {
  EXPECT_EQ(refusal({}),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: sources is empty, but must name a log",
                   "name one or more files: till ingest jan.csv feb.csv --into shop.duckdb"}));
}

TEST_F(IngestTest, RefusesAFileWithoutRows) {
  EXPECT_EQ(text_refusal("customer,product,date\n"),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + path("log.csv") + " has a header line but no rows",
                   "a log needs one line per transaction"}));
  EXPECT_EQ(text_refusal("customer,product,date\nx\ny\n"),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + path("log.csv") +
                       ": no row can be read: the first is line 2: wrong_column_count (\"x\")",
                   "check the delimiter (--delimiter) and the quotes of the file"}));
}

TEST_F(IngestTest, RefusesAFileWhoseEveryRowIsRefused) {
  EXPECT_EQ(
      text_refusal("customer,product,date\na,x,soon\nb,y,later\n"),
      (Error{
          ErrorCode::InvalidData,
          "ingest: " + path("log.csv") +
              ": every row was refused; the first is line 2: invalid_timestamp in column date "
              "(\"a,x,soon\")",
          "check which column is which (--map) and how times are written (--timestamp-format)"}));
}

TEST_F(IngestTest, RefusesAFileThatIsNoParquet) {
  const std::string log = file("log.parquet", "customer,product,date\n");
  EXPECT_EQ(
      refusal({.sources = {log}}),
      (Error{ErrorCode::InvalidData,
             "ingest: " + log + " is no Parquet file: it does not begin with PAR1",
             "check that the file was copied whole; a text log must not be called .parquet"}));
}

// --- content, not names
// ---------------------------------------------------------------------------

TEST_F(IngestTest, AddsNothingTheSecondTime) {
  const std::string text = "customer,product,date\na,x,2017-01-31\nb,x,never\n";
  ingest_text(text);
  const std::vector<std::string> before = rows();
  const IngestReport again = ingest({.sources = {file("copy.csv", text)}});
  EXPECT_EQ(rows(), before);
  ASSERT_THAT(again.files, SizeIs(1));
  EXPECT_TRUE(again.files[0].already_known);
  EXPECT_EQ(again.files[0].path, path("copy.csv"));
  EXPECT_EQ(again.read, 0);
  EXPECT_EQ(again.accepted, 0);
  EXPECT_EQ(again.rejected, 0);
  EXPECT_THAT(again.warnings, IsEmpty());
  EXPECT_THAT(ask("SELECT count(*) FROM till.files"), ElementsAre("1"));
  expect_sound();
}

TEST_F(IngestTest, KnowsAFileThatIsNamedTwiceInOneGo) {
  const std::string log = file("log.csv", "customer,product,date\na,x,2017-01-31\n");
  const IngestReport report = ingest({.sources = {log, log}});
  ASSERT_THAT(report.files, SizeIs(2));
  EXPECT_FALSE(report.files[0].already_known);
  EXPECT_TRUE(report.files[1].already_known);
  EXPECT_EQ(report.read, 1);
}

TEST_F(IngestTest, AppendsAFile) {
  ingest({.sources = {file("one.csv", "customer,product,date\na,x,2017-01-31\nb,y,2017-02-03\n")}});
  ingest({.sources = {file("two.csv", "customer,product,date\nb,z,2017-02-01\nc,x,2016-12-31\n")}});
  EXPECT_THAT(rows(),
              ElementsAre("a|x|2017-01-31T00:00:00Z",
                          "b|y|2017-02-03T00:00:00Z",
                          "c|x|2016-12-31T00:00:00Z",
                          "b|z|2017-02-01T00:00:00Z"));
  EXPECT_THAT(ask("SELECT customer_id, transactions, \"first\", \"last\" FROM till.customers ORDER "
                  "BY customer_key"),
              ElementsAre("a|1|2017-01-31T00:00:00Z|2017-01-31T00:00:00Z",
                          "b|2|2017-02-01T00:00:00Z|2017-02-03T00:00:00Z",
                          "c|1|2016-12-31T00:00:00Z|2016-12-31T00:00:00Z"));
  expect_sound();
}

// --- nothing half done
// ----------------------------------------------------------------------------

TEST_F(IngestTest, LeavesNoLogBehindWhenTheFirstFileFails) {
  text_refusal("customer,product,date\na,x,soon\n");
  EXPECT_THAT(ask("SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'till'"),
              IsEmpty());
  text_refusal(minutes(20'000) + "a,x,\n", {.max_rejected_rows = 0});
  EXPECT_THAT(ask("SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'till'"),
              IsEmpty());
  EXPECT_EQ(Log::open(std::move(warehouse_)).error().code, ErrorCode::NotFound);
}

TEST_F(IngestTest, KeepsTheFilesBeforeTheOneThatFails) {
  const std::string good = file("good.csv", "customer,product,date\na,x,2017-01-31\n");
  const std::string bad =
      file("bad.csv", "customer,product,date,store\nb,y,2017-01-31,1\nb,y,never,1\n");
  const Error error = refusal({.sources = {good, bad}, .max_rejected_rows = 0});
  EXPECT_EQ(error.message,
            "ingest: " + bad +
                ": 1 of 2 rows was refused (1 invalid_timestamp), which is more than max_rejected "
                "allows");
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-01-31T00:00:00Z"));
  EXPECT_THAT(ask("SELECT customer_id FROM till.customers"), ElementsAre("a"));
  EXPECT_THAT(ask("SELECT column_name FROM information_schema.columns WHERE table_schema = 'till' "
                  "AND column_name = "
                  "'store'"),
              IsEmpty());
  expect_sound();
}

TEST_F(IngestTest, GivesTheUndisturbedAnswerAfterAFailedTry) {
  const std::string one = file("one.csv", minutes(2'000));
  std::string text = "customer,product,timestamp,store\n";
  for (int i = 0; i < 20'000; ++i) {
    text += "d" + std::to_string(i % 11) + ",q" + std::to_string(i % 5) +
            ",2017-02-01 00:00:" + std::to_string(10 + i % 50) + ",s" + std::to_string(i % 4) +
            "\n";
  }
  const std::string packed = test::gzip(text);
  ingest({.sources = {one}});
  const std::string two = file("two.csv.gz", packed.substr(0, packed.size() * 3 / 4));
  const Error error = refusal({.sources = {two}});
  EXPECT_EQ(error.message, "ingest: " + two + " is a truncated gzip file");
  EXPECT_THAT(ask("SELECT count(*) FROM till.transactions"), ElementsAre("2000"));
  expect_sound();
  file("two.csv.gz", packed);
  ingest({.sources = {two}});
  expect_sound();

  Warehouse undisturbed = test::open_log_database();
  ASSERT_TRUE(log::ingest(undisturbed, {.sources = {one, two}}));
  for (const std::string table :
       {"transactions", "customers", "products", "product_months", "files", "catalogue"}) {
    const std::string sql = "SELECT * FROM till." + table;
    EXPECT_EQ(ask(sql), test::ask(undisturbed, sql)) << table;
  }
}

TEST_F(IngestTest, StopsWhenItIsCancelled) {
  Cancellation cancellation;
  IngestOptions options;
  options.sources = {file("log.csv", minutes(40'000))};
  options.cancellation = &cancellation;
  options.on_progress = [&](const IngestProgress&) { cancellation.request(); };
  EXPECT_EQ(
      refusal(options),
      (Error{ErrorCode::Cancelled, "ingest: interrupted while reading " + path("log.csv"), ""}));
  EXPECT_THAT(ask("SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'till'"),
              IsEmpty());
}

TEST_F(IngestTest, TellsHowFarItHasCome) {
  std::vector<IngestProgress> seen;
  IngestOptions options;
  options.sources = {file("one.csv", minutes(40'000)),
                     file("two.csv", "customer,product,date\nz,x,2018-01-01\n")};
  options.on_progress = [&](const IngestProgress& progress) { seen.push_back(progress); };
  ingest(options);
  ASSERT_GE(seen.size(), 3U);
  EXPECT_EQ(seen.front().file, path("one.csv"));
  EXPECT_EQ(seen.front().bytes_total, std::filesystem::file_size(path("one.csv")));
  EXPECT_EQ(seen.back().file, path("two.csv"));
  EXPECT_EQ(seen.back().rows, 40'001);
  EXPECT_EQ(seen.back().bytes_done, seen.back().bytes_total);
  EXPECT_TRUE(std::ranges::is_sorted(seen, {}, &IngestProgress::rows));
}

TEST_F(IngestTest, TakesALogBesideTheTablesOfItsOwner) {
  const std::string shop = path("shop.duckdb");
  const std::string log = file("log.csv", "customer,product,date\na,x,2017-01-31\n");
  {
    Warehouse theirs = test::open_database(shop);
    test::execute(theirs, "CREATE TABLE files AS SELECT 1 AS theirs");
    test::execute(theirs, "CREATE SCHEMA other");
    test::execute(theirs, "CREATE TABLE other.transactions AS SELECT 2 AS theirs");
  }
  {
    Warehouse both = test::open_database(shop);
    ASSERT_TRUE(log::ingest(both, {.sources = {log}}));
    test::expect_sound(both);
  }
  Warehouse both = test::open_database(shop);
  EXPECT_THAT(test::ask(both, "SELECT theirs FROM main.files"), ElementsAre("1"));
  EXPECT_THAT(test::ask(both, "SELECT theirs FROM other.transactions"), ElementsAre("2"));
  const Result<Log> opened = Log::open(std::move(both));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->source().accepted, 1);
}

TEST_F(IngestTest, LeavesASchemaAloneThatIsSomebodyElses) {
  test::execute(warehouse_, "CREATE SCHEMA till");
  test::execute(warehouse_, "CREATE TABLE till.files AS SELECT 1 AS theirs");
  EXPECT_EQ(
      text_refusal("customer,product,date\na,x,2017-01-31\n"),
      (Error{ErrorCode::Conflict,
             "ingest: the schema till of the database holds tables that are not till's: files",
             "rename that schema, or keep the log in another database"}));
  EXPECT_THAT(ask("SELECT theirs FROM till.files"), ElementsAre("1"));
}

TEST_F(IngestTest, RefusesToReadFromTheFileItKeepsTheLogIn) {
  const std::string shop = path("shop.duckdb");
  Warehouse kept = test::open_database(shop);
  test::execute(
      kept,
      "CREATE TABLE sales AS SELECT 'a' AS customer, 'x' AS product, DATE '2017-01-01' AS ts");
  test::execute(kept, "CHECKPOINT");
  const Result<IngestReport> report =
      log::ingest(kept, {.sources = {path("./shop.duckdb")}, .table = "sales"});
  ASSERT_FALSE(report);
  EXPECT_EQ(
      report.error(),
      (Error{ErrorCode::Conflict,
             "ingest: " + path("./shop.duckdb") + " is both the source and where the log is kept",
             "keep the log in another file, or write the table to a file first"}));
}

TEST_F(IngestTest, KeepsALogInAFile) {
  const std::string shop = path("shop.duckdb");
  const std::string one = file("one.csv", minutes(3'000));
  const std::string two = file("two.csv", "customer,product,date,store\nz,x,2018-01-01,7\n");
  {
    Warehouse kept = test::open_database(shop);
    ASSERT_TRUE(log::ingest(kept, {.sources = {one}}));
  }
  {
    Warehouse kept = test::open_database(shop);
    ASSERT_TRUE(log::ingest(kept, {.sources = {two}}));
    test::expect_sound(kept);
  }
  Warehouse kept = test::open_database(shop);
  EXPECT_THAT(test::ask(kept, "SELECT count(*), count(store) FROM till.transactions"),
              ElementsAre("3001|1"));
}

// --- further columns
// ------------------------------------------------------------------------------

TEST_F(IngestTest, KeepsFurtherColumnsWithTheirTypes) {
  ingest_text(
      "customer,product,date,n,price,paid,code,empty\n"
      "a,x,2017-01-31,1,1.5,true,007,\n"
      "a,x,2017-01-31,,,,,\n"
      "a,x,2017-01-31,-2,2,false,1e5,\n");
  EXPECT_THAT(rows("n, price, paid, code, empty"),
              ElementsAre("a|x|2017-01-31T00:00:00Z|1|1.5|true|007|",
                          "a|x|2017-01-31T00:00:00Z|||||",
                          "a|x|2017-01-31T00:00:00Z|-2|2|false|1e5|"));
  const Result<Log> log = Log::open(std::move(warehouse_));
  ASSERT_TRUE(log);
  std::vector<std::string> types;
  for (const ExtraColumn& column : log->extra_columns()) {
    types.push_back(column.name + " " + column.type);
  }
  EXPECT_THAT(types,
              ElementsAre("n integer", "price real", "paid boolean", "code text", "empty text"));
}

TEST_F(IngestTest, WidensAColumnWhoseLateValueDoesNotFit) {
  std::string text = "customer,product,timestamp,a,b,c,d\n";
  for (int i = 0; i < 17'000; ++i) {
    text += "c,p,2017-01-01 00:00:00,1,2,3.50,true\n";
  }
  text += "c,p,2017-01-01 00:00:00,x1,2.5,y,maybe\n";
  ingest_text(text);
  EXPECT_THAT(ask("SELECT DISTINCT a, b, c, d FROM till.transactions ORDER BY a"),
              ElementsAre("1|2|3.50|true", "x1|2.5|y|maybe"));
  EXPECT_THAT(ask("SELECT \"value\" FROM till.catalogue WHERE \"key\" = 'extra_columns'"),
              ElementsAre(R"([["a","text"],["b","real"],["c","text"],["d","text"]])"));
  expect_sound();
}

TEST_F(IngestTest, WidensAColumnOfAnEarlierFile) {
  ingest_text("customer,product,date,n,m\na,x,2017-01-31,7,1\n");
  ingest({.sources = {file("two.csv", "customer,product,date,n,m\na,x,2017-02-01,seven,1.5\n")}});
  EXPECT_THAT(rows("n, m"),
              ElementsAre("a|x|2017-01-31T00:00:00Z|7|1", "a|x|2017-02-01T00:00:00Z|seven|1.5"));
  EXPECT_THAT(ask("SELECT \"value\" FROM till.catalogue WHERE \"key\" = 'extra_columns'"),
              ElementsAre(R"([["n","text"],["m","real"]])"));
  expect_sound();
}

TEST_F(IngestTest, AddsAColumnThatALaterFileBrings) {
  ingest_text("customer,product,date,store\na,x,2017-01-31,1\n");
  ingest({.sources = {file("two.csv", "customer,product,date,till\nb,x,2017-02-01,9\n")}});
  ingest({.sources = {file("three.csv", "customer,product,date\nc,x,2017-03-01\n")}});
  EXPECT_THAT(rows("store, \"till\""),
              ElementsAre("a|x|2017-01-31T00:00:00Z|1|",
                          "b|x|2017-02-01T00:00:00Z||9",
                          "c|x|2017-03-01T00:00:00Z||"));
  expect_sound();
}

TEST_F(IngestTest, GivesAColumnAnotherNameWhereItsOwnIsTaken) {
  ingest_text(
      "customer,product,date,amount,customer_id,till_line,Timestamp,file_key\n"
      "a,x,2017-01-31,5,c7,9,noon,k\n",
      {.mapping = {
           {Field::Customer, "customer"}, {Field::Timestamp, "date"}, {Field::Amount, "none"}}});
  EXPECT_THAT(rows("amount_2, customer_id_2, till_line_2, \"Timestamp_2\", file_key_2"),
              ElementsAre("a|x|2017-01-31T00:00:00Z|5|c7|9|noon|k"));
  expect_sound();
}

TEST_F(IngestTest, TellsColumnsApartThatDifferInCaseOnly) {
  ingest_text("customer,product,date,Store,store,STORE_2\na,x,2017-01-31,1,2,3\n");
  EXPECT_THAT(rows("\"Store\", store_2, \"STORE_2_2\""),
              ElementsAre("a|x|2017-01-31T00:00:00Z|1|2|3"));
}

TEST_F(IngestTest, MatchesColumnsOfAnotherFileWhateverTheirCase) {
  ingest_text("customer,product,date,Store\na,x,2017-01-31,1\n");
  ingest({.sources = {file("two.csv", "customer,product,date,STORE\na,x,2017-02-01,2\n")}});
  EXPECT_THAT(rows("\"Store\""),
              ElementsAre("a|x|2017-01-31T00:00:00Z|1", "a|x|2017-02-01T00:00:00Z|2"));
  EXPECT_THAT(ask("SELECT \"value\" FROM till.catalogue WHERE \"key\" = 'extra_columns'"),
              ElementsAre(R"([["Store","integer"]])"));
}

TEST_F(IngestTest, KeepsColumnsOfAnyName) {
  ingest_text(
      "customer,product,date,\"a \"\"b\"\"; DROP TABLE "
      "till.files\",été,select,x.y\na,x,2017-01-31,1,2,3,4\n");
  EXPECT_THAT(rows("\"a \"\"b\"\"; DROP TABLE till.files\", \"été\", \"select\", \"x.y\""),
              ElementsAre("a|x|2017-01-31T00:00:00Z|1|2|3|4"));
  expect_sound();
}

TEST_F(IngestTest, TakesAmountAndQuantityThatOnlyALaterFileHas) {
  ingest_text("customer,product,date,store\na,x,2017-01-31,1\n");
  ingest(
      {.sources = {file(
           "two.csv", "customer,product,date,amount,quantity,store\na,x,2017-02-01,12.5,2,3\n")}});
  ingest({.sources = {file("three.csv", "customer,product,date\na,x,2017-03-01\n")}});
  EXPECT_THAT(rows("amount, quantity, store"),
              ElementsAre("a|x|2017-01-31T00:00:00Z|||1",
                          "a|x|2017-02-01T00:00:00Z|125000|2|3",
                          "a|x|2017-03-01T00:00:00Z|||"));
  const Result<Log> log = Log::open(std::move(warehouse_));
  ASSERT_TRUE(log);
  EXPECT_TRUE(log->has_amount());
  EXPECT_TRUE(log->has_quantity());
}

TEST_F(IngestTest, FindsKeysThatJsonShowsOnlyLate) {
  std::string text;
  for (int i = 0; i < 11'000; ++i) {
    text += "{\"customer\": \"a\", \"product\": \"x\", \"date\": \"2017-01-01\"}\n";
  }
  text += "{\"customer\": \"b\", \"product\": \"x\", \"date\": \"2017-01-02\", \"late\": 5}\n";
  text +=
      "{\"customer\": \"b\", \"product\": \"x\", \"date\": \"2017-01-03\", \"later\": \"z\", "
      "\"amount\": 2.5}\n";
  const IngestReport report = ingest({.sources = {file("log.json", text)}});
  EXPECT_EQ(report.accepted, 11'002);
  EXPECT_THAT(report.columns, Contains(Pair("amount", "amount")));
  EXPECT_THAT(ask("SELECT amount, late, later FROM till.transactions WHERE \"timestamp\" > "
                  "'2017-01-01' ORDER BY \"timestamp\""),
              ElementsAre("|5|", "25000||z"));
  expect_sound();
}

// --- duplicates
// -----------------------------------------------------------------------------------

TEST_F(IngestTest, CountsDuplicatesAndKeepsThem) {
  const IngestReport report = ingest_text(
      "customer,product,date,store\na,x,2017-01-31,1\na,x,2017-01-31,1\na,x,2017-01-31,2\na,x,2017-"
      "01-31,1\n"
      ",x,2017-01-31,\n,x,2017-01-31,\n",
      {.zone = TimeZone()});
  EXPECT_EQ(report.duplicates, 3);
  EXPECT_EQ(report.accepted, 6);
  EXPECT_THAT(report.warnings,
              ElementsAre("3 rows equal an earlier row in every column; they are kept "
                          "(--duplicates drop drops them)"));
  EXPECT_THAT(ask("SELECT duplicates FROM till.files"), ElementsAre("3"));
}

TEST_F(IngestTest, CountsDuplicatesAcrossFiles) {
  ingest_text("customer,product,date\na,x,2017-01-31\na,x,2017-01-31\nb,x,2017-02-01\n");
  const IngestReport report = ingest(
      {.sources = {file("two.csv",
                        "customer,product,date\na,x,2017-01-31\nb,x,2017-02-02\nb,x,2017-02-02\n")},
       .zone = TimeZone()});
  EXPECT_EQ(report.duplicates, 2);
  EXPECT_THAT(ask("SELECT duplicates FROM till.files ORDER BY file_key"), ElementsAre("1", "2"));
}

TEST_F(IngestTest, DropsDuplicatesWhenToldSo) {
  const IngestReport report = ingest_text(
      "customer,product,date,amount\na,x,2017-02-01,1\nb,x,2017-01-31,1.5\nb,x,2017-01-31,1.5\n,x,"
      "2017-01-31,\n"
      ",x,2017-01-31,\n",
      {.zone = TimeZone(), .drop_duplicates = true});
  EXPECT_THAT(
      rows(),
      ElementsAre(
          "b|x|2017-01-31T00:00:00Z", "|x|2017-01-31T00:00:00Z", "a|x|2017-02-01T00:00:00Z"));
  EXPECT_EQ(report.read, 5);
  EXPECT_EQ(report.accepted, 3);
  EXPECT_EQ(report.rejected, 2);
  EXPECT_EQ(report.duplicates, 2);
  const std::string log = path("log.csv");
  EXPECT_THAT(
      rejects(),
      ElementsAre(
          log + "|4||duplicate|customer_id=b, product_id=x, timestamp=2017-01-31T00:00:00Z, "
                "amount=1.5",
          log +
              "|6||duplicate|customer_id=, product_id=x, timestamp=2017-01-31T00:00:00Z, amount="));
  ASSERT_THAT(report.examples, SizeIs(1));
  EXPECT_EQ(report.examples[0].file, log);
  EXPECT_THAT(report.warnings,
              ElementsAre("2 rows equal an earlier row in every column; they were dropped"));
  EXPECT_THAT(ask("SELECT duplicates FROM till.files"), ElementsAre("0"));
  expect_sound();
}

TEST_F(IngestTest, DropsDuplicatesOfEarlierFiles) {
  ingest_text("customer,product,date\na,x,2017-01-31\na,x,2017-01-31\n");
  const IngestReport report = ingest(
      {.sources = {file("two.csv",
                        "customer,product,date\na,x,2017-01-31\nb,x,2017-01-31\na,x,2017-01-31\n")},
       .drop_duplicates = true});
  EXPECT_EQ(report.accepted, 1);
  EXPECT_EQ(report.duplicates, 2);
  EXPECT_THAT(
      rows(),
      ElementsAre(
          "a|x|2017-01-31T00:00:00Z", "a|x|2017-01-31T00:00:00Z", "b|x|2017-01-31T00:00:00Z"));
  expect_sound();
}

TEST_F(IngestTest, AcceptsAFileOfNothingButDuplicates) {
  ingest_text("customer,product,date\na,x,2017-01-31\n");
  const IngestReport report =
      ingest({.sources = {file("two.csv", "customer,product,date\r\na,x,2017-01-31\r\n")},
              .drop_duplicates = true});
  EXPECT_EQ(report.accepted, 0);
  EXPECT_EQ(report.rejected, 1);
  expect_sound();
}

TEST_F(IngestTest, WritesManyDroppedDuplicatesInPortions) {
  std::string text = "customer,product,date\n";
  for (int i = 0; i < 60'000; ++i) {
    text += "a,x,2017-01-31\n";
  }
  const IngestReport report = ingest_text(text, {.drop_duplicates = true});
  EXPECT_EQ(report.accepted, 1);
  EXPECT_THAT(ask("SELECT count(*), min(line), max(line), count(DISTINCT line) FROM till.rejects"),
              ElementsAre("59999|3|60001|59999"));
  expect_sound();
}

// --- limits
// ---------------------------------------------------------------------------------------

TEST_F(IngestTest, TakesAsManyRefusedRowsAsItIsAllowed) {
  const std::string text =
      "customer,product,date\na,x,2017-01-31\na,x,2017-01-31\na,x,never\na,x,\n";
  EXPECT_EQ(text_refusal(text, {.max_rejected_share = 0.49}),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + path("log.csv") +
                       ": 2 of 4 rows were refused (1 invalid_timestamp, 1 missing_timestamp), "
                       "which is more than "
                       "max_rejected allows",
                   "nothing of the file was kept; mend it, or raise --max-rejected"}));
  EXPECT_EQ(text_refusal(text, {.max_rejected_rows = 1}).code, ErrorCode::InvalidData);
  EXPECT_EQ(ingest_text(text, {.max_rejected_share = 0.5, .max_rejected_rows = 2}).rejected, 2);
}

TEST_F(IngestTest, CountsOnlyTheRowsOfTheFileAgainstTheLimit) {
  const std::string one = file("one.csv", "customer,product,date\na,x,2017-01-31\na,x,never\n");
  const std::string two = file("two.csv", "customer,product,date\na,x,2017-01-31\na,x,\na,x,\n");
  EXPECT_EQ(refusal({.sources = {one, two}, .max_rejected_rows = 1}).message,
            "ingest: " + two +
                ": 2 of 3 rows were refused (2 missing_timestamp), which is more than max_rejected "
                "allows");
}

TEST_F(IngestTest, DoesNotCountDroppedDuplicatesAgainstTheLimit) {
  const IngestReport report = ingest_text("customer,product,date\na,x,2017-01-31\na,x,2017-01-31\n",
                                          {.drop_duplicates = true, .max_rejected_rows = 0});
  EXPECT_EQ(report.rejected, 1);
}

// --- time
// -----------------------------------------------------------------------------------------

TimeZone zone(std::string_view name) {
  const Result<TimeZone> zone = TimeZone::find(name);
  EXPECT_TRUE(zone);
  return zone.value_or(TimeZone());
}

TEST_F(IngestTest, ReadsTimesWithoutAZoneInTheLogsZone) {
  ingest_text("customer,product,date\na,x,2017-07-01 00:30\na,x,2017-07-01T00:30Z\n",
              {.zone = zone("America/New_York")});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-07-01T00:30:00Z", "a|x|2017-07-01T04:30:00Z"));
  EXPECT_THAT(ask("SELECT \"month\", transactions FROM till.product_months ORDER BY 1"),
              ElementsAre("2017-06-01|1", "2017-07-01|1"));
  expect_sound("America/New_York");
}

TEST_F(IngestTest, ReadsTimesWithoutAZoneInTheSourceZone) {
  ingest_text("customer,product,date\na,x,2017-07-01 00:30\n",
              {.zone = zone("America/New_York"), .source_zone = zone("Europe/Paris")});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-06-30T22:30:00Z"));
}

TEST_F(IngestTest, SaysThatTimesWithoutAZoneWereReadAsUtc) {
  EXPECT_THAT(
      ingest_text("customer,product,date\na,x,2017-07-01 00:30\n").warnings,
      ElementsAre(
          path("log.csv") +
          ": times without a zone were read as UTC (say --source-time-zone if they are local)"));
}

TEST_F(IngestTest, SaysNothingOfTimesThatHaveAZone) {
  EXPECT_THAT(
      ingest_text("customer,product,date\na,x,2017-07-01T00:30Z\nb,x,2017-07-01T00:31+02:00\n")
          .warnings,
      IsEmpty());
  Warehouse log = test::open_log_database();
  EXPECT_THAT(
      log::ingest(log, {.sources = {file("e.csv", "customer,product,date\na,x,1485855068\n")}})
          ->warnings,
      IsEmpty());
}

TEST_F(IngestTest, RefusesALocalTimeThatClocksSkipped) {
  const IngestReport report = ingest_text(
      "customer,product,date\na,x,2017-03-12 01:59\na,x,2017-03-12 02:30\na,x,2017-03-12 03:00\n",
      {.zone = zone("America/New_York")});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-03-12T06:59:00Z", "a|x|2017-03-12T07:00:00Z"));
  EXPECT_THAT(rejects(),
              ElementsAre(path("log.csv") + "|3|date|nonexistent_local_time|a,x,2017-03-12 02:30"));
  EXPECT_EQ(report.rejected, 1);
}

TEST_F(IngestTest, TakesTheEarlierOfALocalTimeThatClocksShowedTwice) {
  const IngestReport report =
      ingest_text("customer,product,date\na,x,2017-11-05 01:30\na,x,2017-11-05 02:30\n",
                  {.zone = zone("America/New_York")});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-11-05T05:30:00Z", "a|x|2017-11-05T07:30:00Z"));
  EXPECT_THAT(
      report.warnings,
      ElementsAre(
          path("log.csv") +
          ": 1 time falls into an hour that clocks showed twice; the earlier one was taken"));
}

TEST_F(IngestTest, TakesTheStartOfADayThatBeginsAtOne) {
  ingest_text("customer,product,date\na,x,2017-10-15\n", {.zone = zone("America/Sao_Paulo")});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-10-15T03:00:00Z"));
  expect_sound("America/Sao_Paulo");
}

TEST_F(IngestTest, KeepsTheZoneOfALogThatIsThere) {
  ingest_text("customer,product,date\na,x,2017-07-01 00:30\n", {.zone = zone("America/New_York")});
  const std::string two = file("two.csv", "customer,product,date\na,x,2017-07-02 00:30\n");
  EXPECT_EQ(refusal({.sources = {two}, .zone = TimeZone()}),
            (Error{ErrorCode::InvalidArgument,
                   "ingest: time_zone is UTC, but the kept log has America/New_York",
                   "leave --time-zone out, or ingest everything into a new database"}));
  EXPECT_THAT(ingest({.sources = {two}}).warnings, IsEmpty());
  EXPECT_EQ(rows().back(), "a|x|2017-07-02T04:30:00Z");
  expect_sound("America/New_York");
}

TEST_F(IngestTest, RefusesTimesWhoseOrderTheDataDoNotDecide) {
  EXPECT_THAT(text_refusal("customer,product,date\na,x,01/02/2017\n").message,
              StartsWith("ingest: " + path("log.csv") +
                         ": column date does not tell days from months: line 2"));
  const std::string text = "customer,product,date\na,x,01/02/2017\n";
  ingest_text(text, {.timestamp_format = "%d/%m/%Y"});
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-02-01T00:00:00Z"));
}

TEST_F(IngestTest, LooksAsFarAsItTakesToTellDaysFromMonths) {
  std::string text = "customer,product,date\n";
  for (int i = 0; i < 30'000; ++i) {
    text += "a,x,02/01/2017\n";
  }
  text += "a,x,13/01/2017\n";
  ingest_text(text);
  EXPECT_THAT(ask("SELECT min(\"timestamp\"), max(\"timestamp\") FROM till.transactions"),
              ElementsAre("2017-01-02T00:00:00Z|2017-01-13T00:00:00Z"));
}

// --- side tables
// ----------------------------------------------------------------------------------

TEST_F(IngestTest, KeepsAProductTable) {
  IngestOptions options;
  options.products =
      file("products.csv",
           "product_id,name,department,price,Name,PRICE\nx,Apple,fruit,1.5,n,p\nz,Pear,fruit,,,\n"
           "x,Again,other,2,,\n,Nobody,,,,\n");
  const IngestReport report =
      ingest_text("customer,product,date\na,x,2017-01-31T00:00Z\na,y,2017-02-01T00:00Z\n", options);
  EXPECT_THAT(ask("SELECT p.product_id, p.transactions, p.\"first\", a.name, a.department, "
                  "a.price, a.\"Name_2\", "
                  "a.\"PRICE_2\" FROM till.products p LEFT JOIN till.product_attributes a USING "
                  "(product_key) ORDER BY "
                  "p.product_key"),
              ElementsAre("x|1|2017-01-31T00:00:00Z|Apple|fruit|1.5|n|p",
                          "y|1|2017-02-01T00:00:00Z|||||",
                          "z|0||Pear|fruit|||"));
  EXPECT_THAT(report.warnings,
              ElementsAre(options.products + ": 1 row repeats an id; the first counts",
                          options.products + ": 1 row has no id and was left out"));
  expect_sound();
  const Result<Log> log = Log::open(std::move(warehouse_));
  ASSERT_TRUE(log);
  EXPECT_THAT(log->product_attributes(), ElementsAre("department", "price", "Name_2", "PRICE_2"));
  EXPECT_TRUE(log->has_product_names());
  EXPECT_EQ(log->products(), 2) << "sold at least once";
}

TEST_F(IngestTest, NamesProductsBySeveralColumns) {
  IngestOptions options;
  options.products = file("products.csv", "sku,brand,size\nx,ACME,1 l\ny,,2 l\nz,,\n");
  options.product_name = {"brand", "size"};
  ingest_text("customer,product,date\na,x,2017-01-31\n", options);
  EXPECT_THAT(ask("SELECT name, brand, size FROM till.product_attributes ORDER BY product_key"),
              ElementsAre("ACME 1 l|ACME|1 l", "2 l||2 l", "||"));
}

TEST_F(IngestTest, KeepsACustomerTable) {
  IngestOptions options;
  options.customers =
      file("customers.json", "{\"id\": 7, \"since\": \"2016\", \"vip\": true}\n{\"id\": 9}\n");
  ingest_text("customer,product,date\n7,x,2017-01-31\n8,x,2017-01-31\n", options);
  EXPECT_THAT(ask("SELECT c.customer_id, c.transactions, a.name, a.since, a.vip FROM "
                  "till.customers c LEFT JOIN "
                  "till.customer_attributes a USING (customer_key) ORDER BY c.customer_key"),
              ElementsAre("7|1||2016|true", "8|1|||", "9|0|||"));
  expect_sound();
  const Result<Log> log = Log::open(std::move(warehouse_));
  ASSERT_TRUE(log);
  EXPECT_THAT(log->customer_attributes(), ElementsAre("since", "vip"));
  EXPECT_EQ(log->customers(), 2) << "bought at least once";
}

TEST_F(IngestTest, CountsProductsThatSellOnlyAfterTheirTableCame) {
  IngestOptions options;
  options.products = file("products.csv", "product_id,name\nz,Pear\n");
  ingest_text("customer,product,date\na,x,2017-01-31\n", options);
  ingest({.sources = {file("two.csv", "customer,product,date\na,z,2017-02-01\n")}});
  EXPECT_THAT(
      ask("SELECT product_id, transactions, \"first\" FROM till.products ORDER BY product_key"),
      ElementsAre("x|1|2017-01-31T00:00:00Z", "z|1|2017-02-01T00:00:00Z"));
  expect_sound();
}

TEST_F(IngestTest, ReplacesASideTable) {
  IngestOptions options;
  options.products = file("products.csv", "product_id,name,old\nx,Apple,1\n");
  ingest_text("customer,product,date\na,x,2017-01-31\n", options);
  ingest({.products = file("new.csv", "product_id,new\nx,2\n")});
  EXPECT_THAT(ask("SELECT * FROM till.product_attributes"), ElementsAre("0||2"));
  const Result<Log> log = Log::open(std::move(warehouse_));
  ASSERT_TRUE(log);
  EXPECT_THAT(log->product_attributes(), ElementsAre("new"));
  EXPECT_FALSE(log->has_product_names());
}

TEST_F(IngestTest, KeepsTheLogWhenASideTableFails) {
  IngestOptions options;
  options.products = file("products.csv", "department,name\nfruit,Apple\n");
  EXPECT_EQ(text_refusal("customer,product,date\na,x,2017-01-31\n", options),
            (Error{ErrorCode::InvalidData,
                   "ingest: " + options.products +
                       ": no column looks like the product (columns: department, name)",
                   "name the id column product_id"}));
  EXPECT_THAT(rows(), ElementsAre("a|x|2017-01-31T00:00:00Z"));
  expect_sound();
}

TEST_F(IngestTest, ReadsASideTableWhoseKeysComeLate) {
  std::string text;
  for (int i = 0; i < 12'000; ++i) {
    text += "{\"product_id\": \"p" + std::to_string(i) + "\"}\n";
  }
  text += "{\"product_id\": \"x\", \"name\": \"Apple\"}\n";
  IngestOptions options;
  options.products = file("products.json", text);
  ingest_text("customer,product,date\na,x,2017-01-31\n", options);
  EXPECT_THAT(ask("SELECT count(*), max(name) FROM till.product_attributes"),
              ElementsAre("12001|Apple"));
  expect_sound();
}

TEST_F(IngestTest, AcceptsASideTableWithoutRows) {
  IngestOptions options;
  options.products = file("products.csv", "product_id,name,department\n");
  ingest_text("customer,product,date\na,x,2017-01-31\n", options);
  EXPECT_THAT(ask("SELECT count(*) FROM till.product_attributes"), ElementsAre("0"));
}

TEST_F(IngestTest, TakesOneFileAsASideTable) {
  IngestOptions options;
  file("p1.csv", "product_id,name\nx,Apple\n");
  file("p2.csv", "product_id,name\ny,Pear\n");
  options.products = path("p*.csv");
  EXPECT_EQ(text_refusal("customer,product,date\na,x,2017-01-31\n", options).message,
            "ingest: " + path("p*.csv") + " names 2 files, but must be one");
}

// --- any log
// --------------------------------------------------------------------------------------

TEST_F(IngestTest, KeepsRandomLogsSound) {
  for (const std::string_view name : {"UTC", "America/New_York"}) {
    Rng rng(name.size());
    for (int round = 0; round < 2; ++round) {
      Warehouse log = test::open_log_database();
      IngestOptions options;
      options.zone = zone(name);
      options.drop_duplicates = round % 2 == 1;
      for (int f = 0; f < 3; ++f) {
        std::string text =
            f == 1 ? "product,customer,date,amount\n" : "customer,product,date,store\n";
        for (std::uint64_t n = 20 + rng.below(300); n > 0; --n) {
          std::array<char, 80> when{};
          std::snprintf(when.data(),
                        when.size(),
                        rng.below(20) == 0 ? "%04d/%02d/%02d" : "%04d-%02d-%02d %02d:00",
                        2016 + static_cast<int>(rng.below(3)),
                        1 + static_cast<int>(rng.below(12)),
                        1 + static_cast<int>(rng.below(rng.below(30) == 0 ? 31 : 28)),
                        static_cast<int>(rng.below(24)));
          text += std::to_string(rng.below(8)) + "," +
                  (rng.below(15) == 0 ? "" : std::to_string(rng.below(5))) + "," + when.data() +
                  "," + (rng.below(40) == 0 ? "\"" : std::to_string(rng.below(2))) + "\n";
        }
        options.sources.push_back(file("f" + std::to_string(f) + ".csv", text));
      }
      const Result<IngestReport> report = log::ingest(log, options);
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_EQ(report->read, report->accepted + report->rejected);
      test::expect_sound(log, std::string(name));
      if (options.drop_duplicates) {
        test::expect_none(log,
                          "duplicates",
                          "SELECT 1 FROM till.transactions GROUP BY customer_key, product_key, "
                          "\"timestamp\", amount, store HAVING count(*) > 1");
      } else {
        EXPECT_EQ(*log.query_integer("SELECT sum(duplicates)::BIGINT FROM till.files"),
                  *log.query_integer(
                      "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT customer_key, "
                      "product_key, \"timestamp\", amount, store FROM till.transactions) d) FROM "
                      "till.transactions"));
      }
    }
  }
}

}  // namespace
}  // namespace till::log
