#include "log/row_coder.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/arrow.hpp"

namespace till::log {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using warehouse::Batch;
using warehouse::BatchType;

/// Rows of text cells, as a CSV file delivers them from line 2 on.
RowBatch text_rows(const std::vector<std::vector<std::string_view>>& rows) {
  RowBatch batch;
  batch.rows = rows.size();
  for (std::size_t c = 0; c < rows.front().size(); ++c) {
    TextCells cells;
    for (const auto& row : rows) {
      cells.push_back(row[c]);
    }
    batch.columns.emplace_back(std::move(cells));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    batch.lines.push_back(static_cast<std::int64_t>(i) + 2);
    batch.texts.emplace_back("as written");
  }
  return batch;
}

class RowCoderTest : public ::testing::Test {
 protected:
  RowCoderTest() {
    plan_.column_names = {"customer", "product", "date", "amount", "quantity", "store"};
    plan_.utc_columns.assign(plan_.column_names.size(), false);
    plan_.columns = {
        .customer = 0, .product = 1, .timestamp = 2, .amount = 3, .quantity = 4, .extra = {5}};
    plan_.has_amount = true;
    plan_.has_quantity = true;
    plan_.file_key = 7;
    plan_.extras = {{"store", BatchType::Integer, 5}};
  }

  /// Codes rows and returns each as "customer product time file amount quantity store".
  std::vector<std::string> code(RowBatch batch) {
    RowCoder coder(plan_, customers_, products_);
    Batch out(layout_of(plan_));
    coder.code(batch, out);
    for (const RefusedRow& row : coder.take_refused()) {
      refused_.push_back(std::to_string(row.line) + " " + row.column + " " + row.reason + ": " +
                         row.text);
    }
    misfits_ = coder.misfits();
    unsorted_ = coder.unsorted();
    range_ = coder.range();
    EXPECT_EQ(coder.read(), static_cast<std::int64_t>(out.rows()) + coder.refused());
    return shown(out);
  }

  static std::vector<std::string> shown(const Batch& out) {
    const Result<OwnedArray> array = out.to_arrow();
    EXPECT_TRUE(array);
    std::vector<std::string> rows(out.rows());
    for (std::size_t c = 0; c < out.layout().size(); ++c) {
      const ArrowArray& column = *(*array)->children[c];
      const auto* valid = static_cast<const std::uint8_t*>(column.buffers[0]);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] += c == 0 ? "" : " ";
        if (valid != nullptr && ((valid[i / 8] >> (i % 8)) & 1) == 0) {
          rows[i] += "-";
          continue;
        }
        switch (out.layout()[c].type) {
          case BatchType::Key:
            rows[i] += std::to_string(static_cast<const std::int32_t*>(column.buffers[1])[i]);
            break;
          case BatchType::Real:
            rows[i] += std::to_string(static_cast<const double*>(column.buffers[1])[i]);
            break;
          case BatchType::Timestamp:
            rows[i] += to_string(Instant{static_cast<const std::int64_t*>(column.buffers[1])[i]});
            break;
          default:
            rows[i] += std::to_string(static_cast<const std::int64_t*>(column.buffers[1])[i]);
        }
      }
    }
    return rows;
  }

  CodingPlan plan_;
  Dictionary customers_;
  Dictionary products_;
  std::vector<std::string> refused_;
  std::map<std::string, BatchType> misfits_;
  bool unsorted_ = false;
  std::optional<TimeRange> range_;
};

TEST_F(RowCoderTest, CodesIdsTimesAndNumbers) {
  EXPECT_THAT(code(text_rows({{"a", "x", "2017-01-31", "1.5", "2", "9"},
                              {"b", "x", "2017-01-31 09:31", "", "", ""},
                              {"a", "y", "2017-02-01T00:00Z", "-1", "-0.5", "-3"}})),
              ElementsAre("0 0 2017-01-31T00:00:00Z 7 15000 2.000000 9",
                          "1 0 2017-01-31T09:31:00Z 7 - - -",
                          "0 1 2017-02-01T00:00:00Z 7 -10000 -0.500000 -3"));
  EXPECT_THAT(refused_, IsEmpty());
  EXPECT_FALSE(unsorted_);
  EXPECT_EQ(to_string(range_->from), "2017-01-31T00:00:00Z");
  EXPECT_EQ(to_string(range_->to), "2017-02-01T00:00:00.000001Z");
}

TEST_F(RowCoderTest, NamesTheCellThatIsAtFault) {
  EXPECT_THAT(code(text_rows({{"a", "", "2017-01-31", "", "", ""},
                              {"a", "x", "", "", "", ""},
                              {"a", "x", "soon", "", "", ""},
                              {"a", "x", "1899-12-31", "", "", ""},
                              {"a", "x", "2200-01-01", "", "", ""},
                              {"a", "x", "2017-01-31", "free", "", ""},
                              {"a", "x", "2017-01-31", "", "nan", ""}})),
              IsEmpty());
  EXPECT_THAT(refused_,
              ElementsAre("2 product missing_product: as written",
                          "3 date missing_timestamp: as written",
                          "4 date invalid_timestamp: as written",
                          "5 date timestamp_out_of_range: as written",
                          "6 date timestamp_out_of_range: as written",
                          "7 amount invalid_amount: as written",
                          "8 quantity invalid_quantity: as written"));
}

TEST_F(RowCoderTest, GivesNoKeyToTheIdsOfARefusedRow) {
  code(text_rows({{"a", "x", "soon", "", "", ""}, {"b", "y", "2017-01-31", "free", "", ""}}));
  EXPECT_EQ(customers_.size(), 0);
  EXPECT_EQ(products_.size(), 0);
}

TEST_F(RowCoderTest, KeepsARowWithoutACustomer) {
  EXPECT_THAT(code(text_rows({{"", "x", "2017-01-31", "", "", ""}})),
              ElementsAre("- 0 2017-01-31T00:00:00Z 7 - - -"));
  EXPECT_EQ(customers_.size(), 0);
}

TEST_F(RowCoderTest, CallsTheOneProductAll) {
  plan_.columns.product.reset();
  EXPECT_THAT(code(text_rows({{"a", "x", "2017-01-31", "", "", ""}})), SizeIs(1));
  EXPECT_EQ(products_.id(0), "all");
}

TEST_F(RowCoderTest, NoticesRowsThatGoBackInTime) {
  code(text_rows({{"a", "x", "2017-01-31", "", "", ""}, {"a", "x", "2017-01-31", "", "", ""}}));
  EXPECT_FALSE(unsorted_);
  code(text_rows({{"a", "x", "2017-01-31", "", "", ""}, {"a", "x", "2017-01-30", "", "", ""}}));
  EXPECT_TRUE(unsorted_);
}

TEST_F(RowCoderTest, NamesColumnsWhoseTypeDoesNotHoldAValue) {
  code(text_rows({{"a", "x", "2017-01-31", "", "", "1.5"}}));
  EXPECT_THAT(misfits_, ElementsAre(Pair("store", BatchType::Real)));
  code(
      text_rows({{"a", "x", "2017-01-31", "", "", "s1"}, {"a", "x", "2017-01-31", "", "", "1.5"}}));
  EXPECT_THAT(misfits_, ElementsAre(Pair("store", BatchType::Text)));
}

TEST_F(RowCoderTest, LeavesOutColumnsThatTheFileDoesNotHave) {
  plan_.columns.amount.reset();
  plan_.columns.quantity.reset();
  plan_.extras[0].column.reset();
  EXPECT_THAT(code(text_rows({{"a", "x", "2017-01-31", "1", "1", "1"}})),
              ElementsAre("0 0 2017-01-31T00:00:00Z 7 - - -"));
}

TEST_F(RowCoderTest, CarriesTheLineOfStagedRows) {
  plan_.staged = true;
  EXPECT_THAT(code(text_rows({{"a", "x", "2017-01-31", "", "", ""}})),
              ElementsAre("0 0 2017-01-31T00:00:00Z 7 - - - 2"));
}

TEST_F(RowCoderTest, PassesOnWhatTheFormatRefused) {
  RowBatch batch = text_rows({{"a", "x", "2017-01-31", "", "", ""}});
  batch.refused = {{9, "", "unclosed_quote", "\""}};
  EXPECT_THAT(code(std::move(batch)), SizeIs(1));
  EXPECT_THAT(refused_, ElementsAre("9  unclosed_quote: \""));
}

}  // namespace
}  // namespace till::log
