#include "engine/forecaster_registry.hpp"

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
  for (const RegisteredForecaster* model : found.value_or({})) {
    names.emplace_back(model->name);
  }
  return names;
}

TEST(ForecasterRegistry, KnowsEachModelOnce) {
  std::set<std::string> names;
  for (const RegisteredForecaster& model : registered_forecasters()) {
    names.insert(std::string(model.name));
  }
  EXPECT_THAT(names, SizeIs(registered_forecasters().size()));
}

TEST(ForecasterRegistry, TakesTheDefaultForAuto) {
  EXPECT_EQ((*forecaster_named("forecast", "auto"))->name, registered_forecasters().front().name);
  EXPECT_EQ((*forecaster_named("forecast", "last_month"))->name, "last_month");
  EXPECT_EQ(forecaster_named("forecast", "all").error().code, ErrorCode::NotFound);
}

TEST(ForecasterRegistry, CompetesUnderTheSameNames) {
  for (const RegisteredForecaster& model : registered_forecasters()) {
    EXPECT_EQ(model.competitor().name, model.name);
  }
}

TEST(ForecasterRegistry, HasTheBaselinesOfEveryBacktest) {
  std::set<std::string> names;
  for (const RegisteredForecaster& model : registered_forecasters()) {
    if (model.is_baseline) {
      names.insert(std::string(model.name));
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

TEST(ForecasterRegistry, UnderstandsLists) {
  EXPECT_THAT(named("all"), SizeIs(registered_forecasters().size()));
  EXPECT_THAT(named("dynamic-nbd"), ElementsAre("dynamic_nbd"));
  EXPECT_THAT(named("auto"), ElementsAre(std::string(registered_forecasters().front().name)));
  EXPECT_THAT(named("last_month,dynamic_nbd,last_month"), ElementsAre("dynamic_nbd", "last_month"));
}

TEST(ForecasterRegistry, NamesTheNearest) {
  const auto found = forecasters_named("backtest", "last_moth");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
  EXPECT_EQ(found.error().message,
            "backtest: model is \"last_moth\", but must be one that till has");
  EXPECT_THAT(found.error().remedy, testing::HasSubstr("last_month"));
  EXPECT_EQ(forecasters_named("backtest", ",").error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace till::engine
