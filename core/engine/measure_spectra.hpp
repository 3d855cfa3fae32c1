#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/layer_spectra.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

/// What `unstuck spectrum` asks for.
struct SpectrumRequest {
    std::vector<std::string> sources; ///< Models; for image_spectra() also folders of PNG or JPEG images.
    std::vector<std::uint32_t> seeds; ///< Of the models.
    std::string layer = "all";        ///< layer_spectra() only: a layer's name, or "all".
    double psi = 1;
    int class_index = -1;               ///< -1: the class that each seed draws.
    double beta = 8;                    ///< Of the Kaiser window, >= 0.
    std::optional<double> mean, stddev; ///< Of images, in bytes; none: measured over each set. Both or neither.
    int threads = 0;                    ///< 0: all cores.
    DeviceChoice device;
};

/// A model's layers. Fewer seeds than asked for when it was stopped.
struct ModelSpectra {
    std::string source, title;
    std::vector<LayerOverSeeds> layers;
};

/// The average power spectrum of a set of images by the published recipe (signal::AverageSpectrum).
struct ImageSpectrum {
    std::string source, title;
    std::int64_t images = 0;
    int size = 0, channels = 0; ///< Pixels per side.
    double mean = 0,
           stddev = 0; ///< In bytes, as given or measured; 0 stddev: a set without contrast, all at the floor.
    signal::SpectrumCurve slice_0;  ///< 0 .. size / 2 cycles per image, not smoothed.
    signal::SpectrumCurve slice_45; ///< 0 .. size / sqrt 2.
    int heatmap_side = 0;           ///< 4 size + 1.
    std::vector<float> heatmap_db;  ///< [side, side], DC in the centre, -size/2 .. size/2, smoothed by 1.25 cycles.
};

template <class T>
struct Spectra {
    std::vector<T> sets;  ///< In the order of the sources; those that were not reached are left out.
    bool stopped = false; ///< `go_on` said so: the averages are of fewer seeds or images.
};

/// Called after every seed or image, of all sources together; false ends with what there is.
using SpectraProgress = std::function<bool(int done, int of)>;

/// Spectra of every layer of one or more models over seeds; noise maps are constant. Throws io::FileError, or
/// std::invalid_argument for a layer, class or number that cannot be, before anything is computed.
/// Test: tests/cli/spectrum_test.cpp.
Spectra<ModelSpectra> layer_spectra(const SpectrumRequest& request, const SpectraProgress& go_on = {});

/// Average spectra of pictures, each rounded to bytes as a saved PNG is: of a model's seeds, or of all .png, .jpg and
/// .jpeg files of a folder, in the order of their names. A folder's images have to be square, of one size and one
/// number of channels: otherwise throws io::FileError naming the file. Throws like layer_spectra() besides.
Spectra<ImageSpectrum> image_spectra(const SpectrumRequest& request, const SpectraProgress& go_on = {});

} // namespace unstuck::engine
