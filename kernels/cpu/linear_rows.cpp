// SPDX-License-Identifier: Apache-2.0
// Fully connected layer and its adjoints in row-major memory: matrix products that read their
// operands where they lie. What is done to x while it is loaded is done to what is packed of it, in
// the first-level cache: it moves no memory.
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
    PackedStep step = {};
    bool loadsB = false;  ///< x is b
};

/// Those of a call, in their order.
ProductOperands productOperands(const RowsPlan& plan, void* const* operands) {
    const auto next = [&] { return static_cast<const float*>(*operands++); };
    ProductOperands own{.relu = plan.relu};
    (plan.loadsB ? own.stepOfB : own.stepOfA) = plan.step;
    own.a = next();
    own.b = next();
    if (plan.bias) own.bias = next();
    if (plan.gated) own.gate = next();
    own.y = static_cast<float*>(*operands);
    return own;
}

void runProduct(const void* bound, void* const* operands, Workspace workspace, int, int64_t part) {
    const auto& plan = *static_cast<const RowsPlan*>(bound);
    plan.multiply(plan.shape, plan.cut.part(plan.shape, part), productOperands(plan, operands),
                  static_cast<float*>(workspace.own));
}

/// Partial results to the workspace, then their sums in order.
void runPartial(const void* bound, void* const* operands, Workspace workspace, int phase,
                int64_t part) {
    const auto& plan = *static_cast<const RowsPlan*>(bound);
    auto* const partial = static_cast<float*>(workspace.shared);
    const int64_t elements = plan.shape.rows * plan.shape.columns;
    ProductOperands own = productOperands(plan, operands);
    float* const y = own.y;
    if (phase == 0) {
        own.y = partial + part * elements;
        return plan.multiply(plan.shape, plan.cut.part(plan.shape, part), own,
                             static_cast<float*>(workspace.own));
    }
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

/// Every element of x is packed once: by a part that has all columns at once, or of b, all rows.
bool packsOnce(const ProductShape& shape, const ProductCut& cut, bool loadsB) {
    if (loadsB) return cut.rows.parts == 1;
    return cut.columns.parts == 1 && shape.columns <= productColumns;
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
    plan.loadsB = byDepth;
    if (problem.load && !packsOnce(shape, plan.cut, plan.loadsB))
        return refuse("rows: would make what it loads more than once");
    if (const auto& load = problem.load)
        plan.step = {rowFunction(load->function), parameters(load->p, load->q)};
    const int64_t elements = shape.rows * shape.columns, partials = plan.cut.depth.parts;
    const bool isPartial = partials > 1;
    plan.sums = cut(elements, partials, grainElements);
    std::string text = planeKernelName(family, Layout::RowMajor, "tiles");
    if (problem.load) text.append(" of ").append(name(problem.load->function));
    Kernel kernel = bindKernel(std::move(text), plan, isPartial ? runPartial : runProduct);
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
    if (p.n <= mostDotRows && p.load)
        return refuse("rows: few are dot products, which load what lies there");
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
