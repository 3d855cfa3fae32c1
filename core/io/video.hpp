#pragma once
#include "core/io/png_text.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::io {

enum class VideoFormat {
    h264, ///< MP4, lossy, plays everywhere.
    ffv1, ///< Matroska, lossless: every pixel as it was.
    png,  ///< A folder of pictures, lossless; an interrupted one is continued.
    webp, ///< Animated, lossy, loops.
    gif,  ///< Animated, 256 colours for each frame, loops.
};

/// "h264", "ffv1", "png", "webp" or "gif"; none for another name.
std::optional<VideoFormat> parse_video_format(const std::string& name);
const char* video_format_name(VideoFormat format);

/// By the path's ending: .mp4, .mkv, .webp, .gif, in any case; a path without an ending is a folder of pictures. None
/// for another.
std::optional<VideoFormat> format_of_path(const std::string& path);

struct VideoSettings {
    std::string path; ///< Of the film, or of the folder for pictures.
    VideoFormat format = VideoFormat::h264;
    int width = 0, height = 0;      ///< 1 .. 16384
    double fps = 30;                ///< (0, 1000]; GIF: at most 50, which is as fast as they are played.
    int crf = 18;                   ///< H.264: 0 lossless .. 51 worst.
    bool full_chroma = false;       ///< H.264 as yuv444p: sharp colours, fewer players.
    bool overwrite = false;         ///< What is there may be replaced.
    std::string comment;            ///< Kept in the metadata of MP4 and Matroska, up to 120 000 bytes.
    std::string film;               ///< Kept in every picture (text `unstuck:film`): tells one film's from another's.
    std::string program = "ffmpeg"; ///< Found on the PATH; encodes all but pictures.
};

/// Under this keyword a picture says which film it is of.
inline constexpr const char* kFilmKeyword = "unstuck:film";

/// ".mp4", ".mkv", ".webp", ".gif"; empty for pictures, which lie in a folder.
const char* video_ending(VideoFormat format);

/// All that can be checked before the size of the pictures is known: quality, frames per second, whether the name is
/// free, the folder takes files and has room for `bytes`, and the encoder is there. Leaves nothing behind. Throws
/// FileError with the reason.
void check_video(const VideoSettings& settings, std::uint64_t bytes = 0);

/// Takes a film's frames one by one. A film appears under its name only when it is whole and playable; until then it
/// has a temporary name beside it, and without finish() it is removed. Memory does not grow with the number of frames
/// (animated WebP: the encoder keeps its compressed frames). Use from one thread at a time.
///
/// H.264 is tagged BT.709, limited range, and converted by that matrix. An odd side is padded to an even one by
/// repeating the last pixels where the format asks for it (yuv420p); notes() says so.
class VideoWriter {
  public:
    /// Checks all there is to check before the first frame: check_video() with room for one frame, the size, and that
    /// all pictures that are there are of this size and film, unless they may be overwritten. Throws FileError with the
    /// reason.
    static std::unique_ptr<VideoWriter> open(const VideoSettings& settings);
    virtual ~VideoWriter() = default;
    VideoWriter(const VideoWriter&) = delete;
    VideoWriter& operator=(const VideoWriter&) = delete;

    /// The next frame: [height, width, 3] bytes, the top row first. `text` goes into pictures, before that of the film.
    /// Throws FileError when the encoder has ended, with its last words, or the disk is full.
    virtual void write(const std::vector<std::uint8_t>& rgb, const PngText& text = {}) = 0;

    /// Whether the next frame is there from an earlier run and was passed over. Only pictures can be. Throws FileError
    /// when what is there is something else (another text), unless it may be overwritten.
    virtual bool skip(const PngText& = {}) { return false; }

    /// Ends the film with the frames it has and returns its path: where another file took the name meanwhile, the next
    /// free one. A film that is not `whole` replaces none, whatever may be overwritten. Where pictures may be, those of
    /// a longer film that follow are removed. Throws FileError, and leaves nothing, when that fails or there are no
    /// frames.
    virtual std::string finish(bool whole = true) = 0;

    /// Leaves nothing of what was written, which is also what happens without finish(), but for pictures: those of an
    /// earlier run stay, and so does the folder while something is in it. Nothing may be written afterwards.
    virtual void discard() {}

    virtual std::uint64_t bytes() const = 0;         ///< Written so far.
    virtual std::string notes() const { return {}; } ///< What is worth knowing of the film; all of it after finish().

  protected:
    VideoWriter() = default;
};

} // namespace unstuck::io
