// SPDX-License-Identifier: Apache-2.0
// OpDescriptor: everything that is known about one operator, in one constant at the end of its
// file. The engine, the shape pass, the palette, the property form, the help pages, the
// profiler and the tests all read it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/ir/program.h"
#include "core/opdef/builder.h"
#include "core/opdef/port.h"
#include "core/tensor/array_view.h"
#include "kernels/api/problem.h"

namespace vitrine {

/// Shape and start of one parameter or statistic port, by index into the operator's inputs.
struct ParamSpec {
    int port = 0;
    Shape shape;
    Init init;
};

struct VjpContext {
    Builder& b;
    const Instr& instr;
    std::span<const ValueId> outGrad;  ///< noValue where nothing flows back
    std::span<ValueId> inGrad;         ///< to fill; leave noValue where the derivative is zero
    std::span<const bool> wanted;      ///< inputs whose gradient somebody needs
    ValueId in(int i) const { return instr.in[static_cast<size_t>(i)]; }
    ValueId out(int i) const { return instr.out[static_cast<size_t>(i)]; }
};

struct JvpContext {
    Builder& b;
    const Instr& instr;
    std::span<const ValueId> inTangent;  ///< noValue = zero
    std::span<ValueId> outTangent;       ///< to fill; noValue = zero
    ValueId in(int i) const { return instr.in[static_cast<size_t>(i)]; }
    ValueId out(int i) const { return instr.out[static_cast<size_t>(i)]; }
};

/// An instruction with the types of its operands (in instr.in order) and results.
struct OpQuery {
    const Instr& instr;
    std::span<const ValueShape> in, out;
};

/// One case of the sweep. `inputs` holds a shape for each port that takes a value, separated by
/// blanks: `2x3x5x5`, `scalar`, `4<10` (int32 below 10), `2:i64` (int64 zeros), `4:u8<10`, `-`
/// (missing).
/// Parameters get their shapes from `parameters`.
struct OpSample {
    std::string_view fields;  ///< `out_channels=4 kernel=3,3`
    std::string_view inputs;
    double low = -1, high = 1;  ///< range of the floating-point inputs
};
/// One case that inferShapes or the field check must refuse with these words in the message.
struct OpErrorSample {
    std::string_view fields, inputs, words;
};

/// What a node is in a network.
enum class NodeKind : uint8_t {
    Operator,
    Input,       ///< a column of the data comes in
    Output,      ///< something that the network gives to whoever asks it
    Loss,        ///< training makes its result small
    Placeholder  ///< of a file, and nothing that this program knows: see core/graph/placeholder.h
};

struct OpDescriptor {
    std::string_view id;        ///< snake_case, the file's name
    std::string_view title;     ///< `Convolution 2D`
    std::string_view category;  ///< `convolution`, `activation`, …; `internal` = not in the palette
    std::string_view summary;  ///< one sentence
    std::string_view formula;
    std::string_view searchWords =
        {};                           ///< that people look for it by, and neither id nor title has
    std::string_view shortName = {};  ///< what nodes are called by, `conv`; empty: by the id
    NodeKind kind = NodeKind::Operator;

    std::span<const PortSpec> inputs, outputs;
    std::span<const FieldSpec> fields = {};

    /// Logical types of the outputs; called by inferResults, with operands that fit their ports.
    /// Errors: "shape", without the node's name (the caller puts it
    /// in front).
    Result<std::vector<ValueShape>> (*inferShapes)(const Attrs&,
                                                   std::span<const ValueShape> in) = nullptr;
    /// Parameter and statistic ports from the shapes of those that take values, which fit their
    /// ports; all others are missing.
    Result<std::vector<ParamSpec>> (*parameters)(const Attrs&,
                                                 std::span<const ValueShape> in) = nullptr;

    /// Composite: appends other operators. Null for a primitive.
    std::vector<ValueId> (*build)(Builder&, const Attrs&, std::span<const ValueId> in) = nullptr;

    // What follows is for primitives.
    void (*vjp)(VjpContext&) = nullptr;  ///< null: not differentiable
    void (*jvp)(JvpContext&) = nullptr;
    /// What kernels are asked for, from the types of operands and results; null for views.
    kernels::Problem (*problem)(const OpQuery&) = nullptr;
    /// Views: where the result's elements lie in the operand's memory, or nothing where the operand
    /// must be without gaps first (then asking again must succeed).
    std::optional<ArrayView> (*view)(const Attrs&, const ArrayView& in, const Shape& out) = nullptr;
    /// Floating-point operations; null = elements of the first output.
    double (*flops)(const OpQuery&) = nullptr;
    std::span<const OpSample> samples = {};
    std::span<const OpErrorSample> errorSamples = {};

    /// Primitives whose fields may ask for what kernels do not have: does it with other operators
    /// in front, and leaves fields and operands (in the order of ports) as kernels take them.
    /// Null: nothing.
    void (*prepare)(Builder&, Attrs&, std::span<ValueId> in) = nullptr;

    bool isComposite() const { return build != nullptr; }
    bool isView() const { return view != nullptr; }
    bool inPalette() const { return category != "internal"; }
};

/// An Error with code "shape".
Error shapeError(std::string message);

/// Types of the results, behind the check of the operands (in the order of ports, `missingShape`
/// where one is not there). Errors: those of checkOperands and inferShapes.
Result<std::vector<ValueShape>> inferResults(const OpDescriptor& op, const Attrs& attrs,
                                             std::span<const ValueShape> in);

/// Floating-point operations of a primitive, without what is fused into the instruction.
double flopsOf(const OpQuery& query);

/// How many operands at the end of an instruction belong to what was fused into it alone.
size_t foldedOperands(const Instr& instr);

}  // namespace vitrine
