#include "quantity.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "till/models/bg_bb.hpp"
#include "till/models/bg_cnbd.hpp"
#include "till/models/bg_nbd.hpp"
#include "till/models/buy_till_you_die.hpp"
#include "till/models/gamma_gamma.hpp"
#include "till/models/ggom_nbd.hpp"
#include "till/models/mbg_cnbd.hpp"
#include "till/models/mbg_cnbd_mixture.hpp"
#include "till/models/mbg_nbd.hpp"
#include "till/models/nbd.hpp"
#include "till/models/pareto_nbd.hpp"

namespace till::golden {

namespace {

using models::BuyTillYouDieModel;

WideNumber from_log(double log_value) {
  return {.sign = 1.0, .log_magnitude = log_value, .value = std::exp(log_value)};
}

WideNumber from_value(double value) {
  return {.sign = value > 0.0   ? 1.0
                  : value < 0.0 ? -1.0
                                : 0.0,
          .log_magnitude = std::log(std::fabs(value)),
          .value = value};
}

/// The arguments of a row by name. The first that is missing is remembered.
class Arguments {
 public:
  explicit Arguments(const GoldenRow& row) : row_(row) {}

  double operator[](const char* name) {
    const auto found = row_.arguments.find(name);
    if (found != row_.arguments.end()) {
      return found->second;
    }
    if (missing_.empty()) {
      missing_ = name;
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  [[nodiscard]] double or_zero(const char* name) const {
    const auto found = row_.arguments.find(name);
    return found == row_.arguments.end() ? 0.0 : found->second;
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  const GoldenRow& row_;
  std::string missing_;
};

Error missing(const GoldenRow& row, const std::string& what) {
  return {
      .code = ErrorCode::InvalidData,
      .message = fmt::format("line {}: {} {} needs {}", row.line, row.model, row.quantity, what),
      .remedy = "add it to the row"};
}

Error unknown(const GoldenRow& row) {
  return {.code = ErrorCode::NotFound,
          .message = fmt::format("line {}: quantity {} of model {} is not known",
                                 row.line,
                                 in_quotes(row.quantity),
                                 in_quotes(row.model)),
          .remedy = "remove the row"};
}

template <BuyTillYouDieModel M>
Result<WideNumber> quantity_of(const M& prototype, const GoldenRow& row, std::size_t skip) {
  constexpr std::size_t kSize = M::kParameters.size();
  if (row.parameters.size() != skip + kSize) {
    return missing(row, fmt::format("{} parameters", skip + kSize));
  }
  std::array<double, kSize> values{};
  for (std::size_t i = 0; i < kSize; ++i) {
    values[i] = row.parameters[skip + i];
  }
  const M model = prototype.with(values);
  Arguments arguments(row);
  const auto history = [&] {
    return PurchaseHistory{.x = arguments["x"],
                           .t_x = arguments["t_x"],
                           .T = arguments["T"],
                           .sum_log_intervals = arguments.or_zero("litt")};
  };
  const auto count = [&] {
    const double n = arguments["n"];
    return std::isnan(n) ? std::int64_t{0} : static_cast<std::int64_t>(n);
  };
  const std::string& name = row.quantity;
  WideNumber result;
  if (name == "loglik") {
    result = from_value(log_likelihood(model, history()));
  } else if (name == "p_alive") {
    result = from_log(aliveness(model, history()).log_alive);
  } else if (name == "p_alive_at_n+1") {
    result = from_log(aliveness(model, history()).log_alive +
                      log_survival(given_alive(model, history()), 1.0));
  } else if (name == "cond_expectation" || name == "cond_expectation_exact") {
    result = from_log(log_conditional_expected_transactions(model, history(), arguments["t"]));
  } else if (name == "expectation") {
    result = from_log(log_expected_transactions(model, arguments["t"]));
  } else if (name == "pmf") {
    result = from_log(log_pmf(model, count(), arguments["t"]));
  } else if (name == "cond_pmf" || name == "cond_pmf_exact") {
    result = from_log(log_conditional_pmf(model, history(), count(), arguments["t"]));
  } else if (name == "dert") {
    const double log_discounted = log_discounted_transactions(
        given_alive(model, history()), std::numeric_limits<double>::infinity(), arguments["delta"]);
    result = from_log(aliveness(model, history()).log_alive + log_discounted);
  } else if (name.starts_with("dloglik_dlogparam") && name.size() == 18 && name[17] >= '1' &&
             name[17] < '1' + static_cast<int>(kSize)) {
    const PurchaseHistory one = history();
    const PurchaseHistories histories = {.x = {&one.x, 1},
                                         .t_x = {&one.t_x, 1},
                                         .T = {&one.T, 1},
                                         .sum_log_intervals = {&one.sum_log_intervals, 1}};
    std::array<double, kSize> gradient{};
    log_likelihood(model, histories, gradient);
    result = from_value(gradient[static_cast<std::size_t>(name[17] - '1')]);
  } else {
    return unknown(row);
  }
  if (!arguments.missing().empty()) {
    return missing(row, arguments.missing());
  }
  return result;
}

Result<WideNumber> spend_quantity_of(const GoldenRow& row) {
  if (row.parameters.size() != 3) {
    return missing(row, "3 parameters");
  }
  const models::GammaGamma model = {
      .p = row.parameters[0], .q = row.parameters[1], .gamma = row.parameters[2]};
  Arguments arguments(row);
  WideNumber result;
  if (row.quantity == "loglik") {
    result = from_value(log_likelihood(model, arguments["m"], arguments["x"]));
  } else if (row.quantity == "cond_mean_spend") {
    result = from_value(conditional_expected_spend(model, arguments["m"], arguments["x"]));
  } else {
    return unknown(row);
  }
  if (!arguments.missing().empty()) {
    return missing(row, arguments.missing());
  }
  return result;
}

/// The k in front of the parameters of a CNBD model.
Result<std::int32_t> stages_of(const GoldenRow& row) {
  constexpr double kMost = 1000.0;
  if (row.parameters.empty() || !(row.parameters[0] >= 1.0 && row.parameters[0] <= kMost) ||
      row.parameters[0] != std::floor(row.parameters[0])) {
    return missing(row, "k, a whole number from 1 to 1000, before its parameters");
  }
  return static_cast<std::int32_t>(row.parameters[0]);
}

}  // namespace

Result<WideNumber> compute(const GoldenRow& row) {
  if (row.model == "nbd") {
    return quantity_of(models::Nbd{}, row, 0);
  }
  if (row.model == "pareto_nbd") {
    return quantity_of(models::ParetoNbd{}, row, 0);
  }
  if (row.model == "bg_nbd") {
    return quantity_of(models::BgNbd{}, row, 0);
  }
  if (row.model == "mbg_nbd") {
    return quantity_of(models::MbgNbd{}, row, 0);
  }
  if (row.model == "bg_cnbd_k") {
    TILL_ASSIGN(const std::int32_t k, stages_of(row));
    return quantity_of(models::BgCnbd{.k = k, .r = 0.0, .alpha = 0.0, .a = 0.0, .b = 0.0}, row, 1);
  }
  if (row.model == "mbg_cnbd_k") {
    TILL_ASSIGN(const std::int32_t k, stages_of(row));
    return quantity_of(models::MbgCnbd{.k = k, .r = 0.0, .alpha = 0.0, .a = 0.0, .b = 0.0}, row, 1);
  }
  if (row.model == "mbg_cnbd_mixture") {
    return quantity_of(models::MbgCnbdMixture{}, row, 0);
  }
  if (row.model == "ggom_nbd") {
    return quantity_of(models::GgomNbd{}, row, 0);
  }
  if (row.model == "bg_bb") {
    return quantity_of(models::BgBb{}, row, 0);
  }
  if (row.model == "gamma_gamma") {
    return spend_quantity_of(row);
  }
  return unknown(row);
}

}  // namespace till::golden
