// SPDX-License-Identifier: Apache-2.0
// Reads a model for two batches and makes one network of them, or for the one that the file has.
#include "core/onnx/network.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "core/onnx/follow_batch.h"
#include "core/onnx/follow_sizes.h"
#include "core/onnx/reader.h"

namespace vitrine::onnx {

namespace {

// Neither divides the other, and no extent of a picture is likely to be one of them.
constexpr int64_t firstBatch = 13, secondBatch = 11;

/// With its first extents open. Nothing: the model is not like that.
std::optional<Network> openNetwork(const Model& model, const Choices& choices, Batch first,
                                   size_t mostRefused) {
    Batch second = first;
    second.extent = secondBatch;
    Reader a(model, choices, first), b(model, choices, second);
    if (!a.read().ok() || !a.followsBatch() || a.refused().size() > mostRefused) return {};
    if (first.freesOnes && !a.givesBatches()) return {};
    if (!b.read().ok()) return {};
    std::optional<Draft> before;
    if (first.keepsAll) before.emplace(a.draft());
    if (!followBatch(a.draft(), b.draft()).ok()) {
        if (first.repeatsConstants) return {};
        first.repeatsConstants = true;
        return openNetwork(model, choices, first, mostRefused);
    }
    if (before)
        followSizes({a, *before, &b.draft(), first}, model, choices);
    else
        holdSizes(a, model, choices);
    Result<Network> network = a.network();
    if (!network.ok()) return {};
    return std::move(*network);
}

/// Of the batch that the file has; its other extents are open where they can be.
Result<Network> fixedNetwork(const Model& model, const Choices& choices, Reader& fixed) {
    const Batch first{.keepsAll = true};
    Reader reader(model, choices, first);
    const bool isAsGood = hasOpenSizes(model, choices) && reader.read().ok() &&
                          reader.refused().size() <= fixed.refused().size();
    if (!isAsGood) {
        holdSizes(fixed, model, choices);
        return fixed.network();
    }
    const Draft before = reader.draft();
    followSizes({reader, before, nullptr, first}, model, choices);
    return reader.network();
}

/// Of the batch that the file has. What may be refused yet takes little memory.
Result<std::unique_ptr<Reader>> readFixed(const Model& model, const Choices& choices) {
    using Kind = MemoryRoom::Kind;
    const Batch batch;
    try {
        auto small = std::make_unique<Reader>(model, choices, batch, Kind::Small);
        VITRINE_TRY(small->read());
        return small;
    } catch (const OutOfRoom&) {
    }
    VITRINE_TRY(Reader(model, choices, batch, Kind::Trial).read());
    auto large = std::make_unique<Reader>(model, choices, batch, Kind::Large);
    VITRINE_TRY(large->read());
    return large;
}

}  // namespace

std::string extentName(const ValueInfo& input, size_t axis) {
    const Dim& dim = (*input.type.shape)[axis];
    return dim.symbol.empty() ? fmt::format("{}[{}]", input.name, axis) : std::string(dim.symbol);
}

Result<Network> networkOf(const Model& model, const Choices& choices) {
    Result<std::unique_ptr<Reader>> read = readFixed(model, choices);
    if (!read.ok()) return read.error();
    Reader& fixed = **read;
    if (!choices.followsBatch) return fixed.network();
    for (bool keepsAll : {true, false})
        for (bool freesOnes : {false, true}) {
            if (keepsAll && !hasOpenSizes(model, choices)) continue;
            const Batch first{firstBatch, true, freesOnes, keepsAll};
            if (std::optional<Network> network =
                    openNetwork(model, choices, first, fixed.refused().size()))
                return std::move(*network);
        }
    Result<Network> network = fixedNetwork(model, choices, fixed);
    if (network.ok())
        network->remarks.emplace_back("it takes one batch of the size that it was made with");
    return network;
}

}  // namespace vitrine::onnx
