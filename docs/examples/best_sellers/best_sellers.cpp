// Which products sell best? Reads a log, prints the answer, draws the picture.
//
//     best_sellers LOG [PICTURE.svg|.png|.pdf]
#include <cstdio>
#include <fstream>
#include <string>

#include "till/charts/chart.hpp"
#include "till/core/error.hpp"
#include "till/core/result.hpp"
#include "till/engine/session.hpp"
#include "till/engine/text.hpp"
#include "till/engine/top_products.hpp"

namespace {

// A function that can fail returns a Result; TILL_ASSIGN takes its value, or hands its error on.
till::Result<void> answer(const std::string& log, const std::string& picture) {
  // Log files, read into memory, or a database made by till ingest.
  till::engine::Session session({.sources = {log}});
  TILL_ASSIGN(const till::engine::Answer best, till::engine::top_products(session, {.k = 3}));
  std::fputs(till::engine::to_text(best, {}).c_str(), stdout);

  if (!picture.empty()) {
    TILL_ASSIGN(const till::charts::Format format, till::charts::format_of(picture));
    TILL_ASSIGN(const std::string bytes, till::charts::render(best.chart(), format));
    std::ofstream file(picture, std::ios::binary);
    if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
      return till::Error{till::ErrorCode::Io, "cannot write " + picture, ""};
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: best_sellers LOG [PICTURE]\n", stderr);
    return 2;
  }
  const till::Result<void> done = answer(argv[1], argc > 2 ? argv[2] : "");
  if (!done) {
    std::fprintf(stderr, "%s\n%s\n", done.error().message.c_str(), done.error().remedy.c_str());
    return till::exit_code(done.error().code);
  }
  return 0;
}
