#pragma once
#include "core/io/pickle.hpp"
#include "core/io/tensor_data.hpp"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace unstuck::io {

/// The raw numbers of one torch storage.
struct TorchStorage {
    DType dtype = DType::f32;
    Bytes data;
};

using TorchStorages = std::map<std::string, TorchStorage, std::less<>>;

/// A pickle with the means to understand the torch and numpy objects in it: an allow-list of callables, recognised by
/// name and by the shape of their arguments. Anything else stays an inert node, and asking for it is an error that
/// names it. Every method throws FormatError with the offset of the node at fault.
class TorchReader {
  public:
    /// `owner` keeps the stream alive and is handed to every tensor; `storages` resolves persistent ids (torch.save
    /// files).
    TorchReader(Pickle pickle, std::shared_ptr<const void> owner, TorchStorages storages = {})
        : pickle_(std::move(pickle)),
          owner_(std::make_shared<const std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>>(
              std::move(owner), pickle_.owner())),
          storages_(std::move(storages)) {}

    const Pickle& pickle() const { return pickle_; }

    bool is_tensor(NodeId id) const;
    TensorData tensor(NodeId id) const;            ///< Tensor or parameter; strides and offset as stored.
    TensorData numpy_array(NodeId id) const;       ///< C or Fortran order, little or native byte order.
    std::optional<double> number(NodeId id) const; ///< int, float, bool or numpy scalar.

    /// Scalars, text, None, lists, tuples, dicts with text keys and numpy numbers as JSON; everything else is null.
    /// `work` is charged for each value and byte of text: shared parts are expanded once per reference, which must not
    /// go on for ever. Below zero throws FormatError.
    nlohmann::json plain(NodeId id, std::int64_t& work) const;

    /// Entries of a dict, an OrderedDict (filled by SETITEMS or given as a list of pairs) or a dict subclass.
    std::vector<std::pair<std::string_view, NodeId>> entries(NodeId id) const;
    NodeId find(NodeId mapping, std::string_view key) const;

    [[noreturn]] void fail(NodeId id, const std::string& why) const;

  private:
    TorchStorage storage(NodeId id) const;
    std::vector<std::int64_t> integers(NodeId id) const;
    DType numpy_dtype(NodeId id) const;
    nlohmann::json plain(NodeId id, int depth, std::int64_t& work) const;

    Pickle pickle_;
    std::shared_ptr<const void> owner_;
    TorchStorages storages_;
};

/// torch.save's old format: five pickles and raw data. Also what `torch.storage._load_from_bytes` is given.
struct LegacyStream {
    Pickle object; ///< The fourth pickle.
    TorchStorages storages;
};
LegacyStream read_legacy_stream(Bytes stream, const Pickle::Limits& limits = {});
bool is_legacy_stream(Bytes stream);

/// torch.save's zip format: `data.pkl` and `data/KEY` entries, stored without compression.
struct ZipEntries {
    Bytes pickle;
    std::map<std::string, Bytes, std::less<>> data; ///< By storage key.
};
ZipEntries read_torch_zip(Bytes file);

/// Storage types by persistent id: turns zip data into storages, checking sizes.
TorchStorages zip_storages(const Pickle& pickle, const ZipEntries& entries);

} // namespace unstuck::io
