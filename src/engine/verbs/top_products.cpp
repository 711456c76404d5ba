#include "till/engine/top_products.hpp"

#include <algorithm>
#include <memory>

#include "question.hpp"
#include "shared_parameters.hpp"
#include "wording.hpp"

#include "till/charts/chart.hpp"
#include "till/insight/top_products.hpp"

namespace till::engine {

namespace {

constexpr std::string_view kName = "top-products";

const Fields<TopProductsOptions>& fields() {
  static const Fields<TopProductsOptions> kFields = {
      field(&TopProductsOptions::k,
            {.name = "k",
             .help = "How many products.",
             .placeholder = "N",
             .minimum = 1,
             .maximum = 1'000'000'000}),
      field(&TopProductsOptions::as_of, as_of_parameter()),
      field(&TopProductsOptions::window, window_parameter("")),
      field(&TopProductsOptions::by, by_parameter()),
      field(&TopProductsOptions::race,
            {.name = "race",
             .help =
                 "Answer for every month's end from the first whole window of the log to --as-of, "
                 "instead of for one moment."}),
      field(&TopProductsOptions::time_zone, time_zone_parameter()),
      field(&TopProductsOptions::transaction, transaction_parameter()),
      field(&TopProductsOptions::returns, returns_parameter()),
      field(&TopProductsOptions::limit, limit_parameter()),
  };
  return kFields;
}

std::string display_name(const std::string& name, const std::string& id) {
  return name == id ? id : name + " (" + id + ")";
}

std::string title_of(const insight::TopProducts& top, const std::string& window) {
  if (top.rows.empty()) {
    return "Nothing was bought in the " + window + ".";
  }
  const insight::TopProduct& first = top.rows.front();
  return display_name(first.name, first.product_id) + " leads the " + window + " with " +
         grouped(first.transactions) + " of " + count_of(top.transactions, "transaction") + " (" +
         share_words(first.share) + ").";
}

/// Says where a window reaches out of the log: few transactions there mean few data.
std::vector<std::string> coverage_warnings(const insight::TopProducts& top,
                                           const log::Source& source,
                                           const TimeZone& zone) {
  std::vector<std::string> warnings;
  if (!source.first || !source.last) {
    return warnings;
  }
  const std::string first = day(*source.first, zone);
  const auto is_before_the_log = [&](Instant instant) {
    return zone.local(instant).date < zone.local(*source.first).date;
  };
  if (is_before_the_log(top.range.from)) {
    const bool is_after = *source.first >= top.range.to;
    warnings.push_back(
        "The log begins on " + first +
        (is_after ? ", after the window, which ends on " : ", within the window that begins on ") +
        day(is_after ? top.range.to : top.range.from, zone) + ".");
  } else if (is_before_the_log(top.previous_range.from)) {
    warnings.push_back("The log begins on " + first + ": the window before, from " +
                       day(top.previous_range.from, zone) +
                       ", is not covered whole, and previous ranks may mislead.");
  }
  if (top.range.to.micros - source.last->micros > kMicrosPerDay) {
    warnings.push_back("The log ends on " + day(*source.last, zone) +
                       ", before the window does: on " + describe(top.range.to, zone) + ".");
  }
  return warnings;
}

Answer answer_of(insight::TopProducts found,
                 const std::string& window,
                 bool named,
                 const log::Source& source,
                 const charts::Context& context,
                 Answer answer) {
  const auto result = std::make_shared<const insight::TopProducts>(std::move(found));
  using Row = insight::TopProduct;
  const auto& rows = result->rows;
  add_column(answer.rows, "rank", column_of<IntegerColumn>(rows, &Row::rank));
  add_column(answer.rows, "product_id", column_of<TextColumn>(rows, &Row::product_id));
  if (named) {
    add_column(answer.rows, "name", column_of<TextColumn>(rows, &Row::name));
  }
  add_column(answer.rows, "transactions", column_of<IntegerColumn>(rows, &Row::transactions));
  add_column(
      answer.rows, "share", column_of<RealColumn>(rows, &Row::share), TableColumn::Display::Share);
  add_column(answer.rows, "previous_rank", column_of<IntegerColumn>(rows, &Row::previous_rank));

  answer.summary = {{"from", result->range.from},
                    {"to", result->range.to},
                    {"products", result->products},
                    {"transactions", result->transactions},
                    {"previous_from", result->previous_range.from},
                    {"previous_to", result->previous_range.to},
                    {"previous_transactions", result->previous_transactions}};
  std::ranges::move(coverage_warnings(*result, source, answer.zone),
                    std::back_inserter(answer.warnings));
  answer.title = title_of(*result, window);
  answer.chart = [result, context] { return charts::top_products(*result, context); };
  return answer;
}

/// How often a product was first.
struct Leader {
  std::string product_id;
  std::string name;
  std::int64_t month_ends = 0;
  std::size_t order = 0;  ///< Of the first time.
};

/// Returns who led how often, most often first; among equals the first to lead.
std::vector<Leader> leaders_of(const insight::TopProductsRace& race) {
  std::vector<Leader> leaders;
  for (const insight::RaceEntry& entry : race.rows) {
    if (entry.rank != 1) {
      continue;
    }
    auto known = std::ranges::find(leaders, entry.product_id, &Leader::product_id);
    if (known == leaders.end()) {
      known = leaders.insert(known, {entry.product_id, entry.name, 0, leaders.size()});
    }
    ++known->month_ends;
  }
  std::ranges::sort(leaders, {}, [](const Leader& leader) {
    return std::pair(-leader.month_ends, leader.order);
  });
  return leaders;
}

Answer answer_of(insight::TopProductsRace found,
                 bool named,
                 const charts::Context& context,
                 Answer answer) {
  const auto result = std::make_shared<const insight::TopProductsRace>(std::move(found));
  using Row = insight::RaceEntry;
  const auto& rows = result->rows;
  add_column(answer.rows, "as_of", column_of<InstantColumn>(rows, &Row::as_of));
  add_column(answer.rows, "rank", column_of<IntegerColumn>(rows, &Row::rank));
  add_column(answer.rows, "product_id", column_of<TextColumn>(rows, &Row::product_id));
  if (named) {
    add_column(answer.rows, "name", column_of<TextColumn>(rows, &Row::name));
  }
  add_column(answer.rows, "transactions", column_of<IntegerColumn>(rows, &Row::transactions));
  add_column(
      answer.rows, "share", column_of<RealColumn>(rows, &Row::share), TableColumn::Display::Share);

  const std::vector<Leader> leaders = leaders_of(*result);
  List list;
  for (const Leader& leader : leaders) {
    Object object = {{"product_id", leader.product_id}};
    if (named) {
      object.push_back({"name", leader.name});
    }
    object.push_back({"month_ends", leader.month_ends});
    list.emplace_back(std::move(object));
  }
  answer.title = leaders.empty()
                     ? "Nothing was bought."
                     : display_name(leaders.front().name, leaders.front().product_id) + " led at " +
                           grouped(leaders.front().month_ends) + " of " +
                           count_of(static_cast<std::int64_t>(result->as_ofs.size()), "month end") +
                           ".";
  answer.summary = {{"month_ends", result->as_ofs.size()}};
  if (!result->as_ofs.empty()) {
    answer.summary.push_back({"first", result->as_ofs.front()});
    answer.summary.push_back({"last", result->as_ofs.back()});
  }
  answer.summary.push_back({"leaders", std::move(list)});
  answer.chart = [result, context] { return charts::top_products_race(*result, context); };
  return answer;
}

}  // namespace

Verb top_products_verb() {
  return make_verb(
      {.name = std::string(kName),
       .summary = "The best sellers of any window of time, and their race",
       .description =
           "Ranks products by their transactions in the window that ends just before --as-of, and "
           "tells the rank each had in the window before. Products with equal counts are ranked by "
           "id.",
       .examples = {{"till top-products shop.duckdb", "The best five of the last six months."},
                    {"till top-products shop.duckdb --as-of 2018-01-01 --k 10",
                     "The best ten as they were on New Year's Day 2018."},
                    {"till top-products shop.duckdb --race --chart race.svg",
                     "How the ranks changed from month to month."}},
       .draws = true},
      fields(),
      &top_products);
}

Result<Answer> top_products(Session& session, const TopProductsOptions& options) {
  TILL_ASSIGN(log::Log * log, session.log());
  const TimeZone zone = question_zone(session, *log, options.time_zone);
  TopProductsOptions resolved = options;
  resolved.time_zone = zone;
  resolved.as_of = options.as_of.value_or(log->end());

  insight::TopProductsOptions question;
  question.k = options.k;
  question.as_of = *resolved.as_of;
  question.window = options.window;
  question.by = options.by;
  question.zone = zone;
  TILL_ASSIGN(question.counting,
              counting(*log, "top_products", options.transaction, options.returns));

  Answer answer = begin_answer(kName, session, *log, fields().describe(resolved), zone);
  const bool named = log->has_product_names() && options.by.empty();
  if (options.race) {
    const charts::Context context =
        chart_context(session, zone, question.counting, {"windows of " + describe(options.window)});
    TILL_ASSIGN(insight::TopProductsRace race, insight::top_products_race(*log, question));
    answer = answer_of(std::move(race), named, context, std::move(answer));
  } else {
    const std::string window = window_words(options.window, options.as_of, zone);
    const charts::Context context =
        chart_context(session, zone, question.counting, {"the " + window});
    TILL_ASSIGN(insight::TopProducts top, insight::top_products(*log, question));
    answer = answer_of(std::move(top), window, named, log->source(), context, std::move(answer));
  }
  finish_rows(answer, options.limit);
  return answer;
}

}  // namespace till::engine
