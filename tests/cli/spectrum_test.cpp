#include "core/io/image_file.hpp"
#include "tests/cli/cli_fixture.hpp"

#include <cmath>
#include <sstream>

namespace unstuck::test {

namespace {

class Spectrum : public Cli {
  protected:
    json spectrum(const std::string& arguments) const {
        const auto r = run("spectrum " + arguments + " --json");
        EXPECT_EQ(r.code, 0) << r.err;
        return json::parse(r.out, nullptr, false);
    }
    /// Fields of a table without quotes.
    static std::vector<std::vector<std::string>> table(const std::string& text) {
        std::vector<std::vector<std::string>> out;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            EXPECT_EQ(line.back(), '\r');
            line.pop_back();
            out.emplace_back();
            std::istringstream fields(line);
            for (std::string f; std::getline(fields, f, ',');) out.back().push_back(f);
        }
        return out;
    }
    void expect_refused(const std::string& arguments, const std::string& message) const {
        const auto r = run("spectrum " + arguments + " --csv " + at("refused.csv"));
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find(message), std::string::npos) << r.err;
        EXPECT_FALSE(fs::exists(at("refused.csv"))) << arguments;
    }
    void write_image(const std::string& path, int width, int height, int channels = 3) const {
        std::vector<std::uint8_t> pixels;
        for (int i = 0; i < width * height * channels; ++i) pixels.push_back(static_cast<std::uint8_t>(i * 37));
        io::write_png(path, width, height, channels, pixels);
    }
};

} // namespace

TEST_F(Spectrum, OfAFolderOfGoldenImagesIsTheGoldenOne) {
    const auto set = golden_json("spectra.json")["sets"]["rgb32"]; // the one with the published interpolation
    ASSERT_EQ(set["interp"], 4);
    const GoldenTensors golden("spectra.safetensors");
    const auto images = golden.get("rgb32.images").to(at::kByte);
    const auto dir = folder / "rgb32";
    fs::create_directories(dir);
    for (std::int64_t i = 0; i < images.size(0); ++i) {
        const auto x = images[i].permute({1, 2, 0}).contiguous();
        const auto* p = x.const_data_ptr<std::uint8_t>();
        io::write_png((dir / (std::to_string(i) + ".png")).string(), 32, 32, 3, {p, p + x.numel()});
    }
    std::ostringstream options;
    options << dir.string() << " --beta " << set["beta"] << " --mean " << set["mean"] << " --std " << set["std"];
    const auto s = spectrum(options.str())["sets"][0];
    EXPECT_EQ(s["images"], set["images"]);
    EXPECT_EQ(s["size"], 32);
    for (const auto& [slice, key] : {std::pair("slice_0", "slice0_db"), std::pair("slice_45", "slice45_db")}) {
        const auto ours = at::tensor(s[slice]["db"].get<std::vector<double>>(), at::kDouble),
                   theirs = golden.get(std::string("rgb32.") + key + ".smooth0");
        ASSERT_EQ(ours.sizes(), theirs.sizes());
        EXPECT_LE((ours - theirs).abs().max().item<double>(), 1e-4) << slice; // the golden set's README
    }
    const auto measured = spectrum(dir.string())["sets"][0];
    EXPECT_NEAR(measured["mean"].get<double>(), set["mean_full"].get<double>(), 1e-9);
    EXPECT_NEAR(measured["std"].get<double>(), set["std_full"].get<double>(), 1e-9);
}

TEST_F(Spectrum, OfAFolderOfSavedImagesIsThatOfTheModel) {
    ASSERT_EQ(run("render demo:stylegan2 --seeds 2-5 --trunc 0.8 --out " + at("saved")).code, 0);
    const auto both = spectrum(at("saved") + " demo:stylegan2 --seeds 2-5 --psi 0.8")["sets"];
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0]["images"], 4);
    for (const auto* key : {"mean", "std", "size", "channels", "slice_0", "slice_45"})
        EXPECT_EQ(both[0][key], both[1][key]) << key;
}

TEST_F(Spectrum, TheTableReadsBackAsTheNumbers) {
    const auto csv = at("layers.csv");
    const auto s = spectrum("demo:alias-free-t --layer all --seeds 0-2 --csv " + csv)["sets"][0];
    const auto rows = table(text_of(csv));
    EXPECT_EQ(rows[0], (std::vector<std::string>{"model", "layer", "curve", "frequency (cycles per image)", "mean (dB)",
                                                 "low (dB)", "high (dB)"}));
    std::size_t row = 1;
    for (const auto& l : s["layers"])
        for (const auto& [curve, name] :
             {std::pair("radial", "radial"), std::pair("slice_0", "0"), std::pair("slice_45", "45")}) {
            const auto& c = l[curve];
            for (std::size_t i = 0; i < c["db"].size(); ++i, ++row) {
                ASSERT_LT(row, rows.size());
                const auto& r = rows[row];
                ASSERT_EQ(r.size(), 7u);
                EXPECT_EQ(r[0], "demo:alias-free-t");
                EXPECT_EQ(r[1], l["name"]);
                EXPECT_EQ(r[2], name);
                const double db = c["db"][i], spread = c["db_stddev"][i];
                EXPECT_EQ(std::stod(r[3]), c["frequency"][i].get<double>());
                EXPECT_EQ(std::stod(r[4]), db);
                EXPECT_EQ(std::stod(r[5]), db - spread);
                EXPECT_EQ(std::stod(r[6]), db + spread);
            }
        }
    EXPECT_EQ(row, rows.size());
    const auto images = at("images.csv");
    const auto of_images = spectrum("demo:alias-free-t --seeds 0-2 --csv " + images)["sets"][0];
    const auto image_rows = table(text_of(images));
    EXPECT_EQ(image_rows.size(), 1 + 2 * of_images["slice_0"]["db"].size());
    EXPECT_EQ(std::stod(image_rows[7][3]), of_images["slice_0"]["db"][6].get<double>());
}

TEST_F(Spectrum, LayersCarryTheirDesignAndTheEnergyBeyondIt) {
    const auto s = spectrum("demo:alias-free-t demo:stylegan2 --layer all --seeds 0-3")["sets"];
    const auto card = json::parse(run("inspect demo:alias-free-t --json").out);
    ASSERT_EQ(s[0]["layers"].size(), card["layers"].size());
    for (const auto& l : s[0]["layers"]) {
        EXPECT_EQ(l["seeds"], 4);
        const auto& beyond = l["beyond_cutoff"];
        EXPECT_EQ(beyond["frequency"], l["cutoff"]);
        EXPECT_GT(beyond["floor"].get<double>(), 0);
        if (l["name"] == "input") continue; // its waves crowd below f_c, where the window leaks most
        EXPECT_LE(beyond["share"].get<double>(), beyond["floor"].get<double>()) << l["name"];
    }
    for (const auto& l : s[1]["layers"]) EXPECT_TRUE(l["beyond_cutoff"].is_null()) << "StyleGAN2 names no cutoff";
    const auto one = spectrum("demo:alias-free-t --layer L3_84_40 --seeds 0-3")["sets"][0]["layers"];
    ASSERT_EQ(one.size(), 1u);
    EXPECT_EQ(one[0], s[0]["layers"][4]);
}

TEST_F(Spectrum, FiguresAreWritten) {
    const auto r = run("spectrum demo:alias-free-t demo:stylegan2 --seeds 0,1 --svg " + at("a.svg") + " --png " +
                       at("a.png") + " --heatmap " + at("h.png"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(r.err, "") << "no progress bar where there is no terminal";
    EXPECT_NE(r.out.find("std"), std::string::npos);
    const auto svg = text_of(at("a.svg"));
    EXPECT_NE(svg.find("A  Alias-free T demo, 64 px (2 images)"), std::string::npos);
    EXPECT_NE(svg.find("B  StyleGAN2 demo"), std::string::npos);
    EXPECT_NE(svg.find("cycles per image"), std::string::npos);
    // The picture is twice as large as the drawing.
    const auto attribute = [&](const std::string& name) {
        return std::stod(svg.substr(svg.find(" " + name + "=\"") + name.size() + 3));
    };
    const auto png = io::read_image(at("a.png"));
    EXPECT_EQ(png.width, std::ceil(2 * attribute("width")));
    EXPECT_EQ(png.height, std::ceil(2 * attribute("height")));
    EXPECT_GT(io::read_image(at("h.png")).width, 1000);
    // Colours of both sets are there.
    const auto has = [&](std::array<int, 3> rgb) {
        for (std::size_t i = 0; i < png.bytes.size(); i += 3)
            if (png.bytes[i] == rgb[0] && png.bytes[i + 1] == rgb[1] && png.bytes[i + 2] == rgb[2]) return true;
        return false;
    };
    EXPECT_TRUE(has({0xE0, 0x63, 0x3A}));
    EXPECT_TRUE(has({0x2A, 0xA1, 0x98}));
}

TEST_F(Spectrum, RefusesWhatCannotBeAndWritesNothing) {
    const auto dir = folder / "set";
    fs::create_directories(dir);
    expect_refused(dir.string(), "set: has no .png");
    write_image((dir / "a.png").string(), 16, 16);
    expect_refused(dir.string() + " --layer all", "images have no layers");
    write_image((dir / "b.png").string(), 24, 24);
    expect_refused(dir.string(), "b.png: is 24 x 24 with 3 channels, but the images before it are 16 x 16");
    write_image((dir / "b.png").string(), 16, 16, 1);
    expect_refused(dir.string(), "b.png: is 16 x 16 with 1 channel,");
    write_image((dir / "b.png").string(), 16, 12);
    expect_refused(dir.string(), "b.png: is 16 x 12");
    write_image((dir / "a.png").string(), 16, 12);
    expect_refused(dir.string(), "a.png: is 16 x 12 with 3 channels; images have to be square");
    std::ofstream(dir / "a.png") << "no image at all";
    expect_refused(dir.string(), "a.png: is no PNG or JPEG that can be read");
    expect_refused(at("nothing"), "nothing");
    expect_refused("demo:alias-free-t --layer L99", "it has input, L0_52_40");
    expect_refused("demo:alias-free-t --seeds 3-1", "3-1");
    expect_refused("demo:alias-free-t --class 2", "no classes");
    expect_refused("demo:alias-free-t --mean 100", "--mean and --std belong together");
    expect_refused("demo:alias-free-t --mean 100 --std 0", "--std");
    expect_refused("demo:alias-free-t --beta -1", "--beta");
    expect_refused("demo:alias-free-t --layer all --heatmap " + at("h.png"), "--heatmap");
    expect_refused("demo:alias-free-t --png " + at("no-folder") + "/a.png", "there is no folder");
    expect_refused("demo:alias-free-t --png " + at("refused.csv"), "two different outputs");
    const auto cuda = run("spectrum demo:stylegan2 --device cuda", "UNSTUCK_CUDA_MODULE=off");
    EXPECT_EQ(cuda.code, 2);
}

TEST_F(Spectrum, CtrlCKeepsWhatThereIs) {
    const auto out = at("partial");
    const auto command = std::string(UNSTUCK_PROGRAM) +
                         " spectrum demo:alias-free-t --layer all --seeds 0-999999 --csv " + at("partial.csv") +
                         " --json >" + out + " & p=$!; sleep 3; kill -INT $p; wait $p; echo $? >" + at("code");
    ASSERT_EQ(std::system(("bash -c 'set -m; " + command + "'").c_str()), 0); // job control: else SIGINT is ignored
    EXPECT_EQ(text_of(at("code")), "130\n");
    const auto m = json::parse(text_of(out), nullptr, false);
    ASSERT_TRUE(m.is_object());
    EXPECT_EQ(m["stopped"], true);
    const auto seeds = m["sets"][0]["layers"][0]["seeds"].get<int>();
    EXPECT_GT(seeds, 0);
    EXPECT_LT(seeds, 1000000);
    EXPECT_GT(table(text_of(at("partial.csv"))).size(), 100u);
}

} // namespace unstuck::test
