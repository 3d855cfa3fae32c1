#include "core/io/video.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/child_process.hpp"
#include "core/io/error.hpp"
#include "core/io/image_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace unstuck::io {

namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

struct FormatFacts {
    const char *name, *ending, *encoder, *muxer;
};
constexpr std::array<FormatFacts, 5> kFormats = {{
    {"h264", ".mp4", "libx264", "mp4"},
    {"ffv1", ".mkv", "ffv1", "matroska"},
    {"png", "", "", ""},
    {"webp", ".webp", "libwebp_anim", "webp"},
    {"gif", ".gif", "gif", "gif"},
}};
const FormatFacts& facts(VideoFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

std::string text_of(double value) {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

void check(const VideoSettings& s) {
    constexpr int kMostSide = 16384;
    const auto refuse = [&](const std::string& why) { throw FileError(s.path, why); };
    if (s.path.empty()) refuse("a film needs a file name");
    if (s.width < 1 || s.height < 1 || s.width > kMostSide || s.height > kMostSide)
        refuse("a film's sides are 1 to 16384 pixels, found " + std::to_string(s.width) + "x" +
               std::to_string(s.height));
    if (!(s.fps > 0 && s.fps <= 1000)) refuse("a film has more than 0 and at most 1000 frames per second");
    if (s.crf < 0 || s.crf > 51) refuse("H.264's quality is 0 to 51 (crf), found " + std::to_string(s.crf));
}

void check_encoder(const VideoSettings& s) {
    const std::string encoder = facts(s.format).encoder;
    std::string list;
    try {
        ChildProcess program({s.program, "-hide_banner", "-loglevel", "error", "-encoders"});
        const auto failure = program.finish();
        if (!failure.empty()) throw std::runtime_error("'" + s.program + " -encoders' failed: " + failure);
        list = program.output();
    } catch (const std::runtime_error& e) {
        throw FileError(s.path, std::string(e.what()) + "; install ffmpeg, or choose pictures (png), which need none");
    }
    if (list.find(" " + encoder + " ") == list.npos)
        throw FileError(s.path, "the ffmpeg of this machine has no encoder '" + encoder + "'");
}

Arguments encoder_arguments(const VideoSettings& s) {
    switch (s.format) {
    case VideoFormat::h264: {
        // Shared colours lie on the left pixel of two, halfway between two rows: where players look for them.
        const std::string sited = s.full_chroma ? "" : "out_h_chr_pos=0:out_v_chr_pos=128:";
        Arguments out = {"-vf", "scale=" + sited +
                                    "out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int+"
                                    "full_chroma_inp,format=" +
                                    (s.full_chroma ? "yuv444p" : "yuv420p")};
        for (const auto* name : {"-color_primaries", "-color_trc", "-colorspace"})
            out.insert(out.end(), {name, "bt709"});
        out.insert(out.end(), {"-color_range", "tv", "-c:v", "libx264", "-preset", "medium", "-crf",
                               std::to_string(s.crf), "-movflags", "+faststart"});
        if (!s.full_chroma) out.insert(out.end(), {"-chroma_sample_location", "left"});
        return out;
    }
    case VideoFormat::ffv1: return {"-c:v", "ffv1", "-level", "3", "-g", "1", "-pix_fmt", "bgr0"};
    case VideoFormat::webp: return {"-c:v", "libwebp_anim", "-quality", "90", "-loop", "0"};
    // One palette for each frame: one for the whole film would keep the whole film in memory.
    case VideoFormat::gif:
        return {"-filter_complex",
                "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=bayer:bayer_scale=3",
                "-c:v",
                "gif",
                "-loop",
                "0"};
    case VideoFormat::png: break;
    }
    return {};
}

/// A film that the program ffmpeg encodes.
class EncodedFilm : public VideoWriter {
  public:
    EncodedFilm(const VideoSettings& settings, int width, int height)
        : settings_(settings), width_(width), height_(height), file_(settings.path),
          encoder_(command(settings, width, height, file_.temporary())) {}

    void write(const std::vector<std::uint8_t>& rgb, const PngText&) override {
        const auto row = static_cast<std::size_t>(settings_.width) * 3;
        if (rgb.size() != row * static_cast<std::size_t>(settings_.height))
            throw std::invalid_argument("video: a frame of another size");
        const auto& frame = padded() ? pad(rgb) : rgb;
        if (!encoder_.write(frame.data(), frame.size())) {
            const auto how = encoder_.finish();
            throw FileError(settings_.path, "the encoder ended early: " + (how.empty() ? "it reads no more" : how));
        }
        ++frames_;
    }

    std::string finish() override {
        if (frames_ == 0) throw FileError(settings_.path, "a film without frames is not written");
        const auto failure = encoder_.finish();
        if (!failure.empty()) throw FileError(settings_.path, "the film could not be completed: " + failure);
        if (bytes() == 0) throw FileError(settings_.path, "the encoder wrote nothing");
        if (!settings_.overwrite) return file_.commit_to_free_name();
        file_.commit();
        return settings_.path;
    }

    std::uint64_t bytes() const override {
        std::error_code error;
        const auto size = fs::file_size(file_.temporary(), error);
        return error ? 0 : size;
    }

    std::string notes() const override {
        if (!padded()) return {};
        return "padded to " + std::to_string(width_) + "x" + std::to_string(height_) +
               " by repeating the last pixels: yuv420p has even sides";
    }

  private:
    static Arguments command(const VideoSettings& s, int width, int height, const std::string& out) {
        Arguments a = {
            s.program,       "-hide_banner", "-loglevel",   "error",
            "-nostdin",      "-y",           "-f",          "rawvideo",
            "-pixel_format", "rgb24",        "-video_size", std::to_string(width) + "x" + std::to_string(height),
            "-framerate",    text_of(s.fps), "-i",          "pipe:0"};
        const auto encoder = encoder_arguments(s);
        a.insert(a.end(), encoder.begin(), encoder.end());
        if (!s.comment.empty()) a.insert(a.end(), {"-metadata", "comment=" + s.comment});
        // Bit-exact: no dates or random numbers, so that the same film is the same file.
        a.insert(a.end(), {"-fflags", "+bitexact", "-f", facts(s.format).muxer, "file:" + out});
        return a;
    }

    bool padded() const { return width_ != settings_.width || height_ != settings_.height; }

    const std::vector<std::uint8_t>& pad(const std::vector<std::uint8_t>& rgb) {
        padded_.clear();
        const auto row = static_cast<std::ptrdiff_t>(settings_.width) * 3;
        for (int y = 0; y < height_; ++y) {
            const auto from = rgb.begin() + row * std::min(y, settings_.height - 1);
            padded_.insert(padded_.end(), from, from + row);
            if (width_ != settings_.width) padded_.insert(padded_.end(), from + row - 3, from + row);
        }
        return padded_;
    }

    VideoSettings settings_;
    int width_, height_; ///< As encoded.
    AtomicFile file_;
    ChildProcess encoder_; // destroyed first: it is gone before its file is removed
    std::vector<std::uint8_t> padded_;
    std::int64_t frames_ = 0;
};

/// A folder with frame-000000.png, frame-000001.png, ..
class PngSequence : public VideoWriter {
  public:
    explicit PngSequence(const VideoSettings& settings) : settings_(settings) {
        make_folder(settings.path);
        const AtomicFile probe(path()); // is removed again: asks whether the folder can be written to
    }

    void write(const std::vector<std::uint8_t>& rgb, const PngText& text) override {
        if (!settings_.overwrite && fs::exists(path())) refuse_to_replace();
        write_png(path(), settings_.width, settings_.height, 3, rgb, text);
        next();
    }

    bool skip(const PngText& text) override {
        if (settings_.overwrite || !fs::exists(path())) return false;
        const auto head = read_png_head(path());
        if (head.width != settings_.width || head.height != settings_.height || head.text != text) refuse_to_replace();
        next();
        return true;
    }

    std::string finish() override {
        if (frame_ == 0) throw FileError(settings_.path, "a film without frames is not written");
        return settings_.path;
    }
    std::uint64_t bytes() const override { return bytes_; }

  private:
    std::string path() const {
        std::array<char, 32> name{};
        std::snprintf(name.data(), name.size(), "frame-%06d.png", frame_);
        return (fs::path(settings_.path) / name.data()).string();
    }
    void next() {
        bytes_ += fs::file_size(path());
        ++frame_;
    }
    [[noreturn]] void refuse_to_replace() const {
        throw FileError(path(), "exists and shows another film's frame; choose another folder or allow overwriting");
    }

    VideoSettings settings_;
    int frame_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace

std::optional<VideoFormat> parse_video_format(const std::string& name) {
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (name == kFormats[i].name) return static_cast<VideoFormat>(i);
    return std::nullopt;
}

const char* video_format_name(VideoFormat format) { return facts(format).name; }

std::optional<VideoFormat> format_of_path(const std::string& path) {
    const auto ending = fs::path(path).extension().string();
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (ending == kFormats[i].ending) return static_cast<VideoFormat>(i);
    return std::nullopt;
}

std::unique_ptr<VideoWriter> VideoWriter::open(const VideoSettings& settings) {
    check(settings);
    if (settings.format == VideoFormat::png) return std::make_unique<PngSequence>(settings);
    std::error_code ignored;
    if (fs::is_directory(settings.path, ignored)) throw FileError(settings.path, "is a folder, expected a file name");
    if (!settings.overwrite && fs::exists(settings.path, ignored))
        throw FileError(settings.path, "exists already; choose another name or allow overwriting");
    check_encoder(settings);
    const bool even = settings.format == VideoFormat::h264 && !settings.full_chroma;
    const auto side = [&](int n) { return even ? n + n % 2 : n; };
    return std::make_unique<EncodedFilm>(settings, side(settings.width), side(settings.height));
}

} // namespace unstuck::io
