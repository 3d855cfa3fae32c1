#include "tests/support/golden.hpp"

#include "core/model/generator.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>

namespace unstuck::test {

std::string golden_path(const std::string& name) {
    const char* full = std::getenv("UNSTUCK_GOLDEN");
    return std::string(full ? full : UNSTUCK_GOLDEN_DIR) + "/" + name;
}

nlohmann::json golden_json(const std::string& name) {
    std::ifstream in(golden_path(name));
    if (!in) throw std::runtime_error("golden file missing: " + golden_path(name));
    return nlohmann::json::parse(in);
}

GoldenTensors::GoldenTensors(const std::string& name)
    : content_(io::read_safetensors(io::MappedFile::open(golden_path(name)))) {}

at::Tensor GoldenTensors::get(const std::string& key) const {
    const auto& data = content_.tensors.at(key);
    return model::to_tensor(data, data.dtype == io::DType::f64 ? at::kDouble : at::kFloat);
}

double relative_error(const at::Tensor& ours, const at::Tensor& golden) {
    if (!ours.defined() || ours.sizes() != golden.sizes()) return std::nan("");
    if (golden.numel() == 0) return 0;
    const auto a = ours.to(at::kDouble), b = golden.to(at::kDouble);
    const double scale = b.abs().max().item<double>();
    const double error = (a - b).abs().max().item<double>();
    return scale > 0 ? error / scale : error;
}

} // namespace unstuck::test
