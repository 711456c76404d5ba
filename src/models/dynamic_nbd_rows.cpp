#include "dynamic_nbd_rows.hpp"

#include <algorithm>

namespace till::models::step {

namespace {

TILL_INLINE void birth_inlined(const Shared<double>& shared,
                               std::span<const double> exposures,
                               std::span<const double> counts,
                               const StateColumns& after) {
  const Shared<Lanes> p = in_lanes(shared);
  for (std::size_t i = 0; i < counts.size(); i += Lanes::kSize) {
    const std::size_t n = std::min(Lanes::kSize, counts.size() - i);
    const State<Lanes> x =
        birth(p, load_some(&exposures[i], n, 1.0), load_some(&counts[i], n, 0.0));
    store_state(x, after.from(i), n);
  }
}

TILL_FOR_EACH_PROCESSOR(void,
                        births,
                        (const Shared<double>& shared,
                         std::span<const double> exposures,
                         std::span<const double> counts,
                         const StateColumns& after),
                        birth_inlined,
                        (shared, exposures, counts, after))

}  // namespace

void begin_births(const Shared<double>& shared,
                  std::span<const double> exposures,
                  std::span<const double> counts,
                  const StateColumns& after) {
  births(shared, exposures, counts, after);
}

}  // namespace till::models::step
