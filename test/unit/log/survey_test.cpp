#include "log/survey.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "log/csv_source.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::log {
namespace {

using ::testing::ElementsAre;
using warehouse::BatchType;

class SurveyTest : public ::testing::Test {
 protected:
  Result<Survey> look(std::string_view text, const IngestOptions& options = {}) {
    Result<RowSource> source = open_csv(folder_.write("log.csv", text), {});
    EXPECT_TRUE(source) << source.error().message;
    return survey(*source, "log.csv", options);
  }

  test::TemporaryFolder folder_;
};

TEST_F(SurveyTest, FindsColumnsTypesAndTheFormOfTimes) {
  const Result<Survey> found = look("customer,product,date,n,r,b,t\na,x,31/01/2017,1,1.5,true,y\n");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->columns.timestamp, 2U);
  EXPECT_EQ(found->time_format.day_first, std::optional(true));
  EXPECT_THAT(found->types,
              ElementsAre(BatchType::Text,
                          BatchType::Text,
                          BatchType::Text,
                          BatchType::Integer,
                          BatchType::Real,
                          BatchType::Boolean,
                          BatchType::Text));
  EXPECT_TRUE(found->times_without_zone);
  EXPECT_TRUE(found->sorted);
}

TEST_F(SurveyTest, SeesWhetherTimesAreSorted) {
  EXPECT_TRUE(look("customer,product,date\na,x,2017-01-01\na,x,\na,x,2017-01-01\n")->sorted);
  EXPECT_FALSE(look("customer,product,date\na,x,2017-01-02\na,x,never\na,x,2017-01-01\n")->sorted);
  EXPECT_FALSE(look("customer,product,date\na,x,1969-12-31\na,x,1969-12-30\n")->sorted);
}

TEST_F(SurveyTest, SeesWhetherTimesHaveAZone) {
  EXPECT_FALSE(look("customer,product,date\na,x,2017-01-01T00:00Z\n")->times_without_zone);
  EXPECT_FALSE(look("customer,product,date\na,x,1485855068\n")->times_without_zone);
  EXPECT_TRUE(
      look("customer,product,date\na,x,2017-01-01T00:00Z\na,x,2017-01-01\n")->times_without_zone);
}

TEST_F(SurveyTest, TakesTheFormatThatIsSaid) {
  EXPECT_EQ(look("customer,product,date\na,x,01/02/2017\n", {.timestamp_format = "%m/%d/%Y"})
                ->time_format.pattern,
            "%m/%d/%Y");
  const Result<Survey> wrong =
      look("customer,product,date\na,x,01/02/2017\n", {.timestamp_format = "%Q"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message,
            "ingest: timestamp_format is \"%Q\", but must be made of letters that till knows");
}

TEST_F(SurveyTest, RefusesAFileWithoutRows) {
  const Result<Survey> found = look("customer,product,date\n");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(),
            (Error{ErrorCode::InvalidData,
                   "ingest: log.csv has a header line but no rows",
                   "a log needs one line per transaction"}));
}

}  // namespace
}  // namespace till::log
