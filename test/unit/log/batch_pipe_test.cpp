#include "log/batch_pipe.hpp"

#include <atomic>
#include <thread>

#include "support/error_text.hpp"
#include <gtest/gtest.h>

namespace till::log {
namespace {

using warehouse::Batch;
using warehouse::BatchLayout;
using warehouse::BatchType;

const BatchLayout kLayout = {{"n", BatchType::Integer}};

TEST(BatchPipe, GivesBatchesInTheirOrder) {
  int made = 0;
  BatchPipe pipe(kLayout, [&](Batch& out) -> Result<bool> {
    EXPECT_EQ(out.rows(), 0U);
    for (int i = 0; i <= made; ++i) {
      out.column(0).append_integer(made);
    }
    return made++ < 100;
  });
  Batch batch(kLayout);
  for (std::size_t n = 0; n < 100; ++n) {
    batch.clear();
    const Result<bool> more = pipe.next(batch);
    ASSERT_TRUE(more && *more);
    EXPECT_EQ(batch.rows(), n + 1);
  }
  batch.clear();
  EXPECT_FALSE(*pipe.next(batch));
  EXPECT_FALSE(*pipe.next(batch)) << "the end stays the end";
}

TEST(BatchPipe, GivesWhatWasMadeBeforeAnError) {
  int made = 0;
  BatchPipe pipe(kLayout, [&](Batch& out) -> Result<bool> {
    if (made++ == 2) {
      return Error{ErrorCode::InvalidData, "broken", ""};
    }
    out.column(0).append_integer(1);
    return true;
  });
  Batch batch(kLayout);
  EXPECT_TRUE(*pipe.next(batch));
  batch.clear();
  EXPECT_TRUE(*pipe.next(batch));
  batch.clear();
  const Result<bool> more = pipe.next(batch);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error(), (Error{ErrorCode::InvalidData, "broken", ""}));
}

TEST(BatchPipe, StopsWhenNobodyTakesItsBatches) {
  std::atomic<int> made{0};
  {
    BatchPipe pipe(kLayout, [&](Batch& out) -> Result<bool> {
      out.column(0).append_integer(++made);
      return true;
    });
    Batch batch(kLayout);
    EXPECT_TRUE(*pipe.next(batch));
  }
  EXPECT_LE(made.load(), 6);
}

}  // namespace
}  // namespace till::log
