#include "till/engine/seasonality.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <utility>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/seasonality.hpp"
#include "till/insight/seasonality.hpp"

namespace till::engine {

template <>
struct Words<SeasonalityPlot> {
  static constexpr std::array kAll = {std::pair{"all", SeasonalityPlot::All},
                                      std::pair{"profiles", SeasonalityPlot::Profiles},
                                      std::pair{"decomposition", SeasonalityPlot::Decomposition},
                                      std::pair{"hours", SeasonalityPlot::Hours},
                                      std::pair{"calendar", SeasonalityPlot::Calendar}};
};

namespace {

using insight::HolidayEffect;
using insight::Season;
using insight::Seasonality;
using insight::SeasonValue;

constexpr std::string_view kName = "seasonality";
constexpr std::string_view kEachProduct = "product";  // of --by

const Fields<SeasonalityOptions>& fields() {
  static const Fields<SeasonalityOptions> kFields = {
      field(&SeasonalityOptions::product,
            {.name = "product",
             .help = "Look at one product, by its id or name; with --by, at one group.",
             .placeholder = "PRODUCT",
             .otherwise = "all together"}),
      field(&SeasonalityOptions::by,
            {.name = "by",
             .help = "Answer for each product (product), or for each value of an attribute of the "
                     "product table, such as department.",
             .placeholder = "product|ATTRIBUTE",
             .otherwise = "all together"}),
      field(&SeasonalityOptions::k,
            {.name = "k",
             .help = "With --by: how many of them, those with the most transactions.",
             .placeholder = "N",
             .minimum = 1,
             .maximum = 1'000}),
      field(&SeasonalityOptions::holidays,
            {.name = "holidays",
             .kind = Kind::File,
             .help = "A table of days with the columns date and name: what each does to sales.",
             .placeholder = "FILE",
             .otherwise = "none"}),
      field(&SeasonalityOptions::plot,
            {.name = "plot",
             .help = "The picture: everything together (all), the profiles of the periods "
                     "(profiles), trend, season and rest (decomposition), the hours of the week "
                     "(hours), or every day of the calendar (calendar)."}),
      field(&SeasonalityOptions::as_of, as_of_parameter()),
      field(&SeasonalityOptions::time_zone, time_zone_parameter()),
      field(&SeasonalityOptions::transaction, transaction_parameter()),
      field(&SeasonalityOptions::returns, returns_parameter()),
      field(&SeasonalityOptions::limit, limit_parameter()),
  };
  return kFields;
}

/// One row of the answer, of any period or holiday.
struct Row {
  std::string product_id;
  std::string name;
  std::string period;
  std::string value;
  std::int64_t transactions = 0;
  std::optional<double> index;
  std::optional<double> low;
  std::optional<double> high;
};

std::vector<Row> rows_of(const std::vector<Seasonality>& answers) {
  std::vector<Row> rows;
  for (const Seasonality& answer : answers) {
    for (const Season& season : answer.seasons) {
      for (const SeasonValue& value : season.values) {
        rows.push_back({answer.product_id,
                        answer.name,
                        std::string(to_string(season.period)),
                        value_name(season.period, value.value),
                        value.transactions,
                        value.index,
                        value.low,
                        value.high});
      }
    }
    for (const HolidayEffect& effect : answer.holidays) {
      rows.push_back({answer.product_id,
                      answer.name,
                      "holiday",
                      effect.name,
                      effect.transactions,
                      effect.index,
                      effect.low,
                      effect.high});
    }
  }
  return rows;
}

Value value_or_null(const std::optional<double>& number) {
  return number ? Value(*number) : Value();
}

std::int64_t transactions_of(const Seasonality& answer) {
  return std::accumulate(
      answer.months.begin(), answer.months.end(), std::int64_t{0}, [](auto sum, const auto& month) {
        return sum + month.transactions;
      });
}

/// What all seasons and the trend say of themselves, under the same names.
Object facts_of(std::int64_t units,
                const std::optional<double>& strength,
                const std::optional<double>& p,
                const std::optional<double>& q,
                const std::optional<double>& qs,
                insight::Evidence evidence) {
  return {{"strength", value_or_null(strength)},
          {"units", units},
          {"p_value", value_or_null(p)},
          {"q_value", value_or_null(q)},
          {"qs_p_value", value_or_null(qs)},
          {"evidence", to_string(evidence)}};
}

Object summary_of(const Seasonality& answer) {
  const insight::Trend& trend = answer.trend;
  Object summary = {{"transactions", transactions_of(answer)},
                    {"days", answer.counts.days.size()},
                    {"change_per_year", value_or_null(trend.change_per_year)}};
  for (const insight::SeasonPeriod period : insight::kSeasonPeriods) {
    const auto season = std::ranges::find(answer.seasons, period, &Season::period);
    const Season known = season == answer.seasons.end() ? Season{} : *season;
    summary.push_back({std::string(to_string(period)),
                       facts_of(known.units,
                                known.strength,
                                known.p_value,
                                known.q_value,
                                known.qs_p_value,
                                known.evidence)});
  }
  summary.push_back(
      {"trend", facts_of(trend.units, trend.strength, trend.p_value, {}, {}, trend.evidence)});
  if (!answer.holidays.empty()) {
    List holidays;
    for (const HolidayEffect& effect : answer.holidays) {
      holidays.emplace_back(Object{{"name", effect.name},
                                   {"days", effect.days},
                                   {"index", value_or_null(effect.index)},
                                   {"p_value", value_or_null(effect.p_value)},
                                   {"q_value", value_or_null(effect.q_value)},
                                   {"evidence", to_string(effect.evidence)}});
    }
    summary.push_back({"holidays", std::move(holidays)});
  }
  return summary;
}

Object summary_of(const std::vector<Seasonality>& answers, bool named) {
  List products;
  std::int64_t transactions = 0;
  for (const Seasonality& answer : answers) {
    Object product = {{"product_id", answer.product_id}};
    if (named) {
      product.push_back({"name", answer.name});
    }
    product.push_back({"transactions", transactions_of(answer)});
    for (const Season& season : answer.seasons) {
      product.push_back({std::string(to_string(season.period)), to_string(season.evidence)});
    }
    product.push_back({"trend", to_string(answer.trend.evidence)});
    product.push_back({"change_per_year", value_or_null(answer.trend.change_per_year)});
    products.emplace_back(std::move(product));
    transactions += transactions_of(answer);
  }
  return {{"transactions", transactions}, {"products", std::move(products)}};
}

void add_rows(Answer& answer, const std::vector<Row>& rows, bool each, bool named) {
  if (each) {
    add_column(answer.rows, "product_id", column_of<TextColumn>(rows, &Row::product_id));
  }
  if (each && named) {
    add_column(answer.rows, "name", column_of<TextColumn>(rows, &Row::name));
  }
  add_column(answer.rows, "period", column_of<TextColumn>(rows, &Row::period));
  add_column(answer.rows, "value", column_of<TextColumn>(rows, &Row::value));
  add_column(answer.rows, "transactions", column_of<IntegerColumn>(rows, &Row::transactions));
  add_column(answer.rows, "index", column_of<RealColumn>(rows, &Row::index));
  add_column(answer.rows, "low", column_of<RealColumn>(rows, &Row::low));
  add_column(answer.rows, "high", column_of<RealColumn>(rows, &Row::high));
}

/// Says of all together which seasons could not be looked for.
void add_untested(Answer& answer, const Seasonality& found) {
  for (const Season& season : found.seasons) {
    if (!season.untested.empty()) {
      answer.warnings.push_back("no test of the " + period_words(to_string(season.period)) + ": " +
                                season.untested);
    }
  }
}

std::string title_of(const std::vector<Seasonality>& answers) {
  if (answers.empty()) {
    return "Nothing was bought.";
  }
  const auto with_season = std::ranges::count_if(answers, [](const Seasonality& answer) {
    return std::ranges::any_of(answer.seasons, [](const Season& season) {
      return season.evidence != insight::Evidence::None;
    });
  });
  return "Of " + count_of(std::ssize(answers), "product or group", "products or groups") + ", " +
         grouped(with_season) + (with_season == 1 ? " has" : " have") + " a season.";
}

charts::Chart draw(const Seasonality& found, SeasonalityPlot plot, const charts::Context& context) {
  switch (plot) {
    case SeasonalityPlot::All:
      break;
    case SeasonalityPlot::Profiles:
      return charts::seasonality_profiles(found, context);
    case SeasonalityPlot::Decomposition:
      return charts::seasonality_decomposition(found, context);
    case SeasonalityPlot::Hours:
      return charts::seasonality_hours(found, context);
    case SeasonalityPlot::Calendar:
      return charts::seasonality_calendar(found, context);
  }
  return charts::seasonality(found, context);
}

}  // namespace

Verb seasonality_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "Is there a season, how strong, and is it real?",
       .description =
           "Compares months of the year, days of the week, hours and days of the month with what "
           "the trend alone would bring: an index of 1.2 is a fifth more than average, with the "
           "interval that holds the truth in 95 of 100 logs. Tests compare whole weeks, days and "
           "months with each other, so that a promotion or growth is no season, and say whether "
           "there is no, weak or strong evidence.",
       .examples = {{"till seasonality shop.duckdb --chart season.svg", "All seasons, drawn."},
                    {"till seasonality shop.duckdb --by product --k 20",
                     "The twenty largest products, and which of them have a season."},
                    {"till seasonality shop.duckdb --plot calendar --chart calendar.svg",
                     "Every day of the log as a cell of a calendar."},
                    {"till seasonality shop.duckdb --holidays days.csv",
                     "What the days of a table do to sales."}},
       .draws = true},
      fields(),
      &seasonality);
}

Result<Answer> seasonality(Session& session, const SeasonalityOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  SeasonalityOptions resolved = options;
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::SeasonalityOptions question;
  question.as_of = options.as_of;
  question.zone = zone;
  question.product = options.product;
  const bool is_attribute =
      std::ranges::count(log->product_attributes(), options.by) > 0 || options.by != kEachProduct;
  question.by = is_attribute ? options.by : "";
  TILL_ASSIGN(question.counting,
              counting(*log, "seasonality", options.transaction, options.returns));
  if (!options.holidays.empty()) {
    TILL_ASSIGN(question.holidays, log::read_holidays(options.holidays));
  }
  const bool each = !options.by.empty() && options.product.empty();
  const Part part = part_of_log(options.as_of, std::nullopt, log->end(), zone);
  std::vector<Seasonality> found;
  if (each) {
    TILL_ASSIGN(found, insight::seasonality_by_product(*log, question, options.k));
  } else {
    TILL_ASSIGN(Seasonality one, insight::seasonality(*log, question));
    found.push_back(std::move(one));
  }
  const auto result = std::make_shared<const std::vector<Seasonality>>(std::move(found));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  const bool named = log->has_product_names() && question.by.empty();
  add_rows(answer, rows_of(*result), each, named);
  finish_rows(answer, options.limit);
  if (each) {
    answer.summary = summary_of(*result, named);
    answer.title = title_of(*result);
  } else {
    answer.summary = summary_of(result->front());
    answer.title = charts::seasonality_sentence(result->front()) + ".";
    add_untested(answer, result->front());
  }
  answer.chart = [result,
                  plot = options.plot,
                  context = chart_context(session, zone, question.counting, {part.words})] {
    return draw(result->empty() ? Seasonality{} : result->front(), plot, context);
  };
  return answer;
}

}  // namespace till::engine
