#include "core/io/npy.hpp"

#include "core/io/error.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>
#include <string_view>

namespace unstuck::io {

namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};

/// The header is a Python dict literal of three entries: this reads that one form, whatever the spaces.
class Header {
  public:
    Header(std::string_view text, std::uint64_t at) : text_(text), at_(at) {}

    struct Content {
        std::optional<std::string> descr;
        std::optional<bool> fortran;
        std::optional<std::vector<std::int64_t>> shape;
    };

    Content read() {
        Content out;
        expect('{');
        while (!take('}')) {
            const auto key = quoted();
            expect(':');
            if (key == "descr")
                out.descr = dtype();
            else if (key == "fortran_order")
                out.fortran = boolean();
            else if (key == "shape")
                out.shape = tuple();
            else
                fail("has the unknown field '" + key.substr(0, 40) + "' in its header");
            if (!take(',')) {
                expect('}');
                break;
            }
        }
        return out;
    }

    [[noreturn]] void fail(const std::string& why) const { throw FormatError(at_ + pos_, why); }

  private:
    void spaces() {
        while (pos_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[pos_]))) ++pos_;
    }
    bool take(char c) {
        spaces();
        if (pos_ >= text_.size() || text_[pos_] != c) return false;
        ++pos_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) fail(std::string("has a header that cannot be understood: expected '") + c + "'");
    }
    std::string quoted() {
        spaces();
        const char mark = pos_ < text_.size() ? text_[pos_] : ' ';
        if (mark != '\'' && mark != '"') fail("has a header that cannot be understood: expected a quoted text");
        const auto end = text_.find(mark, pos_ + 1);
        if (end == std::string_view::npos) fail("has a header that ends within a text");
        const auto out = text_.substr(pos_ + 1, end - pos_ - 1);
        pos_ = end + 1;
        return std::string(out);
    }
    std::string dtype() {
        spaces();
        if (pos_ < text_.size() && text_[pos_] == '[')
            fail("holds records with several fields, expected an array of plain numbers");
        return quoted();
    }
    bool boolean() {
        spaces();
        for (const bool value : {false, true}) {
            const std::string_view name = value ? "True" : "False";
            if (text_.substr(pos_, name.size()) != name) continue;
            pos_ += name.size();
            return value;
        }
        fail("has a header field 'fortran_order' that is neither True nor False");
    }
    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> out;
        expect('(');
        while (!take(')')) {
            spaces();
            std::int64_t value = 0;
            std::size_t digits = 0;
            for (; pos_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[pos_])); ++pos_, ++digits)
                value = value * 10 + (text_[pos_] - '0');
            constexpr std::size_t kMostDigits = 12, kMostDims = 16;
            if (digits == 0 || digits > kMostDigits || out.size() >= kMostDims)
                fail("has a header field 'shape' that makes no sense");
            out.push_back(value);
            if (!take(',')) {
                expect(')');
                break;
            }
        }
        return out;
    }

    std::string_view text_;
    std::uint64_t at_;
    std::size_t pos_ = 0;
};

DType dtype_of(const Header& header, const std::string& descr) {
    constexpr std::pair<std::string_view, DType> names[] = {
        {"f2", DType::f16}, {"f4", DType::f32}, {"f8", DType::f64}, {"i8", DType::i64},    {"i4", DType::i32},
        {"i2", DType::i16}, {"i1", DType::i8},  {"u1", DType::u8},  {"b1", DType::boolean}};
    if (descr.find('O') != std::string::npos)
        header.fail("holds Python objects (dtype '" + descr + "'), which are never read; save plain numbers");
    if (!descr.empty() && descr[0] == '>')
        header.fail("holds big-endian numbers (dtype '" + descr + "'); save it as '<f4'");
    for (const auto& [name, dtype] : names)
        if (descr.size() == 3 && (descr[0] == '<' || descr[0] == '|') && descr.substr(1) == name) return dtype;
    header.fail("has the dtype '" + descr.substr(0, 40) + "', expected plain numbers such as '<f4'");
}

/// Row-major, or column-major as Fortran has it. The product of all sizes is checked against `most` on the way.
std::vector<std::int64_t> strides_of(const Header& header, std::vector<std::int64_t> shape, bool fortran,
                                     std::uint64_t most) {
    std::int64_t bound = 1; // zero sizes count as one, so that no partial product overflows
    for (const auto size : shape)
        if (__builtin_mul_overflow(bound, std::max<std::int64_t>(size, 1), &bound) ||
            static_cast<std::uint64_t>(bound) > std::max<std::uint64_t>(most, 1))
            header.fail("has a shape of more numbers than its bytes hold: cut off?");
    if (fortran) std::reverse(shape.begin(), shape.end());
    auto strides = contiguous_strides(shape);
    if (fortran) std::reverse(strides.begin(), strides.end());
    return strides;
}

} // namespace

bool looks_like_npy(Bytes bytes) {
    return bytes.size() >= kMagic.size() && std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

TensorData read_npy(Bytes bytes, std::shared_ptr<const void> owner) {
    if (!looks_like_npy(bytes) || bytes.size() < 10) throw FormatError(0, "is no .npy array");
    const int version = std::to_integer<int>(bytes[6]);
    if (version < 1 || version > 3)
        throw FormatError(6, "is a .npy file of version " + std::to_string(version) + ", expected 1 to 3");
    const std::size_t width = version == 1 ? 2 : 4, start = 8 + width;
    std::uint64_t length = 0;
    if (bytes.size() < start) throw FormatError(8, "is a .npy file that ends early");
    std::memcpy(&length, bytes.data() + 8, width);
    constexpr std::uint64_t kMaxHeader = 1 << 16;
    if (length > bytes.size() - start || length > kMaxHeader)
        throw FormatError(8, "has a header of " + std::to_string(length) + " bytes, more than the file or than 65536");
    Header header({reinterpret_cast<const char*>(bytes.data()) + start, length}, start);
    const auto content = header.read();
    for (const auto& [name, there] : {std::pair{"descr", content.descr.has_value()},
                                      {"fortran_order", content.fortran.has_value()},
                                      {"shape", content.shape.has_value()}})
        if (!there) header.fail(std::string("has no field '") + name + "' in its header");
    TensorData out;
    out.dtype = dtype_of(header, *content.descr);
    out.shape = *content.shape;
    const auto data = bytes.subspan(start + length);
    if (std::find(out.shape.begin(), out.shape.end(), 0) != out.shape.end())
        header.fail("has a shape with a size of 0: it holds no numbers");
    out.strides = strides_of(header, out.shape, *content.fortran, data.size() / item_size(out.dtype));
    out.storage = data;
    out.owner = std::move(owner);
    return out;
}

std::string npy_bytes(const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
    std::string dims;
    for (auto s : shape) dims += std::to_string(s) + ", ";
    if (shape.size() > 1) dims.resize(dims.size() - 2);
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dims + "), }";
    constexpr std::size_t kPrefix = 10, kAlign = 64;
    header.append((kAlign - (kPrefix + header.size() + 1) % kAlign) % kAlign, ' ');
    header.push_back('\n');
    std::string out("\x93NUMPY\x01\x00", 8);
    out.push_back(static_cast<char>(header.size() & 0xff));
    out.push_back(static_cast<char>(header.size() >> 8));
    out += header;
    out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    return out;
}

} // namespace unstuck::io
