#include "unit/insight/naive_twin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "till/core/rng.hpp"
#include "till/warehouse/statement.hpp"

namespace till::test {
namespace {

using insight::ActivityOptions;
using insight::ProductFrequencyOptions;
using insight::TopProductsOptions;
using log::Counting;
using ::testing::ElementsAreArray;

constexpr std::int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
constexpr std::size_t kProducts = 9;

// Clocks that change at night, clocks that are 5:45 ahead, and St. John's, where on 1 November 2009
// at 00:01 it was 31 October again for an hour.
constexpr std::string_view kZones[] = {
    "UTC", "America/New_York", "Asia/Kathmandu", "America/St_Johns"};

/// A log of a few months with rows where it hurts: around month ends and changes of the clock.
class RandomLog {
 public:
  explicit RandomLog(std::uint64_t seed)
      : rng_(seed), zone_(zone_called(kZones[rng_.below(std::size(kZones))])) {}

  std::vector<Sale> sales(std::size_t rows) {
    std::vector<Sale> sales;
    for (std::size_t i = 0; i < rows; ++i) {
      Sale sale;
      if (rng_.below(8) != 0) {
        sale.customer = customer();
      }
      sale.product = product();
      sale.at = to_string(moment());
      if (rng_.below(10) != 0) {
        sale.quantity = std::to_string(static_cast<int>(rng_.below(6)) - 2);
      }
      if (rng_.below(10) != 0) {
        sale.invoice = "I" + std::to_string(rng_.below(30));
      }
      sales.push_back(sale);
      if (rng_.below(4) == 0) {
        sale.product = product();  // a basket
        sales.push_back(sale);
      }
    }
    return sales;
  }

  /// A moment from summer 2009 to spring 2010; often at, or an hour or two beside, a month's start.
  Instant moment() {
    const TimeZone& zone = any_zone();
    const Month month = add_months({2009, 6}, static_cast<std::int32_t>(rng_.below(10)));
    switch (rng_.below(4)) {
      case 0:
        return start_of(month, zone);
      case 1:
        return {start_of(month, zone).micros +
                (static_cast<std::int64_t>(rng_.below(9)) - 4) * kMicrosPerHour / 2};
      case 2:  // a Sunday morning on which clocks may change
        return {
            instant(rng_.below(2) == 0 ? "2009-11-01T02:00:00Z" : "2010-03-14T03:00:00Z").micros +
            static_cast<std::int64_t>(rng_.below(20)) * kMicrosPerHour / 2};
      default:
        return {instant("2009-06-01").micros +
                static_cast<std::int64_t>(rng_.below(270 * 24 * 3600)) * kMicrosPerSecond};
    }
  }

  const TimeZone& any_zone() {
    if (rng_.below(2) == 0) {
      other_ = zone_called(kZones[rng_.below(std::size(kZones))]);
      return other_;
    }
    return zone_;
  }

  Counting counting() {
    Counting counting;
    counting.unit = static_cast<Counting::Unit>(rng_.below(4));
    counting.returns = static_cast<Counting::Returns>(rng_.below(2));
    if (counting.unit == Counting::Unit::Row && rng_.below(2) == 0) {
      counting.returns = Counting::Returns::Subtract;
    }
    if (counting.unit == Counting::Unit::Column) {
      counting.column = "invoice";
    }
    return rng_.below(3) == 0 ? Counting() : counting;
  }

  Period window() {
    switch (rng_.below(6)) {
      case 0:
        return {static_cast<std::int32_t>(rng_.below(60)) + 1, Period::Unit::Hour};
      case 1:
        return {static_cast<std::int32_t>(rng_.below(60)) + 1, Period::Unit::Day};
      case 2:
        return {static_cast<std::int32_t>(rng_.below(8)) + 1, Period::Unit::Week};
      case 3:
        return {1, Period::Unit::Year};
      default:
        return {static_cast<std::int32_t>(rng_.below(6)) + 1, Period::Unit::Month};
    }
  }

  std::string product() { return "p" + std::to_string(rng_.below(kProducts)); }

  std::string customer() {
    const std::uint64_t a = rng_.below(12);
    return "c" + std::to_string(std::min(a, rng_.below(12)));
  }

  Rng& rng() { return rng_; }

  const TimeZone& zone() const { return zone_; }

 private:
  Rng rng_;
  TimeZone zone_;
  TimeZone other_;
};

// p8 is missing from the table, p7 has no colour, p9 was never sold.
constexpr std::string_view kProductTable =
    "product_id,colour\n"
    "p0,red\np1,blue\np2,red\np3,green\np4,blue\np5,red\np6,green\np7,\np9,blue\n";
const std::map<std::string, std::string> kColours = {{"p0", "red"},
                                                     {"p1", "blue"},
                                                     {"p2", "red"},
                                                     {"p3", "green"},
                                                     {"p4", "blue"},
                                                     {"p5", "red"},
                                                     {"p6", "green"},
                                                     {"p7", ""},
                                                     {"p9", "blue"}};

std::vector<std::string> read_lines(log::Log& log, std::string_view sql) {
  std::vector<std::string> lines;
  warehouse::Statement statement(log.warehouse());
  statement.add(sql);
  const Result<void> done = warehouse::for_each_row(
      log.warehouse(), statement, [&](const BatchView& batch, std::int64_t i) {
        std::string line;
        for (std::int64_t c = 0; c < batch.columns(); ++c) {
          const ColumnView column = batch.column(c);
          line += c == 0 ? "" : " ";
          line += column.type() == ColumnType::Text ? std::string(column.text(i))
                                                    : std::to_string(column.integer(i));
        }
        lines.push_back(line);
      });
  EXPECT_TRUE(done) << done.error().message;
  return lines;
}

/// What the kept summaries must say of a log.
void expect_summaries_equal(log::Log& log, const std::vector<Sale>& sales) {
  std::map<std::string, std::int64_t> customers;
  std::map<std::string, std::int64_t> products;
  std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::set<std::string>>>
      months;
  for (const Sale& sale : sales) {
    ++products[sale.product];
    const Month month = month_of(instant(sale.at), log.zone());
    auto& [transactions, buyers] = months[{sale.product, to_string(month)}];
    ++transactions;
    if (!sale.customer.empty()) {
      ++customers[sale.customer];
      buyers.insert(sale.customer);
    }
  }
  std::vector<std::string> expected;
  for (const auto& [id, transactions] : customers) {
    expected.push_back(id + ' ' + std::to_string(transactions));
  }
  EXPECT_THAT(read_lines(log,
                         "SELECT c.customer_id, c.transactions FROM till.customers c "
                         "ORDER BY c.customer_id"),
              ElementsAreArray(expected));
  expected.clear();
  for (const auto& [id, transactions] : products) {
    expected.push_back(id + ' ' + std::to_string(transactions));
  }
  EXPECT_THAT(read_lines(log,
                         "SELECT p.product_id, p.transactions FROM till.products p "
                         "WHERE p.transactions > 0 ORDER BY p.product_id"),
              ElementsAreArray(expected));
  expected.clear();
  for (const auto& [key, counts] : months) {
    expected.push_back(key.first + ' ' + key.second + ' ' + std::to_string(counts.first) + ' ' +
                       std::to_string(counts.second.size()));
  }
  EXPECT_THAT(read_lines(log,
                         "SELECT p.product_id, substr(CAST(m.\"month\" AS VARCHAR), 1, 7), "
                         "m.transactions, m.customers FROM till.product_months m "
                         "JOIN till.products p ON p.product_key = m.product_key "
                         "ORDER BY p.product_id, m.\"month\""),
              ElementsAreArray(expected));
}

class NaiveTwin : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  /// Asks `questions` random questions of each kind.
  static void expect_answers_equal(RandomLog& random,
                                   log::Log& log,
                                   const std::vector<Sale>& sales,
                                   int questions) {
    const std::vector<naive::Row> rows = naive::rows_of(sales);
    const std::vector<naive::Row> groups = naive::rows_of(sales, kColours, true);
    for (int q = 0; q < questions; ++q) {
      SCOPED_TRACE("question " + std::to_string(q));
      expect_activity_equal(random, log, rows);
      const bool grouped = random.rng().below(3) == 0;
      expect_frequency_equal(random, log, grouped ? groups : rows, grouped);
      expect_top_equal(random, log, grouped ? groups : rows, grouped);
      expect_race_equal(random, log, grouped ? groups : rows, grouped);
    }
  }

 private:
  static void expect_activity_equal(RandomLog& random,
                                    log::Log& log,
                                    const std::vector<naive::Row>& rows) {
    ActivityOptions options;
    options.counting = random.counting();
    options.zone = random.any_zone();
    if (random.rng().below(3) != 0) {
      const Instant a = random.moment();
      const Instant b = random.moment();
      options.range = TimeRange{std::min(a, b), {std::max(a, b).micros + 1}};
    }
    if (random.rng().below(2) == 0) {
      options.limit = static_cast<std::int64_t>(random.rng().below(14));
    }
    EXPECT_THAT(naive::lines(valid(insight::activity(log, options))),
                ElementsAreArray(naive::lines(naive::activity(rows, options))));
  }

  static void expect_frequency_equal(RandomLog& random,
                                     log::Log& log,
                                     const std::vector<naive::Row>& rows,
                                     bool grouped) {
    ProductFrequencyOptions options;
    options.product = rows[random.rng().below(rows.size())].product;
    options.by = grouped ? "colour" : "";
    options.year = 2009 + static_cast<std::int32_t>(random.rng().below(2));
    options.counting = random.counting();
    options.zone = random.any_zone();
    EXPECT_THAT(naive::lines(valid(insight::product_frequency(log, options))),
                ElementsAreArray(naive::lines(naive::product_frequency(rows, options))))
        << log::to_string(options.counting) << ' ' << options.zone.name();
  }

  static TopProductsOptions top_question(RandomLog& random, bool grouped) {
    TopProductsOptions options;
    options.k = static_cast<std::int64_t>(random.rng().below(12)) + 1;
    options.window = random.window();
    options.by = grouped ? "colour" : "";
    options.counting = random.counting();
    options.zone = random.any_zone();
    options.as_of = random.moment();
    return options;
  }

  static void expect_top_equal(RandomLog& random,
                               log::Log& log,
                               const std::vector<naive::Row>& rows,
                               bool grouped) {
    const TopProductsOptions options = top_question(random, grouped);
    EXPECT_THAT(naive::lines(valid(insight::top_products(log, options))),
                ElementsAreArray(naive::lines(naive::top_products(rows, options))))
        << log::to_string(options.counting) << ' ' << options.zone.name() << ' '
        << to_string(options.window);
  }

  static void expect_race_equal(RandomLog& random,
                                log::Log& log,
                                const std::vector<naive::Row>& rows,
                                bool grouped) {
    const TopProductsOptions options = top_question(random, grouped);
    const insight::TopProductsRace race = valid(insight::top_products_race(log, options));
    EXPECT_THAT(naive::lines(race.rows),
                ElementsAreArray(naive::lines(naive::race_entries(rows, options, race.as_ofs))))
        << log::to_string(options.counting) << ' ' << options.zone.name() << ' '
        << to_string(options.window);
  }
};

TEST_P(NaiveTwin, AnswersAndSummariesAreThoseOfARowByRowCount) {
  RandomLog random(GetParam());
  SCOPED_TRACE("log in " + random.zone().name());
  std::vector<Sale> sales = random.sales(90);
  SaleLog log(sales, random.zone().name(), kProductTable);
  expect_summaries_equal(*log, sales);
  expect_answers_equal(random, *log, sales, 6);

  const std::vector<Sale> more = random.sales(30);
  log.append(more);
  sales.insert(sales.end(), more.begin(), more.end());
  expect_summaries_equal(*log, sales);
  expect_answers_equal(random, *log, sales, 6);
}

INSTANTIATE_TEST_SUITE_P(Seeds, NaiveTwin, ::testing::Range<std::uint64_t>(1, 5));

TEST(Summaries, AMonthThatComesBackForAnHourIsNotCountedTwice) {
  std::vector<Sale> sales = {{"ann", "tea", "2009-10-20T00:00:00Z"},
                             {"bob", "tea", "2009-11-01T02:30:30Z"},  // 1 November 00:00:30
                             {"cy", "tea", "2009-11-01T03:00:00Z"}};  // 31 October 23:30
  SaleLog log(sales, "America/St_Johns");
  expect_summaries_equal(*log, sales);
  const std::vector<Sale> more = {{"ann", "tea", "2009-11-20T00:00:00Z"}};
  log.append(more);
  sales.insert(sales.end(), more.begin(), more.end());
  expect_summaries_equal(*log, sales);
}

TEST(Summaries, AreReadIntoMemoryByTheSecondQuestionAndSayTheSame) {
  const std::vector<Sale> sales = {{"bob", "p1", "2018-01-05T00:00:00Z"},
                                   {"ann", "p1", "2018-01-06T00:00:00Z"},
                                   {"bob", "p2", "2018-02-07T00:00:00Z"},
                                   {"", "p2", "2018-02-08T00:00:00Z"},
                                   {"ann", "p3", "2018-03-09T00:00:00Z"}};
  constexpr std::string_view kNames = "product_id,name\np1,pear\np2,plum\np4,never sold\n";
  SaleLog log(sales, "Europe/Paris", kNames);
  EXPECT_EQ(valid(log->customer_totals()), nullptr);
  EXPECT_EQ(valid(log->product_totals()), nullptr);
  SaleLog untouched(sales, "Europe/Paris", kNames);
  const TimeZone zone = zone_called("Europe/Paris");
  const ActivityOptions activity{.range = {}, .zone = zone, .counting = {}, .limit = 1};
  EXPECT_THAT(naive::lines(valid(insight::activity(*log, activity))),
              ElementsAreArray(naive::lines(valid(insight::activity(*untouched, activity)))));
  TopProductsOptions top;
  top.window = {1, Period::Unit::Month};
  top.zone = zone;
  top.as_of = start_of(Month{2018, 3}, zone);
  const insight::TopProducts from_memory = valid(insight::top_products(*log, top));
  EXPECT_THAT(naive::lines(from_memory),
              ElementsAreArray(naive::lines(valid(insight::top_products(*untouched, top)))));
  EXPECT_EQ(from_memory.rows.at(0).name, "plum");
  EXPECT_NE(valid(log->customer_totals()), nullptr);
  EXPECT_NE(valid(log->product_totals()), nullptr);
}

}  // namespace
}  // namespace till::test
