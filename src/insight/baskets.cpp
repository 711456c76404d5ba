#include "insight/baskets.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <tuple>

#include "insight/by_customer.hpp"
#include "insight/product_labels.hpp"
#include "insight/tally.hpp"

#include "till/warehouse/statement.hpp"

namespace till::insight {

namespace {

using log::Counting;

constexpr std::int64_t kAtOnce = std::int64_t{1} << 23;

std::int64_t seconds_of(const Period& period) {
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kDay = 24 * kHour;
  switch (period.unit) {
    case Period::Unit::Hour:
      return period.count * kHour;
    case Period::Unit::Day:
      return period.count * kDay;
    case Period::Unit::Week:
      return period.count * (7 * kDay);
    case Period::Unit::Month:
      return period.count * (30 * kDay);
    case Period::Unit::Year:
      return period.count * (365 * kDay);
  }
  return 0;
}

/// A row of a customer.
struct Bought {
  std::int64_t unit = 0;  ///< Rows that share it are in one basket; those of later ones are larger.
  std::int64_t at = 0;    ///< Microseconds.
  std::int32_t product = 0;
};

/// Writes the question for the rows of a slice: `customer_key, product_key, at` and, where baskets
/// are not instants, `unit`.
Statement rows_of(log::Log& log, const AffinityOptions& options, const CustomerSlice& slice) {
  const TimeRange range = within_log(log, options.range.value_or(kAllTime));
  const bool is_grouped = !options.by.empty();
  const std::string column = "t." + warehouse::quote_identifier(options.counting.column);
  Statement statement(log.warehouse());
  add_with_product_groups(statement, options.by);
  statement.add("bought AS (SELECT t.customer_key, ");
  statement.add(is_grouped ? "g.group_key" : "t.product_key");
  statement.add(" AS product_key, t.\"timestamp\" AS at");
  if (options.counting.unit == Counting::Unit::Day) {
    statement.add(", CAST(")
        .add(warehouse::local_time_sql("t.\"timestamp\"", options.zone, range))
        .add(" AS DATE) - DATE '1970-01-01' AS unit");
  } else if (options.counting.unit == Counting::Unit::Column) {
    statement.add(", dense_rank() OVER (ORDER BY " + column + ") AS unit");
  }
  statement.add(" FROM till.transactions t");
  if (is_grouped) {
    statement.add(" JOIN product_groups g ON g.product_key = t.product_key");
  }
  statement.add(" WHERE ");
  add_slice(statement, slice, "t.customer_key");
  if (options.counting.unit == Counting::Unit::Column) {
    statement.add(" AND " + column + " IS NOT NULL");
  }
  statement.add(" AND t.\"timestamp\" >= ").bind(range.from);
  statement.add(" AND t.\"timestamp\" < ").bind(range.to);
  if (options.counting.returns == Counting::Returns::Drop && log.has_quantity()) {
    statement.add(" AND (t.quantity IS NULL OR t.quantity >= 0)");
  }
  statement.add(") SELECT b.customer_key, b.product_key, b.at");
  if (options.counting.unit != Counting::Unit::Timestamp) {
    statement.add(", CAST(b.unit AS ").add(statement.dialect().integer_type).add(") AS unit");
  }
  statement.add(" FROM bought b");
  return statement;
}

/// Puts the rows of customers into baskets, one after the other.
class BasketFiller {
 public:
  BasketFiller(const AffinityOptions& options, Baskets& result)
      : within_(options.within ? seconds_of(*options.within) * kMicrosPerSecond : -1),
        result_(result) {}

  void add(std::int64_t customer, std::span<Bought> rows) {
    std::ranges::sort(rows, [](const Bought& a, const Bought& b) {
      return std::tie(a.unit, a.product, a.at) < std::tie(b.unit, b.product, b.at);
    });
    // The first row of each basket and product says when.
    std::size_t size = 0;
    found_.clear();
    for (const Bought& row : rows) {
      const bool is_new = size == 0 || rows[size - 1].unit != row.unit;
      if (!is_new && rows[size - 1].product == row.product) {
        continue;
      }
      if (is_new) {
        found_.push_back({row.at, row.unit, size, 0});
      }
      found_.back().at = std::min(found_.back().at, row.at);
      ++found_.back().size;
      rows[size++] = row;
    }
    std::ranges::sort(found_, [](const Found& a, const Found& b) {
      return std::tie(a.at, a.unit) < std::tie(b.at, b.unit);
    });
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const Found& basket = found_[i];
      const auto number = static_cast<std::int32_t>(result_.baskets.size());
      const bool is_large = is_too_large(basket);
      result_.large += is_large ? 1 : 0;
      result_.baskets.push_back({static_cast<std::int32_t>(customer),
                                 static_cast<std::int32_t>(basket.size),
                                 !is_large && (within_ < 0 || is_step(i)),
                                 !is_large && within_ >= 0 && i > 0 && is_step(i - 1)});
      if (!is_large) {
        for (const Bought& row : rows.subspan(basket.begin, basket.size)) {
          result_.lines.push_back({number, row.product});
        }
      }
    }
  }

 private:
  struct Found {
    std::int64_t at = 0;
    std::int64_t unit = 0;
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  static bool is_too_large(const Found& basket) {
    return basket.size > static_cast<std::size_t>(kLargestBasket);
  }

  /// Whether a basket is followed by another in time, and both are looked at.
  [[nodiscard]] bool is_step(std::size_t i) const {
    return i + 1 < found_.size() && found_[i + 1].at - found_[i].at <= within_ &&
           !is_too_large(found_[i]) && !is_too_large(found_[i + 1]);
  }

  std::int64_t within_;
  Baskets& result_;
  std::vector<Found> found_;
};

}  // namespace

Result<Baskets> read_baskets(log::Log& log, const AffinityOptions& options) {
  const bool has_unit = options.counting.unit != Counting::Unit::Timestamp;
  Baskets result;
  BasketFiller filler(options, result);
  TILL_ASSIGN(const std::vector<CustomerSlice> slices, customer_slices(log, kAtOnce));
  for (const CustomerSlice& slice : slices) {
    ByCustomer<Bought> rows(slice);
    const Statement statement = rows_of(log, options, slice);
    TILL_TRY(warehouse::for_each_batch(
        log.warehouse(),
        statement.sql(),
        statement.values(),
        [&](const BatchView& batch) -> Result<void> {
          const ColumnView customers = batch.column(0);
          const ColumnView products = batch.column(1);
          const ColumnView at = batch.column(2);
          const ColumnView units = has_unit ? batch.column(3) : ColumnView();
          return rows.add_all(customers, [&](std::int64_t i) {
            const std::int64_t micros = at.instant(i).micros;
            return Bought{has_unit ? units.integer(i) : micros,
                          micros,
                          static_cast<std::int32_t>(products.integer(i))};
          });
        }));
    rows.for_each([&](std::int64_t customer, std::span<Bought> of) { filler.add(customer, of); });
  }
  return result;
}

}  // namespace till::insight
