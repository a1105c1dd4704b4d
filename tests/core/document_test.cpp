// SPDX-License-Identifier: Apache-2.0
#include "core/document.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "core/nearest.hpp"

using namespace moderato;

namespace {

Document open(const std::string& text) {
  auto document = Document::parse(text, "x.json", "");
  REQUIRE_MESSAGE(document.has_value(), document.error().message);
  return std::move(*document);
}

std::string refusal(const std::string& text, std::string_view schema = "") {
  auto document = Document::parse(text, "x.json", schema);
  REQUIRE(!document.has_value());
  CHECK(document.error().fault == Fault::document);
  return document.error().message;
}

/// What finish() says; "" for a good document.
std::string faults(const Document& document) {
  const auto done = document.finish();
  return done ? "" : done.error().message;
}

std::size_t lines(const std::string& text) {
  return text.empty() ? 0 : 1 + static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

template <typename Read>
std::string faults_of(const std::string& text, Read read) {
  const Document document = open(text);
  read(document.root());
  return faults(document);
}

}  // namespace

TEST_CASE("a good document is read as it stands") {
  const Document document = open(R"({"t": "x", "i": -7, "n": 2.5, "whole": 3, "b": true,
    "ts": ["a", "b"], "is": [1, 2], "tm": {"a": "x", "b": 1.50, "c": true, "d": 12},
    "im": {"a": 4, "b": true, "c": false}, "nm": {"a": 1, "b": 0.5}, "o": {"p": {"q": 1}},
    "choice": "red", "objects": [{"k": 1}, {"k": 2}]})");
  const Node root = document.root();
  CHECK(root.text("t") == "x");
  CHECK(root.integer("i", {}) == -7);
  CHECK(root.number("n", {0, 10}) == 2.5);
  CHECK(root.number("whole", {0, 10}) == 3);
  CHECK(root.boolean("b"));
  CHECK(root.texts("ts") == std::vector<std::string>{"a", "b"});
  CHECK(root.integers("is", {0, 2}) == std::vector<std::int64_t>{1, 2});
  CHECK(root.text_map("tm") ==
        std::map<std::string, std::string>{{"a", "x"}, {"b", "1.50"}, {"c", "true"}, {"d", "12"}});
  CHECK(root.integer_map("im") ==
        std::map<std::string, std::int64_t>{{"a", 4}, {"b", 1}, {"c", 0}});
  CHECK(root.number_map("nm") == std::map<std::string, double>{{"a", 1}, {"b", 0.5}});
  CHECK(root.object("o").object("p").integer("q", {}) == 1);
  CHECK(root.choice("choice", {"red", "blue"}) == "red");
  std::int64_t sum = 0;
  for (const Node& node : root.array("objects"))
    sum += node.integer("k", {});
  CHECK(sum == 3);
  CHECK(faults(document) == "");
}

TEST_CASE("absent optional fields take their fallback, absent maps are empty") {
  const Document document = open("{}");
  const Node root = document.root();
  CHECK(root.text("a", "x") == "x");
  CHECK(root.integer("b", {1, 2}, 9) == 9);
  CHECK(root.number("c", {1, 2}, 0.5) == 0.5);
  CHECK(root.boolean("d", true));
  CHECK(root.texts("e", std::vector<std::string>{"x"}) == std::vector<std::string>{"x"});
  CHECK(root.integers("f", {}, std::vector<std::int64_t>{1}) == std::vector<std::int64_t>{1});
  CHECK(root.choice("g", {"x", "y"}, "y") == "y");
  CHECK(root.text_map("h").empty());
  CHECK(root.integer_map("i").empty());
  CHECK(root.number_map("j").empty());
  CHECK(!root.object("k", true).is_object());
  CHECK(root.array("l", true).empty());
  CHECK(!root.has("m"));
  CHECK(faults(document) == "");
}

TEST_CASE("the absence of a required field is a fault that says what to add") {
  const auto text = faults_of("{}", [](const Node& root) {
    root.text("a");
    root.integer("b", {1, 5});
    root.number("c", {0, 1});
    root.boolean("d");
    root.choice("e", {"x", "y"});
    root.object("f");
    root.array("g");
    root.texts("h");
  });
  CHECK(lines(text) == 8);
  CHECK(
      text.starts_with("x.json: a: the field is missing (add it, a text in double quotes)\n"
                       "x.json: b: the field is missing (write an integer from 1 to 5)\n"
                       "x.json: c: the field is missing (write a number from 0 to 1)\n"
                       "x.json: d: the field is missing (write true or false)\n"
                       "x.json: e: the field is missing (add it, one of: x, y)\n"
                       "x.json: f: the field is missing (add it, an object, {...})\n"));
}

TEST_CASE("a wrong type is named with the path, the value and the remedy") {
  const auto text = faults_of(
      R"({"a": 1, "b": "x", "c": "y", "d": 1, "e": [1], "f": {}, "g": [1], "h": ["x"], "i": null,
          "j": 5, "k": {"z": [1]}, "l": {"z": "q"}, "m": {"z": true}})",
      [](const Node& root) {
        root.text("a");
        root.integer("b", {});
        root.number("c", {0, 1});
        root.boolean("d");
        root.object("e");
        root.array("f");
        root.texts("g");
        root.integers("h", {});
        root.integer("i", {}, 3);
        root.choice("j", {"x"});
        root.text_map("k");
        root.integer_map("l");
        root.number_map("m");
      });
  CHECK(text ==
        "x.json: a: 1 is not a text (write a text in double quotes)\n"
        "x.json: b: \"x\" is not an integer (write an integer)\n"
        "x.json: c: \"y\" is not a number (write a number from 0 to 1)\n"
        "x.json: d: 1 is not true or false (write true or false)\n"
        "x.json: e: an array is not an object (write an object, {...})\n"
        "x.json: f: an object is not an array (write an array, [...])\n"
        "x.json: g[0]: 1 is not a text (write a text in double quotes)\n"
        "x.json: h[0]: \"x\" is not an integer (write an integer)\n"
        "x.json: i: null is not an integer (write an integer)\n"
        "x.json: j: 5 is not a text (write one of: x)\n"
        "x.json: k.z: an array is not a text (write a text in double quotes, a number, true or "
        "false)\n"
        "x.json: l.z: \"q\" is not an integer (write an integer)\n"
        "x.json: m.z: true is not a number (write a number)");
}

TEST_CASE("an array element that is no object is told once, whatever is asked of it") {
  const auto text = faults_of(R"({"a": [5]})", [](const Node& root) {
    const auto elements = root.array("a");
    elements[0].text("x");
    elements[0].text("y");
  });
  CHECK(text == "x.json: a[0]: 5 is not an object (write an object, {...})");
}

TEST_CASE("an integer with fraction, exponent or beyond 64 bits is a fault, never rounded") {
  for (const char* literal : {"5.0", "5e0", "0.5", "-1E2"}) {
    const auto text = faults_of(std::string(R"({"a": )") + literal + "}",
                                [](const Node& root) { CHECK(root.integer("a", {}) == 0); });
    CHECK(text == std::string("x.json: a: ") + literal + " is not an integer (write an integer)");
  }
  for (const char* literal :
       {"9223372036854775808", "18446744073709551616", "-9223372036854775809"}) {
    const auto text = faults_of(std::string(R"({"a": )") + literal + "}",
                                [](const Node& root) { CHECK(root.integer("a", {}) == 0); });
    CHECK(text ==
          std::string("x.json: a: ") + literal + " does not fit into 64 bits (write an integer)");
  }
}

TEST_CASE("the ends of 64 bits are integers") {
  const Document document = open(R"({"a": 9223372036854775807, "b": -9223372036854775808})");
  CHECK(document.root().integer("a", {}) == INT64_MAX);
  CHECK(document.root().integer("b", {}) == INT64_MIN);
  CHECK(faults(document) == "");
}

TEST_CASE("a range holds its ends and refuses their neighbours, saying what it is") {
  const auto read = [](const Node& root) {
    for (const auto& key : root.keys())
      root.integer(key, {1, 5});
  };
  CHECK(faults_of(R"({"a": 1, "b": 5})", read) == "");
  CHECK(faults_of(R"({"a": 0, "b": 6})", read) ==
        "x.json: a: 0 is out of range (write an integer from 1 to 5)\n"
        "x.json: b: 6 is out of range (write an integer from 1 to 5)");
  CHECK(faults_of(R"({"a": 0, "b": 1})",
                  [](const Node& root) {
                    root.integer("a", {1});
                    root.integer("b", {INT64_MIN, 0});
                  }) ==
        "x.json: a: 0 is out of range (write an integer of 1 or more)\n"
        "x.json: b: 1 is out of range (write an integer of 0 or less)");
  CHECK(faults_of(R"({"a": 1.01, "b": 0, "c": 1})", [](const Node& root) {
          root.number("a", {0, 1});
          root.number("b", {0, 1});
          root.number("c", {0, 1});
        }) == "x.json: a: 1.01 is out of range (write a number from 0 to 1)");
}

TEST_CASE("stand-ins lie in the range, so that what is computed from them is harmless") {
  const Document document = open(R"({"a": "x", "b": 0, "c": "x"})");
  CHECK(document.root().integer("a", {3, 9}) == 3);
  CHECK(document.root().integer("b", {3, 9}) == 3);
  CHECK(document.root().integer("absent", {-9, -3}) == -3);
  CHECK(document.root().number("c", {0.5, 9}) == 0.5);
  CHECK(document.root().integer("a", {3, 9}, 7) == 7);
  CHECK(document.root().number("c", {0.5, 9}, 2) == 2);
}

TEST_CASE("a choice lists what there is") {
  CHECK(faults_of(R"({"a": "green"})", [](const Node& root) {
          CHECK(root.choice("a", {"red", "blue"}) == "red");
        }) == "x.json: a: \"green\" is not known here (one of: red, blue)");
}

TEST_CASE("a field that nobody asked for is told with the nearest known name") {
  CHECK(faults_of(R"({"rouds": 3, "comment": "x", "schema": "y", "in": {"BATCH-size": 1}})",
                  [](const Node& root) {
                    root.integer("rounds", {}, 3);
                    root.object("in").integer("batch_size", {}, 1);
                  }) ==
        "x.json: rouds: unknown field (did you mean 'rounds'?)\n"
        "x.json: comment: unknown field (remove it, or correct its name)\n"
        "x.json: schema: unknown field (remove it, or correct its name)\n"
        "x.json: in.BATCH-size: unknown field (did you mean 'batch_size'?)");
}

TEST_CASE("unknown fields are found in the elements of arrays") {
  CHECK(faults_of(R"({"a": [{"k": 1}, {"k": 1, "x": 2}]})", [](const Node& root) {
          for (const Node& node : root.array("a"))
            node.integer("k", {});
        }) == "x.json: a[1].x: unknown field (remove it, or correct its name)");
}

TEST_CASE("an ignored field is known") {
  CHECK(faults_of(R"({"comment": ["whatever", {"x": 1}]})",
                  [](const Node& root) { root.ignore("comment"); }) == "");
}

TEST_CASE("keys come in the document's order and count as not asked for") {
  const Document document = open(R"({"z": 1, "a": 2})");
  CHECK(document.root().keys() == std::vector<std::string>{"z", "a"});
  CHECK(lines(faults(document)) == 2);
}

TEST_CASE("a missing or wrong object answers with stand-ins and adds no faults of its own") {
  const auto text = faults_of(R"({"b": 5})", [](const Node& root) {
    for (const Node& node : {root.object("a"), root.object("b"), root.object("c", true)}) {
      CHECK(node.text("x") == "");
      CHECK(node.integer("y", {2, 3}) == 2);
      CHECK(node.array("z").empty());
      CHECK(node.object("w").text("v") == "");
      CHECK(node.keys().empty());
      CHECK(!node.has("x"));
      CHECK(node.as_text() == "");
      node.fault("never told", "");
    }
  });
  CHECK(text ==
        "x.json: a: the field is missing (add it, an object, {...})\n"
        "x.json: b: 5 is not an object (write an object, {...})");
}

TEST_CASE("faults of all kinds are told together, a line each") {
  const auto text =
      faults_of(R"({"a": 1, "b": 99, "typo": 1, "n": {"c": "x"}})", [](const Node& r) {
        r.text("a");
        r.integer("b", {0, 9});
        r.object("n").boolean("c");
        r.text("d");
        r.fault("says the reader", "do this", "n");
      });
  CHECK(lines(text) == 6);
  CHECK(text.find("x.json: n: says the reader (do this)") != std::string::npos);
}

TEST_CASE("a fault of the reader is dropped only where a getter returned a stand-in") {
  const auto text = faults_of(R"({"a": 1, "b": "x"})", [](const Node& root) {
    for (const char* key : {"a", "b"}) {
      root.text(key);
      root.fault("not an address", "", key);
      root.fault("not reachable", "", key);
    }
  });
  CHECK(text ==
        "x.json: a: 1 is not a text (write a text in double quotes)\n"
        "x.json: b: not an address\n"
        "x.json: b: not reachable");
}

TEST_CASE("a node is sound until a fault is noted at it or below, not beside it") {
  const Document document = open(R"({"a": {"b": [{"c": 1}]}, "ab": {"x": 1}, "o": {}})");
  const Node root = document.root();
  CHECK(root.sound());
  root.object("ab").text("x");
  CHECK(root.object("a").sound());
  CHECK(!root.object("ab").sound());
  root.object("a").array("b").front().text("c");
  CHECK(!root.object("a").sound());
  CHECK(!root.object("a").array("b").front().sound());
  CHECK(root.object("o").sound());
  root.object("o").fault("says the reader", "");
  CHECK(!root.object("o").sound());
  CHECK(!root.sound());
}

TEST_CASE("a value cannot forge a line of its own") {
  const auto text = faults_of("{\"a\": \"x\\ny\\u001b[31m\", \"k\\nl\": 1}", [](const Node& root) {
    root.integer("a", {});
    root.fault("bad: " + root.text("a", ""), "", "");
  });
  CHECK(lines(text) == 3);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find(R"(["k\nl"]: unknown field)") != std::string::npos);
}

TEST_CASE("long values are cut, not through a UTF-8 sequence") {
  std::string value(59, 'a');
  value += "\u00e9\u00e9\u00e9";
  const auto text =
      faults_of("{\"a\": \"" + value + "\"}", [](const Node& root) { root.integer("a", {}); });
  CHECK(text.starts_with("x.json: a: \"" + std::string(59, 'a') + "...\" is not an integer"));
}

TEST_CASE("after a hundred faults only their number is told") {
  std::string text = "{\"a\": [0";
  for (int i = 1; i < 150; ++i)
    text += ",0";
  const auto told = faults_of(text + "]}", [](const Node& root) { root.texts("a"); });
  CHECK(lines(told) == 101);
  CHECK(told.ends_with("x.json: and 50 more faults"));
}

TEST_CASE("the path of a key that is no name is quoted") {
  const Document document = open(R"({"o": {"a.b/c": {"x": [[7]]}, "node1/eth0": {}}})");
  const Node o = document.root().object("o");
  CHECK(o.object("a.b/c").path() == R"(o["a.b/c"])");
  CHECK(o.object("node1/eth0").path() == "o.node1/eth0");
  CHECK(o.object("a.b/c").array("x")[0].path() == R"(o["a.b/c"].x[0])");
}

TEST_CASE("nodes outlive their parents' handles, and the document may move") {
  Document first = open(R"({"a": {"b": [{"c": 5}]}})");
  const Node deep = first.root().object("a").array("b").front();
  const Document moved = std::move(first);
  CHECK(deep.integer("c", {}) == 5);
  CHECK(deep.path() == "a.b[0]");
  CHECK(faults(moved) == "");
}

TEST_CASE("no control character of a document gets into its refusal") {
  for (const char* text : {"{\"a\": \x7f}", "{\"a\x7f\": 1, \"a\x7f\": 2}"}) {
    const std::string message = refusal(text);
    CHECK(message.find('\x7f') == std::string::npos);
    CHECK(message.find("\\x7f") != std::string::npos);
  }
}

TEST_CASE("bad syntax is told with line and column") {
  CHECK(refusal("{\n  \"a\": 1,\n}").starts_with("x.json: line 3, column 1: syntax error"));
  CHECK(refusal("{\n  \"a\": x}").starts_with("x.json: line 2, column 8: syntax error"));
  CHECK(refusal("").starts_with("x.json: line 1, column 1: syntax error"));
  CHECK(refusal("{\"a\": 1} {}").starts_with("x.json: line 1, column 10: syntax error"));
  CHECK(refusal("{\"a\": 1e999}").find("the number 1e999 is too large") != std::string::npos);
  CHECK(refusal("{\"a\": NaN}").find("syntax error") != std::string::npos);
  CHECK(refusal("{\"a\": 01}").find("syntax error") != std::string::npos);
  CHECK(refusal("{\"a\": 1} // no").find("syntax error") != std::string::npos);
  CHECK(refusal("{\"a\": \"\xff\"}").find("UTF-8") != std::string::npos);
}

TEST_CASE("only an object is a document") {
  CHECK(refusal("[1]") == "x.json: the document is an array, not an object");
  CHECK(refusal("5") == "x.json: the document is 5, not an object");
}

TEST_CASE("every duplicate field is refused with its path") {
  CHECK(refusal(R"({"a": 1, "b": [0, {"c": 1, "c": 1}], "o": {"x": {"y": 1, "z": 2, "y": 1}},
                    "a": 2})") ==
        "x.json: b[1].c: the field stands twice (keep one of them)\n"
        "x.json: o.x.y: the field stands twice (keep one of them)\n"
        "x.json: a: the field stands twice (keep one of them)");
}

TEST_CASE("the same name in different objects is no duplicate") {
  CHECK(Document::parse(R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]})", "x.json", ""));
}

TEST_CASE("the schema must be the one the reader reads") {
  CHECK(refusal("{}", "s/1") == "x.json: schema: the field is missing");
  CHECK(refusal(R"({"schema": "s/2"})", "s/1") == R"(x.json: schema: "s/2" is not "s/1")");
  CHECK(refusal(R"({"schema": 1})", "s/1") == R"(x.json: schema: 1 is not "s/1")");
  const auto good = Document::parse(R"({"schema": "s/1"})", "x.json", "s/1");
  REQUIRE(good);
  CHECK(faults(*good) == "");
}

TEST_CASE("depth and size are bounded") {
  const auto nested = [](int depth) {
    return "{\"a\": " + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  CHECK(Document::parse(nested(64), "x.json", ""));
  CHECK(refusal(nested(65)) == "x.json: nested deeper than 64 levels");
  CHECK(refusal(std::string(200'000, '[')) == "x.json: nested deeper than 64 levels");
  CHECK(refusal(std::string((16u << 20) + 1, ' ')).find("16777217 bytes") != std::string::npos);
}

TEST_CASE("a suggestion is near, or there is none") {
  const std::vector<std::string> knobs{"rx-usecs", "tx-usecs", "rx-frames", "adaptive-rx"};
  CHECK(nearest("rx-usec", knobs) == "rx-usecs");
  CHECK(nearest("RX_USECS", knobs) == "rx-usecs");
  CHECK(nearest("adaptiv-rx", knobs) == "adaptive-rx");
  CHECK(nearest("mtu", knobs) == "");
  CHECK(nearest("x", {"k"}) == "");
  CHECK(nearest("", knobs) == "");
  CHECK(nearest(std::string(100'000, 'r'), knobs) == "");
  CHECK(did_you_mean("rx-usec", knobs) == "did you mean 'rx-usecs'?");
  CHECK(did_you_mean("mtu", knobs, "see the list") == "see the list");
}
