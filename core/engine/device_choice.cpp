#include "core/engine/device_choice.hpp"

#include <charconv>
#include <stdexcept>

namespace unstuck::engine {

using Kind = DeviceChoice::Kind;
using model::Precision;

namespace {

constexpr int kMostDevices = 1024; // far beyond any machine: a larger number is a slip of the keys

int parse_index(const std::string& digits, const std::string& all) {
    int index = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || end != digits.data() + digits.size() || index < 0 || index >= kMostDevices)
        throw std::invalid_argument("'" + all + "' is no device: after cuda: comes its number, as in cuda:0");
    return index;
}

} // namespace

DeviceChoice with_device(DeviceChoice choice, const std::string& text) {
    choice.index = 0;
    if (text == "auto") {
        choice.kind = Kind::automatic;
    } else if (text == "cpu") {
        choice.kind = Kind::cpu;
    } else if (text == "cuda") {
        choice.kind = Kind::cuda;
    } else if (text.rfind("cuda:", 0) == 0) {
        choice.kind = Kind::cuda;
        choice.index = parse_index(text.substr(5), text);
    } else {
        throw std::invalid_argument("'" + text + "' is none of auto, cpu, cuda, cuda:N");
    }
    return choice;
}

Precision parse_precision(const std::string& text) {
    for (auto p : {Precision::as_marked, Precision::float32, Precision::float16})
        if (precision_text(p) == text) return p;
    throw std::invalid_argument("'" + text + "' is none of as-marked, float32, float16");
}

std::string device_text(const DeviceChoice& choice) {
    switch (choice.kind) {
    case Kind::automatic: return "auto";
    case Kind::cpu: return "cpu";
    case Kind::cuda: break;
    }
    return "cuda:" + std::to_string(choice.index);
}

std::string precision_text(Precision precision) {
    switch (precision) {
    case Precision::as_marked: return "as-marked";
    case Precision::float32: return "float32";
    case Precision::float16: break;
    }
    return "float16";
}

} // namespace unstuck::engine
