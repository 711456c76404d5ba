#include "till/engine/verb.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

const Verb& named(std::string_view name) {
  return *verb_named(name).value();
}

Error error_of(std::string_view verb, std::string_view parameter, std::string_view value) {
  Arguments arguments;
  arguments.set(parameter, value, flag(parameter));
  const Result<void> checked = check(named(verb), arguments);
  return checked ? Error{} : checked.error();
}

TEST(Verb, AllAreThereInTheOrderOfHelp) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    names.push_back(verb.name);
  }
  EXPECT_THAT(names,
              ElementsAre("ingest",
                          "describe",
                          "activity",
                          "product-frequency",
                          "top-products",
                          "seasonality",
                          "concentration",
                          "cohorts",
                          "lifecycle",
                          "affinity",
                          "dynamics",
                          "anomalies",
                          "fit",
                          "predict",
                          "models",
                          "model",
                          "forecast",
                          "evaluate",
                          "backtest",
                          "report",
                          "simulate"));
}

TEST(Verb, EachIsExplainedWithExamplesThatNameIt) {
  for (const Verb& verb : verbs()) {
    EXPECT_THAT(verb.name, MatchesRegex("[a-z]+(-[a-z]+)*"));
    EXPECT_NE(verb.summary, "");
    EXPECT_FALSE(verb.summary.ends_with('.')) << verb.summary;
    EXPECT_TRUE(verb.description.ends_with('.')) << verb.description;
    EXPECT_GE(verb.examples.size(), 2U) << verb.name;
    for (const Example& example : verb.examples) {
      EXPECT_THAT(example.command, StartsWith("till " + verb.name + " "));
      EXPECT_TRUE(example.meaning.ends_with('.')) << example.meaning;
    }
  }
}

TEST(Verb, IsFoundWithDashesAndWithUnderscores) {
  EXPECT_EQ(&named("top-products"), &named("top_products"));
  EXPECT_EQ(function_name(named("top-products")), "top_products");
}

TEST(Verb, UnknownNameIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(
      verb_named("activty").error(),
      (Error{ErrorCode::NotFound, "activty is not a verb of till", "did you mean activity?"}));
  EXPECT_EQ(verb_named("xyz").error().remedy, "till --help lists them");
}

TEST(Verb, ParametersBeginWithTheSourceAndEndWithTheSession) {
  const std::vector<Parameter> parameters = parameters_of(named("activity"));
  EXPECT_EQ(parameters.front().name, "sources");
  EXPECT_EQ(parameters[1].name, "as_of");
  EXPECT_EQ(parameters.back().name, "seed");
}

TEST(Verb, MistakesAreFoundWithoutALog) {
  const auto message = [](const auto&... words) { return error_of(words...).message; };
  EXPECT_EQ(message("top-products", "k", "0"),
            "top_products: --k is \"0\", but must be a whole number from 1 to 1000000000");
  EXPECT_EQ(message("top-products", "k", "5x"),
            "top_products: --k is \"5x\", but must be a whole number from 1 to 1000000000");
  EXPECT_EQ(message("activity", "limit", "-1"),
            "activity: --limit is \"-1\", but must be a whole number of at least 0");
  EXPECT_EQ(
      message("activity", "limit", "99999999999999999999"),
      "activity: --limit is \"99999999999999999999\", but must be a whole number of at least 0");
  EXPECT_EQ(message("top-products", "window", "half a year"),
            "top_products: --window is \"half a year\", but must be a count and a unit, such as "
            "6mo, 90d, "
            "12w, 1y or 36h");
  EXPECT_EQ(
      message("top-products", "as_of", "yesterday"),
      "top_products: --as-of is \"yesterday\", but must be a date or a time, such as 2018-01-31, "
      "2018-01 or 2018-01-31T09:30:00+01:00");
  EXPECT_EQ(message("top-products", "race", "maybe"),
            "top_products: --race is \"maybe\", but must be true or false");
  EXPECT_EQ(message("product-frequency", "year", "0"),
            "product_frequency: --year is \"0\", but must be a whole number from 1 to 9999");
}

TEST(Verb, MistakesAreAnsweredWithTheNearest) {
  EXPECT_EQ(error_of("activity", "returns", "dorp"),
            (Error{ErrorCode::InvalidArgument,
                   "activity: --returns is \"dorp\", but must be one of count, drop, subtract",
                   "did you mean drop?"}));
  const Error zone = error_of("activity", "time_zone", "Europe/Pariss");
  EXPECT_EQ(zone.message,
            "activity: --time-zone is \"Europe/Pariss\", but must be a time zone such as UTC or "
            "Europe/Paris");
  EXPECT_THAT(zone.remedy, HasSubstr("Europe/Paris"));
}

TEST(Verb, ValuesInMessagesAreShortAndHarmless) {
  EXPECT_EQ(error_of("activity", "returns", "\x1b[31mred").message,
            "activity: --returns is \"?[31mred\", but must be one of count, drop, subtract");
  const Error error = error_of("activity", "returns", std::string(1000, 'x'));
  EXPECT_LT(error.message.size(), 200U);
}

}  // namespace
}  // namespace till::engine
