#include "core/engine/film_check.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/latent_ws.hpp"
#include "core/engine/w_files.hpp"
#include "core/io/crc32.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The first, the last, and those with a keyframe.
std::set<int> frames_with_keys(const Motion& motion) {
    std::set<int> out = {0, motion.frames - 1};
    for (const auto& track : motion.tracks)
        for (const auto& key : track.keys)
            if (!track.muted && key.frame >= 0 && key.frame < motion.frames) out.insert(key.frame);
    return out;
}

std::string stamp_of(const std::string& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) ? file_stamp(path) : std::string(); // a demo comes with the program
}

} // namespace

void check_keyframes(const FilmRequest& request, const FilmCast& cast) {
    WFiles files;
    std::set<std::tuple<Side, std::string, int>> read; // each w once
    const auto try_file = [&](Side side, const std::string& path, int number) {
        if (!path.empty() && read.emplace(side, path, number).second)
            (void)file_ws(*cast.models[index(side)].generator, files, path, number);
    };
    for (const int frame : frames_with_keys(request.motion)) {
        const auto scene = film_scene(request, frame);
        for (const auto side : kSides) {
            const auto& info = cast.infos[index(side)];
            if (!info) continue;
            const auto latent = make_request(scene, side, *info).latent;
            try_file(side, latent.w.front(), latent.w_index.front());
            if (latent.mix && latent.mix_from == MixFrom::point)
                try_file(side, latent.mix_point.w.front(), latent.mix_point.w_index.front());
        }
    }
}

std::string film_digest(const FilmRequest& request, const FilmCast& cast) {
    auto files = json::array();
    for (const auto& info : cast.infos) files.push_back(info ? stamp_of(info->source) : "");
    std::set<std::string> latents; // also those that are keyed
    for (const int frame : frames_with_keys(request.motion)) {
        const auto latent = film_scene(request, frame).latent;
        for (const auto side : kSides) latents.insert(file_stamps(latent_of(latent, side)));
    }
    const json all = {{"unstuck", system_info().version},
                      {"scene", to_json(request.scene)},
                      {"motion", to_json(request.motion)},
                      {"files", files},
                      {"latents", latents},
                      {"device", cast.device},
                      {"precision", precision_text(request.device.precision)}};
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x",
                  io::crc32(all.dump(-1, ' ', false, json::error_handler_t::replace)));
    return text.data();
}

} // namespace unstuck::engine
