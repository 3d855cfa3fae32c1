#pragma once
#include <cstdint>
#include <string>

namespace unstuck::app {

// Rows of a panel: a label, the control, and a reset button at the right that is grey while the value is its default.
// Each returns true when the value changed. `tip` is one sentence for the tooltip. `why_disabled`, when not null, greys
// the row and is what its tooltip says.

bool slider_row(const char* label, const char* tip, double& value, double low, double high, double standard,
                const char* format, const char* why_disabled = nullptr);
/// A field that drags: `speed` per pixel, a tenth of it with Shift.
bool drag_row(const char* label, const char* tip, double& value, double speed, double low, double high, double standard,
              const char* format, const char* why_disabled = nullptr);
bool int_row(const char* label, const char* tip, int& value, int low, int high, int standard, const char* format = "%d",
             const char* why_disabled = nullptr);
bool check_row(const char* label, const char* tip, bool& value, bool standard, const char* why_disabled = nullptr);
bool choice_row(const char* label, const char* tip, int& value, const char* const* names, int count, int standard,
                const char* why_disabled = nullptr);

/// A line of text; `hint` stands in it while it is empty, which is its default. Returns true while it is edited.
bool text_row(const char* label, const char* tip, std::string& value, const char* hint,
              const char* why_disabled = nullptr);

/// The button at a row's right end, for controls that are no row: grey while there is nothing to reset.
bool reset_button(bool enabled);

/// A row for something that is edited or not: while it is, a dot in `colour` stands before the label, and the reset
/// button takes the edit out.
struct EditRow {
    const char* label;
    const char* tip;
    bool edited = false;
    std::uint32_t colour = 0; ///< As ImU32.
    const char* why_disabled = nullptr;
};
enum class RowEvent { none, changed, reset };
RowEvent edit_slider(const EditRow& row, double& value, double low, double high, const char* format,
                     bool logarithmic = false);
RowEvent edit_int(const EditRow& row, int& value, int low, int high, const char* format);
RowEvent edit_check(const EditRow& row, bool& value, const char* note = "");
RowEvent edit_choice(const EditRow& row, int& value, const char* const* names, int count);

/// A small heading inside a panel.
void heading(const char* text);
void tooltip(const char* text);

/// Dear ImGui's slider and drag for one number. What is typed is held to the range, and to numbers: "nan" and "inf"
/// leave what was there. Null for no end of the range.
bool slide_number(const char* id, double& value, double low, double high, const char* format, bool logarithmic = false);
bool drag_number(const char* id, double& value, float speed, const double* low, const double* high, const char* format);

float button_width(const char* label);
/// On the line of what is there already when it fits, else on the next.
void same_line_if_fits(float width, float gap = -1); ///< gap < 0: as the style has it.
void dim_text(const char* text);

/// `count` with separators, as in 1,234,567.
std::string grouped(std::int64_t count);

} // namespace unstuck::app
