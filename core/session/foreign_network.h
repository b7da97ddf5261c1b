// SPDX-License-Identifier: Apache-2.0
// ForeignNetwork: a network with the names that its file has for what goes in and what comes out.
// Projects and models of other programs are asked, differentiated and measured as this.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/project.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// Something that goes in or comes out.
struct NetworkEnd {
    std::string node;  ///< the graph's input, or an output by its name in rolesOf()
    std::string name;  ///< as the file calls it
    /// Outputs: what the file says that its numbers are; none: as they are computed.
    std::optional<DType> type = {};
};

struct ForeignNetwork {
    Project project;
    /// Those that lead to an output, and the outputs, in the file's order.
    std::vector<NetworkEnd> inputs, outputs;
    /// Parameters that the file calls otherwise, by their ids.
    std::map<std::string, std::string, std::less<>> parameterNames = {};
    DType floatType = DType::F32;  ///< that the file computes with
    /// Names that the file has for inputs, those too that nothing takes here.
    std::vector<std::string> declaredInputs = {};
    /// Those of them that have numbers in the file.
    std::vector<std::string> filledInputs = {};
    /// What the file says of itself, by its keys.
    std::vector<std::pair<std::string, std::string>> metadata = {};
    /// The file says what is taken off pixels, and the project's normalisation is that.
    bool saysPixels = false;
    /// Another program's: its numbers come with it, and it has neither losses nor data.
    bool isForeign = false;
    std::vector<std::string> remarks = {};  ///< for people: what was understood so or otherwise

    const std::string& nameOfParameter(const std::string& id) const;
};

/// What a project is as such. Errors: those of rolesOf(), of the shape pass.
Result<ForeignNetwork> networkOfProject(Project project);

/// The network in a project's folder or file. `weights`: the file that is to fill it, where there
/// is one. Errors: those of loadProject and of networkOfProject; of a model those of
/// networkOfModel.
Result<ForeignNetwork> openNetwork(const std::string& path, const std::string& weights = {});

}  // namespace vitrine
