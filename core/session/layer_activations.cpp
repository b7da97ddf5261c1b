// SPDX-License-Identifier: Apache-2.0
// One forward pass on a tape on which everything stays readable.
#include "core/session/layer_activations.h"

#include <fmt/format.h>

#include "core/base/guard.h"
#include "core/device/arena.h"
#include "core/exec/executor.h"
#include "core/graph/lower.h"
#include "core/probe/tensor_scan.h"

namespace vitrine {

namespace {

/// The last value that each node makes, by its position in the graph; noValue where it makes none.
std::vector<ValueId> resultsOf(const Program& program, const Graph& graph) {
    std::vector<ValueId> results(graph.nodes().size(), noValue);
    for (const Instr& instr : program.instrs) {
        if (instr.origins.empty() || instr.out.empty()) continue;
        const int node = graph.indexOf(instr.origins.back());
        if (node >= 0) results[static_cast<size_t>(node)] = instr.out.front();
    }
    return results;
}

Result<void> checkImages(const Shape& input, const ImageSet& images) {
    const bool isSame = input.rank() == 4 && input[1] == images.channels &&
                        input[2] == images.height && input[3] == images.width;
    if (isSame && images.count > 0) return {};
    return Error{"P13",
                 fmt::format("the data have {} images {} × {} × {}, the network takes another size",
                             images.count, images.channels, images.height, images.width),
                 {},
                 {},
                 "Give the input node the shape of the data's images."};
}

void fillInput(float* input, const ImageSet& images, int64_t count, const Normalisation& by) {
    for (int64_t i = 0; i < count; ++i)
        for (const uint8_t byte : images.image(i))
            *input++ = static_cast<float>((byte / 255.0 - by.mean) / by.std);
}

Result<std::vector<HistogramRecord>> measure(const Project& project, const Snapshot& states,
                                             const ImageSet& images, int threads) {
    const int64_t batch = std::clamp<int64_t>(std::min(images.count, project.training.batch), 1,
                                              mostActivationImages);
    auto program =
        lower(project.graph, {.batch = batch, .training = false, .withLoss = false, .metrics = {}});
    if (!program) return program.error();
    VITRINE_TRY(checkImages(program->value(program->input("input")).shape, images));
    StateLayout layout;
    layout.add(*program);
    const std::vector<ValueId> results = resultsOf(*program, project.graph);
    TapeOptions options{.fuse = false};
    for (const ValueId value : results)
        if (value != noValue) options.pinned.push_back(program->value(value).name);
    const Tape tape = compileTape(std::move(program).value(), layout, options);
    auto memory = Arena::allocate(tape.arenaBytes());
    if (!memory) return memory.error();
    const Arena arena = std::move(memory).value();
    initialiseStates(layout, arena.data(), static_cast<uint64_t>(project.training.seed));
    takeOver(states, layout, arena.data());
    Executor executor(tape, arena.data());
    fillInput(reinterpret_cast<float*>(executor.inputData("input")), images, batch,
              project.data.normalisation);
    Team team(threads);
    executor.run(team);
    std::vector<HistogramRecord> records;
    for (size_t node = 0; node < results.size(); ++node) {
        if (results[node] == noValue) continue;
        // What no output needs is not computed.
        if (tape.value(results[node]).storage < 0) continue;
        const TensorScan scan =
            scanTensor(tape.value(results[node]).type, executor.data(results[node]));
        records.push_back({states.position.step, SampleKind::Activation, static_cast<int32_t>(node),
                           scan.statistics, scan.histogram});
    }
    return records;
}

}  // namespace

Result<std::vector<HistogramRecord>> layerActivations(const Project& project,
                                                      const Snapshot& states,
                                                      const ImageSet& images, int threads) {
    return guarded("looking at the activations",
                   [&] { return measure(project, states, images, threads); });
}

std::vector<HistogramRecord> weightStatistics(const Snapshot& states,
                                              const std::vector<std::string>& parameters) {
    std::vector<HistogramRecord> records;
    for (const SnapshotTensor& tensor : states.tensors) {
        const auto found = std::find(parameters.begin(), parameters.end(), tensor.name);
        if (found == parameters.end()) continue;
        const TensorScan scan =
            scanTensor(TensorType::rowMajor(tensor.shape, tensor.dtype), tensor.bytes.data());
        records.push_back({states.position.step, SampleKind::Weight,
                           static_cast<int32_t>(found - parameters.begin()), scan.statistics,
                           scan.histogram});
    }
    return records;
}

}  // namespace vitrine
