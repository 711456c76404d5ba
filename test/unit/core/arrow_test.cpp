#include "till/core/arrow.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till {
namespace {

using testing::ElementsAre;

// An array and its schema, with buffers of exactly the length Arrow asks for: reading beyond is
// seen by the address sanitizer.
class TestColumn {
 public:
  TestColumn(std::string format, std::int64_t length) : format_(std::move(format)) {
    schema_.format = format_.c_str();
    schema_.name = "column";
    array_.length = length;
    array_.null_count = -1;
    buffers_.push_back(nullptr);
  }

  TestColumn(const TestColumn&) = delete;
  TestColumn& operator=(const TestColumn&) = delete;

  // Bit i of the mask says whether row i is there.
  TestColumn& validity(std::uint32_t mask) {
    buffers_[0] = keep(&mask, 4);
    return *this;
  }

  template <typename T>
  TestColumn& buffer(const std::vector<T>& values) {
    buffers_.push_back(keep(values.data(), values.size() * sizeof(T)));
    return *this;
  }

  TestColumn& characters(std::string_view text) {
    buffers_.push_back(keep(text.data(), text.size()));
    return *this;
  }

  TestColumn& empty_buffer() {
    buffers_.push_back(nullptr);
    return *this;
  }

  TestColumn& slice(std::int64_t offset, std::int64_t length) {
    array_.offset = offset;
    array_.length = length;
    return *this;
  }

  TestColumn& no_buffers() {
    buffers_.clear();
    return *this;
  }

  TestColumn& dictionary(TestColumn& values) {
    schema_.dictionary = &values.schema();
    array_.dictionary = &values.array();
    return *this;
  }

  ArrowSchema& schema() { return schema_; }

  ArrowArray& array() {
    array_.n_buffers = static_cast<std::int64_t>(buffers_.size());
    array_.buffers = buffers_.data();
    return array_;
  }

  ColumnView view() { return {schema(), array()}; }

 private:
  const void* keep(const void* bytes, std::size_t size) {
    kept_.push_back(std::make_unique<std::byte[]>(size));
    if (size > 0) {
      std::memcpy(kept_.back().get(), bytes, size);
    }
    return kept_.back().get();
  }

  std::string format_;
  ArrowSchema schema_{};
  ArrowArray array_{};
  std::vector<const void*> buffers_;
  std::deque<std::unique_ptr<std::byte[]>> kept_;
};

std::vector<std::string> texts(const ColumnView& column) {
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(column.size()));
  for (std::int64_t i = 0; i < column.size(); ++i) {
    out.push_back(column.is_null(i) ? "<null>" : std::string(column.text(i)));
  }
  return out;
}

template <typename T>
void expect_integers(const char* format) {
  constexpr T kLeast = std::numeric_limits<T>::min();
  constexpr T kMost = std::numeric_limits<T>::max();
  TestColumn column(format, 4);
  column.validity(0b1011).buffer(std::vector<T>{kLeast, kMost, 0, 42});
  const ColumnView view = column.view();
  EXPECT_EQ(view.type(), ColumnType::Integer) << format;
  EXPECT_EQ(view.size(), 4);
  EXPECT_EQ(view.integer(0), static_cast<std::int64_t>(kLeast)) << format;
  EXPECT_EQ(view.integer(1),
            static_cast<std::int64_t>(
                std::min<std::uint64_t>(kMost, std::numeric_limits<std::int64_t>::max())))
      << format;
  EXPECT_TRUE(view.is_null(2)) << format;
  EXPECT_FALSE(view.is_null(3)) << format;
  EXPECT_EQ(view.integer(3), 42) << format;
  EXPECT_EQ(view.real(0), static_cast<double>(kLeast)) << format;
  EXPECT_EQ(view.real(1), static_cast<double>(kMost)) << format;
}

TEST(Arrow, IntegersOfEveryWidthReadAsOne) {
  expect_integers<std::int8_t>("c");
  expect_integers<std::uint8_t>("C");
  expect_integers<std::int16_t>("s");
  expect_integers<std::uint16_t>("S");
  expect_integers<std::int32_t>("i");
  expect_integers<std::uint32_t>("I");
  expect_integers<std::int64_t>("l");
  expect_integers<std::uint64_t>("L");
}

TEST(Arrow, ADefaultColumnIsEmpty) {
  const ColumnView view;
  EXPECT_EQ(view.size(), 0);
  EXPECT_EQ(view.type(), ColumnType::Null);
}

TEST(Arrow, EveryRowOfANullColumnIsNull) {
  TestColumn column("n", 3);
  column.no_buffers();
  const ColumnView view = column.view();
  EXPECT_EQ(view.type(), ColumnType::Null);
  EXPECT_TRUE(view.is_null(0));
  EXPECT_TRUE(view.is_null(2));
}

TEST(Arrow, WithoutValidityNoRowIsNull) {
  TestColumn column("i", 2);
  column.buffer(std::vector<std::int32_t>{1, 2});
  EXPECT_FALSE(column.view().is_null(0));
  EXPECT_FALSE(column.view().is_null(1));
}

TEST(Arrow, BooleansAreBits) {
  TestColumn column("b", 10);
  column.validity(0b11'1111'0111).buffer(std::vector<std::uint8_t>{0b1000'0101, 0b10});
  const ColumnView view = column.view();
  EXPECT_EQ(view.type(), ColumnType::Boolean);
  EXPECT_EQ(view.integer(0), 1);
  EXPECT_EQ(view.integer(1), 0);
  EXPECT_TRUE(view.is_null(3));
  EXPECT_EQ(view.integer(7), 1);
  EXPECT_EQ(view.integer(8), 0);
  EXPECT_EQ(view.integer(9), 1);
}

TEST(Arrow, FloatsReadAsDoubles) {
  TestColumn floats("f", 2);
  floats.buffer(std::vector<float>{1.5F, -0.25F});
  EXPECT_EQ(floats.view().type(), ColumnType::Real);
  EXPECT_EQ(floats.view().real(0), 1.5);
  EXPECT_EQ(floats.view().real(1), -0.25);
  TestColumn doubles("g", 2);
  doubles.buffer(std::vector<double>{0.1, std::nan("")});
  EXPECT_EQ(doubles.view().type(), ColumnType::Real);
  EXPECT_EQ(doubles.view().real(0), 0.1);
  EXPECT_TRUE(std::isnan(doubles.view().real(1)));
}

TEST(Arrow, HalfFloatsReadAsDoubles) {
  // IEEE 754 binary16, worked out by hand.
  TestColumn column("e", 9);
  column.buffer(std::vector<std::uint16_t>{
      0x3C00, 0xC000, 0x3555, 0x7BFF, 0x0001, 0x8000, 0x7C00, 0xFC00, 0x7E00});
  const ColumnView view = column.view();
  EXPECT_EQ(view.type(), ColumnType::Real);
  EXPECT_EQ(view.real(0), 1.0);
  EXPECT_EQ(view.real(1), -2.0);
  EXPECT_EQ(view.real(2), 1365.0 / 4096.0);
  EXPECT_EQ(view.real(3), 65'504.0);
  EXPECT_EQ(view.real(4), 0x1p-24);
  EXPECT_EQ(view.real(5), 0.0);
  EXPECT_TRUE(std::signbit(view.real(5)));
  EXPECT_EQ(view.real(6), std::numeric_limits<double>::infinity());
  EXPECT_EQ(view.real(7), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(view.real(8)));
}

TEST(Arrow, DecimalsReadAsTheNearestDouble) {
  // Low word first: 12345, -1, 10^20 = 5 * 2^64 + 7766279631452241920, the smallest of all.
  TestColumn column("d:38,2", 4);
  column.buffer(std::vector<std::uint64_t>{12'345,
                                           0,
                                           ~std::uint64_t{0},
                                           ~std::uint64_t{0},
                                           7'766'279'631'452'241'920U,
                                           5,
                                           0,
                                           std::uint64_t{1} << 63U});
  const ColumnView view = column.view();
  EXPECT_EQ(view.type(), ColumnType::Real);
  EXPECT_EQ(view.real(0), 123.45);
  EXPECT_EQ(view.real(1), -0.01);
  EXPECT_EQ(view.real(2), 1e18);
  EXPECT_EQ(view.real(3), -0x1p127 / 100.0);
}

TEST(Arrow, DecimalsComeInThreeWidthsAndWithAnyScale) {
  TestColumn narrow("d:9,3,32", 1);
  narrow.buffer(std::vector<std::int32_t>{-1'234});
  EXPECT_EQ(narrow.view().real(0), -1.234);
  TestColumn middle("d:18,0,64", 1);
  middle.buffer(std::vector<std::int64_t>{1'234});
  EXPECT_EQ(middle.view().real(0), 1'234.0);
  TestColumn wide("d:38,-3,128", 1);
  wide.buffer(std::vector<std::uint64_t>{7, 0});
  EXPECT_EQ(wide.view().real(0), 7'000.0);
  TestColumn small("d:38,30", 1);
  small.buffer(std::vector<std::uint64_t>{5, 0});
  EXPECT_DOUBLE_EQ(small.view().real(0), 5e-30);
}

TEST(Arrow, TextIsReadThroughOffsetsOfEitherWidth) {
  for (const char* const format : {"u", "z"}) {
    TestColumn column(format, 4);
    column.validity(0b1101).buffer(std::vector<std::int32_t>{0, 3, 3, 3, 8}).characters("abcdefgh");
    EXPECT_EQ(column.view().type(), ColumnType::Text);
    EXPECT_THAT(texts(column.view()), ElementsAre("abc", "<null>", "", "defgh"));
  }
  for (const char* const format : {"U", "Z"}) {
    TestColumn column(format, 2);
    column.buffer(std::vector<std::int64_t>{0, 3, 8}).characters("abcdefgh");
    EXPECT_EQ(column.view().type(), ColumnType::Text);
    EXPECT_THAT(texts(column.view()), ElementsAre("abc", "defgh"));
  }
}

TEST(Arrow, ATextColumnOfEmptyTextsNeedsNoCharacters) {
  TestColumn column("u", 2);
  column.buffer(std::vector<std::int32_t>{0, 0, 0}).empty_buffer();
  EXPECT_THAT(texts(column.view()), ElementsAre("", ""));
}

// An element of a text view: 12 bytes or fewer inline, more in one of the variadic buffers.
struct ViewElement {
  std::int32_t length = 0;
  std::array<char, 12> rest{};
};

ViewElement inline_view(std::string_view text) {
  ViewElement out{static_cast<std::int32_t>(text.size()), {}};
  std::memcpy(out.rest.data(), text.data(), text.size());
  return out;
}

ViewElement long_view(std::string_view text, std::int32_t buffer, std::int32_t position) {
  ViewElement out{static_cast<std::int32_t>(text.size()), {}};
  std::memcpy(out.rest.data(), text.data(), 4);
  std::memcpy(out.rest.data() + 4, &buffer, 4);
  std::memcpy(out.rest.data() + 8, &position, 4);
  return out;
}

TEST(Arrow, TextViewsAreReadInlineAndFromTheirBuffers) {
  for (const char* const format : {"vu", "vz"}) {
    TestColumn column(format, 5);
    column.validity(0b10111)
        .buffer(std::vector<ViewElement>{inline_view(""),
                                         inline_view("twelve bytes"),
                                         long_view("thirteen byte", 1, 2),
                                         {},
                                         long_view("a longer text", 0, 0)})
        .characters("a longer text")
        .characters("..thirteen byte")
        .buffer(std::vector<std::int64_t>{13, 15});
    EXPECT_EQ(column.view().type(), ColumnType::Text);
    EXPECT_THAT(texts(column.view()),
                ElementsAre("", "twelve bytes", "thirteen byte", "<null>", "a longer text"));
  }
}

TEST(Arrow, DatesAreTheirFirstInstantInUtc) {
  TestColumn days("tdD", 3);
  days.buffer(std::vector<std::int32_t>{0, 17'562, -1});
  EXPECT_EQ(days.view().type(), ColumnType::Date);
  EXPECT_EQ(to_string(days.view().instant(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_string(days.view().instant(1)), "2018-01-31T00:00:00Z");
  EXPECT_EQ(to_string(days.view().instant(2)), "1969-12-31T00:00:00Z");
  TestColumn millis("tdm", 1);
  millis.buffer(std::vector<std::int64_t>{17'562 * 86'400'000LL});
  EXPECT_EQ(millis.view().type(), ColumnType::Date);
  EXPECT_EQ(to_string(millis.view().instant(0)), "2018-01-31T00:00:00Z");
}

TEST(Arrow, InstantsOfEveryUnitReadAsMicroseconds) {
  constexpr std::int64_t kSeconds = 1'517'391'068;
  const std::vector<std::pair<const char*, std::int64_t>> cases = {
      {"tss:", kSeconds},
      {"tsm:", kSeconds * 1'000},
      {"tsu:", kSeconds * 1'000'000},
      {"tsn:", kSeconds * 1'000'000'000},
      {"tss:UTC", kSeconds},
      {"tsu:America/New_York", kSeconds * 1'000'000},
  };
  for (const auto& [format, ticks] : cases) {
    TestColumn column(format, 1);
    column.buffer(std::vector<std::int64_t>{ticks});
    EXPECT_EQ(column.view().type(), ColumnType::Instant) << format;
    EXPECT_EQ(column.view().has_zone(), std::strlen(format) > 4) << format;
    EXPECT_EQ(to_string(column.view().instant(0)), "2018-01-31T09:31:08Z") << format;
  }
}

TEST(Arrow, NanosecondsAreRoundedDown) {
  TestColumn column("tsn:", 3);
  column.buffer(std::vector<std::int64_t>{1'999, -1, -1'000});
  EXPECT_EQ(column.view().instant(0), Instant{1});
  EXPECT_EQ(column.view().instant(1), Instant{-1});
  EXPECT_EQ(column.view().instant(2), Instant{-1});
}

TEST(Arrow, InstantsOutOfRangeSaturate) {
  for (const char* const format : {"tss:", "tsm:"}) {
    TestColumn column(format, 2);
    column.buffer(std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(),
                                            std::numeric_limits<std::int64_t>::max()});
    EXPECT_EQ(column.view().instant(0), kMinInstant);
    EXPECT_EQ(column.view().instant(1), kMaxInstant);
  }
  TestColumn days("tdD", 2);
  days.buffer(std::vector<std::int32_t>{std::numeric_limits<std::int32_t>::min(),
                                        std::numeric_limits<std::int32_t>::max()});
  EXPECT_EQ(days.view().instant(0), kMinInstant);
  EXPECT_EQ(days.view().instant(1), kMaxInstant);
}

TEST(Arrow, DictionariesAreReadThrough) {
  TestColumn values("u", 3);
  values.validity(0b101).buffer(std::vector<std::int32_t>{0, 3, 3, 8}).characters("catmouse");
  for (const char* const format : {"c", "C"}) {
    TestColumn keys(format, 4);
    keys.validity(0b1011).buffer(std::vector<std::int8_t>{2, 0, 99, 1}).dictionary(values);
    const ColumnView view = keys.view();
    EXPECT_EQ(view.type(), ColumnType::Text);
    EXPECT_EQ(view.size(), 4);
    // Row 2 has no key, row 3 the key of a value that is null.
    EXPECT_THAT(texts(view), ElementsAre("mouse", "cat", "<null>", "<null>"));
  }
}

TEST(Arrow, DictionaryKeysMayBeOfAnyWidth) {
  TestColumn values("vu", 2);
  values.buffer(std::vector<ViewElement>{inline_view("cat"), inline_view("dog")});
  TestColumn wide("L", 2);
  wide.buffer(std::vector<std::uint64_t>{1, 0}).dictionary(values);
  EXPECT_THAT(texts(wide.view()), ElementsAre("dog", "cat"));
  TestColumn middle("i", 2);
  middle.buffer(std::vector<std::int32_t>{0, 1}).dictionary(values);
  EXPECT_THAT(texts(middle.view()), ElementsAre("cat", "dog"));
}

TEST(Arrow, DictionaryAndKeysHaveOffsetsOfTheirOwn) {
  TestColumn values("u", 0);
  values.buffer(std::vector<std::int32_t>{0, 1, 4, 9}).characters("xcatmouse").slice(1, 2);
  TestColumn keys("i", 0);
  keys.buffer(std::vector<std::int32_t>{7, 1, 0, 7}).dictionary(values).slice(1, 2);
  EXPECT_THAT(texts(keys.view()), ElementsAre("mouse", "cat"));
}

TEST(Arrow, DictionariesMayHoldNumbersAndInstants) {
  TestColumn reals("d:5,1,32", 2);
  reals.buffer(std::vector<std::int32_t>{15, 25});
  TestColumn real_keys("c", 2);
  real_keys.buffer(std::vector<std::int8_t>{1, 0}).dictionary(reals);
  EXPECT_EQ(real_keys.view().type(), ColumnType::Real);
  EXPECT_EQ(real_keys.view().real(0), 2.5);
  EXPECT_EQ(real_keys.view().real(1), 1.5);
  TestColumn instants("tss:UTC", 2);
  instants.buffer(std::vector<std::int64_t>{1, 2});
  TestColumn instant_keys("c", 2);
  instant_keys.buffer(std::vector<std::int8_t>{1, 0}).dictionary(instants);
  EXPECT_EQ(instant_keys.view().type(), ColumnType::Instant);
  EXPECT_TRUE(instant_keys.view().has_zone());
  EXPECT_EQ(instant_keys.view().instant(0), Instant{2'000'000});
  EXPECT_EQ(instant_keys.view().instant(1), Instant{1'000'000});
}

TEST(Arrow, ADictionaryOfDictionariesIsLeftAlone) {
  TestColumn letters("u", 1);
  letters.buffer(std::vector<std::int32_t>{0, 1}).characters("a");
  TestColumn inner("c", 1);
  inner.buffer(std::vector<std::int8_t>{0}).dictionary(letters);
  TestColumn outer("c", 1);
  outer.buffer(std::vector<std::int8_t>{0}).dictionary(inner);
  EXPECT_EQ(outer.view().type(), ColumnType::Other);
}

TEST(Arrow, SlicedColumnsStartAtTheirOffset) {
  TestColumn integers("i", 0);
  integers.validity(0b0101).buffer(std::vector<std::int32_t>{10, 11, 12, 13}).slice(1, 3);
  EXPECT_EQ(integers.view().size(), 3);
  EXPECT_TRUE(integers.view().is_null(0));
  EXPECT_EQ(integers.view().integer(1), 12);
  EXPECT_TRUE(integers.view().is_null(2));

  TestColumn booleans("b", 0);
  booleans.buffer(std::vector<std::uint8_t>{0, 0b100}).slice(9, 3);
  EXPECT_EQ(booleans.view().integer(0), 0);
  EXPECT_EQ(booleans.view().integer(1), 1);

  TestColumn text("u", 0);
  text.buffer(std::vector<std::int32_t>{0, 1, 3, 6}).characters("abbccc").slice(1, 2);
  EXPECT_THAT(texts(text.view()), ElementsAre("bb", "ccc"));

  TestColumn views("vu", 0);
  views
      .buffer(std::vector<ViewElement>{
          inline_view("no"), inline_view("yes"), long_view("yes and again", 0, 0)})
      .characters("yes and again")
      .buffer(std::vector<std::int64_t>{13})
      .slice(1, 2);
  EXPECT_THAT(texts(views.view()), ElementsAre("yes", "yes and again"));

  TestColumn instants("tss:", 0);
  instants.buffer(std::vector<std::int64_t>{1, 2, 3}).slice(2, 1);
  EXPECT_EQ(instants.view().instant(0), Instant{3'000'000});

  TestColumn decimals("d:38,0", 0);
  decimals.buffer(std::vector<std::uint64_t>{1, 0, 2, 0}).slice(1, 1);
  EXPECT_EQ(decimals.view().real(0), 2.0);
}

TEST(Arrow, AViewMayLookAtSomeRowsOnly) {
  TestColumn column("i", 0);
  column.buffer(std::vector<std::int32_t>{10, 11, 12, 13, 14}).slice(1, 4);
  const ColumnView view(column.schema(), column.array(), 2, 2);
  EXPECT_EQ(view.size(), 2);
  EXPECT_EQ(view.integer(0), 13);
  EXPECT_EQ(view.integer(1), 14);
}

TEST(Arrow, BuffersNeedNotBeAligned) {
  std::array<std::byte, 17> bytes{};
  const std::int64_t values[] = {41, 42};
  std::memcpy(bytes.data() + 1, values, sizeof values);
  const void* buffers[] = {nullptr, bytes.data() + 1};
  ArrowSchema schema{};
  schema.format = "l";
  ArrowArray array{};
  array.length = 2;
  array.n_buffers = 2;
  array.buffers = buffers;
  EXPECT_EQ(ColumnView(schema, array).integer(0), 41);
  EXPECT_EQ(ColumnView(schema, array).integer(1), 42);
}

TEST(Arrow, WhatTillDoesNotReadIsOther) {
  for (const char* const format : {"",
                                   "x",
                                   "+l",
                                   "+s",
                                   "w:16",
                                   "ttu",
                                   "tDs",
                                   "tiM",
                                   "ts",
                                   "tsx:",
                                   "uu",
                                   "d:",
                                   "d:38",
                                   "d:38,",
                                   "d:38,2,256",
                                   "d:38,2,",
                                   "d:x,2",
                                   "d:38,2,128,1"}) {
    TestColumn column(format, 2);
    column.validity(0b01).empty_buffer();
    EXPECT_EQ(column.view().type(), ColumnType::Other) << format;
    EXPECT_EQ(column.view().size(), 2) << format;
    EXPECT_FALSE(column.view().is_null(0)) << format;
    EXPECT_TRUE(column.view().is_null(1)) << format;
  }
}

TEST(Arrow, UnionsHaveNoValidity) {
  TestColumn column("+us:0,1", 2);
  column.no_buffers().buffer(std::vector<std::int8_t>{0, 0});
  EXPECT_EQ(column.view().type(), ColumnType::Other);
  EXPECT_FALSE(column.view().is_null(0));
  TestColumn run_ends("+r", 2);
  run_ends.no_buffers();
  EXPECT_FALSE(run_ends.view().is_null(0));
}

// --- batches
// --------------------------------------------------------------------------------------

struct TestBatch {
  TestBatch(const std::vector<TestColumn*>& columns, std::int64_t offset, std::int64_t length) {
    for (TestColumn* const column : columns) {
      schemas.push_back(&column->schema());
      arrays.push_back(&column->array());
    }
    schema.format = "+s";
    schema.n_children = static_cast<std::int64_t>(schemas.size());
    schema.children = schemas.data();
    array.offset = offset;
    array.length = length;
    array.n_children = schema.n_children;
    array.children = arrays.data();
  }

  TestBatch(const TestBatch&) = delete;
  TestBatch& operator=(const TestBatch&) = delete;

  std::vector<ArrowSchema*> schemas;
  std::vector<ArrowArray*> arrays;
  ArrowSchema schema{};
  ArrowArray array{};
};

TEST(Arrow, ABatchHasItsColumns) {
  TestColumn ids("i", 2);
  ids.buffer(std::vector<std::int32_t>{7, 8});
  ids.schema().name = "id";
  TestColumn names("u", 2);
  names.buffer(std::vector<std::int32_t>{0, 1, 2}).characters("ab");
  names.schema().name = nullptr;
  TestBatch batch({&ids, &names}, 0, 2);
  const BatchView view(batch.schema, batch.array);
  EXPECT_EQ(view.rows(), 2);
  EXPECT_EQ(view.columns(), 2);
  EXPECT_EQ(view.name(0), "id");
  EXPECT_EQ(view.name(1), "");
  EXPECT_EQ(view.column(0).integer(1), 8);
  EXPECT_THAT(texts(view.column(1)), ElementsAre("a", "b"));
}

TEST(Arrow, ASlicedBatchSlicesItsColumns) {
  TestColumn column("i", 0);
  column.validity(0b101111).buffer(std::vector<std::int32_t>{0, 1, 2, 3, 4, 5}).slice(1, 5);
  TestBatch batch({&column}, 2, 3);
  const ColumnView view = BatchView(batch.schema, batch.array).column(0);
  EXPECT_EQ(view.size(), 3);
  EXPECT_EQ(view.integer(0), 3);
  EXPECT_TRUE(view.is_null(1));
  EXPECT_EQ(view.integer(2), 5);
}

// --- ownership
// ------------------------------------------------------------------------------------

int releases = 0;

OwnedArray counted() {
  OwnedArray out;
  out->release = [](ArrowArray* array) {
    ++releases;
    array->release = nullptr;
  };
  return out;
}

TEST(Arrow, AnOwnedStructIsReleasedOnce) {
  releases = 0;
  {
    OwnedArray first = counted();
    EXPECT_TRUE(static_cast<bool>(first));
    OwnedArray second = std::move(first);
    EXPECT_FALSE(static_cast<bool>(first));  // NOLINT(bugprone-use-after-move): moved-from is empty
    EXPECT_TRUE(static_cast<bool>(second));
  }
  EXPECT_EQ(releases, 1);
}

TEST(Arrow, AssigningReleasesWhatWasThere) {
  releases = 0;
  OwnedArray array = counted();
  array = counted();
  EXPECT_EQ(releases, 1);
  OwnedArray& same = array;
  array = std::move(same);
  EXPECT_EQ(releases, 1);
  EXPECT_TRUE(static_cast<bool>(array));
  array.reset();
  array.reset();
  EXPECT_EQ(releases, 2);
  EXPECT_FALSE(static_cast<bool>(array));
}

TEST(Arrow, AnEmptyOwnedStructReleasesNothing) {
  releases = 0;
  {
    OwnedSchema schema;
    OwnedStream stream;
    OwnedArray array;
  }
  EXPECT_EQ(releases, 0);
}

}  // namespace
}  // namespace till
