// Model files: the input is the body; size and hash around it are right, as somebody could make
// them.
//
// What is read is written as it was, and makes a model that can be kept again, or is refused.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/saved_model.hpp"
#include "fuzz/require.hpp"

#include "till/engine/model_file.hpp"

namespace {

using namespace till;
using namespace till::engine;
using fuzz::require;

bool blames_the_file(const Error& error) {
  return error.code == ErrorCode::CorruptFile || error.code == ErrorCode::Unsupported ||
         error.code == ErrorCode::NotFound;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                     std::size_t size) {
  const std::string_view body = fuzz::text_of(data, size);
  const Result<ModelFile> bare = model_file_of(body, "shop.till");
  require(bare || blames_the_file(bare.error()), "bytes that are no file are refused");
  const Result<ModelFile> file = model_file_of(with_body(body, 1), "shop.till");
  if (!file) {
    require(blames_the_file(file.error()), "a refusal blames the file");
    require(file.error().message.starts_with("shop.till"), "a refusal says which");
    return 0;
  }
  const std::string bytes = to_bytes(*file);
  const Result<ModelFile> again = model_file_of(bytes, "shop.till");
  require(again.has_value() && to_bytes(*again) == bytes, "what was read can be written");
  static_cast<void>(numbers_of(file->state));
  const Result<const ModelEntry*> model = forecaster_named("fuzz", file->model);
  // Trees are read by XGBoost, which trusts them.
  if (!model || (*model)->name.find("trees") != std::string::npos ||
      (*model)->name.starts_with("ensemble")) {
    return 0;
  }
  const Result<FittedForecaster> fitted = (*model)->months->load(file->state);
  require(fitted || blames_the_file(fitted.error()), "a refusal blames the file");
  if (fitted) {
    const models::State kept = fitted->save();
    require((*model)->months->load(kept).has_value(), "a model that was read can be kept");
  }
  return 0;
}
