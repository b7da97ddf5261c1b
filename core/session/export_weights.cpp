// SPDX-License-Identifier: Apache-2.0
// States in memory of their own, filled as a prediction fills them, and written down.
#include "core/session/export_weights.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/data/arrays/npy_writer.h"
#include "core/device/host_memory.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"

namespace vitrine {

namespace {

Result<std::vector<NamedTensor>> tensorsOf(const ForeignNetwork& network, const StateLayout& layout,
                                           const Memory& memory) {
    std::vector<NamedTensor> tensors;
    for (const StateLayout::Item& item : layout.items()) {
        if (!isWeights(item)) continue;
        const auto view = memory.view(item.offset, item.bytes());
        if (!view) return view.error();
        tensors.push_back(
            {network.nameOfParameter(item.name),
             TensorData::of(item.dtype, item.shape, {view->bytes().begin(), view->bytes().end()})});
    }
    return tensors;
}

/// The bytes of a file that was just written.
int64_t sizeOfFile(const std::string& path) {
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(path, failure);
    return failure ? 0 : static_cast<int64_t>(bytes);
}

}  // namespace

WeightsFormat weightsFormatOf(const std::string& path) {
    return path.ends_with(".npz") ? WeightsFormat::Npz : WeightsFormat::Safetensors;
}

Result<WeightsReport> exportWeights(const ForeignNetwork& network, const std::string& weights,
                                    const std::string& path, WeightsFormat format) {
    const Project& project = network.project;
    const auto layout = statesOf(project);
    if (!layout) return layout.error();
    const auto memory = HostMemory::allocate(layout->sizeBytes());
    if (!memory) return memory.error();
    initialiseStates(*layout, **memory, static_cast<uint64_t>(project.training.seed));
    if (!weights.empty())
        VITRINE_TRY(loadWeights(weights, *layout, **memory, wishesFor(project.graph)));
    const auto tensors = tensorsOf(network, *layout, **memory);
    if (!tensors) return tensors.error();
    VITRINE_TRY(format == WeightsFormat::Npz ? saveNpz(path, *tensors)
                                             : saveWeights(path, *layout, **memory));
    WeightsReport report{.path = path, .bytes = sizeOfFile(path), .tensors = std::ssize(*tensors)};
    for (const NamedTensor& tensor : *tensors) report.numbers += tensor.data->shape.elements();
    return report;
}

Result<void> saveStates(const ForeignNetwork& network, const Snapshot& states,
                        const std::string& path) {
    const auto layout = statesOf(network.project);
    if (!layout) return layout.error();
    const std::vector<std::string> missing = missingIn(states, *layout);
    if (missing.empty()) return saveWeights(path, *layout, states);
    return Error{"C02",
                 fmt::format("the run has no weights for '{}'{}, as the network is drawn now",
                             printable(missing.front()),
                             missing.size() > 1 ? fmt::format(" and {} more", missing.size() - 1)
                                                : std::string()),
                 {},
                 "Nothing was written.",
                 "Train the network as it is drawn, or export the weights that it starts with."};
}

}  // namespace vitrine
