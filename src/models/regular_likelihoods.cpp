#include "likelihood_parts.hpp"

#include "till/models/likelihoods.hpp"

namespace till::models {

Likelihood likelihood_of(const BgCnbd& model) {
  return leaving_at_purchases(model, model.k);
}

Likelihood likelihood_of(const MbgCnbd& model) {
  return leaving_at_purchases(model, model.k);
}

}  // namespace till::models
