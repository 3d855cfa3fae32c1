#pragma once
#include "core/io/tensor_data.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace unstuck::io {

/// A generator as a file gives it, before anything is built: the official state-dict names, the constructor arguments,
/// and what was left alone. The tensors point into the file.
struct Checkpoint {
    std::string path;
    std::string format;    ///< "StyleGAN pickle", "safetensors".
    std::string network;   ///< Which entry was used: "G_ema" or "G"; "" for safetensors.
    std::string family;    ///< "stylegan3" or "stylegan2".
    std::string label;     ///< Free text of the file's author ("untrained", ...), may be empty.
    nlohmann::json kwargs; ///< Constructor arguments, flat (StyleGAN2-ADA's synthesis_kwargs are merged in).
    TensorMap tensors;
    nlohmann::json fields; ///< Per module path, the plain attributes it was pickled with. Pickles only.
    std::vector<std::string> ignored_globals; ///< Callables in the pickle that no reader needed; none was executed.
};

/// Opens a model file of any kind that is read: NVlabs pickles (StyleGAN3, StyleGAN2-ADA), our safetensors.
/// Nothing in the file is executed. Throws FileError naming file, byte and reason.
Checkpoint open_checkpoint(const std::string& path);
Checkpoint read_checkpoint(const std::shared_ptr<const MappedFile>& file);

/// Writes the official names with the kwargs as JSON in the metadata: what read_checkpoint reads back.
void write_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// Tensors of a torch.save file or of a pickled dict, by key: for tests and tools.
TensorMap read_tensor_dict(const std::shared_ptr<const MappedFile>& file);

} // namespace unstuck::io
