#pragma once
// How the module's functions turn exceptions into the texts that cuda/module.h promises. Plain C++.
#include <exception>
#include <string>
#include <utility>

namespace unstuck::cuda {

/// Keeps a text for the calling thread until its next call, and hands it out.
inline const char* keep_text(std::string text) noexcept {
    static thread_local std::string kept;
    kept = std::move(text);
    return kept.c_str();
}

/// Runs f; null when it went well, else what `describe` makes of the exception in flight.
template <class Describe, class F>
const char* guarded(Describe&& describe, F&& f) noexcept {
    try {
        f();
        return nullptr;
    } catch (...) {
        try {
            return keep_text(describe());
        } catch (...) {
            return "out of memory while an error was described";
        }
    }
}

/// The text of the exception in flight.
inline std::string exception_text() {
    try {
        throw;
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

} // namespace unstuck::cuda
