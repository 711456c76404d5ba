#include "engine/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> texts_of(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    texts.push_back(finding.text);
  }
  return texts;
}

TEST(Findings, AreOrderedBySizeTimesCertainty) {
  const std::vector<Finding> findings = standing({{.text = "small", .size = 0.1},
                                                  {.text = "tested", .size = 0.8, .p_value = 0.04},
                                                  {.text = "counted", .size = 0.79},
                                                  {.text = "equal", .size = 0.1}});
  EXPECT_THAT(texts_of(findings), ElementsAre("counted", "tested", "small", "equal"));
}

TEST(Findings, StandOnlyAtTheRateOfFalseDiscoveriesOverAllTests) {
  // Alone 0.03 would stand; beside three tests that find nothing it does not.
  EXPECT_THAT(standing({{.text = "a", .size = 1, .p_value = 0.03}}), SizeIs(1));
  EXPECT_THAT(standing({{.text = "a", .size = 1, .p_value = 0.03},
                        {.text = "b", .size = 1, .p_value = 0.6},
                        {.text = "c", .size = 1, .p_value = 0.7},
                        {.text = "d", .size = 1, .p_value = 0.8}}),
              IsEmpty());
}

TEST(Findings, SayWhyTheyCanBeBelieved) {
  EXPECT_EQ(basis_of({.text = "a"}), "counted");
  EXPECT_EQ(basis_of({.text = "a", .q_value = 0.0204}), "tested, q = 0.02");
  EXPECT_EQ(basis_of({.text = "a", .q_value = 1e-9}), "tested, q < 0.001");
}

Answer concentration_of(double gini, double top, std::int64_t ids) {
  Answer answer;
  answer.summary = {
      {"customers",
       Object{{"ids", ids}, {"gini", gini}, {"top_20", top}, {"ids_for_50", std::int64_t{7}}}}};
  return answer;
}

TEST(Findings, ConcentrationIsToldWhereThereIsSome) {
  EXPECT_THAT(texts_of(concentration_findings(concentration_of(0.78, 0.81, 2002))),
              ElementsAre("The most active 20 % of customers make 81.0 % of all transactions; 7 of "
                          "2,002 make half of them."));
  EXPECT_THAT(concentration_findings(concentration_of(0.2, 0.3, 2002)), IsEmpty());
  EXPECT_THAT(concentration_findings(concentration_of(0.78, 0.81, 5)), IsEmpty());
}

TEST(Findings, RetentionIsThatOfAYearAfterTheFirstPurchase) {
  Answer answer;
  List ages;
  for (std::int64_t age = 0; age < 20; ++age) {
    ages.emplace_back(Object{{"age", age},
                             {"customers", std::int64_t{100}},
                             {"retention", age == 12 ? 0.4 : 0.5},
                             {"low", 0.31},
                             {"high", 0.5}});
  }
  answer.summary = {{"ages", std::move(ages)}};
  const std::vector<Finding> findings = cohorts_findings(answer);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(
      findings[0].text,
      "Of 100 customers 40.0 % buy in month 12 after the first purchase (95 % interval 31.0 % "
      "to 50.0 %).");
  EXPECT_NEAR(findings[0].size, 0.6, 1e-12);
}

Answer backtest_of(double low) {
  Answer answer;
  answer.summary = {{"best_model", "dynamic_nbd"},
                    {"pooled",
                     List{Object{{"model", "dynamic_nbd"}, {"poisson_deviance", 1.8}},
                          Object{{"model", "last_month"}, {"poisson_deviance", 3.0}},
                          Object{{"model", "mean_of_6_months"}, {"poisson_deviance", 2.0}}}},
                    {"comparisons",
                     List{Object{{"model", "mean_of_6_months"},
                                 {"score", "poisson_deviance"},
                                 {"difference", 0.2},
                                 {"low", low},
                                 {"high", 0.3},
                                 {"p_value", 0.004}}}}};
  return answer;
}

TEST(Findings, AForecastIsBetterOnlyWithAnIntervalThatExcludesZero) {
  const std::vector<Finding> findings = backtest_findings(backtest_of(0.1));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].text,
              HasSubstr("10.0 % less than that of the best other model, mean_of_6"));
  EXPECT_EQ(findings[0].p_value, 0.004);
  EXPECT_THAT(backtest_findings(backtest_of(-0.1)), IsEmpty());
}

TEST(Findings, SuddenChangesAreOneFindingAndCarryTheirTest) {
  Answer answer;
  answer.summary = {
      {"products", std::int64_t{4}},
      {"changed", std::int64_t{2}},
      {"changes",
       List{Object{
                {"product_id", "pear"}, {"month", "2018-03"}, {"change", 1.0}, {"certainty", 0.96}},
            Object{{"product_id", "apple"},
                   {"month", "2018-12"},
                   {"change", -0.5},
                   {"certainty", 0.99}}}}};
  answer.rows.columns = {{"product_id", TextColumn{"apple", "pear"}},
                         {"share", RealColumn{0.5, 0.1}}};
  const std::vector<Finding> findings = dynamics_findings(answer);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(
      findings[0].text,
      "Sales of apple changed suddenly in 2018-12: 50.0 % less from then on. So did those of 1 "
      "of the other 3 products.");
  EXPECT_NEAR(*findings[0].q_value, 0.01, 1e-12);
  answer.summary[0].value = std::int64_t{2};
  EXPECT_THAT(dynamics_findings(answer).front().text, HasSubstr("So did those of the other."));
  answer.summary = {
      {"products", std::int64_t{1}},
      {"changed", std::int64_t{1}},
      {"changes",
       List{Object{
           {"product_id", "apple"}, {"month", "2018-12"}, {"change", -0.5}, {"certainty", 0.99}}}}};
  EXPECT_EQ(dynamics_findings(answer).front().text,
            "Sales changed suddenly in 2018-12: 50.0 % less from then on.");
}

TEST(Findings, AffinityIsToldOnlyWhereAPairPassedTheTest) {
  Answer answer;
  answer.title = "Of 6 pairs tested, 1 is bought together more often than by chance.";
  answer.summary = {{"found", std::int64_t{1}}};
  answer.rows.columns = {{"support", RealColumn{0.2}}, {"q_value", RealColumn{0.01}}};
  const std::vector<Finding> findings = affinity_findings(answer);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].text, answer.title);
  EXPECT_DOUBLE_EQ(findings[0].size, 0.2);
  EXPECT_DOUBLE_EQ(*findings[0].q_value, 0.01);
  answer.summary = {{"found", std::int64_t{0}}};
  EXPECT_THAT(affinity_findings(answer), IsEmpty());
}

TEST(Findings, ALeaderNeedsOthersToLead) {
  Answer answer;
  answer.summary = {{"month_ends", std::int64_t{3}},
                    {"leaders",
                     List{Object{{"product_id", std::string("tea")},
                                 {"name", std::string("Tea")},
                                 {"month_ends", std::int64_t{3}}}}}};
  answer.rows.columns = {{"rank", IntegerColumn{1, 1, 1}}, {"share", RealColumn{1.0, 1.0, 1.0}}};
  EXPECT_THAT(race_findings(answer), IsEmpty());
  answer.rows.columns = {{"rank", IntegerColumn{1, 2, 1}}, {"share", RealColumn{0.7, 0.3, 0.6}}};
  EXPECT_THAT(texts_of(race_findings(answer)),
              ElementsAre("Tea (tea) led at every one of 3 month ends."));
}

TEST(Findings, WhatIsHardlyEverBoughtIsNotCalledNothing) {
  Answer answer;
  answer.summary = {
      {"day_of_week",
       Object{{"strength", 0.9}, {"p_value", 1e-9}, {"evidence", std::string("strong")}}}};
  answer.rows.columns = {
      {"period", TextColumn{"day_of_week", "day_of_week"}},
      {"value", TextColumn{"Thursday", "Saturday"}},
      {"index", RealColumn{1.31, 0.0}},
      {"transactions", IntegerColumn{900, 4}},
  };
  EXPECT_THAT(texts_of(seasonality_findings(answer)),
              ElementsAre("The day of the week matters: most is bought on Thursday (1.31 times the "
                          "average), least on Saturday (less than 0.01 times the average)."));
  answer.rows.columns[3] = {"transactions", IntegerColumn{900, 0}};
  EXPECT_THAT(texts_of(seasonality_findings(answer)),
              ElementsAre("The day of the week matters: most is bought on Thursday (1.31 times the "
                          "average), least on Saturday (nothing at all)."));
}

TEST(Findings, AnomaliesOfAKindAreOneFindingThatNamesTheSurest) {
  Answer answer;
  answer.rows.columns = {
      {"kind", TextColumn{"day", "day", "customer"}},
      {"what", TextColumn{"silence", "silence", "silence"}},
      {"id", TextColumn{"2018-12-29", "2018-03-29", "anna"}},
      {"finding",
       TextColumn{"289 transactions where 2,017.4 were expected.",
                  "155 transactions where 1,168.1 were expected.",
                  "Bought nothing for 845 days; 0.4 would be usual."}},
      {"q_value", RealColumn{1e-15, 1e-14, 1e-9}},
  };
  EXPECT_THAT(texts_of(anomalies_findings(answer)),
              ElementsAre("2 stretches of days were unusually quiet; the surest is 2018-12-29. 289 "
                          "transactions where 2,017.4 were expected.",
                          "1 customer fell silent: anna. Bought nothing for 845 days; 0.4 would be "
                          "usual."));
}

TEST(Findings, AnswersThatSayNothingGiveNone) {
  const Answer nothing;
  for (const auto& findings_of : {describe_findings,
                                  top_products_findings,
                                  race_findings,
                                  seasonality_findings,
                                  concentration_findings,
                                  cohorts_findings,
                                  lifecycle_findings,
                                  affinity_findings,
                                  dynamics_findings,
                                  backtest_findings}) {
    EXPECT_THAT(findings_of(nothing), IsEmpty());
  }
}

}  // namespace
}  // namespace till::engine
