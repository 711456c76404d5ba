#include <algorithm>
#include <array>

#include "till/core/nearest.hpp"
#include "till/engine/verb.hpp"

// Every verb, in the order of `till --help`. VERB is defined in verbs/VERB.cpp.
#define TILL_VERBS(verb)                                                                  \
  verb(ingest) verb(describe) verb(activity) verb(product_frequency) verb(top_products)   \
      verb(seasonality) verb(concentration) verb(cohorts) verb(lifecycle) verb(affinity)  \
          verb(dynamics) verb(anomalies) verb(fit) verb(predict) verb(models) verb(model) \
              verb(forecast) verb(evaluate) verb(backtest) verb(report) verb(simulate)

namespace till::engine {
// A verb is made by a function `<verb>_verb` of its source file.
#define TILL_DECLARE_VERB(name) Verb name##_verb();
TILL_VERBS(TILL_DECLARE_VERB)
#undef TILL_DECLARE_VERB

std::span<const Verb> verbs() {
#define TILL_MAKE_VERB(name) name##_verb(),
  static const std::array kVerbs = {TILL_VERBS(TILL_MAKE_VERB)};
#undef TILL_MAKE_VERB
  return kVerbs;
}

Result<const Verb*> verb_named(std::string_view name) {
  std::string wanted(name);
  std::ranges::replace(wanted, '_', '-');
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == wanted) {
      return &verb;
    }
    names.push_back(verb.name);
  }
  return Error{ErrorCode::NotFound,
               std::string(name) + " is not a verb of till",
               did_you_mean(nearest(wanted, names), "till --help lists them")};
}

std::string function_name(const Verb& verb) {
  std::string name = verb.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::vector<Parameter> parameters_of(const Verb& verb) {
  std::vector<Parameter> all;
  const auto add = [&](const Parameter& parameter) {
    if (find(all, parameter.name) == nullptr) {
      all.push_back(parameter);
    }
  };
  const auto add_of_session = [&](auto wanted) {
    for (const Parameter& parameter : session_parameters()) {
      const bool of_a_log = parameter.group == Group::Source || parameter.group == Group::Reading;
      if (wanted(parameter.group) && (verb.asks_log || !of_a_log)) {
        add(parameter);
      }
    }
  };
  add_of_session([](Group group) { return group == Group::Source; });
  std::ranges::for_each(verb.parameters, add);
  add_of_session([](Group /*group*/) { return true; });
  return all;
}

Result<void> check(const Verb& verb, const Arguments& arguments) {
  TimeZone zone;
  if (const Argument* said = arguments.find("time_zone")) {
    // A wrong name is reported when the zone itself is read.
    zone = TimeZone::find(said->values.back()).value_or(zone);
  }
  return verb.check(arguments, zone);
}

Result<Answer> run(const Verb& verb, const Arguments& arguments, Session& session) {
  TILL_TRY(check(verb, arguments));
  return verb.run(session, arguments);
}

}  // namespace till::engine
