#include "till/engine/fit.hpp"

#include <cmath>
#include <filesystem>

#include "log_of_sales.hpp"
#include "support/source_tree.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/engine/predict.hpp"

namespace till::engine {
namespace {

using test::LogOfSales;
using test::rows_of;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Answer answer(const FitOptions& options) {
  LogOfSales sales;
  Result<Answer> answer = fit(sales.session(), options);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return std::move(answer).value();
}

std::string message(const FitOptions& options) {
  LogOfSales sales;
  const Result<Answer> answer = fit(sales.session(), options);
  return answer ? "no error" : answer.error().message;
}

TEST(Fit, EachParameterIsARowInTheOrderAskedFor) {
  const Answer found = answer({.model = "bg-nbd,NBD,bg_nbd"});
  EXPECT_THAT(test::columns_of(found.rows),
              ElementsAre("model", "parameter", "estimate", "standard_error", "lower", "upper"));
  EXPECT_THAT(
      rows_of(found.rows, {"model", "parameter"}),
      ElementsAre("bg_nbd r", "bg_nbd alpha", "bg_nbd a", "bg_nbd b", "nbd r", "nbd alpha"));
  EXPECT_THAT(found.title, HasSubstr("fits 3 customers best of 2 models"));
  EXPECT_THAT(found.warnings, Contains(HasSubstr("Only 2 of 3 customers bought again")));
}

TEST(Fit, ALogToAMomentKnowsNothingLater) {
  const Answer found = answer({.model = "nbd", .as_of = Instant{1'516'665'600'000'000}});
  EXPECT_EQ(test::integer_of(found.summary, "customers"), 2);
  EXPECT_EQ(test::integer_of(found.summary, "purchases"), 2);
}

TEST(Fit, WhatCannotBeDoneIsSaid) {
  EXPECT_EQ(message({.model = "pareto"}),
            "fit: --model is \"pareto\", but must be a model of till");
  EXPECT_EQ(message({.as_of = Instant{0}}),
            "fit: no customer bought before 1970-01-01, but there must be one");
  EXPECT_EQ(message({.as_of = Instant{0}, .calibration_end = Date{2018, 1, 1}}),
            "fit: --as-of and --calibration-end are both said, but must not be: each says where "
            "the data end");
}

// --- published estimates
// --------------------------------------------------------------------------

struct Published {
  std::string model;
  double log_likelihood;
};

/// Returns the log-likelihoods of all models, in order.
void expect_published(const std::string& log,
                      Date calibration_end,
                      const std::vector<Published>& published) {
  const std::filesystem::path path = test::shared_folder() / "data" / log;
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not there";
  }
  Session session({.sources = {path.string()}});
  FitOptions options;
  options.calibration_end = calibration_end;
  options.model.clear();
  for (const Published& model : published) {
    options.model += (options.model.empty() ? "" : ",") + model.model;
  }
  const Result<Answer> found = fit(session, options);
  ASSERT_TRUE(found) << found.error().message;
  const List& fits = std::get<List>(find(found->summary, "models")->data);
  ASSERT_EQ(fits.size(), published.size());
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const Object& fitted = std::get<Object>(fits[i].data);
    EXPECT_TRUE(std::get<bool>(find(fitted, "usable")->data)) << published[i].model;
    // Half a unit of the last digit that is printed everywhere.
    EXPECT_NEAR(
        std::get<double>(find(fitted, "log_likelihood")->data), published[i].log_likelihood, 5e-5)
        << published[i].model;
  }
}

TEST(Fit, CdnowMatchesFaderHardieLee2005) {
  expect_published(
      "cdnow_sample.csv.gz",
      {1997, 9, 30},
      {{"pareto_nbd", -9594.97618}, {"bg_nbd", -9582.42921}, {"mbg_nbd", -9582.13572}});
}

TEST(Fit, GroceryMatchesThePackageItIsFrom) {
  expect_published(
      "grocery.csv.gz",
      {2006, 12, 31},
      {{"pareto_nbd", -15782.3921}, {"bg_nbd", -15836.5662}, {"mbg_nbd", -15781.9394}});
}

TEST(Fit, ApparelMatchesThePackageItIsFrom) {
  expect_published(
      "apparel.csv.gz", {2006, 12, 31}, {{"pareto_nbd", -5848.09783}, {"bg_nbd", -5857.01975}});
}

// --- predict
// --------------------------------------------------------------------------------------

TEST(Predict, CustomersAreOrderedByWhatToExpectOfThem) {
  LogOfSales sales;
  PredictOptions options;
  options.model = "nbd";
  const Result<Answer> found = predict(sales.session(), options);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(test::columns_of(found->rows),
              ElementsAre("rank",
                          "customer_id",
                          "frequency",
                          "recency",
                          "T",
                          "probability_alive",
                          "expected_transactions",
                          "probability_zero"));
  EXPECT_THAT(rows_of(found->rows, {"rank", "customer_id", "frequency", "probability_alive"}),
              ElementsAre("1 anna 2 1.000000", "2 carl 0 1.000000", "3 bert 1 1.000000"));
}

TEST(Predict, TheHorizonIsOfTheCalendar) {
  LogOfSales sales;
  PredictOptions options;
  options.as_of = Instant{1'517'443'200'000'000};  // 1 February 2018
  const Result<Answer> found = predict(sales.session(), options);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(to_string(std::get<Instant>(find(found->summary, "to")->data)), "2018-03-01T00:00:00Z");
  EXPECT_THAT(found->title, HasSubstr("from 2018-02-01 to 2018-03-01"));
}

TEST(Predict, AModelThatDoesNotExistIsSaid) {
  LogOfSales sales;
  PredictOptions options;
  options.model = "mgb_nbd";
  const Result<Answer> found = predict(sales.session(), options);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().remedy, "did you mean mbg_nbd or bg_nbd?");
}

}  // namespace
}  // namespace till::engine
