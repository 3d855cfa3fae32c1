#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace unstuck::app {

/// How well a text answers what was typed.
struct FuzzyMatch {
    double score = 0;            ///< Higher is better; texts of the same query compare.
    std::vector<std::size_t> at; ///< The letters that were found: byte positions in the text, ascending.
};

/// The query's words, each as a subsequence of the text, in any order; upper and lower case (ASCII) are the same. Of
/// all ways to find them the best counts: letters that begin words and letters that follow each other are worth more,
/// gaps and what is left over less. None when a letter is missing. An empty query matches everything with score 0. Safe
/// on any thread.
std::optional<FuzzyMatch> fuzzy_match(std::string_view query, std::string_view text);

} // namespace unstuck::app
