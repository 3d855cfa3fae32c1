#include "core/io/video.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/child_process.hpp"
#include "core/io/error.hpp"
#include "core/io/image_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
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
constexpr double kMostGifFps = 50;            // shorter delays than 2/100 s are played as 10/100
constexpr std::size_t kMostComment = 120'000; // Linux passes at most 128 KiB in one argument
const FormatFacts& facts(VideoFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

std::string text_of(double value) {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

void check(const VideoSettings& s) {
    const auto refuse = [&](const std::string& why) { throw FileError(s.path, why); };
    if (s.path.empty()) refuse("a film needs a file name");
    if (!(s.fps > 0 && s.fps <= 1000)) refuse("a film has more than 0 and at most 1000 frames per second");
    if (s.format == VideoFormat::gif && s.fps > kMostGifFps)
        refuse("a GIF shows at most 50 frames per second, found " + text_of(s.fps) +
               ", which would play at another speed; choose fewer, or WebP");
    if (s.crf < 0 || s.crf > 51) refuse("H.264's quality is 0 to 51 (crf), found " + std::to_string(s.crf));
}

void check_size(const VideoSettings& s) {
    constexpr int kMostSide = 16384;
    if (s.width < 1 || s.height < 1 || s.width > kMostSide || s.height > kMostSide)
        throw FileError(s.path, "a film's sides are 1 to 16384 pixels, found " + std::to_string(s.width) + "x" +
                                    std::to_string(s.height));
}

void check_room(const VideoSettings& s, std::uint64_t bytes) {
    std::error_code unknown;
    auto folder = fs::absolute(s.path).parent_path(); // of pictures, too: theirs may not be there yet
    const auto space = fs::space(folder, unknown);
    if (unknown || space.available >= bytes) return;
    throw FileError(s.path, "the disk is full: " + std::to_string(space.available / 1'000'000) +
                                " MB are free, less than one frame takes; make room, or choose another folder");
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

    std::string finish(bool whole) override {
        if (frames_ == 0) throw FileError(settings_.path, "a film without frames is not written");
        auto failure = encoder_.finish();
        // What goes wrong with the last bytes, such as a disk that is full, ffmpeg may say and still call it a success.
        if (failure.empty()) failure = encoder_.complaints();
        if (!failure.empty()) throw FileError(settings_.path, "the film could not be completed: " + failure);
        if (bytes() == 0) throw FileError(settings_.path, "the encoder wrote nothing");
        if (!settings_.overwrite || !whole) return file_.commit_to_free_name();
        file_.commit();
        return settings_.path;
    }

    std::uint64_t bytes() const override {
        std::error_code error;
        const auto size = fs::file_size(file_.temporary(), error);
        return error ? 0 : size;
    }

    std::string notes() const override {
        const std::string left_out =
            comment_fits(settings_) ? "" : "its scene is too long for the film's metadata: its JSON has it";
        if (!padded()) return left_out;
        return (left_out.empty() ? "" : left_out + "; ") + "padded to " + std::to_string(width_) + "x" +
               std::to_string(height_) + " by repeating the last pixels: yuv420p has even sides";
    }

  private:
    static bool comment_fits(const VideoSettings& s) { return s.comment.size() <= kMostComment; }

    static Arguments command(const VideoSettings& s, int width, int height, const std::string& out) {
        Arguments a = {s.program,
                       "-hide_banner",
                       "-loglevel",
                       "error",
                       "-xerror",
                       "-nostdin",
                       "-y",
                       "-f",
                       "rawvideo",
                       "-pixel_format",
                       "rgb24",
                       "-video_size",
                       std::to_string(width) + "x" + std::to_string(height),
                       "-framerate",
                       text_of(s.fps),
                       "-i",
                       "pipe:0"};
        const auto encoder = encoder_arguments(s);
        a.insert(a.end(), encoder.begin(), encoder.end());
        if (!s.comment.empty() && comment_fits(s)) a.insert(a.end(), {"-metadata", "comment=" + s.comment});
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
        if (!settings.overwrite) check_pictures();
    }

    void write(const std::vector<std::uint8_t>& rgb, const PngText& text) override {
        if (!settings_.overwrite && fs::exists(path())) refuse_to_replace();
        write_png(path(), settings_.width, settings_.height, 3, rgb, with_film(text));
        if (written_.empty() || written_.back().second != frame_) written_.emplace_back(frame_, frame_);
        next();
        written_.back().second = frame_;
    }

    bool skip(const PngText& text) override {
        if (settings_.overwrite || !fs::exists(path())) return false;
        if (read_png_head(path()).text != with_film(text)) refuse_to_replace();
        next();
        return true;
    }

    void discard() override {
        std::error_code ignored;
        for (const auto& [first, end] : written_)
            for (frame_ = first; frame_ < end; ++frame_) fs::remove(path(), ignored);
        written_.clear();
        fs::remove(settings_.path, ignored); // only when it is empty
    }

    std::string finish(bool whole) override {
        if (frame_ == 0) throw FileError(settings_.path, "a film without frames is not written");
        int end = frame_;
        while (fs::exists(path_of(end))) ++end;
        if (end == frame_ || !settings_.overwrite) return settings_.path; // those there are of this very film
        if (whole)
            for (int i = frame_; i < end; ++i) remove(path_of(i));
        else
            notes_ = "the pictures after " + path_of(frame_ - 1) + " are of another film";
        return settings_.path;
    }
    std::uint64_t bytes() const override { return bytes_; }
    std::string notes() const override { return notes_; }

  private:
    std::string path_of(int frame) const {
        std::array<char, 32> name{};
        std::snprintf(name.data(), name.size(), "frame-%06d.png", frame);
        return (fs::path(settings_.path) / name.data()).string();
    }
    std::string path() const { return path_of(frame_); }
    PngText with_film(PngText text) const {
        if (!settings_.film.empty()) text[kFilmKeyword] = settings_.film;
        return text;
    }
    static void remove(const std::string& path) {
        std::error_code error;
        if (fs::remove(path, error); error) throw FileError(path, "cannot be removed: " + error.message());
    }
    /// All that are there are of this film, or none is written.
    void check_pictures() const {
        for (const auto& file : fs::directory_iterator(settings_.path)) {
            const auto name = file.path().filename().string();
            if (!name.starts_with("frame-") || !name.ends_with(".png")) continue;
            const auto head = read_png_head(file.path().string());
            const auto film = head.text.find(kFilmKeyword);
            if (head.width != settings_.width || head.height != settings_.height ||
                (film == head.text.end() ? "" : film->second) != settings_.film)
                refuse_to_replace(file.path().string());
        }
    }
    void next() {
        bytes_ += fs::file_size(path());
        ++frame_;
    }
    void refuse_to_replace() const { refuse_to_replace(path()); }
    [[noreturn]] static void refuse_to_replace(const std::string& path) {
        throw FileError(path, "exists and shows another film's frame; choose another folder or allow overwriting");
    }

    VideoSettings settings_;
    int frame_ = 0;
    std::vector<std::pair<int, int>> written_; ///< By us: from, up to; in between there were some already.
    std::uint64_t bytes_ = 0;
    std::string notes_;
};

} // namespace

std::optional<VideoFormat> parse_video_format(const std::string& name) {
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (name == kFormats[i].name) return static_cast<VideoFormat>(i);
    return std::nullopt;
}

const char* video_format_name(VideoFormat format) { return facts(format).name; }
const char* video_ending(VideoFormat format) { return facts(format).ending; }

std::optional<VideoFormat> format_of_path(const std::string& path) {
    auto ending = fs::path(path).extension().string();
    for (auto& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (ending == kFormats[i].ending) return static_cast<VideoFormat>(i);
    return std::nullopt;
}

void check_video(const VideoSettings& settings, std::uint64_t bytes) {
    check(settings);
    if (settings.format == VideoFormat::png) return check_room(settings, bytes); // opening makes and tries their folder
    std::error_code ignored;
    if (fs::is_directory(settings.path, ignored)) throw FileError(settings.path, "is a folder, expected a file name");
    if (!settings.overwrite && fs::exists(settings.path, ignored))
        throw FileError(settings.path, "exists already; choose another name or allow overwriting");
    const AtomicFile probe(settings.path); // is removed again: asks whether the folder takes files
    check_room(settings, bytes);
    check_encoder(settings);
}

std::unique_ptr<VideoWriter> VideoWriter::open(const VideoSettings& settings) {
    check_size(settings);
    check_video(settings, std::uint64_t{3} * static_cast<std::uint64_t>(settings.width) *
                              static_cast<std::uint64_t>(settings.height));
    if (settings.format == VideoFormat::png) return std::make_unique<PngSequence>(settings);
    const bool even = settings.format == VideoFormat::h264 && !settings.full_chroma;
    const auto side = [&](int n) { return even ? n + n % 2 : n; };
    return std::make_unique<EncodedFilm>(settings, side(settings.width), side(settings.height));
}

} // namespace unstuck::io
