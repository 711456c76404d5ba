#include "till/models/buy_till_you_die.hpp"

namespace till::models {

PurchaseHistory history_of(std::span<const double> times, double T) noexcept {
  PurchaseHistory history = {.x = static_cast<double>(times.size()), .t_x = 0.0, .T = T};
  for (const double time : times) {
    history.sum_log_intervals += std::log(time - history.t_x);
    history.t_x = time;
  }
  return history;
}

}  // namespace till::models
