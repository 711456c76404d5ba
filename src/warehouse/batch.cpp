#include "till/warehouse/batch.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

#include "batch_stream.hpp"
#include "nanoarrow/nanoarrow.h"

namespace till::warehouse {

namespace {

Error out_of_memory() {
  return {ErrorCode::Io,
          "batch: memory is exhausted",
          "use fewer threads or a machine with more memory"};
}

ArrowErrorCode set_type(ArrowSchema* schema, BatchType type) {
  switch (type) {
    case BatchType::Key:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_INT32);
    case BatchType::Integer:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_INT64);
    case BatchType::Real:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_DOUBLE);
    case BatchType::Text:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_STRING);
    case BatchType::Timestamp:
      return ArrowSchemaSetTypeDateTime(
          schema, NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_MICRO, nullptr);
    case BatchType::Boolean:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_BOOL);
    case BatchType::Date:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_DATE32);
  }
  return EINVAL;
}

ArrowErrorCode fill_schema(const BatchLayout& layout, ArrowSchema* schema) {
  ArrowSchemaInit(schema);
  NANOARROW_RETURN_NOT_OK(
      ArrowSchemaSetTypeStruct(schema, static_cast<std::int64_t>(layout.size())));
  for (std::size_t i = 0; i < layout.size(); ++i) {
    NANOARROW_RETURN_NOT_OK(set_type(schema->children[i], layout[i].type));
    NANOARROW_RETURN_NOT_OK(ArrowSchemaSetName(schema->children[i], layout[i].name.c_str()));
  }
  return NANOARROW_OK;
}

template <typename T>
ArrowErrorCode append_values(ArrowArray* array, std::int64_t buffer, const std::vector<T>& values) {
  return ArrowBufferAppend(ArrowArrayBuffer(array, buffer),
                           values.data(),
                           static_cast<std::int64_t>(values.size() * sizeof(T)));
}

/// Returns a number of which every bit depends on every bit of both. The finaliser of splitmix64.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  std::uint64_t z = (hash ^ value) + 0x9e37'79b9'7f4a'7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return z ^ (z >> 31U);
}

}  // namespace

void BatchColumn::append_keys(std::span<const std::int32_t> values) {
  const bool complete = std::ranges::all_of(values, [](std::int32_t value) { return value >= 0; });
  if (complete && valid_.empty()) {
    keys_.insert(keys_.end(), values.begin(), values.end());
    size_ += values.size();
    return;
  }
  for (const std::int32_t value : values) {
    value < 0 ? append_null() : append_key(value);
  }
}

void BatchColumn::append_null() {
  switch (type_) {
    case BatchType::Key:
    case BatchType::Date:
      keys_.push_back(0);
      break;
    case BatchType::Real:
      reals_.push_back(0.0);
      break;
    case BatchType::Text:
      keys_.push_back(static_cast<std::int32_t>(characters_.size()));
      break;
    case BatchType::Integer:
    case BatchType::Timestamp:
    case BatchType::Boolean:
      integers_.push_back(0);
      break;
  }
  appended(false);
}

void BatchColumn::mark(bool valid) {
  if (valid_.empty()) {
    valid_.assign(size_, true);
  }
  valid_.push_back(valid);
}

void BatchColumn::mix_into(std::span<std::uint64_t> hashes) const {
  constexpr std::uint64_t kNull =
      0x5bd1'e995'9d1b'54a3U;  // any number that no value is likely to be
  const std::size_t begin = size_ - hashes.size();
  const auto mix = [&](const auto& bits_of) {
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      const bool is_null = !valid_.empty() && !valid_[begin + i];
      hashes[i] = mixed(hashes[i], is_null ? kNull : bits_of(begin + i));
    }
  };
  switch (type_) {
    case BatchType::Key:
    case BatchType::Date:
      mix([&](std::size_t i) { return static_cast<std::uint64_t>(keys_[i]); });
      break;
    case BatchType::Real:  // 0 and -0 are equal
      mix([&](std::size_t i) { return std::bit_cast<std::uint64_t>(reals_[i] + 0.0); });
      break;
    case BatchType::Text:
      mix([&](std::size_t i) {
        const auto from = static_cast<std::size_t>(keys_[i]);
        const auto to = static_cast<std::size_t>(keys_[i + 1]);
        return std::hash<std::string_view>()(std::string_view(characters_).substr(from, to - from));
      });
      break;
    case BatchType::Integer:
    case BatchType::Timestamp:
    case BatchType::Boolean:
      mix([&](std::size_t i) { return static_cast<std::uint64_t>(integers_[i]); });
      break;
  }
}

void BatchColumn::clear() {
  size_ = 0;
  keys_.clear();
  integers_.clear();
  reals_.clear();
  characters_.clear();
  valid_.clear();
  if (type_ == BatchType::Text) {
    keys_.push_back(0);
  }
}

Batch::Batch(BatchLayout layout) : layout_(std::move(layout)) {
  columns_.reserve(layout_.size());
  for (const BatchColumnLayout& column : layout_) {
    columns_.emplace_back(column.type);
  }
}

void Batch::clear() {
  for (BatchColumn& column : columns_) {
    column.clear();
  }
}

Result<OwnedArray> Batch::to_arrow() const {
  OwnedSchema schema;
  OwnedArray array;
  const auto build = [&]() -> ArrowErrorCode {
    NANOARROW_RETURN_NOT_OK(fill_schema(layout_, schema.get()));
    NANOARROW_RETURN_NOT_OK(ArrowArrayInitFromSchema(array.get(), schema.get(), nullptr));
    NANOARROW_RETURN_NOT_OK(ArrowArrayStartAppending(array.get()));
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const BatchColumn& column = columns_[c];
      ArrowArray* child = array->children[c];
      switch (column.type_) {
        case BatchType::Key:
        case BatchType::Date:
          NANOARROW_RETURN_NOT_OK(append_values(child, 1, column.keys_));
          break;
        case BatchType::Integer:
        case BatchType::Timestamp:
          NANOARROW_RETURN_NOT_OK(append_values(child, 1, column.integers_));
          break;
        case BatchType::Real:
          NANOARROW_RETURN_NOT_OK(append_values(child, 1, column.reals_));
          break;
        case BatchType::Boolean: {
          ArrowBitmap bits{};
          ArrowBitmapInit(&bits);
          for (const std::int64_t value : column.integers_) {
            NANOARROW_RETURN_NOT_OK(
                ArrowBitmapAppend(&bits, static_cast<std::uint8_t>(value != 0), 1));
          }
          NANOARROW_RETURN_NOT_OK(ArrowArraySetBuffer(child, 1, &bits.buffer));
          break;
        }
        case BatchType::Text:
          ArrowBufferReset(ArrowArrayBuffer(child, 1));
          NANOARROW_RETURN_NOT_OK(append_values(child, 1, column.keys_));
          NANOARROW_RETURN_NOT_OK(
              ArrowBufferAppend(ArrowArrayBuffer(child, 2),
                                column.characters_.data(),
                                static_cast<std::int64_t>(column.characters_.size())));
          break;
      }
      child->length = static_cast<std::int64_t>(column.size_);
      child->null_count = 0;
      if (!column.valid_.empty()) {
        ArrowBitmap bits{};
        ArrowBitmapInit(&bits);
        NANOARROW_RETURN_NOT_OK(ArrowBitmapReserve(&bits, child->length));
        for (const bool valid : column.valid_) {
          ArrowBitmapAppendUnsafe(&bits, static_cast<std::uint8_t>(valid), 1);
          child->null_count += valid ? 0 : 1;
        }
        ArrowArraySetValidityBitmap(child, &bits);
      }
    }
    array->length = static_cast<std::int64_t>(rows());
    return ArrowArrayFinishBuildingDefault(array.get(), nullptr);
  };
  if (build() != NANOARROW_OK) {
    return out_of_memory();
  }
  return array;
}

namespace {

/// What hangs behind the C callbacks of `make_stream`.
struct StreamState {
  Batch batch;
  BatchSource source;
  std::optional<Error>* failure;
};

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  const auto& state = *static_cast<StreamState*>(stream->private_data);
  return fill_schema(state.batch.layout(), out);
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto& state = *static_cast<StreamState*>(stream->private_data);
  state.batch.clear();
  const Result<bool> more = state.source(state.batch);
  if (!more) {
    *state.failure = more.error();
    return EIO;
  }
  if (!*more) {
    *out = ArrowArray{};
    return 0;
  }
  Result<OwnedArray> array = state.batch.to_arrow();
  if (!array) {
    *state.failure = array.error();
    return ENOMEM;
  }
  *out = std::exchange(*array->get(), ArrowArray{});
  return 0;
}

const char* stream_error(ArrowArrayStream* stream) {
  const auto& failure = *static_cast<StreamState*>(stream->private_data)->failure;
  return failure ? failure->message.c_str() : nullptr;
}

void stream_release(ArrowArrayStream* stream) {
  delete static_cast<StreamState*>(stream->private_data);
  *stream = ArrowArrayStream{};
}

}  // namespace

OwnedStream make_stream(BatchLayout layout, BatchSource source, std::optional<Error>& failure) {
  OwnedStream stream;
  *stream.get() = {
      stream_schema,
      stream_next,
      stream_error,
      stream_release,
      new StreamState{Batch(std::move(layout)), std::move(source), &failure},
  };
  return stream;
}

}  // namespace till::warehouse
