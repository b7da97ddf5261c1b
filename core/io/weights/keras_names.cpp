// SPDX-License-Identifier: Apache-2.0
// Paths as saving makes them; axes by class, part and the number of biases.
#include "core/io/weights/keras_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace vitrine {

namespace {

std::vector<std::string_view> partsOf(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const size_t end = std::min(path.find('/'), path.size());
        if (end > 0) parts.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

bool isNumber(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// What Keras puts between layers for itself.
bool isFiller(std::string_view part) {
    return part == "layers" || part == "vars" || part == "_layer_checkpoint_dependencies" ||
           part == "model_weights" || part == "_functional" || part == "cells";
}

bool isNoWeight(std::string_view top) {
    return top.starts_with("optimizer") || top == "metrics" || top == "compile_metrics" ||
           top.starts_with("seed_generator") || top == "top_level_model_weights";
}

/// `conv2d` of `sequential.conv2d_12`.
std::string_view classOf(std::string_view layer) {
    layer = layer.substr(layer.rfind('.') + 1);
    const size_t end = layer.rfind('_');
    return end != std::string_view::npos && isNumber(layer.substr(end + 1)) ? layer.substr(0, end)
                                                                            : layer;
}

bool isConvolution(std::string_view kind) {
    return kind.starts_with("conv1d") || kind.starts_with("conv2d") || kind.starts_with("conv3d");
}

/// Names of the parts of a class in the order in which layers make them.
std::vector<std::string_view> partsOfClass(std::string_view kind, size_t count) {
    if (kind.starts_with("separable_")) return {"depthwise_kernel", "pointwise_kernel", "bias"};
    if (kind == "batch_normalization") {
        if (count == 4) return {"gamma", "beta", "moving_mean", "moving_variance"};
        if (count == 3) return {"beta", "moving_mean", "moving_variance"};
        return {"moving_mean", "moving_variance"};
    }
    if (kind.ends_with("_normalization")) return {"gamma", "beta"};
    if (kind == "embedding") return {"embeddings"};
    if (kind == "p_re_lu") return {"alpha"};
    if (kind == "dense" || kind.starts_with("depthwise_") || isConvolution(kind))
        return {"kernel", "bias"};
    return {};
}

void turn(StoredTensor& tensor, const std::vector<size_t>& axes, std::string_view order) {
    std::vector<int64_t> strides(tensor.shape.size());
    int64_t next = 1;
    for (size_t axis = tensor.shape.size(); axis-- > 0;) {
        strides[axis] = next;
        next *= std::max<int64_t>(tensor.shape[axis], 1);
    }
    const std::vector<int64_t> shape = tensor.shape;
    tensor.strides.resize(shape.size());
    for (size_t i = 0; i < axes.size(); ++i) {
        tensor.shape[i] = shape[axes[i]];
        tensor.strides[i] = strides[axes[i]];
    }
    tensor.order = order;
}

/// [taps…, C, M] → [C·M, 1, taps…]; C and M are neighbours, and so they are one axis.
void turnDepthwise(StoredTensor& tensor) {
    const std::vector<int64_t> shape = tensor.shape;
    const size_t taps = shape.size() - 2;
    const int64_t channels = shape[taps] * shape[taps + 1];
    tensor.shape = {channels, 1};
    tensor.strides = {1, 0};
    int64_t next = std::max<int64_t>(channels, 1);
    std::vector<int64_t> strides(taps);
    for (size_t axis = taps; axis-- > 0;) {
        strides[axis] = next;
        next *= std::max<int64_t>(shape[axis], 1);
    }
    tensor.shape.insert(tensor.shape.end(), shape.begin(), shape.begin() + std::ssize(strides));
    tensor.strides.insert(tensor.strides.end(), strides.begin(), strides.end());
    tensor.order = "taps, C, M";
}

}  // namespace

std::optional<KerasName> kerasNameOf(std::string_view path) {
    std::vector<std::string_view> parts = partsOf(path);
    if (parts.empty() || isNoWeight(parts.front())) return {};
    KerasName name;
    name.part = parts.back().substr(0, parts.back().rfind(":0"));
    name.isNumbered = isNumber(name.part);
    parts.pop_back();
    std::erase_if(parts, isFiller);
    if (parts.empty() || isNoWeight(parts.front())) return {};
    if (!name.isNumbered) {  // the layer stands in front of the path that its variable has
        name.layer = parts.back();
        return name;
    }
    for (const std::string_view part : parts) {
        if (!name.layer.empty()) name.layer += '.';
        name.layer += part;
    }
    return name;
}

std::string kerasPart(std::string_view layer, size_t index, size_t count) {
    const auto parts = partsOfClass(classOf(layer), count);
    return index < parts.size() ? std::string(parts[index]) : fmt::format("var{}", index);
}

void turnKerasAxes(std::string_view layer, std::string_view part, int64_t biases,
                   StoredTensor& tensor) {
    const std::vector<int64_t>& shape = tensor.shape;
    const size_t rank = shape.size();
    if (!part.ends_with("kernel") || rank < 2 || rank > 5) return;
    if (rank == 2) return turn(tensor, {1, 0}, "in, out");
    const int64_t last = shape[rank - 1], both = last * shape[rank - 2];
    const std::string_view kind = classOf(layer);
    const bool isDepthwise = part == "depthwise_kernel" || kind.starts_with("depthwise_") ||
                             (!isConvolution(kind) && part == "kernel" && biases == both &&
                              biases != last && biases != shape[rank - 2]);
    if (isDepthwise) return turnDepthwise(tensor);
    std::vector<size_t> axes{rank - 1, rank - 2};
    for (size_t axis = 0; axis + 2 < rank; ++axis) axes.push_back(axis);
    turn(tensor, axes, rank == 4 ? "HWIO" : "taps, I, O");
}

}  // namespace vitrine
