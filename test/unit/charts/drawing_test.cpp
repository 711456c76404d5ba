#include "charts/drawing.hpp"

#include <thread>

#include "unit/charts/examples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace till::charts {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string specification(std::string_view rest) {
  return R"json({"$schema":"https://vega.github.io/schema/vega-lite/v6.json","data":{"values":[{"a":1}]},)json" +
         std::string(rest) + "}";
}

std::string message_of(std::string_view text) {
  const Result<Drawing> drawing = draw(text);
  EXPECT_FALSE(drawing);
  if (drawing) {
    return "";
  }
  EXPECT_EQ(drawing.error().code, ErrorCode::Internal);
  EXPECT_THAT(drawing.error().message, StartsWith("render: Vega cannot draw the specification: "));
  return drawing.error().message;
}

TEST(Drawing, AnswersWithVegasOwnWords) {
  EXPECT_THAT(message_of(R"json({"mark":)json"), HasSubstr("SyntaxError"));
  EXPECT_THAT(message_of(specification(R"json("transform":[{"calculate":"nosuch(1)","as":"b"
}],"mark":"bar")json")),
              HasSubstr("Unrecognized function: nosuch"));
  EXPECT_THAT(message_of(specification(
                  R"json("transform":[{"calculate":"datum.x.y.z","as":"b"}],"mark":"bar")json")),
              HasSubstr("cannot read property 'y' of undefined"));
}

TEST(Drawing, SurvivesAFailure) {
  message_of("no JSON at all");
  EXPECT_TRUE(draw(specification(R"json("mark":"bar")json")));
}

TEST(Drawing, LoadsNothing) {
  EXPECT_THAT(message_of(R"json({"$schema":"https://vega.github.io/schema/vega-lite/v6.json",
                             "data":{"url":"file:///etc/passwd"},"mark":"bar"})json"),
              HasSubstr("a picture carries its data; it cannot load file:///etc/passwd"));
  EXPECT_THAT(message_of(specification(
                  R"json("mark":{"type":"image","url":"https://example.org/x.png"})json")),
              HasSubstr("it cannot load https://example.org/x.png"));
}

TEST(Drawing, StopsWhatTakesAllMemory) {
  EXPECT_THAT(message_of(R"json({"$schema":"https://vega.github.io/schema/vega-lite/v6.json",
                             "data":{"sequence":{"start":0,"stop":100000000}},"mark":"point"})json"),
              HasSubstr("out of memory"));
}

TEST(Drawing, StopsWhatIsNestedTooDeep) {
  EXPECT_THAT(message_of(std::string(200'000, '[') + std::string(200'000, ']')),
              HasSubstr("call stack"));
}

TEST(Drawing, CompilesNothing) {
  // The only way to a function constructor from an expression is through a member.
  const Result<Drawing> drawing = draw(specification(
      R"json("transform":[{"calculate":"[].constructor.constructor('return 1')()","as":"b"}],"mark":"bar")json"));
  EXPECT_FALSE(drawing);
}

TEST(Drawing, PassesWarningsOn) {
  const Result<Drawing> drawing = draw(specification(
      R"json("mark":"bar","encoding":{"x":{"field":"a","type":"quantitative","scale":{"type":"log","zero":true}}})json"));
  ASSERT_TRUE(drawing);
  EXPECT_THAT(drawing->warnings,
              Contains(HasSubstr("\"zero\" is dropped as it does not work with log scale")));
}

TEST(Drawing, DrawsPlainVegaToo) {
  const Result<Drawing> drawing =
      draw(R"json({"$schema":"https://vega.github.io/schema/vega/v6.json","width":100,"height":50,
               "marks":[{"type":"rect","encode":{"enter":{"width":{"value":100},"height":{"value":50},
               "fill":{"value":"teal"}}}}]})json");
  ASSERT_TRUE(drawing) << drawing.error().message;
  EXPECT_THAT(drawing->svg, HasSubstr("teal"));
}

TEST(Drawing, CarriesItsDescriptionAsAccessibleName) {
  const Result<Drawing> drawing =
      draw(specification(R"json("description":"A <b> & \"B\" $& sold 3 times","mark":"bar")json"));
  ASSERT_TRUE(drawing);
  EXPECT_THAT(
      drawing->svg,
      StartsWith("<svg role=\"graphics-document\" "
                 "aria-label=\"A &lt;b&gt; &amp; &quot;B&quot; $&amp; sold 3 times\" xmlns="));
}

TEST(Drawing, DoesNotKnowWhatWasDrawnBefore) {
  // Clipped marks are numbered, and chance has a state.
  const std::string clipped = specification(
      R"json("transform":[{"calculate":"random()","as":"r"}],"mark":{"type":"point","clip":true},
         "encoding":{"x":{"field":"r","type":"quantitative"}})json");
  const Result<Drawing> first = draw(clipped);
  const Result<Drawing> other =
      draw(charts::top_products(test::car_makes(), test::context()).specification);
  const Result<Drawing> second = draw(clipped);
  ASSERT_TRUE(first && other && second);
  EXPECT_EQ(first->svg, second->svg);
}

TEST(Drawing, IsTheSameInEveryThread) {
  const std::string text = charts::product_frequency(test::volvo(), test::context()).specification;
  const Result<Drawing> here = draw(text);
  ASSERT_TRUE(here);
  std::string there[2];
  {
    std::thread first([&] { there[0] = draw(text)->svg; });
    std::thread second([&] { there[1] = draw(text)->svg; });
    first.join();
    second.join();
  }
  EXPECT_EQ(there[0], here->svg);
  EXPECT_EQ(there[1], here->svg);
}

TEST(Drawing, FindsTheEngineThatWasStartedAhead) {
  const std::string text = charts::product_frequency(test::volvo(), test::context()).specification;
  const Result<Drawing> here = draw(text);
  ASSERT_TRUE(here);
  start_drawing_ahead();
  start_drawing_ahead();  // one is enough
  std::string there[2];
  {
    std::thread first([&] { there[0] = draw(text)->svg; });
    std::thread second([&] { there[1] = draw(text)->svg; });
    first.join();
    second.join();
  }
  EXPECT_EQ(there[0], here->svg);
  EXPECT_EQ(there[1], here->svg);
}

TEST(Drawing, EscapesWhatProductsAreCalled) {
  const Result<Drawing> drawing =
      draw(charts::top_products(test::awkward(), test::context()).specification);
  ASSERT_TRUE(drawing);
  EXPECT_THAT(drawing->svg, Not(HasSubstr("<script")));
  EXPECT_THAT(drawing->svg, Not(HasSubstr("<b>")));
  EXPECT_THAT(drawing->svg, HasSubstr("&lt;b&gt;Bold"));
}

}  // namespace
}  // namespace till::charts
