#include "app/fuzzy.hpp"

#include <algorithm>
#include <limits>

namespace unstuck::app {

namespace {

constexpr double kLetter = 1, kConsecutive = 4, kWordStart = 6, kTextStart = 2, kGap = 0.15, kLeftOver = 0.02;
constexpr double kNever = -std::numeric_limits<double>::infinity();

char lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool letter(char c) { return ('a' <= lower(c) && lower(c) <= 'z') || ('0' <= c && c <= '9') || (c & 0x80) != 0; }

double worth(std::string_view text, std::size_t at) {
    if (at == 0) return kLetter + kWordStart + kTextStart;
    return letter(text[at]) && !letter(text[at - 1]) ? kLetter + kWordStart : kLetter;
}

/// best(i, j): the best score of the word's first i + 1 letters with the last of them at text[j].
class Table {
  public:
    Table(std::string_view word, std::string_view text) : columns_(text.size()), cells_(word.size() * text.size()) {
        for (std::size_t i = 0; i < word.size(); ++i) {
            double before = kNever; // of the previous letter further left, less the gap between
            std::size_t before_at = 0;
            for (std::size_t j = 0; j < text.size(); ++j) {
                auto& cell = cells_[i * columns_ + j];
                before -= kGap;
                if (i > 0 && j > 1 && best(i - 1, j - 2) - kGap > before) {
                    before = best(i - 1, j - 2) - kGap;
                    before_at = j - 2;
                }
                if (lower(word[i]) != lower(text[j])) continue;
                if (i == 0) {
                    cell = {worth(text, j) - kGap * static_cast<double>(j), 0};
                    continue;
                }
                const double next = j > 0 ? best(i - 1, j - 1) + kConsecutive : kNever;
                cell = next >= before ? Cell{next + worth(text, j), j - 1} : Cell{before + worth(text, j), before_at};
            }
        }
    }
    double best(std::size_t i, std::size_t j) const { return cells_[i * columns_ + j].score; }
    std::size_t from(std::size_t i, std::size_t j) const { return cells_[i * columns_ + j].from; }

  private:
    struct Cell {
        double score = kNever;
        std::size_t from = 0; ///< Where the letter before is.
    };
    std::size_t columns_;
    std::vector<Cell> cells_;
};

std::optional<FuzzyMatch> match_word(std::string_view word, std::string_view text) {
    if (text.size() < word.size()) return std::nullopt;
    const Table table(word, text);
    const std::size_t last = word.size() - 1;
    std::size_t end = 0;
    for (std::size_t j = 1; j < text.size(); ++j)
        if (table.best(last, j) > table.best(last, end)) end = j;
    if (table.best(last, end) == kNever) return std::nullopt;
    FuzzyMatch match{table.best(last, end), {}};
    for (std::size_t i = last, j = end;; --i) {
        match.at.push_back(j);
        if (i == 0) break;
        j = table.from(i, j);
    }
    return match;
}

} // namespace

std::optional<FuzzyMatch> fuzzy_match(std::string_view query, std::string_view text) {
    FuzzyMatch all;
    for (std::size_t begin = 0; begin < query.size();) {
        const auto end = std::min(query.find(' ', begin), query.size());
        if (end > begin) {
            const auto match = match_word(query.substr(begin, end - begin), text);
            if (!match) return std::nullopt;
            all.score += match->score;
            all.at.insert(all.at.end(), match->at.begin(), match->at.end());
        }
        begin = end + 1;
    }
    std::sort(all.at.begin(), all.at.end());
    all.at.erase(std::unique(all.at.begin(), all.at.end()), all.at.end());
    if (!all.at.empty()) all.score -= kLeftOver * static_cast<double>(text.size() - all.at.size());
    return all;
}

} // namespace unstuck::app
