// SPDX-License-Identifier: Apache-2.0
// Pixels as data sets store them become the floats that networks take.
#include "core/opdef/descriptor.h"

namespace vitrine::ops::normalize {

namespace {

constexpr std::string_view types[] = {"f32", "f64"};

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const DType type = attrs.text("to") == "f64" ? DType::F64 : DType::F32;
    return std::vector<ValueShape>{{in[0].shape, type}};
}

// Whole numbers have no gradient.
void vjp(VjpContext&) {}
void jvp(JvpContext&) {}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Normalize{.mean = q.instr.attrs.real("mean"), .std = q.instr.attrs.real("std")};
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Pixels",
                                .types = DType::U8,
                                .hasOwnType = true,
                                .pattern = "[S…]",
                                .help = "Bytes, 255 for full brightness."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .hasOwnType = true, .pattern = "[S…]", .help = "Rounded once."}};
constexpr FieldSpec fields[] = {{.id = "mean",
                                 .title = "Mean",
                                 .type = FieldType::Real,
                                 .defaultNumber = 0,
                                 .minimum = -1000,
                                 .maximum = 1000,
                                 .help = "Is taken off pixels from 0 to 1."},
                                {.id = "std",
                                 .title = "Standard deviation",
                                 .type = FieldType::Real,
                                 .defaultNumber = 1,
                                 .minimum = 1e-6,
                                 .maximum = 1000,
                                 .help = "What they are divided by then."},
                                {.id = "to",
                                 .title = "Type",
                                 .type = FieldType::Choice,
                                 .isElementType = true,
                                 .defaultText = "f32",
                                 .help = "Element type of the result.",
                                 .choices = types}};
constexpr OpSample samples[] = {{"", "2x1x5x7:u8<200"},
                                {"mean=0.1307 std=0.3081", "17x3:u8<255"},
                                {"mean=0.5 std=0.25 to=f64", "3x2:u8<255"}};
constexpr OpErrorSample errors[] = {{"", "2x3", "x needs u8, got f32"},
                                    {"std=0", "2:u8<9", "field 'std' is '0'"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "normalize",
    .title = "Normalise",
    .category = "internal",
    .summary = "Makes of stored pixels the numbers that a network takes.",
    .formula = "y = (x / 255 − mean) / std",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .problem = problem,
    .flops = flops,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::normalize
