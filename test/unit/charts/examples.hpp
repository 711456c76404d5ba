/// \file
/// Examples: results as the questions give them, small and large, ordinary and awkward.
///
/// Made of integers only, so that they are the same on every machine.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "till/charts/chart.hpp"
#include "till/charts/dynamics.hpp"
#include "till/charts/seasonality.hpp"
#include "till/core/calendar.hpp"

namespace till::test {

inline Instant midnight(std::int32_t year, std::int32_t month, std::int32_t day) {
  return Instant{days_since_epoch({year, month, day}) * kMicrosPerDay};
}

inline charts::Context context() {
  return {"car_makes, 975,955 transactions of 2,002 customers, 2017-01-01 to 2020-03-16",
          "one transaction is one row; days and months of UTC",
          TimeZone()};
}

/// Customers who made so many transactions each, in any order.
inline insight::Activity activity_of(std::vector<std::int64_t> counts,
                                     const std::vector<std::string>& ids = {}) {
  std::sort(counts.rbegin(), counts.rend());
  insight::Activity result;
  for (const std::int64_t count : counts) {
    ++result.customers;
    result.transactions += count;
    if (!result.levels.empty() && result.levels.back().transactions == count) {
      ++result.levels.back().customers;
    } else {
      result.levels.push_back({count, 1});
    }
  }
  std::int64_t cumulative = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(counts.size(), 200); ++i) {
    cumulative += counts[i];
    const auto share = [&](std::int64_t part) {
      return static_cast<double>(part) / static_cast<double>(result.transactions);
    };
    result.rows.push_back({static_cast<std::int64_t>(i + 1),
                           i < ids.size() ? ids[i] : std::to_string(8649525 - 7919 * i),
                           counts[i],
                           share(counts[i]),
                           share(cumulative)});
  }
  return result;
}

/// A few customers make most: the count of rank r is about scale / r.
inline std::vector<std::int64_t> heavy_tail(std::int64_t customers, std::int64_t scale) {
  std::vector<std::int64_t> counts;
  for (std::int64_t rank = 1; rank <= customers; ++rank) {
    counts.push_back(std::max<std::int64_t>(scale / (rank + 2), 1));
  }
  return counts;
}

/// Everybody buys about as often: counts of 20 ... 40, most in the middle.
inline std::vector<std::int64_t> light_tail(std::int64_t customers) {
  std::vector<std::int64_t> counts;
  for (std::int64_t i = 0; i < customers; ++i) {
    counts.push_back(20 + i % 11 + (i / 11) % 11);
  }
  return counts;
}

inline insight::ProductFrequency frequency_of(const std::string& product_id,
                                              const std::string& name,
                                              const std::array<std::int64_t, 12>& transactions,
                                              std::size_t covered_from = 0,
                                              std::size_t covered_to = 12) {
  constexpr std::array<std::int64_t, 12> kAll = {21'000,
                                                 23'000,
                                                 26'000,
                                                 24'000,
                                                 30'000,
                                                 33'000,
                                                 31'000,
                                                 22'000,
                                                 25'000,
                                                 41'000,
                                                 33'000,
                                                 38'000};
  insight::ProductFrequency result;
  result.product_id = product_id;
  result.name = name;
  for (std::size_t i = 0; i < 12; ++i) {
    const bool covered = covered_from <= i && i < covered_to;
    const std::int64_t all = covered ? kAll[i] : 0;
    result.months[i] = {
        Month{2018, static_cast<std::int32_t>(i + 1)},
        transactions[i],
        transactions[i] / 3,
        covered ? static_cast<double>(transactions[i]) / static_cast<double>(all) : 0.0,
        all,
        covered};
    result.transactions += transactions[i];
  }
  return result;
}

inline insight::ProductFrequency volvo() {
  return frequency_of(
      "Volvo", "Volvo", {192, 183, 220, 221, 625, 560, 392, 174, 214, 826, 528, 539});
}

/// Cohorts of successive months, each seen a month less than the one before.
inline insight::Cohorts cohorts_of(std::int32_t cohorts, std::int64_t customers) {
  insight::Cohorts result;
  result.ages.resize(static_cast<std::size_t>(cohorts));
  for (std::int32_t c = 0; c < cohorts; ++c) {
    insight::Cohort cohort;
    cohort.begin = {2017 + c / 12, 1 + c % 12, 1};
    cohort.name = to_string(Month{cohort.begin.year, cohort.begin.month});
    cohort.customers = customers / (1 + c % 7) + 1;
    result.customers += cohort.customers;
    for (std::int32_t a = 0; a < cohorts; ++a) {
      insight::CohortCell cell;
      const std::int64_t active =
          a == 0 ? cohort.customers : cohort.customers * (9 + c % 5) / (20 + 2 * a);
      cell.is_whole = c + a < cohorts - 1;
      const auto share = static_cast<double>(active) / static_cast<double>(cohort.customers);
      if (cell.is_whole) {
        cell.active = active;
        insight::CohortAge& age = result.ages[static_cast<std::size_t>(a)];
        age.customers += cohort.customers;
        age.active += active;
      }
      (cell.is_whole || a == 0 ? cell.retention : cell.forecast) = share;
      cell.low = share * 0.75;
      cell.high = share * 0.75 + 0.25;
      cohort.cells.push_back(cell);
    }
    result.cohorts.push_back(std::move(cohort));
  }
  for (insight::CohortAge& age : result.ages) {
    if (age.customers > 0) {
      age.retention = static_cast<double>(age.active) / static_cast<double>(age.customers);
      age.low = age.retention * 0.875;
      age.high = age.retention * 0.875 + 0.125;
    }
  }
  return result;
}

/// Customers and products who made so many transactions each; months are theirs over again, less
/// and less evenly.
inline insight::Concentration concentration_of(const std::vector<std::int64_t>& customers,
                                               const std::vector<std::int64_t>& products,
                                               std::int32_t months) {
  const auto spread = [](const std::vector<std::int64_t>& counts, std::int64_t more) {
    std::vector<insight::ConcentrationLevel> levels;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      levels.push_back({counts[i] + (i == 0 ? more : 0), 1});
    }
    return insight::spread_of(std::move(levels));
  };
  insight::Concentration result{spread(customers, 0), spread(products, 0), {}};
  for (std::int32_t month = 0; month < months; ++month) {
    if (month == 7) {
      continue;  // nothing was sold
    }
    const std::int64_t more = month * 50;
    result.months.push_back(
        {add_months({2017, 4}, month), spread(customers, more), spread(products, more / 2)});
  }
  return result;
}

/// The rows' ranks and shares are filled in.
inline insight::TopProducts top_of(std::vector<insight::TopProduct> rows,
                                   std::int64_t transactions,
                                   std::int64_t products) {
  insight::TopProducts result;
  result.range = {midnight(2017, 7, 1), midnight(2018, 1, 1)};
  result.previous_range = {midnight(2017, 1, 1), midnight(2017, 7, 1)};
  result.transactions = transactions;
  result.previous_transactions = transactions;
  result.products = products;
  std::int64_t rank = 0;
  for (insight::TopProduct& row : rows) {
    row.rank = ++rank;
    row.share = static_cast<double>(row.transactions) / static_cast<double>(transactions);
  }
  result.rows = std::move(rows);
  return result;
}

inline insight::TopProduct product(const std::string& id,
                                   const std::string& name,
                                   std::int64_t transactions,
                                   std::optional<std::int64_t> previous_rank) {
  return {0, id, name, transactions, 0, previous_rank, previous_rank ? transactions : 0};
}

inline insight::TopProducts car_makes() {
  return top_of({product("Renault", "Renault", 53'241, 1),
                 product("Opel", "Opel", 23'501, 4),
                 product("Peugeot", "Peugeot", 22'791, 2),
                 product("Volkswagen", "Volkswagen", 20'612, 4),
                 product("Audi", "Audi", 18'439, std::nullopt)},
                295'120,
                50);
}

inline insight::TopProducts groceries(std::size_t k) {
  constexpr std::array<const char*, 8> kNames = {
      "BANANAS",
      "FLUID MILK WHITE ONLY 1 GAL",
      "GASOLINE-REG UNLEADED",
      "STRAWBERRIES FRESH 1 LB CLAMSHELL PACKAGE CALIFORNIA GROWN ORGANIC",
      "SFT DRNK 2 LITER BTL CARB INCL",
      "MAINSTREAM WHITE BREAD",
      "EGGS - LARGE",
      "SHREDDED CHEESE"};
  std::vector<insight::TopProduct> rows;
  std::int64_t transactions = 16'992;
  for (std::size_t i = 0; i < k; ++i) {
    const auto rank = static_cast<std::int64_t>(i + 1);
    rows.push_back(product(std::to_string(1'082'185 + 7919 * i),
                           kNames[i % kNames.size()],
                           transactions,
                           i % 5 == 4 ? std::optional<std::int64_t>() : rank + (rank * 7) % 5));
    transactions = transactions * 88 / 100;
  }
  return top_of(std::move(rows), 1'469'307, 68'509);
}

/// What real logs hold, sooner or later.
inline insight::TopProducts awkward() {
  return top_of({product("<script>alert(1)</script>", "<b>Bold & \"quoted\"</b>", 1'000'000'000, 1),
                 product("الرياض 12", "قهوة عربية 250 غرام", 120'000'000, 3),
                 product("👩‍👩‍👧‍👦🍕",
                         "Family pizza 👩‍👩‍👧‍👦🍕 extra",
                         120'000'000,
                         2),
                 product(std::string(300, 'x'), "an id of 300 letters", 17, 4),
                 product("tab\tnew\nline \x01 \xff \u202Egnp.exe", "", 0, std::nullopt),
                 product("returned", "more returned than bought", -250'000'000, 5)},
                1'200'000'000,
                6);
}

/// A race whose order changes by a fixed rule: every month two neighbours swap places.
inline insight::TopProductsRace race_of(std::size_t k, std::size_t products, std::size_t months) {
  insight::TopProductsRace race;
  std::vector<std::size_t> order(products);
  for (std::size_t i = 0; i < products; ++i) {
    order[i] = i;
  }
  for (std::size_t month = 0; month < months; ++month) {
    const auto ordinal = static_cast<std::int32_t>(month + 6);
    const Instant as_of = midnight(2017 + ordinal / 12, ordinal % 12 + 1, 1);
    race.as_ofs.push_back(as_of);
    for (std::size_t place = 0; place < k; ++place) {
      const std::string name = "Product " + std::string(1, static_cast<char>('A' + order[place]));
      race.rows.push_back({as_of,
                           static_cast<std::int64_t>(place + 1),
                           name,
                           name,
                           static_cast<std::int64_t>(1000 - 40 * place),
                           0.1});
    }
    const std::size_t swap = (month * 5 + month / 3) % (products - 1);
    std::swap(order[swap], order[swap + 1]);
  }
  return race;
}

/// So many days from 1 March 2016 that grow, with a season, a week and opening hours from 8 to 20.
inline insight::Seasonality seasons_of(std::size_t days, bool has_hours) {
  constexpr std::array<std::int64_t, 12> kMonths = {
      70, 75, 90, 95, 100, 110, 85, 80, 100, 110, 135, 150};
  constexpr std::array<std::int64_t, 7> kWeek = {80, 85, 90, 100, 130, 170, 0};
  insight::DayCounts counts;
  counts.first_day = days_since_epoch({2016, 3, 1});
  counts.has_hours = has_hours;
  counts.days.resize(days);
  for (std::size_t i = 0; i < days; ++i) {
    const std::int64_t day = counts.first_day + static_cast<std::int64_t>(i);
    const auto month = static_cast<std::size_t>(date_from_days(day).month - 1);
    const std::int64_t size = kMonths[month] * kWeek[static_cast<std::size_t>((day + 3) % 7)] *
                              (1000 + static_cast<std::int64_t>(i) / 3) / 200'000;
    if (!has_hours) {
      counts.days[i][0] = size / 10;
      continue;
    }
    for (std::size_t hour = 8; hour < 20; ++hour) {
      const auto wobble = static_cast<std::int64_t>((i * 7 + hour * 13) % 5);
      const std::int64_t height =
          hour < 12 ? static_cast<std::int64_t>(hour) - 6 : 20 - static_cast<std::int64_t>(hour);
      counts.days[i][hour] = size * height * (8 + wobble) / 4'000;
    }
  }
  return insight::seasonality_of(std::move(counts), {});
}

/// Products of which some grow and some fade.
inline insight::Dynamics growing_products(std::size_t products) {
  insight::Dynamics result;
  for (std::size_t i = 0; i < products; ++i) {
    insight::ProductDynamics product;
    product.product_id = "P" + std::to_string(i);
    product.name = i == 1 ? "A name that goes on and on until nobody reads it" : product.product_id;
    product.transactions = static_cast<std::int64_t>(10'000 / (i + 1));
    product.share = 0.2 / static_cast<double>(i + 1);
    product.growth = static_cast<double>(static_cast<std::int64_t>(i * 37 % 21) - 9) / 12.0;
    product.status = *product.growth > 0.4    ? insight::ProductStatus::Growing
                     : *product.growth < -0.5 ? insight::ProductStatus::Fading
                                              : insight::ProductStatus::Steady;
    result.products.push_back(std::move(product));
  }
  if (products > 2) {
    result.products.back().growth = std::nullopt;
    result.products.back().status = insight::ProductStatus::Unclear;
  }
  return result;
}

/// A picture with a name, as the tests that look at all of them want it.
struct Example {
  std::string name;
  std::function<charts::Chart()> chart;
  /// Whether its bytes are kept: not where letters come from a font that another machine may not
  /// have, nor where a smaller picture shows the same.
  bool golden = true;
};

inline void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

inline std::vector<Example> examples() {
  const auto activity = [](std::vector<std::int64_t> counts, std::vector<std::string> ids = {}) {
    return [counts, ids] { return charts::activity(activity_of(counts, ids), context()); };
  };
  const auto frequency = [](insight::ProductFrequency result) {
    return [result] { return charts::product_frequency(result, context()); };
  };
  const auto top = [](insight::TopProducts result) {
    return [result] { return charts::top_products(result, context()); };
  };
  const auto race = [](insight::TopProductsRace result) {
    return [result] { return charts::top_products_race(result, context()); };
  };
  const auto cohorts = [](insight::Cohorts result) {
    return [result] { return charts::cohorts(result, context()); };
  };
  const auto concentration = [](insight::Concentration result) {
    return [result] { return charts::concentration(result, context()); };
  };
  const auto season = [](charts::Chart (*draw)(const insight::Seasonality&, const charts::Context&),
                         std::size_t days,
                         bool has_hours) {
    return [=] { return draw(seasons_of(days, has_hours), context()); };
  };
  const auto growth_share = [](std::size_t products) {
    return [=] { return charts::dynamics_growth_share(growing_products(products), context()); };
  };
  std::vector<std::int64_t> with_returns = heavy_tail(500, 3'000);
  for (std::size_t i = 0; i < 40; ++i) {
    with_returns[with_returns.size() - 1 - i] = -static_cast<std::int64_t>(i % 4);
  }
  return {
      {"activity_of_1", activity({17})},
      {"activity_of_12",
       activity(
           {391, 120, 96, 50, 44, 44, 20, 11, 9, 4, 2, 1},
           {"Autohaus Müller", "Garage Dupont & Fils SARL, Clermont-Ferrand", "<b>", "مرحبا"})},
      {"activity_of_60", activity(heavy_tail(60, 2'000))},
      {"activity_of_2002", activity(heavy_tail(2'002, 105'000))},
      {"activity_of_5000_alike", activity(light_tail(5'000))},
      {"activity_of_a_million", activity(heavy_tail(1'000'000, 4'000'000))},
      {"activity_with_returns", activity(with_returns)},
      {"activity_of_nobody", activity({})},
      {"product_frequency", frequency(volvo())},
      {"product_frequency_partly_covered",
       frequency(frequency_of("1082185", "BANANAS", {0, 0, 1'310, 1'422, 1'200}, 2, 5))},
      {"product_frequency_never_sold", frequency(frequency_of("Trabant", "Trabant", {}))},
      {"product_frequency_not_covered", frequency(frequency_of("Volvo", "Volvo", {}, 0, 0))},
      {"product_frequency_in_millions",
       frequency(frequency_of(
           "👩‍👩‍👧‍👦<x>",
           "A name that goes on and on until nobody reads it any more, really, and then some words",
           {820'000'000,
            183'000'000,
            -22'000'000,
            221,
            625,
            560'000'000,
            392'000'000,
            174'000'000,
            214'000'000,
            1'000'000'000,
            528'000'000,
            539'000'000})),
       false},
      {"top_products_5", top(car_makes())},
      {"top_products_20", top(groceries(20))},
      {"top_products_50", top(groceries(50)), false},
      {"top_products_1", top(top_of({product("all", "all", 69'659, 1)}, 69'659, 1))},
      {"top_products_awkward", top(awkward()), false},
      {"top_products_none", top(top_of({}, 0, 0))},
      {"race_5", race(race_of(5, 9, 40))},
      {"race_10", race(race_of(10, 16, 40))},
      {"race_of_1_month", race(race_of(5, 9, 1))},
      {"race_of_3_months", race(race_of(3, 6, 3))},
      {"race_of_nobody", race({})},
      {"cohorts_2", cohorts(cohorts_of(2, 9))},
      {"cohorts_14", cohorts(cohorts_of(14, 1'200))},
      {"cohorts_60", cohorts(cohorts_of(60, 45'000))},
      {"cohorts_of_one_month", cohorts(cohorts_of(1, 30))},
      {"cohorts_of_nobody", cohorts({})},
      {"concentration",
       concentration(concentration_of(heavy_tail(2'002, 105'000), heavy_tail(50, 9'000), 36))},
      {"concentration_all_alike", concentration(concentration_of({7, 7, 7, 7}, {28}, 2))},
      {"concentration_with_returns", concentration(concentration_of(with_returns, {9, 1}, 9))},
      {"concentration_of_one", concentration(concentration_of({5}, {5}, 1))},
      {"concentration_of_nobody", concentration({})},
      {"seasonality", season(&charts::seasonality, 1'000, true)},
      {"seasonality_of_dates", season(&charts::seasonality, 400, false)},
      {"seasonality_profiles", season(&charts::seasonality_profiles, 1'000, true)},
      {"seasonality_decomposition", season(&charts::seasonality_decomposition, 1'000, true)},
      {"seasonality_decomposition_of_a_year",
       season(&charts::seasonality_decomposition, 365, true)},
      {"seasonality_hours", season(&charts::seasonality_hours, 1'000, true)},
      {"seasonality_hours_of_dates", season(&charts::seasonality_hours, 100, false)},
      {"seasonality_calendar", season(&charts::seasonality_calendar, 1'000, true)},
      {"seasonality_calendar_of_a_week", season(&charts::seasonality_calendar, 7, false)},
      {"growth_share", growth_share(60)},
      {"growth_share_of_one", growth_share(1)},
      {"growth_share_of_nothing", growth_share(0)},
  };
}

}  // namespace till::test
