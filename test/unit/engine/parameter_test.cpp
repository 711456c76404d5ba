#include "till/engine/parameter.hpp"

#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/engine/command_options.hpp"
#include "till/engine/session.hpp"
#include "till/engine/verb.hpp"

namespace till::engine {
namespace {

using testing::Contains;
using testing::MatchesRegex;

// Every parameter a user meets, with the verb that has it ("" for those of the program).
std::vector<std::pair<std::string, Parameter>> everything() {
  std::vector<std::pair<std::string, Parameter>> all;
  for (const Verb& verb : verbs()) {
    for (const Parameter& parameter : parameters_of(verb)) {
      all.emplace_back(verb.name, parameter);
    }
  }
  for (const Parameter& parameter : command_parameters()) {
    all.emplace_back("", parameter);
  }
  return all;
}

TEST(Parameter, NamesAreUniqueWithinAVerb) {
  for (const Verb& verb : verbs()) {
    std::set<std::string> names;
    for (const Parameter& parameter : parameters_of(verb)) {
      EXPECT_TRUE(names.insert(parameter.name).second) << verb.name << " " << parameter.name;
    }
    for (const Parameter& parameter : command_parameters()) {
      EXPECT_TRUE(names.insert(parameter.name).second) << verb.name << " " << parameter.name;
    }
  }
}

TEST(Parameter, NamesAreWordsThatAllSurfacesCanWrite) {
  for (const auto& [verb, parameter] : everything()) {
    EXPECT_THAT(parameter.name, MatchesRegex("[a-z]+(_[a-z]+)*")) << verb;
  }
}

TEST(Parameter, OneNameMeansOneKindOfThingInEveryVerb) {
  std::map<std::string, std::pair<Kind, bool>> known;
  for (const auto& [verb, parameter] : everything()) {
    if (verb == "cohorts" && parameter.name == "period") {
      continue;  // of the calendar, by its word; elsewhere a period is any length
    }
    const std::pair kind{parameter.kind, parameter.repeatable};
    const auto [first, is_new] = known.try_emplace(parameter.name, kind);
    EXPECT_EQ(first->second, kind) << verb << " " << parameter.name;
  }
}

TEST(Parameter, EveryOneIsExplainedInSentences) {
  for (const auto& [verb, parameter] : everything()) {
    EXPECT_GE(parameter.help.size(), 10U) << verb << " " << parameter.name;
    EXPECT_TRUE(parameter.help.ends_with('.')) << parameter.help;
    EXPECT_FALSE(parameter.otherwise.ends_with('.')) << parameter.otherwise;
  }
}

TEST(Parameter, EveryOneButASwitchSaysWhatStandsForItsValue) {
  for (const auto& [verb, parameter] : everything()) {
    if (parameter.kind == Kind::Switch) {
      EXPECT_EQ(parameter.placeholder, "") << parameter.name;
    } else if (parameter.kind == Kind::Choice) {
      EXPECT_GE(parameter.choices.size(), 2U) << parameter.name;
    } else {
      EXPECT_NE(parameter.placeholder, "") << parameter.name;
    }
  }
}

TEST(Parameter, DefaultsOfChoicesAreAmongTheChoices) {
  for (const auto& [verb, parameter] : everything()) {
    if (parameter.kind == Kind::Choice && parameter.default_text) {
      EXPECT_THAT(parameter.choices, Contains(*parameter.default_text)) << parameter.name;
    }
  }
}

TEST(Parameter, DefaultsThatAreShownCanBeSaid) {
  for (const Verb& verb : verbs()) {
    for (const Parameter& parameter : parameters_of(verb)) {
      if (!parameter.default_text) {
        continue;
      }
      Arguments arguments;
      arguments.set(parameter.name, *parameter.default_text);
      EXPECT_TRUE(check(verb, arguments).has_value()) << verb.name << " " << parameter.name;
      EXPECT_TRUE(session_options(arguments).has_value()) << verb.name << " " << parameter.name;
    }
  }
}

TEST(Parameter, FlagHasDashes) {
  EXPECT_EQ(flag("as_of"), "--as-of");
}

TEST(Parameter, IsFoundWithDashesAndWithUnderscores) {
  EXPECT_EQ(find(session_parameters(), "max-rejected"), find(session_parameters(), "max_rejected"));
  EXPECT_NE(find(session_parameters(), "max-rejected"), nullptr);
  EXPECT_EQ(find(session_parameters(), "max-rejecte"), nullptr);
  EXPECT_EQ(find(session_parameters(), ""), nullptr);
}

}  // namespace
}  // namespace till::engine
