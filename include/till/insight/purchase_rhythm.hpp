/// \file
/// Purchase rhythm: how long customers wait, how regular they are, when they buy again, and who is
/// who by recency and frequency.
///
/// Everything is about days with a purchase: two on one day are one.
///
///     interval    days from one purchase day of a customer to the next, >= 1
///     regularity  of Erlang intervals, the shape k: 1 when a purchase may come at any time, the
///                 larger the more regular, below 1 when purchases come in clumps
///
/// Of two intervals that follow each other t1 / (t1 + t2) has the variance 1 / (4 (2 k + 1)),
/// whatever the customer's rate [WM90]. It is taken of the last two of each customer that together
/// take 14 days or more - which changes nothing about the ratio - and half a day is taken off each,
/// for a day is when a purchase came and not how late. A customer's own k, of 10 intervals or more,
/// is the closed form of [YC17] freed from bias as [L20] has it:
///
///     k = n sum x / (n sum x log x - sum log x sum x)
///     k - (3 k - 2/3 k / (1 + k) - 4/5 k / (1 + k)^2) / n
///
/// The second purchase is a survival curve [KM58]: who has not bought again yet was watched until
/// the end.
///
/// Segments are those of the RFM grid [H94]: recency and frequency are scored from 1 to 5 by how
/// many customers bought before, or less often,
///
///     score = 1 + floor(5 x customers below / customers)
///
/// so that equal customers have equal scores, 5 for the latest and the most often. Where the log
/// has amounts, money joins in: what customers spent is scored alike, and in the grid the mean of
/// the scores of frequency and of spend, rounded up, takes the place of that of frequency.
///
/// Layer:   insight (core, math, log).   Threads: one log per thread.
/// Sources: [WM90], [YC17], [L20], [KM58], [H94] -- keys resolve in docs/references.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "till/math/kaplan_meier.hpp"

namespace till::insight {

/// Intervals of one length.
struct PurchaseInterval {
  std::int64_t days = 0;       ///< >= 1.
  std::int64_t intervals = 0;  ///< > 0.
};

/// Customers whose own shape lies in [from, from + 0.1).
struct ShapeLevel {
  double from = 0.0;  ///< At most kLargestShape, which stands for all beyond.
  std::int64_t customers = 0;
};

inline constexpr double kLargestShape = 20.0;

/// How regular customers buy.
struct Regularity {
  std::int64_t customers = 0;  ///< Whose last two intervals are known and long enough.
  std::optional<double>
      shape;                   ///< k, of all; unset for fewer than 20 customers, or where infinite.
  std::optional<double> low;   ///< 95 % interval.
  std::optional<double> high;  ///< Unset where nothing speaks against ever more regular ones.
  std::vector<ShapeLevel> shapes;  ///< Of customers with enough intervals; least first.

  /// Returns "regular" or "clumpy" where the interval excludes 1, "random" where it holds 1, and
  /// "unknown" without one.
  [[nodiscard]] std::string_view evidence() const noexcept;
};

/// The names that the field gives to the parts of the grid.
enum class Segment {
  Champions,
  LoyalCustomers,
  PotentialLoyalists,
  NewCustomers,
  Promising,
  NeedAttention,
  AboutToSleep,
  AtRisk,
  CannotLoseThem,
  Hibernating,
};

inline constexpr std::size_t kSegments = 10;

/// Where a segment lies: scores of recency and of frequency (or frequency and spend) from ... to,
/// both ends included. No two overlap, all fill the grid.
struct SegmentPlace {
  Segment segment;
  std::string_view name;  ///< As in JSON: "loyal_customers".
  int recency_from;
  int recency_to;
  int frequency_from;
  int frequency_to;
};

inline constexpr std::array<SegmentPlace, kSegments> kSegmentPlaces = {
    {{Segment::Champions, "champions", 5, 5, 4, 5},
     {Segment::LoyalCustomers, "loyal_customers", 3, 4, 4, 5},
     {Segment::PotentialLoyalists, "potential_loyalists", 4, 5, 2, 3},
     {Segment::NewCustomers, "new_customers", 5, 5, 1, 1},
     {Segment::Promising, "promising", 4, 4, 1, 1},
     {Segment::NeedAttention, "need_attention", 3, 3, 3, 3},
     {Segment::AboutToSleep, "about_to_sleep", 3, 3, 1, 2},
     {Segment::AtRisk, "at_risk", 1, 2, 3, 4},
     {Segment::CannotLoseThem, "cannot_lose_them", 1, 2, 5, 5},
     {Segment::Hibernating, "hibernating", 1, 2, 1, 2}}};

/// Customers of one segment.
struct SegmentCustomers {
  Segment segment = Segment::Champions;
  std::int64_t customers = 0;
  std::int64_t purchase_days = 0;  ///< Of them all.
  std::int64_t transactions = 0;
  std::int64_t idle_days = 0;  ///< Sum over them of days from the last purchase day to the end.
  double spend = 0.0;          ///< Of them all, in the log's currency; 0 without amounts.
};

struct PurchaseRhythm {
  std::vector<PurchaseInterval> intervals;  ///< Shortest first.
  Regularity regularity;
  std::int64_t customers = 0;
  std::int64_t repeated = 0;  ///< Of them, with a second purchase day.
  /// Share of customers without a second purchase, by days since the first.
  std::vector<math::SurvivalPoint> second_purchase;
  std::int64_t watched_days = 0;  ///< The longest that a customer was watched without a second one.
  /// All ten where there are customers, in the order of kSegmentPlaces.
  std::vector<SegmentCustomers> segments;
  bool has_spend = false;  ///< Whether the log has amounts, which segments then look at.
};

/// Returns how many intervals there are.
[[nodiscard]] std::int64_t count_of_intervals(const PurchaseRhythm& rhythm) noexcept;

/// Returns the least interval that a share of all intervals does not exceed, 0 < share <= 1;
/// nothing without intervals.
[[nodiscard]] std::optional<std::int64_t> interval_quantile(const PurchaseRhythm& rhythm,
                                                            double share) noexcept;

/// The share of customers who bought again within a time.
struct RepeatShare {
  double share = 0.0;
  double low = 0.0;  ///< 95 % interval.
  double high = 1.0;
};

/// Returns the share that bought again within days since the first purchase; nothing where nobody
/// was watched so long.
[[nodiscard]] std::optional<RepeatShare> repeat_share(const PurchaseRhythm& rhythm,
                                                      std::int64_t days) noexcept;

/// Returns the segment of scores. \pre 1 <= recency, frequency <= 5.
[[nodiscard]] Segment segment_of(int recency, int frequency) noexcept;

}  // namespace till::insight
