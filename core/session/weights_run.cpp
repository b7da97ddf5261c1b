// SPDX-License-Identifier: Apache-2.0
// Opens the file twice: once for its numbers, once for the words.
#include "core/session/weights_run.h"

#include "core/session/weights.h"
#include "core/session/weights_project.h"

namespace vitrine {

Result<FileWeights> readWeightsOfFile(const std::string& path, const Project& project) {
    const auto states = statesOf(project);
    if (!states) return states.error();
    const WeightWishes wishes = wishesFor(project.graph);
    auto loaded = readWeightsFor(path, *states, wishes);
    if (!loaded) return loaded.error();
    const auto file = openWeights(path);
    if (!file) return file.error();
    const auto match = matchWeights(*file, *states, wishes);
    if (!match) return match.error();
    FileWeights read{.result = {}, .summary = loaded->how, .table = tableOf(*match)};
    read.result.run = {.folder = path,
                       .project = project.name,
                       .graph = {},
                       .state = PastRunState::Finished,
                       .metric = {}};
    read.result.states = std::make_shared<const Snapshot>(std::move(loaded->states));
    return read;
}

}  // namespace vitrine
