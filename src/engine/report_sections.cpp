#include "report_sections.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "wording.hpp"

#include "till/core/nearest.hpp"
#include "till/engine/verb.hpp"

namespace till::engine {

namespace {

using Rows = ReportPlan::Rows;

bool is_quick(const ReportQuestion& question) {
  return question.options.effort == models::Effort::Quick;
}

/// The best seller, in the last calendar year that the log covers to its end.
Result<void> ask_for_best_seller(const ReportQuestion& question, Arguments& arguments) {
  TILL_ASSIGN(const Verb* verb, verb_named("top-products"));
  Arguments best = arguments;
  best.set("k", "1");
  best.set("window", "1y");
  TILL_ASSIGN(const Answer top, run(*verb, best, question.session));
  const auto column = std::ranges::find(top.rows.columns, "product_id", &TableColumn::name);
  if (top.rows.rows() == 0 || column == top.rows.columns.end()) {
    return Error{ErrorCode::InvalidData, "nothing was bought in the last year", ""};
  }
  const Month last = month_of(Instant{question.end.micros - 1}, question.zone);
  TILL_ASSIGN(const log::Log* log, question.session.log());
  const std::optional<Instant> first = log->source().first;
  const bool began_before = first && month_of(*first, question.zone).year < last.year;
  const std::int32_t year = last.month < 12 && began_before ? last.year - 1 : last.year;
  arguments.set("product", std::get<TextColumn>(column->values).front().value_or(""));
  arguments.set("year", std::to_string(year));
  return {};
}

Result<void> ask_for_race(const ReportQuestion& question, Arguments& arguments) {
  TILL_ASSIGN(const log::Log* log, question.session.log());
  if (log->products() == 1) {
    return Error{ErrorCode::InvalidData, "the log has only one product", ""};
  }
  arguments.set("race", "true");
  return {};
}

Result<void> ask_for_fit(const ReportQuestion& question, Arguments& arguments) {
  if (is_quick(question)) {
    arguments.set("model", "bg_nbd,mbg_nbd");
  }
  return {};
}

Result<void> ask_for_forecast(const ReportQuestion& question, Arguments& arguments) {
  if (is_quick(question)) {
    arguments.set("model", "dynamic_nbd");
  }
  if (question.options.as_of) {
    // What is known ends where the month begins: no later than --as-of.
    arguments.set("month", to_string(month_of(*question.options.as_of, question.zone)));
  }
  return {};
}

Result<void> ask_for_backtest(const ReportQuestion& question, Arguments& arguments) {
  if (is_quick(question)) {
    arguments.set("model", "dynamic_nbd");
    arguments.set("origins", "6");
  }
  arguments.set("plot", "tracking");
  return {};
}

/// What describe says of the questions that the log can answer, as far as it cannot.
std::vector<charts::ReportGap> describe_gaps(const Answer& answer) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kQuestions = {
      {{"customers", "Who buys?"},
       {"products", "What is bought?"},
       {"seasons", "Is there a season?"},
       {"hours", "At which hours is bought?"},
       {"lifecycle", "Who has left?"},
       {"models", "How do customers buy and leave?"},
       {"forecasts", "What comes next month?"},
       {"spend", "How much is spent?"}}};
  const auto text = [](const Object& object, std::string_view name) {
    const Value* value = find(object, name);
    const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(&value->data);
    return found == nullptr ? std::string() : *found;
  };
  std::vector<charts::ReportGap> gaps;
  const Value* value = find(answer.summary, "questions");
  const auto* questions = value == nullptr ? nullptr : std::get_if<List>(&value->data);
  if (questions == nullptr) {
    return gaps;
  }
  for (const Value& item : *questions) {
    const auto* question = std::get_if<Object>(&item.data);
    if (question == nullptr || text(*question, "answerable") == "yes") {
      continue;
    }
    const std::string name = text(*question, "question");
    const auto asked =
        std::ranges::find(kQuestions, name, &std::pair<std::string_view, std::string_view>::first);
    std::string why = text(*question, "why");
    if (text(*question, "answerable") == "partly") {
      why = "only in part: " + why;
    }
    if (!why.empty() && why.front() >= 'a' && why.front() <= 'z') {
      why.front() = static_cast<char>(why.front() - 'a' + 'A');
    }
    gaps.push_back({asked == kQuestions.end() ? name : std::string(asked->second), why + ".", ""});
  }
  return gaps;
}

constexpr std::array kPlans = {
    ReportPlan{.id = "describe",
               .verb = "describe",
               .question = "What is in this log?",
               .shown = 20,
               .findings = &describe_findings,
               .gaps = &describe_gaps},
    ReportPlan{.id = "activity", .verb = "activity", .question = "Who buys how often?"},
    ReportPlan{.id = "top-products",
               .verb = "top-products",
               .question = "What sells best?",
               .says_twice = true,
               .findings = &top_products_findings},
    ReportPlan{.id = "race",
               .verb = "top-products",
               .question = "How did the best sellers change?",
               .shown = 0,
               .list = "leaders",
               .says_twice = true,
               .facts = false,
               .ask = &ask_for_race,
               .findings = &race_findings},
    ReportPlan{.id = "product-frequency",
               .verb = "product-frequency",
               .question = "When is the best seller bought?",
               .shown = 12,
               .says_twice = true,
               .ask = &ask_for_best_seller},
    ReportPlan{.id = "seasonality",
               .verb = "seasonality",
               .question = "Is there a season, and is it real?",
               .shown = 19,
               .says_twice = true,
               .whole = true,
               .facts = false,
               .findings = &seasonality_findings},
    ReportPlan{.id = "concentration",
               .verb = "concentration",
               .question = "Do a few make most of the business?",
               .shown = 0,
               .findings = &concentration_findings},
    ReportPlan{.id = "cohorts",
               .verb = "cohorts",
               .question = "How many of those who came together still buy?",
               .shown = 0,
               .list = "ages",
               .says_twice = true,
               .findings = &cohorts_findings},
    ReportPlan{.id = "lifecycle",
               .verb = "lifecycle",
               .question = "Who is new, who stays, who falls silent?",
               .rows = Rows::Last,
               .shown = 12,
               .says_twice = true,
               .findings = &lifecycle_findings},
    ReportPlan{.id = "affinity",
               .verb = "affinity",
               .question = "What is bought together?",
               .says_twice = true,
               .findings = &affinity_findings},
    ReportPlan{.id = "dynamics",
               .verb = "dynamics",
               .question = "Which products grow, fade and change?",
               .says_twice = true,
               .whole = true,
               .findings = &dynamics_findings},
    ReportPlan{.id = "anomalies",
               .verb = "anomalies",
               .question = "What is not as the past would have it?",
               .says_twice = true,
               .whole = true,
               .findings = &anomalies_findings},
    ReportPlan{.id = "fit",
               .verb = "fit",
               .question = "How do customers buy and leave?",
               .facts = false,
               .ask = &ask_for_fit},
    ReportPlan{.id = "forecast",
               .verb = "forecast",
               .question = "What will customers do next month?",
               .says_twice = true,
               .ask = &ask_for_forecast,
               .findings = &forecast_findings},
    ReportPlan{.id = "backtest",
               .verb = "backtest",
               .question = "How good are such forecasts?",
               .shown = 0,
               .list = "pooled",
               .list_columns = "model,predicted,poisson_deviance,log_score,crps,rmse,bias",
               .facts = false,
               .ask = &ask_for_backtest,
               .findings = &backtest_findings},
};

}  // namespace

std::span<const ReportPlan> report_plans() {
  return kPlans;
}

Result<std::vector<const ReportPlan*>> report_plans_named(std::string_view names) {
  const std::vector<std::string> wanted = names_between_commas(names);
  if (wanted.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "report: sections is " + in_quotes(names) + ", but must name one",
                 "for example --sections activity,concentration"};
  }
  std::vector<std::string> known = {"all"};
  for (const ReportPlan& plan : kPlans) {
    known.emplace_back(plan.id);
  }
  std::vector<std::string> ids;
  for (std::string name : wanted) {
    std::ranges::replace(name, '_', '-');
    if (std::ranges::find(known, name) == known.end()) {
      return Error{ErrorCode::NotFound,
                   "report: " + in_quotes(name) + " is not a section",
                   did_you_mean(nearest(name, known), "there are: " + enumerated(known))};
    }
    ids.push_back(std::move(name));
  }
  const bool all = std::ranges::find(ids, "all") != ids.end();
  std::vector<const ReportPlan*> plans;
  for (const ReportPlan& plan : kPlans) {
    if (all || std::ranges::find(ids, plan.id) != ids.end()) {
      plans.push_back(&plan);
    }
  }
  return plans;
}

}  // namespace till::engine
