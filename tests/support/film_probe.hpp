#pragma once
#include "core/io/child_process.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace unstuck::test {

/// What another program prints; a failure of the test when it fails.
inline std::string printed_by(const std::vector<std::string>& argv) {
    io::ChildProcess program(argv);
    EXPECT_EQ(program.finish(), "") << argv[0];
    return program.output();
}

/// What ffprobe says of a film's only stream, every frame decoded: nb_read_frames, width, color_space, ..; "format" has
/// the container's tags.
inline nlohmann::json probed(const std::string& path) {
    const auto text =
        printed_by({"ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path});
    auto j = nlohmann::json::parse(text, nullptr, false);
    EXPECT_TRUE(j.is_object() && j["streams"].size() == 1) << path << ": " << text;
    auto out = j["streams"][0];
    out["format"] = j["format"];
    return out;
}

inline int frames_of(const std::string& path) {
    const auto text = probed(path).value("nb_read_frames", std::string("0"));
    return std::stoi(text);
}

/// All frames of a film as bytes in a pixel format, as ffmpeg decodes them.
inline std::vector<std::uint8_t> decoded_as(const std::string& path, const char* pixels, const char* filter) {
    const auto text = printed_by(
        {"ffmpeg", "-v", "error", "-nostdin", "-i", path, "-vf", filter, "-f", "rawvideo", "-pix_fmt", pixels, "-"});
    return {text.begin(), text.end()};
}

/// As [frames, height, width, 3].
inline std::vector<std::uint8_t> decoded(const std::string& path) {
    return decoded_as(path, "rgb24", "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp");
}

} // namespace unstuck::test
