// SPDX-License-Identifier: Apache-2.0
// Pixels as data sets store them become the floats that networks take.
#include <fmt/format.h>

#include <charconv>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/opdef/descriptor.h"

namespace vitrine::ops::normalize {

namespace {

constexpr std::string_view types[] = {"f32", "f64"};

/// `0.5`, or `0.49, 0.48, 0.45`.
Result<std::vector<double>> numbersOf(const Attrs& attrs, std::string_view field, double least) {
    std::string_view text = attrs.text(field);
    std::vector<double> numbers;
    for (bool isLast = false; !isLast;) {
        const size_t comma = text.find(',');
        isLast = comma == std::string_view::npos;
        std::string_view word = text.substr(0, comma);
        word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        double number = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
        if (read.ec != std::errc{} || read.ptr != word.data() + word.size() ||
            !(number >= least && number <= 1000))
            return shapeError(fmt::format("{} has '{}', wanted a number from {} to 1000", field,
                                          printable(word, 60), least));
        numbers.push_back(number);
        text.remove_prefix(std::min(isLast ? text.size() : comma + 1, text.size()));
    }
    return numbers;
}

Result<void> checkFits(std::string_view field, size_t count, const Shape& pixels) {
    if (count == 1 || (pixels.rank() > 1 && pixels[1] == static_cast<int64_t>(count))) return {};
    return shapeError(fmt::format("{} has {}, wanted one, or one for each channel of {}", field,
                                  countOf(count, "number"), pixels.text()));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto mean = numbersOf(attrs, "mean", -1000), std = numbersOf(attrs, "std", 1e-6);
    if (!mean) return mean.error();
    if (!std) return std.error();
    VITRINE_TRY(checkFits("mean", mean->size(), in[0].shape));
    VITRINE_TRY(checkFits("std", std->size(), in[0].shape));
    const DType type = attrs.text("to") == "f64" ? DType::F64 : DType::F32;
    return std::vector<ValueShape>{{in[0].shape, type}};
}

// Whole numbers have no gradient.
void vjp(VjpContext&) {}
void jvp(JvpContext&) {}

kernels::Problem problem(const OpQuery& q) {
    return kernels::Normalize{.mean = *numbersOf(q.instr.attrs, "mean", -1000),
                              .std = *numbersOf(q.instr.attrs, "std", 1e-6)};
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
                                 .type = FieldType::Text,
                                 .defaultText = "0",
                                 .help = "Is taken off pixels from 0 to 1: one number, or one for "
                                         "each channel."},
                                {.id = "std",
                                 .title = "Standard deviation",
                                 .type = FieldType::Text,
                                 .defaultText = "1",
                                 .help = "What they are divided by then: one number, or one for "
                                         "each channel."},
                                {.id = "to",
                                 .title = "Type",
                                 .type = FieldType::Choice,
                                 .isElementType = true,
                                 .defaultText = "f32",
                                 .help = "Element type of the result.",
                                 .choices = types}};
constexpr OpSample samples[] = {{"", "2x1x5x7:u8<200"},
                                {"mean=0.1307 std=0.3081", "17x3:u8<255"},
                                {"mean=0.5 std=0.25 to=f64", "3x2:u8<255"},
                                {"mean=0.5,0.4,0.1 std=0.25,0.2,1", "2x3x5x7:u8<255"},
                                {"mean=0.5 std=0.25,0.5 to=f64", "3x2:u8<255"}};
constexpr OpErrorSample errors[] = {
    {"", "2x3", "x needs u8, got f32"},
    {"std=0", "2:u8<9", "std has '0', wanted a number from 1e-06"},
    {"mean=0.5,x", "2x2:u8<9", "mean has 'x', wanted a number"},
    {"mean=0.1,0.2", "2x3:u8<9", "mean has 2 numbers, wanted one, or one for each channel"}};

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
