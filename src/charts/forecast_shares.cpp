#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/ticks.hpp"
#include "charts/wording.hpp"

#include "till/charts/forecast.hpp"

namespace till::charts {
namespace {

constexpr std::size_t kMostFeatures = 24;
constexpr double kRow = 22;
constexpr double kLongestName = 240;
constexpr double kGap = 10;
constexpr double kNumberGap = 6;

/// One name and its share of a whole.
struct Share {
  std::string name;
  double share = 0;
  std::string aside;  ///< Right of everything; may be empty.
};

/// Draws shares as bars between their names and numbers. \pre shares is not empty.
Json shares_panel(const std::vector<Share>& shares, std::string_view aside) {
  double name_width = 0;
  double aside_width = text_width(aside, kLabelFont);
  double number_width = 0;
  double most = 0;
  std::vector<std::string> names;
  Json rows = Json::array();
  for (const Share& each : shares) {
    const std::string& name =
        names.emplace_back(elided_middle(drawable(each.name), kLabelFont, kLongestName));
    name_width = std::max(name_width, text_width(name, kLabelFont));
    aside_width = std::max(aside_width, text_width(each.aside, kLabelFont));
    number_width =
        std::max(number_width, text_width(percent_in_column(each.share), kLabelFontBold));
    most = std::max(most, each.share);
    const double row = static_cast<double>(rows.size());
    rows.push_back({{"from", row - 0.36},
                    {"to", row + 0.36},
                    {"share", each.share},
                    {"description", name + ": " + percent(each.share)}});
  }
  const double left = std::ceil(name_width) + kGap;
  const double right = kInnerWidth - left;
  const double aside_room = aside_width > 0 ? std::ceil(aside_width) + kGap : 0;
  const double width = right - std::ceil(number_width) - kNumberGap - aside_room;
  const double height = kRow * static_cast<double>(shares.size());
  const auto y = [&](std::string_view field) {
    return Json{{"field", field},
                {"type", "quantitative"},
                {"scale",
                 {{"domain", {-0.5, static_cast<double>(shares.size()) - 0.5}},
                  {"reverse", true},
                  {"nice", false},
                  {"zero", false}}},
                {"axis", nullptr}};
  };
  Json layers = Json::array();
  layers.push_back(
      layer_of({{"type", "rect"}, {"color", kAccentSoft}},
               {{"x",
                 {{"field", "share"},
                  {"type", "quantitative"},
                  {"scale", {{"domain", {0, std::max(most, 1e-9)}}, {"nice", false}}},
                  {"axis", nullptr}}},
                {"x2", {{"datum", 0}}},
                {"y", y("from")},
                {"y2", {{"field", "to"}}},
                {"description", {{"field", "description"}, {"type", "nominal"}}},
                {"tooltip", Json::array({{{"field", "description"}, {"type", "nominal"}}})}}));
  std::vector<Label> labels;
  if (!aside.empty()) {
    labels.push_back({std::string(aside), right, -8, "right", "bottom", kMuted, kLabelFont});
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double place = kRow * (static_cast<double>(i) + 0.5);
    labels.push_back({names[i], -left, place, "left", "middle", kInk, kLabelFont});
    labels.push_back({percent_in_column(shares[i].share),
                      width * shares[i].share / std::max(most, 1e-9) + kNumberGap,
                      place,
                      "left",
                      "middle",
                      kInk,
                      kLabelFontBold});
    if (!shares[i].aside.empty()) {
      labels.push_back({shares[i].aside, right, place, "right", "middle", kMuted, kLabelFont});
    }
  }
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", width},
              {"height", height},
              {"layer", std::move(layers)}};
}

}  // namespace

Chart forecast_importance(std::span<const models::FeatureGain> gains,
                          std::string_view model,
                          const Context& context) {
  std::vector<Share> shares;
  double rest = 0;
  std::int64_t unused = 0;
  std::int64_t others = 0;
  for (const models::FeatureGain& gain : gains) {
    if (gain.share <= 0) {
      ++unused;
    } else if (shares.size() < kMostFeatures) {
      shares.push_back({gain.feature, gain.share, ""});
    } else {
      rest += gain.share;
      ++others;
    }
  }
  const std::string name = isolated(drawable(model));
  if (shares.empty()) {
    return framed_without_data(name + " forecasts without trees",
                               "There are none, or those that forecast the end of the log far "
                               "worse than other members are left out",
                               context);
  }
  Figure figure;
  figure.title = "Of all that the trees of " + name + " learned, " + percent(shares.front().share) +
                 " came from " + isolated(drawable(shares.front().name));
  figure.subtitle =
      "Features by their share of the gain of all splits: how much each made the trees fit better. "
      "Where two say the same, they share it";
  if (others > 0) {
    figure.notes.push_back("Another " + count_of(others, "feature") +
                           (others == 1 ? " has " : " have ") + percent(rest));
  }
  if (unused > 0) {
    figure.notes.push_back(count_of(unused, "feature") + (unused == 1 ? " is" : " are") +
                           " never used");
  }
  figure.panels.push_back(shares_panel(shares, ""));
  return framed(std::move(figure), context);
}

Chart forecast_members(std::span<const models::MemberWeight> members,
                       std::string_view model,
                       const Context& context) {
  std::vector<Share> shares;
  shares.reserve(members.size());
  for (const models::MemberWeight& each : members) {
    shares.push_back(
        {each.member, each.weight, each.deviance > 0 ? three_digits(each.deviance) : ""});
  }
  std::ranges::stable_sort(shares, std::ranges::greater(), &Share::share);
  Figure figure;
  figure.title = isolated(drawable(shares.front().name)) +
                 (shares.size() == 1 ? " forecasts alone"
                                     : " counts most in " + isolated(drawable(model)) + ": " +
                                           percent(shares.front().share));
  figure.subtitle =
      "What each member counts for, a quarter of it equal, the rest from how well it forecast the "
      "end of this log; members that were far behind are left out";
  figure.panels.push_back(shares_panel(shares, "deviance alone"));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
