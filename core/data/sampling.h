// SPDX-License-Identifier: Apache-2.0
// Which examples an epoch draws, and in which order.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vitrine {

/// How often examples are drawn in an epoch.
enum class Sampling : uint8_t {
    EachOnce,  ///< each once
    Balanced   ///< as many draws as there are examples, each class as often as the others
};
std::string_view samplingId(Sampling sampling);

/// The order of an epoch: a Fisher–Yates shuffle from Rng(seed, Shuffle, epoch).
void shuffledOrder(uint64_t seed, int64_t epoch, std::span<int32_t> order);

/// Draws for an epoch where `classes` has each example's class number: every class that has
/// examples gets the same share of `order`, up to one draw; within a class every example comes up
/// before one comes again. A function of seed and epoch. Examples of classes below 0 are not drawn.
void balancedOrder(uint64_t seed, int64_t epoch, std::span<const int32_t> classes,
                   std::span<int32_t> order);

}  // namespace vitrine
