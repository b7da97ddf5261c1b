// SPDX-License-Identifier: Apache-2.0
// One forward pass on a tape on which everything stays readable.
#include "core/session/layer_activations.h"

#include "core/base/guard.h"
#include "core/exec/value_reader.h"
#include "core/graph/trained_part.h"
#include "core/probe/tensor_scan.h"
#include "core/session/data_check.h"
#include "core/train/feed.h"

namespace vitrine {

namespace {

Result<std::vector<HistogramRecord>> measure(const Project& project, const Snapshot& states,
                                             const Dataset& data, int threads) {
    const ExampleSet& examples = data.train;
    VITRINE_TRY(checkDataFit(TrainedPart(project.graph).graph(), data));
    const int64_t batch = std::clamp<int64_t>(std::min(examples.count, project.training.batch), 1,
                                              mostActivationImages);
    auto compiled = Model::compile(project.graph, {{Mode::Predict, batch}},
                                   {.batch = batch,
                                    .columns = columnTypes(data.columns),
                                    .normalisation = project.data.normalisation,
                                    .threads = threads,
                                    .keepsNodes = true});
    if (!compiled) return compiled.error();
    Model& model = **compiled;
    Member& member = model.member(Mode::Predict, batch);
    model.initialise(static_cast<uint64_t>(project.training.seed));
    takeOver(states, model.states(), model.memory());
    Loader loader(examples, fedBytes(member, data.columns), {.batch = batch, .shuffle = false});
    const Batch first = loader.next();
    if (first.trouble) return *first.trouble;
    feed(member, first);
    member.executor->runAll();
    std::vector<HistogramRecord> records;
    for (size_t node = 0; node < member.nodeValues.size(); ++node) {
        const ValueId value = member.nodeValues[node];
        if (value == noValue) continue;
        const TensorScan scan = scanValue(*member.tape, model.memory(), value);
        records.push_back({states.position.step, SampleKind::Activation, static_cast<int32_t>(node),
                           scan.statistics, scan.histogram});
    }
    return records;
}

}  // namespace

Result<std::vector<HistogramRecord>> layerActivations(const Project& project,
                                                      const Snapshot& states, const Dataset& data,
                                                      int threads) {
    return guarded("looking at the activations",
                   [&] { return measure(project, states, data, threads); });
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
