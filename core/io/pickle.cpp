#include "core/io/pickle.hpp"

#include "core/io/error.hpp"

#include <bit>
#include <cstring>
#include <unordered_map>

namespace unstuck::io {

namespace {

enum Op : std::uint8_t {
    kMark = '(',
    kStop = '.',
    kPop = '0',
    kPopMark = '1',
    kDup = '2',
    kBinFloat = 'G',
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kNone = 'N',
    kBinPersId = 'Q',
    kReduce = 'R',
    kBinUnicode = 'X',
    kAppend = 'a',
    kBuild = 'b',
    kGlobal = 'c',
    kDict = 'd',
    kEmptyDict = '}',
    kAppends = 'e',
    kBinGet = 'h',
    kLongBinGet = 'j',
    kList = 'l',
    kEmptyList = ']',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kSetItem = 's',
    kTuple = 't',
    kEmptyTuple = ')',
    kSetItems = 'u',
    kBinString = 'T',
    kShortBinString = 'U',
    kBinBytes = 'B',
    kShortBinBytes = 'C',
    kProto = 0x80,
    kNewObj = 0x81,
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kLong1 = 0x8a,
    kLong4 = 0x8b,
    kShortBinUnicode = 0x8c,
    kBinUnicode8 = 0x8d,
    kBinBytes8 = 0x8e,
    kEmptySet = 0x8f,
    kAddItems = 0x90,
    kFrozenSet = 0x91,
    kNewObjEx = 0x92,
    kStackGlobal = 0x93,
    kMemoize = 0x94,
    kFrame = 0x95,
    kByteArray8 = 0x96,
};

constexpr NodeId kMarkId = ~NodeId{0};

std::string hex(unsigned value) {
    constexpr char digits[] = "0123456789abcdef";
    return {'0', 'x', digits[value >> 4 & 15], digits[value & 15]};
}

/// The bytes of the latin-1 text that protocol 2 writes for a bytes object (UTF-8 in the file). False if it is not
/// latin-1.
bool latin1_bytes(std::string_view utf8, std::string& out) {
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        if (c < 0x80) {
            out.push_back(static_cast<char>(c));
            continue;
        }
        if ((c != 0xc2 && c != 0xc3) || i + 1 >= utf8.size()) return false;
        out.push_back(static_cast<char>((c & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f)));
    }
    return true;
}

} // namespace

/// The stack machine of the pickle format, reduced to building nodes.
class PickleMachine {
  public:
    PickleMachine(Bytes stream, const Pickle::Limits& limits) : in_(stream), limits_(limits) {
        pickle_.nodes_.emplace_back(); // node 0: none
    }

    Pickle run() {
        while (step()) {
        }
        return std::move(pickle_);
    }

  private:
    using Kind = Node::Kind;

    [[noreturn]] void fail(const std::string& why) const { throw FormatError(op_at_, why); }

    // --- reading
    Bytes take(std::uint64_t n) {
        if (n > in_.size() - pos_)
            fail("needs " + std::to_string(n) + " bytes, " + std::to_string(in_.size() - pos_) + " are left");
        const auto part = in_.subspan(pos_, n);
        pos_ += n;
        return part;
    }
    std::uint64_t number(int bytes) {
        const auto part = take(bytes);
        std::uint64_t v = 0;
        for (int i = 0; i < bytes; ++i) v |= std::uint64_t(std::to_integer<unsigned>(part[i])) << (8 * i);
        return v;
    }
    std::string_view view(std::uint64_t n) {
        const auto part = take(n);
        return {reinterpret_cast<const char*>(part.data()), part.size()};
    }
    std::string_view line() {
        const auto start = pos_;
        while (pos_ < in_.size() && std::to_integer<char>(in_[pos_]) != '\n') {
            if (pos_ - start > 4096) fail("a global's name is longer than 4096 bytes");
            ++pos_;
        }
        if (pos_ == in_.size()) fail("a global's name does not end");
        const std::string_view text(reinterpret_cast<const char*>(in_.data()) + start, pos_ - start);
        ++pos_;
        return text;
    }

    // --- stack
    NodeId make(Kind kind) {
        if (pickle_.nodes_.size() >= limits_.nodes)
            fail("holds more than " + std::to_string(limits_.nodes) + " values");
        auto& node = pickle_.nodes_.emplace_back();
        node.kind = kind;
        node.at = op_at_;
        return static_cast<NodeId>(pickle_.nodes_.size() - 1);
    }
    Node& node(NodeId id) { return pickle_.nodes_[id]; }
    void push(NodeId id) {
        if (stack_.size() >= limits_.stack) fail("is nested deeper than the limit");
        stack_.push_back(id);
    }
    Node& push_new(Kind kind) {
        const auto id = make(kind);
        push(id);
        return node(id);
    }
    NodeId pop() {
        if (stack_.empty() || stack_.back() == kMarkId) fail("takes a value from an empty stack");
        const auto id = stack_.back();
        stack_.pop_back();
        return id;
    }
    NodeId top() {
        if (stack_.empty() || stack_.back() == kMarkId) fail("looks at an empty stack");
        return stack_.back();
    }
    std::vector<NodeId> pop_to_mark() {
        auto it = stack_.end();
        while (it != stack_.begin() && *(it - 1) != kMarkId) --it;
        if (it == stack_.begin()) fail("looks for a mark that is not there");
        std::vector<NodeId> items(it, stack_.end());
        stack_.erase(it - 1, stack_.end());
        return items;
    }

    // --- building
    void integer(std::int64_t v) { push_new(Kind::integer).integer = v; }
    void boolean(bool v) { push_new(Kind::boolean).integer = v; }
    void text(Kind kind, std::uint64_t size) {
        const auto part = view(size);
        push_new(kind).text = part;
    }
    void tuple(std::vector<NodeId> items) { push_new(Kind::tuple).items = std::move(items); }
    void long_integer(std::uint64_t size) {
        const auto part = view(size);
        if (size > 8) {
            push_new(Kind::big_integer).text = part;
            return;
        }
        std::uint64_t v = 0;
        for (std::size_t i = 0; i < part.size(); ++i)
            v |= std::uint64_t(static_cast<unsigned char>(part[i])) << (8 * i);
        if (!part.empty() && part.size() < 8 && (part.back() & 0x80)) v |= ~std::uint64_t{0} << (8 * part.size());
        integer(static_cast<std::int64_t>(v));
    }
    void call(NodeId callable, NodeId argument) {
        if (pickle_.is_global(callable, "_codecs", "encode") && encode_latin1(argument)) return;
        auto& made = push_new(Kind::call);
        made.callable = callable;
        made.argument = argument;
    }
    bool encode_latin1(NodeId argument) {
        if (node(argument).kind != Kind::tuple || node(argument).items.size() != 2) return false;
        const auto text_id = node(argument).items[0], codec_id = node(argument).items[1];
        if (node(text_id).kind != Kind::text || node(codec_id).text != "latin1") return false;
        // Each text is encoded once in an honest file: together they cannot outgrow the stream.
        owned_bytes_ += node(text_id).text.size();
        if (owned_bytes_ > in_.size()) fail("encodes more bytes than the file holds");
        std::string out;
        if (!latin1_bytes(node(text_id).text, out)) return false;
        pickle_.owned_->push_back(std::move(out));
        push_new(Kind::bytes).text = pickle_.owned_->back();
        return true;
    }
    void append(NodeId target, const std::vector<NodeId>& items, bool pairs) {
        auto& to = node(target);
        const bool fits =
            to.kind == Kind::call || (pairs ? to.kind == Kind::dict : to.kind == Kind::list || to.kind == Kind::set);
        if (!fits) fail(pairs ? "sets an item of something that is no dict" : "appends to something that is no list");
        if (pairs && items.size() % 2) fail("sets a key without a value");
        to.items.insert(to.items.end(), items.begin(), items.end());
        total_items_ += items.size();
        if (total_items_ > 4 * limits_.nodes) fail("holds more items than the limit");
    }
    void build(NodeId state) {
        auto& target = node(top());
        if (target.kind == Kind::call)
            target.state = state;
        else
            fail("gives a state to something that is no object");
    }

    // --- memo
    void put(std::uint64_t slot) {
        if (slot >= limits_.memo) fail("uses memo slot " + std::to_string(slot) + ", beyond the limit");
        memo_[slot] = top();
    }
    void get(std::uint64_t slot) {
        const auto found = memo_.find(slot);
        if (found == memo_.end()) fail("asks for memo slot " + std::to_string(slot) + ", which was never filled");
        push(found->second);
    }

    void global(std::string_view module, std::string_view name) {
        constexpr std::size_t kLongest = 4096;
        if (module.size() + name.size() > kLongest) fail("a global's name is longer than 4096 bytes");
        auto& made = push_new(Kind::global);
        made.text = module;
        made.name = name;
    }
    void stack_global() {
        const auto name = pop(), module = pop();
        if (node(name).kind != Kind::text || node(module).kind != Kind::text)
            fail("names a global by something that is no text");
        global(node(module).text, node(name).text);
    }

    bool step() {
        op_at_ = pos_;
        if (++steps_ > limits_.opcodes) fail("has more than " + std::to_string(limits_.opcodes) + " opcodes");
        const auto op = static_cast<std::uint8_t>(number(1));
        if (scalar(op) || container(op) || object(op)) return true;
        if (op == kStop) {
            pickle_.root_ = pop();
            pickle_.end_ = pos_;
            return false;
        }
        fail("opcode " + hex(op) + " is not one that a model file needs");
    }

    bool scalar(std::uint8_t op) {
        switch (op) {
        case kProto: {
            const auto version = number(1);
            if (version < 2 || version > 5)
                fail("is of pickle protocol " + std::to_string(version) + "; 2 to 5 are read");
            return true;
        }
        case kFrame: number(8); return true;
        case kNone: push_new(Kind::none); return true;
        case kNewTrue: boolean(true); return true;
        case kNewFalse: boolean(false); return true;
        case kBinInt: integer(static_cast<std::int32_t>(number(4))); return true;
        case kBinInt1: integer(static_cast<std::int64_t>(number(1))); return true;
        case kBinInt2: integer(static_cast<std::int64_t>(number(2))); return true;
        case kLong1: long_integer(number(1)); return true;
        case kLong4: long_integer(number(4)); return true;
        case kBinFloat: {
            std::uint64_t bits = 0;
            for (auto b : take(8)) bits = bits << 8 | std::to_integer<unsigned>(b);
            push_new(Kind::real).real = std::bit_cast<double>(bits);
            return true;
        }
        case kShortBinUnicode: text(Kind::text, number(1)); return true;
        case kBinUnicode: text(Kind::text, number(4)); return true;
        case kBinUnicode8: text(Kind::text, number(8)); return true;
        case kShortBinString: text(Kind::bytes, number(1)); return true;
        case kBinString: text(Kind::bytes, number(4)); return true;
        case kShortBinBytes: text(Kind::bytes, number(1)); return true;
        case kBinBytes: text(Kind::bytes, number(4)); return true;
        case kBinBytes8:
        case kByteArray8: text(Kind::bytes, number(8)); return true;
        default: return false;
        }
    }

    bool container(std::uint8_t op) {
        switch (op) {
        case kMark: push(kMarkId); return true;
        case kPop:
            if (stack_.empty()) fail("takes a value from an empty stack");
            stack_.pop_back();
            return true;
        case kPopMark: pop_to_mark(); return true;
        case kDup: push(top()); return true;
        case kEmptyTuple: push_new(Kind::tuple); return true;
        case kTuple: tuple(pop_to_mark()); return true;
        case kTuple1: {
            const auto a = pop();
            tuple({a});
            return true;
        }
        case kTuple2: {
            const auto b = pop(), a = pop();
            tuple({a, b});
            return true;
        }
        case kTuple3: {
            const auto c = pop(), b = pop(), a = pop();
            tuple({a, b, c});
            return true;
        }
        case kEmptyList: push_new(Kind::list); return true;
        case kEmptyDict: push_new(Kind::dict); return true;
        case kEmptySet: push_new(Kind::set); return true;
        case kList: filled(Kind::list); return true;
        case kDict: filled(Kind::dict); return true;
        case kFrozenSet: filled(Kind::set); return true;
        case kAppend: {
            const auto item = pop();
            append(top(), {item}, false);
            return true;
        }
        case kAppends:
        case kAddItems: {
            const auto items = pop_to_mark();
            append(top(), items, false);
            return true;
        }
        case kSetItem: {
            const auto value = pop(), key = pop();
            append(top(), {key, value}, true);
            return true;
        }
        case kSetItems: {
            const auto items = pop_to_mark();
            append(top(), items, true);
            return true;
        }
        default: return false;
        }
    }
    void filled(Kind kind) {
        auto items = pop_to_mark();
        if (kind == Kind::dict && items.size() % 2) fail("makes a dict from an odd number of values");
        push_new(kind).items = std::move(items);
    }

    bool object(std::uint8_t op) {
        switch (op) {
        case kGlobal: {
            const auto module = line(), name = line();
            global(module, name);
            return true;
        }
        case kStackGlobal: stack_global(); return true;
        case kReduce:
        case kNewObj: {
            const auto argument = pop(), callable = pop();
            call(callable, argument);
            return true;
        }
        case kNewObjEx: {
            const auto keywords = pop(), argument = pop(), callable = pop();
            call(callable, argument);
            if (node(keywords).kind != Kind::dict) fail("passes keyword arguments that are no dict");
            append(top(), std::vector<NodeId>(node(keywords).items), true);
            return true;
        }
        case kBuild: {
            const auto state = pop();
            build(state);
            return true;
        }
        case kBinPersId: {
            const auto id = pop();
            push_new(Kind::persistent).argument = id;
            return true;
        }
        case kMemoize: put(memo_.size()); return true;
        case kBinPut: put(number(1)); return true;
        case kLongBinPut: put(number(4)); return true;
        case kBinGet: get(number(1)); return true;
        case kLongBinGet: get(number(4)); return true;
        default: return false;
        }
    }

    Bytes in_;
    Pickle::Limits limits_;
    Pickle pickle_;
    std::vector<NodeId> stack_;
    std::unordered_map<std::uint64_t, NodeId> memo_;
    std::uint64_t pos_ = 0, op_at_ = 0;
    std::size_t steps_ = 0, total_items_ = 0, owned_bytes_ = 0;
};

Pickle Pickle::parse(Bytes stream, const Limits& limits) { return PickleMachine(stream, limits).run(); }

NodeId Pickle::find(NodeId mapping, std::string_view key) const {
    const auto& node = at(mapping);
    if (node.kind != Node::Kind::dict && node.kind != Node::Kind::call) return 0;
    // The last one wins, as it does for the dict that the stream describes.
    for (std::size_t i = node.items.size() & ~std::size_t{1}; i >= 2; i -= 2) {
        const auto& k = at(node.items[i - 2]);
        if (k.kind == Node::Kind::text && k.text == key) return node.items[i - 1];
    }
    return 0;
}

bool Pickle::is_global(NodeId id, std::string_view module, std::string_view name) const {
    const auto& node = at(id);
    return node.kind == Node::Kind::global && node.text == module && node.name == name;
}

std::string Pickle::global_name(NodeId id) const {
    const auto* node = &at(id);
    if (node->kind == Node::Kind::call) node = &at(node->callable);
    if (node->kind != Node::Kind::global) return "something without a name";
    auto name = std::string(node->text) + "." + std::string(node->name);
    // It goes to terminals, JSON and the window: nothing but printable ASCII leaves here.
    for (char& c : name)
        if (c < 0x20 || c > 0x7e) c = '?';
    return name;
}

} // namespace unstuck::io
