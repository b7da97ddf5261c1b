// SPDX-License-Identifier: Apache-2.0
// What a run of a project would be, without one: its tape and its data.
#include "core/io/project_data.h"
#include "core/session/live_run.h"
#include "core/session/training_run.h"

namespace vitrine {

Result<std::shared_ptr<const Tape>> planTraining(const Project& project) {
    const ModelOptions options = modelOptions(project, {});
    auto program = buildProgram(project.graph, {Mode::Train, options.batch}, options);
    if (!program) return program.error();
    StateLayout states;
    states.add(*program);
    return std::make_shared<const Tape>(
        compileTape(std::move(program).value(), states, options.tape));
}

Result<std::shared_ptr<const Dataset>> openStoredData(const Project& project, DataRequest request) {
    request.folder.clear();
    request.seed = static_cast<uint64_t>(project.training.seed);
    auto data = openRawData(project, std::move(request));
    if (!data) return data.error();
    return std::make_shared<const Dataset>(std::move(data).value());
}

Result<std::shared_ptr<const Dataset>> prepareData(const Dataset& stored, const Project& project) {
    auto data = preparedData(stored, project.data);
    if (!data) return data.error();
    return std::make_shared<const Dataset>(std::move(data).value());
}

Result<std::shared_ptr<const Dataset>> openData(const Project& project, DataRequest request) {
    const auto stored = openStoredData(project, std::move(request));
    if (!stored) return stored.error();
    return prepareData(**stored, project);
}

}  // namespace vitrine
