#include "app/fuzzy.hpp"
#include "app/palette.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace unstuck::app {

namespace {

double score(const char* query, const char* text) {
    const auto match = fuzzy_match(query, text);
    EXPECT_TRUE(match.has_value()) << query << " in " << text;
    return match ? match->score : 0;
}

std::string found(const char* query, const std::string& text) {
    const auto match = fuzzy_match(query, text);
    std::string letters;
    if (match)
        for (const auto at : match->at) letters += text[at];
    return letters;
}

PaletteEntry entry(const char* id, const char* title, const char* detail = "", const char* why_not = "") {
    return {.id = id, .title = title, .detail = detail, .why_not = why_not, .run = [](PanelContext&) {}};
}

std::vector<std::string> ids(const std::vector<PaletteEntry>& entries, const char* query,
                             const std::vector<std::string>& recent = {}) {
    std::vector<std::string> out;
    for (const auto& hit : ranked(entries, query, recent)) out.push_back(entries[hit.entry].id);
    return out;
}

} // namespace

TEST(Fuzzy, FindsSubsequencesAndNothingElse) {
    EXPECT_TRUE(fuzzy_match("svpic", "Save picture"));
    EXPECT_TRUE(fuzzy_match("SAVE", "Save picture"));
    EXPECT_FALSE(fuzzy_match("pics", "Save picture"));
    EXPECT_FALSE(fuzzy_match("savepicturess", "Save picture"));
    EXPECT_FALSE(fuzzy_match("x", ""));
}

TEST(Fuzzy, EmptyQueriesMatchEverythingEqually) {
    for (const auto* query : {"", " ", "   "}) {
        EXPECT_EQ(score(query, "Fit"), 0);
        EXPECT_EQ(score(query, ""), 0);
        EXPECT_TRUE(fuzzy_match(query, "Fit")->at.empty());
    }
}

TEST(Fuzzy, TakesTheWordsInAnyOrder) {
    EXPECT_TRUE(fuzzy_match("layer next", "Next layer"));
    EXPECT_FALSE(fuzzy_match("layer last", "Next layer"));
    EXPECT_EQ(fuzzy_match("layer next", "Next layer")->score, fuzzy_match("next layer", "Next layer")->score);
}

TEST(Fuzzy, PointsAtTheLettersOfTheBestWayNotTheFirst) {
    // "p" of "picture" begins a word, that of "Export" does not.
    const auto match = fuzzy_match("p", "Export picture");
    ASSERT_TRUE(match);
    EXPECT_EQ(match->at, (std::vector<std::size_t>{7}));
    EXPECT_EQ(fuzzy_match("conv1", "b32.conv1")->at, (std::vector<std::size_t>{4, 5, 6, 7, 8}));
    EXPECT_EQ(found("sw", "Save window"), "Sw");
    EXPECT_EQ(fuzzy_match("sw", "Save window")->at, (std::vector<std::size_t>{0, 5}));
}

TEST(Fuzzy, WordStartsConsecutiveLettersAndShortTextsAreWorthMore) {
    EXPECT_GT(score("sw", "Save window"), score("sw", "Answer"));
    EXPECT_GT(score("fit", "Fit"), score("fit", "Filter it"));
    EXPECT_GT(score("lay", "Next layer"), score("lay", "Light as you like"));
    EXPECT_GT(score("fit", "Fit"), score("fit", "Fit everything into its canvas"));
}

TEST(Fuzzy, NeverScoresLessWhenTheTextGetsCloser) {
    // A gap that closes letter by letter.
    double before = score("ab", "axxxxb");
    for (const auto* text : {"axxxb", "axxb", "axb", "ab"}) {
        EXPECT_GT(score("ab", text), before) << text;
        before = score("ab", text);
    }
}

TEST(Palette, RanksByScoreThenByUse) {
    const std::vector<PaletteEntry> all = {entry("view.fit", "Fit"), entry("filter", "Filter it"),
                                           entry("play", "Play")};
    EXPECT_EQ(ids(all, "fit"), (std::vector<std::string>{"view.fit", "filter"}));
    EXPECT_EQ(ids(all, "zzz"), std::vector<std::string>{});
    const std::vector<PaletteEntry> twins = {entry("one", "Show A"), entry("two", "Show B")};
    EXPECT_EQ(ids(twins, "show"), (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(ids(twins, "show", {"two"}), (std::vector<std::string>{"two", "one"}));
}

TEST(Palette, WithoutAQueryShowsWhatWasUsedNewestFirstThenAll) {
    const std::vector<PaletteEntry> all = {entry("a", "A"), entry("b", "B"), entry("c", "C")};
    EXPECT_EQ(ids(all, ""), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(ids(all, "", {"c", "b", "gone"}), (std::vector<std::string>{"c", "b", "a"}));
}

TEST(Palette, SearchesTheGroupWhereTheTitleDoesNotMatch) {
    const std::vector<PaletteEntry> all = {entry("log", "Show Log", "Window"), entry("save", "Save window", "Files")};
    EXPECT_EQ(ids(all, "window"), (std::vector<std::string>{"save", "log"}));
    EXPECT_EQ(ids(all, "window log"), (std::vector<std::string>{"log"}));
    const auto hits = ranked(all, "window log", {});
    for (const auto at : hits[0].at) EXPECT_LT(at, std::string("Show Log").size());
}

TEST(Palette, PutsWhatCannotBeRunBehindItsEquals) {
    const std::vector<PaletteEntry> all = {entry("a", "Close A", "", "there is no model A"), entry("b", "Close B")};
    EXPECT_EQ(ids(all, "close"), (std::vector<std::string>{"b", "a"}));
}

TEST(Palette, RemembersTheNewestUsesOnce) {
    std::vector<std::string> recent;
    for (int i = 0; i < 30; ++i) remember_use(recent, std::to_string(i % 15));
    EXPECT_EQ(recent.size(), 12u);
    EXPECT_EQ(recent.front(), "14");
    remember_use(recent, "10");
    EXPECT_EQ(recent.front(), "10");
    EXPECT_EQ(std::count(recent.begin(), recent.end(), "10"), 1);
}

} // namespace unstuck::app
