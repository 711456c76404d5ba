#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "charts/bar_table.hpp"
#include "charts/figure.hpp"
#include "charts/text.hpp"
#include "charts/theme.hpp"
#include "charts/wording.hpp"

#include "till/charts/chart.hpp"

namespace till::charts {
namespace {

constexpr std::size_t kRows = 50;    // more are a table, not a picture
constexpr double kTitleLabel = 420;  // pixels of a product's label inside a title

std::string title_label(const insight::TopProduct& row) {
  return product_label(row.name, row.product_id, kTitleFont, kTitleLabel);
}

std::string title_of(const insight::TopProducts& result) {
  const insight::TopProduct& first = result.rows.front();
  std::size_t tied = 0;
  while (tied < result.rows.size() && result.rows[tied].transactions == first.transactions) {
    ++tied;
  }
  if (tied > 2) {
    return count(static_cast<std::int64_t>(tied)) + " products lead with " +
           count_of(first.transactions, "transaction") + " each";
  }
  if (tied == 2) {
    return title_label(first) + " and " + title_label(result.rows[1]) + " lead with " +
           count_of(first.transactions, "transaction") + " each";
  }
  std::string title =
      title_label(first) + " leads with " + count_of(first.transactions, "transaction");
  if (result.transactions > 0 && first.transactions > 0) {
    title += first.transactions == result.transactions ? ", all there were"
                                                       : ", " + percent(first.share) + " of all";
  }
  return title;
}

BarTableCell change(const insight::TopProduct& row) {
  if (!row.previous_rank) {
    return {"new", kAccent, true};
  }
  const std::int64_t up = *row.previous_rank - row.rank;
  if (up > 0) {
    return {"▲\u00A0" + count(up), kAccent};
  }
  if (up < 0) {
    return {"▼\u00A0" + count(-up), kContrast};
  }
  return {"=", kMuted};
}

}  // namespace

Chart top_products(const insight::TopProducts& result, const Context& context) {
  const std::string window = describe_range(result.range, context.zone);
  if (result.rows.empty()) {
    return framed_without_data("No transactions in this window", window, context);
  }
  // Without any transaction in the window before, "new" would say nothing.
  const bool compared = result.previous_transactions != 0;

  BarTable table;
  table.value_header = "transactions";
  table.headers = {"share"};
  if (compared) {
    table.headers.push_back("change");
  }
  const bool named =
      std::any_of(result.rows.begin(), result.rows.end(), [](const insight::TopProduct& row) {
        return !row.name.empty() && row.name != row.product_id;
      });
  const auto drawn = std::span(result.rows).first(std::min(result.rows.size(), kRows));
  for (const insight::TopProduct& product : drawn) {
    BarTableRow row;
    row.rank = product.rank;
    const std::string id = isolated(drawable(product.product_id));
    const std::string name = product.name.empty() ? id : isolated(drawable(product.name));
    row.label = named ? name : id;
    row.id = named ? id : "";
    row.value = product.transactions;
    row.emphasised = product.transactions == result.rows.front().transactions;
    row.cells.push_back({percent_in_column(product.share), kMuted});
    row.tooltip = Json{{"product", name},
                       {"id", id},
                       {"transactions", count(product.transactions)},
                       {"share of all", percent(product.share)}};
    if (compared) {
      row.cells.push_back(change(product));
      row.tooltip["rank in the window before"] =
          product.previous_rank ? count(*product.previous_rank) : "not sold";
      row.tooltip["transactions in the window before"] = count(product.previous_transactions);
    }
    table.rows.push_back(std::move(row));
  }

  Figure figure;
  figure.title = title_of(result);
  const auto shown = static_cast<std::int64_t>(drawn.size());
  figure.subtitle = (shown < result.products
                         ? "Top " + count(shown) + " of " + count_of(result.products, "product")
                     : shown == 1 ? std::string("The only product sold")
                                  : "All " + count_of(shown, "product") + " sold") +
                    ", " + window;
  if (compared) {
    figure.subtitle +=
        "; change in rank against " + describe_range(result.previous_range, context.zone);
  }
  if (!compared) {
    figure.notes.push_back("There are no transactions in the window before (" +
                           describe_range(result.previous_range, context.zone) +
                           ") to compare with");
  }
  figure.panels.push_back(view_of(table));
  return framed(std::move(figure), context);
}

}  // namespace till::charts
