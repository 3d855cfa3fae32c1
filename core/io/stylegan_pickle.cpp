#include "core/io/stylegan_pickle.hpp"

#include "core/io/error.hpp"
#include "core/io/torch_reader.hpp"

#include <algorithm>
#include <set>

namespace unstuck::io {

using Kind = Node::Kind;
using json = nlohmann::json;

namespace {

constexpr int kMaxModuleDepth = 16;
constexpr std::size_t kMaxTensors = 100'000;

/// Collects what one network's module tree holds.
class ModuleWalk {
  public:
    ModuleWalk(const TorchReader& reader, std::uint64_t file_size, Checkpoint& out)
        : reader_(reader), budget_(4 * file_size + (1 << 20)), out_(out) {}

    void module(NodeId id, const std::string& path, int depth) {
        charge(id);
        if (depth > kMaxModuleDepth) reader_.fail(id, "nests modules deeper than 16 levels");
        const auto state = state_of(id, path);
        json fields = json::object();
        for (const auto& [name, value] : reader_.entries(state))
            if (name.empty() || name[0] != '_' || name == "_init_kwargs" || name == "_init_args")
                if (auto plain = field(value); !plain.is_discarded()) fields[std::string(name)] = std::move(plain);
        if (const auto name = class_name(id); !name.empty()) fields["class_name"] = name;
        out_.fields[path.empty() ? "" : path.substr(0, path.size() - 1)] = std::move(fields);
        tensors(reader_.find(state, "_parameters"), path);
        tensors(reader_.find(state, "_buffers"), path);
        for (const auto& [name, value] : reader_.entries(reader_.find(state, "_modules")))
            if (node(value).kind != Kind::none) {
                check_name(value, name);
                module(value, path + std::string(name) + ".", depth + 1);
            }
    }

    std::string class_name(NodeId id) const {
        const auto& args = node(node(id).argument);
        if (!is_persistent_class(id) || args.items.size() != 1) return {};
        return std::string(node(reader_.find(args.items[0], "class_name")).text);
    }

  private:
    /// One more module or tensor: references to the same ones may not multiply without end.
    void charge(NodeId id) {
        constexpr std::int64_t kEach = 100;
        work_ -= kEach;
        if (work_ < 0) reader_.fail(id, "refers to the same parts too many times");
    }

    /// Names go to messages, JSON and files.
    void check_name(NodeId id, std::string_view name) const {
        constexpr std::size_t kLongest = 256;
        const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
        if (name.empty() || name.size() > kLongest || !printable)
            reader_.fail(id, "has a module or tensor with an unprintable name");
    }

    const Node& node(NodeId id) const { return reader_.pickle().at(id); }

    bool is_persistent_class(NodeId id) const {
        return node(id).kind == Kind::call &&
               reader_.pickle().is_global(node(id).callable, "torch_utils.persistence", "_reconstruct_persistent_obj");
    }

    /// The attribute dict of a persistent class, or of a plain module that was pickled with BUILD.
    NodeId state_of(NodeId id, const std::string& path) const {
        const auto where =
            path.empty() ? std::string("the generator") : "the module '" + path.substr(0, path.size() - 1) + "'";
        NodeId state = 0;
        if (is_persistent_class(id)) {
            const auto& args = node(node(id).argument);
            if (args.items.size() == 1) state = reader_.find(args.items[0], "state");
        } else if (node(id).kind == Kind::call) {
            state = node(id).state;
        }
        if (!state || !reader_.find(state, "_modules"))
            reader_.fail(id,
                         "needs a network module for " + where + ", found " +
                             (node(id).kind == Kind::call ? reader_.pickle().global_name(id) + ", which is not executed"
                                                          : std::string("something else")));
        return state;
    }

    /// A plain attribute, or `discarded` for what JSON cannot hold (tensors, other objects).
    json field(NodeId value) {
        if (node(value).kind == Kind::none) return nullptr;
        auto plain = reader_.plain(value, work_);
        return plain.is_null() ? json(json::value_t::discarded) : plain;
    }

    void tensors(NodeId mapping, const std::string& path) {
        for (const auto& [name, value] : reader_.entries(mapping)) {
            if (node(value).kind == Kind::none) continue; // an absent bias or filter
            charge(value);
            check_name(value, name);
            auto tensor = reader_.tensor(value);
            const auto bytes = static_cast<std::uint64_t>(tensor.numel()) * item_size(tensor.dtype);
            if (bytes > budget_ || out_.tensors.size() >= kMaxTensors)
                reader_.fail(value, "holds tensors of many times the file's size");
            budget_ -= bytes;
            out_.tensors.insert_or_assign(path + std::string(name), std::move(tensor));
        }
    }

    const TorchReader& reader_;
    std::uint64_t budget_;
    std::int64_t work_ = 50'000'000; ///< A real generator takes some 100,000.
    Checkpoint& out_;
};

std::vector<std::string> unknown_globals(const Pickle& pickle, NodeId count) {
    static const std::set<std::string, std::less<>> known = {"torch_utils.persistence._reconstruct_persistent_obj",
                                                             "collections.OrderedDict",
                                                             "dnnlib.util.EasyDict",
                                                             "torch._utils._rebuild_parameter",
                                                             "torch._utils._rebuild_tensor_v2",
                                                             "torch._utils._rebuild_tensor",
                                                             "torch._utils._rebuild_parameter_with_state",
                                                             "torch.storage._load_from_bytes",
                                                             "numpy.core.multiarray.scalar",
                                                             "numpy._core.multiarray.scalar",
                                                             "numpy.core.multiarray._reconstruct",
                                                             "numpy._core.multiarray._reconstruct",
                                                             "numpy.dtype",
                                                             "numpy.ndarray",
                                                             "torch.Size",
                                                             "torch.device",
                                                             "_codecs.encode",
                                                             "copyreg._reconstructor",
                                                             "builtins.object",
                                                             "builtins.set",
                                                             "__builtin__.set",
                                                             "__builtin__.object",
                                                             "__builtin__.bytes",
                                                             "builtins.bytes"};
    std::set<std::string> found;
    for (NodeId id = 0; id < count && found.size() < 100; ++id)
        if (pickle.at(id).kind == Kind::global)
            if (auto name = pickle.global_name(id); !known.contains(name)) found.insert(std::move(name));
    return {found.begin(), found.end()};
}

/// Constructor arguments, flat. Attributes of the built modules win over recorded arguments: defaults are not recorded,
/// and they changed between projects.
json constructor_arguments(const json& fields, const std::string& family) {
    const auto at = [&](const std::string& path) { return fields.contains(path) ? fields[path] : json::object(); };
    const auto merge = [](json& to, const json& from) {
        if (from.is_object()) to.update(from);
    };
    json kwargs = json::object();
    const auto generator = at("").value("_init_kwargs", json::object());
    merge(kwargs, generator);
    if (kwargs.contains("synthesis_kwargs")) {
        const auto nested = kwargs["synthesis_kwargs"];
        kwargs.erase("synthesis_kwargs");
        merge(kwargs, nested);
    }
    merge(kwargs, at("synthesis").value("_init_kwargs", json::object()));
    const auto take = [&](const json& from, std::initializer_list<const char*> names) {
        for (const auto* name : names)
            if (from.contains(name)) kwargs[name] = from[name];
    };
    take(at(""), {"z_dim", "c_dim", "w_dim", "img_resolution", "img_channels"});
    take(at("synthesis"), {"w_dim", "img_resolution", "img_channels", "num_layers", "num_critical", "margin_size",
                           "output_scale", "num_fp16_res"});
    const auto mapping = at("mapping");
    if (!kwargs.contains("mapping_kwargs") || !kwargs["mapping_kwargs"].is_object())
        kwargs["mapping_kwargs"] = json::object();
    if (mapping.contains("num_layers")) kwargs["mapping_kwargs"]["num_layers"] = mapping["num_layers"];

    const auto fc0 = at("mapping.fc0");
    if (fc0.contains("bias_gain")) kwargs["mapping_kwargs"]["lr_multiplier"] = fc0["bias_gain"];
    if (fc0.contains("activation")) kwargs["mapping_kwargs"]["activation"] = fc0["activation"];

    if (family == "stylegan3") {
        const auto names = at("synthesis").value("layer_names", json::array());
        if (names.is_array() && !names.empty() && names[0].is_string()) {
            const auto first = at("synthesis." + names[0].get<std::string>());
            take(first, {"conv_kernel", "conv_clamp", "use_radial_filters"});
        }
        return kwargs;
    }
    for (const auto& [path, module] : fields.items()) {
        if (path == "synthesis.b4") take(module, {"architecture"});
        if (path == "synthesis.b4.conv1") take(module, {"conv_clamp", "use_noise", "activation"});
    }
    return kwargs;
}

} // namespace

Checkpoint read_stylegan_pickle(const std::shared_ptr<const MappedFile>& file) {
    auto pickle = Pickle::parse(file->bytes());
    const auto root = pickle.root();
    const TorchReader reader(std::move(pickle), file);
    Checkpoint out;
    out.format = "StyleGAN pickle";
    const auto& top = reader.pickle().at(root);
    if (top.kind == Kind::tuple)
        reader.fail(
            root, "is a TensorFlow network pickle; convert it once with the official legacy.py, then open the result");
    NodeId network = 0;
    for (const auto* name : {"G_ema", "G"}) {
        const auto found = reader.find(root, name);
        if (found && reader.pickle().at(found).kind != Kind::none) {
            network = found;
            out.network = name;
            break;
        }
    }
    if (!network) reader.fail(root, "holds no generator: neither 'G_ema' nor 'G' is in it");
    out.fields = json::object();
    ModuleWalk(reader, file->bytes().size(), out).module(network, "", 0);
    out.family = out.fields.contains("synthesis.input") ? "stylegan3" : "stylegan2";
    if (!out.fields.contains("synthesis") || !out.fields.contains("mapping"))
        reader.fail(network, "holds a generator without mapping and synthesis networks: not a StyleGAN2 or StyleGAN3");
    out.kwargs = constructor_arguments(out.fields, out.family);
    out.ignored_globals = unknown_globals(reader.pickle(), static_cast<NodeId>(reader.pickle().size()));
    return out;
}

} // namespace unstuck::io
