#include "core/engine/model_card.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/model_source.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace unstuck::engine {

using nlohmann::json;

namespace {

json plan_entry(const model::LayerPlan& p) {
    return {{"is_torgb", p.is_torgb},
            {"is_critically_sampled", p.is_critically_sampled},
            {"in_channels", p.in_channels},
            {"in_size", p.in_size},
            {"in_sampling_rate", p.in_sampling_rate},
            {"tmp_sampling_rate", p.tmp_sampling_rate},
            {"in_cutoff", p.in_cutoff},
            {"in_half_width", p.in_half_width},
            {"up_factor", p.up_factor},
            {"down_factor", p.down_factor},
            {"up_taps", p.up_taps},
            {"down_taps", p.down_taps},
            {"down_radial", p.down_radial},
            {"conv_kernel", p.conv_kernel},
            {"padding", {p.padding_low, p.padding_high}}};
}

json layer_entry(const model::LayerInfo& l) {
    json out = {{"name", l.name},
                {"channels", l.channels},
                {"width", l.width},
                {"height", l.height},
                {"sampling_rate", l.sampling_rate}};
    if (l.cutoff > 0) {
        out["cutoff"] = l.cutoff;
        out["half_width"] = l.half_width;
        out["margin"] = l.margin;
    }
    if (l.w_row >= 0) out["w_row"] = l.w_row;
    return out;
}

} // namespace

json model_card(const std::string& source) {
    const auto loaded = load_model(source);
    const auto& i = *loaded.info;
    json card = {{"source", i.source},
                 {"format", i.format},
                 {"network", i.network},
                 {"family", i.family},
                 {"config_guess", i.config_guess},
                 {"label", i.label},
                 {"resolution", i.resolution},
                 {"channels", i.channels},
                 {"z_dim", i.z_dim},
                 {"c_dim", i.c_dim},
                 {"w_dim", i.w_dim},
                 {"num_ws", i.num_ws},
                 {"parameters", i.parameters},
                 {"has_noise", i.has_noise},
                 {"kwargs", model::config_kwargs(loaded.generator->config())},
                 {"not_executed", i.ignored_globals}};
    auto layers = json::array();
    for (const auto& l : i.layers) layers.push_back(layer_entry(l));
    if (loaded.generator->config().family == model::Family::alias_free) {
        const auto plan = model::plan_alias_free(loaded.generator->config());
        for (std::size_t k = 0; k < plan.layers.size(); ++k) layers[k + 1].update(plan_entry(plan.layers[k]));
    }
    card["layers"] = std::move(layers);
    return card;
}

std::string model_card_text(const json& card) {
    std::string out;
    const auto line = [&](const char* name, const std::string& value) {
        char text[64];
        std::snprintf(text, sizeof text, "%-12s ", name);
        out += text + value + "\n";
    };
    const auto number = [&](const char* key) { return std::to_string(card[key].get<std::int64_t>()); };
    const bool alias_free = card["family"] == "stylegan3";
    const auto guess = card["config_guess"].get<std::string>();
    line("model", card["source"].get<std::string>());
    line("format",
         card["format"].get<std::string>() +
             (card["network"].get<std::string>().empty() ? "" : ", network " + card["network"].get<std::string>()));
    line("family",
         alias_free ? "StyleGAN3 (alias-free)" + (guess.empty() ? "" : ", config " + guess) : "StyleGAN2, " + guess);
    if (!card["label"].get<std::string>().empty()) line("label", card["label"].get<std::string>());
    line("resolution", number("resolution") + " px, " + number("channels") + " channels");
    line("classes", card["c_dim"] == 0 ? "none" : number("c_dim"));
    line("latent", "z " + number("z_dim") + ", w " + number("w_dim") + ", " + number("num_ws") + " rows of w");
    line("parameters", number("parameters"));
    for (const auto& g : card["not_executed"]) line("not executed", g.get<std::string>());
    char row[160];
    std::snprintf(row, sizeof row, "\n%-14s %8s %8s %8s %9s %9s %9s\n", "layer", "size", "channels", "s", "f_c", "f_h",
                  "row of w");
    out += row;
    for (const auto& l : card["layers"]) {
        std::snprintf(row, sizeof row, "%-14s %8d %8d %8g ", l["name"].get<std::string>().c_str(),
                      l["width"].get<int>(), l["channels"].get<int>(), l["sampling_rate"].get<double>());
        out += row;
        if (l.contains("cutoff"))
            std::snprintf(row, sizeof row, "%9.3f %9.3f ", l["cutoff"].get<double>(), l["half_width"].get<double>());
        else
            std::snprintf(row, sizeof row, "%9s %9s ", "-", "-");
        out += row;
        out += l.contains("w_row") ? "        " + std::to_string(l["w_row"].get<int>()) + "\n" : "        -\n";
    }
    return out;
}

void convert_model(const std::string& in, const std::string& out) {
    auto checkpoint = open_model(in);
    // Building it proves that the file to be written will load.
    model::BuildOptions options;
    options.arithmetic = model::Arithmetic::reference;
    checkpoint.kwargs = model::config_kwargs(build_generator(checkpoint, options)->config());
    io::write_checkpoint(out, checkpoint);
}

} // namespace unstuck::engine
