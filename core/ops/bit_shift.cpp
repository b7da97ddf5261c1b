// SPDX-License-Identifier: Apache-2.0
// Bits of whole numbers moved up or down.
#include "core/ops/families/bit_rules.h"

namespace vitrine::ops::bit_shift {

namespace {

kernels::Problem problem(const OpQuery& q) {
    using enum kernels::Whole;
    return kernels::WholeMap{q.instr.attrs.text("direction") == "left" ? ShiftLeft : ShiftRight};
}

constexpr std::string_view choices[] = {"left", "right"};
constexpr FieldSpec fields[] = {{.id = "direction",
                                 .title = "Direction",
                                 .type = FieldType::Choice,
                                 .defaultText = "left",
                                 .help = "To the left numbers grow, to the right they shrink and "
                                         "keep their sign.",
                                 .choices = choices,
                                 .onNode = OnNode::Value}};
constexpr OpSample samples[] = {{"", "3x5<90 3x5<9"},
                                {"direction=right", "2x3x4:i64<90 3x1:i64<9"},
                                {"", "17:u8<200 17:u8<9"},
                                {"direction=right", "scalar:u32<9 2x3:u32<9"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3<9 2x4<9", "b needs extents that repeat to [2, 3], got [2, 4]"},
    {"", "4 4", "a needs whole numbers, got f32"},
    {"direction=up", "4<9 4<9", "field 'direction' is 'up', wanted one of left, right"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "bit_shift",
    .title = "Shift of bits",
    .category = "math",
    .summary = "Bits of whole numbers moved up or down; axes of extent 1 repeat.",
    .formula =
        "y = a · 2^b or ⌊a / 2^b⌋; nothing of a is left where b is below 0 or no less than "
        "its bits",
    .searchWords = "bitwise left right",
    .inputs = bits::binaryInputs,
    .outputs = bits::outputs,
    .fields = fields,
    .inferShapes = pointwise::shapes,
    .vjp = pointwise::zeroVjp,
    .jvp = pointwise::zeroJvp,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::bit_shift
