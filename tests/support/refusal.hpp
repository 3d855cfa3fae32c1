#pragma once
#include <stdexcept>
#include <string>

namespace unstuck::test {

/// What a call that is to be refused says; "accepted" when it is not.
template <class F>
std::string refusal_of(F f) {
    try {
        f();
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "accepted";
}

} // namespace unstuck::test
