#include "core/engine/scene_text.hpp"

#include "core/io/crc32.hpp"
#include "core/io/deflate.hpp"
#include "core/io/error.hpp"
#include "core/io/json_file.hpp"

#include <cctype>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

constexpr std::size_t kMostText = std::size_t{1} << 20, kMostJson = std::size_t{4} << 20;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The fields of `value` that `standard` does not have, or has with another value.
json difference(const json& value, const json& standard) {
    auto out = json::object();
    for (const auto& [name, field] : value.items()) {
        const auto other = standard.find(name);
        if (other != standard.end() && *other == field) continue;
        const bool both_objects = field.is_object() && other != standard.end() && other->is_object();
        out[name] = both_objects ? difference(field, *other) : field;
    }
    return out;
}

std::string to_base64url(std::string_view bytes) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char b : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(b);
        for (count += 8; count >= 6; count -= 6) out.push_back(kAlphabet[bits >> (count - 6) & 63]);
    }
    if (count > 0) out.push_back(kAlphabet[bits << (6 - count) & 63]);
    return out;
}

std::string from_base64url(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c))) continue;
        const auto digit = kAlphabet.find(c);
        if (digit == kAlphabet.npos)
            throw std::invalid_argument(std::string("scene text: '") + c + "' does not belong there; copy it again");
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>(bits >> count & 0xff));
    }
    return out;
}

std::string checksum(std::string_view bytes) {
    const auto crc = io::crc32(bytes);
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(crc >> shift & 0xff));
    return out;
}

} // namespace

std::string scene_to_text(const Scene& scene) {
    const auto changed = difference(to_json(scene), to_json(Scene{}));
    const auto stream = io::deflated(changed.dump(-1, ' ', false, json::error_handler_t::replace));
    return std::string(kSceneTextPrefix) + to_base64url(checksum(stream) + stream);
}

Scene scene_from_text(std::string_view text) {
    const auto refuse = [](const char* why) { throw std::invalid_argument(std::string("scene text: ") + why); };
    const auto begin = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(begin == text.npos ? text.size() : begin);
    if (text.substr(0, kSceneTextPrefix.size()) != kSceneTextPrefix) refuse("expected it to begin with unstuck1:");
    if (text.size() > kMostText) refuse("more than 1 MiB cannot be a scene");
    const auto bytes = from_base64url(text.substr(kSceneTextPrefix.size()));
    constexpr std::size_t kChecksum = 4;
    if (bytes.size() <= kChecksum || checksum(std::string_view(bytes).substr(kChecksum)) != bytes.substr(0, kChecksum))
        refuse("it was cut short or changed on the way; copy it again");
    const auto packed = io::inflated(bytes.substr(kChecksum), kMostJson);
    if (!packed) refuse("what it holds is broken, or larger than any scene");
    json fields;
    try {
        fields = io::parse_json(*packed);
    } catch (const io::FormatError& e) {
        refuse((std::string("what it holds ") + e.what()).c_str());
    }
    return scene_from_json(fields);
}

} // namespace unstuck::engine
