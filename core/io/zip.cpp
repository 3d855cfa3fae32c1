#include "core/io/zip.hpp"

#include "core/io/crc32.hpp"
#include "core/io/deflate.hpp"
#include "core/io/error.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace unstuck::io {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                        kEnd64Locator = 0x07064b50;
constexpr std::uint64_t kMostMembers = 1'000'000;

template <class T>
T read_at(Bytes file, std::uint64_t at) {
    if (at > file.size() || file.size() - at < sizeof(T))
        throw FormatError(std::min<std::uint64_t>(at, file.size()), "is a zip that ends early");
    T v{};
    std::memcpy(&v, file.data() + at, sizeof v);
    return v;
}

struct Directory {
    std::uint64_t at, count;
};

Directory find_directory(Bytes file) {
    constexpr std::uint64_t kEndSize = 22, kMaxComment = 65535;
    if (file.size() < kEndSize) throw FormatError(0, "is a zip that ends early");
    const std::uint64_t lowest = file.size() > kEndSize + kMaxComment ? file.size() - kEndSize - kMaxComment : 0;
    for (std::uint64_t at = file.size() - kEndSize;; --at) {
        if (read_at<std::uint32_t>(file, at) == kEnd) {
            Directory d{read_at<std::uint32_t>(file, at + 16), read_at<std::uint16_t>(file, at + 10)};
            if (at >= 20 && read_at<std::uint32_t>(file, at - 20) == kEnd64Locator) {
                const auto end64 = read_at<std::uint64_t>(file, at - 12);
                if (read_at<std::uint32_t>(file, end64) != kEnd64)
                    throw FormatError(at - 20, "is a zip64 with a wrong locator");
                d = {read_at<std::uint64_t>(file, end64 + 48), read_at<std::uint64_t>(file, end64 + 32)};
            }
            return d;
        }
        if (at == lowest) throw FormatError(file.size(), "is a zip without an end record: the file is cut off");
    }
}

/// The entry at `at`, which is set to the next one.
ZipMember read_central(Bytes file, std::uint64_t& at) {
    if (read_at<std::uint32_t>(file, at) != kCentral) throw FormatError(at, "is a zip with a broken directory");
    const auto method = read_at<std::uint16_t>(file, at + 10);
    if (method != 0 && method != 8) throw FormatError(at, "is a zip packed by another method than deflate");
    if (read_at<std::uint16_t>(file, at + 8) & 1) throw FormatError(at, "is a zip with a password");
    const std::uint64_t name_size = read_at<std::uint16_t>(file, at + 28),
                        extra = read_at<std::uint16_t>(file, at + 30), comment = read_at<std::uint16_t>(file, at + 32);
    ZipMember m{{},
                method == 8,
                read_at<std::uint32_t>(file, at + 16),
                read_at<std::uint32_t>(file, at + 24),
                read_at<std::uint32_t>(file, at + 20),
                read_at<std::uint32_t>(file, at + 42)};
    const auto next = at + 46 + name_size + extra + comment;
    if (next > file.size()) throw FormatError(at, "is a zip with a broken directory");
    m.name = {reinterpret_cast<const char*>(file.data()) + at + 46, name_size};
    // zip64: the fields that read 0xffffffff stand in an extra field, in this order.
    for (std::uint64_t x = at + 46 + name_size, end = x + extra; x + 4 <= end;) {
        const auto tag = read_at<std::uint16_t>(file, x), length = read_at<std::uint16_t>(file, x + 2);
        std::uint64_t field = x + 4;
        if (tag == 1)
            for (auto* value : {&m.size, &m.packed, &m.at})
                if (*value == 0xffffffff) *value = read_at<std::uint64_t>(file, field), field += 8;
        x += 4 + length;
    }
    at = next;
    return m;
}

} // namespace

bool looks_like_zip(Bytes bytes) {
    return bytes.size() >= 4 &&
           (read_at<std::uint32_t>(bytes, 0) == kLocal || read_at<std::uint32_t>(bytes, 0) == kEnd);
}

std::vector<ZipMember> zip_members(Bytes file) {
    const auto directory = find_directory(file);
    if (directory.count > kMostMembers) throw FormatError(directory.at, "is a zip with more than a million entries");
    std::vector<ZipMember> out;
    auto at = directory.at;
    for (std::uint64_t i = 0; i < directory.count; ++i) out.push_back(read_central(file, at));
    return out;
}

Bytes packed_data(Bytes file, const ZipMember& m) {
    if (read_at<std::uint32_t>(file, m.at) != kLocal) throw FormatError(m.at, "is a zip with a broken entry");
    const std::uint64_t start =
        m.at + 30 + read_at<std::uint16_t>(file, m.at + 26) + read_at<std::uint16_t>(file, m.at + 28);
    const auto size = m.deflated ? m.packed : m.size;
    if (start > file.size() || size > file.size() - start)
        throw FormatError(m.at, "is a zip with an entry beyond its end");
    return file.subspan(start, size);
}

std::vector<std::byte> inflated(Bytes file, const ZipMember& m, std::uint64_t most) {
    const auto packed = packed_data(file, m);
    // 258 bytes from a two-bit code is the most that deflate makes of anything.
    constexpr std::uint64_t kMostFactor = 1032;
    if (m.size > most || m.size / kMostFactor > packed.size() || packed.size() >= std::numeric_limits<int>::max() - 4 ||
        m.size > std::numeric_limits<int>::max())
        throw FormatError(m.at,
                          "is a zip whose entry unpacks to " + std::to_string(m.size) + " bytes, which is refused");
    auto out = inflated_raw(packed, m.size);
    if (!out || out->size() != m.size || crc32(*out) != m.crc) throw FormatError(m.at, "is a zip with a damaged entry");
    return std::move(*out);
}

} // namespace unstuck::io
