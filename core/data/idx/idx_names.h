// SPDX-License-Identifier: Apache-2.0
// What the relatives of MNIST call their files and their classes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// What `classes` of the format are called; `numbers` is the first.
inline constexpr std::string_view idxNameChoices[] = {
    "numbers", "fashion", "kuzushiji", "letters", "letters_and_digits", "all_characters"};

/// Names in the order of the labels; empty for `numbers`.
std::vector<std::string> idxClassNames(std::string_view choice);

/// A set that was recognised by what lies in its folder.
struct IdxSet {
    std::string trainImages = {}, trainLabels = {}, testImages = {},
                testLabels = {};         ///< names of files
    std::string_view names = "numbers";  ///< of idxNameChoices
    int64_t classes = 10, firstLabel = 0;
    bool isTransposed = false;  ///< EMNIST stores columns as rows
};

/// MNIST, Fashion-MNIST, KMNIST, EMNIST and QMNIST by the usual names of their files and folder.
std::optional<IdxSet> knownIdxSet(const std::string& folder);

}  // namespace vitrine
