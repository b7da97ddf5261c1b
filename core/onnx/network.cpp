// SPDX-License-Identifier: Apache-2.0
// Reads a model for two batches and makes one network of them, or for the one that the file has.
#include "core/onnx/network.h"

#include <fmt/format.h>

#include "core/onnx/follow_batch.h"
#include "core/onnx/follow_sizes.h"
#include "core/onnx/reader.h"

namespace vitrine::onnx {

namespace {

// Neither divides the other, and no extent of a picture is likely to be one of them.
constexpr int64_t firstBatch = 13, secondBatch = 11;

/// With its first extents open. Nothing: the model is not like that.
std::optional<Network> openNetwork(const Model& model, const Choices& choices, bool freesOnes,
                                   size_t mostRefused) {
    const bool hasSizes = hasOpenSizes(model, choices);
    const Batch first{firstBatch, true, freesOnes, hasSizes};
    Reader a(model, choices, first), b(model, choices, {secondBatch, true, freesOnes, hasSizes});
    if (!a.read().ok() || !a.followsBatch() || a.refused().size() > mostRefused) return {};
    if (freesOnes && !a.givesBatches()) return {};
    if (!b.read().ok()) return {};
    const Draft before = hasSizes ? a.draft() : Draft(model.path, false);
    if (!followBatch(a.draft(), b.draft()).ok()) return {};
    if (hasSizes) followSizes({a, before, &b.draft(), first}, model, choices);
    Result<Network> network = a.network();
    if (!network.ok()) return {};
    return std::move(*network);
}

/// Of the batch that the file has, with its other extents open.
Result<Network> fixedBatch(const Model& model, const Choices& choices) {
    const Batch first{.keepsAll = true};
    Reader reader(model, choices, first);
    VITRINE_TRY(reader.read());
    const Draft before = reader.draft();
    followSizes({reader, before, nullptr, first}, model, choices);
    return reader.network();
}

}  // namespace

std::string extentName(const ValueInfo& input, size_t axis) {
    const Dim& dim = (*input.type.shape)[axis];
    return dim.symbol.empty() ? fmt::format("{}[{}]", input.name, axis) : std::string(dim.symbol);
}

Result<Network> networkOf(const Model& model, const Choices& choices) {
    Reader fixed(model, choices, {});
    VITRINE_TRY(fixed.read());
    if (!choices.followsBatch) return fixed.network();
    for (bool freesOnes : {false, true})
        if (std::optional<Network> network =
                openNetwork(model, choices, freesOnes, fixed.refused().size()))
            return std::move(*network);
    Result<Network> network =
        hasOpenSizes(model, choices) ? fixedBatch(model, choices) : fixed.network();
    if (network.ok())
        network->remarks.emplace_back("it takes one batch of the size that it was made with");
    return network;
}

}  // namespace vitrine::onnx
