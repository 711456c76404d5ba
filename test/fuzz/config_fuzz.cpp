// Configuration files: the first byte chooses the verb, the rest is the file.
//
// What is understood is made of known parameters, and says the same when it is written as a table
// of its verb; what is not is refused with file and line.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"

#include "till/engine/command_options.hpp"
#include "till/engine/config.hpp"

namespace {

using namespace till;
using namespace till::engine;
using fuzz::require;

/// Writes a text as TOML, byte by byte where it must.
std::string quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 32 || byte == 127) {
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += c == '"' || c == '\\' ? "\\" : "";
      out += c;
    }
  }
  return out + "\"";
}

std::string written(const Verb& verb, const Arguments& arguments) {
  std::string text = "[" + function_name(verb) + "]\n";
  for (const Argument& argument : arguments.all()) {
    std::string values;
    for (const std::string& value : argument.values) {
      values += (values.empty() ? "" : ", ") + quoted(value);
    }
    const bool list = argument.values.size() != 1;
    text += argument.name + " = " + (list ? "[" + values + "]" : values) + "\n";
  }
  return text;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                     std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const Verb& verb = verbs()[data[0] % verbs().size()];
  const Result<Arguments> read = read_config(fuzz::text_of(data + 1, size - 1), "till.toml", verb);
  if (!read) {
    const Error& error = read.error();
    require(error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::InvalidData,
            "a refusal blames the file");
    require(error.message.starts_with("till.toml:") && error.message.size() > 12 &&
                error.message[10] >= '1' && error.message[10] <= '9',
            "a refusal says where");
    return 0;
  }
  for (const Argument& argument : read->all()) {
    const auto known = parameters_of(verb);
    const Parameter* parameter = find(known, argument.name);
    require(parameter != nullptr || find(command_parameters(), argument.name) != nullptr,
            "what is said is a parameter");
    require(parameter == nullptr || parameter->repeatable || argument.values.size() == 1,
            "what cannot be repeated has one value");
    require(argument.said_as.find("(till.toml:") != std::string::npos, "messages can say where");
  }
  const Result<Arguments> again = read_config(written(verb, *read), "till.toml", verb);
  require(again.has_value() && again->all().size() == read->all().size(),
          "what was read can be written");
  for (const Argument& argument : read->all()) {
    const Argument* same = again->find(argument.name);
    require(same != nullptr && same->values == argument.values, "and says the same");
  }
  return 0;
}
