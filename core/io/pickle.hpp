#pragma once
#include "core/io/mapped_file.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unstuck::io {

using NodeId = std::uint32_t;

/// One value of a pickle, kept as what the stream says and never acted upon. A `call` is a callable with its arguments
/// (REDUCE, NEWOBJ) that nobody calls: readers recognise the few they understand by name and read their parts.
struct Node {
    enum class Kind : std::uint8_t {
        none,
        boolean,
        integer,
        big_integer, ///< More than 64 bits: its little-endian bytes are in `text`.
        real,
        text,
        bytes,
        tuple,
        list,
        dict, ///< `items` alternates keys and values.
        set,
        global, ///< `text` is the module, `name` the qualified name.
        call,   ///< `items` holds what was appended (values) or set (keys, values) on the object afterwards.
        persistent
    };
    Kind kind = Kind::none;
    std::int64_t integer = 0; ///< Also 0/1 for boolean.
    double real = 0;
    std::string_view text;
    std::string_view name;
    std::vector<NodeId> items;
    NodeId callable = 0;  ///< call: a global, usually.
    NodeId argument = 0;  ///< call: a tuple; persistent: the id.
    NodeId state = 0;     ///< call: what BUILD gave; 0 (a none node) when there was none.
    std::uint64_t at = 0; ///< Byte offset of the opcode that made it.
};

/// A parsed pickle: nodes refer to one another by index, so that cycles and sharing cost nothing and freeing is flat.
/// Text and bytes point into the stream, which has to outlive this.
class Pickle {
  public:
    struct Limits {
        std::size_t nodes = 4'000'000;
        std::size_t opcodes = 64'000'000;
        std::size_t memo = 4'000'000;
        std::size_t stack = 1'000'000; ///< Also bounds the nesting: every open container is a mark on the stack.
    };

    /// Parses one pickle at the start of `stream` (protocols 2 to 5). Executes nothing: a name is only a name.
    /// Throws FormatError with the offset of the opcode at fault.
    static Pickle parse(Bytes stream, const Limits& limits);
    static Pickle parse(Bytes stream) { return parse(stream, Limits{}); }

    const Node& at(NodeId id) const { return nodes_[id]; }
    NodeId root() const { return root_; }
    std::size_t size() const { return nodes_.size(); }
    /// Keeps alive the bytes that a protocol 2 stream spells as text: what points to them must hold on to this as well
    /// as to the stream.
    std::shared_ptr<const void> owner() const { return owned_; }

    std::uint64_t size_bytes() const { return end_; } ///< Where the STOP opcode ended.

    /// The value under a text key of a dict, or of a call with items (OrderedDict, EasyDict). 0 when there is none.
    NodeId find(NodeId mapping, std::string_view key) const;

    bool is_global(NodeId id, std::string_view module, std::string_view name) const;
    std::string global_name(NodeId id) const; ///< "module.name" of a global, or of the callable of a call.

  private:
    friend class PickleMachine;
    std::vector<Node> nodes_;
    std::shared_ptr<std::deque<std::string>> owned_ = std::make_shared<std::deque<std::string>>();
    NodeId root_ = 0;
    std::uint64_t end_ = 0;
};

} // namespace unstuck::io
