#include "till/engine/concentration.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <optional>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"
#include "till/insight/concentration.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "concentration";

/// Where the curve is read, in hundredths of all ids: close where it is steep.
constexpr std::array<int, 12> kReadAt = {1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 100};

const Fields<ConcentrationOptions>& fields() {
  static const Fields<ConcentrationOptions> kFields = {
      field(&ConcentrationOptions::as_of, as_of_parameter()),
      field(&ConcentrationOptions::window, window_parameter("the whole log")),
      field(&ConcentrationOptions::time_zone, time_zone_parameter()),
      field(&ConcentrationOptions::transaction, transaction_parameter()),
      field(&ConcentrationOptions::returns, returns_parameter()),
      field(&ConcentrationOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// A point of the curve.
struct CurvePoint {
  std::string of;
  double share_of_ids = 0.0;
  double share_of_transactions = 0.0;
};

void add_points(std::vector<CurvePoint>& points,
                const std::string& of,
                const insight::Spread& spread) {
  std::int64_t before = 0;
  for (const int percent : kReadAt) {
    const std::int64_t ids = spread.ids_in_top(percent / 100.0);
    if (ids == before) {
      continue;  // of so few ids, the same as the point before
    }
    before = ids;
    points.push_back({of,
                      static_cast<double>(ids) / static_cast<double>(spread.ids),
                      spread.top(percent / 100.0)});
  }
}

Object describe_spread(const insight::Spread& spread) {
  return {{"ids", spread.ids},
          {"transactions", spread.transactions},
          {"left_out", spread.left_out},
          {"gini", spread.gini},
          {"top_1", spread.top(0.01)},
          {"top_5", spread.top(0.05)},
          {"top_10", spread.top(0.10)},
          {"top_20", spread.top(0.20)},
          {"ids_for_50", spread.ids_for(0.5)},
          {"ids_for_80", spread.ids_for(0.8)}};
}

/// At which level the test of the two laws decides.
constexpr double kLevel = 0.05;

std::string_view closer_law(const math::CountTail& tail) {
  if (tail.p_value >= kLevel) {
    return "undecided";
  }
  return tail.log_ratio > 0.0 ? "log_normal" : "power_law";
}

std::string p_words(double p) {
  return p < 0.001 ? "p < 0.001" : "p = " + number(std::round(p * 1000.0) / 1000.0);
}

/// What the fit says: "Customers with 12 or more transactions (340) fall like ...".
std::string tail_finding(std::string_view many, const math::CountTail& tail) {
  const std::string who = "The " + count_of(tail.ids, many, many) + " with " + grouped(tail.from) +
                          " or more transactions ";
  const std::string_view closer = closer_law(tail);
  if (closer == "log_normal") {
    return who + "are spread like a log-normal rather than a power law (" + p_words(tail.p_value) +
           ").";
  }
  if (closer == "power_law") {
    return who + "are spread like a power law rather than a log-normal (" + p_words(tail.p_value) +
           ").";
  }
  return who + "do not tell a log-normal from a power law (" + p_words(tail.p_value) + ").";
}

void add_tail(List& tails, std::string_view of, const insight::Spread& spread) {
  const std::optional<math::CountTail> tail = insight::tail_of(spread);
  if (!tail) {
    return;
  }
  tails.emplace_back(Object{{"of", std::string(of)},
                            {"from", tail->from},
                            {"ids", tail->ids},
                            {"exponent", tail->exponent},
                            {"mu", tail->mu},
                            {"sigma", tail->sigma},
                            {"log_ratio", tail->log_ratio},
                            {"p_value", tail->p_value},
                            {"closer", std::string(closer_law(*tail))},
                            {"finding", tail_finding(of, *tail)}});
}

std::string title_of(const insight::Concentration& found) {
  const insight::Spread& customers = found.customers;
  const insight::Spread& products = found.products;
  if (products.transactions == 0 && customers.transactions == 0) {
    return "Nothing was bought.";
  }
  std::string title;
  if (customers.ids > 0) {
    title = grouped(customers.ids_for(0.8)) + " of " + count_of(customers.ids, "customer") + " (" +
            share_words(static_cast<double>(customers.ids_for(0.8)) /
                        static_cast<double>(customers.ids)) +
            ")";
  }
  if (products.ids > 1) {
    title += (title.empty() ? "" : ", and ") + grouped(products.ids_for(0.8)) + " of " +
             count_of(products.ids, "product") + " (" +
             share_words(static_cast<double>(products.ids_for(0.8)) /
                         static_cast<double>(products.ids)) +
             "),";
  }
  return title + " make 80 % of all transactions.";
}

std::string left_out_warning(std::int64_t ids, std::string_view one) {
  return count_of(ids, one) + " with more returns than purchases " + (ids == 1 ? "is" : "are") +
         " left out.";
}

}  // namespace

Verb concentration_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Whether a few customers, or a few products, make most of the business",
       .description =
           "Reads the Lorenz curve from the top: the share of transactions that the most active "
           "share of customers makes, and the same for products. The Gini coefficient is 0 when "
           "all make the same and near 1 when one makes nearly everything. The summary tells it "
           "for every month, too, and whether the tail of the counts falls like a power law or "
           "like a log-normal.",
       .examples = {{"till concentration shop.duckdb", "The whole log."},
                    {"till concentration shop.duckdb --window 1y --chart concentration.svg",
                     "The last year, as a picture of both curves."},
                    {"till concentration shop.duckdb --format json | jq .summary.customers.gini",
                     "One number."}},
       .draws = true},
      fields(),
      &concentration);
}

Result<Answer> concentration(Session& session, const ConcentrationOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  ConcentrationOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::ConcentrationOptions question;
  question.zone = zone;
  TILL_ASSIGN(question.counting,
              counting(*log, "concentration", options.transaction, options.returns));
  const Part part = part_of_log(options.as_of, options.window, log->end(), zone);
  question.range = part.range;
  TILL_ASSIGN(insight::Concentration found, insight::concentration(*log, question));
  const auto result = std::make_shared<const insight::Concentration>(std::move(found));

  std::vector<CurvePoint> points;
  add_points(points, "customers", result->customers);
  add_points(points, "products", result->products);
  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  add_column(answer.rows, "of", column_of<TextColumn>(points, &CurvePoint::of));
  add_column(answer.rows,
             "share_of_ids",
             column_of<RealColumn>(points, &CurvePoint::share_of_ids),
             TableColumn::Display::Share);
  add_column(answer.rows,
             "share_of_transactions",
             column_of<RealColumn>(points, &CurvePoint::share_of_transactions),
             TableColumn::Display::Share);
  finish_rows(answer, options.limit);

  List months;
  for (const insight::ConcentrationMonth& month : result->months) {
    months.emplace_back(Object{{"month", to_string(month.month)},
                               {"customers", month.customers.ids},
                               {"customers_gini", month.customers.gini},
                               {"products", month.products.ids},
                               {"products_gini", month.products.gini}});
  }
  List tails;
  add_tail(tails, "customers", result->customers);
  add_tail(tails, "products", result->products);
  answer.summary = {{"customers", describe_spread(result->customers)},
                    {"products", describe_spread(result->products)},
                    {"tails", std::move(tails)},
                    {"months", std::move(months)}};
  if (result->customers.left_out > 0) {
    answer.warnings.push_back(left_out_warning(result->customers.left_out, "customer"));
  }
  if (result->products.left_out > 0) {
    answer.warnings.push_back(left_out_warning(result->products.left_out, "product"));
  }
  answer.title = title_of(*result);
  answer.chart = [result, context = chart_context(session, zone, question.counting, {part.words})] {
    return charts::concentration(*result, context);
  };
  return answer;
}

}  // namespace till::engine
