#include "till/engine/product_frequency.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"
#include "till/core/month_name.hpp"
#include "till/insight/product_frequency.hpp"
#include "till/insight/top_products.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "product-frequency";

const Fields<ProductFrequencyOptions>& fields() {
  static const Fields<ProductFrequencyOptions> kFields = {
      field(&ProductFrequencyOptions::product,
            {.name = "product",
             .help = "The product: its id or its name; with --by, a value of that attribute.",
             .placeholder = "PRODUCT"}),
      field(&ProductFrequencyOptions::year,
            {.name = "year",
             .help = "The calendar year.",
             .placeholder = "YEAR",
             .otherwise = "the latest year the log covers whole, else the year it ends in",
             .minimum = 1,
             .maximum = 9999}),
      field(&ProductFrequencyOptions::by, by_parameter()),
      field(&ProductFrequencyOptions::time_zone, time_zone_parameter()),
      field(&ProductFrequencyOptions::transaction, transaction_parameter()),
      field(&ProductFrequencyOptions::returns, returns_parameter()),
      field(&ProductFrequencyOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// Returns the latest calendar year that the log covers by its days, else the year it ends in.
std::int32_t default_year(const log::Source& source, const TimeZone& zone) {
  if (!source.first || !source.last) {
    return 1970;
  }
  const Date first = zone.local(*source.first).date;
  const Date last = zone.local(*source.last).date;
  // A log that begins on 1 January begins some hours into the year: days count, not instants.
  const std::int32_t whole = last.month == 12 && last.day == 31 ? last.year : last.year - 1;
  return first <= Date{whole, 1, 1} ? whole : last.year;
}

/// Returns the error for a product that was not said: it names some that sell.
Error missing_product(log::Log& log, const std::string& by, const TimeZone& zone) {
  std::string remedy = "say --product with a product_id or a name";
  insight::TopProductsOptions best;
  best.k = 5;
  best.as_of = log.end();
  best.window = {200, Period::Unit::Year};
  best.by = by;
  best.zone = zone;
  if (const Result<insight::TopProducts> top = insight::top_products(log, best);
      top && !top->rows.empty()) {
    remedy += "; the best sellers are:";
    for (const insight::TopProduct& product : top->rows) {
      remedy += (product.rank == 1 ? " " : ", ") + in_quotes(product.product_id);
      if (product.name != product.product_id) {
        remedy += " (" + product.name + ")";
      }
    }
  }
  return {ErrorCode::InvalidArgument,
          "product_frequency: product is not said, but must name a product of the log",
          remedy};
}

std::string display_name(const insight::ProductFrequency& frequency) {
  return frequency.name == frequency.product_id
             ? frequency.product_id
             : frequency.name + " (" + frequency.product_id + ")";
}

const insight::ProductMonth& best_month(const insight::ProductFrequency& frequency) {
  return *std::ranges::max_element(frequency.months, {}, &insight::ProductMonth::transactions);
}

std::string title_of(const insight::ProductFrequency& frequency, std::int64_t year) {
  const std::string name = display_name(frequency);
  if (frequency.transactions == 0) {
    return name + " was not bought in " + std::to_string(year) + ".";
  }
  const insight::ProductMonth& best = best_month(frequency);
  return name + " was bought " + count_of(frequency.transactions, "time") + " in " +
         std::to_string(year) + ", most often in " + std::string(month_name(best.month.month)) +
         " (" + grouped(best.transactions) + ").";
}

/// Returns the months that the log does not reach into: "January and April to December".
std::string months_without_log(const insight::ProductFrequency& frequency) {
  const auto name = [](std::size_t month) {
    return std::string(month_name(static_cast<std::int32_t>(month) + 1));
  };
  std::vector<std::string> runs;
  for (std::size_t from = 0; from < 12; ++from) {
    if (frequency.months[from].covered) {
      continue;
    }
    std::size_t to = from;
    while (to + 1 < 12 && !frequency.months[to + 1].covered) {
      ++to;
    }
    runs.push_back(to == from ? name(from) : name(from) + " to " + name(to));
    from = to;
  }
  return enumerated(runs);
}

/// Returns what the log cannot say about the year: a zero outside the log is no zero.
std::optional<std::string> coverage_warning(const insight::ProductFrequency& frequency,
                                            std::int64_t year,
                                            const log::Source& source,
                                            const TimeZone& zone) {
  const std::string months = months_without_log(frequency);
  if (months.empty() || !source.first || !source.last) {
    return std::nullopt;
  }
  return "The log runs from " + day(*source.first, zone) + " to " + day(*source.last, zone) +
         " and says nothing about " + months + " " + std::to_string(year) + ".";
}

}  // namespace

Verb product_frequency_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "How often a product was bought in each month of a year",
       .description = "Counts the transactions of a product, and the customers behind them, in "
                      "each of the twelve "
                      "months of a year. The share is of all transactions of the month.",
       .examples = {{"till product-frequency shop.duckdb --product Volvo --year 2018",
                     "The twelve months of 2018."},
                    {"till product-frequency shop.duckdb --product Volvo --chart volvo.svg",
                     "The latest whole year, drawn with all products behind it."},
                    {"till product-frequency shop.duckdb --by department --product GROCERY",
                     "A group of products."}},
       .draws = true},
      fields(),
      &product_frequency);
}

Result<Answer> product_frequency(Session& session, const ProductFrequencyOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  if (options.product.empty()) {
    return missing_product(*log, options.by, zone);
  }
  ProductFrequencyOptions resolved = options;
  resolved.time_zone = zone;
  resolved.year = options.year.value_or(default_year(log->source(), zone));

  insight::ProductFrequencyOptions question;
  question.product = options.product;
  question.year = static_cast<std::int32_t>(*resolved.year);
  question.by = options.by;
  question.zone = zone;
  TILL_ASSIGN(question.counting,
              counting(*log, "product_frequency", options.transaction, options.returns));
  TILL_ASSIGN(insight::ProductFrequency found, insight::product_frequency(*log, question));
  const auto result = std::make_shared<const insight::ProductFrequency>(std::move(found));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  using Row = insight::ProductMonth;
  const auto& months = result->months;
  const bool named = log->has_product_names() && options.by.empty();
  add_column(answer.rows, "month", column_of<TextColumn>(months, [](const Row& row) {
               return to_string(row.month);
             }));
  add_column(answer.rows, "product_id", TextColumn(months.size(), result->product_id));
  if (named) {
    add_column(answer.rows, "name", TextColumn(months.size(), result->name));
  }
  add_column(answer.rows, "transactions", column_of<IntegerColumn>(months, &Row::transactions));
  add_column(answer.rows, "customers", column_of<IntegerColumn>(months, &Row::customers));
  add_column(answer.rows,
             "share",
             column_of<RealColumn>(months, &Row::share),
             TableColumn::Display::Share);
  finish_rows(answer, options.limit);

  answer.summary = {{"product_id", result->product_id}};
  if (named) {
    answer.summary.push_back({"name", result->name});
  }
  std::int64_t all = 0;
  std::int64_t covered = 0;
  for (const Row& month : months) {
    all += month.all_transactions;
    covered += month.covered ? 1 : 0;
  }
  answer.summary.push_back({"year", *resolved.year});
  answer.summary.push_back({"transactions", result->transactions});
  answer.summary.push_back({"all_transactions", all});
  answer.summary.push_back({"months_covered", covered});
  if (result->transactions != 0) {
    const Row& best = best_month(*result);
    answer.summary.push_back({"best_month", to_string(best.month)});
    answer.summary.push_back({"best_month_transactions", best.transactions});
  }
  if (std::optional<std::string> warning =
          coverage_warning(*result, *resolved.year, log->source(), zone)) {
    answer.warnings.push_back(std::move(*warning));
  }
  answer.title = title_of(*result, *resolved.year);
  answer.chart = [result, context = chart_context(session, zone, question.counting, {})] {
    return charts::product_frequency(*result, context);
  };
  return answer;
}

}  // namespace till::engine
