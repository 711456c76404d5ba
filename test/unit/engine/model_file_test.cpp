#include "till/engine/model_file.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::engine {
namespace {

using models::State;
using testing::HasSubstr;

ModelFile example() {
  State inner;
  inner.set("name", std::string("inner"));
  inner.set("numbers", State::Numbers{1.0, -0.1, 1e300, 3.0});
  State state;
  state.set("level", 0.1 + 0.2);
  state.set("trees", State::Bytes{std::string("\0\xFF{}\x80", 5)});
  state.set("none", State::Numbers{});
  state.set("texts", State::Texts{"a", "\xC3\xA4"});
  state.set("inner", inner);
  state.set("many", State::States{inner, inner});
  ModelFile file;
  file.model = "dynamic_nbd";
  file.till_version = "0.1.0";
  file.seed = -7;
  file.cutoff = {1546300800000000};
  file.zone = *TimeZone::find("Europe/Berlin");
  file.transaction = "InvoiceNo";
  file.returns = log::Counting::Returns::Drop;
  file.fingerprint = "abc";
  file.customers = 36;
  file.first_month = Month{2017, 1};
  file.monthly = {12.0, 0.0, 7.0};
  file.scores = {{Month{2018, 12}, 30, 12.0, 11.5, 0.9, 1.1, 0.4}};
  file.warnings = {"few"};
  file.state = state;
  return file;
}

Error error_of(const std::string& bytes) {
  const Result<ModelFile> file = model_file_of(bytes, "\"shop.till\"");
  EXPECT_FALSE(file);
  return file ? Error{ErrorCode::Internal, "", ""} : file.error();
}

TEST(ModelFile, KnowsTheDaysThatStandInForItsMonths) {
  ModelFile file = example();
  const std::string calendar = to_bytes(file);
  EXPECT_EQ(calendar.find("month_days"), std::string::npos);  // as files of before were
  file.month_days = 28;
  file.first_month = PanelMonth({2017, 1, 5}, 28);
  file.scores[0].month = PanelMonth({2018, 12, 4}, 28);
  const Result<ModelFile> read = model_file_of(to_bytes(file), "x");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->month_days, 28);
  EXPECT_EQ(read->first_month, file.first_month);
  EXPECT_EQ(read->scores[0].month, file.scores[0].month);
  EXPECT_EQ(model_file_of(calendar, "x")->month_days, 0);
}

TEST(ModelFile, ComesBackAsItWas) {
  const ModelFile file = example();
  const std::string bytes = to_bytes(file);
  const Result<ModelFile> read = model_file_of(bytes, "x");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->model, file.model);
  EXPECT_EQ(read->seed, file.seed);
  EXPECT_EQ(read->cutoff, file.cutoff);
  EXPECT_EQ(read->zone, file.zone);
  EXPECT_EQ(read->transaction, file.transaction);
  EXPECT_EQ(read->returns, file.returns);
  EXPECT_EQ(read->monthly, file.monthly);
  ASSERT_EQ(read->scores.size(), 1U);
  EXPECT_EQ(read->scores[0].month, (Month{2018, 12}));
  EXPECT_EQ(read->scores[0].crps, 0.4);
  EXPECT_EQ(*read->state.find("level"), *file.state.find("level"));
  EXPECT_EQ(*read->state.find("trees"), *file.state.find("trees"));
  EXPECT_EQ(*read->state.find("many"), *file.state.find("many"));
  EXPECT_EQ(to_bytes(*read), bytes);
}

TEST(ModelFile, NoticesEveryFlippedBit) {
  const std::string bytes = to_bytes(example());
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string flipped = bytes;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    EXPECT_EQ(error_of(flipped).code, ErrorCode::CorruptFile) << i;
  }
}

TEST(ModelFile, NoticesEveryCut) {
  const std::string bytes = to_bytes(example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(error_of(bytes.substr(0, size)).code, ErrorCode::CorruptFile) << size;
  }
  EXPECT_THAT(error_of(bytes.substr(0, 100)).message, "\"shop.till\" is cut short");
  EXPECT_THAT(error_of(bytes + "x").message, HasSubstr("is damaged"));
}

TEST(ModelFile, NamesWhatIsNone) {
  EXPECT_EQ(error_of("customer_id,product_id\n").message, "\"shop.till\" is no model file of till");
  EXPECT_EQ(error_of("").message, "\"shop.till\" is no model file of till");
  EXPECT_EQ(read_model_file("no-such.till").error().code, ErrorCode::NotFound);
}

TEST(ModelFile, NamesANewerTill) {
  const std::string bytes = with_body("", 2);
  EXPECT_EQ(error_of(bytes).code, ErrorCode::Unsupported);
  EXPECT_EQ(error_of(bytes).message,
            "\"shop.till\" was made by a newer till: its format is 2, this till knows 1");
}

TEST(ModelFile, SurvivesEveryBody) {
  // A hash says only that nobody changed the bytes, not that they make sense.
  const std::string bytes = to_bytes(example());
  const std::string body = bytes.substr(20, bytes.size() - 20 - 32);
  Rng rng(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = body;
    for (int k = 0; k < 3; ++k) {
      changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
    }
    static_cast<void>(model_file_of(with_body(changed, 1), "x"));
  }
  const std::string deep(1'000'000, '\x81');
  EXPECT_EQ(error_of(with_body(deep, 1)).code, ErrorCode::CorruptFile);
  const std::string huge("\xA1\x61\x61\x9B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12);
  EXPECT_EQ(error_of(with_body(huge, 1)).code, ErrorCode::CorruptFile);
  EXPECT_EQ(error_of(with_body("\xA0", 1)).message,
            "\"shop.till\": model file: model of the saved model must be a text");
}

}  // namespace
}  // namespace till::engine
