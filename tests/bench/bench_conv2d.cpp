// SPDX-License-Identifier: Apache-2.0
// Speed of the convolution kernels on one thread: GFLOP/s, and the share of the multiply-add peak
// that the same program measures on the same instruction set around each run.
//
//   bench_conv2d [--instruction_set=AVX2] [options of Google Benchmark]
//
// Counts are nominal, so skipped padding may give shares above one. Times are CPU times of the
// thread, at the fastest tenth of the runs: what a neighbour takes from the machine hardly counts.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "kernels/api/conv2d.h"
#include "kernels/api/fma_peak.h"
#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/dispatch/machine.h"

namespace {

using namespace vitrine::kernels;

struct Layer {
    const char* name;
    Layout layout;
    int64_t c, k, size, kernel, stride, pad;
    int64_t images = 64;
    int64_t groups = 1;
};

constexpr Layer layers[] = {
    {"3x3 64-64 @32", Layout::Blocked, 64, 64, 32, 3, 1, 1},
    {"3x3 128-128 @16", Layout::Blocked, 128, 128, 16, 3, 1, 1},
    {"1x1 256-64 @16", Layout::Blocked, 256, 64, 16, 1, 1, 0},
    {"3x3 s2 64-128 @32", Layout::Blocked, 64, 128, 32, 3, 2, 1},
    {"3x3 16-16 @32", Layout::Blocked, 16, 16, 32, 3, 1, 1},
    {"3x3 32-32 @16", Layout::Blocked, 32, 32, 16, 3, 1, 1},
    {"3x3 64-64 @8", Layout::Blocked, 64, 64, 8, 3, 1, 1},
    {"1x1 64-256 @56", Layout::Blocked, 64, 256, 56, 1, 1, 0, 8},
    {"1x1 256-64 @56", Layout::Blocked, 256, 64, 56, 1, 1, 0, 8},
    {"1x1 512-128 @28", Layout::Blocked, 512, 128, 28, 1, 1, 0, 8},
    {"1x1 1024-256 @14", Layout::Blocked, 1024, 256, 14, 1, 1, 0, 8},
    {"1x1 2048-512 @7", Layout::Blocked, 2048, 512, 7, 1, 1, 0, 8},
    {"1x1 256-512 s2 @56", Layout::Blocked, 256, 512, 56, 1, 2, 0, 8},
    {"1x1 1024-256 @14 b1", Layout::Blocked, 1024, 256, 14, 1, 1, 0, 1},
    {"1x1 2048-512 @7 b1", Layout::Blocked, 2048, 512, 7, 1, 1, 0, 1},
    {"1x1 672-112 @14 b1", Layout::Blocked, 672, 112, 14, 1, 1, 0, 1},
    {"1x1 16-64 @112 b1", Layout::Blocked, 16, 64, 112, 1, 1, 0, 1},
    {"3x3 512-512 @7 b1", Layout::Blocked, 512, 512, 7, 3, 1, 1, 1},
    {"dw3x3 128 @32", Layout::Blocked, 128, 128, 32, 3, 1, 1, 64, 128},
    {"dw3x3 128 @32", Layout::Lanes, 128, 128, 32, 3, 1, 1, 64, 128},
    {"3x3 128 in 32 groups @56 b1", Layout::Blocked, 128, 128, 56, 3, 1, 1, 1, 32},
    {"dw3x3 128 @32 b1", Layout::Blocked, 128, 128, 32, 3, 1, 1, 1, 128},
    {"dw3x3 s2 128 @32 b1", Layout::Blocked, 128, 128, 32, 3, 2, 1, 1, 128},
    {"dw3x3 960 @7 b1", Layout::Blocked, 960, 960, 7, 3, 1, 1, 1, 960},
    {"dw5x5 120 @28 b1", Layout::Blocked, 120, 120, 28, 5, 1, 2, 1, 120},
    {"dw7x7 96 @28 b1", Layout::Blocked, 96, 96, 28, 7, 1, 3, 1, 96},
    {"3x3 3-64 @32", Layout::Blocked, 3, 64, 32, 3, 1, 1},
    {"7x7 s2 3-64 @224", Layout::Blocked, 3, 64, 224, 7, 2, 3, 8},
    {"3x3 s2 3-16 @224 b1", Layout::Blocked, 3, 16, 224, 3, 2, 1, 1},
    {"3x3 3-16 @32", Layout::Blocked, 3, 16, 32, 3, 1, 1},
    {"5x5 1-32 @28", Layout::Blocked, 1, 32, 28, 5, 1, 2},
    {"3x3 3-16 @32", Layout::Lanes, 3, 16, 32, 3, 1, 1},
    {"5x5 1-32 @28", Layout::Lanes, 1, 32, 28, 5, 1, 2},
    {"7x7 s2 3-64 @224", Layout::Lanes, 3, 64, 224, 7, 2, 3, 16},
    {"3x3 3-64 @32", Layout::Lanes, 3, 64, 32, 3, 1, 1},
    {"3x3 16-16 @32", Layout::Lanes, 16, 16, 32, 3, 1, 1},
    {"5x5 1-6 @28 (LeNet)", Layout::Lanes, 1, 6, 28, 5, 1, 2},
    {"5x5 6-16 @14 (LeNet)", Layout::Lanes, 6, 16, 14, 5, 1, 0},
};

constexpr ConvPass passes[] = {ConvPass::Forward, ConvPass::Data, ConvPass::Weights};
constexpr const char* passNames[] = {"forward", "data", "weights"};

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The fastest tenth: less trusting than the minimum, since clocks of busy machines slip at times.
double fastest(std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 10];
}

/// FLOP/s of bursts of about a millisecond.
double measurePeak() {
    std::vector<double> times;
    int64_t flops = 0;
    for (int i = 0; i < 20; ++i) {
        const double start = threadSeconds();
        flops = fmaBurst(200'000);
        times.push_back(threadSeconds() - start);
    }
    return static_cast<double>(flops) / fastest(times);
}

class Buffer {
  public:
    explicit Buffer(int64_t floats, float value = 0.25f)
        : m_data(static_cast<float*>(
              ::operator new(static_cast<size_t>(floats) * sizeof(float), std::align_val_t(64)))) {
        for (int64_t i = 0; i < floats; ++i) m_data[i] = value * static_cast<float>(i % 7 - 3);
    }
    ~Buffer() { ::operator delete(m_data, std::align_val_t(64)); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    float* data() const { return m_data; }

  private:
    float* m_data;
};

Conv2dProblem problemOf(const Layer& layer, ConvPass pass, Algorithm algorithm) {
    Conv2dProblem problem;
    problem.algorithm = algorithm;
    WindowAxis axis{.in = layer.size,
                    .kernel = layer.kernel,
                    .stride = layer.stride,
                    .before = layer.pad,
                    .after = layer.pad};
    axis.out = (axis.padded() - axis.span()) / axis.stride + 1;
    problem.window = {.rows = axis, .columns = axis};
    problem.groups = layer.groups;
    problem.x = Image{layer.images, layer.c, axis.in, axis.in, layer.layout, 0};
    problem.y = Image{layer.images, layer.k, axis.out, axis.out, layer.layout, 0};
    if (pass == ConvPass::Data)
        problem.y.halo = conv2dDataHalo(problem);
    else
        problem.x.halo = conv2dForwardHalo(problem);
    problem.packing = conv2dPacking(problem, pass);
    return problem;
}

Kernel select(const Conv2dProblem& problem, ConvPass pass) {
    switch (pass) {
        case ConvPass::Forward:
            return selectConv2dForward(problem);
        case ConvPass::Data:
            return selectConv2dData(problem);
        default:
            return selectConv2dWeights(problem);
    }
}

void run(benchmark::State& state, const Layer& layer, ConvPass pass, Algorithm algorithm,
         std::string_view set) {
    capInstructionSet(set);
    const Conv2dProblem problem = problemOf(layer, pass, algorithm);
    const Kernel kernel = select(problem, pass);
    const double flops = 2.0 * static_cast<double>(problem.y.elements()) *
                         static_cast<double>(layer.c / layer.groups * layer.kernel * layer.kernel);
    const Buffer x(problem.x.storageElements()), y(problem.y.storageElements());
    const Buffer w(problem.packing
                       ? problem.packing->storageElements()
                       : layer.k * layer.c / layer.groups * layer.kernel * layer.kernel);
    const Buffer workspace(kernel.workspaceBytes / 4 + 1), scratch(kernel.scratchBytes / 4 + 1);
    void* const forward[] = {x.data(), w.data(), y.data()};
    void* const data[] = {y.data(), w.data(), x.data()};
    void* const weights[] = {y.data(), x.data(), w.data()};
    void* const* const operands = pass == ConvPass::Forward ? forward
                                  : pass == ConvPass::Data  ? data
                                                            : weights;
    double peak = measurePeak();
    std::vector<double> times;
    for (auto _ : state) {
        const double start = threadSeconds();
        runAll(kernel, operands, {workspace.data(), scratch.data()});
        times.push_back(threadSeconds() - start);
    }
    peak = std::max(peak, measurePeak());
    const double best = fastest(times);
    state.SetLabel(kernel.name);
    state.counters["GFLOP/s"] = flops / best / 1e9;
    state.counters["peak"] = peak / 1e9;
    state.counters["share%"] = 100 * flops / best / peak;
    capInstructionSet("");
}

bool takesWinograd(const Layer& layer) {
    return layer.layout == Layout::Blocked &&
           whyNotWinograd(problemOf(layer, ConvPass::Weights, Algorithm::Winograd)).empty();
}

void add(std::string_view set, const Layer& layer, Algorithm algorithm, size_t pass) {
    const char* const layout = layer.layout == Layout::Lanes ? "lanes" : "blocked";
    const char* const way = algorithm == Algorithm::Winograd ? "winograd" : "direct";
    const std::string name =
        fmt::format("{}/{}/{}/{}/{}", set, layout, layer.name, way, passNames[pass]);
    benchmark::RegisterBenchmark(name.c_str(), run, layer, passes[pass], algorithm, set)
        ->Unit(benchmark::kMillisecond)
        ->MinTime(0.2);
}

/// Takes `--instruction_set=NAME` out of the arguments.
std::string takeInstructionSet(int& argc, char** argv) {
    const std::string flag = "--instruction_set=";
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument.rfind(flag, 0) != 0) continue;
        std::copy(argv + i + 1, argv + argc, argv + i);
        --argc;
        return argument.substr(flag.size());
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const std::string only = takeInstructionSet(argc, argv);
    for (const InstructionSet& set : availableInstructionSets()) {
        // Portable code is there to be right, not to be measured.
        if (only.empty() ? set.floatLanes < 8 : set.name != only) continue;
        for (const Layer& layer : layers)
            for (const Algorithm algorithm : {Algorithm::Direct, Algorithm::Winograd})
                for (size_t pass = 0; pass < std::size(passes); ++pass)
                    if (algorithm == Algorithm::Direct || takesWinograd(layer))
                        add(set.name, layer, algorithm, pass);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
