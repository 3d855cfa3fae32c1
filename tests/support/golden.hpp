#pragma once
#include "core/io/safetensors.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace unstuck::test {

/// tests/golden, or the folder named by UNSTUCK_GOLDEN (the full set, of which tests/golden is a part).
std::string golden_path(const std::string& name);
nlohmann::json golden_json(const std::string& name);

/// The tensors of one safetensors file, in float32 or as stored.
class GoldenTensors {
  public:
    explicit GoldenTensors(const std::string& name);
    bool has(const std::string& key) const { return content_.tensors.contains(key); }
    at::Tensor get(const std::string& key) const; ///< Throws when missing.
    const io::TensorMap& tensors() const { return content_.tensors; }

  private:
    io::SafeTensors content_;
};

/// max |a - b| / max |b|, the golden sets' measure. NaN when shapes differ or a number is NaN, so that comparing fails.
double relative_error(const at::Tensor& ours, const at::Tensor& golden);

} // namespace unstuck::test
