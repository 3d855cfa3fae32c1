// Feeds truncated and bit-flipped versions of every file given on the command line to the readers of models and of
// files with a w. Built with address and undefined-behaviour sanitizers, each input in a heap block of exactly its
// size, so that reading one byte too far shows. Whatever a reader does with them, it either succeeds or throws
// FileError; anything else fails the test.
#include "core/io/checkpoint.hpp"
#include "core/io/error.hpp"
#include "core/io/latent_file.hpp"
#include "core/model/config.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>

namespace {

using unstuck::io::Bytes;

struct Tally {
    int inputs = 0, accepted = 0, refused = 0;
};

/// Touches every byte that a reader hands out.
std::size_t consume(const unstuck::io::TensorMap& tensors) {
    std::size_t sum = 0;
    for (const auto& [name, tensor] : tensors)
        for (auto b : unstuck::io::contiguous_bytes(tensor)) sum += std::to_integer<std::size_t>(b);
    return sum;
}

void feed(const std::string& bytes, Tally& tally) {
    const std::unique_ptr<std::byte[]> copy(new std::byte[std::max<std::size_t>(bytes.size(), 1)]);
    std::memcpy(copy.get(), bytes.data(), bytes.size());
    const auto file = unstuck::io::MappedFile::from_memory("fuzz", {copy.get(), bytes.size()});
    ++tally.inputs;
    bool ok = false;
    try {
        const auto checkpoint = unstuck::io::read_checkpoint(file);
        consume(checkpoint.tensors);
        try {
            unstuck::model::parse_config(checkpoint.family, checkpoint.kwargs);
        } catch (const std::invalid_argument&) {
        }
        ok = true;
    } catch (const unstuck::io::FileError&) {
    }
    try {
        consume(unstuck::io::read_tensor_dict(file));
        ok = true;
    } catch (const unstuck::io::FileError&) {
    }
    try {
        unstuck::io::LatentArray(file).w(0);
        ok = true;
    } catch (const unstuck::io::FileError&) {
    }
    ++(ok ? tally.accepted : tally.refused);
}

void mutate(const std::string& original, int rounds, Tally& tally) {
    std::mt19937 random(static_cast<unsigned>(original.size()));
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % std::max<std::size_t>(n, 1)); };
    feed(original, tally);
    for (int i = 0; i < rounds; ++i) {
        auto bytes = original;
        switch (i % 4) {
        case 0: bytes.resize(below(bytes.size())); break;
        case 1: bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8)); break;
        case 2: // flips near the start, where the structure is
            for (int k = 0; k < 3; ++k)
                bytes[below(std::min<std::size_t>(bytes.size(), 4096))] ^= static_cast<char>(1 << below(8));
            break;
        case 3: { // a length or an opcode overwritten
            const auto at = below(bytes.size());
            for (std::size_t k = at; k < std::min(at + 1 + below(8), bytes.size()); ++k)
                bytes[k] = static_cast<char>(random());
            break;
        }
        }
        feed(bytes, tally);
    }
}

} // namespace

int main(int argc, char** argv) {
    Tally tally;
    constexpr std::size_t kWork = 18'000'000; // bytes per file: small files get more variants
    for (int i = 1; i < argc; ++i) {
        std::ifstream in(argv[i], std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), {});
        if (bytes.empty()) {
            std::printf("cannot read %s\n", argv[i]);
            return 1;
        }
        mutate(bytes, static_cast<int>(std::clamp<std::size_t>(kWork / bytes.size(), 60, 1200)), tally);
    }
    std::printf("%d inputs: %d accepted, %d refused\n", tally.inputs, tally.accepted, tally.refused);
    return tally.inputs >= 3000 && tally.refused > 0 && tally.accepted > 0 ? 0 : 1;
}
