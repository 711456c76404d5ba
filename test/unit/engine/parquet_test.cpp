#include "till/engine/parquet.hpp"

#include <limits>
#include <string>

#include "support/temporary_folder.hpp"
#include <gtest/gtest.h>

#include "till/warehouse/warehouse.hpp"

namespace till::engine {
namespace {

using test::TemporaryFolder;

std::int64_t count(const std::string& sql) {
  Result<warehouse::Warehouse> warehouse = warehouse::Warehouse::open({});
  if (!warehouse) {
    ADD_FAILURE() << warehouse.error().message;
    return -1;
  }
  const Result<std::int64_t> counted = warehouse->query_integer(sql);
  EXPECT_TRUE(counted.has_value()) << counted.error().message;
  return counted.value_or(-1);
}

TEST(Parquet, KeepsTypesValuesAndWhatIsMissing) {
  const TemporaryFolder folder;
  const std::string path = folder / "it's.parquet";
  Table table;
  table.columns = {{"rank", IntegerColumn{1, std::nullopt}},
                   {"share", RealColumn{0.5, std::nullopt}},
                   {"na\"me", TextColumn{"日本 'x'", std::nullopt}},
                   {"as_of", InstantColumn{Instant{1'500'000}, std::nullopt}}};
  const Result<void> written = write_parquet(table, path);
  ASSERT_TRUE(written.has_value()) << written.error().message;

  const std::string file = "'" + (folder / "it''s.parquet") + "'";
  EXPECT_EQ(count("SELECT count(*) FROM " + file), 2);
  EXPECT_EQ(count("SELECT count(*) FROM " + file +
                  " WHERE rank = 1 AND share = 0.5 AND \"na\"\"me\" = '日本 ''x''' AND "
                  "epoch_us(as_of) = 1500000"),
            1);
  EXPECT_EQ(
      count("SELECT count(*) FROM " + file +
            " WHERE rank IS NULL AND share IS NULL AND \"na\"\"me\" IS NULL AND as_of IS NULL"),
      1);
  EXPECT_EQ(
      count("SELECT count(*) FROM (DESCRIBE SELECT * FROM " + file +
            ") WHERE column_type IN ('BIGINT', 'DOUBLE', 'VARCHAR', 'TIMESTAMP WITH TIME ZONE')"),
      4);
}

TEST(Parquet, HoldsMoreRowsThanOneBatchInTheirOrder) {
  const TemporaryFolder folder;
  const std::string path = folder / "many.parquet";
  IntegerColumn ranks;
  for (std::int64_t i = 0; i < 200'000; ++i) {
    ranks.emplace_back(i);
  }
  Table table;
  table.columns = {{"rank", std::move(ranks)}};
  ASSERT_TRUE(write_parquet(table, path).has_value());
  EXPECT_EQ(
      count("SELECT count(*) FROM (SELECT rank, file_row_number AS row_number FROM read_parquet('" +
            path + "', file_row_number = true)) WHERE rank = row_number"),
      200'000);
}

TEST(Parquet, OfNoRowsStillHasItsColumns) {
  const TemporaryFolder folder;
  const std::string path = folder / "none.parquet";
  Table table;
  table.columns = {{"rank", IntegerColumn{}}, {"name", TextColumn{}}};
  ASSERT_TRUE(write_parquet(table, path).has_value());
  EXPECT_EQ(count("SELECT count(*) FROM (DESCRIBE SELECT * FROM '" + path + "')"), 2);
}

TEST(Parquet, NeedsAColumn) {
  EXPECT_EQ(write_parquet({}, "/dev/null").error().code, ErrorCode::InvalidArgument);
}

TEST(Parquet, AMissingFolderIsAnError) {
  Table table;
  table.columns = {{"rank", IntegerColumn{1}}};
  EXPECT_EQ(write_parquet(table, "/no/such/folder/x.parquet").error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace till::engine
