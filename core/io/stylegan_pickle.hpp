#pragma once
#include "core/io/checkpoint.hpp"

namespace unstuck::io {

/// NVlabs' network pickles (StyleGAN3, StyleGAN2-ADA in PyTorch): finds G_ema (or G), walks its modules, and collects
/// the state dict and the constructor arguments. Other entries (D, augment_pipe, ...) are never looked at. Throws
/// FormatError. Pinned by tests/golden/models/*.pkl.
Checkpoint read_stylegan_pickle(const std::shared_ptr<const MappedFile>& file);

} // namespace unstuck::io
