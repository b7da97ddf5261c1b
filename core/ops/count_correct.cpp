// SPDX-License-Identifier: Apache-2.0
// Number of rows whose largest logit is the label's: what accuracy sums up.
#include "core/ops/families/row_rules.h"

namespace vitrine::ops::count_correct {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

kernels::Problem problem(const OpQuery&) {
    return kernels::Row{.pass = kernels::RowPass::CountCorrect};
}

double flops(const OpQuery& q) { return static_cast<double>(q.in[0].shape.elements()); }

constexpr PortSpec inputs[] = {row::logitsInput, row::labelsInput};
constexpr PortSpec outputs[] = {
    {.id = "correct",
     .title = "Correct",
     .pattern = "[]",
     .help = "Number of rows; the first of equal logits counts, a row with NaN never."}};
constexpr OpSample samples[] = {{"", "3x5 3<5"}, {"", "17x10 17<10"}, {"", "1x3 1<3"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3x4x4 2<3", "logits needs shape [N, C], got [2, 3, 4, 4]"},
    {"", "2x3 3<3", "labels needs shape [2], got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "count_correct",
    .title = "Count correct",
    .category = "internal",
    .summary = "Number of rows whose first largest logit is the label's.",
    .formula = "correct = #{n : argmax_c logits[n, c] = labels[n]}",
    .inputs = inputs,
    .outputs = outputs,
    .inferShapes = inferShapes,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::count_correct
