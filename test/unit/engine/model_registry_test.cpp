#include "engine/model_registry.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> named(std::string_view text) {
  std::vector<std::string> names;
  const auto found = forecasters_named("f", text);
  EXPECT_TRUE(found.has_value());
  for (const ModelEntry* model : found.value_or({})) {
    names.emplace_back(model->name);
  }
  return names;
}

TEST(ModelRegistry, KnowsEachModelOnce) {
  std::set<std::string> names;
  for (const ModelEntry* model : forecasters()) {
    names.insert(model->name);
  }
  EXPECT_THAT(names, SizeIs(forecasters().size()));
}

TEST(ModelRegistry, TakesTheDefaultForAuto) {
  EXPECT_EQ((*forecaster_named("forecast", "auto"))->name, forecasters().front()->name);
  EXPECT_EQ((*forecaster_named("forecast", "last_month"))->name, "last_month");
  EXPECT_EQ(forecaster_named("forecast", "all").error().code, ErrorCode::NotFound);
}

TEST(ModelRegistry, CompetesUnderTheSameNames) {
  for (const ModelEntry* model : forecasters()) {
    EXPECT_EQ(model->months->competitor().name, model->name);
  }
}

TEST(ModelRegistry, HasTheBaselinesOfEveryBacktest) {
  std::set<std::string> names;
  for (const ModelEntry* model : forecasters()) {
    if (model->months->is_baseline) {
      names.insert(model->name);
    }
  }
  EXPECT_THAT(names,
              ElementsAre("exponential_smoothing",
                          "intermittent_demand",
                          "last_month",
                          "mean_of_12_months",
                          "mean_of_3_months",
                          "mean_of_6_months",
                          "same_month_last_year"));
}

TEST(ModelRegistry, UnderstandsLists) {
  EXPECT_THAT(named("all"), SizeIs(forecasters().size()));
  EXPECT_THAT(named("dynamic-nbd"), ElementsAre("dynamic_nbd"));
  EXPECT_THAT(named("auto"), ElementsAre(forecasters().front()->name));
  EXPECT_THAT(named("last_month,dynamic_nbd,last_month"), ElementsAre("dynamic_nbd", "last_month"));
}

TEST(ModelRegistry, HasModelsThatDoBoth) {
  for (const char* name : {"pareto_nbd", "bg_nbd", "mbg_nbd"}) {
    const ModelEntry* model = *history_model_named("fit", name);
    EXPECT_EQ(model, *forecaster_named("forecast", name));
    EXPECT_TRUE(model->history && model->months);
  }
}

TEST(ModelRegistry, SaysThatAModelIsOfTheOtherKind) {
  const auto forecaster = history_model_named("predict", "dynamic-nbd");
  ASSERT_FALSE(forecaster);
  EXPECT_EQ(forecaster.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(forecaster.error().message,
            "predict: --model is \"dynamic-nbd\", but this model forecasts months only");
  const auto history = forecaster_named("forecast", "nbd");
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().code, ErrorCode::Unsupported);
}

TEST(ModelRegistry, NamesTheNearest) {
  const auto found = forecasters_named("backtest", "last_moth");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
  EXPECT_EQ(found.error().message,
            "backtest: --model is \"last_moth\", but must be a model of till");
  EXPECT_THAT(found.error().remedy, testing::HasSubstr("last_month"));
  EXPECT_EQ(forecasters_named("backtest", ",").error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace till::engine
