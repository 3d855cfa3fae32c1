#include "core/measure/reading.hpp"

namespace unstuck::measure {

const char* state_text(ReadingState state) {
    switch (state) {
    case ReadingState::nothing: return "nothing measured yet";
    case ReadingState::no_overlap: return "no overlap";
    case ReadingState::flat: return "no detail";
    case ReadingState::not_finite: return "not finite";
    case ReadingState::identical: return "identical";
    case ReadingState::measured: return "measured";
    }
    return "";
}

} // namespace unstuck::measure
