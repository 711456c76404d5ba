/// \file
/// Charts: a picture is data. A result becomes a Vega-Lite specification; one renderer turns any
/// specification into SVG, PNG, PDF or a page.
///
/// The same specification is drawn by the command line, the report, the web app and notebooks. Its
/// title is the answer in words, its subtitle what is shown, its footnote the source and what was
/// asked. Labels are measured with Pango while it is laid out, in the font that it names (DejaVu
/// Sans, on Debian fonts-dejavu-core), so none is cut and none covers another. An answer without
/// transactions is a calm picture that says so.
///
///     const charts::Chart chart = charts::activity(result, context);
///     TILL_ASSIGN(const std::string svg, charts::render(chart, charts::Format::Svg));
///
/// Layer:   charts (core, insight).
/// Threads: all functions are safe from any thread. The first drawing of a thread starts an engine
/// of
///          its own (15 MB), kept until the thread ends; drawing needs a stack of 2 MB.
#pragma once

#include <string>
#include <string_view>

#include "till/core/calendar.hpp"
#include "till/core/result.hpp"
#include "till/insight/activity.hpp"
#include "till/insight/cohorts.hpp"
#include "till/insight/concentration.hpp"
#include "till/insight/dynamics.hpp"
#include "till/insight/lifecycle.hpp"
#include "till/insight/product_frequency.hpp"
#include "till/insight/top_products.hpp"

namespace till::charts {

/// A Vega-Lite v6 specification with its data inside.
///
/// It needs nothing from outside and shows the same in every time zone. Its parameter `live` is
/// true where there is a screen: there, and only there, lines carry what a pointer finds.
struct Chart {
  std::string specification;  ///< JSON, UTF-8; complete: data, encodings, theme, title, footnote.
  std::string title;  ///< The answer in words; also the page's title and the accessible name.
};

/// What a chart says about where its numbers come from.
struct Context {
  std::string source;      ///< The log: file names or database, and its size, in a few words.
  std::string parameters;  ///< What was asked: window, zone, what a transaction is; may be empty.
  TimeZone zone;           ///< Whose days and months the chart names.
};

enum class Format { Svg, Png, Pdf, Html, Json };

/// Returns the format that a file name asks for by its ending, in either case.
///
/// Errors: `InvalidArgument` naming the endings that are known.
[[nodiscard]] Result<Format> format_of(std::string_view file_name);

/// Returns a format's media type, such as "image/svg+xml".
[[nodiscard]] std::string_view media_type(Format format) noexcept;

/// Draws the customers in order of activity and the cumulative share of their transactions.
///
/// Up to 24 customers are a table with their ids, up to 120 bars, more a curve; its scales are
/// logarithmic when the most active customer makes more than ten times the median. Customers whose
/// returns outweigh what they bought fall off a logarithmic scale and are counted in a note.
/// Cost: O(n log n) for n levels; 2 ms for 2,000 customers, 50 ms for a million.
[[nodiscard]] Chart activity(const insight::Activity& result, const Context& context);

/// Draws twelve monthly bars of a product, with all products below on a scale of their own.
///
/// A month that the log does not reach into is grey and says "no data": it is no zero.
/// Cost: 1 ms.
[[nodiscard]] Chart product_frequency(const insight::ProductFrequency& result,
                                      const Context& context);

/// Draws the best sellers of a window as a table of bars with shares and the change against the
/// window before; the first 50 of them.
///
/// Cost: 1 ms, 3 ms for 50 rows.
[[nodiscard]] Chart top_products(const insight::TopProducts& result, const Context& context);

/// Draws the rank of each product at every month end: coloured those who are among the first k at
/// the end, grey the others; who drops out falls to the lane below.
///
/// Cost: 3 ms for 40 months of k = 5.
[[nodiscard]] Chart top_products_race(const insight::TopProductsRace& result,
                                      const Context& context);

/// Draws the share of transactions that the most active share of customers, and of products, makes;
/// below, how concentrated each month was where there are three or more.
///
/// Cost: O(n log n) for n levels; 3 ms for 2,000 customers and 40 months.
[[nodiscard]] Chart concentration(const insight::Concentration& result, const Context& context);

/// Draws the share of each cohort that is active at each age as a triangle of coloured cells, what
/// is forecast paler and right of a line; below, the curves of all cohorts.
///
/// At most the latest 48 cohorts and the first 48 ages are drawn, with numbers where they fit.
/// Cost: O(n) for n cells.
[[nodiscard]] Chart cohorts(const insight::Cohorts& result, const Context& context);

/// Draws the customers of each month as stacked bars, by whether they are new, stay or come back;
/// below, those who did not buy: resting and dormant.
///
/// Cost: O(n) for n months.
[[nodiscard]] Chart lifecycle(const insight::Lifecycle& result, const Context& context);

/// Draws how products develop as a table: the line of each one's sales with its certain changes,
/// beside share, growth and momentum; the first 20 of them.
///
/// Cost: O(n) for n months; 2 ms.
[[nodiscard]] Chart dynamics(const insight::Dynamics& result, const Context& context);

/// Starts, on a thread of its own, the engine that the next `render` will need. Returns at once.
///
/// It takes a third of a first drawing's time, while an answer to draw is still being computed.
void start_rendering_ahead();

/// Renders a specification. Same chart, same bytes: in any thread, at any time, after any other
/// chart.
///
/// Svg and Pdf hold text as text. Html is one page that works offline, with tooltips and without a
/// request to anyone (till/charts/page.hpp). Json is the specification laid out.
/// \param scale  pixels per unit for Png; > 0; the other formats ignore it.
/// Errors: `Internal` with Vega's message when the specification cannot be drawn, or takes more
/// than 512 MB or some 20 s; `InvalidArgument` when scale is not > 0 or gives a picture of more
/// than 32,767 pixels on a side. Cost: Svg 30 ms to start a thread's engine, then 10 ms (no data)
/// ... 70 ms (two panels) ... 110 ms (50 rows, or 40 months of k = 10); Png and Pdf another 20 ...
/// 110 ms.
[[nodiscard]] Result<std::string> render(const Chart& chart, Format format, double scale = 2.0);

}  // namespace till::charts
