#include "byte_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <iconv.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

namespace till::log {

namespace {

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
constexpr std::size_t kRawBytes = 32;  // a short input arrives in pieces, too
#else
constexpr std::size_t kRawBytes = std::size_t{1} << 18U;
#endif

Error io_error(const std::string& path, std::string_view what) {
  return {ErrorCode::Io,
          "ingest: " + path + ": " + std::string(what) + ": " + std::strerror(errno),
          "check the file's permissions and the disk"};
}

Error damaged(const std::string& path, std::string_view what) {
  return {ErrorCode::InvalidData,
          "ingest: " + path + " is a " + std::string(what),
          "copy the file again from where it came; nothing of it was ingested"};
}

Error no_memory(const std::string& path) {
  return {ErrorCode::Io, "ingest: memory is exhausted while opening " + path, ""};
}

/// A file descriptor that is closed once.
class File {
 public:
  File() = default;

  explicit File(int descriptor) : descriptor_(descriptor) {}

  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  File(const File&) = delete;
  File& operator=(const File&) = delete;

  ~File() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
};

Result<File> open_file(const std::string& path, std::uint64_t& size) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return Error{
          ErrorCode::NotFound,
          "ingest: there is no file " + path,
          "check the name; several files are named one after the other or with a pattern such as "
          "'logs/*.csv'"};
    }
    return io_error(path, "cannot be opened");
  }
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) {
    return io_error(path, "cannot be looked at");
  }
  if (S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::InvalidData,
                 "ingest: " + path + " is a directory, but must be a file",
                 "name the files in it: '" + path + "/*.csv'"};
  }
  size = static_cast<std::uint64_t>(info.st_size);
  if (S_ISREG(info.st_mode) && size == 0) {
    return Error{ErrorCode::InvalidData,
                 "ingest: " + path + " is empty",
                 "a log needs a header line and one line per transaction"};
  }
  return file;
}

/// Reads until `out` is full or the file ends.
Result<std::size_t> read_fully(const File& file, const std::string& path, std::span<char> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got = ::read(file.get(), out.data() + filled, out.size() - filled);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return io_error(path, "cannot be read");
    }
    if (got == 0) {
      break;
    }
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Content content_of(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x1f\x8b"sv)) {
    return Content::Gzip;
  }
  if (head.starts_with("\x28\xb5\x2f\xfd"sv)) {
    return Content::Zstd;
  }
  if (head.starts_with("PAR1"sv)) {
    return Content::Parquet;
  }
  if (head.size() >= 12 && head.substr(8, 4) == "DUCK"sv) {
    return Content::Database;
  }
  return Content::Text;
}

/// Returns the bytes that every character of an encoding is made of: 2 for UTF-16, 4 for UTF-32.
std::size_t unit_bytes_of(std::string_view encoding) {
  std::string name;
  for (const char c : encoding) {
    if (c != '-' && c != '_') {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  if (name.starts_with("UTF16") || name.starts_with("UCS2")) {
    return 2;
  }
  return name.starts_with("UTF32") || name.starts_with("UCS4") ? 4 : 1;
}

}  // namespace

Result<Content> sniff(const std::string& path) {
  std::uint64_t size = 0;
  TILL_ASSIGN(const File file, open_file(path, size));
  std::array<char, 16> head{};
  TILL_ASSIGN(const std::size_t got, read_fully(file, path, head));
  return content_of(std::string_view(head.data(), got));
}

// --- Sha256
// ---------------------------------------------------------------------------------------

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  State() { check(context != nullptr ? EVP_DigestInit_ex(context, EVP_sha256(), nullptr) : 0); }

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() { EVP_MD_CTX_free(context); }

  /// The library fails here for want of memory only.
  static void check(int status) {
    if (status != 1) {
      throw std::bad_alloc();
    }
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::span<const char> bytes) {
  State::check(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

std::string Sha256::hexadecimal() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  State::check(EVP_DigestFinal_ex(state_->context, digest.data(), &size));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

Result<std::string> file_sha256(const std::string& path) {
  std::uint64_t size = 0;
  TILL_ASSIGN(const File file, open_file(path, size));
  Sha256 hash;
  std::vector<char> buffer(kRawBytes);
  while (true) {
    TILL_ASSIGN(const std::size_t got, read_fully(file, path, buffer));
    hash.update(std::span(buffer).first(got));
    if (got < buffer.size()) {
      return hash.hexadecimal();
    }
  }
}

// --- ByteSource
// -----------------------------------------------------------------------------------

struct ByteSource::State {
  std::string path;
  File file;
  std::uint64_t size = 0;
  std::uint64_t done = 0;
  Content content = Content::Text;
  Sha256 hash;
  bool raw_ended = false;   // the file itself is read to its end
  bool text_ended = false;  // so are the decompressed bytes

  std::vector<char> raw = std::vector<char>(kRawBytes);
  std::size_t raw_begin = 0;
  std::size_t raw_end = 0;

  z_stream gzip{};
  bool gzip_open = false;
  bool gzip_ended = false;        // a member ended; another may follow
  bool gzip_member_open = false;  // inside a member: the end of the file would cut it off
  ZSTD_DStream* zstd = nullptr;
  std::size_t zstd_hint = 0;  // 0: at the end of a frame

  iconv_t transcoder = reinterpret_cast<iconv_t>(-1);
  std::string encoding;
  std::size_t unit_bytes = 1;  // of that encoding: what to skip where there is no character
  std::vector<char> foreign;   // bytes in that encoding that wait for the rest of a character
  std::string pending;         // UTF-8 bytes that were made but not yet asked for
  std::size_t pending_begin = 0;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() {
    if (gzip_open) {
      inflateEnd(&gzip);
    }
    if (zstd != nullptr) {
      ZSTD_freeDStream(zstd);
    }
    if (transcoder != reinterpret_cast<iconv_t>(-1)) {
      iconv_close(transcoder);
    }
  }

  Result<void> fill_raw() {
    TILL_ASSIGN(const std::size_t got, read_fully(file, path, raw));
    hash.update(std::span(raw).first(got));
    done += got;
    raw_begin = 0;
    raw_end = got;
    raw_ended = got < raw.size();
    return {};
  }

  /// Returns the next decompressed bytes in the file's own encoding; 0 at the end.
  Result<std::size_t> read_decompressed(std::span<char> out) {
    std::size_t filled = 0;
    while (filled < out.size() && !text_ended) {
      if (raw_begin == raw_end && !raw_ended) {
        TILL_TRY(fill_raw());
      }
      // Without input a decompressor still gives what it holds back: it may have had no room for
      // it.
      const bool starved = raw_begin == raw_end;
      TILL_ASSIGN(const std::size_t got, decompress(out.subspan(filled)));
      filled += got;
      text_ended = starved && got == 0;
    }
    if (text_ended && (gzip_member_open || zstd_hint != 0)) {
      return damaged(path,
                     content == Content::Gzip ? "truncated gzip file" : "truncated zstd file");
    }
    return filled;
  }

  Result<std::size_t> decompress(std::span<char> out) {
    const std::span<char> in = std::span(raw).subspan(raw_begin, raw_end - raw_begin);
    switch (content) {
      case Content::Gzip:
        return inflate_some(in, out);
      case Content::Zstd:
        return unzstd_some(in, out);
      default: {
        const std::size_t n = std::min(in.size(), out.size());
        std::memcpy(out.data(), in.data(), n);
        raw_begin += n;
        return n;
      }
    }
  }

  Result<std::size_t> unzstd_some(std::span<char> in, std::span<char> out) {
    if (in.empty() && zstd_hint == 0) {
      return std::size_t{0};  // between frames: asking would begin a new one
    }
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    zstd_hint = ZSTD_decompressStream(zstd, &to, &from);
    if (ZSTD_isError(zstd_hint) != 0) {
      return damaged(path, "damaged zstd file");
    }
    raw_begin += from.pos;
    return to.pos;
  }

  Result<std::size_t> inflate_some(std::span<char> in, std::span<char> out) {
    if (!gzip_member_open) {
      // Zero bytes behind the last member are padding that gzip itself ignores.
      while (gzip_ended && !in.empty() && in.front() == '\0') {
        in = in.subspan(1);
        ++raw_begin;
      }
      if (in.empty()) {
        return std::size_t{0};
      }
      gzip_member_open = true;
    }
    gzip.next_in = reinterpret_cast<Bytef*>(in.data());
    gzip.avail_in = static_cast<uInt>(in.size());
    gzip.next_out = reinterpret_cast<Bytef*>(out.data());
    gzip.avail_out = static_cast<uInt>(out.size());
    const int status = inflate(&gzip, Z_NO_FLUSH);
    raw_begin += in.size() - gzip.avail_in;
    if (status == Z_STREAM_END) {  // several members may follow each other
      gzip_ended = true;
      gzip_member_open = false;
      if (inflateReset(&gzip) != Z_OK) {
        return no_memory(path);
      }
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return damaged(path, "damaged gzip file");
    }
    return out.size() - gzip.avail_out;
  }

  /// Refills `pending` with UTF-8 made from the file's encoding.
  Result<void> transcode() {
    pending.clear();
    pending_begin = 0;
    const std::size_t kept = foreign.size();
    foreign.resize(kept + kRawBytes);
    TILL_ASSIGN(const std::size_t got, read_decompressed(std::span(foreign).subspan(kept)));
    foreign.resize(kept + got);
    char* in = foreign.data();
    std::size_t in_left = foreign.size();
    std::array<char, 4096> piece{};
    while (in_left > 0) {
      char* out = piece.data();
      std::size_t out_left = piece.size();
      const std::size_t status = iconv(transcoder, &in, &in_left, &out, &out_left);
      pending.append(piece.data(), piece.size() - out_left);
      if (status == static_cast<std::size_t>(-1) && errno != E2BIG) {
        if (errno == EINVAL && !text_ended) {
          break;  // half a character: the rest comes with the next bytes
        }
        pending += '\xff';  // not a character: leave a byte that the row check refuses
        const std::size_t skipped = std::min(unit_bytes, in_left);
        in += skipped;
        in_left -= skipped;
      }
    }
    foreign.erase(foreign.begin(), foreign.end() - static_cast<std::ptrdiff_t>(in_left));
    return {};
  }
};

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}

ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

Result<ByteSource> ByteSource::open(const std::string& path, const std::string& encoding) {
  using namespace std::string_view_literals;
  auto state = std::make_unique<State>();
  state->path = path;
  TILL_ASSIGN(state->file, open_file(path, state->size));
  TILL_TRY(state->fill_raw());
  state->content = content_of(std::string_view(state->raw.data(), state->raw_end));
  if (state->content == Content::Gzip) {
    if (inflateInit2(&state->gzip, 15 + 16) != Z_OK) {
      return no_memory(path);
    }
    state->gzip_open = true;
  } else if (state->content == Content::Zstd) {
    state->zstd = ZSTD_createDStream();
    if (state->zstd == nullptr || ZSTD_isError(ZSTD_initDStream(state->zstd)) != 0) {
      return no_memory(path);
    }
  }

  // The mark at the start of the text, if there is one, is no part of the first column's name.
  std::array<char, 3> head{};
  TILL_ASSIGN(const std::size_t got, state->read_decompressed(head));
  std::string_view mark(head.data(), got);
  state->encoding = encoding;
  if (mark.starts_with("\xef\xbb\xbf"sv)) {
    mark.remove_prefix(3);
    state->encoding.clear();
  } else if (mark.starts_with("\xff\xfe"sv)) {
    mark.remove_prefix(2);
    state->encoding = "UTF-16LE";
  } else if (mark.starts_with("\xfe\xff"sv)) {
    mark.remove_prefix(2);
    state->encoding = "UTF-16BE";
  }
  if (state->encoding.empty()) {
    state->pending = mark;
  } else {
    state->transcoder = iconv_open("UTF-8", state->encoding.c_str());
    if (state->transcoder == reinterpret_cast<iconv_t>(-1)) {
      return Error{
          ErrorCode::InvalidArgument,
          "ingest: encoding is " + in_quotes(encoding) + ", but must be one that iconv knows",
          "for example --encoding latin1; iconv --list shows all"};
    }
    state->unit_bytes = unit_bytes_of(state->encoding);
    state->foreign.assign(mark.begin(), mark.end());
  }
  return ByteSource(std::move(state));
}

Result<std::size_t> ByteSource::read(std::span<char> out) {
  State& state = *state_;
  std::size_t filled = 0;
  const auto take_pending = [&] {
    const std::size_t n = std::min(state.pending.size() - state.pending_begin, out.size() - filled);
    std::memcpy(out.data() + filled, state.pending.data() + state.pending_begin, n);
    state.pending_begin += n;
    filled += n;
  };
  take_pending();
  if (state.encoding.empty()) {
    TILL_ASSIGN(const std::size_t got, state.read_decompressed(out.subspan(filled)));
    return filled + got;
  }
  while (filled < out.size()) {
    TILL_TRY(state.transcode());
    if (state.pending.empty() && state.text_ended) {
      break;
    }
    take_pending();
  }
  return filled;
}

std::uint64_t ByteSource::bytes_done() const noexcept {
  return state_->done;
}

std::uint64_t ByteSource::bytes_total() const noexcept {
  return state_->size;
}

std::string ByteSource::sha256() {
  return state_->hash.hexadecimal();
}

}  // namespace till::log
