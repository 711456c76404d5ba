#include "till/models/simulated_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>

namespace till::models {

namespace {

constexpr double kDaysPerYear = 365.2425;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kSecondsPerHour = 3'600;
constexpr std::int64_t kHoursPerDay = 24;
constexpr std::uint64_t kFavourites = 5;
constexpr std::size_t kSalesAtOnce = 16'384;
constexpr std::int32_t kNobody = -1;
constexpr std::int32_t kNothing = -1;
constexpr double kForever = std::numeric_limits<double>::infinity();

// Each kind of chance has a stream of its own, so that a knob moves only what it is about.
constexpr std::uint64_t kCustomerStream = 1;
constexpr std::uint64_t kOrderStream = 2;
constexpr std::uint64_t kPriceStream = 3;
constexpr std::uint64_t kDriftStream = 4;
constexpr std::uint64_t kOccasionStream = 5;
constexpr std::uint64_t kBasketStream = 6;
constexpr std::uint64_t kFavouriteStream = 7;

/// Mixes the bits of a number: neighbours become unrelated (the finaliser of splitmix64).
std::uint64_t mixed(std::uint64_t z) noexcept {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

/// Demand by day of the week, Monday first, as parts of the amplitude; they sum to 0.
constexpr std::array<double, 7> kWeek = {-0.4, -0.5, -0.3, 0.0, 0.5, 1.0, -0.3};

/// Days since 1970-01-01 of a day of highest demand in the year: 1 December.
constexpr std::int64_t kPeakDay = 334;

double week_factor(std::int64_t day, double amplitude) noexcept {
  const std::int64_t weekday = (day + 3) % 7;  // 1970-01-01 was a Thursday
  return 1.0 + amplitude * kWeek[static_cast<std::size_t>(weekday)];
}

double year_factor(std::int64_t day, double amplitude) noexcept {
  const double years = static_cast<double>(day - kPeakDay) / kDaysPerYear;
  return 1.0 + amplitude * std::cos(2.0 * std::numbers::pi * years);
}

/// Counts 1, 2, ... with a mean: the trials up to the first success.
class Count {
 public:
  explicit Count(double mean) noexcept : scale_(mean > 1.0 ? 1.0 / std::log1p(-1.0 / mean) : 0.0) {}

  std::int32_t draw(Rng& chance) const noexcept {
    if (scale_ == 0.0) {
      return 1;
    }
    constexpr double kMost = 1e6;  // far beyond what 53 bits of chance can ask for at sane means
    return 1 + static_cast<std::int32_t>(std::min(-chance.exponential() * scale_, kMost));
  }

 private:
  double scale_;
};

/// Draws numbers 0 ... n - 1 by their weights in constant time: the alias method [WAL77].
class AliasTable {
 public:
  explicit AliasTable(const std::vector<double>& weights) : slots_(weights.size()) {
    const double mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    std::vector<double> scaled(weights.size());
    std::vector<std::uint32_t> small;
    std::vector<std::uint32_t> large;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
      scaled[i] = weights[i] / mean;
      (scaled[i] < 1.0 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
      const std::uint32_t poor = small.back();
      const std::uint32_t rich = large.back();
      small.pop_back();
      slots_[poor] = {static_cast<std::uint32_t>(scaled[poor] * 0x1p32), rich};
      scaled[rich] -= 1.0 - scaled[poor];
      if (scaled[rich] < 1.0) {
        large.pop_back();
        small.push_back(rich);
      }
    }
    for (const auto* rest : {&small, &large}) {  // 1 but for rounding
      for (const std::uint32_t i : *rest) {
        slots_[i] = {std::numeric_limits<std::uint32_t>::max(), i};
      }
    }
  }

  /// Returns a number for 64 random bits: half of them choose a slot, half within it.
  [[nodiscard]] std::int32_t at(std::uint64_t bits) const noexcept {
    const auto index = static_cast<std::uint32_t>(((bits >> 32U) * slots_.size()) >> 32U);
    const Slot slot = slots_[index];
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits) < slot.own ? index
                                                                                 : slot.other);
  }

 private:
  struct Slot {
    std::uint32_t own = 0;  // chance of the slot's own number, in 2^-32
    std::uint32_t other = 0;
  };

  std::vector<Slot> slots_;
};

/// A number's rule. NaN breaks every rule.
Result<void> require(bool kept, std::string_view name, double value, std::string_view rule) {
  if (kept) {
    return {};
  }
  std::string shown = std::to_string(value);
  if (shown.find('.') != std::string::npos) {
    shown.erase(shown.find_last_not_of('0') + 1);
    shown.erase(shown.find_last_not_of('.') + 1);
  }
  return Error{
      ErrorCode::InvalidArgument,
      "simulate: " + std::string(name) + " is " + shown + ", but must be " + std::string(rule),
      ""};
}

}  // namespace

Result<void> SimulatedLogOptions::validate() const {
  const auto count = [](std::string_view name, std::int64_t value, std::int64_t most) {
    return require(value >= 1 && value <= most,
                   name,
                   static_cast<double>(value),
                   "from 1 to " + std::to_string(most));
  };
  constexpr double kMuch = 1e6;
  constexpr std::string_view kUpToMuch = "from 0 to 1000000";
  const auto much = [&](std::string_view name, double value) {
    return require(value >= 0.0 && value <= kMuch, name, value, kUpToMuch);
  };
  const auto share = [](std::string_view name, double value) {
    return require(value >= 0.0 && value <= 1.0, name, value, "from 0 to 1");
  };
  // Gamma draws of very small shapes are 0 but for a few that are huge.
  const auto shape = [](std::string_view name, double value) {
    return require(value == 0.0 || (value >= 0.01 && value <= kMuch),
                   name,
                   value,
                   "0 (all alike) or from 0.01 to 1000000");
  };
  TILL_TRY(count("customer_count", customer_count, 100'000'000));
  TILL_TRY(count("product_count", product_count, 10'000'000));
  constexpr std::int64_t kLongest = std::int64_t{200} * 366;
  if (!is_valid(from) || !is_valid(to) || from.year < 1970 || to.year > 9999 || to <= from ||
      days_since_epoch(to) - days_since_epoch(from) > kLongest) {
    return Error{ErrorCode::InvalidArgument,
                 "simulate: the log is from " + to_string(from) + " to " + to_string(to) +
                     ", but must last from 1 day to 200 years and begin in 1970 or later",
                 "for example: --from 2017-01-01 --to 2020-01-01"};
  }
  TILL_TRY(count("rows", rows, 100'000'000'000));
  if (purchase_rate) {
    TILL_TRY(much("purchase_rate", *purchase_rate));
  }
  TILL_TRY(shape("purchase_shape", purchase_shape));
  TILL_TRY(much("dropout_rate", dropout_rate));
  TILL_TRY(shape("dropout_shape", dropout_shape));
  TILL_TRY(share("arriving", arriving));
  TILL_TRY(require(yearly_season >= 0.0 && yearly_season < 1.0,
                   "yearly_season",
                   yearly_season,
                   "at least 0 and below 1"));
  TILL_TRY(share("weekly_season", weekly_season));
  TILL_TRY(require(trend >= -0.9 && trend <= 10.0, "trend", trend, "from -0.9 to 10"));
  constexpr double kMostPieces = 1'000.0;
  TILL_TRY(require(basket_size >= 1.0 && basket_size <= kMostPieces,
                   "basket_size",
                   basket_size,
                   "from 1 to 1000"));
  TILL_TRY(
      require(quantity >= 1.0 && quantity <= kMostPieces, "quantity", quantity, "from 1 to 1000"));
  TILL_TRY(
      require(popularity >= 0.0 && popularity <= 10.0, "popularity", popularity, "from 0 to 10"));
  TILL_TRY(share("preference", preference));
  TILL_TRY(require(drift >= 0.0 && drift <= 1.0, "drift", drift, "from 0 to 1"));
  TILL_TRY(require(price >= 0.01 && price <= kMuch, "price", price, "from 0.01 to 1000000"));
  TILL_TRY(require(
      price_spread >= 0.0 && price_spread <= 2.0, "price_spread", price_spread, "from 0 to 2"));
  return share("return_share", return_share);
}

SimulatedLog::SimulatedLog(const SimulatedLogOptions& options)
    : options_(options), first_day_(days_since_epoch(options.from)) {
  const std::int64_t days = days_since_epoch(options.to) - first_day_;
  cumulative_.push_back(0.0);
  for (std::int64_t day = 0; day < days; ++day) {
    const double growth =
        std::exp(std::log1p(options.trend) * static_cast<double>(day) / kDaysPerYear);
    const double demand = growth * year_factor(first_day_ + day, options.yearly_season) *
                          week_factor(first_day_ + day, options.weekly_season);
    demand_.push_back(demand);
    cumulative_.push_back(cumulative_.back() + demand);
  }
}

Result<SimulatedLog> SimulatedLog::plan(const SimulatedLogOptions& options) {
  TILL_TRY(options.validate());
  SimulatedLog log(options);
  if (options.purchase_rate) {
    log.purchase_rate_ = *options.purchase_rate;
    return log;
  }
  // E[rows] = firsts basket + rate exposure (basket + returns), where exposure is the operational
  // time of all lives, each weighted by its relative rate.
  double firsts = 0.0;
  double exposure = 0.0;
  for (std::int64_t i = 0; i < options.customer_count; ++i) {
    const Life life = log.life(i);
    firsts += life.arrival >= 0.0 ? 1.0 : 0.0;
    exposure +=
        life.relative_rate * (log.operational(life.death_day) - std::max(life.arrival, 0.0));
  }
  const double rows = static_cast<double>(options.rows) - firsts * options.basket_size;
  if (rows < 0.0 || (rows > 0.0 && exposure <= 0.0)) {
    return Error{
        ErrorCode::InvalidArgument,
        "simulate: rows is " + std::to_string(options.rows) + ", but must be at least " +
            std::to_string(static_cast<std::int64_t>(std::ceil(firsts * options.basket_size))) +
            ": so many are the first baskets of the customers who arrive",
        "ask for more rows, fewer customers or smaller baskets"};
  }
  const double per_day =
      rows == 0.0 ? 0.0 : rows / (exposure * (options.basket_size + options.return_share));
  log.purchase_rate_ = per_day * kDaysPerYear;
  return log;
}

Rng SimulatedLog::chance(std::uint64_t stream) const noexcept {
  return Rng(mixed(options_.seed ^ mixed(stream)));
}

SimulatedLog::Life SimulatedLog::life(std::int64_t index) const noexcept {
  Rng chance(mixed(options_.seed ^ mixed(kCustomerStream)) ^
             mixed(static_cast<std::uint64_t>(index)));
  // Every number is drawn whether or not it is used: a knob moves nothing else.
  const double when = chance.uniform();
  const bool arrives = chance.uniform() < options_.arriving;
  const double lifetime = chance.exponential();
  const auto relative = [&chance](double shape) {
    return shape > 0.0 ? chance.gamma(shape) / shape : 1.0;
  };
  Rng rates = chance.split();
  Life life;
  life.dropout_rate = options_.dropout_rate / kDaysPerYear * relative(options_.dropout_shape);
  life.relative_rate = options_.purchase_shape > 0.0
                           ? rates.gamma(options_.purchase_shape) / options_.purchase_shape
                           : 1.0;
  life.arrival = arrives ? when * cumulative_.back() : -1.0;
  const double begins = arrives ? calendar_day(life.arrival) : 0.0;
  life.death_day = life.dropout_rate > 0.0 ? begins + lifetime / life.dropout_rate : kForever;
  return life;
}

double SimulatedLog::calendar_day(double operational) const noexcept {
  const auto after = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, operational);
  const auto day = static_cast<std::size_t>(after - cumulative_.begin()) - 1;
  return static_cast<double>(day) + std::min((operational - cumulative_[day]) / demand_[day], 1.0);
}

double SimulatedLog::operational(double calendar_day) const noexcept {
  if (calendar_day >= static_cast<double>(demand_.size())) {
    return cumulative_.back();
  }
  const auto day = static_cast<std::size_t>(calendar_day);
  return cumulative_[day] + (calendar_day - static_cast<double>(day)) * demand_[day];
}

SimulatedCustomer SimulatedLog::customer(std::int64_t index) const {
  const Life life = this->life(index);
  const auto instant = [this](double day) {
    constexpr double kLast = 2.5e6;  // days; about the year 9000
    const auto second = static_cast<std::int64_t>(std::min(day, kLast) * kSecondsPerDay);
    return Instant{(first_day_ * kSecondsPerDay + second) * kMicrosPerSecond};
  };
  SimulatedCustomer customer;
  customer.purchase_rate = purchase_rate_ * life.relative_rate;
  customer.dropout_rate = life.dropout_rate * kDaysPerYear;
  if (life.arrival >= 0.0) {
    customer.arrived = instant(calendar_day(life.arrival));
  }
  if (life.death_day < kForever) {
    customer.alive_until = instant(life.death_day);
  }
  return customer;
}

std::vector<double> SimulatedLog::first_weights() const {
  std::vector<double> weights(static_cast<std::size_t>(options_.product_count));
  for (std::size_t rank = 0; rank < weights.size(); ++rank) {
    weights[rank] = std::pow(static_cast<double>(rank + 1), -options_.popularity);
  }
  // A product's number says nothing about its rank.
  Rng order = chance(kOrderStream);
  for (std::size_t i = weights.size(); i > 1; --i) {
    std::swap(weights[i - 1], weights[order.below(i)]);
  }
  return weights;
}

std::vector<std::int64_t> SimulatedLog::prices() const {
  std::vector<std::int64_t> prices(static_cast<std::size_t>(options_.product_count));
  Rng chance = this->chance(kPriceStream);
  for (std::int64_t& price : prices) {
    const double drawn = options_.price * std::exp(options_.price_spread * chance.normal());
    price = std::max<std::int64_t>(std::llround(100.0 * drawn), 1);
  }
  return prices;
}

void SimulatedLog::drift(std::vector<double>& weights, Rng& chance) const {
  if (options_.drift > 0.0) {
    for (double& weight : weights) {
      weight *= std::exp(options_.drift * chance.normal());
    }
  }
}

std::vector<SimulatedProduct> SimulatedLog::products() const {
  std::vector<double> weights = first_weights();
  const std::vector<std::int64_t> prices = this->prices();
  std::vector<SimulatedProduct> products(weights.size());
  const auto shares = [&](double SimulatedProduct::* member) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      products[i].*member = weights[i] / sum;
    }
  };
  shares(&SimulatedProduct::weight);
  const Date last = date_from_days(first_day_ + days() - 1);
  Rng chance = this->chance(kDriftStream);
  const std::int32_t months =
      months_between({options_.from.year, options_.from.month}, {last.year, last.month});
  for (std::int32_t month = 0; month < months; ++month) {
    drift(weights, chance);
  }
  shares(&SimulatedProduct::last_weight);
  for (std::size_t i = 0; i < prices.size(); ++i) {
    products[i].price_cents = prices[i];
  }
  return products;
}

Result<void> SimulatedLog::generate(const Sink& sink) const {
  // One event queue for all customers: a list of customers for each hour. A customer is in one list
  // at a time, that of their next occasion.
  struct Next {
    double time = 0.0;   // operational
    double rate = 0.0;   // per operational day
    double limit = 0.0;  // operational end of life or log
    std::int32_t last_product = kNothing;
    std::int32_t next_in_hour = kNobody;
  };

  const auto customers = static_cast<std::size_t>(options_.customer_count);
  const std::int64_t hours = days() * kHoursPerDay;
  std::vector<Next> queue(customers);
  std::vector<std::int32_t> heads(static_cast<std::size_t>(hours), kNobody);
  const auto second_of = [&](double operational) {
    const auto second = static_cast<std::int64_t>(calendar_day(operational) * kSecondsPerDay);
    return std::min(second, hours * kSecondsPerHour - 1);
  };
  const auto enqueue = [&](std::size_t customer, std::int64_t second) {
    std::int32_t& head = heads[static_cast<std::size_t>(second / kSecondsPerHour)];
    queue[customer].next_in_hour = head;
    head = static_cast<std::int32_t>(customer);
  };

  Rng occasions = chance(kOccasionStream);
  for (std::size_t i = 0; i < customers; ++i) {
    const Life life = this->life(static_cast<std::int64_t>(i));
    Next& next = queue[i];
    next.rate = life.relative_rate * purchase_rate_ / kDaysPerYear;
    next.limit = operational(life.death_day);
    next.time = life.arrival >= 0.0 ? life.arrival : occasions.exponential() / next.rate;
    // The first occasion of who arrives is certain, however short the life.
    if (life.arrival >= 0.0 || next.time < next.limit) {
      enqueue(i, second_of(next.time));
    }
  }

  std::vector<double> weights = first_weights();
  const std::vector<std::int64_t> prices = this->prices();
  const AliasTable favourites(weights);
  AliasTable popular(weights);
  Rng drifting = chance(kDriftStream);
  Rng baskets = chance(kBasketStream);
  const std::uint64_t favourite_seed = mixed(options_.seed ^ mixed(kFavouriteStream));
  const Count lines(options_.basket_size);
  const Count pieces(options_.quantity);

  std::vector<std::uint64_t> due;  // of one hour: second << 32 | customer
  std::vector<SimulatedSale> sales;
  sales.reserve(kSalesAtOnce + 1'024);
  std::int64_t receipt = 0;
  for (std::int64_t hour = 0; hour < hours; ++hour) {
    if (hour % kHoursPerDay == 0 && hour > 0 && options_.drift > 0.0 &&
        date_from_days(first_day_ + hour / kHoursPerDay).day == 1) {
      drift(weights, drifting);
      popular = AliasTable(weights);
    }
    due.clear();
    const std::int64_t hour_begins = hour * kSecondsPerHour;
    for (std::int32_t who = heads[static_cast<std::size_t>(hour)]; who != kNobody;) {
      const auto customer = static_cast<std::size_t>(who);
      Next& next = queue[customer];
      who = next.next_in_hour;
      std::int64_t second = second_of(next.time);
      while (true) {
        due.push_back(static_cast<std::uint64_t>(second - hour_begins) << 32U | customer);
        next.time += occasions.exponential() / next.rate;
        if (!(next.time < next.limit)) {
          break;
        }
        second = second_of(next.time);
        if (second >= hour_begins + kSecondsPerHour) {
          enqueue(customer, second);
          break;
        }
      }
    }
    std::ranges::sort(due);
    for (const std::uint64_t occasion : due) {
      const auto customer = static_cast<std::uint32_t>(occasion);
      const std::int64_t second =
          first_day_ * kSecondsPerDay + hour_begins + static_cast<std::int64_t>(occasion >> 32U);
      Next& next = queue[customer];
      SimulatedSale sale;
      sale.time = Instant{second * kMicrosPerSecond};
      sale.receipt = ++receipt;
      sale.customer = static_cast<std::int32_t>(customer);
      if (next.last_product != kNothing && options_.return_share > 0.0 &&
          baskets.uniform() < options_.return_share) {
        sale.product = next.last_product;
        sale.quantity = -1;
        sale.amount_cents = -prices[static_cast<std::size_t>(sale.product)];
        sales.push_back(sale);
        ++sale.line;
      }
      for (std::int32_t left = lines.draw(baskets); left > 0; --left) {
        if (options_.preference > 0.0 && baskets.uniform() < options_.preference) {
          const std::uint64_t favourite = customer * kFavourites + baskets.below(kFavourites);
          sale.product = favourites.at(mixed(favourite_seed ^ mixed(favourite)));
        } else {
          sale.product = popular.at(baskets.next());
        }
        sale.quantity = pieces.draw(baskets);
        sale.amount_cents = prices[static_cast<std::size_t>(sale.product)] * sale.quantity;
        sales.push_back(sale);
        ++sale.line;
      }
      next.last_product = sale.product;
      if (sales.size() >= kSalesAtOnce) {
        TILL_TRY(sink(sales));
        sales.clear();
      }
    }
  }
  return sales.empty() ? Result<void>() : sink(sales);
}

}  // namespace till::models
