#include "core/io/safetensors.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "core/io/json_file.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace unstuck::io {

namespace {

using json = nlohmann::json;
constexpr std::uint64_t kMaxHeader = 16'000'000;

DType dtype_of(const std::string& name) {
    for (const auto& known : kDTypes)
        if (name == known.name) return known.dtype;
    throw FormatError(8, "has a tensor of the unknown dtype '" + name + "'");
}

TensorData tensor_of(const std::string& name, const json& entry, Bytes data) {
    TensorData out;
    out.dtype = dtype_of(entry.at("dtype").get<std::string>());
    for (const auto& size : entry.at("shape")) {
        if (!size.is_number_integer()) throw FormatError(8, "has the tensor '" + name + "' with an impossible shape");
        out.shape.push_back(size.get<std::int64_t>());
    }
    const auto range = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
    if (range.size() != 2 || range[0] > range[1] || range[1] > data.size())
        throw FormatError(8, "has the tensor '" + name + "' outside the file");
    out.storage = data.subspan(range[0], range[1] - range[0]);
    // Zero sizes count as one here, so that no partial product (the strides to come) overflows either.
    std::int64_t bound = 1;
    constexpr std::int64_t kMost = std::int64_t{1} << 40;
    for (auto size : out.shape)
        if (size < 0 || __builtin_mul_overflow(bound, std::max<std::int64_t>(size, 1), &bound) || bound > kMost)
            throw FormatError(8, "has the tensor '" + name + "' with an impossible shape");
    if (out.shape.size() > 16 || static_cast<std::uint64_t>(out.numel()) * item_size(out.dtype) != out.storage.size())
        throw FormatError(8, "has the tensor '" + name + "' with a shape that does not match its bytes");
    out.strides = contiguous_strides(out.shape);
    return out;
}

json parse_header(std::string_view text) {
    try {
        return parse_json(text);
    } catch (const FormatError& e) {
        throw FormatError(8 + e.offset, std::string("has a header that cannot be understood: it ") + e.what());
    }
}

} // namespace

bool looks_like_safetensors(Bytes bytes) {
    if (bytes.size() < 10 || std::to_integer<char>(bytes[8]) != '{') return false;
    const auto next = std::to_integer<char>(bytes[9]);
    return next == '"' || next == '}' || next == ' ' || next == '\n';
}

SafeTensors read_safetensors(const std::shared_ptr<const MappedFile>& file) {
    const auto bytes = file->bytes();
    try {
        if (bytes.size() < 8) throw FormatError(0, "is too short for a safetensors file");
        std::uint64_t header = 0;
        std::memcpy(&header, bytes.data(), 8);
        if (header > kMaxHeader || header > bytes.size() - 8)
            throw FormatError(0, "has a header of " + std::to_string(header) +
                                     " bytes, more than the file: cut off, or not safetensors");
        const auto parsed = parse_header({reinterpret_cast<const char*>(bytes.data()) + 8, header});
        if (!parsed.is_object()) throw FormatError(8, "has a header that is no JSON object");
        SafeTensors out;
        std::uint64_t total = 0;
        for (const auto& [name, entry] : parsed.items()) {
            if (name == "__metadata__") {
                out.metadata = entry.get<std::map<std::string, std::string>>();
                continue;
            }
            auto tensor = tensor_of(name, entry, bytes.subspan(8 + header));
            tensor.owner = file;
            // Tensors do not overlap: together they cannot hold more than the file.
            total += tensor.storage.size();
            if (total > bytes.size()) throw FormatError(8, "has tensors that overlap");
            out.tensors.emplace(name, std::move(tensor));
        }
        return out;
    } catch (const FormatError& e) {
        throw FileError(file->path(), e.offset, e.what());
    } catch (const json::exception& e) {
        throw FileError(file->path(), 8, std::string("has a header that cannot be understood: ") + e.what());
    }
}

void write_safetensors(const std::string& path, const SafeTensors& content) {
    json header = json::object();
    if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
    std::uint64_t end = 0;
    for (const auto& [name, tensor] : content.tensors) {
        const auto size = static_cast<std::uint64_t>(tensor.numel()) * item_size(tensor.dtype);
        header[name] = {
            {"dtype", dtype_name(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {end, end + size}}};
        end += size;
    }
    auto text = header.dump(-1, ' ', false, json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    AtomicFile file(path);
    const std::uint64_t length = text.size();
    file.write(&length, 8);
    file.write(text.data(), text.size());
    for (const auto& [name, tensor] : content.tensors) {
        const auto bytes = contiguous_bytes(tensor);
        file.write(bytes.data(), bytes.size());
    }
    file.commit();
}

} // namespace unstuck::io
