#pragma once
#include "core/engine/scene.hpp"

#include <functional>
#include <implot.h>
#include <string>
#include <vector>

namespace unstuck::app {

/// How a curve of A or B is drawn: those of A are plain lines, those of B carry dots, so that they can be told apart
/// without colours and in print. `scale` is the interface's.
ImPlotSpec line_spec(engine::Side side, float alpha, float scale);

/// What a plot shows, as text for a spreadsheet.
struct Table {
    std::vector<std::string> columns;           ///< Names, with their units.
    std::vector<std::vector<std::string>> rows; ///< Each as long as `columns`; an empty cell: no value.
};

/// A number for a cell, with all digits that tell it from others: "" when it is NaN or infinite.
std::string csv_number(double value);

/// Comma-separated values (RFC 4180): a header line, then the rows; cells with commas, quotes or line breaks are
/// quoted.
std::string to_csv(const Table& table);

/// A small button that puts what `table` returns on the clipboard as CSV; grey while `any` is false. True when it did.
bool copy_csv_button(bool any, const std::function<Table()>& table);
/// The same for what is comma-separated already.
bool copy_csv_text_button(bool any, const std::function<std::string()>& csv);

} // namespace unstuck::app
