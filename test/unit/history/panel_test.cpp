#include "till/history/panel.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "support/error_text.hpp"
#include "unit/insight/sale_log.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"

namespace till::history {
namespace {

using log::Counting;
using test::instant;
using test::Sale;
using test::SaleLog;
using test::valid;
using ::testing::ElementsAre;

/// Sales of 12 customers, and of nobody, from November 2017 to April 2018; some are returns.
std::vector<Sale> random_sales(std::uint64_t seed, int rows) {
  Rng rng(seed);
  std::vector<Sale> sales;
  const std::int64_t from = instant("2017-11-07T00:00:00").micros;
  for (int i = 0; i < rows; ++i) {
    // Whole hours, so that customers buy twice at one instant and exactly at midnight.
    const auto hours = static_cast<std::int64_t>(rng.below(24 * 170));
    const std::uint64_t customer = rng.below(13);
    sales.push_back({customer == 12 ? "" : "c" + std::to_string(customer),
                     "p",
                     to_string(Instant{from + hours * 3600 * kMicrosPerSecond}),
                     rng.below(5) == 0 ? "-1" : "2",
                     "i" + std::to_string(rng.below(40))});
  }
  return sales;
}

/// Logs that several tests read. They are closed before the process ends: at its end the engine's
/// own state may be gone before them.
class KeptLogs : public ::testing::Environment {
 public:
  static KeptLogs& instance() {
    static auto* const logs =
        static_cast<KeptLogs*>(::testing::AddGlobalTestEnvironment(new KeptLogs));
    return *logs;
  }

  log::Log& log(std::string_view name, const std::vector<Sale>& sales) {
    return *logs_.try_emplace(std::string(name), sales).first->second;
  }

  void TearDown() override { logs_.clear(); }

 private:
  std::map<std::string, SaleLog> logs_;
};

[[maybe_unused]] const KeptLogs& kKeptLogs = KeptLogs::instance();  // before the tests begin

/// The log of random sales; kept once for all ways of counting.
log::Log& random_log(std::uint64_t seed, int rows) {
  return KeptLogs::instance().log("random " + std::to_string(seed), random_sales(seed, rows));
}

/// Customer id -> month -> transactions, told row by row.
using Twin = std::map<std::string, std::map<Month, std::int64_t>>;

struct NaivePanel {
  Twin counts;
  std::map<std::string, Instant> births;
  std::map<Date, std::int64_t> days;
  std::map<std::string, std::set<Date>> active_days;
};

NaivePanel naive_panel(const std::vector<Sale>& sales, const PanelOptions& options) {
  NaivePanel panel;
  std::set<std::tuple<std::string, Month, std::string>> month_units;
  std::set<std::tuple<std::string, Date, std::string>> day_units;
  for (const Sale& sale : sales) {
    const Instant at = instant(sale.at);
    const bool is_return = sale.quantity == "-1";
    if (at >= options.cutoff || sale.customer.empty() ||
        (is_return && options.counting.returns == Counting::Returns::Drop)) {
      continue;
    }
    const auto [birth, is_new] = panel.births.emplace(sale.customer, at);
    birth->second = std::min(birth->second, at);
    const Date day = options.zone.local(at).date;
    const Month month{day.year, day.month};
    panel.active_days[sale.customer].insert(day);
    std::string unit;
    switch (options.counting.unit) {
      case Counting::Unit::Row:
        unit = std::to_string(month_units.size()) + "#" + std::to_string(day_units.size());
        break;
      case Counting::Unit::Timestamp:
        unit = sale.at;
        break;
      case Counting::Unit::Day:
        unit = to_string(day);
        break;
      case Counting::Unit::Column:
        unit = sale.invoice;
        break;
    }
    const bool subtracts = is_return && options.counting.returns == Counting::Returns::Subtract;
    if (month_units.emplace(sale.customer, month, unit).second) {
      panel.counts[sale.customer][month] += subtracts ? -1 : 1;
    }
    if (day_units.emplace(sale.customer, day, unit).second) {
      panel.days[day] += subtracts ? -1 : 1;
    }
  }
  return panel;
}

std::map<std::int32_t, std::string> ids_of(log::Log& log) {
  std::map<std::int32_t, std::string> ids;
  warehouse::RecordStream rows =
      valid(log.warehouse().query("SELECT customer_key, customer_id FROM till.customers"));
  while (valid(rows.next())) {
    const BatchView batch = rows.batch();
    for (std::int64_t i = 0; i < batch.rows(); ++i) {
      ids[static_cast<std::int32_t>(batch.column(0).integer(i))] = batch.column(1).text(i);
    }
  }
  return ids;
}

void expect_same(const Panel& panel, const Panel& other) {
  ASSERT_EQ(panel.months(), other.months());
  EXPECT_TRUE(std::ranges::equal(panel.customer_keys(), other.customer_keys()));
  EXPECT_TRUE(std::ranges::equal(panel.births(), other.births()));
  for (std::size_t t = 0; t < panel.months(); ++t) {
    EXPECT_EQ(panel.month(t).range, other.month(t).range);
    EXPECT_TRUE(std::ranges::equal(panel.counts(t), other.counts(t)));
    EXPECT_TRUE(std::ranges::equal(panel.active_days(t), other.active_days(t)));
  }
  const auto days = std::min(panel.daily_transactions().size(), other.daily_transactions().size());
  EXPECT_TRUE(std::ranges::equal(panel.daily_transactions().first(days),
                                 other.daily_transactions().first(days)));
}

class CustomerPanelTest : public ::testing::TestWithParam<Counting> {};

TEST_P(CustomerPanelTest, CountsWhatALookAtEveryRowCounts) {
  const std::vector<Sale> sales = random_sales(1, 400);
  log::Log& log = random_log(1, 400);
  const std::map<std::int32_t, std::string> ids = ids_of(log);
  for (const std::string_view zone : {"UTC", "America/New_York"}) {
    for (const std::string_view cutoff : {"2018-01-01", "2018-02-17T13:00:00", "2018-07-01"}) {
      const PanelOptions options{instant(cutoff), test::zone_called(zone), GetParam()};
      const Panel panel = valid(customer_panel(log, options));
      const NaivePanel naive = naive_panel(sales, options);
      ASSERT_EQ(panel.customers(), naive.births.size());
      EXPECT_EQ(panel.cutoff(), options.cutoff);
      std::map<Date, std::int64_t> days = naive.days;
      for (std::size_t i = 0; i < panel.customers(); ++i) {
        const std::string& id = ids.at(panel.customer_keys()[i]);
        EXPECT_EQ(panel.births()[i], naive.births.at(id));
        for (std::size_t t = 0; t < panel.months(); ++t) {
          const auto& months = naive.counts.at(id);
          const Date& begins = panel.month(t).month.first;
          const auto month = months.find({begins.year, begins.month});
          EXPECT_EQ(panel.count(i, t),
                    month == months.end() ? 0 : std::max<std::int64_t>(0, month->second))
              << id << " " << to_string(panel.month(t).month) << " " << zone << " " << cutoff;
          const std::uint32_t active =
              i < panel.customers_seen(t) ? panel.active_days(t)[i] : std::uint32_t{0};
          for (std::int32_t d = 0; d < 31; ++d) {
            const Date& first = panel.month(t).month.first;
            const Date day{first.year, first.month, d + 1};
            EXPECT_EQ((active >> static_cast<std::uint32_t>(d) & 1U) != 0,
                      d < panel.month(t).month.days() && naive.active_days.at(id).contains(day))
                << id << " " << to_string(day);
          }
        }
      }
      const Date first = panel.month(0).month.first;
      for (std::size_t d = 0; d < panel.daily_transactions().size(); ++d) {
        const Date day = date_from_days(days_since_epoch(first) + static_cast<std::int64_t>(d));
        EXPECT_EQ(panel.daily_transactions()[d], std::max<std::int64_t>(0, days[day]))
            << to_string(day);
      }
    }
  }
}

/// Returns the options of a panel whose months are so many days.
PanelOptions with_days(PanelOptions options, std::int32_t days) {
  options.month_days = days;
  return options;
}

TEST_P(CustomerPanelTest, CountsDaysThatStandInForMonths) {
  const std::vector<Sale> sales = random_sales(1, 400);
  log::Log& log = random_log(1, 400);
  const std::map<std::int32_t, std::string> ids = ids_of(log);
  for (const std::string_view zone_name : {"UTC", "America/New_York"}) {
    const TimeZone zone = test::zone_called(zone_name);
    for (const std::int32_t length : {7, 28, 31}) {
      const Instant cutoff = start_of(Date{2018, 4, 3}, zone);
      const Panel panel = valid(customer_panel(log, with_days({cutoff, zone, GetParam()}, length)));
      EXPECT_EQ(panel.cutoff(), cutoff);
      EXPECT_TRUE(panel.is_last_month_whole());
      EXPECT_LE(panel.month(0).range.from, *std::ranges::min_element(panel.births()));
      EXPECT_GT(panel.month(0).range.to, *std::ranges::min_element(panel.births()));
      for (std::size_t t = 0; t < panel.months(); ++t) {
        const MonthPart& part = panel.month(t);
        EXPECT_EQ(part.month.days(), length);
        EXPECT_NEAR(part.days(), length, 1e-9);
        // The rows of these days alone, all of them moved into one month.
        std::map<std::string, std::set<std::string>> units;
        std::map<std::string, std::int64_t> counts;
        std::map<std::string, std::uint32_t> days;
        std::size_t row = 0;
        for (const Sale& sale : sales) {
          const Instant at = instant(sale.at);
          const bool is_return = sale.quantity == "-1";
          if (!part.range.contains(at) || sale.customer.empty() ||
              (is_return && GetParam().returns == Counting::Returns::Drop)) {
            continue;
          }
          const Date day = zone.local(at).date;
          const std::string unit = GetParam().unit == Counting::Unit::Row ? std::to_string(row++)
                                   : GetParam().unit == Counting::Unit::Timestamp ? sale.at
                                   : GetParam().unit == Counting::Unit::Day       ? to_string(day)
                                                                                  : sale.invoice;
          if (units[sale.customer].insert(unit).second) {
            counts[sale.customer] +=
                is_return && GetParam().returns == Counting::Returns::Subtract ? -1 : 1;
          }
          days[sale.customer] |= 1U << static_cast<std::uint32_t>(
                                     days_since_epoch(day) - days_since_epoch(part.month.first));
        }
        for (std::size_t i = 0; i < panel.customers_seen(t); ++i) {
          const std::string& id = ids.at(panel.customer_keys()[i]);
          EXPECT_EQ(panel.counts(t)[i], std::max<std::int64_t>(counts[id], 0)) << id << " " << t;
          EXPECT_EQ(panel.active_days(t)[i], days[id]) << id << " " << t;
        }
      }
      const NaivePanel naive = naive_panel(sales, {cutoff, zone, GetParam()});
      std::map<Date, std::int64_t> by_day = naive.days;
      const std::int64_t first = days_since_epoch(panel.month(0).month.first);
      for (std::size_t d = 0; d < panel.daily_transactions().size(); ++d) {
        const Date day = date_from_days(first + static_cast<std::int64_t>(d));
        EXPECT_EQ(panel.daily_transactions()[d], std::max<std::int64_t>(0, by_day[day]));
      }
    }
  }
}

TEST_P(CustomerPanelTest, DaysBeforeAnEarlierCutoffAreThoseOfTheLongerPanel) {
  log::Log& log = random_log(2, 300);
  const TimeZone zone = test::zone_called("Europe/Paris");
  const Instant cutoff = start_of(Date{2018, 5, 1}, zone);
  const Panel whole = valid(customer_panel(log, with_days({cutoff, zone, GetParam()}, 28)));
  for (std::size_t t = 1; t < whole.months(); ++t) {
    expect_same(
        whole.before(t),
        valid(customer_panel(log, with_days({whole.month(t).range.from, zone, GetParam()}, 28))));
  }
}

TEST_P(CustomerPanelTest, IsTheBeginningOfTheOneReadLater) {
  log::Log& log = random_log(2, 300);
  const TimeZone zone = test::zone_called("Europe/Paris");
  const Panel whole = valid(customer_panel(log, {instant("2018-05-01"), zone, GetParam()}));
  for (std::size_t t = 1; t < whole.months(); ++t) {
    const PanelOptions options{whole.month(t).range.from, zone, GetParam()};
    expect_same(whole.before(t), valid(customer_panel(log, options)));
  }
}

TEST_P(CustomerPanelTest, RowsAtOrAfterTheCutoffChangeNothing) {
  const Instant cutoff = instant("2018-02-01");
  std::vector<Sale> sales = random_sales(3, 300);
  std::vector<Sale> poisoned;
  int later = 0;
  for (Sale sale : sales) {
    if (instant(sale.at) >= cutoff) {
      sale.customer = "stranger" + std::to_string(later % 50);
      sale.at = later++ == 0 ? "2018-02-01T00:00:00Z" : "2031-05-05T05:05:05Z";
      sale.quantity = "-1";
    }
    poisoned.push_back(sale);
  }
  ASSERT_GT(later, 20);
  log::Log& log = random_log(3, 300);
  log::Log& other = KeptLogs::instance().log("poisoned", poisoned);
  const Panel panel = valid(customer_panel(log, {cutoff, TimeZone(), GetParam()}));
  const Panel same = valid(customer_panel(other, {cutoff, TimeZone(), GetParam()}));
  // Keys may be given in another order, since a stranger may stand before a customer in the log.
  const std::map<std::int32_t, std::string> ids = ids_of(log);
  const std::map<std::int32_t, std::string> other_ids = ids_of(other);
  const auto rows_of = [](const Panel& p, const std::map<std::int32_t, std::string>& names) {
    std::map<std::string, std::vector<std::int64_t>> rows;
    for (std::size_t i = 0; i < p.customers(); ++i) {
      std::vector<std::int64_t>& row = rows[names.at(p.customer_keys()[i])];
      row.push_back(p.births()[i].micros);
      for (std::size_t t = 0; t < p.months(); ++t) {
        row.push_back(p.count(i, t));
      }
    }
    return rows;
  };
  EXPECT_EQ(rows_of(panel, ids), rows_of(same, other_ids));
  EXPECT_TRUE(std::ranges::equal(panel.daily_transactions(), same.daily_transactions()));
}

INSTANTIATE_TEST_SUITE_P(
    Countings,
    CustomerPanelTest,
    ::testing::Values(Counting{},
                      Counting{Counting::Unit::Row, "", Counting::Returns::Drop},
                      Counting{Counting::Unit::Row, "", Counting::Returns::Subtract},
                      Counting{Counting::Unit::Timestamp, "", Counting::Returns::Count},
                      Counting{Counting::Unit::Day, "", Counting::Returns::Drop},
                      Counting{Counting::Unit::Column, "invoice", Counting::Returns::Count}));

TEST(CustomerPanel, HasNoMonthsBeforeTheFirstTransaction) {
  SaleLog log({{"a", "p", "2018-01-05T00:00:00Z"}, {"", "p", "2017-01-05T00:00:00Z"}});
  EXPECT_EQ(valid(customer_panel(*log, {instant("2018-01-05")})).months(), 0U);
  EXPECT_EQ(valid(customer_panel(*log, {instant("2018-01-06")})).months(), 1U);
  EXPECT_EQ(valid(customer_panel(*log, {instant("2016-01-06")})).months(), 0U);
}

TEST(CustomerIds, AreThoseOfTheKeys) {
  log::Log& log = random_log(1, 400);
  const std::map<std::int32_t, std::string> ids = ids_of(log);
  const std::vector<std::int32_t> keys = {3, 0, 3};
  EXPECT_THAT(valid(customer_ids(log, keys)), ElementsAre(ids.at(3), ids.at(0), ids.at(3)));
}

TEST(CustomerPanel, GoesOnAfterTheLogsEnd) {
  SaleLog log({{"a", "p", "2018-01-05T00:00:00Z"}});
  const Panel panel = valid(customer_panel(*log, {instant("2018-04-01")}));
  EXPECT_EQ(panel.months(), 3U);
  EXPECT_THAT(panel.counts(2), ElementsAre(0));
}

TEST(CustomerPanel, CutsTheLastDaysWhereTheCutoffIsWithinADay) {
  SaleLog log({{"a", "p", "2018-01-05T00:00:00Z"}});
  const Panel panel = valid(customer_panel(*log, with_days({instant("2018-03-01T12:00:00")}, 28)));
  ASSERT_EQ(panel.months(), 2U);
  EXPECT_FALSE(panel.is_last_month_whole());
  EXPECT_EQ(to_string(panel.month(1).month), "2018-02-02");
  EXPECT_NEAR(panel.month(1).days(), 27.5, 1e-9);
  EXPECT_EQ(to_string(panel.month(0).month), "2018-01-05");
}

TEST(CustomerPanel, RefusesTooFewDaysForAMonthAndTooMany) {
  SaleLog log({{"a", "p", "2018-01-05T00:00:00Z", "1"}});
  for (const std::int32_t days : {-1, 1, 6, 32}) {
    EXPECT_EQ(customer_panel(*log, with_days({instant("2018-04-01")}, days)).error().message,
              "customer_panel: month_days is " + std::to_string(days) +
                  ", but must be from 7 to 31, or 0 for months of the calendar");
  }
}

TEST(CustomerPanel, RefusesWhatCannotBeCounted) {
  SaleLog log({{"a", "p", "2018-01-05T00:00:00Z", "1"}});
  EXPECT_EQ(customer_panel(*log,
                           {instant("2018-04-01"),
                            TimeZone(),
                            {Counting::Unit::Day, "", Counting::Returns::Subtract}})
                .error(),
            (Error{ErrorCode::InvalidArgument,
                   "customer_panel: counting.returns is \"subtract\", but must be count or drop "
                   "where a transaction is not a row",
                   "count rows, or drop the returns"}));
  EXPECT_EQ(
      customer_panel(*log, {instant("2018-04-01"), TimeZone(), {Counting::Unit::Column, "till"}})
          .error(),
      (Error{ErrorCode::NotFound,
             "customer_panel: counting.column is \"till\", but must be a column that the log "
             "keeps",
             "till describe lists the columns"}));
}

TEST(CustomerPanel, RefusesALogThatAWrongDateStretchesOverMillennia) {
  std::vector<Sale> sales;
  for (int i = 0; i < 12000; ++i) {
    sales.push_back({std::to_string(i), "p", "1900-01-05T00:00:00Z"});
  }
  SaleLog log(sales);
  EXPECT_EQ(customer_panel(*log, {instant("9999-01-01")}).error(),
            (Error{ErrorCode::InvalidData,
                   "customer_panel: customers times months since the first transaction is "
                   "1166256000, but must be at most 1073741824",
                   "a wrong date may stretch the log from 1900-01 to 9998-12: look at till "
                   "describe, and set an earlier --as-of"}));
}

}  // namespace
}  // namespace till::history
