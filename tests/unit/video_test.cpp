#include "core/io/video.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "tests/support/film_probe.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

namespace unstuck::io {

namespace {

namespace fs = std::filesystem;
using Frame = std::vector<std::uint8_t>;
using Colour = std::array<int, 3>;

constexpr std::array<Colour, 8> kBars = {{{255, 255, 255},
                                          {255, 255, 0},
                                          {0, 255, 255},
                                          {0, 255, 0},
                                          {255, 0, 255},
                                          {255, 0, 0},
                                          {0, 0, 255},
                                          {128, 64, 32}}};

constexpr int kBar = 64, kBarsWidth = 8 * kBar;

/// Eight upright colour bars; the lower half is half as bright.
Frame bars(int height = 64) {
    Frame out;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < kBarsWidth; ++x)
            for (const int v : kBars[static_cast<std::size_t>(x / kBar)])
                out.push_back(static_cast<std::uint8_t>(y < height / 2 ? v : v / 2));
    return out;
}

/// Nothing that a codec could guess, different for each frame.
Frame noise(int width, int height, int frame) {
    std::mt19937 random(static_cast<unsigned>(frame));
    Frame out(static_cast<std::size_t>(width) * height * 3);
    for (auto& v : out) v = static_cast<std::uint8_t>(random());
    return out;
}

class Video : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-video-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    std::string at(const char* name) const { return (folder / name).string(); }
    VideoSettings settings(const char* name, int width = kBarsWidth, int height = 64) const {
        VideoSettings s;
        s.path = at(name);
        s.format = format_of_path(s.path).value();
        s.width = width;
        s.height = height;
        return s;
    }
    int files() const { return static_cast<int>(std::distance(fs::directory_iterator(folder), {})); }

    /// A program in ffmpeg's place that takes `bytes` of the film and dies.
    std::string dying_encoder(int bytes, const char* how) const {
        const auto path = at("dying");
        std::ofstream(path) << "#!/bin/sh\ncase \"$*\" in *-encoders*) exec ffmpeg \"$@\";; esac\n"
                            << "head -c " << bytes << " >/dev/null\necho 'no more film' >&2\n"
                            << how << "\n";
        fs::permissions(path, fs::perms::owner_all);
        return path;
    }
};

template <class F>
std::string refusal_of(F f) {
    try {
        f();
    } catch (const FileError& e) {
        return e.what();
    }
    return "accepted";
}

std::string write_noise(const VideoSettings& s, int frames) {
    const auto film = VideoWriter::open(s);
    for (int i = 0; i < frames; ++i) film->write(noise(s.width, s.height, i));
    return film->finish();
}

/// The largest error over the pixels of bars, leaving out those within `margin` of a border: there two pixels share a
/// colour, and the codec rings through its blocks of 16.
int error_of_bars(const Frame& decoded, const Frame& original, int height, int margin) {
    int worst = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < kBarsWidth; ++x) {
            const bool border = x % kBar < margin || x % kBar >= kBar - margin || std::abs(y - height / 2) <= margin;
            for (int c = 0; c < 3 && !border; ++c) {
                const auto i = static_cast<std::size_t>(y * kBarsWidth + x) * 3 + static_cast<std::size_t>(c);
                worst = std::max(worst, std::abs(decoded[i] - original[i]));
            }
        }
    return worst;
}

} // namespace

TEST_F(Video, ColoursSurviveH264Upright) {
    for (const bool full : {false, true}) {
        auto s = settings(full ? "full.mp4" : "half.mp4");
        s.full_chroma = full;
        s.comment = R"({"scene": "ünicode, \"quotes\" = and ; more"})";
        const auto film = VideoWriter::open(s);
        for (int i = 0; i < 7; ++i) film->write(bars());
        EXPECT_FALSE(fs::exists(s.path)) << "under its name only when it is whole";
        EXPECT_EQ(film->finish(), s.path);
        EXPECT_EQ(film->notes(), "");
        const auto probe = test::probed(s.path);
        EXPECT_EQ(probe["nb_read_frames"], "7");
        EXPECT_EQ(probe["pix_fmt"], full ? "yuv444p" : "yuv420p");
        EXPECT_EQ(probe["r_frame_rate"], "30/1");
        for (const auto* tag : {"color_space", "color_primaries", "color_transfer"}) EXPECT_EQ(probe[tag], "bt709");
        EXPECT_EQ(probe["color_range"], "tv");
        EXPECT_EQ(probe["format"]["tags"]["comment"], s.comment);
        const auto decoded = test::decoded(s.path), original = bars();
        ASSERT_EQ(decoded.size(), original.size() * 7);
        for (std::size_t frame = 0; frame < 7; ++frame) {
            const auto begin = decoded.begin() + static_cast<std::ptrdiff_t>(frame * original.size());
            EXPECT_LE(error_of_bars({begin, begin + static_cast<std::ptrdiff_t>(original.size())}, original, 64,
                                    full ? 0 : 16),
                      2)
                << s.path << " frame " << frame;
        }
    }
}

TEST_F(Video, SharedColoursLieOnTheLeftPixel) {
    // Blue rises by 8 per pixel, the rest is 0: U = 128 + 112/255 blue. Sample i lies at pixel 2i, not halfway to the
    // next, where U would be higher by 1.76.
    auto s = settings("ramp.mp4", 64, 32);
    s.crf = 1;
    Frame ramp;
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 64; ++x)
            for (const int v : {0, 0, 8 * (x < 32 ? x : 63 - x)}) ramp.push_back(static_cast<std::uint8_t>(v));
    const auto film = VideoWriter::open(s);
    film->write(ramp);
    film->finish();
    const auto planes = test::decoded_as(s.path, "yuv420p", "null");
    ASSERT_EQ(planes.size(), 64u * 32 * 3 / 2);
    double rising = 0;
    for (std::size_t y = 4; y < 12; ++y)
        for (std::size_t i = 4; i < 12; ++i)
            rising += (planes[64 * 32 + y * 32 + i] - (128 + 112.0 / 255 * 8 * 2 * static_cast<double>(i))) / 64;
    EXPECT_NEAR(rising, 0, 0.5);
    EXPECT_EQ(test::probed(s.path)["chroma_location"], "left");
}

TEST_F(Video, Ffv1KeepsEveryPixel) {
    auto s = settings("x.mkv", 37, 23);
    s.fps = 29.97;
    s.comment = "{}";
    EXPECT_EQ(write_noise(s, 5), s.path);
    const auto decoded = test::decoded(s.path);
    Frame all;
    for (int i = 0; i < 5; ++i) {
        const auto frame = noise(37, 23, i);
        all.insert(all.end(), frame.begin(), frame.end());
    }
    EXPECT_TRUE(decoded == all);
    const auto probe = test::probed(s.path);
    EXPECT_EQ(probe["nb_read_frames"], "5");
    EXPECT_EQ(probe["format"]["tags"]["COMMENT"], "{}");
    auto again = s;
    again.path = at("y.mkv");
    write_noise(again, 5);
    EXPECT_EQ(test::printed_by({"cmp", s.path, again.path}), "") << "the same film is the same file";
}

TEST_F(Video, AnOddSideIsPaddedByItsLastPixels) {
    const auto s = settings("odd.mp4", kBarsWidth, 63);
    const auto film = VideoWriter::open(s);
    for (int i = 0; i < 3; ++i) film->write(bars(63));
    EXPECT_NE(film->notes().find("padded to 512x64"), std::string::npos);
    film->finish();
    EXPECT_EQ(test::probed(s.path)["height"], 64);
    EXPECT_EQ(test::frames_of(s.path), 3);
    const auto decoded = test::decoded(s.path);
    for (std::size_t x = 2; x < 14; ++x)
        EXPECT_NEAR(decoded[(63 * kBarsWidth + x) * 3], bars(63)[(62 * kBarsWidth + x) * 3], 2) << x;
    const auto both = settings("odd-both.mp4", 5, 3);
    write_noise(both, 2);
    EXPECT_EQ(test::probed(both.path)["width"], 6);
    auto full = settings("odd-full.mp4", 5, 3);
    full.full_chroma = true;
    write_noise(full, 2);
    EXPECT_EQ(test::probed(full.path)["width"], 5);
}

TEST_F(Video, AnimatedFormatsHaveEveryFrame) {
    const auto gif = settings("x.gif"), webp = settings("x.webp");
    for (const auto& s : {gif, webp}) {
        const auto film = VideoWriter::open(s);
        for (int i = 0; i < 6; ++i) film->write(noise(s.width, s.height, i));
        EXPECT_EQ(film->finish(), s.path);
    }
    EXPECT_EQ(test::frames_of(gif.path), 6);
    // This ffmpeg writes animated WebP but does not read it: count the chunks.
    std::ifstream in(webp.path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.substr(0, 4) + bytes.substr(8, 4), "RIFFWEBP");
    int chunks = 0;
    for (std::size_t i = 12; i + 8 <= bytes.size();) {
        chunks += bytes.compare(i, 4, "ANMF") == 0;
        std::uint32_t size = 0;
        for (int k = 3; k >= 0; --k)
            size = size << 8 | static_cast<unsigned char>(bytes[i + 4 + static_cast<std::size_t>(k)]);
        i += 8 + size + size % 2;
    }
    EXPECT_EQ(chunks, 6);
}

TEST_F(Video, AnUnfinishedFilmLeavesNothing) {
    {
        const auto film = VideoWriter::open(settings("x.mp4"));
        film->write(bars());
    }
    EXPECT_EQ(files(), 0);
    const auto film = VideoWriter::open(settings("x.mp4"));
    EXPECT_NE(refusal_of([&] { film->finish(); }).find("without frames"), std::string::npos);
}

TEST_F(Video, AnEncoderThatDiesIsReportedAndLeavesNothing) {
    struct Case {
        const char *how, *expected;
    };
    for (const auto& [how, expected] : {Case{"kill -9 $$", "signal 9"}, Case{"exit 3", "exit status 3"}}) {
        auto s = settings("x.mkv");
        s.program = dying_encoder(100'000, how);
        const auto refusal = refusal_of([&] { write_noise(s, 500); });
        EXPECT_NE(refusal.find("the encoder ended early"), std::string::npos) << refusal;
        EXPECT_NE(refusal.find(expected), std::string::npos) << refusal;
        EXPECT_NE(refusal.find("no more film"), std::string::npos) << refusal;
        EXPECT_EQ(files(), 1) << "only the encoder's own file";
    }
    auto s = settings("x.mkv"); // dies once it has all frames
    s.program = dying_encoder(3 * kBarsWidth * 64 * 3, "cat >/dev/null; exit 4");
    EXPECT_NE(refusal_of([&] { write_noise(s, 3); }).find("exit status 4"), std::string::npos);
    EXPECT_EQ(files(), 1);
}

TEST_F(Video, ADiskThatIsFullLeavesNothing) {
    struct rlimit before {};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    auto small = before;
    small.rlim_cur = 200'000; // a film of 40 frames of noise has 980 kB
    for (const auto* name : {"x.mkv", "x.mp4"}) {
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto refusal = refusal_of([&] { write_noise(settings(name), 400); });
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
        EXPECT_NE(refusal.find(name), std::string::npos) << refusal;
        EXPECT_NE(refusal, "accepted");
        EXPECT_EQ(files(), 0) << refusal;
    }
    small.rlim_cur = 10'000; // a picture of noise has 24 kB
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto refusal = refusal_of([&] { write_noise(settings("pictures"), 3); });
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_NE(refusal.find("frame-000000.png: cannot be written: File too large"), std::string::npos) << refusal;
    EXPECT_TRUE(fs::is_empty(at("pictures")));
    ::signal(SIGXFSZ, handler);
}

TEST_F(Video, ADiskThatIsFullAtTheEndReplacesNothing) {
    constexpr int kFrames = 10;
    struct rlimit before {};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    for (const auto* name : {"x.mkv", "x.mp4", "x.gif", "x.webp"}) {
        auto s = settings(name);
        write_noise(s, kFrames);
        const auto size = fs::file_size(s.path);
        ASSERT_GT(size, 100'000u);
        s.overwrite = true;
        for (const std::uintmax_t missing : {1, 1000, 20'000, 60'000}) {
            write_file(s.path, "precious");
            auto small = before;
            small.rlim_cur = size - missing;
            ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
            const auto refusal = refusal_of([&] { write_noise(s, kFrames); });
            ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
            EXPECT_NE(refusal.find("File too large"), std::string::npos) << name << " " << missing << ": " << refusal;
            EXPECT_EQ(fs::file_size(s.path), 8u) << name << " " << missing;
        }
        fs::remove(s.path);
        EXPECT_EQ(files(), 0);
    }
    ::signal(SIGXFSZ, handler);
}

TEST_F(Video, ARealFullDiskLeavesNothing) {
    const auto disk = at("disk");
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=256k") != 0) GTEST_SKIP() << "mounting needs root";
    const auto refusal = refusal_of([&] { write_noise(settings("disk/x.mkv"), 400); });
    const bool empty = fs::is_empty(disk);
    ::umount(disk.c_str());
    EXPECT_NE(refusal.find("No space left"), std::string::npos) << refusal;
    EXPECT_TRUE(empty);
}

TEST_F(Video, RefusesBeforeTheFirstFrame) {
    const auto refusal = [](const VideoSettings& s) { return refusal_of([&] { (void)VideoWriter::open(s); }); };
    auto s = settings("x.mp4");
    s.path = at("none/x.mp4");
    EXPECT_NE(refusal(s).find("none/x.mp4: cannot be created: No such file"), std::string::npos) << refusal(s);
    s.path = "/proc/x.mp4"; // not even root may
    EXPECT_NE(refusal(s).find("cannot be created"), std::string::npos);
    s.path = folder.string();
    EXPECT_NE(refusal(s).find("is a folder"), std::string::npos);
    s = settings("x.mp4");
    s.program = at("no-ffmpeg");
    EXPECT_NE(refusal(s).find("no-ffmpeg' cannot be started: No such file"), std::string::npos) << refusal(s);
    EXPECT_NE(refusal(s).find("install ffmpeg"), std::string::npos);
    s.program = "true"; // an ffmpeg without encoders
    EXPECT_NE(refusal(s).find("no encoder 'libx264'"), std::string::npos);
    s = settings("x.mp4", 0, 64);
    EXPECT_NE(refusal(s).find("0x64"), std::string::npos);
    s = settings("x.mp4");
    s.crf = 52;
    EXPECT_NE(refusal(s).find("crf"), std::string::npos);
    s = settings("x.mp4");
    s.fps = 0;
    EXPECT_NE(refusal(s).find("per second"), std::string::npos);
    s = settings("x.gif");
    s.fps = 60;
    EXPECT_NE(refusal(s).find("at most 50 frames per second, found 60"), std::string::npos) << refusal(s);
    s.fps = 50;
    EXPECT_EQ(refusal(s), "accepted");
    EXPECT_EQ(files(), 0);
}

TEST_F(Video, RefusesADiskWithoutRoom) {
    const auto s = settings("x.mp4");
    EXPECT_NO_THROW(check_video(s, 1000));
    const auto refusal = refusal_of([&] { check_video(s, std::uint64_t{1} << 62); });
    EXPECT_NE(refusal.find("the disk is full"), std::string::npos) << refusal;
    auto pictures = settings("pictures");
    EXPECT_NE(refusal_of([&] { check_video(pictures, std::uint64_t{1} << 62); }).find("full"), std::string::npos);
    EXPECT_EQ(files(), 0);
}

TEST_F(Video, ReplacesNothingUnlessAllowed) {
    auto s = settings("x.mkv", 8, 8);
    write_file(s.path, "precious");
    EXPECT_NE(refusal_of([&] { (void)VideoWriter::open(s); }).find("exists already"), std::string::npos);
    EXPECT_EQ(fs::file_size(s.path), 8u);
    s.overwrite = true;
    EXPECT_EQ(write_noise(s, 2), s.path);
    EXPECT_EQ(test::frames_of(s.path), 2);
    // A file that appears while the film is made keeps its name.
    auto meanwhile = settings("y.mkv", 8, 8);
    const auto film = VideoWriter::open(meanwhile);
    film->write(noise(8, 8, 0));
    write_file(meanwhile.path, "precious");
    EXPECT_EQ(film->finish(), at("y-2.mkv"));
    EXPECT_EQ(fs::file_size(meanwhile.path), 8u);
    // Nor does one that ended early, whatever it may.
    meanwhile.overwrite = true;
    const auto stub = VideoWriter::open(meanwhile);
    stub->write(noise(8, 8, 0));
    EXPECT_EQ(stub->finish(false), at("y-3.mkv"));
    EXPECT_EQ(fs::file_size(meanwhile.path), 8u);
}

TEST_F(Video, ASceneThatIsTooLongForTheMetadataIsLeftOut) {
    for (const std::size_t size : {100'000, 200'000}) {
        auto s = settings(size == 100'000 ? "short.mkv" : "long.mkv", 8, 8);
        s.comment = std::string(size, 'x');
        const auto film = VideoWriter::open(s);
        film->write(noise(8, 8, 0));
        film->finish();
        EXPECT_EQ(film->notes().empty(), size == 100'000);
        EXPECT_EQ(test::probed(s.path)["format"]["tags"].contains("COMMENT"), size == 100'000);
        EXPECT_EQ(test::frames_of(s.path), 1);
    }
}

TEST_F(Video, PicturesOfALongerFilmDoNotFollowThoseThatReplaceThem) {
    auto s = settings("pictures", 8, 6);
    write_noise(s, 6);
    s.overwrite = true;
    {
        const auto stopped = VideoWriter::open(s); // may come back to those that are left
        for (int i = 0; i < 2; ++i) stopped->write(noise(8, 6, 10 + i));
        stopped->finish(false);
        EXPECT_NE(stopped->notes().find("after " + at("pictures/frame-000001.png")), std::string::npos);
        EXPECT_TRUE(fs::exists(at("pictures/frame-000005.png")));
    }
    write_file(at("pictures/notes.txt"), "mine");
    write_noise(s, 4);
    EXPECT_TRUE(fs::exists(at("pictures/frame-000003.png")));
    EXPECT_FALSE(fs::exists(at("pictures/frame-000004.png")));
    EXPECT_FALSE(fs::exists(at("pictures/frame-000005.png")));
    EXPECT_TRUE(fs::exists(at("pictures/notes.txt")));
}

TEST_F(Video, PicturesOfAnotherFilmAreSeenBeforeTheFirstIsWritten) {
    auto s = settings("pictures", 8, 6);
    s.film = "one";
    write_noise(s, 4);
    EXPECT_EQ(read_png_head(at("pictures/frame-000003.png")).text.at(kFilmKeyword), "one");
    fs::remove(at("pictures/frame-000000.png"));
    s.film = "two";
    EXPECT_NE(refusal_of([&] { (void)VideoWriter::open(s); }).find("another film's frame"), std::string::npos);
    EXPECT_FALSE(fs::exists(at("pictures/frame-000000.png")));
    s.film = "one";
    const auto film = VideoWriter::open(s);
    EXPECT_FALSE(film->skip());
    film->write(noise(8, 6, 0));
    EXPECT_TRUE(film->skip());
}

TEST_F(Video, PicturesGoOnWhereTheyStopped) {
    const auto s = settings("pictures", 8, 6);
    const auto text = [](int i) { return PngText{{kSceneKeyword, std::to_string(i)}}; };
    {
        const auto film = VideoWriter::open(s);
        for (int i = 0; i < 3; ++i) {
            EXPECT_FALSE(film->skip(text(i)));
            film->write(noise(8, 6, i), text(i));
        }
    }
    const auto first = fs::last_write_time(at("pictures/frame-000000.png"));
    const auto film = VideoWriter::open(s);
    for (int i = 0; i < 5; ++i) {
        const bool there = film->skip(text(i));
        EXPECT_EQ(there, i < 3);
        if (!there) film->write(noise(8, 6, i), text(i));
    }
    EXPECT_EQ(film->finish(), s.path);
    EXPECT_EQ(fs::last_write_time(at("pictures/frame-000000.png")), first);
    EXPECT_EQ(std::distance(fs::directory_iterator(s.path), {}), 5);
    EXPECT_EQ(read_png_head(at("pictures/frame-000004.png")).text, text(4));
    const auto raw = test::decoded(at("pictures/frame-000004.png"));
    EXPECT_TRUE(raw == noise(8, 6, 4));

    const auto other = VideoWriter::open(s);
    EXPECT_NE(refusal_of([&] { (void)other->skip(text(7)); }).find("another film's frame"), std::string::npos);
    EXPECT_NE(refusal_of([&] { other->write(noise(8, 6, 0), text(7)); }).find("another film"), std::string::npos);
    auto wider = s;
    wider.width = 9;
    EXPECT_NE(refusal_of([&] { (void)VideoWriter::open(wider); }).find("another film"), std::string::npos);
    wider.overwrite = true;
    const auto replaced = VideoWriter::open(wider);
    EXPECT_FALSE(replaced->skip(text(0)));
    replaced->write(noise(9, 6, 0), text(0));
    EXPECT_EQ(read_png_head(at("pictures/frame-000000.png")).width, 9);
}

TEST_F(Video, AnotherProgramIsFedWhatItReadsAndEndsWithoutUs) {
    ChildProcess cat({"cat"});
    EXPECT_TRUE(cat.write("film", 4));
    EXPECT_EQ(cat.finish(), "");
    EXPECT_EQ(cat.output(), "film");
    ChildProcess deaf({"sh", "-c", "exec <&-; echo why >&2; exit 7"});
    const std::string much(1 << 22, 'x');
    EXPECT_FALSE(deaf.write(much.data(), much.size())) << "and no SIGPIPE";
    EXPECT_EQ(deaf.finish(), "exit status 7: why");
    EXPECT_THROW(ChildProcess({"/no/such/program"}), std::runtime_error);
}

TEST(VideoFormats, AreKnownByNameAndEnding) {
    for (const auto* name : {"h264", "ffv1", "png", "webp", "gif"})
        EXPECT_STREQ(video_format_name(parse_video_format(name).value()), name);
    EXPECT_FALSE(parse_video_format("avi"));
    EXPECT_EQ(format_of_path("a.b/film.mp4"), VideoFormat::h264);
    EXPECT_EQ(format_of_path("film.mkv"), VideoFormat::ffv1);
    EXPECT_EQ(format_of_path("FILM.MP4"), VideoFormat::h264);
    EXPECT_EQ(format_of_path("folder"), VideoFormat::png);
    EXPECT_FALSE(format_of_path("film.avi"));
}

} // namespace unstuck::io
