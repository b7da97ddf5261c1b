// SPDX-License-Identifier: Apache-2.0
// The known word that somebody most likely meant: for "did you mean" in messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// The candidate with the smallest edit distance to `word`, or empty where none is near (more than
/// a third of the longer word's letters differ). Words are compared up to their 64th letter.
std::string_view nearestWord(std::string_view word, std::span<const std::string_view> candidates);

/// `, did you mean 'padding'?`, or nothing.
std::string didYouMean(std::string_view word, std::span<const std::string_view> candidates);

/// Behind "there is no port 'z'": `, only 'y'`, `, only 'a', 'b'`, `, nor any other`.
std::string onlyThese(std::span<const std::string_view> names);

}  // namespace vitrine
