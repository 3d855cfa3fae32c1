#include "core/model/config.hpp"

#include "core/ops/activation_kind.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::model {

using json = nlohmann::json;

const char* family_name(Family family) { return family == Family::alias_free ? "stylegan3" : "stylegan2"; }

const char* architecture_name(Architecture architecture) {
    constexpr const char* names[] = {"orig", "skip", "resnet"};
    return names[static_cast<int>(architecture)];
}

int GeneratorConfig::num_ws() const {
    if (family == Family::alias_free) return num_layers + 2;
    return 2 * static_cast<int>(std::lround(std::log2(img_resolution))) - 2;
}

namespace {

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }

/// A value for a message: short, valid UTF-8, and no recursion into what a file may have nested.
std::string shown(const json& v) {
    if (v.is_structured()) return v.type_name();
    return v.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 40);
}

void read(const json& from, const char* name, int& to, int low, int high, bool needed = false) {
    if (!from.contains(name)) {
        if (needed) refuse(std::string("constructor argument '") + name + "' is missing");
        return;
    }
    const auto& v = from[name];
    const double number = v.is_number() ? v.get<double>() : std::nan("");
    if (!(number >= low && number <= high) || number != std::floor(number))
        refuse(std::string("constructor argument '") + name + "' is " + shown(v) + ", expected an integer from " +
               std::to_string(low) + " to " + std::to_string(high));
    to = static_cast<int>(number);
}

void read(const json& from, const char* name, double& to, double low, double high) {
    if (!from.contains(name) || from[name].is_null()) return;
    const double number = from[name].is_number() ? from[name].get<double>() : std::nan("");
    if (!(number >= low && number <= high))
        refuse(std::string("constructor argument '") + name + "' is " + shown(from[name]) + ", out of range");
    to = number;
}

void read(const json& from, const char* name, bool& to) {
    if (from.contains(name) && from[name].is_boolean())
        to = from[name].get<bool>();
    else if (from.contains(name) && from[name].is_number())
        to = from[name].get<double>() != 0;
}

void read(const json& from, const char* name, std::string& to) {
    if (from.contains(name) && from[name].is_string()) to = from[name].get<std::string>();
}

void check_activation(const char* name, const std::string& act) {
    if (ops::find_activation(act)) return;
    refuse(std::string("constructor argument '") + name + "' is " + shown(act) +
           ", which is no activation that is known");
}

bool power_of_two(int n) { return n > 0 && (n & (n - 1)) == 0; }

void read_alias_free(const json& kwargs, GeneratorConfig& c) {
    read(kwargs, "num_layers", c.num_layers, 1, 64);
    read(kwargs, "num_critical", c.num_critical, 0, 64);
    if (c.num_critical >= c.num_layers)
        refuse("constructor argument 'num_critical' is " + std::to_string(c.num_critical) +
               ", expected less than the " + std::to_string(c.num_layers) + " layers there are");
    read(kwargs, "first_cutoff", c.first_cutoff, 1e-3, 1e4);
    read(kwargs, "first_stopband", c.first_stopband, 1e-3, 1e4);
    read(kwargs, "last_stopband_rel", c.last_stopband_rel, 1e-3, 1e3);
    read(kwargs, "margin_size", c.margin_size, 0, 256);
    read(kwargs, "output_scale", c.output_scale, 0, 1e6);
    read(kwargs, "filter_size", c.filter_size, 1, 64);
    read(kwargs, "lrelu_upsampling", c.lrelu_upsampling, 1, 16);
    read(kwargs, "conv_kernel", c.conv_kernel, 1, 15);
    read(kwargs, "use_radial_filters", c.use_radial_filters);
}

void read_stylegan2(const json& kwargs, GeneratorConfig& c) {
    std::string architecture = architecture_name(c.architecture);
    read(kwargs, "architecture", architecture);
    constexpr std::array all = {Architecture::orig, Architecture::skip, Architecture::resnet};
    const auto* found =
        std::find_if(all.begin(), all.end(), [&](Architecture a) { return architecture == architecture_name(a); });
    if (found == all.end())
        refuse("constructor argument 'architecture' is '" + architecture + "', expected orig, skip or resnet");
    c.architecture = *found;
    read(kwargs, "use_noise", c.use_noise);
    read(kwargs, "activation", c.activation);
    check_activation("activation", c.activation);
    if (c.channel_base < c.img_resolution)
        refuse("constructor argument 'channel_base' is " + std::to_string(c.channel_base) +
               ": the largest blocks would have no channels");
    if (!power_of_two(c.img_resolution) || c.img_resolution < 8)
        refuse("StyleGAN2 needs a resolution that is a power of two, at least 8; this file says " +
               std::to_string(c.img_resolution));
}

} // namespace

GeneratorConfig parse_config(const std::string& family, const json& kwargs) {
    GeneratorConfig c;
    if (family == "stylegan3")
        c.family = Family::alias_free;
    else if (family == "stylegan2")
        c.family = Family::stylegan2;
    else
        refuse("the family '" + family + "' is not known; stylegan3 and stylegan2 are");
    if (c.family == Family::stylegan2) c.mapping_layers = 8;
    read(kwargs, "z_dim", c.z_dim, 0, 65536, true);
    read(kwargs, "c_dim", c.c_dim, 0, 1'000'000, true);
    read(kwargs, "w_dim", c.w_dim, 1, 65536, true);
    read(kwargs, "img_resolution", c.img_resolution, 4, 8192, true);
    read(kwargs, "img_channels", c.img_channels, 1, 4, true);
    read(kwargs, "channel_base", c.channel_base, 1, 1 << 24);
    read(kwargs, "channel_max", c.channel_max, 1, 1 << 16);
    read(kwargs, "num_fp16_res", c.num_fp16_res, 0, 64);
    if (kwargs.contains("conv_clamp")) {
        double clamp = 0;
        read(kwargs, "conv_clamp", clamp, 0, 1e30);
        c.conv_clamp = kwargs["conv_clamp"].is_null() ? std::nullopt : std::optional(clamp);
    }
    if (kwargs.contains("mapping_kwargs") && kwargs["mapping_kwargs"].is_object()) {
        const auto& m = kwargs["mapping_kwargs"];
        read(m, "num_layers", c.mapping_layers, 1, 64);
        read(m, "lr_multiplier", c.mapping_lr_multiplier, 1e-9, 1e9);
        read(m, "activation", c.mapping_activation);
        check_activation("mapping_kwargs.activation", c.mapping_activation);
    }
    if (c.z_dim == 0 && c.c_dim == 0) refuse("the model takes neither a latent nor a class");
    if (c.family == Family::alias_free)
        read_alias_free(kwargs, c);
    else
        read_stylegan2(kwargs, c);
    if (c.family == Family::alias_free) plan_alias_free(c); // throws if a layer is impossible
    return c;
}

json config_kwargs(const GeneratorConfig& c) {
    json out = {{"z_dim", c.z_dim},
                {"c_dim", c.c_dim},
                {"w_dim", c.w_dim},
                {"img_resolution", c.img_resolution},
                {"img_channels", c.img_channels},
                {"channel_base", c.channel_base},
                {"channel_max", c.channel_max},
                {"num_fp16_res", c.num_fp16_res},
                {"conv_clamp", c.conv_clamp ? json(*c.conv_clamp) : json(nullptr)},
                {"mapping_kwargs",
                 {{"num_layers", c.mapping_layers},
                  {"lr_multiplier", c.mapping_lr_multiplier},
                  {"activation", c.mapping_activation}}}};
    if (c.family == Family::stylegan2) {
        out.update({{"architecture", architecture_name(c.architecture)},
                    {"use_noise", c.use_noise},
                    {"activation", c.activation}});
        return out;
    }
    out.update({{"num_layers", c.num_layers},
                {"num_critical", c.num_critical},
                {"first_cutoff", c.first_cutoff},
                {"first_stopband", c.first_stopband},
                {"last_stopband_rel", c.last_stopband_rel},
                {"margin_size", c.margin_size},
                {"output_scale", c.output_scale},
                {"filter_size", c.filter_size},
                {"lrelu_upsampling", c.lrelu_upsampling},
                {"conv_kernel", c.conv_kernel},
                {"use_radial_filters", c.use_radial_filters}});
    return out;
}

} // namespace unstuck::model
