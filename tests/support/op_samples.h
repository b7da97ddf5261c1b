// SPDX-License-Identifier: Apache-2.0
// Turns the samples of a descriptor into small Programs with numbers for their inputs.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/opdef/descriptor.h"

namespace vitrine::test {

/// A Program seen as a function of some of its values: the floating-point operands of an operator.
struct Function {
    Program program;
    Builder::Options options;
    std::vector<ValueId> in, out;                    ///< floating-point ones
    std::map<ValueId, std::vector<double>> numbers;  ///< of all inputs and states
};

/// Fields from `out_channels=4 kernel=3,3`. Errors: "P11".
Result<Attrs> fieldsFromText(const OpDescriptor& op, std::string_view text);

/// One operand of a sample, as its port wants it.
struct SampleOperand {
    ValueShape type;    ///< missing where the sample leaves it out
    int64_t below = 0;  ///< whole numbers are drawn below this; 0 = zeros
    PortRole role = PortRole::Value;
    Init init = {};  ///< of parameters and statistics
};
/// Every operand in the order of ports, with floats of `floatType`. Errors: those of the fields and
/// of the operator.
Result<std::vector<SampleOperand>> sampleOperands(const OpDescriptor& op, std::string_view fields,
                                                  std::string_view inputs, DType floatType);

/// The operator alone, on a sample's operands in `floatType`. Errors: those of the fields and of
/// inferShapes.
Result<Function> functionOf(const OpDescriptor& op, std::string_view fields,
                            std::string_view inputs, Builder::Options options);
/// Types of a sample's operands in the order of ports, parameters included, in float32.
std::vector<ValueShape> operandsOf(const OpDescriptor& op, std::string_view fields,
                                   std::string_view inputs);
/// Fills the numbers: floats between low and high, all different and away from zero; positive
/// statistics.
void fillNumbers(Function& function, double low, double high, uint64_t seed);

/// Numbers between low and high in random order, at least half a count-th of the range apart from
/// each other and 1e-4 from zero, so that no difference quotient crosses a kink.
std::vector<double> distinctNumbers(size_t count, double low, double high, uint64_t seed,
                                    uint64_t stream);

}  // namespace vitrine::test
