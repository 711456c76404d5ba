#include "till/engine/dynamics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "panel_question.hpp"
#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"
#include "till/charts/dynamics.hpp"
#include "till/insight/dynamics.hpp"

namespace till::engine {

template <>
struct Words<DynamicsPlot> {
  static constexpr std::array kAll = {std::pair{"table", DynamicsPlot::Table},
                                      std::pair{"growth-share", DynamicsPlot::GrowthShare}};
};

namespace {

constexpr std::string_view kName = "dynamics";

/// Changes told in the summary, the most certain ones.
constexpr std::size_t kMostChanges = 20;

using insight::ProductDynamics;
using insight::ProductStatus;

constexpr std::array kStatuses = {ProductStatus::New,
                                  ProductStatus::Growing,
                                  ProductStatus::Steady,
                                  ProductStatus::Fading,
                                  ProductStatus::Ended,
                                  ProductStatus::Unclear};

const Fields<DynamicsOptions>& fields() {
  static const Fields<DynamicsOptions> kFields = {
      field(&DynamicsOptions::as_of, as_of_parameter()),
      field(&DynamicsOptions::by, by_parameter()),
      field(&DynamicsOptions::plot,
            {.name = "plot",
             .help = "The picture: the best sellers with a line each (table), or every product by "
                     "its growth and its share (growth-share)."}),
      field(&DynamicsOptions::time_zone, time_zone_parameter()),
      field(&DynamicsOptions::transaction, transaction_parameter()),
      field(&DynamicsOptions::returns, returns_parameter()),
      field(&DynamicsOptions::limit, limit_parameter()),
  };
  return kFields;
}

std::int64_t count_with(const insight::Dynamics& found, ProductStatus status) {
  return std::ranges::count(found.products, status, &ProductDynamics::status);
}

std::int64_t count_changed(const insight::Dynamics& found) {
  return std::ranges::count_if(
      found.products, [](const ProductDynamics& product) { return !product.changes.empty(); });
}

std::string title_of(const insight::Dynamics& found) {
  if (found.products.empty()) {
    return "Nothing was bought.";
  }
  const auto products = std::ssize(found.products);
  const auto verb = [](std::int64_t n, std::string_view one, std::string_view many) {
    return grouped(n) + " " + std::string(n == 1 ? one : many);
  };
  std::vector<std::string> parts;
  const auto add = [&](ProductStatus status, std::string_view one, std::string_view many) {
    if (const std::int64_t n = count_with(found, status); n > 0) {
      parts.push_back(verb(n, one, many));
    }
  };
  add(ProductStatus::Growing, "grows", "grow");
  add(ProductStatus::Fading, "fades", "fade");
  add(ProductStatus::New, "is new", "are new");
  add(ProductStatus::Ended, "has ended", "have ended");
  const std::int64_t changed = count_changed(found);
  if (products == 1) {
    return "The only product " +
           (parts.empty() ? "neither grows nor fades as far as the log tells"
                          : parts.front().substr(parts.front().find(' ') + 1)) +
           (changed == 0 ? "; no sudden change is certain." : "; a sudden change is certain.");
  }
  if (parts.empty()) {
    parts.emplace_back("none grows or fades as far as the log tells");
  }
  return "Of " + count_of(products, "product") + ", " + enumerated(parts) + "; " +
         (changed == 0 ? "no sudden change is certain."
                       : verb(changed, "has", "have") + " a sudden change that is certain.");
}

/// The change that is told in a row: the latest.
const insight::ProductChange* latest(const ProductDynamics& product) {
  return product.changes.empty() ? nullptr : &product.changes.back();
}

void add_rows(Answer& answer, const insight::Dynamics& found, const log::Log& log, bool named) {
  using Row = ProductDynamics;
  constexpr auto kShare = TableColumn::Display::Share;
  const auto& rows = found.products;
  const auto add_share = [&](std::string name, auto member) {
    add_column(answer.rows, std::move(name), column_of<RealColumn>(rows, member), kShare);
  };
  add_column(answer.rows, "product_id", column_of<TextColumn>(rows, &Row::product_id));
  if (named) {
    add_column(answer.rows, "name", column_of<TextColumn>(rows, &Row::name));
  }
  add_column(answer.rows, "transactions", column_of<IntegerColumn>(rows, &Row::transactions));
  add_share("share", &Row::share);
  add_share("share_change", &Row::share_change);
  add_share("growth", &Row::growth);
  add_share("growth_low", &Row::growth_low);
  add_share("growth_high", &Row::growth_high);
  add_share("momentum", &Row::momentum);
  add_column(answer.rows, "status", column_of<TextColumn>(rows, [](const Row& row) {
               return std::string(insight::name(row.status));
             }));
  add_column(answer.rows, "change_point", column_of<TextColumn>(rows, [](const Row& row) {
               const insight::ProductChange* change = latest(row);
               return change != nullptr ? std::optional(to_string(change->month)) : std::nullopt;
             }));
  add_share("change", [](const Row& row) {
    const insight::ProductChange* change = latest(row);
    return change != nullptr ? change->change : std::nullopt;
  });
  add_share("certainty", &Row::certainty);
  if (log.has_amount()) {
    add_column(answer.rows, "price", column_of<RealColumn>(rows, [](const Row& row) {
                 return row.price ? std::optional(std::round(*row.price * 1e4) / 1e4)
                                  : std::nullopt;
               }));
    add_share("price_change", &Row::price_change);
    if (log.has_quantity()) {
      add_share("quantity_change", &Row::quantity_change);
    }
  }
}

Object summary_of(const insight::Dynamics& found) {
  const auto& months = found.months;
  const auto month = [&](bool is_there, std::size_t place) {
    return is_there ? Value(to_string(months[place].month)) : Value();
  };
  const bool is_any = !months.empty();
  std::int64_t transactions = 0;
  for (const insight::DynamicsMonth& of : months) {
    transactions += of.transactions;
  }
  Object summary = {{"from", month(is_any, 0)},
                    {"to", month(is_any, months.size() - 1)},
                    {"months", std::ssize(months)},
                    {"recent_from", month(is_any, months.size() - found.recent)},
                    {"compared_from", month(found.has_compared, found.compared)},
                    {"compared_to", month(found.has_compared, found.compared + found.recent - 1)},
                    {"products", std::ssize(found.products)},
                    {"transactions", transactions},
                    {"left_out", found.left_out},
                    {"tested", found.tested}};
  for (const ProductStatus status : kStatuses) {
    summary.push_back({insight::name(status), count_with(found, status)});
  }
  std::vector<const ProductDynamics*> changed;
  for (const ProductDynamics& product : found.products) {
    if (!product.changes.empty()) {
      changed.push_back(&product);
    }
  }
  std::ranges::stable_sort(
      changed, std::ranges::greater(), [](const ProductDynamics* of) { return *of->certainty; });
  summary.push_back({"changed", std::ssize(changed)});
  List changes;
  for (const ProductDynamics* product : changed) {
    if (changes.size() >= kMostChanges) {
      break;
    }
    const insight::ProductChange& change = product->changes.back();
    changes.emplace_back(Object{{"product_id", product->product_id},
                                {"month", to_string(change.month)},
                                {"change", change.change ? Value(*change.change) : Value()},
                                {"certainty", *product->certainty}});
  }
  summary.push_back({"changes", std::move(changes)});
  return summary;
}

std::vector<std::string> warnings_of(const insight::Dynamics& found) {
  std::vector<std::string> warnings;
  if (found.months.empty()) {
    return warnings;
  }
  if (found.left_out != 0) {
    warnings.push_back(count_of(found.left_out, "transaction") +
                       " of months that the log covers only in part " +
                       (found.left_out == 1 ? "is" : "are") + " left out.");
  }
  const std::int64_t span =
      months_between(found.months.front().month, found.months.back().month) + 1;
  if (span > std::ssize(found.months)) {
    warnings.push_back(count_of(span - std::ssize(found.months), "month") +
                       " without any transaction within the log " +
                       (span - std::ssize(found.months) == 1 ? "is" : "are") + " left out.");
  }
  if (!found.with_season) {
    warnings.push_back("The log covers " + count_of(std::ssize(found.months), "month") +
                       ": under two years, growth and season cannot be told apart.");
  }
  return warnings;
}

}  // namespace

Verb dynamics_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Which products grow, fade, are new or have ended, and when they changed",
       .description =
           "Says of every product how fast it grows in a year, with an interval of 95 %; its share "
           "in the last three months, and how that moved against the same months a year before; "
           "and the month in which its sales changed, where that is certain. Months count by their "
           "trading days, and a product's yearly season is set aside where the log spans two "
           "years.\n\n"
           "All products are tested together: of those said to grow, to fade or to have changed, "
           "at most one in twenty is expected to be chance.",
       .examples = {{"till dynamics shop.duckdb", "Every product, best sellers first."},
                    {"till dynamics shop.duckdb --by department --chart dynamics.svg",
                     "Departments, as a picture."},
                    {"till dynamics shop.duckdb --plot growth-share --chart dynamics.svg",
                     "Every product by growth and share."},
                    {"till dynamics shop.duckdb --format json | jq .summary.changes",
                     "The changes that are most certain."}},
       .draws = true},
      fields(),
      &dynamics);
}

Result<Answer> dynamics(Session& session, const DynamicsOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  DynamicsOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::DynamicsOptions question;
  question.as_of = options.as_of;
  question.by = options.by;
  question.zone = zone;
  question.threads = computation_of(session).threads;
  TILL_ASSIGN(question.counting, counting(*log, "dynamics", options.transaction, options.returns));
  const Part part = part_of_log(options.as_of, std::nullopt, log->end(), zone);
  TILL_ASSIGN(insight::Dynamics found, insight::dynamics(*log, question));
  const auto result = std::make_shared<const insight::Dynamics>(std::move(found));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  add_rows(answer, *result, *log, log->has_product_names() && options.by.empty());
  finish_rows(answer, options.limit);
  answer.summary = summary_of(*result);
  for (std::string& warning : warnings_of(*result)) {
    answer.warnings.push_back(std::move(warning));
  }
  answer.title = title_of(*result);
  answer.chart = [result,
                  plot = options.plot,
                  context = chart_context(session, zone, question.counting, {part.words})] {
    return plot == DynamicsPlot::GrowthShare ? charts::dynamics_growth_share(*result, context)
                                             : charts::dynamics(*result, context);
  };
  return answer;
}

}  // namespace till::engine
