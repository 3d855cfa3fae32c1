// Pictures from a GPU's memory to the window's textures: the order of calls, every failure, the same pixels either way.
// CUDA is played by a driver of ours; OpenGL by a list of calls, and where pixels count by a real context.
#include "app/window/gl_window.hpp"
#include "app/window/interop_upload.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

namespace unstuck::app {

namespace {

using engine::DevicePixels;
using engine::Image;
using Path = UploadStatus::Path;
using Calls = std::vector<std::string>;

/// "Device" memory that is really the host's.
class FakePixels final : public DevicePixels {
  public:
    FakePixels(int width, int height, int channels, int device, Calls* calls, float first = 0)
        : DevicePixels(width, height, channels, device), calls_(calls),
          values_(static_cast<std::size_t>(width) * height * channels) {
        for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = first + std::sin(static_cast<float>(i));
        if (channels == 4) // as the packing kernel leaves it
            for (std::size_t i = 3; i < values_.size(); i += 4) values_[i] = 1;
    }
    const float* data() const override { return values_.data(); }
    void ready_on_current_stream() const override { note("ready"); }
    void used_on_current_stream() const override { note("used"); }
    std::vector<float> to_host() const override {
        note("to_host");
        if (broken) throw std::runtime_error("the device is lost");
        const std::size_t plane = static_cast<std::size_t>(width) * height;
        const auto shown = static_cast<std::size_t>(channels == 4 ? 3 : 1), stride = static_cast<std::size_t>(channels);
        std::vector<float> planar(plane * shown);
        for (std::size_t c = 0; c < shown; ++c)
            for (std::size_t i = 0; i < plane; ++i) planar[c * plane + i] = values_[i * stride + c];
        return planar;
    }
    bool broken = false;

  private:
    void note(const char* what) const {
        if (calls_) calls_->emplace_back(what);
    }
    Calls* calls_;
    std::vector<float> values_;
};

Image image_of(std::shared_ptr<const DevicePixels> pixels) {
    Image image{pixels->width, pixels->height, pixels->channels == 4 ? 3 : 1, {}};
    image.device = std::move(pixels);
    return image;
}

struct DriverLog {
    Calls calls;
    std::set<std::string> fails;                                   ///< Names of calls that throw.
    int gl_device = 0;                                             ///< What it answers.
    std::set<void*> registered;                                    ///< Now.
    std::set<void*> mapped;                                        ///< Now.
    std::function<void(GLuint, const DevicePixels&)> write_pixels; ///< What a write does.
};

/// A resource is its texture's name, as a pointer.
class FakeDriver final : public InteropDriver {
  public:
    explicit FakeDriver(DriverLog& log) : log_(log) {}
    void use_device(int) override { fail_if_asked("use_device"); }
    int gl_device() override {
        note("gl_device");
        return log_.gl_device;
    }
    void* register_texture(GLuint texture) override {
        note("register");
        auto* resource = reinterpret_cast<void*>(static_cast<std::uintptr_t>(texture));
        EXPECT_TRUE(log_.registered.insert(resource).second) << "registered twice";
        return resource;
    }
    void unregister(void* resource) override {
        EXPECT_EQ(log_.registered.erase(resource), 1u);
        note("unregister");
    }
    void map(void* resource) override {
        note("map");
        EXPECT_TRUE(log_.registered.contains(resource));
        log_.mapped.insert(resource);
    }
    void write(void* resource, const DevicePixels& pixels) override {
        note("write");
        EXPECT_TRUE(log_.mapped.contains(resource));
        if (log_.write_pixels)
            log_.write_pixels(static_cast<GLuint>(reinterpret_cast<std::uintptr_t>(resource)), pixels);
    }
    void unmap(void* resource) override {
        EXPECT_EQ(log_.mapped.erase(resource), 1u);
        note("unmap");
    }
    const float* download(const DevicePixels& pixels) override {
        note("download");
        return pixels.data();
    }

  private:
    void note(const char* what) {
        log_.calls.emplace_back(what);
        fail_if_asked(what);
    }
    void fail_if_asked(const char* what) {
        if (log_.fails.contains(what)) throw std::runtime_error(std::string(what) + " refused");
    }
    DriverLog& log_;
};

/// No OpenGL: remembers what it was asked.
class FakeTextures final : public PictureTextures {
  public:
    explicit FakeTextures(Calls& calls) : calls_(calls) {}
    GLuint create(int, int, int) override {
        calls_.emplace_back("create");
        alive.insert(++last_);
        return last_;
    }
    void destroy(GLuint texture) override {
        calls_.emplace_back("destroy");
        EXPECT_EQ(alive.erase(texture), 1u);
    }
    void fill(GLuint texture, int width, int height, int channels, const std::function<void(float*)>& write) override {
        calls_.emplace_back("fill");
        EXPECT_TRUE(alive.contains(texture));
        filled.resize(static_cast<std::size_t>(width) * height * channels);
        write(filled.data());
    }
    void* fence() override {
        auto* name = reinterpret_cast<void*>(static_cast<std::uintptr_t>(++last_fence_));
        fences.insert(name);
        return name;
    }
    bool passed(void* fence, double wait_ms) override {
        EXPECT_TRUE(fences.contains(fence));
        longest_wait_ms = std::max(longest_wait_ms, wait_ms);
        return !busy;
    }
    void drop(void* fence) override { fences.erase(fence); }

    std::set<GLuint> alive;
    std::set<void*> fences;
    std::vector<float> filled;
    double longest_wait_ms = 0;
    bool busy = false; ///< Nothing that was drawn is done yet.

  private:
    Calls& calls_;
    GLuint last_ = 0;
    std::uintptr_t last_fence_ = 0;
};

class Interop : public ::testing::Test {
  protected:
    DriverLog log;
    std::shared_ptr<FakeTextures> textures = std::make_shared<FakeTextures>(log.calls);
    std::shared_ptr<InteropLink> link = std::make_shared<InteropLink>(std::make_unique<FakeDriver>(log));
    std::optional<InteropUpload> upload = std::optional<InteropUpload>(std::in_place, link, textures);

    void TearDown() override {
        upload.reset();
        EXPECT_TRUE(log.registered.empty()) << "a registration outlives its texture";
        EXPECT_TRUE(textures->alive.empty());
        EXPECT_TRUE(textures->fences.empty());
    }
    Image picture(int width = 3, int height = 2, int channels = 4, int device = 0) {
        return image_of(std::make_shared<FakePixels>(width, height, channels, device, &log.calls));
    }
    Calls calls_of(const Image& image) {
        log.calls.clear();
        EXPECT_TRUE(upload->upload(image));
        return log.calls;
    }
    int count(const char* name) const { return static_cast<int>(std::count(log.calls.begin(), log.calls.end(), name)); }
};

TEST_F(Interop, CallsComeInTheOrderThatCudaAsksFor) {
    EXPECT_EQ(calls_of(picture()),
              (Calls{"gl_device", "create", "register", "ready", "map", "write", "unmap", "used"}));
    EXPECT_EQ(upload->status().path, Path::interop);
    EXPECT_EQ(upload->status().reason, "");
    // The second texture, then both are there.
    EXPECT_EQ(calls_of(picture()), (Calls{"create", "register", "ready", "map", "write", "unmap", "used"}));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(calls_of(picture()), (Calls{"ready", "map", "write", "unmap", "used"}));
}

TEST_F(Interop, TheTextureThatIsDrawnIsNeverWritten) {
    GLuint drawn = 0;
    log.write_pixels = [&](GLuint texture, const DevicePixels&) { EXPECT_NE(texture, drawn); };
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(upload->upload(picture()));
        EXPECT_NE(upload->texture(), drawn);
        drawn = upload->texture();
        upload->drawn();
    }
    EXPECT_EQ(textures->alive.size(), 2u);
}

TEST_F(Interop, WhileBothTexturesAreDrawnTheOldPictureStays) {
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(upload->upload(picture()));
        upload->drawn();
    }
    textures->busy = true;
    const auto shown = upload->texture();
    log.calls.clear();
    EXPECT_FALSE(upload->upload(picture()));
    EXPECT_EQ(log.calls, Calls{}) << "nothing is mapped, created or copied";
    EXPECT_EQ(upload->texture(), shown);
    EXPECT_LE(textures->longest_wait_ms, 4) << "the interface does not wait";
    EXPECT_EQ(upload->status().path, Path::interop);
    textures->busy = false;
    EXPECT_TRUE(upload->upload(picture()));
    EXPECT_NE(upload->texture(), shown);
}

TEST_F(Interop, TwoDrawingsOfOnePictureKeepOneFence) {
    ASSERT_TRUE(upload->upload(picture()));
    for (int i = 0; i < 10; ++i) upload->drawn();
    EXPECT_EQ(textures->fences.size(), 1u);
}

TEST_F(Interop, AnotherSizeIsAnotherRegistration) {
    calls_of(picture());
    calls_of(picture());
    EXPECT_EQ(calls_of(picture(5, 4)),
              (Calls{"unregister", "destroy", "create", "register", "ready", "map", "write", "unmap", "used"}));
    EXPECT_EQ(calls_of(picture(5, 4)),
              (Calls{"unregister", "destroy", "create", "register", "ready", "map", "write", "unmap", "used"}));
    EXPECT_EQ(calls_of(picture(5, 4)), (Calls{"ready", "map", "write", "unmap", "used"}));
    calls_of(picture(5, 4, 1));
    EXPECT_EQ(count("register"), 1) << "one channel is another kind of texture";
}

TEST_F(Interop, UnregistersBeforeItDeletes) {
    calls_of(picture());
    calls_of(picture());
    log.calls.clear();
    upload.reset();
    EXPECT_EQ(log.calls, (Calls{"unregister", "destroy", "unregister", "destroy"}));
}

TEST_F(Interop, HostPicturesGoTheirOwnWay) {
    Image image{2, 1, 3, {1, 2, 3, 4, 5, 6}};
    EXPECT_EQ(calls_of(image), (Calls{"create", "fill"}));
    EXPECT_EQ(upload->status().path, Path::host);
    EXPECT_EQ(textures->filled, (std::vector<float>{1, 3, 5, 1, 2, 4, 6, 1}));
    calls_of(picture());
    EXPECT_EQ(upload->status().path, Path::interop);
    calls_of(image); // and back: the GPU's textures are given back
    EXPECT_EQ(log.registered.size(), 0u);
    EXPECT_EQ(upload->status().path, Path::host);
    EXPECT_TRUE(upload->upload(Image{})) << "nothing to show is no failure";
}

/// A failure of any call, at the first picture and at a later one: that picture and all after it are copied.
class InteropFailure : public Interop, public ::testing::WithParamInterface<std::tuple<const char*, int>> {};

TEST_P(InteropFailure, FallsBackToTheCopyForGoodWithTheSamePicture) {
    const auto [call, before] = GetParam();
    for (int i = 0; i < before; ++i) {
        calls_of(picture());
        upload->drawn();
    }
    log.fails = {call};
    const auto pixels = std::make_shared<FakePixels>(before == 2 ? 4 : 3, 2, 4, 0, &log.calls, 7.0f);
    log.calls.clear();
    ASSERT_TRUE(upload->upload(image_of(pixels)));
    EXPECT_EQ(upload->status().path, Path::copy);
    EXPECT_NE(upload->status().reason.find(std::string(call) + " refused"), std::string::npos)
        << upload->status().reason;
    EXPECT_EQ(textures->filled, std::vector<float>(pixels->data(), pixels->data() + textures->filled.size()));
    EXPECT_EQ(count("download"), 1);
    EXPECT_TRUE(log.mapped.empty()) << "nothing stays mapped";
    EXPECT_TRUE(log.registered.empty());
    // For good, and for the other canvas too; also when the cause is gone.
    log.fails.clear();
    calls_of(picture());
    EXPECT_EQ(count("map") + count("register"), 0);
    EXPECT_EQ(count("download"), 1);
    InteropUpload other(link, textures);
    log.calls.clear();
    EXPECT_TRUE(other.upload(picture()));
    EXPECT_EQ(count("map") + count("register"), 0);
    EXPECT_EQ(other.status().path, Path::copy);
}

INSTANTIATE_TEST_SUITE_P(EachCall, InteropFailure,
                         ::testing::Combine(::testing::Values("register", "map", "write", "unmap"),
                                            ::testing::Values(0, 1, 2)),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param)) + "_after_" +
                                    std::to_string(std::get<1>(info.param));
                         });

TEST_F(Interop, AContextThatCudaDoesNotKnowIsCopiedTo) { // llvmpipe, WSL, a remote display
    log.fails = {"gl_device"};
    EXPECT_EQ(calls_of(picture()), (Calls{"gl_device", "ready", "download", "create", "fill"}));
    EXPECT_EQ(upload->status().path, Path::copy);
    EXPECT_EQ(upload->status().reason, "the window's OpenGL cannot be shared with CUDA: gl_device refused");
    log.fails.clear();
    EXPECT_EQ(calls_of(picture()), (Calls{"ready", "download", "fill"})) << "it is not asked again";
}

TEST_F(Interop, AFailedUnregisterIsNoReasonToStop) {
    calls_of(picture());
    log.fails = {"unregister"};
    calls_of(picture());
    calls_of(picture(9, 9));
    EXPECT_EQ(upload->status().path, Path::interop);
}

TEST_F(Interop, AWindowOnAnotherGpuIsCopiedTo) {
    log.gl_device = 1;
    EXPECT_EQ(calls_of(picture()), (Calls{"gl_device", "ready", "download", "create", "fill"}));
    EXPECT_EQ(upload->status().path, Path::copy);
    EXPECT_EQ(upload->status().reason, "GPU 1 draws the window, but GPU 0 computes the pictures");
    // Where the other GPU computes, there is no obstacle.
    calls_of(picture(3, 2, 4, 1));
    EXPECT_EQ(upload->status().path, Path::interop);
}

TEST_F(Interop, WithoutADownloadThePictureIsAnErrorAndTheOldOneStays) {
    ASSERT_TRUE(upload->upload(picture()));
    const auto shown = upload->texture();
    log.fails = {"map", "download"};
    try {
        upload->upload(picture());
        FAIL() << "nothing thrown";
    } catch (const std::runtime_error& e) {
        EXPECT_STREQ(e.what(), "download refused");
    }
    EXPECT_EQ(upload->texture(), shown);
    EXPECT_TRUE(textures->alive.contains(shown));
    log.fails.clear();
    EXPECT_TRUE(upload->upload(picture())) << "the next one may come through";
    EXPECT_EQ(upload->status().path, Path::copy);
}

TEST_F(Interop, WithoutAModulePixelsAreFetchedByThemselves) {
    link = std::make_shared<InteropLink>(nullptr);
    upload.emplace(link, textures);
    EXPECT_EQ(calls_of(picture()), (Calls{"to_host", "create", "fill"}));
    EXPECT_EQ(upload->status().path, Path::copy);
    auto lost = std::make_shared<FakePixels>(2, 2, 4, 0, &log.calls);
    lost->broken = true;
    EXPECT_THROW(upload->upload(image_of(lost)), std::runtime_error);
    lost->broken = false;
    EXPECT_TRUE(upload->upload(image_of(lost))) << "a failed fetch is tried again";
}

TEST(DeviceImage, IsFetchedOnceForAllItsCopies) {
    Calls calls;
    const auto image = image_of(std::make_shared<FakePixels>(5, 3, 4, 0, &calls));
    const Image copy = image;
    EXPECT_FALSE(image.empty());
    EXPECT_EQ(image.host_pixels().size(), 45u);
    EXPECT_EQ(&image.host_pixels(), &copy.host_pixels());
    EXPECT_EQ(calls, Calls{"to_host"});
    EXPECT_EQ(image.at(1, 2, 1), image.device->data()[(1 * 5 + 2) * 4 + 1]);
    const auto host = engine::on_host(image);
    EXPECT_EQ(host.device, nullptr);
    EXPECT_EQ(host.pixels, image.host_pixels());
    EXPECT_EQ(engine::to_bytes(host), engine::to_bytes(image));
    Image wrong = image;
    wrong.channels = 2;
    EXPECT_THROW(wrong.host_pixels(), std::runtime_error);
}

/// With real OpenGL: the driver writes the texture as CUDA would.
class InteropPixels : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        try {
            GlWindowOptions options;
            options.headless = true;
            options.width = options.height = 16;
            window = std::make_unique<GlWindow>(options);
        } catch (const std::exception& e) {
            why_not = e.what();
        }
    }
    static void TearDownTestSuite() { window.reset(); }
    void SetUp() override {
        if (!window) GTEST_SKIP() << why_not;
    }
    static std::vector<float> read(GLuint texture, int width, int height) {
        std::vector<float> out(static_cast<std::size_t>(width) * height * 4);
        glBindTexture(GL_TEXTURE_2D, texture);
        glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_FLOAT, out.data());
        return out;
    }
    static void write(GLuint texture, const DevicePixels& p) {
        glBindTexture(GL_TEXTURE_2D, texture);
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, p.width, p.height, p.channels == 1 ? GL_RED : GL_RGBA, GL_FLOAT,
                        p.data());
    }
    inline static std::unique_ptr<GlWindow> window;
    inline static std::string why_not;
};

TEST_F(InteropPixels, AreTheSameByEveryWay) {
    const auto textures = make_gl_textures();
    for (const auto& [width, height, channels] :
         {std::tuple{64, 64, 4}, {1, 1, 4}, {37, 5, 4}, {64, 3, 1}, {7, 9, 1}}) {
        const auto image = image_of(std::make_shared<FakePixels>(width, height, channels, 0, nullptr));
        DriverLog shared, refused;
        shared.write_pixels = write;
        refused.fails = {"map"};
        const auto by = [&](DriverLog* log, Path path) {
            auto link =
                std::make_shared<InteropLink>(log ? std::make_unique<FakeDriver>(*log) : std::unique_ptr<FakeDriver>());
            InteropUpload upload(link, textures);
            for (int i = 0; i < 3; ++i) { // both textures, and one again
                EXPECT_TRUE(upload.upload(image));
                upload.drawn();
            }
            EXPECT_EQ(upload.status().path, path);
            return read(upload.texture(), width, height);
        };
        const auto direct = by(&shared, Path::interop);
        EXPECT_EQ(direct, by(&refused, Path::copy));
        EXPECT_EQ(direct, by(nullptr, Path::copy));
        HostUpload host(textures);
        host.upload(engine::on_host(image));
        EXPECT_EQ(direct, read(host.texture(), width, height));
        for (int i = 0; i < width * height; ++i) ASSERT_EQ(direct[static_cast<std::size_t>(i) * 4 + 3], 1.0f);
        EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
    }
}

TEST_F(InteropPixels, FencesPassOnceTheDrawingIsDone) {
    const auto textures = make_gl_textures();
    auto* fence = textures->fence();
    glFinish();
    EXPECT_TRUE(textures->passed(fence, 0));
    textures->drop(fence);
    textures->drop(nullptr);
    EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
}

} // namespace

} // namespace unstuck::app
