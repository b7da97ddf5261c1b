// SPDX-License-Identifier: Apache-2.0
// Writing weights, and reading them in whatever float type they come.
#include "core/session/weights.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/base/file.h"
#include "core/io/safetensors.h"
#include "core/optim/extra.h"
#include "core/session/tensor_keys.h"
#include "core/session/weights_fit.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

/// Whether `number` becomes infinite in a type.
bool isTooLarge(double number, DType type) {
    alignas(8) std::array<std::byte, 8> element{};
    writeElement(element.data(), type, 0, number);
    return std::isfinite(number) && !std::isfinite(readElement(element.data(), type, 0));
}

struct BadNumbers {
    int64_t nan = 0, infinite = 0, tooLarge = 0;
    bool any() const { return nan + infinite + tooLarge > 0; }
};

BadNumbers badNumbersOf(std::span<const std::byte> bytes, DType type, DType wanted) {
    BadNumbers bad;
    const bool isNarrower = sizeOf(wanted) < sizeOf(type);
    const int64_t count = std::ssize(bytes) / sizeOf(type);
    for (int64_t i = 0; i < count; ++i) {
        const double number = readElement(bytes.data(), type, i);
        if (std::isnan(number))
            ++bad.nan;
        else if (std::isinf(number))
            ++bad.infinite;
        else if (isNarrower && isTooLarge(number, wanted))
            ++bad.tooLarge;
    }
    return bad;
}

std::string text(const BadNumbers& bad, DType wanted) {
    std::string found;
    const auto add = [&](int64_t count, std::string_view what) {
        if (count > 0) found += fmt::format("{}{} {}", found.empty() ? "" : ", ", count, what);
    };
    add(bad.nan, "NaN");
    add(bad.infinite, "infinite");
    add(bad.tooLarge, fmt::format("too large for {}", name(wanted)));
    return found;
}

Error notFinite(const std::string& path, const StoredTensor& tensor, const BadNumbers& bad,
                DType wanted) {
    const int64_t count = tensor.elements();
    Error error{
        "C05",
        fmt::format("'{}': tensor '{}' is not finite: of its {} number{} {}", printable(path),
                    printable(tensor.name), count, count == 1 ? "" : "s", text(bad, wanted)),
        {},
        "Nothing was loaded.",
        bad.nan + bad.infinite > 0 ? "Take weights from before they became so, such as an "
                                     "earlier checkpoint."
                                   : "Use them with --precision fp64, which holds them."};
    error.place.file = path;
    return error;
}

/// Its numbers in the state's type.
Result<std::vector<std::byte>> converted(const std::string& path, const StoredTensor& tensor,
                                         const StateLayout::Item& item) {
    std::vector<std::byte> plain = plainBytes(tensor);
    const DType type = *tensor.dtype;
    if (isFloat(item.dtype))
        if (const BadNumbers bad = badNumbersOf(plain, type, item.dtype); bad.any())
            return notFinite(path, tensor, bad, item.dtype);
    if (type == item.dtype) return plain;
    std::vector<std::byte> bytes(static_cast<size_t>(item.bytes()));
    for (int64_t i = 0; i < item.shape.elements(); ++i)
        writeElement(bytes.data(), item.dtype, i, readElement(plain.data(), type, i));
    return bytes;
}

/// Who names a run's folder means the weights in it.
Error withWeightsOfRun(Error error, const std::string& path) {
    const std::filesystem::path inside = std::filesystem::path(path) / "weights.safetensors";
    std::error_code failure;
    if (std::filesystem::is_regular_file(inside, failure))
        error.next = fmt::format("Name the file in it: {}", printable(inside.string()));
    return error;
}

Result<void> save(const std::string& path, const std::vector<TensorView>& tensors,
                  const NameToKey& keys) {
    std::map<std::string, std::string> metadata{{"vitrine.kind", "weights"}};
    noteKeys(metadata, keys);
    return saveSafetensors(path, tensors, metadata);
}

}  // namespace

Result<void> saveWeights(const std::string& path, const StateLayout& layout, const Memory& memory,
                         WeightsOf weights) {
    std::vector<TensorView> tensors;
    std::vector<HostView> views;
    NameToKey keys;
    for (const StateLayout::Item& item : layout.items()) {
        if (!isWeights(item)) continue;
        const StateLayout::Item* average =
            weights == WeightsOf::Use ? layout.findByKey(averageOf(item.key)) : nullptr;
        Result<HostView> view = memory.view(average ? average->offset : item.offset, item.bytes());
        if (!view) return view.error();
        tensors.push_back({item.name, item.dtype, item.shape, view->bytes()});
        views.push_back(std::move(view).value());
        keys[item.name] = item.key;
    }
    return save(path, tensors, keys);
}

Result<void> saveWeights(const std::string& path, const StateLayout& layout,
                         const Snapshot& snapshot) {
    std::vector<TensorView> tensors;
    NameToKey keys;
    for (const SnapshotTensor& tensor : snapshot.tensors) {
        const StateLayout::Item* item = layout.findByKey(tensor.identity());
        if (!item || !isWeights(*item)) continue;
        tensors.push_back(
            {item->name, item->dtype, item->shape, tensorInUse(snapshot, tensor).bytes});
        keys[item->name] = item->key;
    }
    return save(path, tensors, keys);
}

namespace {

/// What a checkpoint keeps of a tensor for use. Before the first step averages are zeros.
const StoredTensor& inUse(const WeightFile& file, const StoredTensor& tensor) {
    const auto step = file.metadata.find("vitrine.step");
    if (step == file.metadata.end() || step->second == "0") return tensor;
    const StoredTensor* average = file.find(averageOf(tensor.name));
    return average ? *average : tensor;
}

/// Keras flattens [H, W, C]: a row of weights takes its numbers in the order that this has.
StoredTensor seenFromChannels(StoredTensor tensor, const FlattenedExtents& extents) {
    const auto& [channels, height, width] = extents;
    if (tensor.shape.size() != 2 || tensor.strides.size() != 2) return tensor;
    const int64_t out = tensor.strides[0], in = tensor.strides[1];
    tensor.shape = {tensor.shape[0], channels, height, width};
    tensor.strides = {out, in, in * width * channels, in * channels};
    return tensor;
}

/// Where the numbers of a state come from, in the order that it has.
StoredTensor sourceOf(const WeightFile& file, const MatchedState& state,
                      const WeightWishes& wishes) {
    const StoredTensor& tensor = inUse(file, *state.tensor);
    auto flat = wishes.flattened.find(state.item->key);
    if (flat == wishes.flattened.end()) flat = wishes.flattened.find(state.item->name);
    return file.kind == "Keras" && flat != wishes.flattened.end()
               ? seenFromChannels(tensor, flat->second)
               : tensor;
}

std::vector<Error> remarksOn(const WeightFile& file, const WeightsMatch& match) {
    std::vector<Error> remarks;
    const auto remark = [&](std::string message, std::string kept, std::string next) {
        remarks.push_back({"C02",
                           fmt::format("'{}': {}", printable(file.path), message),
                           {},
                           std::move(kept),
                           std::move(next)});
    };
    if (match.isGuess)
        remark(fmt::format("its names are not this network's; {}", summaryOf(match)),
               "They were used so.", "Look at the table of what became of each tensor.");
    if (!match.isWhole())
        remark(fmt::format("it fits in part: {}", summaryOf(match)),
               "The other tensors stay as they are.", {});
    return remarks;
}

}  // namespace

Result<LoadedWeights> readWeightsFor(const std::string& path, const StateLayout& layout,
                                     const WeightWishes& wishes) {
    const auto file = openWeights(path);
    if (!file) return withWeightsOfRun(file.error(), path);
    VITRINE_TRY(file->checkNumbers());
    const auto match = matchWeights(*file, layout, wishes);
    if (!match) return match.error();
    if (!wishes.onlyWhatFits || match->matched() == 0) VITRINE_TRY(checkFit(*file, layout, *match));
    LoadedWeights loaded{
        .how = summaryOf(*match), .remarks = remarksOn(*file, *match), .states = {}};
    for (const MatchedState& state : match->states) {
        if (!state.tensor) continue;
        const StateLayout::Item& item = *state.item;
        auto bytes = converted(path, sourceOf(*file, state, wishes), item);
        if (!bytes) return bytes.error();
        loaded.states.tensors.push_back(
            {item.name, item.dtype, item.shape, std::move(bytes).value(), item.key});
    }
    VITRINE_TRY(file->checkUnchanged());
    return loaded;
}

Result<LoadedWeights> loadWeights(const std::string& path, const StateLayout& layout,
                                  Memory& memory, const WeightWishes& wishes) {
    auto loaded = readWeightsFor(path, layout, wishes);
    if (!loaded) return loaded;
    for (const SnapshotTensor& tensor : loaded->states.tensors)
        VITRINE_TRY(memory.write(layout.find(tensor.name)->offset, tensor.bytes));
    loaded->states = {};
    return loaded;
}

}  // namespace vitrine
