// What can be found: a function each, listed at the end.
#include "app/actions.hpp"
#include "app/latent_moves.hpp"
#include "app/palette.hpp"
#include "core/engine/model_names.hpp"

#include <cctype>
#include <charconv>

namespace unstuck::app {

using engine::kSides;

namespace {

using Entries = std::vector<PaletteEntry>;

void actions(const PanelContext& c, const std::string&, Entries& out) {
    for (const auto& action : c.actions) {
        if (action.id == "window.palette") continue; // it is open
        out.push_back({.id = action.id,
                       .title = action.title,
                       .detail = action.group + (action.on && action.on(c) ? ", on" : ""),
                       .keys = key_text(action),
                       .tip = action.tip,
                       .why_not = why_not(action, c),
                       .run = action.run});
    }
}

void layers(const PanelContext& c, const std::string&, Entries& out) {
    for (auto side : kSides) {
        const auto& m = c.model[index(side)];
        if (!m) continue;
        for (const auto& layer : m->layers)
            out.push_back({.id = std::string("look.") + side_name(side) + "." + layer.name,
                           .title = std::string(side_name(side)) + ": look at " + layer.name,
                           .detail = "Layers",
                           .tip = "Show this layer's channels in the picture of " + std::string(side_name(side)),
                           .run = [side, name = layer.name](PanelContext& context) {
                               context.scene.layer.name[index(side)] = name;
                               context.ui.select_layer_tab = side;
                           }});
    }
}

void add_model(Entries& out, const std::string& title, const std::string& source, const char* detail) {
    for (auto side : kSides)
        out.push_back({.id = std::string("open.") + side_name(side) + "." + source,
                       .title = "Open " + title + " as " + side_name(side),
                       .detail = detail,
                       .tip = source,
                       .run = [side, source](PanelContext& c) { c.ask(Command::Kind::open_path, side, source); }});
}

void demo_models(const PanelContext&, const std::string&, Entries& out) {
    for (const auto& demo : engine::demo_models()) add_model(out, demo.title, demo.name, "Demo models");
}

void recent_models(const PanelContext& c, const std::string&, Entries& out) {
    for (const auto& path : c.settings.recent) add_model(out, engine::model_title(path), path, "Models opened before");
}

/// The number in "1234", "seed 1234" or "go to seed 1234"; as far as the plane of seeds reaches.
std::optional<std::uint32_t> seed_in(const std::string& query) {
    const auto begin = query.find_first_of("0123456789");
    if (begin == std::string::npos) return std::nullopt;
    std::string words;
    for (const char letter : query.substr(0, begin))
        if (letter != ' ') words += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (!words.empty() && words != "seed" && words != "gotoseed") return std::nullopt;
    const auto end = query.find_last_not_of(' ') + 1;
    std::uint32_t seed = 0;
    const auto [stop, error] = std::from_chars(query.data() + begin, query.data() + end, seed);
    if (error != std::errc() || stop != query.data() + end) return std::nullopt;
    return seed;
}

void seeds(const PanelContext&, const std::string& query, Entries& out) {
    const auto seed = seed_in(query);
    if (!seed) return;
    out.push_back({.id = "seed",
                   .title = "Go to seed " + std::to_string(*seed),
                   .detail = "Latent",
                   .tip = "The seed plane's point x + 100 y of that number",
                   .run = [seed = *seed](PanelContext& c) {
                       move(c, [&](engine::LatentState& l) { go_to(l, latent::cell_of_seed(seed)); });
                   }});
}

} // namespace

std::vector<PaletteEntry> palette_entries(const PanelContext& c, const std::string& query) {
    Entries out;
    for (const auto source : {seeds, actions, layers, demo_models, recent_models}) source(c, query, out);
    return out;
}

} // namespace unstuck::app
