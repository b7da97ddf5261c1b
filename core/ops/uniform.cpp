// SPDX-License-Identifier: Apache-2.0
// Numbers between 0 and 1 by a counter-based random number each. None is stored: they are a
// function of key, stream and element.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::uniform {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape>) {
    const Result<Shape> shape = shapeFrom("shape", attrs.list("shape"));
    if (!shape.ok()) return shape.error();
    return oneResult(*shape, attrs.text("dtype") == "f64" ? DType::F64 : DType::F32);
}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Uniform{.stream = static_cast<uint32_t>(q.instr.attrs.integer("stream"))};
}

constexpr PortSpec inputs[] = {{.id = "key",
                                .title = "Key",
                                .types = DType::I64,
                                .pattern = "[2]",
                                .help = "Seed of the run and number of the step, as int64."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[…]",
                                 .help = "Numbers between 0 and 1, neither of them."}};
constexpr std::string_view types[] = {"f32", "f64"};
constexpr FieldSpec fields[] = {{.id = "shape",
                                 .title = "Shape",
                                 .type = FieldType::IntList,
                                 .minimum = 1,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Extents of the result; empty for one number."},
                                {.id = "dtype",
                                 .title = "Element type",
                                 .type = FieldType::Choice,
                                 .isElementType = true,
                                 .defaultText = "f32",
                                 .help = "Precision of the elements; the numbers are the same.",
                                 .choices = types},
                                {.id = "stream",
                                 .title = "Stream",
                                 .type = FieldType::Int,
                                 .defaultNumber = 0,
                                 .minimum = 0,
                                 .maximum = 4294967295.0,
                                 .help = "Keeps the random numbers of different nodes apart."}};
constexpr OpSample samples[] = {{"shape=3,5", "2:i64"},
                                {"shape=2,3,5,7 stream=7", "2:i64"},
                                {"shape=1,17,3,1 dtype=f64", "2:i64"},
                                {"", "2:i64"}};
constexpr OpErrorSample errors[] = {{"shape=3", "3:i64", "key needs shape [2], got [3]"},
                                    {"shape=3", "2", "key needs i64, got f32"},
                                    {"shape=0", "2:i64", "field 'shape' is '0', wanted"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "uniform",
    .title = "Uniform numbers",
    .category = "internal",
    .summary = "Random numbers between 0 and 1, all alike.",
    .formula = "y = (⌊random(key, stream, element) / 512⌋ + ½) / 2²³",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .problem = problem,
    .samples = samples,
    .errorSamples = errors,
};

}  // namespace vitrine::ops::uniform
