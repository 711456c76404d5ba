#include "findings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "grid.hpp"
#include "wording.hpp"

#include "till/math/false_discovery.hpp"

namespace till::engine {

namespace {

/// The rate of false discoveries at which a tested finding still stands.
constexpr double kFalseDiscoveryRate = 0.05;

// What summaries and rows hold, read by name; what is not there is nothing.

std::optional<double> real(const Object& object, std::string_view name) {
  const Value* value = find(object, name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value->data)) {
    return static_cast<double>(*integer);
  }
  const auto* number = std::get_if<double>(&value->data);
  return number != nullptr && std::isfinite(*number) ? std::optional(*number) : std::nullopt;
}

std::int64_t integer(const Object& object, std::string_view name) {
  const Value* value = find(object, name);
  const auto* found = value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->data);
  return found == nullptr ? 0 : *found;
}

std::string text(const Object& object, std::string_view name) {
  const Value* value = find(object, name);
  const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(&value->data);
  return found == nullptr ? "" : *found;
}

/// Returns a month or day that an answer was asked for: "2020-04".
std::string text_of_parameter(const Answer& answer, std::string_view name) {
  return text(answer.parameters, name);
}

const Object& object_of(const Object& object, std::string_view name) {
  static const Object kNone;
  const Value* value = find(object, name);
  const auto* found = value == nullptr ? nullptr : std::get_if<Object>(&value->data);
  return found == nullptr ? kNone : *found;
}

/// Returns the objects of a list.
std::vector<const Object*> objects_of(const Object& object, std::string_view name) {
  std::vector<const Object*> objects;
  const Value* value = find(object, name);
  if (const auto* list = value == nullptr ? nullptr : std::get_if<List>(&value->data)) {
    for (const Value& item : *list) {
      if (const auto* found = std::get_if<Object>(&item.data)) {
        objects.push_back(found);
      }
    }
  }
  return objects;
}

/// Returns one cell of an answer's rows.
template <typename Column>
typename Column::value_type cell(const Answer& answer, std::string_view name, std::size_t row) {
  const auto& columns = answer.rows.columns;
  const auto column = std::ranges::find(columns, name, &TableColumn::name);
  const auto* values = column == columns.end() ? nullptr : std::get_if<Column>(&column->values);
  return values == nullptr || row >= values->size() ? std::nullopt : (*values)[row];
}

/// Returns how a product of a row is called: "BANANAS (1082185)".
std::string product_of(const Answer& answer, std::size_t row) {
  const std::string id = cell<TextColumn>(answer, "product_id", row).value_or("");
  const std::string name = cell<TextColumn>(answer, "name", row).value_or(id);
  return name == id ? id : name + " (" + id + ")";
}

/// A finding below says nothing that matters to anybody.
constexpr double kLeastSize = 0.001;

/// Returns how a change by a share is said: "36.2 % less", "54 times as many"; of what is counted
/// `less` is "fewer".
std::string change_words(double by, std::string_view less = "less") {
  if (by > 1.0) {
    return number(std::round((1.0 + by) * 10.0) / 10.0) + " times as many";
  }
  return share_words(std::abs(by)) + " " + std::string(by < 0.0 ? less : "more");
}

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::vector<Finding> standing(std::vector<Finding> candidates) {
  std::vector<double> p_values;
  for (const Finding& finding : candidates) {
    if (finding.p_value) {
      p_values.push_back(*finding.p_value);
    }
  }
  const std::vector<double> q_values = math::q_values(p_values);
  std::size_t tested = 0;
  for (Finding& finding : candidates) {
    if (finding.p_value) {
      finding.q_value = q_values[tested++];
    }
  }
  std::erase_if(candidates, [](const Finding& finding) {
    return finding.q_value && *finding.q_value > kFalseDiscoveryRate;
  });
  std::ranges::stable_sort(candidates, std::greater<>(), [](const Finding& finding) {
    return finding.size * (1.0 - finding.q_value.value_or(0.0));
  });
  return candidates;
}

std::string basis_of(const Finding& finding) {
  if (!finding.q_value) {
    return finding.is_expected ? "expected by the forecast" : "counted";
  }
  return *finding.q_value < 0.001
             ? "tested, q < 0.001"
             : "tested, q = " + number(std::round(*finding.q_value * 1000.0) / 1000.0);
}

std::vector<Finding> describe_findings(const Answer& answer) {
  const std::int64_t customers = integer(answer.summary, "customers");
  const std::int64_t once = integer(answer.summary, "customers_with_one_row");
  const double share = share_of(once, customers);
  if (share < 0.05) {
    return {};
  }
  return {{.text = grouped(once) + " of " + count_of(customers, "customer") + " (" +
                   share_words(share) + ") bought only once.",
           .size = share}};
}

std::vector<Finding> top_products_findings(const Answer& answer) {
  using Integers = IntegerColumn;
  const std::optional<double> share = cell<RealColumn>(answer, "share", 0);
  const std::int64_t before = integer(answer.summary, "previous_transactions");
  const bool several = integer(answer.summary, "products") > 1;
  if (!share || !several || before == 0) {
    return {};
  }
  // The window before reaches out of the log where it was not covered whole.
  const Value* const previous_from = find(answer.summary, "previous_from");
  const auto* from =
      previous_from == nullptr ? nullptr : std::get_if<Instant>(&previous_from->data);
  if (from != nullptr && answer.source && answer.source->first && *answer.source->first > *from) {
    return {};
  }
  const std::optional<std::int64_t> rank = cell<Integers>(answer, "previous_rank", 0);
  if (rank == 1) {
    return {};
  }
  return {{.text = product_of(answer, 0) + " took the lead from " +
                   (rank ? "rank " + grouped(*rank) : std::string("nowhere")) +
                   " in the window before, with " + share_words(*share) + " of all transactions.",
           .size = *share}};
}

std::vector<Finding> race_findings(const Answer& answer) {
  const auto ends = integer(answer.summary, "month_ends");
  const std::vector<const Object*> leaders = objects_of(answer.summary, "leaders");
  if (leaders.empty() || ends < 3) {
    return {};
  }
  const Object& first = *leaders.front();
  const std::string id = text(first, "product_id");
  const std::string name = text(first, "name");
  const std::int64_t led = integer(first, "month_ends");
  const std::string who = name.empty() || name == id ? id : name + " (" + id + ")";
  // With one product there is nothing to lead.
  bool has_others = false;
  for (std::size_t row = 0; row < answer.rows.rows(); ++row) {
    has_others = has_others || cell<IntegerColumn>(answer, "rank", row).value_or(1) > 1;
  }
  if (led < ends || !has_others) {
    return {};
  }
  return {{.text = who + " led at every one of " + grouped(ends) + " month ends.",
           .size = cell<RealColumn>(answer, "share", 0).value_or(0.0)}};
}

std::vector<Finding> seasonality_findings(const Answer& answer) {
  std::vector<Finding> findings;
  for (const std::string_view period : {"month_of_year", "day_of_week", "hour", "day_of_month"}) {
    const Object& season = object_of(answer.summary, period);
    const std::optional<double> p_value = real(season, "p_value");
    const std::optional<double> strength = real(season, "strength");
    if (!p_value || !strength || text(season, "evidence") == "none") {
      continue;
    }
    std::optional<std::size_t> most;
    std::optional<std::size_t> least;
    const auto index = [&](std::size_t row) { return cell<RealColumn>(answer, "index", row); };
    for (std::size_t row = 0; row < answer.rows.rows(); ++row) {
      if (cell<TextColumn>(answer, "period", row) != period || !index(row)) {
        continue;
      }
      most = !most || *index(row) > *index(*most) ? row : *most;
      least = !least || *index(row) < *index(*least) ? row : *least;
    }
    if (!most || most == least) {
      continue;
    }
    const auto said = [&](std::size_t row) {
      const std::string value = cell<TextColumn>(answer, "value", row).value_or("");
      const std::string when = period == "hour"           ? "at " + value + ":00"
                               : period == "day_of_week"  ? "on " + value
                               : period == "day_of_month" ? "on day " + value
                                                          : "in " + value;
      const double times = *index(row);
      // Whole weeks, days and months have the index; what was bought may be outside of them.
      const bool is_nothing = cell<IntegerColumn>(answer, "transactions", row) == 0;
      return when + (is_nothing      ? " (nothing at all)"
                     : times < 0.005 ? " (less than 0.01 times the average)"
                                     : " (" + number(std::round(times * 100.0) / 100.0) +
                                           " times the average)");
    };
    const std::string name = period_words(period);
    findings.push_back({.text = "The " + name + " matters: most is bought " + said(*most) +
                                ", least " + said(*least) + ".",
                        .size = *strength,
                        .p_value = p_value});
  }
  return findings;
}

std::vector<Finding> concentration_findings(const Answer& answer) {
  std::vector<Finding> findings;
  for (const std::string_view of : {"customers", "products"}) {
    const Object& spread = object_of(answer.summary, of);
    const std::int64_t ids = integer(spread, "ids");
    const std::optional<double> gini = real(spread, "gini");
    const std::optional<double> top = real(spread, "top_20");
    if (ids < 10 || !gini || !top || *gini < 0.3) {
      continue;
    }
    findings.push_back({.text = "The most active 20 % of " + std::string(of) + " make " +
                                share_words(*top) + " of all transactions; " +
                                grouped(integer(spread, "ids_for_50")) + " of " + grouped(ids) +
                                " make half of them.",
                        .size = *gini});
  }
  return findings;
}

std::vector<Finding> cohorts_findings(const Answer& answer) {
  // A year after the first purchase, or at the oldest age the log has seen.
  constexpr std::int64_t kYear = 12;
  const Object* at = nullptr;
  for (const Object* age : objects_of(answer.summary, "ages")) {
    if (integer(*age, "age") <= kYear && real(*age, "retention")) {
      at = age;
    }
  }
  const std::int64_t age = at == nullptr ? 0 : integer(*at, "age");
  if (age == 0 || integer(*at, "customers") < 30) {
    return {};
  }
  const double retention = *real(*at, "retention");
  return {{.text = "Of " + count_of(integer(*at, "customers"), "customer") + " " +
                   share_words(retention) + " buy in month " + grouped(age) +
                   " after the first purchase (95 % interval " +
                   share_words(real(*at, "low").value_or(retention)) + " to " +
                   share_words(real(*at, "high").value_or(retention)) + ").",
           .size = 1.0 - retention}};
}

std::vector<Finding> lifecycle_findings(const Answer& answer) {
  const std::size_t rows = answer.rows.rows();
  if (rows < 6) {
    return {};
  }
  const std::int64_t customers = integer(answer.summary, "customers");
  const std::int64_t dormant = integer(answer.summary, "dormant");
  const double share = share_of(dormant, customers);
  if (share < 0.1) {
    return {};
  }
  const Value* months = find(answer.parameters, "dormant_after");
  const auto* after = months == nullptr ? nullptr : std::get_if<std::int64_t>(&months->data);
  return {{.text = grouped(dormant) + " of " + count_of(customers, "customer") + " (" +
                   share_words(share) + ") have not bought for " +
                   count_of(after == nullptr ? 3 : *after, "month") + " or more.",
           .size = share}};
}

std::vector<Finding> affinity_findings(const Answer& answer) {
  // The verb has tested all pairs together; its title names the surest of those that stand.
  if (integer(answer.summary, "found") == 0) {
    return {};
  }
  return {{.text = answer.title,
           .size = cell<RealColumn>(answer, "support", 0).value_or(0.0),
           .q_value = cell<RealColumn>(answer, "q_value", 0)}};
}

std::vector<Finding> dynamics_findings(const Answer& answer) {
  std::vector<Finding> findings;
  const std::int64_t products = integer(answer.summary, "products");
  // The verb has tested all products together: its certainty is 1 less the q-value.
  for (const Object* change : objects_of(answer.summary, "changes")) {
    const std::optional<double> certainty = real(*change, "certainty");
    const std::optional<double> by = real(*change, "change");
    if (!certainty || !by || *by <= -1.0) {
      continue;
    }
    const std::string id = text(*change, "product_id");
    double share = 0.0;
    std::string who = id;
    for (std::size_t row = 0; row < answer.rows.rows(); ++row) {
      if (cell<TextColumn>(answer, "product_id", row) == id) {
        share = cell<RealColumn>(answer, "share", row).value_or(0.0);
        who = product_of(answer, row);
      }
    }
    const std::string of = products == 1 ? "" : " of " + who;
    findings.push_back({.text = "Sales" + of + " changed suddenly in " + text(*change, "month") +
                                ": " + change_words(*by) + " from then on.",
                        .size = std::min(1.0, share * std::abs(std::log1p(*by))),
                        .q_value = 1.0 - *certainty});
  }
  std::erase_if(findings, [](const Finding& finding) { return finding.size < kLeastSize; });
  // Many changes are one finding: the largest, and how many there are.
  std::ranges::stable_sort(findings, std::greater<>(), &Finding::size);
  if (findings.size() > 1) {
    const std::int64_t changed = integer(answer.summary, "changed") - 1;
    const std::string who =
        changed < products - 1
            ? grouped(changed) + " of the other " + count_of(products - 1, "product")
            : std::string(changed == 1 ? "the other" : "all others");
    findings.front().text += " So did those of " + who + ".";
    findings.resize(1);
  }
  const std::int64_t fading = integer(answer.summary, "fading");
  const std::int64_t growing = integer(answer.summary, "growing");
  if (products >= 10 && growing + fading > 0) {
    findings.push_back({.text = "Of " + count_of(products, "product") + ", " + grouped(growing) +
                                (growing == 1 ? " grows and " : " grow and ") + grouped(fading) +
                                (fading == 1 ? " fades" : " fade") +
                                "; at most one in twenty of these is expected to be chance.",
                        .size = share_of(growing + fading, products),
                        .q_value = kFalseDiscoveryRate});
  }
  return findings;
}

std::vector<Finding> anomalies_findings(const Answer& answer) {
  // One finding for each kind of anomaly: the least likely one, and how many more there are.
  struct Group {
    std::string_view kind;
    std::string_view what;
    std::string_view one;
    std::string_view many;
  };

  constexpr std::array kGroups = {
      Group{"day", "double_load", "day looks loaded twice", "days look loaded twice"},
      Group{"day", "repeated_day", "day is a copy of another", "days are copies of others"},
      Group{"day",
            "burst",
            "stretch of days was unusually busy",
            "stretches of days were unusually busy"},
      Group{"day",
            "silence",
            "stretch of days was unusually quiet",
            "stretches of days were unusually quiet"},
      Group{"product", "burst", "product had a burst", "products had a burst"},
      Group{"product", "silence", "product was silent", "products were silent"},
      Group{"customer", "burst", "customer had a burst", "customers had a burst"},
      Group{"customer", "silence", "customer fell silent", "customers fell silent"},
      Group{"customer",
            "rush",
            "customer is too fast for a person",
            "customers are too fast for a person"},
      Group{"customer",
            "bot",
            "customer is too regular for a person",
            "customers are too regular for a person"}};
  const auto transactions = static_cast<double>(answer.source ? answer.source->accepted : 0);
  const std::int64_t customers = integer(answer.summary, "customers_tested");
  std::vector<Finding> findings;
  for (const Group& group : kGroups) {
    std::int64_t found = 0;
    std::size_t first = 0;
    double beyond = 0.0;
    for (std::size_t row = 0; row < answer.rows.rows(); ++row) {
      if (cell<TextColumn>(answer, "kind", row) != group.kind ||
          cell<TextColumn>(answer, "what", row) != group.what) {
        continue;
      }
      first = found == 0 ? row : first;
      ++found;
      beyond += std::abs(cell<RealColumn>(answer, "actual", row).value_or(0.0) -
                         cell<RealColumn>(answer, "expected", row).value_or(0.0));
    }
    if (found == 0) {
      continue;
    }
    const bool is_of_customers = group.kind == "customer" && group.what != "burst";
    const double size = is_of_customers ? share_of(found, std::max<std::int64_t>(customers, 1))
                                        : beyond / std::max(transactions, 1.0);
    const std::string id = cell<TextColumn>(answer, "id", first).value_or("");
    const std::string name = cell<TextColumn>(answer, "name", first).value_or(id);
    findings.push_back({.text = grouped(found) + " " +
                                std::string(found == 1 ? group.one : group.many) +
                                (found == 1 ? ": " : "; the surest is ") +
                                (name == id ? id : name + " (" + id + ")") + ". " +
                                cell<TextColumn>(answer, "finding", first).value_or(""),
                        .size = std::min(size, 1.0),
                        .q_value = cell<RealColumn>(answer, "q_value", first)});
  }
  return findings;
}

std::vector<Finding> forecast_findings(const Answer& answer) {
  const std::optional<double> expected = real(answer.summary, "total_expected_transactions");
  if (!expected || *expected < 1.0) {
    return {};
  }
  const std::optional<double> year = real(answer.summary, "year_before_transactions");
  const std::optional<double> month = real(answer.summary, "month_before_transactions");
  const std::optional<double> before = year && *year > 0.0 ? year : month;
  std::string text = "In " + text_of_parameter(answer, "month") + ", " +
                     count_of(std::llround(*expected), "transaction") +
                     " are expected, in nine of ten cases " +
                     grouped(integer(answer.summary, "total_q05")) + " to " +
                     grouped(integer(answer.summary, "total_q95"));
  double change = 0.0;
  if (before && *before > 0.0) {
    change = *expected / *before - 1.0;
    text += std::abs(change) < 0.0005
                ? std::string("; as many as ")
                : "; " + change_words(change, "fewer") + (change > 1.0 ? " as " : " than ");
    text += before == year ? "a year before" : "in the month before";
  }
  return {{.text = text + ".", .size = std::min(std::abs(change), 1.0), .is_expected = true}};
}

std::vector<Finding> backtest_findings(const Answer& answer) {
  const std::string best = text(answer.summary, "best_model");
  const std::vector<const Object*> pooled = objects_of(answer.summary, "pooled");
  if (pooled.size() < 2) {
    return {};
  }
  std::string next;
  double least = 0.0;
  std::optional<double> own;
  for (const Object* model : pooled) {
    const std::optional<double> deviance = real(*model, "poisson_deviance");
    if (!deviance) {
      continue;
    }
    if (text(*model, "model") == best) {
      own = deviance;
    } else if (next.empty() || *deviance < least) {
      next = text(*model, "model");
      least = *deviance;
    }
  }
  for (const Object* comparison : objects_of(answer.summary, "comparisons")) {
    if (text(*comparison, "model") != next || text(*comparison, "score") != "poisson_deviance") {
      continue;
    }
    const std::optional<double> low = real(*comparison, "low");
    const std::optional<double> p_value = real(*comparison, "p_value");
    if (!own || !p_value || !low || *low <= 0.0 || least <= 0.0) {
      return {};
    }
    const double gain = 1.0 - *own / least;
    return {{.text = "Held-out months are forecast best by " + best + ": its error is " +
                     share_words(gain) + " less than that of the best other model, " + next + ".",
             .size = gain,
             .p_value = p_value}};
  }
  return {};
}

}  // namespace till::engine
