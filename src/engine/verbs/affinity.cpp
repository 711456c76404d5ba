#include "till/engine/affinity.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/affinity.hpp"
#include "till/core/nearest.hpp"
#include "till/insight/affinity.hpp"

namespace till::engine {

template <>
struct Words<AffinityPlot> {
  static constexpr std::array kAll = {std::pair{"pairs", AffinityPlot::Pairs},
                                      std::pair{"loyalty", AffinityPlot::Loyalty},
                                      std::pair{"transitions", AffinityPlot::Transitions}};
};

namespace {

constexpr std::string_view kName = "affinity";

const Fields<AffinityOptions>& fields() {
  static const Fields<AffinityOptions> kFields = {
      field(&AffinityOptions::basket,
            {.name = "basket",
             .help = "What one customer bought together: the rows of one day, of one instant "
                     "(timestamp), or those with the same value of a column, such as InvoiceNo.",
             .placeholder = "day|timestamp|COLUMN"}),
      field(&AffinityOptions::within,
            {.name = "within",
             .help = "Look for products after one another instead: in the customer's next basket, "
                     "if that comes within this time. A month is 30 days.",
             .placeholder = "PERIOD",
             .otherwise = "together in one basket"}),
      field(&AffinityOptions::min_support,
            {.name = "min_support",
             .help = "Share of baskets that a product must be in to be looked at, and a pair to be "
                     "told. Five baskets of a product and three of a pair are needed in any case.",
             .placeholder = "SHARE"}),
      field(&AffinityOptions::by, by_parameter()),
      field(&AffinityOptions::plot,
            {.name = "plot",
             .help = "What --chart draws: the surest pairs (pairs), how loyal buyers are to each "
                     "product (loyalty), or with --within what comes after each product "
                     "(transitions)."}),
      field(&AffinityOptions::as_of, as_of_parameter()),
      field(&AffinityOptions::window, window_parameter("the whole log")),
      field(&AffinityOptions::time_zone, time_zone_parameter()),
      field(&AffinityOptions::returns, returns_parameter()),
      field(&AffinityOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// Reads what a basket is.
///
/// Errors: `NotFound` when the log has no such column; `InvalidArgument` when returns are to be
/// subtracted.
Result<log::Counting> basket_of(const log::Log& log, const AffinityOptions& options) {
  if (options.returns == log::Counting::Returns::Subtract) {
    return Error{ErrorCode::InvalidArgument,
                 "affinity: returns is \"subtract\", but must be count or drop",
                 "a basket cannot hold less than nothing: use --returns drop"};
  }
  log::Counting basket{.unit = log::Counting::Unit::Column, .returns = options.returns};
  if (options.basket == "day") {
    basket.unit = log::Counting::Unit::Day;
  } else if (options.basket == "timestamp") {
    basket.unit = log::Counting::Unit::Timestamp;
  } else {
    std::vector<std::string> known = {"day", "timestamp"};
    for (const log::ExtraColumn& column : log.extra_columns()) {
      known.push_back(column.name);
    }
    if (std::ranges::find(known, options.basket) == known.end()) {
      return Error{
          ErrorCode::NotFound,
          "affinity: basket is " + in_quotes(options.basket) +
              ", but must be day, timestamp or a column of the log",
          did_you_mean(nearest(options.basket, known), "the log has: " + enumerated(known))};
    }
    basket.column = options.basket;
  }
  return basket;
}

std::string title_of(const insight::Affinity& found, std::int64_t pairs) {
  const std::string tested = count_of(found.tested, "pair") + " tested";
  if (found.baskets == 0) {
    return found.is_after ? "No basket is followed by another." : "There is no basket.";
  }
  const std::string how = found.is_after ? "after one another" : "together";
  if (found.tested == 0) {
    return "No two products are in enough baskets to be tested.";
  }
  if (pairs == 0) {
    return "No two products are bought " + how + " more often than by chance (" + tested + ").";
  }
  const insight::ProductPair& best = found.pairs.front();
  return "Of " + tested + ", " + grouped(pairs) + (pairs == 1 ? " is" : " are") + " bought " + how +
         " more often than by chance, first of all " + best.a.name +
         (found.is_after ? " then " : " with ") + best.b.name + ".";
}

constexpr std::size_t kToldProducts = 20;

Value value_or_null(const std::optional<double>& value) {
  return value ? Value(*value) : Value();
}

List describe_loyalty(const insight::Affinity& found) {
  List products;
  for (std::size_t i = 0; i < std::min(found.loyalty.size(), kToldProducts); ++i) {
    const insight::ProductLoyalty& product = found.loyalty[i];
    products.emplace_back(Object{
        {"product_id", product.product.id},
        {"customers", product.customers},
        {"penetration", product.penetration},
        {"expected_penetration", value_or_null(product.expected_penetration)},
        {"baskets_per_customer", product.baskets_per_customer},
        {"expected_baskets_per_customer", value_or_null(product.expected_baskets_per_customer)},
        {"share_of_requirements", product.share_of_requirements},
        {"expected_share_of_requirements", value_or_null(product.expected_share_of_requirements)}});
  }
  return products;
}

List describe_transitions(const insight::Transitions& moves) {
  const std::size_t n = moves.products.size();
  const auto id_of = [&](std::size_t i) {
    return i + 1 == n ? Value() : Value(moves.products[i].id);
  };
  List products;
  for (std::size_t i = 0; i < n; ++i) {
    List shares;
    for (std::size_t j = 0; j < n; ++j) {
      shares.emplace_back(moves.shares[i * n + j]);
    }
    products.emplace_back(Object{{"product_id", id_of(i)},
                                 {"mix", moves.mix[i]},
                                 {"stationary", moves.stationary[i]},
                                 {"shares", std::move(shares)}});
  }
  return products;
}

}  // namespace

Verb affinity_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Which products are bought together, or after one another",
       .description =
           "Looks at every pair of products that are in enough baskets and says how often they "
           "meet, how often they would by chance in baskets of these sizes, and how sure the "
           "difference is, with the share of false discoveries held over all pairs tested.",
       .examples = {{"till affinity shop.duckdb", "What one customer buys on one day."},
                    {"till affinity shop.duckdb --basket InvoiceNo --chart affinity.svg",
                     "By receipt, as a picture."},
                    {"till affinity shop.duckdb --within 30d",
                     "What the next basket holds, when it comes within 30 days."}},
       .draws = true},
      fields(),
      &affinity);
}

Result<Answer> affinity(Session& session, const AffinityOptions& options) {
  if (options.plot == AffinityPlot::Transitions && !options.within) {
    return Error{ErrorCode::InvalidArgument,
                 "affinity: plot is \"transitions\", but --within does not say until when a basket "
                 "is the next",
                 "for example --within 1y"};
  }
  TILL_ASSIGN(log::Log * log, session.log());
  AffinityOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::AffinityOptions question;
  question.zone = zone;
  question.within = options.within;
  question.min_support = options.min_support;
  question.by = options.by;
  TILL_ASSIGN(question.counting, basket_of(*log, options));
  const Part part = part_of_log(options.as_of, options.window, log->end(), zone);
  question.range = part.range;
  TILL_ASSIGN(insight::Affinity found, insight::affinity(*log, question));
  const auto result = std::make_shared<const insight::Affinity>(std::move(found));

  using Pair = insight::ProductPair;
  using enum TableColumn::Display;
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  const auto add_real = [&](std::string name,
                            double Pair::* value,
                            TableColumn::Display display = Plain) {
    add_column(answer.rows, std::move(name), column_of<RealColumn>(result->pairs, value), display);
  };
  add_column(answer.rows, "product_a", column_of<TextColumn>(result->pairs, [](const Pair& pair) {
               return pair.a.id;
             }));
  add_column(answer.rows, "product_b", column_of<TextColumn>(result->pairs, [](const Pair& pair) {
               return pair.b.id;
             }));
  add_column(answer.rows, "baskets", column_of<IntegerColumn>(result->pairs, &Pair::baskets));
  add_column(answer.rows, "customers", column_of<IntegerColumn>(result->pairs, &Pair::customers));
  add_real("expected", &Pair::expected);
  add_real("support", &Pair::support, Share);
  add_real("confidence", &Pair::confidence, Share);
  add_real("lift", &Pair::lift);
  add_column(answer.rows, "conviction", column_of<RealColumn>(result->pairs, &Pair::conviction));
  add_real("ratio", &Pair::ratio);
  add_real("low", &Pair::low);
  add_real("high", &Pair::high);
  add_real("p_value", &Pair::p_value);
  add_real("q_value", &Pair::q_value);
  finish_rows(answer, options.limit);

  const std::int64_t pairs = insight::found_pairs(*result);
  const std::optional<insight::Dirichlet>& dirichlet = result->dirichlet;
  answer.summary = {{"baskets", result->baskets},
                    {"mean_basket", result->mean_basket},
                    {"products", result->products},
                    {"tested", result->tested},
                    {"found", pairs},
                    {"large_baskets", result->large_baskets},
                    {"switching", dirichlet ? value_or_null(dirichlet->switching) : Value()},
                    {"dirichlet_mean", dirichlet ? Value(dirichlet->mean) : Value()},
                    {"dirichlet_shape", dirichlet ? Value(dirichlet->shape) : Value()},
                    {"loyalty", describe_loyalty(*result)}};
  if (result->transitions) {
    answer.summary.push_back({"transitions", describe_transitions(*result->transitions)});
  }
  if (result->large_baskets > 0) {
    answer.warnings.push_back(count_of(result->large_baskets, "basket") + " of more than " +
                              grouped(insight::kLargestBasket) + " products " +
                              (result->large_baskets == 1 ? "is" : "are") + " left out.");
  }
  answer.title = title_of(*result, pairs);
  std::string basket = "a basket is what a customer bought on one day";
  if (options.basket == "timestamp") {
    basket = "a basket is what a customer bought at one instant";
  } else if (options.basket != "day") {
    basket = "a basket is what a customer bought under one " + options.basket;
  }
  log::Counting of_context;
  of_context.returns = options.returns;
  std::vector<std::string> phrases = {part.words, basket};
  if (options.within) {
    phrases.push_back("the next within " + describe(*options.within));
  }
  if (!options.by.empty()) {
    phrases.push_back("products by " + options.by);
  }
  answer.chart =
      [result, plot = options.plot, context = chart_context(session, zone, of_context, phrases)] {
        switch (plot) {
          case AffinityPlot::Pairs:
            break;
          case AffinityPlot::Loyalty:
            return charts::affinity_loyalty(*result, context);
          case AffinityPlot::Transitions:
            return charts::affinity_transitions(*result, context);
        }
        return charts::affinity(*result, context);
      };
  return answer;
}

}  // namespace till::engine
