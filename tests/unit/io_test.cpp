#include "core/io/atomic_file.hpp"
#include "core/io/checkpoint.hpp"
#include "core/io/error.hpp"
#include "core/io/image_file.hpp"
#include "core/io/pickle.hpp"
#include "core/io/safetensors.hpp"
#include "core/io/torch_reader.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

namespace unstuck::io {

namespace {

namespace fs = std::filesystem;

class TemporaryFolder : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-io-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    std::string file(const char* name, const std::string& content) const {
        const auto path = (folder / name).string();
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }
};

using FilesOnDisk = TemporaryFolder;

Bytes bytes_of(const std::string& s) { return {reinterpret_cast<const std::byte*>(s.data()), s.size()}; }

std::string parse_error(const std::string& stream) {
    try {
        Pickle::parse(bytes_of(stream));
    } catch (const FormatError& e) {
        return std::to_string(e.offset) + ": " + e.what();
    }
    return "";
}

std::string open_error(const std::string& path) {
    try {
        open_checkpoint(path);
    } catch (const FileError& e) {
        return e.what();
    }
    return "";
}

std::string operator""_s(const char* text, std::size_t size) { return {text, size}; }

} // namespace

TEST(Pickle, BuildsNodesAndExecutesNothing) {
    // {"a": (1, 2.5), "b": os.system("x")}
    const auto stream = "\x80\x04}(\x8c\x01"
                        "aK\x01G\x40\x04\x00\x00\x00\x00\x00\x00\x86\x8c\x01"
                        "b\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85Ru."_s;
    const auto p = Pickle::parse(bytes_of(stream));
    const auto a = p.find(p.root(), "a"), b = p.find(p.root(), "b");
    ASSERT_EQ(p.at(a).items.size(), 2u);
    EXPECT_EQ(p.at(p.at(a).items[0]).integer, 1);
    EXPECT_EQ(p.at(p.at(a).items[1]).real, 2.5);
    EXPECT_EQ(p.at(b).kind, Node::Kind::call);
    EXPECT_EQ(p.global_name(b), "os.system");
    EXPECT_EQ(p.size_bytes(), stream.size());
}

TEST(Pickle, NamesTheByteAtFault) {
    EXPECT_EQ(parse_error(""), "0: needs 1 bytes, 0 are left");
    EXPECT_EQ(parse_error("\x80\x04"), "2: needs 1 bytes, 0 are left");
    EXPECT_NE(parse_error("\x80\x01.").find("0: is of pickle protocol 1"), std::string::npos);
    EXPECT_NE(parse_error("\x80\x04h\x07.").find("2: asks for memo slot 7"), std::string::npos);
    EXPECT_NE(parse_error("\x80\x04R.").find("2: takes a value from an empty stack"), std::string::npos);
    EXPECT_NE(parse_error("\x80\x04i.").find("2: opcode 0x69"), std::string::npos);
    EXPECT_NE(parse_error("\x80\x04"
                          "B\xff\xff\xff\xff.")
                  .find("needs 4294967295 bytes"),
              std::string::npos);
}

TEST(Pickle, BoundsWhatAStreamMayBuild) {
    Pickle::Limits limits;
    limits.nodes = limits.stack = 100;
    EXPECT_THROW(Pickle::parse(bytes_of("\x80\x04" + std::string(200, 'N')), limits), FormatError);
    limits = {};
    limits.opcodes = 100;
    std::string loop = "\x80\x04";
    for (int i = 0; i < 100; ++i) loop += "(1";
    EXPECT_THROW(Pickle::parse(bytes_of(loop), limits), FormatError);
    EXPECT_NE(parse_error("\x80\x04Nr\xff\xff\xff\xff.").find("beyond the limit"), std::string::npos);
}

TEST(Pickle, SharedPartsAreNotExpandedWithoutEnd) {
    // 40 lists, each holding the one before three times: 3^40 values if expanded.
    std::string stream = "\x80\x04]q"_s + '\0';
    for (char i = 0; i < 40; ++i) stream += "](h"_s + i + "h" + i + "h" + i + "eq" + static_cast<char>(i + 1);
    stream += '.';
    const TorchReader reader(Pickle::parse(bytes_of(stream)), nullptr);
    std::int64_t work = 100'000;
    EXPECT_THROW(reader.plain(reader.pickle().root(), work), FormatError);
}

TEST(Pickle, NamesThatLeaveItArePrintable) {
    const auto stream = "\x80\x02"
                        "cevil\x1b[31m\xff\nf\n."_s;
    const auto p = Pickle::parse(bytes_of(stream));
    EXPECT_EQ(p.global_name(p.root()), "evil?[31m?.f");
    EXPECT_NE(
        parse_error("\x80\x04\x8c\x01mX\x00\x20\x00\x00"_s + std::string(8192, 'a') + "\x93.").find("longer than 4096"),
        std::string::npos);
}

TEST(Pickle, DeepNestingNeedsNoStack) {
    std::string deep = "\x80\x04N";
    deep += std::string(500'000, '\x85');
    deep += '.';
    EXPECT_EQ(parse_error(deep), "");
}

TEST(Pickle, ReadsSignedLongs) {
    const auto value = [](const std::string& s) {
        const auto p = Pickle::parse(bytes_of(s));
        return p.at(p.root()).integer;
    };
    EXPECT_EQ(value("\x80\x04\x8a\x02\x00\xff."_s), -256);
    EXPECT_EQ(value("\x80\x04\x8a\x01\x7f."_s), 127);
    EXPECT_EQ(value("\x80\x04\x8a\x00."_s), 0);
    EXPECT_EQ(value("\x80\x04J\xfe\xff\xff\xff."_s), -2);
}

TEST_F(FilesOnDisk, SayWhatIsWrongWithThem) {
    EXPECT_NE(open_error((folder / "none.pkl").string()).find("cannot be opened"), std::string::npos);
    EXPECT_NE(open_error(folder.string()).find("is a folder"), std::string::npos);
    EXPECT_NE(open_error(file("empty.pkl", "")).find("is empty"), std::string::npos);
    EXPECT_NE(open_error(file("text.pkl", "hello, this is text")).find("neither a pickle"), std::string::npos);
    EXPECT_NE(open_error(file("tuple.pkl", "\x80\x04)."_s)).find("TensorFlow"), std::string::npos);
    EXPECT_NE(open_error(file("dict.pkl", "\x80\x04}."_s)).find("neither 'G_ema' nor 'G'"), std::string::npos);
    EXPECT_NE(open_error("/dev/null").find("not a regular file"), std::string::npos);
}

TEST_F(FilesOnDisk, ASafetensorsHeaderMayHaveAnyLength) {
    // A length that ends in 0x80 starts like a pickle.
    for (int size = 0; size < 300; size += 8) {
        Checkpoint c;
        c.family = "stylegan3";
        c.kwargs = {{"z_dim", 1}};
        c.label = std::string(static_cast<std::size_t>(size), 'x');
        const auto path = (folder / "any.safetensors").string();
        write_checkpoint(path, c);
        EXPECT_EQ(open_checkpoint(path).label, c.label) << size;
    }
}

TEST_F(FilesOnDisk, DeeplyNestedArgumentsAreRefused) {
    SafeTensors content;
    content.metadata["kwargs"] = "{\"z_dim\":" + std::string(400'000, '[') + std::string(400'000, ']') + "}";
    const auto path = (folder / "deep.safetensors").string();
    write_safetensors(path, content);
    EXPECT_NE(open_error(path).find("nested deeper"), std::string::npos);
}

TEST_F(FilesOnDisk, AFifoDoesNotBlock) {
    const auto path = (folder / "fifo.pkl").string();
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_NE(open_error(path).find("not a regular file"), std::string::npos);
}

TEST_F(FilesOnDisk, AnUnknownGeneratorClassIsNamedNotImported) {
    // {"G_ema": evil.Module()}
    const auto stream = "\x80\x04}(\x8c\x05G_ema\x8c\x04"
                        "evil\x8c\x06Module\x93)Ru."_s;
    const auto error = open_error(file("evil.pkl", stream));
    EXPECT_NE(error.find("evil.Module, which is not executed"), std::string::npos) << error;
    EXPECT_NE(error.find("byte 2"), std::string::npos) << error;
}

TEST_F(FilesOnDisk, BrokenSafetensorsAreRefused) {
    const auto with = [&](const std::string& header, std::size_t data) {
        std::string s(8, '\0');
        const std::uint64_t n = header.size();
        std::memcpy(s.data(), &n, 8);
        return open_error(file("x.safetensors", s + header + std::string(data, 'x')));
    };
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]}}", 8).find("outside the file"),
              std::string::npos);
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8).find("does not match"),
              std::string::npos);
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8).find("F99"),
              std::string::npos);
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}", 8).find("impossible shape"),
              std::string::npos);
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}}", 8)
                  .find("impossible shape"),
              std::string::npos);
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", 8).find("impossible shape"),
              std::string::npos);
    EXPECT_NE(
        with("{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4611686018427387904,4611686018427387904],\"data_offsets\":[0,0]}}",
             8)
            .find("impossible shape"),
        std::string::npos);
    EXPECT_NE(with("{\"a\":{\"dtype\":\"F32\",\"shape\":[50],\"data_offsets\":[0,200]},\"b\":{\"dtype\":\"F32\","
                   "\"shape\":[50],"
                   "\"data_offsets\":[0,200]}}",
                   200)
                  .find("overlap"),
              std::string::npos);
    EXPECT_NE(with("{\"a\":3}", 8).find("cannot be understood"), std::string::npos);
    EXPECT_NE(with("{\"", 8).find("cannot be understood"), std::string::npos);
    EXPECT_NE(with("{}", 8).find("constructor arguments"), std::string::npos);
    EXPECT_NE(open_error(file("y.safetensors", "\xff\xff\xff\xff\xff\xff\xff\xff{}"_s)).find("more than the file"),
              std::string::npos);
}

TEST(TensorData, FindsViewsThatLeaveTheirStorage) {
    std::vector<std::byte> data(40);
    TensorData t{DType::f32, {2, 5}, {5, 1}, 0, data, nullptr};
    EXPECT_EQ(view_error(t), "");
    t.offset = 1;
    EXPECT_NE(view_error(t), "");
    t.offset = -1;
    EXPECT_NE(view_error(t), "");
    t = {DType::f32, {std::int64_t{1} << 62, 4}, {std::int64_t{1} << 62, 1}, 0, data, nullptr};
    EXPECT_NE(view_error(t), "");
    t = {DType::f32, {1 << 30}, {0}, 0, data, nullptr};
    EXPECT_NE(view_error(t), "") << "an expanded view may not grow without bound";
    t = {DType::f32, {0, 1 << 30}, {1 << 30, 1}, 99, data, nullptr};
    EXPECT_EQ(view_error(t), "") << "an empty view reads nothing";
}

TEST_F(FilesOnDisk, AppearWholeOrNotAtAll) {
    const auto path = (folder / "out.txt").string();
    {
        AtomicFile f(path);
        f.write("half", 4);
        EXPECT_FALSE(fs::exists(path));
    }
    EXPECT_FALSE(fs::exists(path));
    EXPECT_TRUE(fs::is_empty(folder)) << "the temporary file was left behind";
    write_file(path, "whole");
    write_file(path, "anew");
    std::ifstream in(path);
    std::string text;
    in >> text;
    EXPECT_EQ(text, "anew");
    EXPECT_THROW(write_file((folder / "none" / "x").string(), "x"), FileError);
}

TEST_F(FilesOnDisk, NpyIsWhatNumpyWrites) {
    const auto path = (folder / "x.npy").string();
    write_npy(path, {1, 2, 3}, {1, 2, 3, 4, 5, 6});
    std::ifstream in(path, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    ASSERT_EQ(all.size(), 128u + 24u);
    EXPECT_EQ(all.substr(0, 8), "\x93NUMPY\x01\x00"_s);
    EXPECT_EQ(static_cast<unsigned char>(all[8]), 118);
    EXPECT_NE(all.find("'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), "), std::string::npos);
    EXPECT_EQ(all[127], '\n');
    float last = 0;
    std::memcpy(&last, all.data() + all.size() - 4, 4);
    EXPECT_EQ(last, 6);
}

namespace {

/// A grey ramp of 8 x 8 pixels, 0 on the left to 224 on the right, as a JPEG of quality 90.
constexpr char kRampJpeg[] =
    "ffd8ffe000104a46494600010100000100010000ffdb0084000302020302020303030304030304050805050404050a070706080c0a0c"
    "0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f1718161418121415140103040405040509050509140d0b0d14141414"
    "14141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414ffc0001108000800"
    "0803012200021101031101ffc401a20000010501010101010100000000000000000102030405060708090a0b10000201030302040305"
    "0504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a252627"
    "28292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495"
    "969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3"
    "f4f5f6f7f8f9fa0100030101010101010101010000000000000102030405060708090a0b110002010204040304070504040001027700"
    "0102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637"
    "38393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2"
    "a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9faff"
    "da000c03010002110311003f00e53fe09b7ff30bff0080d7e95d7e6a7fc136ff00e617ff0001afd2ba00ffd9";

} // namespace

TEST_F(TemporaryFolder, ImagesReadBackAsTheyWereWrittenAndJpegsAreRead) {
    const auto path = (folder / "image").string();
    for (const int channels : {1, 2, 3, 4}) {
        std::vector<std::uint8_t> pixels;
        for (int i = 0; i < 5 * 3 * channels; ++i) pixels.push_back(static_cast<std::uint8_t>(i * 41));
        write_png(path, 5, 3, channels, pixels);
        const auto p = read_image(path), shape = read_image_shape(path);
        EXPECT_EQ(std::tuple(p.width, p.height, p.channels), std::tuple(5, 3, channels));
        EXPECT_EQ(std::tuple(shape.width, shape.height, shape.channels), std::tuple(5, 3, channels));
        EXPECT_EQ(p.bytes, pixels);
    }
    std::string jpeg;
    for (const char* c = kRampJpeg; *c; c += 2) jpeg += static_cast<char>(std::stoi(std::string(c, 2), nullptr, 16));
    write_file(path, jpeg);
    const auto p = read_image(path);
    ASSERT_EQ(std::tuple(p.width, p.height, p.channels), std::tuple(8, 8, 3));
    for (int i = 0; i < 3 * 64; ++i) EXPECT_NEAR(p.bytes[i], i / 3 % 8 * 32, 6) << i;
    write_file(path, jpeg.substr(0, 100));
    EXPECT_THROW(read_image(path), FileError);
    EXPECT_THROW(read_image_shape((folder / "none").string()), FileError);
}

} // namespace unstuck::io
