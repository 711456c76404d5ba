#include "charts/report_figures.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "charts/theme.hpp"
#include <nlohmann/json.hpp>

namespace till::charts {
namespace {

using Json = nlohmann::ordered_json;

// The subtitle stays, as what is shown; the accessible name does too.
Chart without_title(const Chart& chart) {
  Json specification = Json::parse(chart.specification, nullptr, false);
  if (specification.is_discarded() || !specification.contains("title")) {
    return chart;
  }
  Json& title = specification["title"];
  if (title.contains("subtitle")) {
    title = Json{{"text", title["subtitle"]},
                 {"fontSize", kSubtitleFont.size},
                 {"fontWeight", "normal"},
                 {"lineHeight", 17},
                 {"color", kMuted}};
  } else {
    specification.erase("title");
  }
  return Chart{specification.dump(), chart.title};
}

}  // namespace

Result<std::vector<std::string>> drawn_figures(
    const Report& report, const std::function<Result<std::string>(const Chart&)>& draw) {
  std::vector<std::optional<Result<std::string>>> drawn(report.sections.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < drawn.size(); i = next++) {
      const std::optional<Chart>& chart = report.sections[i].chart;
      drawn[i] = chart ? draw(without_title(*chart)) : Result<std::string>(std::string());
    }
  };
  std::vector<std::thread> threads(std::min<std::size_t>(
      std::max(1U, std::thread::hardware_concurrency()), report.sections.size()));
  for (std::thread& thread : threads) {
    thread = std::thread(work);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::vector<std::string> figures;
  figures.reserve(drawn.size());
  for (std::optional<Result<std::string>>& result : drawn) {
    TILL_ASSIGN(std::string figure, std::move(*result));
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace till::charts
