#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "charts/bar_table.hpp"
#include "charts/figure.hpp"
#include "charts/staircase.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

constexpr std::int64_t kTableCustomers = 24;  // as many fit as rows with their ids
constexpr std::int64_t kBarCustomers = 120;   // as many fit as bars
constexpr double kLargeRange = 10;  // times the median: from here on the scales are logarithmic
constexpr double kCurveHeight = 250;
constexpr double kShareHeight = 130;
constexpr double kTolerance = 0.3;   // pixels
constexpr double kLabelRoom = 0.07;  // of a panel's height, above the first customer's point

// Ranks [first, last] of the customers with one count, and the transactions up to and with them.
struct Step {
  std::int64_t transactions = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t cumulative = 0;
};

std::vector<Step> steps_of(const insight::Activity& result) {
  std::vector<Step> steps;
  std::int64_t rank = 0;
  std::int64_t cumulative = 0;
  for (const insight::ActivityLevel& level : result.levels) {
    cumulative += level.transactions * level.customers;
    steps.push_back({level.transactions, rank + 1, rank + level.customers, cumulative});
    rank += level.customers;
  }
  return steps;
}

// Transactions of the first `rank` customers.
std::int64_t cumulative_at(const std::vector<Step>& steps, std::int64_t rank) {
  const auto step = std::partition_point(
      steps.begin(), steps.end(), [&](const Step& s) { return s.last < rank; });
  return step == steps.end() ? 0 : step->cumulative - step->transactions * (step->last - rank);
}

// The fewest customers that make at least `transactions`, taking the most active first.
std::int64_t customers_making(const std::vector<Step>& steps, std::int64_t transactions) {
  const auto step = std::find_if(
      steps.begin(), steps.end(), [&](const Step& s) { return s.cumulative >= transactions; });
  if (step == steps.end()) {
    return steps.back().last;
  }
  return step->transactions > 0
             ? step->last - (step->cumulative - transactions) / step->transactions
             : step->last;
}

// A share of all transactions that is worth marking.
struct Milestone {
  std::string share;           // "50 %"
  std::int64_t customers = 0;  // the fewest that make it
  double reached = 0;          // the share that they make
};

// None where shares mean little: hardly any customers, or more returned than bought.
std::vector<Milestone> milestones_of(const std::vector<Step>& steps,
                                     const insight::Activity& result) {
  std::vector<Milestone> milestones;
  if (result.customers < 3 || result.transactions <= 0) {
    return milestones;
  }
  const auto add = [&](std::string share, std::int64_t transactions) {
    const std::int64_t customers = customers_making(steps, transactions);
    const double reached = static_cast<double>(cumulative_at(steps, customers)) /
                           static_cast<double>(result.transactions);
    if (!milestones.empty() && milestones.back().customers == customers) {
      milestones.pop_back();  // the same customers make both; the larger share says more
    }
    milestones.push_back({std::move(share), customers, reached});
  };
  add("50\u00A0%", result.transactions - result.transactions / 2);
  add("80\u00A0%", result.transactions - result.transactions / 5);
  return milestones;
}

std::string milestone_text(const Milestone& milestone, const insight::Activity& result) {
  const double share =
      static_cast<double>(milestone.customers) / static_cast<double>(result.customers);
  return count_of(milestone.customers, "customer") + " (" + percent(share) +
         (milestone.customers == 1 ? ") makes " : ") make ") +
         (percent(milestone.reached) == milestone.share ? "" : "over ") + milestone.share;
}

std::string title_of(const insight::Activity& result, const std::vector<Step>& steps) {
  const std::string who = count_of(result.customers, "customer");
  if (steps.size() == 1 && result.customers > 1) {
    return who + " made " + count_of(steps.front().transactions, "transaction") + " each";
  }
  std::string title = who + " made " + count_of(result.transactions, "transaction");
  if (result.customers == 1 || result.transactions <= 0) {
    return title;
  }
  const auto share_of_first = [&](std::int64_t customers) {
    return percent(static_cast<double>(cumulative_at(steps, customers)) /
                   static_cast<double>(result.transactions));
  };
  if (result.customers < 100) {
    return title + "; the most active made " + share_of_first(1);
  }
  return title + "; the top 1\u00A0% made " + share_of_first((result.customers + 50) / 100);
}

std::int64_t transactions_at(const std::vector<Step>& steps, std::int64_t rank) {
  return std::partition_point(
             steps.begin(), steps.end(), [&](const Step& s) { return s.last < rank; })
      ->transactions;
}

// Of two customers in the middle, the mean.
double median_of(const insight::Activity& result, const std::vector<Step>& steps) {
  return static_cast<double>(transactions_at(steps, (result.customers + 1) / 2)) / 2 +
         static_cast<double>(transactions_at(steps, result.customers / 2 + 1)) / 2;
}

std::string median_text(double median) {
  const double whole = std::floor(median);
  return count(static_cast<std::int64_t>(whole)) + (median > whole ? ".5" : "");
}

const insight::ActivityRow* row_of(const insight::Activity& result, std::int64_t rank) {
  const auto at = static_cast<std::size_t>(rank - 1);
  return at < result.rows.size() && result.rows[at].rank == rank ? &result.rows[at] : nullptr;
}

std::string customer_label(const insight::Activity& result, std::int64_t rank) {
  const insight::ActivityRow* row = row_of(result, rank);
  return row == nullptr ? "customer " + count(rank) : isolated(drawable(row->customer_id));
}

std::string share_text(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? percent(static_cast<double>(part) / static_cast<double>(whole)) : "–";
}

// --- few customers: a table ----------------------------------------------------------------------

Json table_view(const insight::Activity& result,
                const std::vector<Step>& steps,
                const std::vector<Milestone>& milestones) {
  BarTable table;
  table.label_header = "customer";
  table.value_header = "transactions";
  const bool shares = result.transactions > 0;
  if (shares) {
    table.headers = {"share", "cumulative"};
  }
  for (const Step& step : steps) {
    for (std::int64_t rank = step.first; rank <= step.last; ++rank) {
      BarTableRow row;
      row.rank = rank;
      row.label = customer_label(result, rank);
      row.value = step.transactions;
      row.emphasised = step.transactions == steps.front().transactions;
      row.tooltip = Json{{"customer", row.label}, {"transactions", count(step.transactions)}};
      if (shares) {
        const auto total = static_cast<double>(result.transactions);
        row.cells = {
            {percent_in_column(static_cast<double>(step.transactions) / total), kMuted},
            {percent_in_column(static_cast<double>(cumulative_at(steps, rank)) / total), kMuted}};
        for (const Milestone& milestone : milestones) {
          if (milestone.customers == rank) {
            row.cells.back().color = kInk;
            row.cells.back().bold = true;
          }
        }
      }
      table.rows.push_back(std::move(row));
    }
  }
  return view_of(table);
}

// --- more customers: a curve ---------------------------------------------------------------------

struct Plot {
  Axis ranks;
  Axis counts;
  Axis shares;
  double left = 0;
  double width = 0;
};

double position(const Axis& axis, double value, double length) {
  const double t = axis.logarithmic ? std::log(value / axis.from) / std::log(axis.to / axis.from)
                                    : (value - axis.from) / (axis.to - axis.from);
  return t * length;
}

Json scale_of(const Axis& axis) {
  Json scale{{"type", axis.logarithmic ? "log" : "linear"},
             {"domain", {axis.from, axis.to}},
             {"nice", false},
             {"padding", 0}};
  if (!axis.logarithmic) {
    scale["zero"] = false;
  }
  return scale;
}

Json rank_channel(const Plot& plot, bool labelled) {
  Json axis{{"title", nullptr},
            {"grid", plot.ranks.logarithmic},
            {"values", plot.ranks.ticks},
            {"labels", labelled},
            {"labelExpr", kTickLabelExpression},
            {"labelFlush", true}};
  if (labelled) {
    axis["title"] = plot.ranks.logarithmic
                        ? "Customers, the most active first (rank, logarithmic scale)"
                        : "Customers, the most active first (rank)";
    axis["titleAnchor"] = "end";
  }
  return Json{{"field", "rank"},
              {"type", "quantitative"},
              {"scale", scale_of(plot.ranks)},
              {"axis", std::move(axis)}};
}

Json count_channel(const Plot& plot) {
  return Json{{"field", "transactions"},
              {"type", "quantitative"},
              {"scale", scale_of(plot.counts)},
              {"axis",
               {{"title", nullptr},
                {"grid", true},
                {"values", plot.counts.ticks},
                {"labelExpr", kTickLabelExpression},
                {"minExtent", plot.left},
                {"maxExtent", plot.left}}}};
}

Json share_channel(const Plot& plot) {
  return Json{{"field", "share"},
              {"type", "quantitative"},
              {"scale", scale_of(plot.shares)},
              {"axis",
               {{"title", nullptr},
                {"grid", true},
                {"values", plot.shares.ticks},
                {"labelExpr", "format(datum.value * 100, '~g') + '\u00A0%'"},
                {"minExtent", plot.left},
                {"maxExtent", plot.left}}}};
}

Plot plot_of(const insight::Activity& result, const std::vector<Step>& steps, bool logarithmic) {
  Plot plot;
  const auto highest = static_cast<double>(steps.front().transactions);
  const auto customers = static_cast<double>(result.customers);
  if (logarithmic) {
    const auto lowest_positive = std::find_if(
        steps.rbegin(), steps.rend(), [](const Step& s) { return s.transactions > 0; });
    plot.ranks = log_axis(1, customers);
    plot.counts = log_axis(static_cast<double>(lowest_positive->transactions), highest);
    const double room = std::pow(plot.counts.to / plot.counts.from, kLabelRoom);
    plot.counts.to *= room;
    if (median_of(result, steps) <= static_cast<double>(lowest_positive->transactions)) {
      plot.counts.from /= room;
    }
  } else {
    plot.ranks = linear_axis(0, customers, 6);
    plot.ranks.from = 0.5;
    plot.ranks.to = customers + 0.5;
    std::vector<double>& ticks = plot.ranks.ticks;
    ticks.front() = 1;
    ticks.erase(std::remove_if(ticks.begin(), ticks.end(), [&](double t) { return t > customers; }),
                ticks.end());
    plot.counts = linear_axis(static_cast<double>(steps.back().transactions), highest, 4);
    plot.counts.to =
        std::max(plot.counts.to, highest + kLabelRoom * (plot.counts.to - plot.counts.from));
  }
  double highest_share = 1;
  for (const Step& step : steps) {
    highest_share =
        std::max(highest_share,
                 static_cast<double>(step.cumulative) /
                     static_cast<double>(std::max<std::int64_t>(result.transactions, 1)));
  }
  plot.shares.from = 0;
  plot.shares.to = highest_share;
  plot.shares.ticks = {0, 0.5, 0.8, 1};
  double label_width = text_width("100\u00A0%", kLabelFont);
  for (const double tick : plot.counts.ticks) {
    label_width = std::max(label_width, text_width(tick_label(tick), kLabelFont));
  }
  plot.left = std::ceil(label_width) + 8;
  plot.width = kInnerWidth - plot.left - 4;  // half a line's width, half a dot's
  return plot;
}

std::string ranks_text(const Step& step) {
  return step.first == step.last ? count(step.first)
                                 : count(step.first) + "\u2009–\u2009" + count(step.last);
}

// A corner of a curve: a customer's rank, and the step it belongs to.
struct Corner {
  std::int64_t rank = 0;
  const Step* step = nullptr;
};

Json curve_rows(const insight::Activity& result, const std::vector<Step>& steps, const Plot& plot) {
  std::vector<Corner> corners;
  std::vector<Point> points;
  const auto add = [&](std::int64_t rank, const Step& step) {
    corners.push_back({rank, &step});
    points.push_back({position(plot.ranks, static_cast<double>(rank), plot.width),
                      position(plot.counts, static_cast<double>(step.transactions), kCurveHeight)});
  };
  for (const Step& step : steps) {
    if (plot.counts.logarithmic && step.transactions <= 0) {
      break;  // below the end of a logarithmic scale; the notes say how many
    }
    add(step.first, step);
    if (step.last != step.first) {
      add(step.last, step);
    }
  }
  Json rows = Json::array();
  for (const std::size_t i : thinned(points, kTolerance)) {
    const Step& step = *corners[i].step;
    rows.push_back({{"rank", corners[i].rank},
                    {"transactions", step.transactions},
                    {"ranks", ranks_text(step)},
                    {"who",
                     step.first == step.last ? customer_label(result, step.first)
                                             : count_of(step.last - step.first + 1, "customer")}});
  }
  return rows;
}

Json share_rows(const std::vector<Step>& steps, const Plot& plot, std::int64_t transactions) {
  std::vector<Corner> corners;
  std::vector<Point> points;
  const auto share_at = [&](const Corner& corner) {
    const Step& step = *corner.step;
    return static_cast<double>(step.cumulative - step.transactions * (step.last - corner.rank)) /
           static_cast<double>(transactions);
  };
  for (const Step& step : steps) {
    // Within a step the share grows with the rank: on a logarithmic axis that is no straight line.
    std::int64_t rank = step.first;
    for (;;) {
      corners.push_back({rank, &step});
      points.push_back({position(plot.ranks, static_cast<double>(rank), plot.width),
                        position(plot.shares, share_at(corners.back()), kShareHeight)});
      if (rank == step.last) {
        break;
      }
      const auto next = plot.ranks.logarithmic
                            ? static_cast<std::int64_t>(static_cast<double>(rank) * 1.03) + 1
                            : step.last;
      rank = std::min(next, step.last);
    }
  }
  Json rows = Json::array();
  for (const std::size_t i : thinned(points, kTolerance)) {
    rows.push_back({{"rank", corners[i].rank}, {"share", share_at(corners[i])}});
  }
  return rows;
}

Json curve_panel(const insight::Activity& result,
                 const std::vector<Step>& steps,
                 const Plot& plot,
                 bool bars) {
  Json layers = Json::array();
  const Json tooltip =
      Json::array({{{"field", "ranks"}, {"type", "nominal"}, {"title", "rank"}},
                   {{"field", "who"}, {"type", "nominal"}, {"title", "customer"}},
                   {{"field", "transactions"}, {"type", "quantitative"}, {"format", ","}}});
  const double first_x = position(plot.ranks, 1, plot.width);
  const auto y_of = [&](double transactions) {
    return kCurveHeight - position(plot.counts, transactions, kCurveHeight);
  };

  Json rows = Json::array();
  if (bars) {
    for (const Step& step : steps) {
      for (std::int64_t rank = step.first; rank <= step.last; ++rank) {
        Json row{{"rank", rank},
                 {"transactions", step.transactions},
                 {"customer", customer_label(result, rank)}};
        row["share of all"] = share_text(step.transactions, result.transactions);
        row["description"] = count(rank) + ". " + customer_label(result, rank) + ": " +
                             count_of(step.transactions, "transaction");
        rows.push_back(std::move(row));
      }
    }
    Json layer = layer_of(
        {{"type", "bar"},
         {"color", kAccent},
         {"size", std::max(1.0, plot.width / static_cast<double>(result.customers) - 1)}},
        {{"x", rank_channel(plot, false)},
         {"y", count_channel(plot)},
         {"tooltip",
          Json::array({{{"field", "rank"}, {"type", "quantitative"}},
                       {{"field", "customer"}, {"type", "nominal"}},
                       {{"field", "transactions"}, {"type", "quantitative"}, {"format", ","}},
                       {{"field", "share of all"}, {"type", "nominal"}}})},
         {"description", {{"field", "description"}, {"type", "nominal"}}}});
    layers.push_back(std::move(layer));
  } else {
    rows = curve_rows(result, steps, plot);
    Json line = layer_of({{"type", "line"},
                          {"color", kAccent},
                          {"strokeWidth", 2},
                          {"description", "Transactions of each customer, by rank"}},
                         {{"x", rank_channel(plot, false)}, {"y", count_channel(plot)}});
    layers.push_back(std::move(line));
    add_pointer_targets(layers, rank_channel(plot, false), count_channel(plot), tooltip, 90);
  }

  // The most active customer, and the one in the middle.
  const std::string first = elided_middle(customer_label(result, 1), kLabelFont, 220) + ": " +
                            count(steps.front().transactions);
  const double first_y = y_of(static_cast<double>(steps.front().transactions));
  std::vector<Label> labels;
  if (bars) {
    labels.push_back({first,
                      first_x + 0.5 * plot.width / static_cast<double>(result.customers) + 6,
                      first_y + 2,
                      "left",
                      "top"});
  } else {
    if (steps.size() > 1) {
      labels.push_back({first, first_x + 6, first_y - 5, "left", "bottom"});
    }
    Json dots = Json::array({{{"rank", 1}, {"transactions", steps.front().transactions}}});
    const double median = median_of(result, steps);
    if (median > 0 && median >= plot.counts.from) {
      const double middle = (static_cast<double>(result.customers) + 1) / 2;
      dots.push_back({{"rank", middle}, {"transactions", median}});
      labels.push_back({"median customer: " + median_text(median),
                        position(plot.ranks, middle, plot.width) - 7,
                        y_of(median) + 3,
                        "right",
                        "top"});
    }
    Json points = layer_of({{"type", "point"},
                            {"filled", true},
                            {"color", kAccent},
                            {"opacity", 1},
                            {"size", 42},
                            {"aria", false}},
                           {{"x", rank_channel(plot, false)}, {"y", count_channel(plot)}});
    points["data"] = inline_data(std::move(dots));
    layers.push_back(std::move(points));
  }
  add_labels_with_halo(layers, labels);
  add_labels(layers,
             {heading(plot.counts.logarithmic ? "Transactions per customer (logarithmic scale)"
                                              : "Transactions per customer",
                      plot.left)});
  return Json{{"data", inline_data(std::move(rows))},
              {"width", plot.width},
              {"height", kCurveHeight},
              {"layer", std::move(layers)}};
}

Json share_panel(const insight::Activity& result,
                 const std::vector<Step>& steps,
                 const std::vector<Milestone>& milestones,
                 const Plot& plot) {
  Json layers = Json::array();
  Json line = layer_of({{"type", "line"},
                        {"color", kAccent},
                        {"strokeWidth", 2},
                        {"description", "Share of transactions of the customers up to each rank"}},
                       {{"x", rank_channel(plot, true)}, {"y", share_channel(plot)}});
  line["data"] = inline_data(share_rows(steps, plot, result.transactions));
  layers.push_back(std::move(line));

  Json dots = Json::array();
  std::vector<Label> labels;
  for (const Milestone& milestone : milestones) {
    const double x = position(plot.ranks, static_cast<double>(milestone.customers), plot.width);
    const double y = kShareHeight - position(plot.shares, milestone.reached, kShareHeight);
    dots.push_back({{"rank", milestone.customers}, {"share", milestone.reached}});
    // Left of the point and above the curve; where there is no room, right and below.
    const std::string text = milestone_text(milestone, result);
    const bool left = x - 9 >= text_width(text, kLabelFont);
    labels.push_back(left ? Label{text, x - 9, y - 3, "right", "bottom"}
                          : Label{text, x + 9, y + 4, "left", "top"});
  }
  Json points = layer_of({{"type", "point"},
                          {"filled", true},
                          {"color", kAccent},
                          {"opacity", 1},
                          {"size", 42},
                          {"aria", false}},
                         {{"x", rank_channel(plot, true)}, {"y", share_channel(plot)}});
  points["data"] = inline_data(std::move(dots));
  layers.push_back(std::move(points));
  add_labels_with_halo(layers, labels);
  add_labels(layers, {heading("Cumulative share of transactions", plot.left)});
  return Json{{"width", plot.width}, {"height", kShareHeight}, {"layer", std::move(layers)}};
}

}  // namespace

Chart activity(const insight::Activity& result, const Context& context) {
  const std::vector<Step> steps = steps_of(result);
  Figure figure;
  if (result.transactions_without_customer != 0) {
    figure.notes.push_back(
        count_of(result.transactions_without_customer, "transaction") + " without a customer " +
        (result.transactions_without_customer == 1 ? "is" : "are") + " not shown");
  }
  if (steps.empty()) {
    return framed_without_data("No transactions in this window", "", context);
  }
  figure.title = title_of(result, steps);
  figure.subtitle = "Transactions of each customer, from the most to the least active";
  const bool bars = result.customers <= kBarCustomers;
  const bool logarithmic = !bars && static_cast<double>(steps.front().transactions) >
                                        kLargeRange * std::max(median_of(result, steps), 1.0);
  const std::vector<Milestone> milestones = milestones_of(steps, result);
  if (result.customers <= kTableCustomers) {
    if (!milestones.empty()) {
      figure.subtitle =
          "Transactions of each customer; " + milestone_text(milestones.front(), result);
      if (milestones.size() > 1) {
        figure.subtitle += ", " + milestone_text(milestones.back(), result);
      }
    }
    figure.panels.push_back(table_view(result, steps, milestones));
    return framed(std::move(figure), context);
  }
  const Plot plot = plot_of(result, steps, logarithmic);
  if (logarithmic && steps.back().transactions <= 0) {
    std::int64_t hidden = 0;
    for (const Step& step : steps) {
      hidden += step.transactions <= 0 ? step.last - step.first + 1 : 0;
    }
    figure.notes.push_back(count_of(hidden, "customer") + " with no more purchases than returns " +
                           (hidden == 1 ? "is" : "are") + " below the end of the upper scale");
  }
  figure.panels.push_back(curve_panel(result, steps, plot, bars));
  if (result.transactions > 0) {
    figure.panels.push_back(share_panel(result, steps, milestones, plot));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
