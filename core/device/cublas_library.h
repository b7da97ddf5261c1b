// SPDX-License-Identifier: Apache-2.0
// Whether NVIDIA's cuBLASLt is on this machine. It is never shipped: matrix products on a GPU take
// the one that is found, and everything else does without.
#pragma once

#include <string>
#include <vector>

namespace vitrine {

/// The files that are tried, in this order: each release's name on the loader's path, then where
/// the toolkit puts it.
std::vector<std::string> cublasLtFiles();

/// The first of `files` that can be loaded, by its whole path; empty where none can. Takes a
/// moment where it is there, for it is large; it is not kept.
std::string findCublasLt(const std::vector<std::string>& files);

}  // namespace vitrine
