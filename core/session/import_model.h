// SPDX-License-Identifier: Apache-2.0
// Models of other programs become projects: the network with its weights, ends to train it by, and
// a report of what was understood.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/io/project.h"
#include "core/onnx/onnx_content.h"     // IWYU pragma: export
#include "core/session/open_extents.h"  // IWYU pragma: export

namespace vitrine {

/// What a person decides about a model before it is opened.
struct ImportChoices {
    /// Extents by their symbols in the file, `height` → 224.
    std::map<std::string, int64_t, std::less<>> extents = {};
    /// Adds a target and a loss where the network gives one row of classes an example.
    bool addsLoss = true;
};

/// A value that comes in or goes out.
struct ModelEnd {
    std::string node;   ///< its id in the graph
    std::string name;   ///< as the file spells it
    std::string dtype;  ///< `FLOAT`, as ONNX calls it
    std::string shape;  ///< `[N, 3, 224, 224]`
};

/// A node that nothing here computes: it stays as a placeholder.
struct RefusedNode {
    std::string node;         ///< id of the placeholder
    std::string code;         ///< "O04", "O05", …
    std::string message;      ///< its name, operator, domain and operator set, and what is wrong
    bool isFollower = false;  ///< only since another one before it is not read
};

struct ImportReport {
    std::string program;  ///< that made the file: `pytorch 2.15.0`
    int64_t opset = 0, irVersion = 0;
    int64_t nodes = 0, folded = 0;  ///< of the file; of those, made constants
    int64_t parameters = 0;         ///< trained numbers
    std::vector<ModelEnd> inputs, outputs;
    std::vector<RefusedNode> refused;  ///< causes first, what only follows from them behind
    std::vector<std::string> remarks;
    std::vector<std::string> warnings = {};  ///< those of the remarks that change what it gives
    std::vector<std::pair<std::string, std::string>> metadata;  ///< as the file has it, cut
    std::vector<std::string> classes = {};  ///< their names, where the metadata have them
    /// Why no target and no loss can be added: `no output gives a row of class scores`; empty: they
    /// can.
    std::string noLoss = {};

    /// Those of the refused that only follow from others.
    int64_t followers() const;
    /// `53 of 53 nodes are read, 12 of them constants now`
    std::string summary() const;
};

struct ImportedModel {
    Project project;  ///< no node has a place; weights stay in the model's file
    ImportReport report;
    /// Parameter → the weight's name in the file.
    std::map<std::string, std::string> weights;
};

/// Has an imported network learn from what lies at `path`: pictures come to its size, and the layer
/// that answers gives as many classes as there are. One sentence for each thing that was changed.
/// Errors: those of dataIn, of opening, and of what does not fit.
Result<std::vector<std::string>> takeData(Project& project, const std::string& path);

/// What must be chosen before `importModel` can open it. Errors: those of onnx::readModel.
Result<std::vector<OpenExtent>> openExtents(const std::string& path);

/// Opens an ONNX model as a project of its name, without data. Errors: those of onnx::readModel and
/// onnx::networkOf, "O18" where an extent is open and not chosen.
Result<ImportedModel> importModel(const std::string& path, const ImportChoices& choices = {});

}  // namespace vitrine
