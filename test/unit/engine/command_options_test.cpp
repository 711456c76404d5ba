#include "till/engine/command_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::engine {
namespace {

using testing::ElementsAre;

TEST(CommandOptions, FormatFollowsTheFileUnlessSaid) {
  const auto format = [](CommandOptions options) { return options.resolved_format(); };
  EXPECT_EQ(format({}), Format::Table);
  EXPECT_EQ(format({.out = "a.csv"}), Format::Csv);
  EXPECT_EQ(format({.out = "a.json"}), Format::Json);
  EXPECT_EQ(format({.out = "a.parquet"}), Format::Parquet);
  EXPECT_EQ(format({.out = "a.txt"}), Format::Table);
  EXPECT_EQ(format({.format = Format::Json, .out = "a.csv"}), Format::Json);
}

TEST(CommandOptions, AreReadFromArguments) {
  Arguments arguments;
  arguments.set("format", "json");
  arguments.set("chart", std::vector<std::string>{"a.svg", "b.png"});
  arguments.set("quiet", "true");
  arguments.set("log_level", "debug");
  const Result<CommandOptions> options = command_options(arguments);
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->format, Format::Json);
  EXPECT_THAT(options->chart, ElementsAre("a.svg", "b.png"));
  EXPECT_TRUE(options->quiet);
  EXPECT_EQ(options->log_level, LogLevel::Debug);
}

TEST(CommandOptions, WrongWordsAreErrors) {
  Arguments arguments;
  arguments.set("format", "jsn", "--format");
  EXPECT_EQ(command_options(arguments).error(),
            (Error{ErrorCode::InvalidArgument,
                   "--format is \"jsn\", but must be one of table, csv, json, parquet",
                   "did you mean json?"}));
}

}  // namespace
}  // namespace till::engine
