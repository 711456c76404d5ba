#include "till/insight/top_products.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include "insight/product_labels.hpp"
#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

Result<void> check(const log::Log& log,
                   std::string_view function,
                   const TopProductsOptions& options) {
  const std::string prefix(function);
  if (options.k <= 0) {
    return Error{ErrorCode::InvalidArgument,
                 prefix + ": k is " + std::to_string(options.k) + ", but must be at least 1",
                 ""};
  }
  if (options.window.count <= 0) {
    return Error{
        ErrorCode::InvalidArgument,
        prefix + ": window is " + to_string(options.window) + ", but must be longer than nothing",
        ""};
  }
  TILL_TRY(check_counting(log, function, options.counting));
  return check_by(log, function, options.by);
}

Tally tally_of(const TopProductsOptions& options, TimeRange range) {
  Tally tally;
  tally.range = range;
  tally.counting = options.counting;
  tally.zone = options.zone;
  tally.grouped = !options.by.empty();
  return tally;
}

/// Returns whether every transaction has one product, so that those of products add up to all.
bool is_additive(const TopProductsOptions& options) {
  return options.counting.unit == log::Counting::Unit::Row;
}

// --- one window ----------------------------------------------------------------------------------

/// Writes the table `sold` or `sold_before`: the transactions of each product in a range; and
/// `all_sold` or `all_sold_before`: those of all products together.
void add_sold(Statement& statement,
              const log::Log& log,
              const TopProductsOptions& options,
              TimeRange range,
              std::string_view name) {
  Tally tally = tally_of(options, range);
  tally.by_product = true;
  statement.add(name).add(" AS (");
  add_tally(statement, log, tally);
  statement.add("), all_").add(name).add(" AS (");
  if (is_additive(options)) {
    statement.add("SELECT coalesce(sum(s.transactions), 0) AS transactions FROM ")
        .add(name)
        .add(" s");
  } else {
    tally.by_product = false;
    add_tally(statement, log, tally);
  }
  statement.add("), ");
}

/// Writes the best k products of a range with their place in the range before; beside each, the
/// totals of both ranges; one row of totals alone when nothing was sold.
///
/// Places are counted on integers; ids, which order products of equal counts, are joined only for
/// counts that reach into the best k, or that one of the best had before.
Statement best_products(log::Log& log,
                        const TopProductsOptions& options,
                        TimeRange range,
                        TimeRange previous_range) {
  Statement statement(log.warehouse());
  const std::string_view integer = statement.dialect().integer_type;
  add_with_product_groups(statement, options.by);
  add_sold(statement, log, options, range, "sold");
  add_sold(statement, log, options, previous_range, "sold_before");
  statement.add(
      "placed AS (SELECT s.product_key, s.transactions, "
      "rank() OVER (ORDER BY s.transactions DESC) AS place FROM sold s WHERE s.transactions <> 0), "
      "best AS (SELECT p.product_key, p.transactions, n.id, n.name FROM placed p JOIN ");
  add_product_labels(statement, log, options.by);
  statement.add(" n ON n.product_key = p.product_key WHERE p.place <= ")
      .bind(options.k)
      .add(" ORDER BY p.transactions DESC, n.id LIMIT ")
      .bind(options.k);
  statement.add(
      "), placed_before AS (SELECT s.product_key, s.transactions, "
      "rank() OVER (ORDER BY s.transactions DESC) AS place "
      "FROM sold_before s WHERE s.transactions <> 0), "
      "ranked_before AS (SELECT p.product_key, p.transactions, "
      "p.place - 1 + row_number() OVER (PARTITION BY p.place ORDER BY n.id) AS place "
      "FROM placed_before p JOIN ");
  add_product_labels(statement, log, options.by);
  statement.add(
      " n ON n.product_key = p.product_key WHERE p.place IN ("
      "SELECT q.place FROM placed_before q JOIN best b ON b.product_key = q.product_key)) ");
  statement
      .add(
          "SELECT (SELECT count(*) FROM placed) AS products, "
          "CAST(a.transactions AS ")
      .add(integer)
      .add(") AS all_transactions, CAST(e.transactions AS ")
      .add(integer)
      .add(
          ") AS all_transactions_before, "
          "b.id, b.name, b.transactions, r.place AS place_before, "
          "coalesce(r.transactions, 0) AS transactions_before "
          "FROM all_sold a CROSS JOIN all_sold_before e LEFT JOIN best b ON 1 = 1 "
          "LEFT JOIN ranked_before r ON r.product_key = b.product_key "
          "ORDER BY b.transactions DESC, b.id");
  return statement;
}

Result<TopProducts> top_products_of(log::Log& log,
                                    const TopProductsOptions& options,
                                    TimeRange range,
                                    TimeRange previous_range) {
  TopProducts result;
  result.range = range;
  result.previous_range = previous_range;
  TILL_TRY(for_each_row(log.warehouse(),
                        best_products(log, options, range, previous_range),
                        [&](const BatchView& batch, std::int64_t i) {
                          result.products = batch.column(0).integer(i);
                          result.transactions = batch.column(1).integer(i);
                          result.previous_transactions = batch.column(2).integer(i);
                          if (batch.column(3).is_null(i)) {
                            return;
                          }
                          TopProduct row;
                          row.rank = static_cast<std::int64_t>(result.rows.size()) + 1;
                          row.product_id = batch.column(3).text(i);
                          row.name = batch.column(4).text(i);
                          row.transactions = batch.column(5).integer(i);
                          row.share = ratio(row.transactions, result.transactions);
                          if (const ColumnView places = batch.column(6); !places.is_null(i)) {
                            row.previous_rank = places.integer(i);
                          }
                          row.previous_transactions = batch.column(7).integer(i);
                          result.rows.push_back(std::move(row));
                        }));
  return result;
}

// --- one window, from memory ---------------------------------------------------------------------

// Places in the window before are counted for each product that is shown.
constexpr std::int64_t kMostFromMemory = 100;

/// Returns whether the summary of products and months knows the transactions of a range.
bool is_of_summary(const log::Log& log, const TopProductsOptions& options, TimeRange range) {
  Tally tally = tally_of(options, range);
  tally.by_product = true;
  return options.by.empty() && smallest_table(log, tally) != TallyTable::Transactions;
}

/// Transactions by product key, and of all.
struct SoldProducts {
  std::vector<std::int64_t> transactions;
  std::int64_t all = 0;

  [[nodiscard]] std::int64_t of(std::int32_t product) const {
    return transactions[static_cast<std::size_t>(product)];
  }
};

SoldProducts sold_within(const log::Log& log, const log::ProductTotals& totals, TimeRange range) {
  SoldProducts sold;
  sold.transactions.resize(totals.products.size());
  const auto [from, to] = months_within(log, range);
  for (const log::ProductTotals::OfMonth& month : totals.between(from, to)) {
    for (const log::ProductTotals::Sold& row : totals.sold_in(month)) {
      sold.transactions[static_cast<std::size_t>(row.product)] += row.transactions;
    }
    sold.all += month.transactions;
  }
  return sold;
}

TopProducts top_products_of(const log::Log& log,
                            const log::ProductTotals& totals,
                            std::int64_t k,
                            TimeRange range,
                            TimeRange previous_range) {
  const SoldProducts sold = sold_within(log, totals, range);
  const SoldProducts sold_before = sold_within(log, totals, previous_range);
  const auto label = [&](std::int32_t product) -> const log::ProductTotals::Product& {
    return totals.products[static_cast<std::size_t>(product)];
  };
  // Whether a is ranked above b.
  const auto is_above = [&](const SoldProducts& in, std::int32_t a, std::int32_t b) {
    return in.of(a) != in.of(b) ? in.of(a) > in.of(b) : label(a).id < label(b).id;
  };
  TopProducts result;
  result.range = range;
  result.previous_range = previous_range;
  result.transactions = sold.all;
  result.previous_transactions = sold_before.all;
  std::vector<std::int32_t> best;
  for (std::int32_t product = 0; product < std::ssize(totals.products); ++product) {
    if (sold.of(product) > 0) {
      best.push_back(product);
    }
  }
  result.products = std::ssize(best);
  const auto shown = best.begin() + std::min<std::ptrdiff_t>(k, std::ssize(best));
  std::partial_sort(best.begin(), shown, best.end(), [&](std::int32_t a, std::int32_t b) {
    return is_above(sold, a, b);
  });
  best.erase(shown, best.end());
  for (const std::int32_t product : best) {
    TopProduct row;
    row.rank = std::ssize(result.rows) + 1;
    row.product_id = label(product).id;
    row.name = label(product).name;
    row.transactions = sold.of(product);
    row.share = ratio(row.transactions, result.transactions);
    row.previous_transactions = sold_before.of(product);
    if (row.previous_transactions > 0) {
      row.previous_rank = 1;
      for (std::int32_t other = 0; other < std::ssize(totals.products); ++other) {
        *row.previous_rank += is_above(sold_before, other, product) ? 1 : 0;
      }
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

// --- the race ------------------------------------------------------------------------------------

bool is_of_months(const Period& window) {
  return window.unit == Period::Unit::Month || window.unit == Period::Unit::Year;
}

std::int64_t months_of(const Period& window) {
  return window.unit == Period::Unit::Year ? std::int64_t{window.count} * 12 : window.count;
}

/// Returns the month ends that a race looks at.
std::vector<Instant> month_ends(const log::Log& log, const TopProductsOptions& options) {
  std::vector<Instant> ends;
  const log::Source& source = log.source();
  if (!source.first) {
    return ends;
  }
  const Month first = month_of(*source.first, options.zone);
  const Month last = month_of(*source.last, options.zone);
  const auto end_of = [&](Month month) { return start_of(add_months(month, 1), options.zone); };
  for (Month month = first; month <= last && end_of(month) <= options.as_of;
       month = add_months(month, 1)) {
    ends.push_back(end_of(month));
  }
  // A log that begins at ten o'clock begins that day: days count, not instants.
  const Instant begin = start_of(options.zone.local(*source.first).date, options.zone);
  const auto first_whole = std::find_if(ends.begin(), ends.end(), [&](Instant end) {
    return begin <= subtract(end, options.window, options.zone);
  });
  if (first_whole != ends.end()) {
    ends.erase(ends.begin(), first_whole);
  } else if (*source.last < options.as_of && options.as_of < end_of(last)) {
    ends.push_back(end_of(last));  // nothing happened between as_of and this end
  }
  return ends;
}

/// Returns the ends whose windows may hold transactions: one row with the date 2199-12-31 must not
/// make a race of 2,000 windows.
Result<std::vector<Instant>> ends_to_ask(log::Log& log,
                                         const TopProductsOptions& options,
                                         const std::vector<Instant>& ends) {
  std::vector<Month> months;
  Statement statement(log.warehouse());
  statement.add("SELECT DISTINCT m.\"month\" FROM till.product_months m ORDER BY m.\"month\"");
  TILL_TRY(for_each_row(log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
    months.push_back(month_of(batch.column(0).instant(i), TimeZone()));
  }));
  std::vector<Instant> wanted;
  for (const Instant end : ends) {
    const Instant from = subtract(end, options.window, options.zone);
    // Where clocks go back, the month before may show once more.
    const auto found =
        std::lower_bound(months.begin(), months.end(), add_months(month_of(from, log.zone()), -1));
    if (found != months.end() && *found <= month_of(end, log.zone())) {
      wanted.push_back(end);
    }
  }
  return wanted;
}

/// Returns whether the windows before these ends hold whole months and transactions that belong to
/// one month each, so that the months of a product add up to its windows.
bool adds_up_by_month(const std::vector<Instant>& ends, const TopProductsOptions& options) {
  if (!is_of_months(options.window) || options.counting.unit == log::Counting::Unit::Column) {
    return false;
  }
  return std::all_of(ends.begin(), ends.end(), [&](Instant end) {
    return is_month_start(end, options.zone) &&
           is_month_start(subtract(end, options.window, options.zone), options.zone);
  });
}

/// Writes the best k products of the months before each end, and the totals of those months.
///
/// \pre adds_up_by_month(ends, options), ends are not empty.
Statement best_products_by_month(log::Log& log,
                                 const TopProductsOptions& options,
                                 const std::vector<Instant>& ends) {
  Statement statement(log.warehouse());
  const std::string_view integer = statement.dialect().integer_type;
  const std::int64_t months = months_of(options.window);
  Tally tally =
      tally_of(options, {subtract(ends.front(), options.window, options.zone), ends.back()});
  tally.by_month = true;

  add_with_product_groups(statement, options.by);
  statement.add("ends AS (SELECT CAST(v.month AS ").add(integer).add(") AS month FROM (VALUES ");
  for (const Instant end : ends) {
    statement.add(end == ends.front() ? "(" : ", (")
        .bind(tally_month(month_of(end, options.zone)))
        .add(")");
  }
  statement.add(") v (month)), months AS (");
  tally.by_product = true;
  add_tally(statement, log, tally);
  statement.add("), all_months AS (");
  if (is_additive(options)) {
    statement.add(
        "SELECT m.month, sum(m.transactions) AS transactions FROM months m GROUP BY m.month");
  } else {
    tally.by_product = false;
    add_tally(statement, log, tally);
  }
  const auto add_window = [&](std::string_view table) {
    statement.add(" FROM ends e JOIN ")
        .add(table)
        .add(" m ON m.month < e.month AND m.month >= e.month - ")
        .bind(months);
  };
  statement.add("), sold AS (SELECT e.month, m.product_key, sum(m.transactions) AS transactions");
  add_window("months");
  statement.add(
      " GROUP BY e.month, m.product_key), "
      "all_sold AS (SELECT e.month, sum(m.transactions) AS transactions");
  add_window("all_months");
  statement.add(
      " GROUP BY e.month), "
      "placed AS (SELECT s.month, s.product_key, s.transactions, "
      "rank() OVER (PARTITION BY s.month ORDER BY s.transactions DESC) AS place "
      "FROM sold s WHERE s.transactions <> 0), "
      "best AS (SELECT p.month, p.transactions, n.id, n.name, "
      "row_number() OVER (PARTITION BY p.month ORDER BY p.transactions DESC, n.id) AS place "
      "FROM placed p JOIN ");
  add_product_labels(statement, log, options.by);
  statement.add(" n ON n.product_key = p.product_key WHERE p.place <= ")
      .bind(options.k)
      .add(") SELECT b.month, b.place, b.id, b.name, CAST(b.transactions AS ")
      .add(integer)
      .add(") AS transactions, CAST(a.transactions AS ")
      .add(integer)
      .add(
          ") AS all_transactions FROM best b JOIN all_sold a ON a.month = b.month "
          "WHERE b.place <= ")
      .bind(options.k)
      .add(" ORDER BY b.month, b.place");
  return statement;
}

}  // namespace

Result<TopProducts> top_products(log::Log& log, const TopProductsOptions& options) {
  TILL_TRY(check(log, "top_products", options));
  const Instant from = subtract(options.as_of, options.window, options.zone);
  const TimeRange range{from, options.as_of};
  const TimeRange previous_range{subtract(from, options.window, options.zone), from};
  if (options.k <= kMostFromMemory && is_of_summary(log, options, range) &&
      is_of_summary(log, options, previous_range)) {
    TILL_ASSIGN(const log::ProductTotals* const totals, log.product_totals());
    if (totals != nullptr) {
      return top_products_of(log, *totals, options.k, range, previous_range);
    }
  }
  return top_products_of(log, options, range, previous_range);
}

Result<TopProductsRace> top_products_race(log::Log& log, const TopProductsOptions& options) {
  TILL_TRY(check(log, "top_products_race", options));
  TopProductsRace race;
  race.as_ofs = month_ends(log, options);
  TILL_ASSIGN(const std::vector<Instant> ends, ends_to_ask(log, options, race.as_ofs));
  if (ends.empty()) {
    return race;
  }
  if (adds_up_by_month(ends, options)) {
    TILL_TRY(for_each_row(log.warehouse(),
                          best_products_by_month(log, options, ends),
                          [&](const BatchView& batch, std::int64_t i) {
                            const Month month = month_of_tally(batch.column(0).integer(i));
                            const std::int64_t transactions = batch.column(4).integer(i);
                            race.rows.push_back({start_of(month, options.zone),
                                                 batch.column(1).integer(i),
                                                 std::string(batch.column(2).text(i)),
                                                 std::string(batch.column(3).text(i)),
                                                 transactions,
                                                 ratio(transactions, batch.column(5).integer(i))});
                          }));
    return race;
  }
  for (const Instant end : ends) {
    const TimeRange range{subtract(end, options.window, options.zone), end};
    TILL_ASSIGN(TopProducts top, top_products_of(log, options, range, {range.from, range.from}));
    for (TopProduct& product : top.rows) {
      race.rows.push_back({end,
                           product.rank,
                           std::move(product.product_id),
                           std::move(product.name),
                           product.transactions,
                           product.share});
    }
  }
  return race;
}

}  // namespace till::insight
