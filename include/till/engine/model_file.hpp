/// \file
/// Model file: a fitted model, with all that is needed to use it and to believe it.
///
/// One file, `shop.till`, holds what the model learned, how the log was read (what a transaction
/// is, whose months), which log it was, until when it was known, and how the model did on the
/// months it was fitted to. The bytes are docs/format/model_file.md. The same fit gives the same
/// bytes: there is no time of day in it.
///
///     TILL_ASSIGN(const ModelFile file, read_model_file("shop.till"));
///     file.model;    // "ensemble"
///     file.cutoff;   // nothing at or after it was looked at
///
/// Layer:   engine (core, models, log).   Threads: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "till/core/calendar.hpp"
#include "till/core/instant.hpp"
#include "till/core/panel.hpp"
#include "till/core/result.hpp"
#include "till/log/log.hpp"
#include "till/models/state.hpp"

namespace till::engine {

/// What a saved model is for.
enum class Purpose {
  Predict,   ///< It read histories: `till predict` asks it.
  Forecast,  ///< It read counts by month: `till forecast` and `till evaluate` ask it.
};

/// How a saved model did in a month that it was fitted to.
struct TrainingScore {
  PanelMonth month;
  std::int64_t customers = 0;
  double actual = 0.0;     ///< Transactions.
  double predicted = 0.0;  ///< Transactions.
  double poisson_deviance = 0.0;
  double log_score = 0.0;
  double crps = 0.0;
};

struct ModelFile {
  std::string model;                    ///< Its name in `till models`.
  Purpose purpose = Purpose::Forecast;  ///< What it is for.
  std::string till_version;             ///< That wrote it.
  std::int64_t seed = 0;

  Instant cutoff;           ///< Nothing at or after it was looked at.
  TimeZone zone;            ///< Whose days and months.
  std::string transaction;  ///< As --transaction says it.
  log::Counting::Returns returns = log::Counting::Returns::Count;
  std::string time_unit = {};       ///< Of a model of histories; else empty.
  bool cutoff_is_last_day = false;  ///< Of a model of histories: --calibration-end was said.

  std::int32_t month_days = 0;  ///< Days that stand in for a month; 0: those of the calendar.

  std::string features = {};  ///< The text that declares features of the user's; empty: none.

  std::string fingerprint;      ///< Of the log, as answers give it.
  std::int64_t customers = 0;   ///< That were learned from.
  PanelMonth first_month;       ///< Of `monthly`.
  std::vector<double> monthly;  ///< Transactions of known customers in each month until the cutoff.

  std::vector<TrainingScore> scores;  ///< Of a forecaster: the last months before the cutoff.
  std::vector<std::string> warnings;  ///< What the fit had to say.
  models::State state;                ///< What the model learned.
};

/// Returns the bytes of a model file.
[[nodiscard]] std::string to_bytes(const ModelFile& file);

/// Returns the bytes of a model file of some format with some body, whatever that is.
[[nodiscard]] std::string with_body(std::string_view body, std::uint32_t format);

/// Returns what bytes hold. Never allocates more than a few times their number, whatever they are.
///
/// \param name  of the file, for messages.
/// Errors: `CorruptFile` for bytes that are no model file, are cut short, or of which any bit was
/// changed; `Unsupported` for the format of a newer till.
[[nodiscard]] Result<ModelFile> model_file_of(std::string_view bytes, std::string_view name);

/// Reads a model file. Errors: `NotFound` when it cannot be read, and those above.
[[nodiscard]] Result<ModelFile> read_model_file(const std::string& path);

}  // namespace till::engine
