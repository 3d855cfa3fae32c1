#include "core/model/config.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

namespace unstuck::model {

namespace {

/// One row of the plan's table: what holds between two layers.
struct Stage {
    double cutoff, stopband, rate, half_width;
    int size, channels;
};

[[noreturn]] void impossible(const std::string& layer, const std::string& why) {
    throw std::invalid_argument("layer " + layer + " is impossible: " + why);
}

std::vector<Stage> stages(const GeneratorConfig& c) {
    const int n = c.num_layers, res = c.img_resolution;
    const double last_cutoff = res / 2.0;
    const double last_stopband = last_cutoff * c.last_stopband_rel;
    std::vector<Stage> out;
    for (int i = 0; i <= n; ++i) {
        const double e = std::min(static_cast<double>(i) / (n - c.num_critical), 1.0);
        Stage s{};
        s.cutoff = c.first_cutoff * std::pow(last_cutoff / c.first_cutoff, e);
        s.stopband = c.first_stopband * std::pow(last_stopband / c.first_stopband, e);
        s.rate = std::exp2(std::ceil(std::log2(std::min(s.stopband * 2, static_cast<double>(res)))));
        s.half_width = std::max(s.stopband, s.rate / 2) - s.cutoff;
        constexpr double kMostRate = 1 << 20;
        if (!(s.rate > 0 && s.rate <= kMostRate) || !(s.cutoff > 0))
            impossible(std::to_string(i), "its bands make no sense");
        s.size = static_cast<int>(s.rate) + 2 * c.margin_size;
        if (i >= n - 1) s.size = res;
        s.channels =
            static_cast<int>(std::rint(std::min(c.channel_base / 2.0 / s.cutoff, static_cast<double>(c.channel_max))));
        if (i == n) s.channels = c.img_channels;
        out.push_back(s);
    }
    return out;
}

void pad(LayerPlan& l) {
    const std::int64_t total = (std::int64_t{l.out_size} - 1) * l.down_factor + 1 -
                               (std::int64_t{l.in_size} + l.conv_kernel - 1) * l.up_factor + l.up_taps + l.down_taps -
                               2;
    // Python's floor division: the total may be negative.
    const auto low = static_cast<std::int64_t>(std::floor(static_cast<double>(total + l.up_factor) / 2.0));
    l.padding_low = static_cast<int>(low);
    l.padding_high = static_cast<int>(total - low);
}

} // namespace

AliasFreePlan plan_alias_free(const GeneratorConfig& c) {
    const auto table = stages(c);
    AliasFreePlan plan;
    plan.input = {table[0].size, table[0].channels, table[0].rate, table[0].cutoff};
    for (int i = 0; i <= c.num_layers; ++i) {
        const auto& in = table[std::max(i - 1, 0)];
        const auto& out = table[i];
        LayerPlan l;
        l.is_torgb = i == c.num_layers;
        l.is_critically_sampled = i >= c.num_layers - c.num_critical;
        l.in_channels = in.channels;
        l.out_channels = out.channels;
        l.name = "L" + std::to_string(i) + "_" + std::to_string(out.size) + "_" + std::to_string(out.channels);
        if (in.channels < 1 || out.channels < 1) impossible(l.name, "it would have no channels");
        if (out.size < 1 || !(in.half_width > 0) || !(out.half_width > 0))
            impossible(l.name, "its transition band is empty");
        l.in_size = in.size;
        l.out_size = out.size;
        l.in_sampling_rate = in.rate;
        l.out_sampling_rate = out.rate;
        l.tmp_sampling_rate = std::max(in.rate, out.rate) * (l.is_torgb ? 1 : c.lrelu_upsampling);
        l.in_cutoff = in.cutoff;
        l.out_cutoff = out.cutoff;
        l.in_half_width = in.half_width;
        l.out_half_width = out.half_width;
        constexpr double kMostFactor = 64; // published networks have 2 and 4
        if (!(l.tmp_sampling_rate / in.rate <= kMostFactor) || !(l.tmp_sampling_rate / out.rate <= kMostFactor))
            impossible(l.name, "it would resample by a factor above 64");
        l.up_factor = static_cast<int>(std::rint(l.tmp_sampling_rate / in.rate));
        l.down_factor = static_cast<int>(std::rint(l.tmp_sampling_rate / out.rate));
        if (in.rate * l.up_factor != l.tmp_sampling_rate || out.rate * l.down_factor != l.tmp_sampling_rate)
            impossible(l.name, "its rates " + std::to_string(in.rate) + " and " + std::to_string(out.rate) +
                                   " have no common multiple");
        l.up_taps = l.up_factor > 1 && !l.is_torgb ? c.filter_size * l.up_factor : 1;
        l.down_taps = l.down_factor > 1 && !l.is_torgb ? c.filter_size * l.down_factor : 1;
        l.down_radial = c.use_radial_filters && !l.is_critically_sampled && l.down_taps > 1;
        l.conv_kernel = l.is_torgb ? 1 : c.conv_kernel;
        pad(l);
        plan.layers.push_back(std::move(l));
    }
    return plan;
}

} // namespace unstuck::model
