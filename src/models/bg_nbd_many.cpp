// The BG/NBD and MBG/NBD for many customers: the closed forms of bg_nbd.cpp and mbg_nbd.cpp, eight
// histories at once, with what depends on the whole number x looked up.

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "count_table.hpp"
#include "history_block.hpp"
#include "mbg_after_first.hpp"
#include "one_history.hpp"

#include "till/math/lanes.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/mbg_nbd.hpp"

namespace till::models {

namespace {

using math::choose;
using math::kLanes;
using math::Lanes;
using math::lanes;
using math::load;

/// The tables of one model.
struct Tables {
  template <class M>
  Tables(const M& model, std::size_t size) noexcept
      : rising(model.r, size), stay(model.a, model.b, size) {}

  RisingTable rising;
  StayTable stay;
};

template <class M>
inline constexpr bool kIsModified = std::is_same_v<M, MbgNbd>;

/// What both models have, for eight histories.
template <class M>
struct Ends {
  TILL_INLINE Ends(const M& model, const HistoryBlock& block) noexcept {
    at_last = model.alpha + block.t_x;
    at_end = model.alpha + block.T;
    log_wait = math::log1p((block.T - block.t_x) / at_last);
    silence = (model.r + block.x) * log_wait;
    // Chance to leave at the last purchase, against staying.
    if constexpr (kIsModified<M>) {
      odds = model.a / (model.b + block.x);
    } else {
      const auto never = block.x < 0.5;
      odds =
          choose(never, lanes(0.0), model.a / choose(never, lanes(1.0), model.b + (block.x - 1.0)));
    }
  }

  Lanes at_last;
  Lanes at_end;
  Lanes log_wait;
  Lanes silence;  // (r + x) log of (alpha + T) / (alpha + t_x)
  Lanes odds;
};

template <class M>
TILL_INLINE double sum_with_gradient(const M& model,
                                     const PurchaseHistories& histories,
                                     const Tables& tables,
                                     double* gradient) noexcept {
  const double r = model.r;
  const double alpha = model.alpha;
  double slow_total = 0.0;
  std::array<double, 4> slow{};  // of histories computed one by one
  Lanes total = lanes(0.0);
  Lanes by_r = lanes(0.0);
  Lanes by_alpha = lanes(0.0);
  Lanes by_a = lanes(0.0);
  Lanes by_b = lanes(0.0);
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    if (math::any(block.x >= static_cast<double>(kTableSize))) {
      for (std::size_t i = 0; i < block.size; ++i) {
        slow_total +=
            add_log_likelihood(model, histories[first + i], histories.weight(first + i), slow);
      }
      continue;
    }
    alignas(64) std::array<double, kLanes> rising{};
    alignas(64) std::array<double, kLanes> rising_by_r{};
    alignas(64) std::array<double, kLanes> stay{};
    alignas(64) std::array<double, kLanes> stay_by_a{};
    alignas(64) std::array<double, kLanes> stay_by_b{};
    for (std::size_t i = 0; i < kLanes; ++i) {
      const auto x = static_cast<std::size_t>(block.x[i]);
      rising[i] = tables.rising.log_rising[x];
      rising_by_r[i] = tables.rising.digamma_rise[x];
      stay[i] = tables.stay.log_stay[x];
      stay_by_a[i] = tables.stay.by_a[x];
      stay_by_b[i] = tables.stay.by_b[x];
    }
    const Ends<M> ends(model, block);
    const Lanes survives = math::exp(-ends.silence);
    const Lanes log_start = math::log1p(block.t_x / alpha);
    const Lanes gone = ends.odds / (survives + ends.odds);
    const Lanes alive = survives / (survives + ends.odds);
    Lanes log_end;  // the bracket of alive or gone
    if constexpr (kIsModified<M>) {
      // Close to 1 as 1 minus what silence takes.
      const Lanes stays = 1.0 / (1.0 + ends.odds);
      const Lanes less = math::expm1(-ends.silence) * stays;
      const Lanes whole = (survives + ends.odds) * stays;
      log_end = choose(less > -0.5, math::log1p(less), math::log(whole));
    } else {
      log_end = choose(block.x < 0.5, -ends.silence, math::log(survives + ends.odds));
    }
    total += block.weight * (load(rising.data()) - r * log_start -
                             block.x * math::log(ends.at_last) + load(stay.data()) + log_end);
    by_r += block.weight * (load(rising_by_r.data()) - log_start - alive * ends.log_wait);
    by_alpha += block.weight * (alive * (r * block.T - block.x * alpha) / ends.at_end +
                                gone * (r * block.t_x - block.x * alpha) / ends.at_last);
    if constexpr (kIsModified<M>) {
      const Lanes one_by_all = 1.0 / (model.a + model.b + block.x);
      by_a += block.weight * (gone + model.a * (load(stay_by_a.data()) - one_by_all));
      by_b += block.weight * (load(stay_by_b.data()) + alive / (model.b + block.x) - one_by_all);
    } else {
      const Lanes one_by_stays = ends.odds / model.a;  // 0 when x = 0
      by_a += block.weight * (gone + model.a * load(stay_by_a.data()));
      by_b += block.weight * (load(stay_by_b.data()) - gone * one_by_stays);
    }
  }
  gradient[0] = r * math::sum(by_r) + slow[0];
  gradient[1] = math::sum(by_alpha) + slow[1];
  gradient[2] = math::sum(by_a) + slow[2];
  gradient[3] = model.b * math::sum(by_b) + slow[3];
  return math::sum(total) + slow_total;
}

template <class M>
TILL_INLINE void write_alive(const M& model,
                             const PurchaseHistories& histories,
                             double* out) noexcept {
  constexpr double kOverflow = 650.0;
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    const Ends<M> ends(model, block);
    math::store(1.0 / (1.0 + ends.odds * math::exp(ends.silence)), out + first, block.size);
    if (math::any(ends.silence > kOverflow)) {
      for (std::size_t i = 0; i < block.size; ++i) {
        out[first + i] = probability_alive(model, histories[first + i]);
      }
    }
  }
}

/// out *= E[X(t)] of BG/NBD(r + x, alpha + T, a, b + x).
///
/// With w = t / (alpha + t), the mean over p of [1 - (1 + p t/alpha)^-r] / p is
///
///     (1 - w)^r sum over k >= 1 of (r)_k / k! w^k S_k,   S_k = sum over i < k of B(a, b+i) / B(a,
///     b)
///
/// the chance of k purchases without dropout, times how many of these come about: all positive.
TILL_INLINE void times_expectation(const BgNbd& model,
                                   const PurchaseHistories& histories,
                                   double t,
                                   double* out) noexcept {
  constexpr int kMostTerms = 1000;
  constexpr int kTermsBetween = 4;
  constexpr double kMostSilence = 600.0;
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    const Lanes r = model.r + block.x;
    const Lanes alpha = model.alpha + block.T;
    const Lanes w = t / (alpha + t);
    const Lanes silence = r * math::log1p(t / alpha);
    Lanes stays = model.b + block.x;
    Lanes mass = math::exp(-silence);
    Lanes stay = lanes(1.0);
    Lanes reached = lanes(0.0);  // S_k
    Lanes sum = lanes(0.0);
    bool is_done = false;
    if (!math::any(silence > kMostSilence)) {
      for (int k = 0; k < kMostTerms && !is_done; k += kTermsBetween) {
        Lanes term = lanes(0.0);
        for (int i = 0; i < kTermsBetween; ++i) {
          const double order = k + i;
          mass *= (r + order) * w * (1.0 / (order + 1.0));
          reached += stay;
          stay *= stays / (model.a + stays);
          stays += 1.0;
          term = mass * reached;
          sum += term;
        }
        // The ratio of terms falls towards w from at most (r + k) w / k, with S_k growing like k.
        const double order = k + kTermsBetween;
        const Lanes ratio = (r + order) * w * ((order + 1.0) / (order * order));
        is_done = !math::any((ratio > 0.999) | (term * ratio > 1e-16 * sum * (1.0 - ratio)));
      }
    }
    if (is_done) {
      math::store(load(out + first, block.size, 0.0) * sum, out + first, block.size);
    } else {
      for (std::size_t i = 0; i < block.size; ++i) {
        out[first + i] *= expected_transactions(given_alive(model, histories[first + i]), t);
      }
    }
  }
}

/// out = P(a purchase in (T, T + t]), from P(alive at T) in `out`: of who is alive nobody leaves
/// before the next purchase.
TILL_INLINE void alive_to_purchase(const BgNbd& model,
                                   const PurchaseHistories& histories,
                                   double t,
                                   double* out) noexcept {
  for (std::size_t first = 0; first < histories.size(); first += kLanes) {
    const HistoryBlock block(histories, first);
    const Lanes log_none = -(model.r + block.x) * math::log1p(t / (model.alpha + block.T));
    const Lanes alive = load(out + first, block.size, 0.0);
    math::store(-alive * math::expm1(log_none), out + first, block.size);
  }
}

TILL_FOR_EACH_PROCESSOR(double,
                        bg_sum_with_gradient,
                        (const BgNbd& model,
                         const PurchaseHistories& histories,
                         const Tables& tables,
                         double* gradient),
                        sum_with_gradient,
                        (model, histories, tables, gradient))
TILL_FOR_EACH_PROCESSOR(double,
                        mbg_sum_with_gradient,
                        (const MbgNbd& model,
                         const PurchaseHistories& histories,
                         const Tables& tables,
                         double* gradient),
                        sum_with_gradient,
                        (model, histories, tables, gradient))
TILL_FOR_EACH_PROCESSOR(void,
                        bg_write_alive,
                        (const BgNbd& model, const PurchaseHistories& histories, double* out),
                        write_alive,
                        (model, histories, out))
TILL_FOR_EACH_PROCESSOR(void,
                        mbg_write_alive,
                        (const MbgNbd& model, const PurchaseHistories& histories, double* out),
                        write_alive,
                        (model, histories, out))
TILL_FOR_EACH_PROCESSOR(
    void,
    bg_alive_to_purchase,
    (const BgNbd& model, const PurchaseHistories& histories, double t, double* out),
    alive_to_purchase,
    (model, histories, t, out))
TILL_FOR_EACH_PROCESSOR(
    void,
    bg_times_expectation,
    (const BgNbd& model, const PurchaseHistories& histories, double t, double* out),
    times_expectation,
    (model, histories, t, out))

/// out = P(no purchase in (T, T + t]), from P(a purchase) in `out`.
template <class M>
void complement(const M& model,
                const PurchaseHistories& histories,
                double t,
                std::span<double> out) noexcept {
  constexpr double kSure = 0.9;  // beyond, the complement would lose digits
  for (std::size_t i = 0; i < histories.size(); ++i) {
    out[i] = out[i] < kSure ? 1.0 - out[i] : probability_of_no_purchase(model, histories[i], t);
  }
}

}  // namespace

double log_likelihood(const BgNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept {
  return bg_sum_with_gradient(
      model, histories, Tables(model, table_size(histories)), gradient.data());
}

double log_likelihood(const MbgNbd& model,
                      const PurchaseHistories& histories,
                      std::span<double, 4> gradient) noexcept {
  return mbg_sum_with_gradient(
      model, histories, Tables(model, table_size(histories)), gradient.data());
}

void probabilities_alive(const BgNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept {
  bg_write_alive(model, histories, out.data());
}

void probabilities_alive(const MbgNbd& model,
                         const PurchaseHistories& histories,
                         std::span<double> out) noexcept {
  mbg_write_alive(model, histories, out.data());
}

void probabilities_of_no_purchase(const BgNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  bg_alive_to_purchase(model, histories, t, out.data());
  complement(model, histories, t, out);
}

void probabilities_of_no_purchase(const MbgNbd& model,
                                  const PurchaseHistories& histories,
                                  double t,
                                  std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  bg_alive_to_purchase(after_first(model), histories, t, out.data());
  complement(model, histories, t, out);
}

void conditional_expectations(const BgNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  bg_times_expectation(model, histories, t, out.data());
}

void conditional_expectations(const MbgNbd& model,
                              const PurchaseHistories& histories,
                              double t,
                              std::span<double> out) noexcept {
  probabilities_alive(model, histories, out);
  bg_times_expectation(after_first(model), histories, t, out.data());
}

}  // namespace till::models
