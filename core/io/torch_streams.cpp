// The two containers of torch.save: five pickles with raw data behind them, and the uncompressed zip.
#include "core/io/error.hpp"
#include "core/io/torch_reader.hpp"
#include "core/io/zip.hpp"

#include <cstring>

namespace unstuck::io {

using Kind = Node::Kind;

namespace {

constexpr std::string_view kMagic{"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10}; // 0x1950a86a20f9469cfc6c
constexpr std::uint64_t kMaxStorages = 1'000'000;

DType storage_dtype(const Node& type) {
    constexpr std::pair<std::string_view, DType> names[] = {
        {"FloatStorage", DType::f32},   {"HalfStorage", DType::f16}, {"BFloat16Storage", DType::bf16},
        {"DoubleStorage", DType::f64},  {"LongStorage", DType::i64}, {"IntStorage", DType::i32},
        {"ShortStorage", DType::i16},   {"CharStorage", DType::i8},  {"ByteStorage", DType::u8},
        {"BoolStorage", DType::boolean}};
    if (type.kind == Kind::global && (type.text == "torch" || type.text == "torch.storage"))
        for (const auto& [name, dtype] : names)
            if (type.name == name) return dtype;
    throw FormatError(type.at, "has a storage of unknown type '" + std::string(type.name) + "'");
}

struct StorageId {
    DType dtype;
    std::string_view key;
    std::int64_t numel;
};

/// ('storage', type, key, location, numel[, view]) as torch writes persistent ids.
StorageId storage_id(const Pickle& pickle, const Node& node) {
    const auto& tuple = pickle.at(node.argument);
    if (tuple.kind != Kind::tuple || tuple.items.size() < 5)
        throw FormatError(node.at, "refers to a storage by an id of unknown form");
    const auto& key = pickle.at(tuple.items[2]);
    const auto& numel = pickle.at(tuple.items[4]);
    if (pickle.at(tuple.items[0]).text != "storage" || key.kind != Kind::text || numel.kind != Kind::integer ||
        numel.integer < 0)
        throw FormatError(node.at, "refers to a storage by an id of unknown form");
    if (tuple.items.size() > 5 && pickle.at(tuple.items[5]).kind != Kind::none)
        throw FormatError(node.at, "refers to a view of a storage, a form that only torch before 0.4 wrote");
    return {storage_dtype(pickle.at(tuple.items[1])), key.text, numel.integer};
}

/// Calls `visit` for every persistent id below the root. Walks with a list, so that depth costs no stack.
template <class Visit>
void for_each_storage(const Pickle& pickle, Visit visit) {
    std::vector<NodeId> todo{pickle.root()};
    std::vector<bool> seen;
    const auto add = [&](NodeId id) {
        if (id >= seen.size()) seen.resize(id + 1, false);
        if (!seen[id]) todo.push_back(id);
        seen[id] = true;
    };
    while (!todo.empty()) {
        const auto& node = pickle.at(todo.back());
        todo.pop_back();
        if (node.kind == Kind::persistent) {
            visit(node);
            continue;
        }
        for (auto item : node.items) add(item);
        if (node.kind == Kind::call) {
            add(node.callable);
            add(node.argument);
            add(node.state);
        }
    }
}

struct Cursor {
    Bytes stream;
    Pickle::Limits limits;
    std::uint64_t at = 0;
    Pickle pickle() {
        try {
            auto part = Pickle::parse(stream.subspan(at), limits);
            at += part.size_bytes();
            return part;
        } catch (const FormatError& e) {
            throw FormatError(at + e.offset, e.what());
        }
    }
    std::uint64_t u64() {
        if (stream.size() - at < 8) throw FormatError(at, "ends within a storage's length");
        std::uint64_t v = 0;
        std::memcpy(&v, stream.data() + at, 8);
        at += 8;
        return v;
    }
    Bytes take(std::uint64_t n) {
        if (n > stream.size() - at)
            throw FormatError(at, "needs " + std::to_string(n) + " bytes of a storage, " +
                                      std::to_string(stream.size() - at) + " are left");
        const auto part = stream.subspan(at, n);
        at += n;
        return part;
    }
};

} // namespace

bool is_legacy_stream(Bytes stream) {
    // PROTO 2, LONG1 of ten bytes: the magic number, alone in the first pickle.
    if (stream.size() < 15) return false;
    const std::string_view head(reinterpret_cast<const char*>(stream.data()), 15);
    return head.substr(0, 2) == std::string_view("\x80\x02", 2) && head.substr(2, 2) == "\x8a\x0a" &&
           head.substr(4, 10) == kMagic;
}

LegacyStream read_legacy_stream(Bytes stream, const Pickle::Limits& limits) {
    if (!is_legacy_stream(stream)) throw FormatError(0, "is not a torch.save stream");
    Cursor cursor{stream, limits};
    cursor.pickle();
    const auto protocol = cursor.pickle();
    if (protocol.at(protocol.root()).integer != 1001)
        throw FormatError(cursor.at, "is of another torch.save protocol than 1001");
    const auto system = cursor.pickle();
    if (const auto id = system.find(system.root(), "little_endian"); id && !system.at(id).integer)
        throw FormatError(system.at(id).at, "was written on a big-endian machine, which is not read");
    LegacyStream out;
    out.object = cursor.pickle();
    std::map<std::string, StorageId, std::less<>> wanted;
    for_each_storage(out.object, [&](const Node& node) {
        const auto id = storage_id(out.object, node);
        const auto [it, fresh] = wanted.try_emplace(std::string(id.key), id);
        if (!fresh && it->second.dtype != id.dtype) throw FormatError(node.at, "uses one storage with two types");
    });
    const auto keys = cursor.pickle();
    const auto& list = keys.at(keys.root());
    if (list.kind != Kind::list || list.items.size() > kMaxStorages)
        throw FormatError(cursor.at, "has no list of storage keys");
    for (auto key_id : list.items) {
        const auto& key = keys.at(key_id);
        const auto found = wanted.find(key.text);
        const auto at = cursor.at;
        const auto numel = cursor.u64();
        if (key.kind != Kind::text || found == wanted.end())
            throw FormatError(at, "has data for a storage that nothing refers to");
        if (numel != static_cast<std::uint64_t>(found->second.numel))
            throw FormatError(at, "says " + std::to_string(numel) + " elements where the storage has " +
                                      std::to_string(found->second.numel));
        if (numel > stream.size()) throw FormatError(at, "has a storage larger than the file");
        out.storages[found->first] = {found->second.dtype, cursor.take(numel * item_size(found->second.dtype))};
    }
    return out;
}

// --- zip

ZipEntries read_torch_zip(Bytes file) {
    ZipEntries out;
    const auto data_of = [&](const ZipMember& member) {
        if (member.deflated) throw FormatError(member.at, "is a compressed zip; torch.save stores without compression");
        return packed_data(file, member);
    };
    for (const auto& member : zip_members(file)) {
        const auto slash = member.name.find('/');
        if (slash == std::string_view::npos) continue;
        const auto inner = member.name.substr(slash + 1);
        if (inner == "data.pkl")
            out.pickle = data_of(member);
        else if (inner.substr(0, 5) == "data/")
            out.data[std::string(inner.substr(5))] = data_of(member);
        else if (inner == "byteorder") {
            const auto order = data_of(member);
            if (std::string_view(reinterpret_cast<const char*>(order.data()), order.size()).substr(0, 3) == "big")
                throw FormatError(member.at, "was written on a big-endian machine, which is not read");
        }
    }
    if (out.pickle.empty()) throw FormatError(0, "is a zip without a data.pkl: not a torch.save file");
    return out;
}

TorchStorages zip_storages(const Pickle& pickle, const ZipEntries& entries) {
    TorchStorages out;
    for_each_storage(pickle, [&](const Node& node) {
        const auto id = storage_id(pickle, node);
        const auto found = entries.data.find(id.key);
        if (found == entries.data.end()) throw FormatError(node.at, "refers to a storage that the file does not hold");
        if (static_cast<std::uint64_t>(id.numel) > found->second.size() / item_size(id.dtype))
            throw FormatError(node.at,
                              "refers to a storage of " + std::to_string(id.numel) + " elements, more than its data");
        out[std::string(id.key)] = {id.dtype, found->second};
    });
    return out;
}

} // namespace unstuck::io
