// SPDX-License-Identifier: Apache-2.0
// The project: a network, where its data come from and how it is trained, in one file
// `name.vitrine`. Text that people can read and compare: one node a line, one edge a line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/normalisation.h"
#include "core/data/data_change.h"
#include "core/data/sampling.h"
#include "core/exec/recompute_choice.h"
#include "core/graph/graph.h"
#include "core/metrics/metric_choice.h"
#include "core/optim/clipping.h"
#include "core/optim/parameter_groups.h"
#include "core/optim/stopping.h"

namespace vitrine {

/// An optimiser, a schedule, an extra or a transform with its fields.
struct ChosenThing {
    std::string id;
    Attrs attrs;
};

/// Which reader opens the data, and its fields. The reader need not exist for a project to open.
struct DataSettings {
    struct Field {
        std::string id;
        FieldValue value;
        bool operator==(const Field&) const = default;
    };
    std::string format;
    std::vector<Field> fields;
    /// Absolute, or relative to the project's own folder; empty: the user names it.
    std::string folder;
    Normalisation normalisation;
    /// Of transforms (core/data/transform.h), in the order in which they are done.
    std::vector<ChosenThing> trainingTransforms = {}, evaluationTransforms = {};
    Sampling sampling = Sampling::EachOnce;
    std::vector<DataChange> changes = {};  ///< one at most of each example
    static constexpr size_t mostTransforms = 64, mostChanges = 100'000;
};

struct TrainingSettings {
    int64_t epochs = 5;
    int64_t batch = 64;
    int64_t seed = 1;
    double learningRate = 0.01;
    ChosenThing optimizer, schedule;
    Clipping clipping = Clipping::Norm;
    double clipNorm = 0;     ///< the limit of clipping; 0: gradients are not clipped
    int64_t accumulate = 1;  ///< batches whose gradients make one update
    Recompute recompute = Recompute::None;
    int64_t memoryBudget = 0;  ///< bytes, with Recompute::Budget
    /// What goes on around the optimiser's updates (core/optim/extra.h), each at most once.
    std::vector<ChosenThing> extras;
    /// Of groupFields. A parameter is in the first that fits it.
    std::vector<Attrs> groups;
    Attrs stopping = Attrs(stoppingFields);
    /// What is measured on the test set besides losses; without a choice the usual metrics of each
    /// loss.
    std::optional<std::vector<MetricChoice>> metrics;
};

/// What a run should reach on the test set: at least, or where smaller is better at most.
struct Goal {
    std::string metric;  ///< as runs call it, `accuracy`
    double value = 0;
    bool operator==(const Goal&) const = default;
};

/// What the numbers of another program's model are told by (core/io/project_model.h).
struct ModelMark {
    std::string file;     ///< absolute, or relative to the project's own folder
    std::string mark;     ///< hexadecimal digits
    int64_t tensors = 0;  ///< that parameters start from
};

/// A plain value.
struct Project {
    static constexpr int formatVersion = 2;
    static constexpr int64_t largestFile = int64_t{64} << 20;
    static constexpr size_t longestName = 255, mostMetrics = 100, mostGroups = 100;

    std::string name;
    Graph graph;
    DataSettings data;
    TrainingSettings training;
    std::vector<Goal> goals;
    /// Names of the classes that an imported network gives, as its model had them.
    std::vector<std::string> classes = {};
    std::vector<ModelMark> models = {};  ///< as they were when it was saved
    // Not part of the file:
    std::string file;                   ///< where it was read from
    std::vector<std::string> unplaced;  ///< nodes that have no position there; they stand at 0, 0
};

/// All fields of a reader, in their order, as a project keeps them.
std::vector<DataSettings::Field> dataFields(const Attrs& attrs);

/// A project's name is 1 to 255 bytes of UTF-8 without control characters and `/`.
bool isProjectName(std::string_view name);
/// The name of a project that is saved under this file name (without its ending): what a name
/// cannot have becomes `_`.
std::string projectNameFor(std::string_view fileName);

/// The file that a project argument means: the file itself, or the one `.vitrine` file in a folder
/// (where there are several, the one with the folder's name). Errors: "G01", "P01".
Result<std::string> projectFile(const std::string& path);

/// `path` as for projectFile. Errors: "G01"–"G07"; "P01" (no project, damaged), "P03" (newer),
/// "P08" (a data folder that cannot be a path), "P10" (graph), "P11" (a value), "U10" (a name),
/// with the file, and node and field where there are some. Nothing is opened then.
Result<Project> loadProject(const std::string& path);
/// The same, without the numbers of parameters that name a file: quick, however large those are.
Result<Project> loadProjectWithoutNumbers(const std::string& path);
/// Without the numbers of parameters that name a file: see readNumbersOfFiles.
Result<Project> projectFromText(std::string_view text);

/// Replaces the file atomically. Errors: as saveAtomically, and "G06" where the file would be
/// larger than one that is opened again; nothing is written then.
Result<void> saveProject(const Project& project, const std::string& file);
/// The bytes of the file: reading and writing them again gives the same bytes.
std::string projectText(const Project& project);

}  // namespace vitrine
