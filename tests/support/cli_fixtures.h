// SPDX-License-Identifier: Apache-2.0
// Small projects and data sets on disk for tests of the program.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace vitrine::test {

/// A LeNet of 4 and 8 channels on 160 strokes in batches of 16, 3 epochs: 30 steps in well under a
/// second.
std::string strokesProject();
/// The same on IDX files.
std::string idxProject();
/// `text` with the first `from` replaced; stops where it is not there.
std::string replaced(std::string text, const std::string& from, const std::string& to);

void writeBytes(const std::string& path, const std::string& bytes);
std::string readBytes(const std::string& path);

/// An IDX file: magic, extents, elements.
std::string idxBytes(uint8_t type, const std::vector<uint32_t>& extents,
                     const std::string& elements);
/// The four files that idxProject reads: 64 training and 32 test images of 28 × 28 from a fixed
/// seed.
void writeIdxFolder(const std::string& folder);

/// All paths below a folder, to see that nothing was left.
std::set<std::string> pathsBelow(const std::string& folder);

}  // namespace vitrine::test
