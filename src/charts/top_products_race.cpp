#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "charts/bar_table.hpp"
#include "charts/figure.hpp"
#include "charts/month_axis.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"
#include "till/core/month_name.hpp"

namespace till::charts {
namespace {

constexpr double kTitleLabel = 380;
constexpr double kMaxLabel = 150;  // pixels of a product's label at either end
constexpr double kLabelGap = 10;   // from the plot to the rank
constexpr double kRankGap = 8;     // from the rank to the name
constexpr double kBelow = 0.9;     // height of the lane below the last rank, in lanes
constexpr double kWay = 0.7;       // months it takes to come from there or go there
constexpr std::size_t kNoPlace = static_cast<std::size_t>(-1);

// One product's way through the race.
struct Runner {
  std::string product_id;
  std::string name;
  bool ambiguous = false;          // another product has the same name
  std::vector<std::int64_t> rank;  // by month end; 0 while not among the first k
  std::vector<const insight::RaceEntry*> entry;
  std::size_t place = kNoPlace;  // at the end: 0 leads; kNoPlace when not among the first k
};

// Consecutive month ends among the first k: [from, to].
struct Stay {
  const Runner* runner = nullptr;
  std::size_t from = 0;
  std::size_t to = 0;
};

struct Race {
  std::vector<Runner> runners;
  std::vector<Stay> stays;
  std::int64_t k = 0;
};

std::string label_of(const Runner& runner, const Font& font, double width) {
  return runner.ambiguous || runner.name.empty()
             ? product_label(runner.name, runner.product_id, font, width)
             : elided_middle(isolated(drawable(runner.name)), font, width);
}

Race race_of(const insight::TopProductsRace& result) {
  Race race;
  const std::size_t months = result.as_ofs.size();
  std::map<std::string_view, std::size_t> index;
  std::map<std::string_view, std::set<std::string_view>> ids_of_name;
  for (const insight::RaceEntry& entry : result.rows) {
    const auto at = std::lower_bound(result.as_ofs.begin(), result.as_ofs.end(), entry.as_of);
    if (at == result.as_ofs.end() || *at != entry.as_of) {
      continue;
    }
    const auto month = static_cast<std::size_t>(at - result.as_ofs.begin());
    const auto [found, added] = index.emplace(entry.product_id, race.runners.size());
    if (added) {
      race.runners.push_back({entry.product_id,
                              entry.name,
                              false,
                              std::vector<std::int64_t>(months, 0),
                              std::vector<const insight::RaceEntry*>(months, nullptr),
                              kNoPlace});
    }
    Runner& runner = race.runners[found->second];
    runner.rank[month] = entry.rank;
    runner.entry[month] = &entry;
    race.k = std::max(race.k, entry.rank);
    ids_of_name[entry.name].insert(entry.product_id);
    if (month + 1 == months) {
      runner.place = static_cast<std::size_t>(entry.rank - 1);
    }
  }
  for (Runner& runner : race.runners) {
    // The id is shown where the name alone would not tell.
    runner.ambiguous = ids_of_name[runner.name].size() > 1;
  }
  for (const Runner& runner : race.runners) {
    for (std::size_t from = 0; from < months; ++from) {
      if (runner.rank[from] == 0) {
        continue;
      }
      std::size_t to = from;
      while (to + 1 < months && runner.rank[to + 1] != 0) {
        ++to;
      }
      race.stays.push_back({&runner, from, to});
      from = to;
    }
  }
  return race;
}

std::string title_of(const Race& race, std::size_t months) {
  const auto label = [](const Runner& runner) { return label_of(runner, kTitleFont, kTitleLabel); };
  const auto number = [](std::size_t n) { return count(static_cast<std::int64_t>(n)); };
  // Who led how often, and how often the lead changed.
  std::vector<std::size_t> leaders;
  for (std::size_t month = 0; month < months; ++month) {
    for (std::size_t r = 0; r < race.runners.size(); ++r) {
      if (race.runners[r].rank[month] == 1) {
        leaders.push_back(r);
      }
    }
  }
  if (leaders.empty()) {
    return "Nobody leads";
  }
  const Runner& now = race.runners[leaders.back()];
  std::size_t changes = 0;
  for (std::size_t i = 1; i < leaders.size(); ++i) {
    changes += leaders[i] != leaders[i - 1] ? 1 : 0;
  }
  if (months == 1) {
    return label(now) + " leads";
  }
  if (changes == 0) {
    return label(now) + " led at all " + number(months) + " month ends";
  }
  const auto led =
      static_cast<std::size_t>(std::count(leaders.begin(), leaders.end(), leaders.back()));
  if (2 * led > months) {
    return label(now) + " led at " + number(led) + " of " + number(months) +
           " month ends and leads now";
  }
  return label(now) + " leads now; the lead changed " +
         (changes == 1 ? "once" : number(changes) + " times") + " in " + number(months) + " months";
}

// The months that end at two instants: "March to May 2015".
std::string months_text(Instant first, Instant last, const TimeZone& zone) {
  const auto month_before = [&zone](Instant as_of) {
    return date_from_days(days_since_epoch(zone.local(as_of).date) - 1);
  };
  const Date from = month_before(first);
  const Date to = month_before(last);
  std::string text(month_name(to.month));
  text += " " + std::to_string(to.year);
  if (first == last) {
    return text;
  }
  std::string start(month_name(from.month));
  if (from.year != to.year) {
    start += " " + std::to_string(from.year);
  }
  return start + " to " + text;
}

// The month that each of the month ends is the start of.
std::vector<Month> months_of(const std::vector<Instant>& as_ofs, const TimeZone& zone) {
  std::vector<Month> months;
  months.reserve(as_ofs.size());
  for (const Instant as_of : as_ofs) {
    months.push_back(month_of(as_of, zone));
  }
  return months;
}

// A race of one month is a ranking.
Json table_view(const insight::TopProductsRace& result) {
  BarTable table;
  table.value_header = "transactions";
  table.headers = {"share"};
  const bool named = std::any_of(result.rows.begin(), result.rows.end(), [](const auto& entry) {
    return !entry.name.empty() && entry.name != entry.product_id;
  });
  for (const insight::RaceEntry& entry : result.rows) {
    BarTableRow row;
    row.rank = entry.rank;
    const std::string id = isolated(drawable(entry.product_id));
    row.label = named && !entry.name.empty() ? isolated(drawable(entry.name)) : id;
    row.id = named ? id : "";
    row.value = entry.transactions;
    row.emphasised = entry.rank == 1;
    row.cells = {{percent_in_column(entry.share), kMuted}};
    row.tooltip =
        Json{{"product", row.label}, {"id", id}, {"transactions", count(entry.transactions)}};
    table.rows.push_back(std::move(row));
  }
  return view_of(table);
}

// --- the picture ---------------------------------------------------------------------------------

// Where months and ranks lie, in pixels of the panel.
struct Lanes {
  double left = 0;  // of the panel, from the figure's edge: room for names
  double width = 0;
  double height = 0;
  double lane = 0;        // height of one rank
  double rank_width = 0;  // of the ranks written beside the names
  double last_month = 0;
  double k = 0;

  [[nodiscard]] double x(std::size_t month) const {
    return static_cast<double>(month) / last_month * width;
  }

  [[nodiscard]] double y(double rank) const { return (rank - 0.5) * lane; }
};

Lanes lanes_of(const Race& race, std::size_t months) {
  double left = 0;
  double right = 0;
  for (const Runner& runner : race.runners) {
    const double width = text_width(label_of(runner, kLabelFontBold, kMaxLabel), kLabelFontBold);
    left = runner.rank.front() != 0 ? std::max(left, width) : left;
    right = runner.rank.back() != 0 ? std::max(right, width) : right;
  }
  Lanes lanes;
  lanes.k = static_cast<double>(race.k);
  lanes.rank_width = std::ceil(text_width(count(race.k), kLabelFont)) + kRankGap;
  lanes.left = std::ceil(left) + lanes.rank_width + kLabelGap;
  lanes.width = kInnerWidth - lanes.left - std::ceil(right) - lanes.rank_width - kLabelGap;
  lanes.lane = race.k <= 5 ? 42 : race.k <= 10 ? 32 : 24;
  lanes.height = lanes.lane * (lanes.k + kBelow);
  lanes.last_month = static_cast<double>(months - 1);
  return lanes;
}

bool is_emphasised(const Runner& runner) {
  return runner.place < kSeries.size();
}

std::string_view line_color(const Runner& runner) {
  return is_emphasised(runner) ? kSeries[runner.place].line : kFaint;
}

Json point_row(const Runner& runner, double month, double rank) {
  return Json{{"month", month},
              {"rank", rank},
              {"color", line_color(runner)},
              {"emphasised", is_emphasised(runner)}};
}

struct Rows {
  Json runs = Json::array();  // each month of each stay
  Json ways = Json::array();  // in from below and out to below
  Json ends = Json::array();  // first and last month of each stay
};

Rows rows_of(const Race& race, std::size_t months, const TimeZone& zone) {
  Rows rows;
  for (std::size_t s = 0; s < race.stays.size(); ++s) {
    const Stay& stay = race.stays[s];
    const Runner& runner = *stay.runner;
    const std::string id = isolated(drawable(runner.product_id));
    const auto rank_at = [&](std::size_t month) { return static_cast<double>(runner.rank[month]); };
    for (std::size_t month = stay.from; month <= stay.to; ++month) {
      const insight::RaceEntry& entry = *runner.entry[month];
      Json row = point_row(runner, static_cast<double>(month), rank_at(month));
      row["stay"] = s;
      row["product"] = runner.name.empty() ? id : isolated(drawable(runner.name));
      row["id"] = id;
      row["as of"] = describe(entry.as_of, zone);
      row["transactions"] = count(entry.transactions);
      row["share of all"] = percent(entry.share);
      rows.runs.push_back(std::move(row));
    }
    const auto add_way = [&](std::size_t month, double outside, std::string_view which) {
      for (const bool inside : {true, false}) {
        Json row = inside ? point_row(runner, static_cast<double>(month), rank_at(month))
                          : point_row(runner, outside, static_cast<double>(race.k) + kBelow);
        row["way"] = std::to_string(s) + std::string(which);
        rows.ways.push_back(std::move(row));
      }
    };
    if (stay.from > 0) {
      add_way(stay.from, static_cast<double>(stay.from) - kWay, "in");
    }
    if (stay.to + 1 < months) {
      add_way(stay.to, static_cast<double>(stay.to) + kWay, "out");
    }
    rows.ends.push_back(point_row(runner, static_cast<double>(stay.from), rank_at(stay.from)));
    if (stay.to != stay.from) {
      rows.ends.push_back(point_row(runner, static_cast<double>(stay.to), rank_at(stay.to)));
    }
  }
  return rows;
}

// The longest time that a product kept one rank, if its name fits along it.
std::optional<Label> label_on_line(const Runner& runner, const Lanes& lanes, std::size_t months) {
  std::string name = label_of(runner, kNoteFont, kMaxLabel);
  double longest = text_width(name, kNoteFont) + 8;
  std::optional<Label> label;
  for (std::size_t from = 0; from < months; ++from) {
    std::size_t to = from;
    while (to + 1 < months && runner.rank[to + 1] == runner.rank[from]) {
      ++to;
    }
    const double length = lanes.x(to) - lanes.x(from);
    if (runner.rank[from] != 0 && (label ? length > longest : length >= longest)) {
      longest = length;
      label = Label{name,
                    (lanes.x(from) + lanes.x(to)) / 2,
                    lanes.y(static_cast<double>(runner.rank[from])) - 8,
                    "center",
                    "middle",
                    kMuted,
                    kNoteFont};
    }
    from = to;
  }
  return label;
}

// Names at both ends, and along the lines of those who are at neither.
void add_names(Json& layers, const Race& race, const Lanes& lanes, std::size_t months) {
  std::vector<Label> at_ends;
  std::vector<Label> on_lines;
  for (const Runner& runner : race.runners) {
    const Font& font = is_emphasised(runner) ? kLabelFontBold : kLabelFont;
    const std::string_view color = is_emphasised(runner) ? kSeries[runner.place].text : kMuted;
    const std::string label = label_of(runner, font, kMaxLabel);
    const std::int64_t first = runner.rank.front();
    const std::int64_t last = runner.rank.back();
    if (first != 0) {
      const double y = lanes.y(static_cast<double>(first));
      const double x = -kLabelGap;
      at_ends.push_back({count(first), x, y, "right", "middle", kMuted});
      at_ends.push_back({label, x - lanes.rank_width, y, "right", "middle", color, font});
    }
    if (last != 0) {
      const double y = lanes.y(static_cast<double>(last));
      const double x = lanes.width + kLabelGap + lanes.rank_width;
      at_ends.push_back({count(last), x - kRankGap, y, "right", "middle", kMuted});
      at_ends.push_back({label, x, y, "left", "middle", color, font});
    }
    if (first == 0 && last == 0) {
      if (std::optional<Label> on_line = label_on_line(runner, lanes, months)) {
        on_lines.push_back(*std::move(on_line));
      }
    }
  }
  at_ends.push_back({"below the top " + count(race.k),
                     lanes.width / 2,
                     (lanes.y(lanes.k + 1) + lanes.height) / 2,
                     "center",
                     "middle",
                     kMuted,
                     kNoteFont});
  add_labels_with_halo(layers, on_lines);
  add_labels(layers, at_ends);
}

Json race_view(const Race& race, const std::vector<Instant>& as_ofs, const TimeZone& zone) {
  const std::size_t months = as_ofs.size();
  const Lanes lanes = lanes_of(race, months);
  Rows rows = rows_of(race, months, zone);
  const Json x{{"field", "month"},
               {"type", "quantitative"},
               {"scale", {{"domain", {0, lanes.last_month}}, {"nice", false}, {"zero", false}}},
               {"axis", month_axis(months_of(as_ofs, zone))}};
  const Json y{
      {"field", "rank"},
      {"type", "quantitative"},
      {"scale", {{"domain", {lanes.k + kBelow + 0.5, 0.5}}, {"nice", false}, {"zero", false}}},
      {"axis", nullptr}};
  const Json color{{"field", "color"}, {"type", "nominal"}, {"scale", nullptr}};

  Json layers = Json::array();
  layers.push_back(Json{{"data", inline_data(Json::array({Json::object()}))},
                        {"mark",
                         {{"type", "rect"},
                          {"color", kGround},
                          {"aria", false},
                          {"x", 0},
                          {"x2", lanes.width},
                          {"y", lanes.y(lanes.k + 1)},
                          {"y2", lanes.height}}}});
  // Those who are in at the end lie above the others.
  for (const bool emphasised : {false, true}) {
    const auto add_lines = [&](std::string_view line, std::optional<Json> data, Json mark) {
      mark.update({{"type", "line"}, {"interpolate", "monotone"}, {"aria", false}});
      Json layer = layer_of(std::move(mark),
                            {{"x", x},
                             {"y", y},
                             {"color", color},
                             {"detail", {{"field", line}, {"type", "nominal"}}}});
      if (data) {
        layer["data"] = inline_data(*std::move(data));
      }
      layer["transform"] =
          Json::array({{{"filter", emphasised ? "datum.emphasised" : "!datum.emphasised"}}});
      layers.push_back(std::move(layer));
    };
    add_lines("way", rows.ways, {{"strokeWidth", emphasised ? 2.0 : 1.4}, {"strokeDash", {1, 4}}});
    add_lines("stay", std::nullopt, {{"strokeWidth", emphasised ? 2.6 : 1.6}});
  }
  Json ends =
      layer_of({{"type", "point"}, {"filled", true}, {"opacity", 1}, {"size", 40}, {"aria", false}},
               {{"x", x}, {"y", y}, {"color", color}});
  ends["data"] = inline_data(std::move(rows.ends));
  layers.push_back(std::move(ends));
  add_pointer_targets(layers,
                      x,
                      y,
                      Json::array({{{"field", "product"}, {"type", "nominal"}},
                                   {{"field", "id"}, {"type", "nominal"}},
                                   {{"field", "as of"}, {"type", "nominal"}},
                                   {{"field", "rank"}, {"type", "quantitative"}},
                                   {{"field", "transactions"}, {"type", "nominal"}},
                                   {{"field", "share of all"}, {"type", "nominal"}}}),
                      150);
  add_names(layers, race, lanes, months);
  return Json{{"data", inline_data(std::move(rows.runs))},
              {"width", lanes.width},
              {"height", lanes.height},
              {"layer", std::move(layers)}};
}

}  // namespace

Chart top_products_race(const insight::TopProductsRace& result, const Context& context) {
  if (result.rows.empty() || result.as_ofs.empty()) {
    return framed_without_data("No transactions in this window", "", context);
  }
  const Race race = race_of(result);
  const std::size_t months = result.as_ofs.size();
  const std::string when = months_text(result.as_ofs.front(), result.as_ofs.back(), context.zone);
  Figure figure;
  figure.title = title_of(race, months);
  if (months == 1) {
    figure.subtitle = "Transactions in the window up to the end of " + when;
    figure.panels.push_back(table_view(result));
  } else {
    figure.subtitle = "Rank by transactions in the window up to each month end, " + when;
    figure.panels.push_back(race_view(race, result.as_ofs, context.zone));
  }
  return framed(std::move(figure), context);
}

}  // namespace till::charts
