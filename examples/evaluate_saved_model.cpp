// Evaluates a saved model on a log: how good are its forecasts on months it has not seen?
//
//     evaluate_saved_model MODEL.till LOG... [--pictures FOLDER]
//
// 1. Fit a model to what was known at some day, and keep it (here the ensemble, until 2019):
//
//        till fit transactions.csv --model auto --as-of 2019-01-01 --out shop.till
//
// 2. Build this program against an installed till, and evaluate the model on the same log, or on
// one
//    that has grown since:
//
//        cmake --install build/release --prefix PREFIX          (in till's folder)
//        cmake -S examples -B build/examples -DCMAKE_PREFIX_PATH=PREFIX
//        cmake --build build/examples
//        cmake --install build/examples --prefix PREFIX         (beside ../lib/till, where DuckDB
//        lies) PREFIX/bin/evaluate_saved_model shop.till transactions.csv --pictures pictures
//
// It forecasts every whole month after the model's cutoff, for every customer seen before that
// month, from what was known when it began; nothing is fitted again but the baselines beside it. It
// prints, for each model,
//
//     deviance   how far the means are off; headline for the mean          less is better
//     log score  how little probability was given to what came             less is better
//     CRPS       how far the whole distribution is off, in transactions    less is better
//     RMSE, MAE  errors of the mean and of the median, in transactions     less is better
//     bias       predicted over actual total, minus 1                      near 0 is better
//
// and draws into FOLDER: the leaderboard with intervals, totals by month, tenths of customers with
// the lift, calibration, and the error by how often customers buy.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "till/charts/chart.hpp"
#include "till/core/error.hpp"
#include "till/core/result.hpp"
#include "till/engine/evaluate.hpp"
#include "till/engine/model_file.hpp"
#include "till/engine/session.hpp"
#include "till/engine/value.hpp"

namespace {

namespace engine = till::engine;
using engine::BacktestPlot;

/// What the command line said.
struct Question {
  std::string model_file;
  std::vector<std::string> logs;
  std::string pictures;  // a folder; empty: none
};

/// Returns a number of one model's scores; NaN where a score is not defined.
double number_of(const engine::Object& scores, std::string_view name) {
  const engine::Value* value = engine::find(scores, name);
  const double* number = value == nullptr ? nullptr : std::get_if<double>(&value->data);
  return number == nullptr ? NAN : *number;
}

/// Prints the scores of all months together, the best model first.
void print_scores(const engine::Answer& answer) {
  std::printf("%s\n\n", answer.title.c_str());
  std::printf("%-24s %9s %9s %9s %9s %9s %9s\n",
              "model",
              "deviance",
              "log score",
              "CRPS",
              "RMSE",
              "MAE",
              "bias");
  const engine::Value* pooled = engine::find(answer.summary, "pooled");
  for (const engine::Value& row : std::get<engine::List>(pooled->data)) {
    const auto& scores = std::get<engine::Object>(row.data);
    const auto& name = std::get<std::string>(engine::find(scores, "model")->data);
    std::printf("%-24s %9.4f %9.4f %9.4f %9.4f %9.4f %+8.1f%%\n",
                name.c_str(),
                number_of(scores, "poisson_deviance"),
                number_of(scores, "log_score"),
                number_of(scores, "crps"),
                number_of(scores, "rmse"),
                number_of(scores, "mae"),
                100.0 * number_of(scores, "bias"));
  }
  for (const std::string& warning : answer.warnings) {
    std::printf("warning: %s\n", warning.c_str());
  }
}

/// Writes one picture.
till::Result<void> draw(const engine::Answer& answer, const std::filesystem::path& path) {
  TILL_ASSIGN(const std::string bytes,
              till::charts::render(answer.chart(), till::charts::Format::Png));
  std::ofstream file(path, std::ios::binary);
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
    return till::Error{till::ErrorCode::Io, "cannot write " + path.string(), ""};
  }
  std::printf("%s\n", path.c_str());
  return {};
}

// A function that can fail returns a Result; TILL_ASSIGN takes its value, or hands its error on.
till::Result<void> evaluate(const Question& question) {
  // A model file says what it is: read_model_file refuses one that is damaged.
  TILL_ASSIGN(const engine::ModelFile model, engine::read_model_file(question.model_file));
  std::printf("%s: %s, fitted to %lld customers before %s\n\n",
              question.model_file.c_str(),
              model.model.c_str(),
              static_cast<long long>(model.customers),
              till::describe(model.cutoff, model.zone).c_str());

  // Log files are read into memory; a database made by till ingest is opened.
  engine::Session session({.sources = question.logs});
  engine::EvaluateOptions options;
  options.model_file = question.model_file;
  TILL_ASSIGN(const engine::Answer answer, engine::evaluate(session, options));
  print_scores(answer);
  if (question.pictures.empty()) {
    return {};
  }

  std::printf("\n");
  std::error_code error;
  const std::filesystem::path folder = question.pictures;
  std::filesystem::create_directories(folder, error);
  for (const auto& [plot, name] : {std::pair(BacktestPlot::Leaderboard, "leaderboard.png"),
                                   std::pair(BacktestPlot::Tracking, "tracking.png"),
                                   std::pair(BacktestPlot::Deciles, "deciles.png"),
                                   std::pair(BacktestPlot::Calibration, "calibration.png"),
                                   std::pair(BacktestPlot::Frequency, "frequency.png")}) {
    options.plot = plot;
    TILL_ASSIGN(const engine::Answer drawn, engine::evaluate(session, options));
    TILL_TRY(draw(drawn, folder / name));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Question question;
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--pictures" && i + 1 < words.size()) {
      question.pictures = words[++i];
    } else if (question.model_file.empty()) {
      question.model_file = words[i];
    } else {
      question.logs.push_back(words[i]);
    }
  }
  if (question.logs.empty()) {
    std::fputs("usage: evaluate_saved_model MODEL.till LOG... [--pictures FOLDER]\n", stderr);
    return 2;
  }
  const till::Result<void> done = evaluate(question);
  if (!done) {
    std::fprintf(stderr, "%s\n%s\n", done.error().message.c_str(), done.error().remedy.c_str());
    return till::exit_code(done.error().code);
  }
  return 0;
}
