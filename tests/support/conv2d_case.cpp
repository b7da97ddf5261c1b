// SPDX-License-Identifier: Apache-2.0
// Data, truth and comparison of one convolution.
#include "tests/support/conv2d_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/rng.h"
#include "tests/support/filter_frequencies.h"
#include "tests/support/kernel_operand.h"

namespace vitrine::test {

using kernels::Conv2dProblem;
using kernels::ConvPass;
using kernels::Epilogue;
using kernels::Image;
using kernels::Kernel;
using kernels::Layout;

namespace {

kernels::WindowAxis axisOf(int64_t in, int64_t taps, int64_t stride, int64_t pad,
                           int64_t dilation) {
    kernels::WindowAxis axis{.in = in,
                             .kernel = taps,
                             .stride = stride,
                             .dilation = dilation,
                             .before = pad,
                             .after = pad};
    axis.out = (axis.padded() - axis.span()) / stride + 1;
    return axis;
}

std::vector<double> draw(int64_t count, TestData data, uint64_t stream) {
    Rng rng(20, RngStream::Test, stream);
    std::vector<double> values(static_cast<size_t>(count));
    for (double& value : values)
        value = data == TestData::Uniform ? static_cast<float>(rng.uniform(-1, 1))
                                          : static_cast<double>(rng.below(7)) - 3;
    return values;
}

Kernel select(const Conv2dProblem& problem, ConvPass pass) {
    switch (pass) {
        case ConvPass::Forward:
            return kernels::selectConv2dForward(problem);
        case ConvPass::Data:
            return kernels::selectConv2dData(problem);
        default:
            return kernels::selectConv2dWeights(problem);
    }
}

/// In the order in which the pass takes them.
std::vector<const std::vector<double>*> inputsOf(const Conv2dCase& test) {
    switch (test.pass) {
        case ConvPass::Forward:
            return test.problem.bias ? std::vector{&test.x, &test.w, &test.bias}
                                     : std::vector{&test.x, &test.w};
        case ConvPass::Data:
            return test.problem.epilogue == Epilogue::ReluGate
                       ? std::vector{&test.dy, &test.w, &test.gate}
                       : std::vector{&test.dy, &test.w};
        default:
            return {&test.dy, &test.x};
    }
}

std::vector<double> expectedOf(const Conv2dCase& test) {
    Conv2dProblem wide = test.problem;
    wide.x.dtype = wide.y.dtype = DType::F64;
    const Kernel kernel = select(wide, test.pass);
    const Image& result = test.pass == ConvPass::Forward ? wide.y : wide.x;
    std::vector<double> values(
        test.pass == ConvPass::Weights ? test.w.size() : static_cast<size_t>(result.elements()));
    std::vector<void*> operands;
    for (const std::vector<double>* input : inputsOf(test))
        operands.push_back(const_cast<double*>(input->data()));
    operands.push_back(values.data());
    runAll(kernel, operands.data(), nullptr);
    return values;
}

/// Zeros where there is no element, as who packs leaves them.
Floats packWeight(const kernels::Packing& packing, const std::vector<double>& values) {
    Floats packed(packing.storageElements());
    std::fill_n(packed.data(), packed.count(), 0.0f);
    size_t next = 0;
    for (int64_t filter = 0; filter < packing.groups * packing.filters; ++filter)
        for (int64_t channel = 0; channel < packing.channels; ++channel)
            for (int64_t tap = 0; tap < packing.taps; ++tap)
                packed.data()[packing.indexOf({filter, channel, tap})] =
                    static_cast<float>(values[next++]);
    return packed;
}

Floats packRow(const std::vector<double>& values) {
    Floats packed(static_cast<int64_t>(values.size()));
    for (size_t i = 0; i < values.size(); ++i) packed.data()[i] = static_cast<float>(values[i]);
    return packed;
}

/// Inputs of the pass in the problem's layouts, and the weight in its packing.
std::vector<Floats> packInputs(const Conv2dCase& test, const Conv2dProblem& problem) {
    std::vector<Floats> packed;
    for (const std::vector<double>* input : inputsOf(test)) {
        const Image* image = input == &test.x || input == &test.gate ? &problem.x
                             : input == &test.dy                     ? &problem.y
                                                                     : nullptr;
        if (input == &test.w && problem.packing && problem.packing->frequencies)
            packed.push_back(packWeight(*problem.packing,
                                        filterFrequencies(*input, problem.packing->transposed)));
        else if (input == &test.w && problem.packing)
            packed.push_back(packWeight(*problem.packing, *input));
        else
            packed.push_back(image ? packImage(*image, *input) : packRow(*input));
    }
    return packed;
}

std::string deviation(const std::vector<double>& got, const std::vector<double>& expected,
                      double tolerance) {
    double largest = 0;
    for (double value : expected) largest = std::max(largest, std::fabs(value));
    for (size_t i = 0; i < got.size(); ++i)
        if (!(std::fabs(got[i] - expected[i]) <= tolerance * largest))
            return fmt::format("element {}: got {}, expected {} (largest {})", i, got[i],
                               expected[i], largest);
    return {};
}

}  // namespace

Conv2dProblem rowMajorProblem(const Conv2dShape& s) {
    Conv2dProblem problem;
    problem.window.rows = axisOf(s.h, s.r, s.strideH, s.padH, s.dilationH);
    problem.window.columns = axisOf(s.w, s.s, s.strideW, s.padW, s.dilationW);
    problem.x = Image{.n = s.n, .c = s.c, .h = s.h, .w = s.w};
    problem.y =
        Image{.n = s.n, .c = s.k, .h = problem.window.rows.out, .w = problem.window.columns.out};
    problem.groups = s.groups;
    return problem;
}

Conv2dProblem problemIn(Layout layout, const Conv2dProblem& rowMajor, ConvPass pass,
                        int64_t extraHalo) {
    Conv2dProblem problem = rowMajor;
    problem.x.layout = problem.y.layout = layout;
    problem.x.halo = problem.y.halo = extraHalo;
    if (pass == ConvPass::Data)
        problem.y.halo += conv2dDataHalo(problem);
    else
        problem.x.halo += conv2dForwardHalo(problem);
    problem.packing = conv2dPacking(problem, pass);
    return problem;
}

Conv2dCase makeCase(const Conv2dProblem& rowMajor, ConvPass pass, TestData data) {
    const int64_t taps = rowMajor.window.taps();
    Conv2dCase test;
    test.problem = rowMajor;
    test.pass = pass;
    test.x = draw(rowMajor.x.elements(), data, 1);
    test.w = draw(rowMajor.y.c * (rowMajor.x.c / rowMajor.groups) * taps, data, 2);
    test.dy = draw(rowMajor.y.elements(), data, 3);
    test.bias = draw(rowMajor.y.c, data, 4);
    test.gate = draw(rowMajor.x.elements(), data, 5);
    test.expected = expectedOf(test);
    return test;
}

std::string troubleWith(const Conv2dCase& test, Layout layout, int64_t extraHalo,
                        double tolerance) {
    const Conv2dProblem problem = problemIn(layout, test.problem, test.pass, extraHalo);
    const Kernel kernel = select(problem, test.pass);
    const Image& image = test.pass == ConvPass::Forward ? problem.y : problem.x;
    const bool weights = test.pass == ConvPass::Weights;
    const int64_t count = weights ? static_cast<int64_t>(test.w.size()) : image.storageElements();
    const std::vector<Floats> inputs = packInputs(test, problem);
    Floats results[2] = {Floats(count, Floats::Guards::Bands),
                         Floats(count, Floats::Guards::Bands)};
    for (int backwards : {0, 1}) {
        const Floats workspace((kernel.workspaceBytes + 3) / 4, Floats::Guards::Bands);
        std::vector<void*> operands;
        for (const Floats& input : inputs) operands.push_back(input.data());
        operands.push_back(results[backwards].data());
        const Floats scratch((kernel.scratchBytes + 3) / 4, Floats::Guards::Bands);
        (backwards ? runBackwards : kernels::runAll)(kernel, operands.data(),
                                                     {workspace.data(), scratch.data()});
        if (!scratch.guardsIntact()) return kernel.name + " wrote beyond its scratch";
        if (!workspace.guardsIntact()) return kernel.name + " wrote beyond its workspace";
        if (!results[backwards].guardsIntact()) return kernel.name + " wrote beyond its result";
    }
    const float* const result = results[0].data();
    if (!weights && !haloIsZero(image, result))
        return kernel.name + " left a halo that is not zero";
    const auto valuesOf = [&](const Floats& floats) {
        return weights ? std::vector<double>(floats.data(), floats.data() + count)
                       : unpackImage(image, floats.data());
    };
    const std::vector<double> got = valuesOf(results[0]);
    const std::string wrong = deviation(got, test.expected, tolerance);
    if (!wrong.empty()) return kernel.name + ": " + wrong;
    if (got != valuesOf(results[1])) return kernel.name + " depends on the order of its parts";
    return {};
}

}  // namespace vitrine::test
