#include "till/engine/text.hpp"

#include <gtest/gtest.h>

namespace till::engine {
namespace {

Answer small_answer() {
  Answer answer;
  answer.title = "Renault leads.";
  answer.rows.columns = {
      {"rank", IntegerColumn{1, 2, 3}},
      {"product_id", TextColumn{"Renault", "日本", std::nullopt}},
      {"transactions", IntegerColumn{53'241, -1'000, 7}},
      {"share", RealColumn{0.21777, 0.1, std::nullopt}, TableColumn::Display::Share},
      {"as_of", InstantColumn{Instant{0}, Instant{1'000'000}, std::nullopt}}};
  answer.total_rows = 3;
  return answer;
}

TEST(Text, AlignsNumbersRightAndTextsLeft) {
  EXPECT_EQ(to_text(small_answer(), {}),
            "Renault leads.\n"
            "\n"
            "rank  product_id  transactions    share  as_of\n"
            "   1  Renault           53,241  21.78 %  1970-01-01\n"
            "   2  日本              -1,000  10.00 %  1970-01-01 00:00:01\n"
            "   3  -                      7        -  -\n");
}

TEST(Text, SaysHowManyRowsAreHidden) {
  Answer answer = small_answer();
  answer.total_rows = 2'002;
  EXPECT_NE(to_text(answer, {}).find("... and 1,999 more rows (--limit 0 shows all)\n"),
            std::string::npos);
  answer.total_rows = 4;
  EXPECT_NE(to_text(answer, {}).find("... and 1 more row (--limit 0 shows all)\n"),
            std::string::npos);
}

TEST(Text, ListsTheSummaryAndTheWarnings) {
  Answer answer;
  answer.title = "A log.";
  answer.summary = {{"year", 2018},
                    {"mean_transactions", 487.4899},
                    {"large", 12'345'678.9},
                    {"thousand", 1234.5},
                    {"times_of_day", true},
                    {"nothing", Value()},
                    {"rejects", Object{{"bad", 1'000}, {"worse", 2}}},
                    {"months", List{"a", "b"}},
                    {"empty", List{}},
                    {"gaps", List{Object{{"from", Instant{0}}, {"days", 3}}}}};
  answer.warnings = {"first", "second"};
  EXPECT_EQ(to_text(answer, {}),
            "A log.\n"
            "\n"
            "year               2018\n"
            "mean transactions  487.49\n"
            "large              12,345,679\n"
            "thousand           1,234.5\n"
            "times of day       yes\n"
            "nothing            -\n"
            "rejects            bad: 1,000, worse: 2\n"
            "months             a, b\n"
            "\n"
            "gaps\n"
            "  from        days\n"
            "  1970-01-01     3\n"
            "\n"
            "warning: first\n"
            "warning: second\n");
}

TEST(Text, ShortensTextsToTheTerminal) {
  Answer answer;
  answer.title = "Two words.";
  answer.rows.columns = {{"id", TextColumn{"a rather long identifier"}}, {"n", IntegerColumn{1}}};
  answer.warnings = {"this is longer than the terminal"};
  EXPECT_EQ(to_text(answer, {.width = 20}),
            "Two words.\n"
            "\n"
            "id                 n\n"
            "a rather long ...  1\n"
            "\n"
            "warning: this is\n"
            "         longer than\n"
            "         the\n"
            "         terminal\n");
}

TEST(Text, WithoutColourHasNoEscapes) {
  Answer answer = small_answer();
  answer.warnings = {"x"};
  EXPECT_EQ(to_text(answer, {}).find('\x1b'), std::string::npos);
  EXPECT_NE(to_text(answer, {.colour = true}).find("\x1b[1mRenault leads.\x1b[0m\n"),
            std::string::npos);
}

TEST(Text, IdsCannotDriveTheTerminal) {
  Answer answer;
  answer.title = "\x1b]52;c;aGk=\x07";
  answer.rows.columns = {{"id", TextColumn{"\x1b[2J"}}};
  answer.warnings = {"\x1b[2J"};
  answer.summary = {{"id", "\x1b[2J"}};
  EXPECT_EQ(to_text(answer, {}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace till::engine
