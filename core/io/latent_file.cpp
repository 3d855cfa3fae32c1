#include "core/io/latent_file.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/crc32.hpp"
#include "core/io/error.hpp"
#include "core/io/npy.hpp"
#include "core/io/safetensors.hpp"
#include "core/io/zip.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string_view>

namespace unstuck::io {

namespace {

constexpr std::string_view kKey = "w";

struct Named {
    std::string name;
    TensorData tensor;
};

bool ends_with(const std::string& path, std::string_view ending) {
    if (path.size() < ending.size()) return false;
    return std::equal(ending.rbegin(), ending.rend(), path.rbegin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
}

std::string without_npy(std::string_view name) {
    constexpr std::string_view kEnding = ".npy";
    return std::string(name.ends_with(kEnding) ? name.substr(0, name.size() - kEnding.size()) : name);
}

/// The one named w, or the only one.
template <class Items, class NameOf>
const auto& chosen(const Items& items, NameOf name_of) {
    std::string names;
    for (const auto& item : items) {
        if (name_of(item) == kKey) return item;
        if (names.size() < 200) names += (names.empty() ? "'" : ", '") + name_of(item) + "'";
    }
    if (items.size() == 1) return *items.begin();
    throw FormatError(0, items.empty() ? "holds no array" : "has no array 'w', but several others: " + names);
}

Named from_npz(const std::shared_ptr<const MappedFile>& file) {
    std::map<std::string_view, ZipMember> last; // of several of one name, as numpy takes them
    for (const auto& member : zip_members(file->bytes())) last[member.name] = member;
    std::vector<ZipMember> members;
    for (const auto& [name, member] : last) members.push_back(member);
    const auto& member = chosen(members, [](const ZipMember& m) { return without_npy(m.name); });
    const auto name = without_npy(member.name);
    if (!member.deflated) {
        const auto data = packed_data(file->bytes(), member);
        if (crc32(data) != member.crc) throw FormatError(member.at, "is a zip with a damaged entry");
        return {name, read_npy(data, file)};
    }
    const auto data = std::make_shared<const std::vector<std::byte>>(inflated(file->bytes(), member, kMostLatentBytes));
    return {name, read_npy(*data, data)};
}

Named named_w(const std::shared_ptr<const MappedFile>& file) {
    const auto bytes = file->bytes();
    if (looks_like_npy(bytes)) return {"w", read_npy(bytes, file)};
    if (looks_like_zip(bytes)) return from_npz(file);
    if (looks_like_safetensors(bytes)) {
        const auto content = read_safetensors(file);
        const auto& [name, tensor] = chosen(content.tensors, [](const auto& item) { return item.first; });
        return {name, tensor};
    }
    throw FormatError(0, "is neither .npy, .npz nor safetensors");
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string out = "[";
    for (const auto size : shape) out += (out.size() > 1 ? ", " : "") + std::to_string(size);
    return out + "]";
}

float half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    const double size = exponent == 0    ? std::ldexp(mantissa, -24)
                        : exponent == 31 ? (mantissa ? std::nan("") : INFINITY)
                                         : std::ldexp(1024 + mantissa, exponent - 25);
    return static_cast<float>(bits >> 15 ? -size : size);
}

template <class T>
T load(const std::byte* at) {
    T value{};
    std::memcpy(&value, at, sizeof value);
    return value;
}

float number(DType dtype, const std::byte* at) {
    if (dtype == DType::f32) return load<float>(at);
    if (dtype == DType::f64) return static_cast<float>(load<double>(at));
    return half(load<std::uint16_t>(at));
}

/// As [count, rows, w_dim], checked.
TensorData as_several(TensorData t) {
    const auto as_found = shape_text(t.shape);
    if (t.dtype != DType::f16 && t.dtype != DType::f32 && t.dtype != DType::f64)
        throw FormatError(0, std::string("has the dtype ") + dtype_name(t.dtype) + ", expected floating point");
    if (const auto wrong = view_error(t); !wrong.empty()) throw FormatError(0, wrong);
    if (!t.shape.empty() && t.numel() == 0) throw FormatError(0, "has the shape " + as_found + ": no numbers");
    if (t.shape.empty() || t.shape.size() > 3)
        throw FormatError(0, "has the shape " + as_found + ", expected [w_dim], [rows, w_dim] or [n, rows, w_dim]");
    while (t.shape.size() < 3) t.shape.insert(t.shape.begin(), 1), t.strides.insert(t.strides.begin(), 0);
    constexpr std::int64_t kMostRows = 1000, kMostDim = 1 << 20; // far beyond any network
    if (t.shape[1] > kMostRows || t.shape[2] > kMostDim)
        throw FormatError(0, "has the shape " + as_found + ", too large for a w");
    return t;
}

/// One of [count, rows, w_dim].
LatentFile taken_from(TensorData t, std::int64_t index) {
    LatentFile out{t.shape[0], t.shape[1], t.shape[2], {}};
    if (index < 0 || index >= out.count)
        throw FormatError(0, "has " + std::to_string(out.count) + " w, counted from 0; number " +
                                 std::to_string(index) + " was asked for");
    t.offset += index * t.strides[0];
    t.shape[0] = 1;
    const auto bytes = contiguous_bytes(t);
    const auto item = item_size(t.dtype);
    for (std::size_t at = 0; at < bytes.size(); at += item) {
        out.w.push_back(number(t.dtype, bytes.data() + at));
        if (!std::isfinite(out.w.back())) throw FormatError(0, "has numbers that are not finite");
    }
    return out;
}

/// Names the file and the array.
[[noreturn]] void refuse(const std::string& path, const std::string& name, const FormatError& e) {
    const auto text = (name.empty() ? "" : "'" + name + "' ") + e.what();
    if (e.offset == 0) throw FileError(path, text);
    throw FileError(path, e.offset, text);
}

void append_u(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> 8 * i & 0xff));
}

void check_ending(const std::string& path) {
    if (!ends_with(path, ".npy") && !ends_with(path, ".npz") && !ends_with(path, ".safetensors"))
        throw std::invalid_argument(path + ": expected a name that ends in .npy, .npz or .safetensors");
}

/// A zip of one stored member, as numpy.savez makes it. The time is DOS's first, so that equal content is equal bytes.
std::string npz_bytes(const std::string& npy) {
    const std::string name = "w.npy";
    if (npy.size() > 0xfffffff0u) throw std::invalid_argument("w: larger than 4 GB, which .npz is not written for");
    std::string common; // from "version needed" to the lengths, the same in both headers
    append_u(common, 20, 2);
    append_u(common, 0, 2);
    append_u(common, 0, 2);
    append_u(common, 0, 2);
    append_u(common, 0x21, 2); // 1 January 1980
    append_u(common, crc32(npy), 4);
    append_u(common, npy.size(), 4);
    append_u(common, npy.size(), 4);
    append_u(common, name.size(), 2);
    append_u(common, 0, 2);
    std::string out = "PK\x03\x04" + common + name + npy;
    const auto directory = out.size();
    out += "PK\x01\x02";
    append_u(out, 20, 2); // made by
    out += common;
    append_u(out, 0, 2 + 2 + 2 + 4 + 4); // comment, disk, attributes, local header's place
    out += name;
    const auto size = out.size() - directory;
    out += "PK\x05\x06";
    append_u(out, 0, 4);
    append_u(out, 1, 2);
    append_u(out, 1, 2);
    append_u(out, size, 4);
    append_u(out, directory, 4);
    append_u(out, 0, 2);
    return out;
}

} // namespace

LatentArray::LatentArray(const std::string& path) : LatentArray(MappedFile::read(path, kMostLatentBytes)) {}

LatentArray::LatentArray(const std::shared_ptr<const MappedFile>& file) : path_(file->path()) {
    try {
        auto found = named_w(file);
        name_ = found.name;
        tensor_ = as_several(std::move(found.tensor));
    } catch (const FormatError& e) {
        refuse(path_, name_, e);
    }
}

LatentFile LatentArray::w(std::int64_t index) const {
    try {
        return taken_from(tensor_, index);
    } catch (const FormatError& e) {
        refuse(path_, name_, e);
    }
}

LatentFile read_latent_file(const std::string& path, std::int64_t index) { return LatentArray(path).w(index); }

bool is_latent_file(const std::string& path) {
    if (ends_with(path, ".npy") || ends_with(path, ".npz")) return true;
    if (!ends_with(path, ".safetensors")) return false;
    try {
        const auto content = read_safetensors(MappedFile::open(path));
        return content.tensors.size() == 1 && content.tensors.begin()->first == kKey;
    } catch (const FileError&) {
        return false; // whoever opens it says what is wrong
    }
}

void write_latent_file(const std::string& path, const LatentFile& content) {
    check_ending(path);
    const std::vector<std::int64_t> shape = {content.count, content.rows, content.w_dim};
    if (ends_with(path, ".npy")) return write_file(path, npy_bytes(shape, content.w));
    if (ends_with(path, ".npz")) return write_file(path, npz_bytes(npy_bytes(shape, content.w)));
    TensorData w;
    w.shape = shape;
    w.strides = contiguous_strides(shape);
    w.storage = {reinterpret_cast<const std::byte*>(content.w.data()), content.w.size() * sizeof(float)};
    write_safetensors(path, {{{std::string(kKey), w}}, {}});
}

void check_latent_target(const std::string& path) {
    check_ending(path);
    if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) throw FileError(path, "is a folder");
    const AtomicFile trial(path); // nothing of it stays
}

} // namespace unstuck::io
