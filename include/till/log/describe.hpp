/// \file
/// Describe: is this log any good? A page of data quality.
///
/// Layer:   log (core, warehouse).   Threads: one log per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "till/core/instant.hpp"
#include "till/core/result.hpp"
#include "till/log/ingest.hpp"
#include "till/log/log.hpp"

namespace till::log {

/// One column of the log as it is kept.
struct ColumnProfile {
  std::string
      name;  ///< "customer_id", "product_id", "timestamp", "amount", ... or the file's name.
  std::string type;           ///< "text", "integer", "real", "boolean", "timestamp".
  std::int64_t missing = 0;   ///< Accepted rows without a value.
  std::int64_t distinct = 0;  ///< Different values.
  std::string minimum;        ///< As text; empty when there is no value.
  std::string maximum;
};

/// A stretch of days without a single transaction.
struct Gap {
  TimeRange range;  ///< From the start of the first empty day to the end of the last.
  std::int64_t days = 0;
};

/// An id that is probably not one: "Undefined", "N/A", broken bytes.
struct JunkId {
  std::string column;  ///< "customer_id" or "product_id".
  std::string id;
  std::int64_t transactions = 0;
  std::string why;  ///< "placeholder", "mojibake", "control characters", "surrounding white space".
};

/// Whether a log can answer a question.
struct Sufficiency {
  enum class Verdict { Yes, Partly, No };
  std::string question;  ///< "customers", "products", "seasons", "lifecycle", "models",
                         ///< "forecasts", "hours", "spend".
  Verdict verdict = Verdict::Yes;
  std::string why;  ///< What is missing, or what there is; never empty.
};

struct Description {
  Source source;
  std::vector<IngestedFile> files;
  std::vector<RejectCount> rejects;
  std::vector<Reject> reject_examples;  ///< The first of each reason.
  std::int64_t customers = 0;
  std::int64_t products = 0;  ///< Products sold at least once.
  std::int64_t rows_without_customer = 0;
  std::int64_t returns = 0;  ///< Rows with a negative quantity.
  std::int64_t customers_with_one_row = 0;
  std::int64_t active_days = 0;    ///< Calendar days with at least one transaction.
  std::int64_t calendar_days = 0;  ///< From the first to the last day, both included.
  bool times_of_day = false;       ///< Whether any transaction is not at a day's start.
  std::int64_t products_without_attributes = 0;  ///< Sold, but missing from the product table.
  std::vector<Gap> gaps;                         ///< The longest, at most 10, at least 2 days.
  std::vector<JunkId> junk;                      ///< Most frequent first, at most 20.
  std::vector<ColumnProfile> columns;
  std::vector<Sufficiency> questions;  ///< The same ones for every log, in this order.
  std::vector<std::string> warnings;   ///< In plain words, most serious first.
};

/// Profiles a kept log. Errors: those of the warehouse.
[[nodiscard]] Result<Description> describe(Log& log);

}  // namespace till::log
