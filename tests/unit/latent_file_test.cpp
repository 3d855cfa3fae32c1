#include "core/io/latent_file.hpp"

#include "core/io/deflate.hpp"
#include "core/io/error.hpp"
#include "core/io/npy.hpp"
#include "core/io/safetensors.hpp"
#include "core/io/zip.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace unstuck::io {

namespace {

namespace fs = std::filesystem;

class LatentFiles : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-w-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    std::string file(const char* name, const std::string& content) const {
        const auto path = (folder / name).string();
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }
    static std::string content(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::string refusal(const std::string& bytes, std::int64_t index = 0) const {
        const auto path = file("bad.npy", bytes);
        try {
            read_latent_file(path, index);
        } catch (const FileError& e) {
            EXPECT_EQ(e.path(), path);
            return e.reason();
        }
        return "accepted";
    }
};

template <class T>
std::string raw(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// An array as numpy writes it, of any version.
std::string npy(const std::string& header, const std::string& data, int version = 1) {
    std::string out("\x93NUMPY", 6);
    out += static_cast<char>(version);
    out += '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i) out += static_cast<char>(header.size() >> 8 * i & 0xff);
    return out + header + data;
}

std::string header(const std::string& descr, const std::string& shape, const char* fortran = "False") {
    return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': (" + shape + "), }\n";
}

std::string hex_bytes(const std::string& hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

/// Python's zipfile, deflated: one member w.npy, [1, 2, 3] float32 of 1 .. 6.
constexpr char kDeflated[] =
    "504b0304140000000800000021009a0953a35b0000009800000005000000772e6e70799bec17ea1b10c9c850c650ad9e925a9c5c"
    "a46ea5a06e9366a2aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91a863a0a463a0ac69a3a0ab50a"
    "e4012e0686067b060606072002e206205e00c4071c00504b01021403140000000800000021009a0953a35b000000980000000500"
    "00000000000000000000800100000000772e6e7079504b05060000000001000100330000007e0000000000";

} // namespace

TEST_F(LatentFiles, ReadEveryShapeOfNumpy) {
    const std::vector<float> six = {1, 2, 3, 4, 5, 6};
    const auto read = [&](const std::string& shape, std::int64_t index = 0) {
        return read_latent_file(file("x.npy", npy(header("<f4", shape), raw(six))), index);
    };
    EXPECT_EQ(read("6,").rows, 1);
    EXPECT_EQ(read("6,").w, six);
    EXPECT_EQ(read("2, 3").rows, 2);
    EXPECT_EQ(read("2, 3").w_dim, 3);
    EXPECT_EQ(read("1, 2, 3").w, six);
    const auto second = read("3, 1, 2", 1);
    EXPECT_EQ(second.count, 3);
    EXPECT_EQ(second.w, (std::vector<float>{3, 4}));
}

TEST_F(LatentFiles, ReadEveryVersionOrderAndWidth) {
    for (int version : {1, 2, 3})
        EXPECT_EQ(read_latent_file(file("x.npy", npy(header("<f4", "2,"), raw<float>({7, 8}), version))).w,
                  (std::vector<float>{7, 8}))
            << version;
    // Column-major: the first index runs fastest.
    const auto fortran = npy(header("<f8", "2, 3", "True"), raw<double>({1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(read_latent_file(file("x.npy", fortran)).w, (std::vector<float>{1, 2, 3, 4, 5, 6}));
    const auto halves = npy(header("<f2", "5,"), raw<std::uint16_t>({0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff}));
    EXPECT_EQ(read_latent_file(file("x.npy", halves)).w, (std::vector<float>{1, -2, 0.333251953125f, 0x1p-24f, 65504}));
}

TEST_F(LatentFiles, ComeBackAsTheyWereWritten) {
    const LatentFile two{2, 2, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -12.5f}};
    for (const auto* name : {"w.npy", "w.npz", "w.safetensors", "W.NPZ"}) {
        const auto path = (folder / name).string();
        write_latent_file(path, two);
        const auto back = read_latent_file(path, 1);
        EXPECT_EQ(back.count, 2) << name;
        EXPECT_EQ(back.rows, 2) << name;
        EXPECT_EQ(back.w, (std::vector<float>{7, 8, 9, 10, 11, -12.5f})) << name;
        EXPECT_EQ(is_latent_file(path), true) << name;
    }
    EXPECT_THROW(write_latent_file((folder / "w.txt").string(), two), std::invalid_argument);
}

TEST_F(LatentFiles, AStoredArchiveIsWhatNumpySaveszWrites) {
    const auto path = (folder / "w.npz").string();
    write_latent_file(path, {1, 1, 1, {1}});
    const auto all = content(path);
    const auto array = npy_bytes({1, 1, 1}, {1});
    ASSERT_EQ(array.size(), 132u);
    // Local header, name, array, directory entry, name, end record: PKWARE's note, sections 4.3.7 to 4.3.16.
    const auto crc = all.substr(14, 4);
    EXPECT_EQ(all.substr(0, 4), "PK\x03\x04");
    EXPECT_EQ(all.substr(4, 10), std::string("\x14\0\0\0\0\0\0\0\x21\0", 10));
    EXPECT_EQ(all.substr(30, 5), "w.npy");
    EXPECT_EQ(all.substr(35, 132), array);
    EXPECT_EQ(all.substr(35 + 132, 4), "PK\x01\x02");
    EXPECT_EQ(all.substr(35 + 132 + 16, 4), crc);
    EXPECT_EQ(all.substr(35 + 132 + 46, 5), "w.npy");
    EXPECT_EQ(all.size(), 35u + 132u + 51u + 22u);
    EXPECT_EQ(all.substr(all.size() - 22, 12), std::string("PK\x05\x06\0\0\0\0\1\0\1\0", 12));
}

TEST_F(LatentFiles, ReadWhatZipfileDeflated) {
    const auto back = read_latent_file(file("d.npz", hex_bytes(kDeflated)));
    EXPECT_EQ(back.rows, 2);
    EXPECT_EQ(back.w, (std::vector<float>{1, 2, 3, 4, 5, 6}));
    auto broken = hex_bytes(kDeflated);
    broken[60] ^= 0x10; // in the packed bytes
    EXPECT_NE(refusal(broken), "accepted");
    auto bomb = hex_bytes(kDeflated);
    const auto entry = bomb.rfind("PK\x01\x02");
    bomb.replace(entry + 24, 4, std::string("\0\0\0\x20", 4)); // says 512 MB
    EXPECT_NE(refusal(bomb).find("unpacks to 536870912 bytes, which is refused"), std::string::npos) << refusal(bomb);
}

TEST_F(LatentFiles, OfEveryKindInTheGoldenFolderAreTheSameRamp) {
    for (const auto* name : {"w.npy", "fortran.npy", "stored.npz", "deflated.npz", "w.safetensors"}) {
        const auto back = read_latent_file(std::string(UNSTUCK_GOLDEN_DIR "/latents/") + name);
        EXPECT_EQ(back.rows, 6) << name;
        ASSERT_EQ(back.w.size(), 48u) << name;
        for (std::size_t i = 0; i < 48; ++i) EXPECT_EQ(back.w[i], static_cast<float>(i) / 8 - 3) << name;
    }
}

TEST_F(LatentFiles, RefuseWhatIsNoPlainArray) {
    const auto has = [&](const std::string& bytes, const char* part, std::int64_t index = 0) {
        EXPECT_NE(refusal(bytes, index).find(part), std::string::npos) << refusal(bytes, index);
    };
    const auto two = raw<float>({1, 2});
    has(npy(header("|O", "2,"), two), "Python objects");
    has(npy(header(">f4", "2,"), two), "big-endian");
    has(npy(header("<i4", "2,"), two), "I32");
    has(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", two), "records");
    has(npy("{'descr': '<f4', 'shape': (2,), }", two), "'fortran_order'");
    has(npy(header("<f4", "3,"), two), "more numbers than its bytes hold");
    has(npy(header("<f4", "999999999999, 999999999999"), two), "more numbers than its bytes hold");
    has(npy(header("<f4", "99999999999999"), two), "'shape' that makes no sense");
    has(npy(header("<f4", "1, 1, 1, 2"), two), "[1, 1, 1, 2], expected [w_dim]");
    has(npy(header("<f4", "2,"), two, 9), "version 9");
    has(npy(header("<f4", "2,"), raw<float>({1, NAN})), "not finite");
    has(npy(header("<f4", "2, 1, 1"), two), "has 2 w, counted from 0; number 2 was asked for", 2);
    has("GIF89a", "neither .npy, .npz nor safetensors");
    const auto whole = npy(header("<f4", "2,"), two);
    for (std::size_t size = 1; size < whole.size(); ++size) EXPECT_NE(refusal(whole.substr(0, size)), "accepted");
}

TEST_F(LatentFiles, AModelIsNoLatentFile) {
    const auto path = (folder / "m.safetensors").string();
    TensorData t;
    const float one = 1;
    t.storage = {reinterpret_cast<const std::byte*>(&one), 4};
    write_safetensors(path, {{{"w", t}, {"mapping.w_avg", t}}, {}});
    EXPECT_FALSE(is_latent_file(path));
    EXPECT_FALSE(is_latent_file((folder / "none.safetensors").string()));
    EXPECT_FALSE(is_latent_file("model.pkl"));
}

TEST_F(LatentFiles, AreReadOnceAndWhatBecomesOfTheFileDoesNotReachThem) {
    const auto path = (folder / "w.npy").string();
    std::vector<float> values(1 << 16);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    write_latent_file(path, {64, 2, 512, values});
    const LatentArray array(path);
    fs::resize_file(path, 1); // by a program that writes it anew in place: a mapping would end this one
    EXPECT_EQ(array.count(), 64);
    EXPECT_EQ(array.w(63).w.back(), 65535.0f);
    EXPECT_EQ(array.w(63).w.size(), 1024u);
    EXPECT_THROW(array.w(64), FileError);
}

TEST_F(LatentFiles, OfMoreBytesThanOneReadsAreRefusedUnread) {
    const auto path = file("w.npy", "x");
    fs::resize_file(path, kMostLatentBytes + 1); // a hole: takes no room
    try {
        read_latent_file(path);
        FAIL() << "was read";
    } catch (const FileError& e) {
        EXPECT_NE(e.reason().find("more than 1073741824 are not read"), std::string::npos) << e.reason();
    }
}

TEST_F(LatentFiles, WithoutNumbersAreNotCutOff) {
    for (const auto* shape : {"0, 16, 512", "0,"}) {
        const auto why = refusal(npy(header("<f4", shape), ""));
        EXPECT_NE(why.find("no numbers"), std::string::npos) << why;
        EXPECT_EQ(why.find("cut off"), std::string::npos) << why;
    }
}

TEST_F(LatentFiles, TheLastOfSeveralEntriesOfOneNameCountsAsNumpyHasIt) {
    const auto one = (folder / "a.npz").string(), two = (folder / "b.npz").string();
    write_latent_file(one, {1, 1, 1, {1}});
    write_latent_file(two, {1, 1, 1, {2}});
    // Both archives' members behind each other, and both directory entries; sizes as the test of savez has them.
    constexpr std::size_t kMember = 35 + 132, kEntry = 51, kEnd = 22;
    const auto a = content(one), b = content(two);
    auto second = b.substr(kMember, kEntry), end = b.substr(kMember + kEntry, kEnd);
    second[42] = static_cast<char>(kMember); // where its member lies
    end[8] = end[10] = 2;
    end[12] = 2 * kEntry;
    const std::size_t at = 2 * kMember;
    end[16] = static_cast<char>(at & 0xff);
    end[17] = static_cast<char>(at >> 8);
    const auto both = a.substr(0, kMember) + b.substr(0, kMember) + a.substr(kMember, kEntry) + second + end;
    EXPECT_EQ(read_latent_file(file("both.npz", both)).w, std::vector<float>{2});
}

TEST_F(LatentFiles, UnpackBeyondHalfAGiga) {
    // Zeros: a literal, then matches of 258 bytes at distance 1 by the fixed codes (RFC 1951, 3.2.6).
    constexpr std::size_t kMatches = (std::size_t{513} << 20) / 258, kBytes = 1 + 258 * kMatches;
    std::vector<std::byte> stream;
    std::uint64_t bits = 0;
    int count = 0;
    const auto put = [&](std::uint32_t value, int n) { // lowest bit first
        bits |= std::uint64_t{value} << count;
        for (count += n; count >= 8; count -= 8, bits >>= 8) stream.push_back(static_cast<std::byte>(bits & 0xff));
    };
    put(0b011, 3);                                                            // the last block, fixed codes
    put(0b00001100, 8);                                                       // literal 0: 00110000, highest bit first
    for (std::size_t i = 0; i < kMatches; ++i) put(0b10100011, 8), put(0, 5); // length 258: 11000101
    put(0, 7);                                                                // end
    put(0, 7);                                                                // to a whole byte
    const auto out = inflated_raw(stream, kBytes);
    ASSERT_TRUE(out.has_value());
    EXPECT_EQ(out->size(), kBytes);
    EXPECT_EQ(out->back(), std::byte{0});
}

TEST_F(LatentFiles, WhereTheyCannotBeWrittenIsSaidBeforehand) {
    EXPECT_THROW(check_latent_target((folder / "w.txt").string()), std::invalid_argument);
    EXPECT_THROW(check_latent_target((folder / "none/w.npz").string()), FileError);
    EXPECT_NO_THROW(check_latent_target((folder / "w.npz").string()));
    EXPECT_TRUE(fs::is_empty(folder)) << "nothing of the trial stays";
}

} // namespace unstuck::io
