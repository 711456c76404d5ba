// The questions of the project on real logs, against answers computed with pandas
// (../shared/golden/questions.json). Runs only where ../shared is.

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "support/database.hpp"
#include "support/source_tree.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "till/insight/activity.hpp"
#include "till/insight/product_frequency.hpp"
#include "till/insight/top_products.hpp"
#include "till/log/ingest.hpp"

namespace till::insight {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAreArray;
using warehouse::Warehouse;

/// How a log reaches the questions.
enum class Way { Memory, DatabaseFile, Parquet, Server };

struct Case {
  std::string log;  // as questions.json calls it
  std::vector<std::string> files;
  Way way;
};

// Stands in the name of the test: the bytes of a Case would be others each time.
void PrintTo(const Case& wanted, std::ostream* out) {
  *out << wanted.log;
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
  const std::map<Way, std::string> ways = {{Way::Memory, "FromCsvInMemory"},
                                           {Way::DatabaseFile, "FromADatabaseFile"},
                                           {Way::Parquet, "FromParquet"},
                                           {Way::Server, "FromPostgresql"}};
  return (info.param.log == "car_makes" ? "CarMakes" : "OnlineRetail") + ways.at(info.param.way);
}

const fs::path& shared() {
  static const fs::path kShared = test::shared_folder();
  return kShared;
}

template <typename T>
T valid(Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().message + " | " + result.error().remedy);
  }
  return std::move(result).value();
}

void succeed(const Result<void>& result) {
  ASSERT_TRUE(result) << result.error().message;
}

/// Writes each file as Parquet, with the types that DuckDB finds in it.
std::vector<std::string> as_parquet(const std::vector<std::string>& files,
                                    const test::TemporaryFolder& folder) {
  Warehouse warehouse = valid(Warehouse::open({}));
  std::vector<std::string> written;
  for (const std::string& file : files) {
    written.push_back(folder / (std::to_string(written.size()) + ".parquet"));
    succeed(warehouse.execute("COPY (SELECT * FROM read_csv('" + file +
                              "', sample_size = -1)) TO '" + written.back() +
                              "' (FORMAT parquet)"));
  }
  return written;
}

log::Log open_log(const Case& wanted, const test::TemporaryFolder& folder) {
  log::IngestOptions options;
  for (const std::string& file : wanted.files) {
    options.sources.push_back((shared() / "data" / file).string());
  }
  if (wanted.way == Way::Parquet) {
    options.sources = as_parquet(options.sources, folder);
  }
  if (wanted.way != Way::DatabaseFile) {
    Warehouse warehouse =
        wanted.way == Way::Server ? test::open_log_database() : valid(Warehouse::open({}));
    valid(log::ingest(warehouse, options));
    return valid(log::Log::open(std::move(warehouse)));
  }
  const std::string file = folder / "shop.duckdb";
  {
    Warehouse warehouse = valid(Warehouse::open({.uri = file}));
    valid(log::ingest(warehouse, options));
  }
  return valid(log::Log::open(valid(Warehouse::open({.uri = file, .read_only = true}))));
}

using Counts = std::vector<std::pair<std::string, std::int64_t>>;

class Questions : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (GetParam().way == Way::Server && test::server_uri().empty()) {
      GTEST_SKIP() << "needs a server: test/support/postgresql.py till_golden_test";
    }
    std::vector<fs::path> needed = {shared() / "golden" / "questions.json"};
    for (const std::string& file : GetParam().files) {
      needed.push_back(shared() / "data" / file);
    }
    for (const fs::path& file : needed) {
      if (!fs::exists(file)) {
        GTEST_SKIP() << "needs " << file.string() << ", which is not part of the project";
      }
    }
    const json all = json::parse(std::ifstream(needed.front()));
    for (const json& answers : all) {
      if (answers["log"] == GetParam().log) {
        answers_ = answers;
      }
    }
    ASSERT_FALSE(answers_.is_null());
  }

  void expect_size(log::Log& log) const {
    EXPECT_EQ(log.source().accepted, answers_["rows"]);
    EXPECT_EQ(log.source().rejected, 0);
    EXPECT_EQ(log.customers(), answers_["customers"]);
    EXPECT_EQ(log.products(), answers_["products"]);
    EXPECT_EQ(log.source().first, valid(parse_instant(answers_["first"].get<std::string>(), {})));
    EXPECT_EQ(log.source().last, valid(parse_instant(answers_["last"].get<std::string>(), {})));
  }

  void expect_activity(log::Log& log) const {
    ActivityOptions options;
    options.limit = std::ssize(answers_["activity"]);
    const Activity result = valid(activity(log, options));
    Counts found;
    for (const ActivityRow& row : result.rows) {
      found.emplace_back(row.customer_id, row.transactions);
    }
    EXPECT_THAT(found, ElementsAreArray(answers_["activity"].get<Counts>()));
    EXPECT_EQ(result.customers, answers_["customers"]);
    EXPECT_EQ(result.transactions, answers_["rows_with_customer"]);
    EXPECT_EQ(result.transactions + result.transactions_without_customer, answers_["rows"]);
  }

  void expect_months(log::Log& log) const {
    for (const auto& [product, years] : answers_["monthly"].items()) {
      for (const auto& [year, months] : years.items()) {
        SCOPED_TRACE(product + " in " + year);
        ProductFrequencyOptions options;
        options.product = product;
        options.year = std::stoi(year);
        std::vector<std::int64_t> found;
        for (const ProductMonth& month : valid(product_frequency(log, options)).months) {
          found.push_back(month.transactions);
        }
        EXPECT_THAT(found, ElementsAreArray(months.get<std::vector<std::int64_t>>()));
      }
    }
  }

  void expect_top_products(log::Log& log) const {
    for (const auto& [date, products] : answers_["top_products"].items()) {
      SCOPED_TRACE("as of " + date);
      TopProductsOptions options;
      options.k = std::ssize(products);
      options.as_of = valid(parse_instant(date, TimeZone()));
      options.window = {6, Period::Unit::Month};
      Counts found;
      for (const TopProduct& row : valid(top_products(log, options)).rows) {
        found.emplace_back(row.product_id, row.transactions);
      }
      EXPECT_THAT(found, ElementsAreArray(products.get<Counts>()));
    }
  }

 private:
  json answers_;
};

TEST_P(Questions, AnswersMatchPandas) {
  const test::TemporaryFolder folder;
  log::Log log = open_log(GetParam(), folder);
  expect_size(log);
  expect_activity(log);
  expect_months(log);
  expect_top_products(log);
}

std::vector<Case> cases() {
  std::vector<Case> cases;
  for (const Way way : {Way::Memory, Way::DatabaseFile, Way::Parquet, Way::Server}) {
    cases.push_back(
        {"car_makes", {"car_makes/transactions_1.csv.gz", "car_makes/transactions_2.csv.gz"}, way});
    cases.push_back({"online_retail_ii", {"online_retail_ii.csv.gz"}, way});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(RealLogs, Questions, ::testing::ValuesIn(cases()), name_of);

}  // namespace
}  // namespace till::insight
