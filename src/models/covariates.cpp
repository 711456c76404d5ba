#include "till/models/covariates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "likelihood_parts.hpp"

namespace till::models {

namespace {

constexpr double kRatioReach = 8.0;  // of the logarithm of a ratio

std::optional<std::size_t> place_of(std::span<const ModelParameter> parameters,
                                    std::string_view name) {
  const auto found = std::find_if(parameters.begin(),
                                  parameters.end(),
                                  [&](const ModelParameter& p) { return p.name == name; });
  return found == parameters.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(std::distance(parameters.begin(), found)));
}

/// The logarithms of a segment's parameters: own + power * sum of coefficient times covariate.
void shift(std::span<const CovariateTarget> targets,
           std::span<const double> row,
           std::span<const double> coefficients,
           std::span<double> own) {
  for (std::size_t k = 0; k < targets.size(); ++k) {
    double sum = 0.0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      sum += coefficients[k * row.size() + j] * row[j];
    }
    own[targets[k].parameter] += targets[k].power * sum;
  }
}

/// The names of the ratios, which the parameters of a likelihood view.
struct Named {
  std::shared_ptr<const CovariateTable> table;
  std::vector<CovariateTarget> targets;
  std::vector<std::string> names;
};

}  // namespace

std::vector<CovariateTarget> covariate_targets(std::span<const ModelParameter> parameters) {
  std::vector<CovariateTarget> targets;
  const auto alpha = place_of(parameters, "alpha");
  if (!alpha || parameters[*alpha].time_power != 1) {
    return targets;
  }
  targets.push_back({"purchase", *alpha, -1.0});
  if (place_of(parameters, "s")) {
    targets.push_back({"dropout", *place_of(parameters, "beta"), -1.0});
  } else if (const auto a = place_of(parameters, "a")) {
    targets.push_back({"dropout", *a, 1.0});
  }
  return targets;
}

Likelihood with_covariates(const Likelihood& base,
                           std::shared_ptr<const CovariateTable> table,
                           double ridge) {
  const std::size_t own = base.parameters.size();
  auto named = std::make_shared<Named>();
  named->targets = covariate_targets(base.parameters);
  for (const CovariateTarget& target : named->targets) {
    for (const std::string& name : table->names) {
      named->names.push_back(target.process + "." + name);
    }
  }
  named->table = std::move(table);
  Likelihood likelihood = base;
  const std::size_t ratios = named->names.size();
  for (const std::string& name : named->names) {
    likelihood.parameters.push_back({.name = name});
    likelihood.reach.push_back(kRatioReach);
  }
  likelihood.ratios = ratios;
  likelihood.ridge = ridge;
  for (SpecialCase& special : likelihood.special_cases) {
    special.limits.resize(own + ratios, Limit::Free);
  }
  SpecialCase none{"no_covariates", "covariates do not matter", {}, static_cast<int>(ratios)};
  none.limits.assign(own, Limit::Free);
  none.limits.resize(own + ratios, Limit::One);
  likelihood.special_cases.push_back(std::move(none));
  likelihood.starts = [starts = base.starts, ratios](const HistoryMoments& moments) {
    std::vector<std::vector<double>> points = starts(moments);
    for (std::vector<double>& point : points) {
      point.resize(point.size() + ratios, 1.0);
    }
    return points;
  };
  likelihood.log_likelihood = [inner = base.log_likelihood,
                               named = std::shared_ptr<const Named>(std::move(named)),
                               own](std::span<const double> log_parameters,
                                    const PurchaseHistories& histories,
                                    std::span<double> gradient) {
    std::vector<double> shifted(own);
    std::vector<double> slope(own);
    const std::size_t columns = named->table->names.size();
    const std::span<const double> coefficients = log_parameters.subspan(own);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0.0;
    for (std::size_t first = 0; first < histories.size();) {
      // Customers of one segment lie together.
      std::size_t count = 1;
      while (first + count < histories.size() &&
             histories.segment(first + count) == histories.segment(first)) {
        ++count;
      }
      const std::span<const double> row = named->table->row(histories.segment(first));
      std::copy_n(log_parameters.begin(), own, shifted.begin());
      shift(named->targets, row, coefficients, shifted);
      sum += inner(shifted, histories.part(first, count), slope);
      for (std::size_t i = 0; i < own; ++i) {
        gradient[i] += slope[i];
      }
      for (std::size_t k = 0; k < named->targets.size(); ++k) {
        const double along = named->targets[k].power * slope[named->targets[k].parameter];
        for (std::size_t j = 0; j < columns; ++j) {
          gradient[own + k * columns + j] += along * row[j];
        }
      }
      first += count;
    }
    return sum;
  };
  return likelihood;
}

std::vector<double> parameters_of_segment(std::span<const ModelParameter> own,
                                          const CovariateTable& table,
                                          std::span<const double> parameters,
                                          std::size_t segment) {
  std::vector<double> logs;
  logs.reserve(parameters.size());
  for (const double value : parameters) {
    logs.push_back(std::log(value));
  }
  std::vector<double> shifted(logs.begin(), logs.begin() + static_cast<std::ptrdiff_t>(own.size()));
  shift(covariate_targets(own),
        table.row(segment),
        std::span<const double>(logs).subspan(own.size()),
        shifted);
  for (double& value : shifted) {
    value = std::exp(value);
  }
  return shifted;
}

}  // namespace till::models
