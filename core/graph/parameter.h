// SPDX-License-Identifier: Apache-2.0
// Parameter: an object of the document that feeds ports. A node's own parameters are there without
// an entry: `conv1.weight` is trained and starts as its operator says. One that is otherwise, or
// that no node owns, stands in the graph as a Parameter.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/ir/program.h"
#include "core/tensor/tensor_data.h"

namespace vitrine {

/// What becomes of a parameter in training.
enum class ParameterKind : uint8_t {
    Trained,    ///< follows its gradient
    Frozen,     ///< stays as it starts; of a statistic: the forward pass does not update it
    Statistic,  ///< updated by the forward pass
    Constant    ///< numbers of the document, which no earlier run's weights replace
};
inline constexpr ParameterKind allParameterKinds[] = {ParameterKind::Trained, ParameterKind::Frozen,
                                                      ParameterKind::Statistic,
                                                      ParameterKind::Constant};
/// `trained`, `frozen`, `statistic`, `constant`
std::string_view name(ParameterKind kind);
std::optional<ParameterKind> parameterKind(std::string_view name);

/// `zeros`, `ones`, `kaiming_uniform`, …
std::string_view name(InitKind kind);
std::optional<InitKind> initKind(std::string_view name);
inline constexpr InitKind allInitKinds[] = {InitKind::Zeros,          InitKind::Ones,
                                            InitKind::KaimingUniform, InitKind::KaimingNormal,
                                            InitKind::XavierUniform,  InitKind::XavierNormal};

/// Where a parameter's numbers were read from, and are read again when the project is opened.
struct ParameterFile {
    std::string path;    ///< of a safetensors file
    std::string tensor;  ///< its name there
    bool operator==(const ParameterFile&) const = default;
};

struct Parameter {
    std::string id;
    ParameterKind kind = ParameterKind::Trained;
    /// Nothing: as the port that it feeds wants it. A port that takes a value wants nothing by
    /// itself: what feeds that has a type.
    std::optional<ValueShape> type = {};
    /// Nothing: as the operator says whose port it feeds, else zeros. Ignored where there are data.
    std::optional<InitKind> init = {};
    std::shared_ptr<const TensorData> data = {};  ///< what it starts with, of `type`
    std::string digest = {};                      ///< SHA-256 of the data's bytes
    std::optional<ParameterFile> file = {};
    std::string trouble = {};  ///< why the file's numbers are not there

    bool operator==(const Parameter& other) const;
};

/// One that starts with these numbers.
Parameter withData(Parameter parameter, std::shared_ptr<const TensorData> data);

/// Most numbers that a project's file holds itself.
inline constexpr int64_t mostValuesInProject = int64_t{1} << 18;

/// Errors: "U10" (its id); "P11" (a type that no state has, a constant without numbers, data that
/// are of another type, more numbers than a project's file holds).
Result<void> checkParameter(const Parameter& parameter);

/// What counts of an entry for what is computed, its id apart: one line.
std::string parameterEssence(const Parameter& parameter);

/// How a parameter without data starts: He's and Glorot's rules take the first extent for what goes
/// out.
Init initOf(InitKind kind, const Shape& shape);

}  // namespace vitrine
