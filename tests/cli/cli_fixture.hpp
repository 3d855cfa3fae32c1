#pragma once
// The program itself, as a user calls it: exit codes, files, messages.
#include "tests/support/golden.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace unstuck::test {

namespace fs = std::filesystem;
using nlohmann::json;

struct Result {
    int code = -1;
    std::string out, err;
};

class Cli : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-cli-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    static std::string text_of(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    Result run(const std::string& arguments, const std::string& environment = "") const {
        const auto out = folder / "stdout", err = folder / "stderr";
        const auto command =
            environment + " " UNSTUCK_PROGRAM " " + arguments + " >" + out.string() + " 2>" + err.string();
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text_of(out), text_of(err)};
    }
    std::string at(const char* name) const { return (folder / name).string(); }

    static at::Tensor npy(const fs::path& path) {
        const auto all = text_of(path);
        const auto shape_at = all.find("'shape': (") + 10;
        std::vector<std::int64_t> shape;
        const char* p = all.data() + shape_at;
        for (char* end = nullptr; *p != ')'; p = end + (*end == ',' ? 1 : 0)) {
            while (*p == ' ') ++p;
            if (*p == ')') break;
            shape.push_back(std::strtoll(p, &end, 10));
        }
        const std::size_t header = 10 + static_cast<unsigned char>(all[8]) + 256u * static_cast<unsigned char>(all[9]);
        return at::from_blob(const_cast<char*>(all.data() + header), shape, at::kFloat).clone();
    }
    static std::string model(const char* name) { return golden_path(std::string("models/") + name); }
};

} // namespace unstuck::test
