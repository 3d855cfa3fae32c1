// The guide and the scenes that its pictures are made from.
#include "core/engine/scene.hpp"
#include "core/io/json_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace unstuck {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kDocs = fs::path(UNSTUCK_GOLDEN_DIR) / ".." / ".." / "docs";

std::set<std::string> scenes() {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(kDocs / "guide"))
        if (entry.path().extension() == ".json") names.insert(entry.path().stem().string());
    return names;
}

/// All that `given` says is in `read`, with the same value.
void expect_taken(const json& given, const json& read, const std::string& path) {
    for (const auto& [name, value] : given.items()) {
        const auto it = read.find(name);
        ASSERT_NE(it, read.end()) << path << name << ": no such field";
        if (value.is_object())
            expect_taken(value, *it, path + name + ".");
        else
            EXPECT_EQ(value, *it) << path << name;
    }
}

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Where the links of a text lead, as far as they are files.
std::vector<std::string> links(const std::string& text) {
    const std::regex link(R"(\]\(([^)#:]+)\))");
    std::vector<std::string> out;
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) out.push_back((*it)[1]);
    return out;
}

} // namespace

TEST(Guide, ScenesSayNothingThatTheProgramIgnores) {
    const std::set<std::string> of_a_picture = {"click", "crop",    "frame",  "hint", "instrument",
                                                "panel", "palette", "recipe", "size"};
    const auto names = scenes();
    ASSERT_GT(names.size(), 10u);
    for (const auto& name : names) {
        SCOPED_TRACE(name);
        auto given = io::read_json((kDocs / "guide" / (name + ".json")).string());
        for (const auto& [field, value] : given["picture"].items()) EXPECT_TRUE(of_a_picture.contains(field)) << field;
        given.erase("picture");
        expect_taken(given, engine::to_json(engine::scene_from_json(given)), "");
    }
}

TEST(Guide, EveryPictureItShowsIsThereAndHasItsScene) {
    const auto files = links(text_of(kDocs / "guide.md"));
    std::set<std::string> shown;
    for (const auto& file : files) {
        EXPECT_TRUE(fs::exists(kDocs / file)) << file;
        if (const fs::path path = file; path.extension() == ".png") {
            EXPECT_EQ(text_of(kDocs / path).substr(0, 8), "\x89PNG\r\n\x1a\n") << file;
            shown.insert(path.stem().string());
        }
    }
    EXPECT_EQ(shown.erase("spectrum"), 1u); // the figure is the command line's
    EXPECT_EQ(shown, scenes());             // and no scene is there for nothing
}

TEST(Guide, TheReadmeLeadsToFilesThatExist) {
    const auto files = links(text_of(kDocs / ".." / "README.md"));
    EXPECT_NE(std::find(files.begin(), files.end(), "docs/guide.md"), files.end());
    for (const auto& file : files) EXPECT_TRUE(fs::exists(kDocs / ".." / file)) << file;
}

} // namespace unstuck
