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

/// Element `index` of a tensor that may lie at any address.
double elementOf(const TensorView& tensor, int64_t index) {
    alignas(8) std::array<std::byte, 8> element{};
    const auto size = static_cast<size_t>(sizeOf(tensor.dtype));
    std::memcpy(element.data(), tensor.bytes.data() + static_cast<size_t>(index) * size, size);
    return readElement(element.data(), tensor.dtype, 0);
}

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

BadNumbers badNumbersOf(const TensorView& tensor, DType wanted) {
    BadNumbers bad;
    const bool isNarrower = sizeOf(wanted) < sizeOf(tensor.dtype);
    const int64_t count = tensor.shape.elements();
    for (int64_t i = 0; i < count; ++i) {
        const double number = elementOf(tensor, i);
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

Result<void> checkNumbers(const std::string& path, const TensorView& tensor, DType wanted) {
    if (!isFloat(wanted)) return {};
    const BadNumbers bad = badNumbersOf(tensor, wanted);
    if (!bad.any()) return {};
    const int64_t count = tensor.shape.elements();
    Error error{
        "C05",
        fmt::format("'{}': tensor '{}' is not finite: of its {} number{} {}", printable(path),
                    tensor.name, count, count == 1 ? "" : "s", text(bad, wanted)),
        {},
        "Nothing was loaded.",
        bad.nan + bad.infinite > 0 ? "Take weights from before they became so, such as an "
                                     "earlier checkpoint."
                                   : "Use them with --precision fp64, which holds them."};
    error.place.file = path;
    return error;
}

Result<void> fill(const StateLayout::Item& item, const TensorView& tensor, Memory& memory) {
    const auto bytes = static_cast<size_t>(item.bytes());
    if (item.dtype == tensor.dtype) return memory.write(item.offset, tensor.bytes.first(bytes));
    std::vector<std::byte> converted(bytes);
    for (int64_t i = 0; i < item.shape.elements(); ++i)
        writeElement(converted.data(), item.dtype, i, elementOf(tensor, i));
    return memory.write(item.offset, converted);
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

Result<void> loadWeights(const std::string& path, const StateLayout& layout, Memory& memory) {
    auto file = loadSafetensors(path);
    if (!file) return withWeightsOfRun(file.error(), path);
    const auto tensors = tensorsOf(path, *file, layout);
    if (!tensors) return tensors.error();
    VITRINE_TRY(checkFit(path, *file, layout, *tensors));
    // Before the first step averages are zeros.
    const auto step = file->metadata.find("vitrine.step");
    const bool hasSteps = step != file->metadata.end() && step->second != "0";
    const auto tensorOf = [&](const StateLayout::Item& item) -> const TensorView& {
        const std::string& name = tensors->at(item.name);
        const TensorView* average = hasSteps ? file->find(averageOf(name)) : nullptr;
        return average ? *average : *file->find(name);
    };
    for (const StateLayout::Item& item : layout.items())
        if (isWeights(item)) VITRINE_TRY(checkNumbers(path, tensorOf(item), item.dtype));
    for (const StateLayout::Item& item : layout.items())
        if (isWeights(item)) VITRINE_TRY(fill(item, tensorOf(item), memory));
    return {};
}

}  // namespace vitrine
