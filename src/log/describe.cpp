#include "till/log/describe.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <tuple>
#include <utility>

#include "catalogue.hpp"
#include "cell.hpp"
#include "sufficiency.hpp"
#include "unique_names.hpp"
#include "wording.hpp"

#include "till/warehouse/dialect.hpp"
#include "till/warehouse/statement.hpp"

namespace till::log {

using warehouse::quote_identifier;
using warehouse::Warehouse;

namespace {

constexpr std::size_t kMaxGaps = 10;
constexpr std::int64_t kLongGapDays = 7;  // as long as to be worth a warning
constexpr std::size_t kMaxJunk = 20;

/// Returns the code point that a text of UTF-8 begins with, and takes it off; 0 at the end.
char32_t take_code_point(std::string_view& text) {
  if (text.empty()) {
    return 0;
  }
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
  };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

/// Returns whether Latin-1 or Windows-1252 shows the second byte of a UTF-8 character so.
bool shows_continuation(char32_t point) {
  constexpr std::u32string_view kWindows1252 = U"€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
  return (point >= 0x80 && point <= 0xBF) || kWindows1252.find(point) != std::u32string_view::npos;
}

/// Returns whether a text is UTF-8 that was read as something else on its way: "CafÃ©", "├ÅTS",
/// "â€™".
bool is_mojibake(std::string_view text) {
  while (!text.empty()) {
    const char32_t point = take_code_point(text);
    std::string_view rest = text;
    const char32_t next = take_code_point(rest);
    const bool replaced = point == U'\uFFFD';
    const bool box_drawing = point >= 0x2500 && point <= 0x257F;
    const bool two_bytes = (point == U'Ã' || point == U'Â') && shows_continuation(next);
    const bool three_bytes = point == U'â' && next == U'€';
    if (replaced || box_drawing || two_bytes || three_bytes) {
      return true;
    }
  }
  return false;
}

/// Returns why an id is probably none, or nothing.
std::string_view junk_reason(std::string_view id) {
  static constexpr std::array<std::string_view, 22> kPlaceholders = {
      "undefined", "unknown",   "n/a", "na",   "nan",     "null",  "none",    "nil",
      "-",         "--",        "?",   "test", "dummy",   "other", "missing", "not a make",
      "not set",   "(not set)", "tbd", "xxx",  "invalid", "#n/a"};
  const std::string lower = folded_case(id);
  if (std::ranges::find(kPlaceholders, lower) != kPlaceholders.end() ||
      lower.starts_with("not a ")) {
    return "placeholder";
  }
  constexpr std::string_view kSpace = " \t";
  if (kSpace.find(id.front()) != std::string_view::npos ||
      kSpace.find(id.back()) != std::string_view::npos) {
    return "surrounding white space";
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(id, is_control)) {
    return "control characters";
  }
  return is_mojibake(id) ? "mojibake" : "";
}

class Describer {
 public:
  explicit Describer(Log& log) : log_(log), warehouse_(log.warehouse()) {}

  Result<Description> run() {
    found_.source = log_.source();
    found_.customers = log_.customers();
    found_.products = log_.products();
    TILL_TRY(files());
    TILL_TRY(rejects());
    TILL_TRY(rows());
    TILL_TRY(days());
    TILL_TRY(junk(Entity::Customer));
    TILL_TRY(junk(Entity::Product));
    keep_most_frequent_junk();
    TILL_TRY(columns());
    found_.questions = sufficiency_of(log_, found_);
    warnings();
    return std::move(found_);
  }

 private:
  Result<void> files() {
    return for_each_row(
        warehouse_,
        "SELECT path, sha256, \"read\", accepted, rejected FROM till.files ORDER BY file_key",
        {},
        [&](const BatchView& batch, std::int64_t i) {
          IngestedFile file;
          file.path = batch.column(0).text(i);
          file.sha256 = batch.column(1).text(i);
          file.read = batch.column(2).integer(i);
          file.accepted = batch.column(3).integer(i);
          file.rejected = batch.column(4).integer(i);
          found_.files.push_back(std::move(file));
        });
  }

  Result<void> rejects() {
    TILL_TRY(
        for_each_row(warehouse_,
                     "SELECT reason, count(*) FROM till.rejects GROUP BY reason ORDER BY 2 DESC, 1",
                     {},
                     [&](const BatchView& batch, std::int64_t i) {
                       found_.rejects.push_back(
                           {std::string(batch.column(0).text(i)), batch.column(1).integer(i)});
                     }));
    return for_each_row(warehouse_,
                        "SELECT f.path, r.line, r.\"column\", r.reason, r.\"text\" FROM (SELECT *, "
                        "row_number() OVER "
                        "(PARTITION BY reason ORDER BY file_key, line) AS n FROM till.rejects) r "
                        "JOIN till.files f ON "
                        "f.file_key = r.file_key WHERE r.n = 1 ORDER BY r.reason",
                        {},
                        [&](const BatchView& batch, std::int64_t i) {
                          found_.reject_examples.push_back({std::string(batch.column(0).text(i)),
                                                            batch.column(1).integer(i),
                                                            std::string(batch.column(2).text(i)),
                                                            std::string(batch.column(3).text(i)),
                                                            std::string(batch.column(4).text(i))});
                        });
  }

  Result<void> rows() {
    TILL_ASSIGN(found_.rows_without_customer,
                warehouse_.query_integer(
                    "SELECT count(*) FROM till.transactions WHERE customer_key IS NULL"));
    if (log_.has_quantity()) {
      TILL_ASSIGN(
          found_.returns,
          warehouse_.query_integer("SELECT count(*) FROM till.transactions WHERE quantity < 0"));
    }
    TILL_ASSIGN(
        found_.customers_with_one_row,
        warehouse_.query_integer("SELECT count(*) FROM till.customers WHERE transactions = 1"));
    if (!log_.product_attributes().empty() || log_.has_product_names()) {
      TILL_ASSIGN(
          found_.products_without_attributes,
          warehouse_.query_integer(
              "SELECT count(*) FROM till.products p LEFT JOIN till.product_attributes a ON "
              "a.product_key = p.product_key WHERE a.product_key IS NULL AND p.transactions > 0"));
    }
    return {};
  }

  /// Counts days of the log's zone with and without transactions.
  Result<void> days() {
    if (!found_.source.first) {
      return {};
    }
    const TimeRange range = {*found_.source.first, log_.end()};
    const std::string local = warehouse::local_time_sql("\"timestamp\"", log_.zone(), range);
    std::vector<Date> active;
    bool midnight_only = true;
    TILL_TRY(for_each_row(
        warehouse_,
        "SELECT \"day\", max(CASE WHEN clock > CAST(\"day\" AS " +
            std::string(warehouse_.dialect().timestamp_type) +
            ") THEN 1 ELSE 0 END) FROM (SELECT CAST(" + local + " AS DATE) AS \"day\", " + local +
            " AS clock FROM till.transactions) d GROUP BY \"day\" ORDER BY \"day\"",
        {},
        [&](const BatchView& batch, std::int64_t i) {
          const Instant day = batch.column(0).instant(i);
          active.push_back(TimeZone().local(day).date);
          midnight_only = midnight_only && batch.column(1).integer(i) == 0;
        }));
    found_.times_of_day = !midnight_only;
    found_.active_days = static_cast<std::int64_t>(active.size());
    found_.calendar_days = days_since_epoch(active.back()) - days_since_epoch(active.front()) + 1;
    for (std::size_t i = 1; i < active.size(); ++i) {
      const std::int64_t first_empty = days_since_epoch(active[i - 1]) + 1;
      const std::int64_t missing = days_since_epoch(active[i]) - first_empty;
      if (missing >= 2) {
        found_.gaps.push_back(
            {{start_of(date_from_days(first_empty), log_.zone()), start_of(active[i], log_.zone())},
             missing});
      }
    }
    std::ranges::sort(found_.gaps, [](const Gap& a, const Gap& b) {
      return a.days != b.days ? a.days > b.days : a.range.from < b.range.from;
    });
    found_.gaps.resize(std::min(found_.gaps.size(), kMaxGaps));
    return {};
  }

  Result<void> junk(Entity entity) {
    const std::string name(stem(entity));
    return for_each_row(
        warehouse_,
        "SELECT " + name + "_id, transactions FROM till." + name + "s WHERE transactions > 0",
        {},
        [&](const BatchView& batch, std::int64_t i) {
          const std::string_view id = batch.column(0).text(i);
          const std::string_view why = junk_reason(id);
          if (why.empty()) {
            return;
          }
          ++junk_ids_;
          found_.junk.push_back(
              {name + "_id", std::string(id), batch.column(1).integer(i), std::string(why)});
          if (found_.junk.size() >= 100 * kMaxJunk) {
            keep_most_frequent_junk();
          }
        });
  }

  void keep_most_frequent_junk() {
    std::ranges::sort(found_.junk, [](const JunkId& a, const JunkId& b) {
      return std::tie(b.transactions, a.id, a.column) < std::tie(a.transactions, b.id, b.column);
    });
    found_.junk.resize(std::min(found_.junk.size(), kMaxJunk));
  }

  // --- column profiles
  // ----------------------------------------------------------------------------

  Result<void> columns() {
    TILL_TRY(profile_ids(Entity::Customer, found_.customers, found_.rows_without_customer));
    TILL_TRY(profile_ids(Entity::Product, found_.products, 0));
    ColumnProfile time{"timestamp", "timestamp", 0, 0, "", ""};
    TILL_ASSIGN(time.distinct, distinct_instants());
    if (found_.source.first) {
      time.minimum = to_string(*found_.source.first);
      time.maximum = to_string(*found_.source.last);
    }
    found_.columns.push_back(std::move(time));
    if (log_.has_amount()) {
      TILL_TRY(profile("amount", "real", amount_sql(warehouse_.dialect(), "amount")));
    }
    if (log_.has_quantity()) {
      TILL_TRY(profile("quantity", "real", "quantity"));
    }
    for (const ExtraColumn& extra : log_.extra_columns()) {
      TILL_TRY(profile(extra.name, extra.type, quote_identifier(extra.name)));
    }
    return {};
  }

  Result<void> profile_ids(Entity entity, std::int64_t ids, std::int64_t missing) {
    const std::string name(stem(entity));
    ColumnProfile profile{name + "_id", "text", missing, ids, "", ""};
    TILL_TRY(for_each_row(warehouse_,
                          "SELECT min(" + name + "_id), max(" + name + "_id) FROM till." + name +
                              "s WHERE transactions > 0",
                          {},
                          [&](const BatchView& batch, std::int64_t i) {
                            if (!batch.column(0).is_null(i)) {
                              profile.minimum = batch.column(0).text(i);
                              profile.maximum = batch.column(1).text(i);
                            }
                          }));
    found_.columns.push_back(std::move(profile));
    return {};
  }

  /// Counts different values exactly: an estimate would differ between engines.
  Result<std::int64_t> distinct(const std::string& expression) {
    return warehouse_.query_integer("SELECT count(*) FROM (SELECT DISTINCT " + expression +
                                    " AS v FROM till.transactions) d WHERE v IS NOT NULL");
  }

  /// Counts different instants. Logs are kept in order of time but for files that overlap: where a
  /// look along them meets no step back, it has seen all there is to know.
  Result<std::int64_t> distinct_instants() {
    std::int64_t count = 0;
    Instant last = kMinInstant;
    bool is_in_order = true;
    TILL_TRY(warehouse::for_each_batch(warehouse_,
                                       "SELECT \"timestamp\" FROM till.transactions",
                                       {},
                                       [&](const BatchView& batch) -> Result<void> {
                                         const ColumnView at = batch.column(0);
                                         for (std::int64_t i = 0; i < batch.rows(); ++i) {
                                           const Instant instant = at.instant(i);
                                           is_in_order =
                                               is_in_order && (count == 0 || last <= instant);
                                           count += count == 0 || last != instant ? 1 : 0;
                                           last = instant;
                                         }
                                         return {};
                                       }));
    return is_in_order ? Result<std::int64_t>(count) : distinct("\"timestamp\"");
  }

  Result<void> profile(const std::string& name,
                       const std::string& type,
                       const std::string& expression) {
    ColumnProfile profile{name, type, 0, 0, "", ""};
    const std::string ordered =
        type == "boolean" ? "CAST(" + expression + " AS INTEGER)" : expression;
    TILL_TRY(for_each_row(warehouse_,
                          "SELECT count(*) - count(" + expression + "), min(" + ordered +
                              "), max(" + ordered + ") FROM till.transactions",
                          {},
                          [&](const BatchView& batch, std::int64_t i) {
                            std::string held;
                            profile.missing = batch.column(0).integer(i);
                            profile.minimum =
                                cell_text(batch.column(1), static_cast<std::size_t>(i), held);
                            profile.maximum =
                                cell_text(batch.column(2), static_cast<std::size_t>(i), held);
                          }));
    if (type == "boolean") {
      for (std::string* bound : {&profile.minimum, &profile.maximum}) {
        *bound = bound->empty() ? "" : *bound == "1" ? "true" : "false";
      }
    }
    TILL_ASSIGN(profile.distinct, distinct(expression));
    found_.columns.push_back(std::move(profile));
    return {};
  }

  // --- words
  // --------------------------------------------------------------------------------------

  void warnings() {
    const auto warn = [&](std::string text) { found_.warnings.push_back(std::move(text)); };
    const Source& source = found_.source;
    const auto share = [&](std::int64_t n) {
      const double percent = 100.0 * static_cast<double>(n) / static_cast<double>(source.accepted);
      std::array<char, 32> text{};
      std::snprintf(
          text.data(), text.size(), percent < 0.1 ? "less than 0.1 %%" : "%.1f %%", percent);
      return std::string(text.data());
    };
    const auto rows = [&](std::int64_t n) { return count_of(n, "row") + " (" + share(n) + ") "; };
    if (const std::int64_t n = source.rejected; n > 0) {
      warn(count_of(n, "row") + " " + agreeing(n, "was rejected and is", "were rejected and are") +
           " in no answer");
    }
    if (const std::int64_t n = found_.rows_without_customer; n > 0) {
      warn(rows(n) + agreeing(n, "has no customer: it counts", "have no customer: they count") +
           " for products, not for customers");
    }
    if (const std::int64_t n = found_.returns; n > 0) {
      warn(rows(n) +
           agreeing(n,
                    "has a negative quantity: a return, which counts as a transaction",
                    "have a negative quantity: returns, which count as transactions") +
           " (--returns drop or subtract)");
    }
    if (const std::int64_t n = source.duplicates; n > 0) {
      warn(rows(n) +
           agreeing(n,
                    "equals an earlier row in every column and is kept",
                    "equal an earlier row in every column and are kept") +
           " (--duplicates drop)");
    }
    if (junk_ids_ > 0) {
      const JunkId& most = found_.junk.front();
      warn(count_of(junk_ids_, "id") + " " + agreeing(junk_ids_, "looks", "look") +
           " like no id: " + agreeing(junk_ids_, "", "the most frequent is ") + most.column + " " +
           in_quotes(most.id) + " (" + most.why + ")");
    }
    for (const Gap& gap : found_.gaps) {
      if (gap.days >= kLongGapDays) {
        warn("no transaction at all for " + count_of(gap.days, "day") + " from " +
             describe(gap.range.from, log_.zone()));
      }
    }
    if (const std::int64_t n = found_.products_without_attributes; n > 0) {
      warn(count_of(n, "sold product") + " " + agreeing(n, "is", "are") +
           " missing from the product table");
    }
    if (source.first && !found_.times_of_day) {
      warn("the log has dates but no times of day: hours cannot be told apart");
    }
    if (found_.products == 1) {
      warn("the log has one product only: questions about products have one answer");
    }
  }

  Log& log_;
  Warehouse& warehouse_;
  Description found_;
  std::int64_t junk_ids_ = 0;
};

}  // namespace

Result<Description> describe(Log& log) {
  return Describer(log).run();
}

}  // namespace till::log
