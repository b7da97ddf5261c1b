// SPDX-License-Identifier: Apache-2.0
// Fully connected layer and its adjoints in row-major memory: matrix products that read their
// operands where they lie.
#include <string>

#include "kernels/cpu/linear.h"
#include "kernels/cpu/plane_kernel.h"
#include "kernels/cpu/product.h"

namespace vitrine::kernels::cpu {
namespace {

constexpr int64_t grainElements = 16 * 1024;

struct RowsPlan {
    ProductShape shape;
    ProductCut cut;
    MultiplyPart multiply;
    bool bias, relu, gated;
    Cut sums;  ///< of partial results
};

void runProduct(const void* bound, void* const* operands, Workspace workspace, int, int64_t part) {
    const auto& plan = *static_cast<const RowsPlan*>(bound);
    const auto* const third =
        plan.bias || plan.gated ? static_cast<const float*>(operands[2]) : nullptr;
    const ProductOperands own{.a = static_cast<const float*>(operands[0]),
                              .b = static_cast<const float*>(operands[1]),
                              .y = static_cast<float*>(operands[third ? 3 : 2]),
                              .bias = plan.bias ? third : nullptr,
                              .gate = plan.gated ? third : nullptr,
                              .relu = plan.relu};
    plan.multiply(plan.shape, plan.cut.part(plan.shape, part), own,
                  static_cast<float*>(workspace.own));
}

/// Partial results to the workspace, then their sums in order.
void runPartial(const void* bound, void* const* operands, Workspace workspace, int phase,
                int64_t part) {
    const auto& plan = *static_cast<const RowsPlan*>(bound);
    auto* const partial = static_cast<float*>(workspace.shared);
    const int64_t elements = plan.shape.rows * plan.shape.columns;
    if (phase == 0)
        return plan.multiply(plan.shape, plan.cut.part(plan.shape, part),
                             {.a = static_cast<const float*>(operands[0]),
                              .b = static_cast<const float*>(operands[1]),
                              .y = partial + part * elements},
                             static_cast<float*>(workspace.own));
    auto* const y = static_cast<float*>(operands[2]);
    const int64_t first = plan.sums.begin(part), end = plan.sums.end(part);
    std::copy(partial + first, partial + end, y + first);
    for (int64_t k = 1; k < plan.cut.depth.parts; ++k)
        for (int64_t i = first; i < end; ++i) y[i] += partial[k * elements + i];
}

ResultShare productShare(const void* bound, int64_t part) {
    const auto& plan = *static_cast<const RowsPlan*>(bound);
    const ProductPart at = plan.cut.part(plan.shape, part);
    return {.first = at.firstRow * plan.shape.columns + at.firstColumn,
            .count = at.endColumn - at.firstColumn,
            .repeats = at.endRow - at.firstRow,
            .stride = plan.shape.columns};
}

ResultShare sumShare(const void* bound, int64_t part) {
    const Cut& sums = static_cast<const RowsPlan*>(bound)->sums;
    return {.first = sums.begin(part), .count = sums.end(part) - sums.begin(part)};
}

Kernel bindRows(std::string_view family, const LinearProblem& problem, const ProductShape& shape,
                bool byDepth) {
    if (problem.dtype != DType::F32)
        return refuse("rows: wants f32, got " + std::string(name(problem.dtype)));
    if (problem.layout != Layout::RowMajor)
        return refuse("rows: wants row-major, got " + std::string(layoutName(problem.layout)));
    RowsPlan plan{shape,
                  cutProduct(shape, byDepth),
                  multiplyPart(),
                  problem.bias && !byDepth,
                  problem.epilogue == Epilogue::Relu,
                  problem.epilogue == Epilogue::ReluGate,
                  {}};
    const int64_t elements = shape.rows * shape.columns, partials = plan.cut.depth.parts;
    const bool isPartial = partials > 1;
    plan.sums = cut(elements, partials, grainElements);
    Kernel kernel = bindKernel(planeKernelName(family, Layout::RowMajor, "tiles"), plan,
                               isPartial ? runPartial : runProduct);
    kernel.parts[0] = plan.cut.parts();
    kernel.share = isPartial ? sumShare : productShare;
    kernel.scratchBytes = productScratch(shape) * int64_t{sizeof(float)};
    if (!isPartial) return kernel;
    kernel.phases = 2;
    kernel.parts[1] = plan.sums.parts;
    kernel.workspaceBytes = partials * elements * int64_t{sizeof(float)};
    return kernel;
}

}  // namespace

Kernel linearRowsForward(const LinearProblem& p) {
    return bindRows("linear.forward", p,
                    {.rows = p.n,
                     .columns = p.out,
                     .depth = p.in,
                     .aRow = p.in,
                     .aColumn = 1,
                     .bRow = 1,
                     .bColumn = p.in,
                     .yRow = p.out},
                    false);
}

Kernel linearRowsData(const LinearProblem& p) {
    return bindRows("linear.data", p,
                    {.rows = p.n,
                     .columns = p.in,
                     .depth = p.out,
                     .aRow = p.out,
                     .aColumn = 1,
                     .bRow = p.in,
                     .bColumn = 1,
                     .yRow = p.in},
                    false);
}

Kernel linearRowsWeights(const LinearProblem& p) {
    return bindRows("linear.weights", p,
                    {.rows = p.out,
                     .columns = p.in,
                     .depth = p.n,
                     .aRow = 1,
                     .aColumn = p.out,
                     .bRow = p.in,
                     .bColumn = 1,
                     .yRow = p.in},
                    true);
}

}  // namespace vitrine::kernels::cpu
