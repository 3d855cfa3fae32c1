#include "core/io/checkpoint.hpp"

#include "core/io/error.hpp"
#include "core/io/json_file.hpp"
#include "core/io/safetensors.hpp"
#include "core/io/stylegan_pickle.hpp"
#include "core/io/torch_reader.hpp"

namespace unstuck::io {

namespace {

using json = nlohmann::json;

bool starts_with(Bytes bytes, std::string_view text) {
    return bytes.size() >= text.size() &&
           std::string_view(reinterpret_cast<const char*>(bytes.data()), text.size()) == text;
}

Checkpoint from_safetensors(const std::shared_ptr<const MappedFile>& file) {
    auto content = read_safetensors(file);
    Checkpoint out;
    out.format = "safetensors";
    out.family = content.metadata["family"];
    out.label = content.metadata["label"];
    if (!content.metadata.contains("kwargs"))
        throw FileError(file->path(),
                        "holds tensors but no constructor arguments (metadata key 'kwargs'): not a model that "
                        "'unstuck convert' wrote");
    // Arguments are flat but for mapping_kwargs: deeper nesting is no argument, and is not worth a deep recursion.
    constexpr int kMostDepth = 4;
    try {
        out.kwargs = parse_json(content.metadata["kwargs"], kMostDepth);
    } catch (const FormatError& e) {
        throw FileError(file->path(), 8, std::string("has constructor arguments whose text ") + e.what());
    }
    if (!out.kwargs.is_object()) throw FileError(file->path(), 8, "has constructor arguments that are no JSON object");
    out.tensors = std::move(content.tensors);
    if (out.family.empty()) out.family = out.tensors.contains("synthesis.input.freqs") ? "stylegan3" : "stylegan2";
    return out;
}

std::string zip_refusal() {
    return "is a torch.save file: a bare state dict has no constructor arguments, so the network cannot be rebuilt; "
           "open the .pkl that the training wrote";
}

} // namespace

Checkpoint read_checkpoint(const std::shared_ptr<const MappedFile>& file) {
    const auto bytes = file->bytes();
    Checkpoint out;
    try {
        if (starts_with(bytes, "PK\x03\x04") || is_legacy_stream(bytes)) throw FormatError(0, zip_refusal());
        // First: the length that a safetensors file starts with may begin with a pickle's first byte.
        if (looks_like_safetensors(bytes))
            out = from_safetensors(file);
        else if (starts_with(bytes, "\x80"))
            out = read_stylegan_pickle(file);
        else
            throw FormatError(0, "is neither a pickle (.pkl) nor a safetensors file");
    } catch (const FormatError& e) {
        throw FileError(file->path(), e.offset, e.what());
    }
    out.path = file->path();
    return out;
}

Checkpoint open_checkpoint(const std::string& path) { return read_checkpoint(MappedFile::open(path)); }

void write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
    SafeTensors content;
    content.tensors = checkpoint.tensors;
    content.metadata = {{"format", "unstuck"}, {"family", checkpoint.family}, {"kwargs", checkpoint.kwargs.dump()}};
    if (!checkpoint.label.empty()) content.metadata["label"] = checkpoint.label;
    write_safetensors(path, content);
}

TensorMap read_tensor_dict(const std::shared_ptr<const MappedFile>& file) {
    const auto bytes = file->bytes();
    try {
        const auto collect = [](const TorchReader& reader) {
            TensorMap out;
            for (const auto& [name, id] : reader.entries(reader.pickle().root()))
                if (reader.is_tensor(id)) out.emplace(name, reader.tensor(id));
            return out;
        };
        if (starts_with(bytes, "PK\x03\x04")) {
            const auto entries = read_torch_zip(bytes);
            auto pickle = Pickle::parse(entries.pickle);
            auto storages = zip_storages(pickle, entries);
            return collect(TorchReader(std::move(pickle), file, std::move(storages)));
        }
        if (is_legacy_stream(bytes)) {
            auto stream = read_legacy_stream(bytes);
            return collect(TorchReader(std::move(stream.object), file, std::move(stream.storages)));
        }
        return collect(TorchReader(Pickle::parse(bytes), file));
    } catch (const FormatError& e) {
        throw FileError(file->path(), e.offset, e.what());
    }
}

} // namespace unstuck::io
