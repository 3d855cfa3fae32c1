#include "core/io/torch_reader.hpp"

#include "core/io/error.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace unstuck::io {

using Kind = Node::Kind;

namespace {

constexpr int kMaxDepth = 32;

template <class T>
T little_endian(std::string_view bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

Bytes as_bytes(std::string_view text) { return {reinterpret_cast<const std::byte*>(text.data()), text.size()}; }

bool is_numpy_core(std::string_view module) {
    return module == "numpy.core.multiarray" || module == "numpy._core.multiarray";
}

double half_to_double(std::uint16_t h) {
    const int exponent = h >> 10 & 31, mantissa = h & 1023;
    const double sign = h >> 15 ? -1.0 : 1.0;
    if (exponent == 0) return sign * mantissa * 0x1p-24;
    if (exponent == 31) return mantissa ? __builtin_nan("") : sign * __builtin_inf();
    return sign * (1024 + mantissa) * std::bit_cast<double>(std::uint64_t(1023 + exponent - 25) << 52);
}

} // namespace

void TorchReader::fail(NodeId id, const std::string& why) const { throw FormatError(pickle_.at(id).at, why); }

std::vector<std::pair<std::string_view, NodeId>> TorchReader::entries(NodeId id) const {
    const auto& node = pickle_.at(id);
    std::vector<std::pair<std::string_view, NodeId>> out;
    if (node.kind != Kind::dict && node.kind != Kind::call) return out;
    const auto add = [&](NodeId key, NodeId value) {
        if (pickle_.at(key).kind == Kind::text) out.emplace_back(pickle_.at(key).text, value);
    };
    if (node.kind == Kind::call && pickle_.is_global(node.callable, "collections", "OrderedDict")) {
        const auto& args = pickle_.at(node.argument);
        if (args.kind == Kind::tuple && args.items.size() == 1)
            for (auto pair : pickle_.at(args.items[0]).items)
                if (const auto& p = pickle_.at(pair); p.items.size() == 2) add(p.items[0], p.items[1]);
    }
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) add(node.items[i], node.items[i + 1]);
    return out;
}

NodeId TorchReader::find(NodeId mapping, std::string_view key) const {
    NodeId found = pickle_.find(mapping, key);
    if (found) return found;
    for (const auto& [name, value] : entries(mapping))
        if (name == key) found = value;
    return found;
}

bool TorchReader::is_tensor(NodeId id) const {
    const auto& node = pickle_.at(id);
    if (node.kind != Kind::call) return false;
    for (auto name : {"_rebuild_tensor_v2", "_rebuild_tensor", "_rebuild_parameter", "_rebuild_parameter_with_state"})
        if (pickle_.is_global(node.callable, "torch._utils", name)) return true;
    return false;
}

TensorData TorchReader::tensor(NodeId id) const {
    for (int depth = 0; depth < 4; ++depth) {
        const auto& node = pickle_.at(id);
        if (!is_tensor(id))
            fail(id, node.kind == Kind::call
                         ? "needs a tensor, found a call of " + pickle_.global_name(id) + ", which is not executed"
                         : "needs a tensor, found something else");
        const auto& args = pickle_.at(node.argument);
        if (args.kind != Kind::tuple || args.items.empty()) fail(id, "rebuilds a tensor from nothing");
        if (pickle_.at(node.callable).name.substr(0, 18) == "_rebuild_parameter") {
            id = args.items[0];
            continue;
        }
        if (args.items.size() < 4) fail(id, "rebuilds a tensor from too few parts");
        const auto store = storage(args.items[0]);
        TensorData out;
        out.dtype = store.dtype;
        out.storage = store.data;
        out.owner = owner_;
        const auto& offset = pickle_.at(args.items[1]);
        if (offset.kind != Kind::integer) fail(id, "rebuilds a tensor with an offset that is no integer");
        out.offset = offset.integer;
        out.shape = integers(args.items[2]);
        out.strides = integers(args.items[3]);
        if (const auto error = view_error(out); !error.empty()) fail(id, "rebuilds a tensor that " + error);
        return out;
    }
    fail(id, "nests parameters within parameters");
}

std::vector<std::int64_t> TorchReader::integers(NodeId id) const {
    const auto* node = &pickle_.at(id);
    if (node->kind == Kind::call && pickle_.is_global(node->callable, "torch", "Size")) {
        const auto& args = pickle_.at(node->argument);
        if (args.items.size() == 1) node = &pickle_.at(args.items[0]);
    }
    if (node->kind != Kind::tuple && node->kind != Kind::list) fail(id, "needs a list of integers");
    std::vector<std::int64_t> out;
    for (auto item : node->items) {
        if (pickle_.at(item).kind != Kind::integer) fail(item, "needs an integer");
        out.push_back(pickle_.at(item).integer);
    }
    return out;
}

TorchStorage TorchReader::storage(NodeId id) const {
    const auto& node = pickle_.at(id);
    if (node.kind == Kind::persistent) {
        const auto& tuple = pickle_.at(node.argument);
        if (tuple.kind != Kind::tuple || tuple.items.size() < 5 || pickle_.at(tuple.items[2]).kind != Kind::text)
            fail(id, "refers to a storage by an id of unknown form");
        const auto found = storages_.find(pickle_.at(tuple.items[2]).text);
        if (found == storages_.end()) fail(id, "refers to a storage that the file does not hold");
        return found->second;
    }
    const bool from_bytes =
        node.kind == Kind::call && pickle_.is_global(node.callable, "torch.storage", "_load_from_bytes");
    if (!from_bytes) fail(id, "needs a torch storage, found " + pickle_.global_name(id) + ", which is not executed");
    const auto& args = pickle_.at(node.argument);
    if (args.items.size() != 1 || pickle_.at(args.items[0]).kind != Kind::bytes)
        fail(id, "loads a storage from no bytes");
    const auto& payload = pickle_.at(args.items[0]);
    try {
        // One storage takes a few dozen values; a tight limit keeps many tensors of one large payload cheap.
        const auto stream =
            read_legacy_stream(as_bytes(payload.text), {.nodes = 1024, .opcodes = 4096, .memo = 1024, .stack = 1024});
        if (stream.storages.size() != 1) throw FormatError(0, "does not hold exactly one storage");
        return stream.storages.begin()->second;
    } catch (const FormatError& e) {
        throw FormatError(payload.at, "holds a torch storage that cannot be read: " + std::string(e.what()) +
                                          " (its byte " + std::to_string(e.offset) + ")");
    }
}

// --- numpy

DType TorchReader::numpy_dtype(NodeId id) const {
    const auto& node = pickle_.at(id);
    if (node.kind != Kind::call || !pickle_.is_global(node.callable, "numpy", "dtype")) fail(id, "needs a numpy dtype");
    const auto& args = pickle_.at(node.argument);
    if (args.items.empty()) fail(id, "has a numpy dtype without a name");
    const auto name = pickle_.at(args.items[0]).text;
    if (const auto& state = pickle_.at(node.state); state.items.size() > 1 && pickle_.at(state.items[1]).text == ">")
        fail(id, "has big-endian numbers, which are not read");
    constexpr std::pair<std::string_view, DType> names[] = {
        {"f8", DType::f64}, {"f4", DType::f32}, {"f2", DType::f16}, {"i8", DType::i64},    {"i4", DType::i32},
        {"i2", DType::i16}, {"i1", DType::i8},  {"u1", DType::u8},  {"b1", DType::boolean}};
    for (const auto& [known, dtype] : names)
        if (name == known) return dtype;
    fail(id, "has the numpy dtype '" + std::string(name) + "', which is not read");
}

TensorData TorchReader::numpy_array(NodeId id) const {
    const auto& node = pickle_.at(id);
    const auto& callable = pickle_.at(node.callable);
    if (node.kind != Kind::call || !is_numpy_core(callable.text) || callable.name != "_reconstruct")
        fail(id, "needs a numpy array");
    const auto& state = pickle_.at(node.state);
    if (state.items.size() != 5 || pickle_.at(state.items[4]).kind != Kind::bytes)
        fail(id, "has a numpy array without its data");
    TensorData out;
    out.shape = integers(state.items[1]);
    out.dtype = numpy_dtype(state.items[2]);
    out.storage = as_bytes(pickle_.at(state.items[4]).text);
    out.owner = owner_;
    if (out.shape.size() > 16) fail(id, "has a numpy array of more than 16 dimensions");
    // Strides are derived from sizes that have not been checked yet: refuse first what would overflow.
    std::int64_t count = 1;
    for (auto size : out.shape)
        if (size < 0 || __builtin_mul_overflow(count, std::max<std::int64_t>(size, 1), &count) ||
            count > (std::int64_t{1} << 40))
            fail(id, "has a numpy array whose size makes no sense");
    out.strides = contiguous_strides(out.shape);
    if (pickle_.at(state.items[3]).integer) {
        std::int64_t step = 1;
        for (std::size_t i = 0; i < out.shape.size(); ++i) {
            out.strides[i] = step;
            step *= out.shape[i];
        }
    }
    if (const auto error = view_error(out); !error.empty()) fail(id, "has a numpy array that " + error);
    return out;
}

std::optional<double> TorchReader::number(NodeId id) const {
    const auto& node = pickle_.at(id);
    if (node.kind == Kind::integer || node.kind == Kind::boolean) return static_cast<double>(node.integer);
    if (node.kind == Kind::real) return node.real;
    if (node.kind != Kind::call) return std::nullopt;
    const auto& callable = pickle_.at(node.callable);
    if (!is_numpy_core(callable.text) || callable.name != "scalar") return std::nullopt;
    const auto& args = pickle_.at(node.argument);
    if (args.items.size() != 2) fail(id, "has a numpy number without a value");
    const auto dtype = numpy_dtype(args.items[0]);
    const auto raw = pickle_.at(args.items[1]).text;
    if (raw.size() != item_size(dtype)) fail(id, "has a numpy number of the wrong size");
    switch (dtype) {
    case DType::f64: return little_endian<double>(raw);
    case DType::f32: return little_endian<float>(raw);
    case DType::f16: return half_to_double(little_endian<std::uint16_t>(raw));
    case DType::i64: return static_cast<double>(little_endian<std::int64_t>(raw));
    case DType::i32: return little_endian<std::int32_t>(raw);
    case DType::i16: return little_endian<std::int16_t>(raw);
    case DType::i8: return little_endian<std::int8_t>(raw);
    case DType::u8:
    case DType::boolean: return little_endian<std::uint8_t>(raw);
    case DType::bf16: break;
    }
    return std::nullopt;
}

nlohmann::json TorchReader::plain(NodeId id, std::int64_t& work) const { return plain(id, 0, work); }

nlohmann::json TorchReader::plain(NodeId id, int depth, std::int64_t& work) const {
    using json = nlohmann::json;
    const auto& node = pickle_.at(id);
    work -= 1 + static_cast<std::int64_t>(node.text.size());
    if (work < 0) fail(id, "refers to the same parts too many times");
    if (depth > kMaxDepth) return nullptr;
    constexpr std::size_t kMaxItems = 4096;
    switch (node.kind) {
    case Kind::boolean: return node.integer != 0;
    case Kind::integer: return node.integer;
    case Kind::real: return node.real;
    case Kind::text: return std::string(node.text);
    case Kind::tuple:
    case Kind::list: {
        json out = json::array();
        if (node.items.size() <= kMaxItems)
            for (auto item : node.items) out.push_back(plain(item, depth + 1, work));
        return out;
    }
    case Kind::dict: break;
    case Kind::call: {
        // An attribute that cannot be read is not worth refusing the model for: it may never be needed.
        try {
            if (auto value = number(id)) return *value;
        } catch (const FormatError&) {
            return nullptr;
        }
        const auto& callable = pickle_.at(node.callable);
        if (is_numpy_core(callable.text) && callable.name == "_reconstruct") {
            TensorData array;
            try {
                array = numpy_array(id);
            } catch (const FormatError&) {
                return nullptr;
            }
            json out = json::array();
            if (array.numel() > static_cast<std::int64_t>(kMaxItems)) return out;
            const auto raw = contiguous_bytes(array);
            for (std::int64_t i = 0; i < array.numel(); ++i) {
                const std::string_view item(reinterpret_cast<const char*>(raw.data()) + i * item_size(array.dtype),
                                            item_size(array.dtype));
                if (array.dtype == DType::i64)
                    out.push_back(little_endian<std::int64_t>(item));
                else if (array.dtype == DType::i32)
                    out.push_back(little_endian<std::int32_t>(item));
                else if (array.dtype == DType::f64)
                    out.push_back(little_endian<double>(item));
                else if (array.dtype == DType::f32)
                    out.push_back(little_endian<float>(item));
            }
            return out;
        }
        const bool mapping = pickle_.is_global(node.callable, "dnnlib.util", "EasyDict") ||
                             pickle_.is_global(node.callable, "collections", "OrderedDict");
        if (!mapping) return nullptr;
        break;
    }
    default: return nullptr;
    }
    json out = json::object();
    const auto pairs = entries(id);
    if (pairs.size() <= kMaxItems)
        for (const auto& [key, value] : pairs) out[std::string(key)] = plain(value, depth + 1, work);
    return out;
}

} // namespace unstuck::io
