// SPDX-License-Identifier: Apache-2.0
// Streams and masks of operators that draw random numbers.
#include "core/ops/families/random_rules.h"

namespace vitrine::random {

ValueId key(Builder& b) {
    const ValueId key = b.program().input("rng_key");
    return key != noValue ? key : b.addInput("rng_key", {2}, DType::I64);
}

int64_t streamOf(const std::vector<std::string>& keys, std::string_view use) {
    uint32_t hash = 2166136261u;
    const auto take = [&hash](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    };
    for (const std::string& path : keys) take(path);
    take(use);
    return hash;
}

ValueId drop(Builder& b, ValueId x, double rate, std::string_view use) {
    const Attrs mask =
        b.attrs("dropout_mask").with("rate", rate).with("stream", streamOf(b.keys(), use));
    return b.emit("dropout_mask", mask, {x, key(b)});
}

ValueId dropInTraining(Builder& b, ValueId x, double rate, std::string_view use) {
    return b.training() && rate > 0 ? drop(b, x, rate, use) : x;
}

ValueId dropWholes(Builder& b, ValueId x, int axes, double rate, std::string_view use) {
    if (!b.training() || rate == 0) return x;
    Shape wholes = b.shape(x);
    for (int axis = axes; axis < wholes.rank(); ++axis) wholes[axis] = 1;
    return b.mul(x, drop(b, b.constant(wholes, b.dtype(x), 1), rate, use));
}

// n = √(−2 ln u) · cos(2 π v)
ValueId normal(Builder& b, const ValueShape& like, std::string_view use) {
    constexpr double pi = 3.14159265358979323846;
    const std::vector<int64_t> extents(like.shape.dims().begin(), like.shape.dims().end());
    const auto uniform = [&](std::string_view part) {
        Attrs attrs = b.attrs("uniform");
        attrs.with("shape", extents).with("dtype", std::string(name(like.dtype)));
        attrs.with("stream", streamOf(b.keys(), std::string(use) + std::string(part)));
        return b.emit("uniform", attrs, {key(b)});
    };
    const ValueId u = uniform("/size"), v = uniform("/angle");
    const ValueId size = b.emit("sqrt", {b.scale(b.emit("log", {u}), -2)});
    return b.mul(size, b.emit("cos", {b.scale(v, 2 * pi)}));
}

}  // namespace vitrine::random
