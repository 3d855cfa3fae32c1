#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::model {

enum class Family { alias_free, stylegan2 };
enum class Architecture { orig, skip, resnet };

/// Constructor arguments of a generator, all of them taken from its file; the defaults are the official ones.
struct GeneratorConfig {
    Family family = Family::alias_free;
    int z_dim = 512, c_dim = 0, w_dim = 512;
    int img_resolution = 256;
    int img_channels = 3; ///< 1 to 4.
    int channel_base = 32768, channel_max = 512;
    int mapping_layers = 2;
    double mapping_lr_multiplier = 0.01;
    std::string mapping_activation = "lrelu";
    std::optional<double> conv_clamp = 256; ///< No value: no clamp.
    int num_fp16_res = 4;

    // Alias-free (spec: Karras et al. 2021, appendix D).
    int num_layers = 14;
    int num_critical = 2;
    double first_cutoff = 2;
    double first_stopband = 4.2870938501451725;    // 2^2.1
    double last_stopband_rel = 1.2311444133449163; // 2^0.3
    int margin_size = 10;
    double output_scale = 0.25;
    int filter_size = 6;
    int lrelu_upsampling = 2; ///< m, the nonlinearity's oversampling.
    int conv_kernel = 3;
    bool use_radial_filters = false;

    // StyleGAN2.
    Architecture architecture = Architecture::skip;
    bool use_noise = true;
    std::string activation = "lrelu";

    int num_ws() const;
};

/// From a file's flat constructor arguments (official names). Throws std::invalid_argument naming the argument that is
/// missing, of the wrong type, or out of the range that the layer maths allow.
GeneratorConfig parse_config(const std::string& family, const nlohmann::json& kwargs);

/// The arguments by their official names: what parse_config reads back.
nlohmann::json config_kwargs(const GeneratorConfig& config);
const char* family_name(Family family);                   ///< "stylegan3" or "stylegan2".
const char* architecture_name(Architecture architecture); ///< "orig", "skip" or "resnet".

/// One layer of an alias-free synthesis network. Frequencies in cycles per image side, sizes in samples.
struct LayerPlan {
    std::string name; ///< "L{index}_{out size}_{out channels}"
    bool is_torgb = false, is_critically_sampled = false;
    int in_channels = 0, out_channels = 0;
    int in_size = 0, out_size = 0;
    double in_sampling_rate = 0, out_sampling_rate = 0, tmp_sampling_rate = 0;
    double in_cutoff = 0, out_cutoff = 0;
    double in_half_width = 0, out_half_width = 0;
    int up_factor = 1, down_factor = 1;
    int up_taps = 1, down_taps = 1;
    bool down_radial = false;
    int conv_kernel = 3;
    int padding_low = 0, padding_high = 0;
};

/// The input layer's grid: `size` samples per side at `sampling_rate`, features up to `bandwidth` cycles.
struct InputPlan {
    int size = 0, channels = 0;
    double sampling_rate = 0, bandwidth = 0;
};

struct AliasFreePlan {
    InputPlan input;
    std::vector<LayerPlan> layers;
};

/// A pure function of the config. Source: Karras et al. 2021, appendix D; golden: tests/golden/layers.json.
AliasFreePlan plan_alias_free(const GeneratorConfig& config);

} // namespace unstuck::model
