// SPDX-License-Identifier: Apache-2.0
// Shapes, layouts and kernels of operators that work element by element.
#include "core/opdef/pointwise_rules.h"

#include "core/opdef/shape_rules.h"

namespace vitrine::pointwise {

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in) {
    ValueShape result = in[0];
    for (const ValueShape& operand : in) {
        const std::optional<Shape> both = broadcastShape(result.shape, operand.shape);
        VITRINE_CHECK(both, "operands fit together where their ports say so");
        result.shape = *both;
    }
    return std::vector{result};
}

LayoutSet layouts(const OpQuery& query) {
    // Of other types there are kernels in row-major alone.
    const bool isVector = query.in[0].dtype == DType::F32;
    return isVector && hasImageView(query.in[0].shape) ? everyLayout : rowMajorOnly;
}

double layoutCost(const OpQuery& query, LayoutKind kind) {
    constexpr double memoryBytesPerSecond = 10e9;
    double bytes = 0;
    for (const auto& values : {query.in, query.out})
        for (const ValueShape& value : values) {
            if (!value.isThere) continue;
            const Layout layout{hasImageView(value.shape) ? kind : LayoutKind::RowMajor, 0};
            bytes +=
                static_cast<double>(bytesOf(value.dtype, storageElements(value.shape, layout)));
        }
    return bytes / memoryBytesPerSecond;
}

kernels::Kernel bind(const BindContext& context, kernels::Pointwise function, double p) {
    kernels::PointwiseProblem problem;
    problem.function = function;
    problem.a = operandOf(context.in[0]);
    if (kernels::isBinary(function)) problem.b = operandOf(context.in[1]);
    problem.y = operandOf(context.out[0]);
    problem.p = p;
    return kernels::selectPointwise(problem);
}

}  // namespace vitrine::pointwise
