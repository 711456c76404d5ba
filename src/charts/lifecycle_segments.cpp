#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "charts/figure.hpp"
#include "charts/shade.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/lifecycle.hpp"

namespace till::charts {
namespace {

using insight::kSegmentPlaces;
using insight::PurchaseRhythm;
using insight::SegmentCustomers;
using insight::SegmentPlace;

constexpr double kLeft = 26;
constexpr double kRow = 62;
constexpr double kGap = 3;

/// Returns "Loyal customers" for "loyal_customers".
std::string words_of(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  words.front() = static_cast<char>(words.front() - 'a' + 'A');
  return words;
}

Json pixels(std::string_view field) {
  return Json{{"field", field}, {"type", "quantitative"}, {"scale", nullptr}, {"axis", nullptr}};
}

Json grid_panel(const PurchaseRhythm& rhythm) {
  const double column = (kInnerWidth - kLeft - 4) / 5;
  std::int64_t largest = 1;
  std::int64_t transactions = 0;
  for (const SegmentCustomers& segment : rhythm.segments) {
    largest = std::max(largest, segment.customers);
    transactions += segment.transactions;
  }
  Json rows = Json::array();
  std::vector<Label> labels;
  for (const SegmentCustomers& segment : rhythm.segments) {
    const SegmentPlace& place = kSegmentPlaces[static_cast<std::size_t>(segment.segment)];
    const double x = column * (place.recency_from - 1);
    const double x2 = column * place.recency_to - kGap;
    const double y = kRow * (5 - place.frequency_to);
    const double y2 = kRow * (6 - place.frequency_from) - kGap;
    const double part = static_cast<double>(segment.customers) / static_cast<double>(largest);
    const std::string_view ink = ink_on_shade(part);
    const std::string of_transactions =
        transactions > 0
            ? percent(static_cast<double>(segment.transactions) / static_cast<double>(transactions))
            : "0\u00A0%";
    rows.push_back(
        {{"x", x},
         {"x2", x2},
         {"y", y},
         {"y2", y2},
         {"fill", shade(part)},
         {"segment", words_of(place.name)},
         {"customers", count(segment.customers)},
         {"share",
          percent(static_cast<double>(segment.customers) / static_cast<double>(rhythm.customers))},
         {"transactions", of_transactions}});
    const double middle = (x + x2) / 2;
    const double center = (y + y2) / 2;
    labels.push_back(
        {words_of(place.name), middle, center - 14, "center", "middle", ink, kLabelFontBold});
    labels.push_back({count_of(segment.customers, "customer"),
                      middle,
                      center + 1,
                      "center",
                      "middle",
                      ink,
                      kLabelFont});
    labels.push_back(
        {of_transactions + " of sales", middle, center + 15, "center", "middle", ink, kLabelFont});
  }
  for (int score = 1; score <= 5; ++score) {
    labels.push_back({std::to_string(score),
                      column * (score - 0.5),
                      5 * kRow + 8,
                      "center",
                      "middle",
                      kMuted,
                      kLabelFont});
    labels.push_back(
        {std::to_string(score), -10, kRow * (5.5 - score), "right", "middle", kMuted, kLabelFont});
  }
  labels.push_back({rhythm.has_spend ? "frequency and spend score: how often and how much, up"
                                     : "frequency score: how often, up",
                    -kLeft,
                    -12,
                    "left",
                    "bottom",
                    kMuted,
                    kLabelFont});
  labels.push_back({"recency score: how lately, to the right",
                    5 * column - kGap,
                    5 * kRow + 24,
                    "right",
                    "middle",
                    kMuted,
                    kLabelFont});
  const auto tip = [](std::string_view field) {
    return Json{{"field", field}, {"type", "nominal"}};
  };
  Json layers = Json::array();
  layers.push_back(layer_of(
      {{"type", "rect"}, {"cornerRadius", 2}, {"description", "Segments of customers"}},
      {{"x", pixels("x")},
       {"x2", {{"field", "x2"}}},
       {"y", pixels("y")},
       {"y2", {{"field", "y2"}}},
       {"color", {{"field", "fill"}, {"type", "nominal"}, {"scale", nullptr}}},
       {"tooltip",
        Json::array({tip("segment"), tip("customers"), tip("share"), tip("transactions")})}}));
  add_labels(layers, labels);
  return Json{{"data", inline_data(std::move(rows))},
              {"width", kInnerWidth - kLeft - 4},
              {"height", 5 * kRow + 30},
              {"layer", std::move(layers)}};
}

std::string title_of(const PurchaseRhythm& rhythm) {
  const SegmentCustomers& champions = rhythm.segments.front();
  std::int64_t transactions = 0;
  for (const SegmentCustomers& segment : rhythm.segments) {
    transactions += segment.transactions;
  }
  if (champions.customers == 0 || transactions <= 0) {
    return "No customer buys both lately and often";
  }
  return percent(static_cast<double>(champions.customers) / static_cast<double>(rhythm.customers)) +
         " of the customers are champions: they make " +
         percent(static_cast<double>(champions.transactions) / static_cast<double>(transactions)) +
         " of all transactions";
}

}  // namespace

Chart lifecycle_segments(const insight::Lifecycle& result, const Context& context) {
  const PurchaseRhythm& rhythm = result.rhythm;
  if (rhythm.segments.empty()) {
    return framed_without_data("No customer bought anything before this moment", "", context);
  }
  Figure figure;
  figure.title = title_of(rhythm);
  figure.subtitle = rhythm.has_spend
                        ? "Customers by how lately they bought, and on how many days and for how "
                          "much, each scored "
                          "from 1 to 5 by a fifth of the customers; the darker, the more customers"
                        : "Customers by how lately and on how many days they bought, each scored "
                          "from 1 to 5 by a "
                          "fifth of the customers; the darker, the more customers";
  figure.panels.push_back(grid_panel(rhythm));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
