// SPDX-License-Identifier: Apache-2.0
// One import of an ONNX file: seconds until its network is there, its nodes and weights.
// tests/bench/importing.py runs it in turns with Python's onnx, on a file that it asks for here.
// Arguments: a file; or `--make FILE MEGABYTES`, which writes one with layers of 16 MB each.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "core/onnx/network.h"
#include "tests/support/onnx_maker.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Layers of 2048 × 2048 numbers, all different.
int make(const char* path, int megabytes) {
    constexpr int64_t side = 2048;
    std::vector<std::string> nodes, weights;
    std::vector<float> numbers(side * side);
    std::string last = "x";
    for (int layer = 0; layer * 16 < megabytes; ++layer) {
        for (size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = static_cast<float>((i * 2654435761u + static_cast<size_t>(layer)) % 1009);
        const std::string w = fmt::format("layer{}.weight", layer), y = fmt::format("h{}", layer);
        weights.push_back(onnxFloats(w, {side, side}, numbers));
        nodes.push_back(onnxNode("MatMul", {last, w}, {y}));
        nodes.push_back(onnxNode("Relu", {y}, {y + "r"}));
        last = y + "r";
    }
    const std::string bytes =
        onnxModel({.graph = onnxGraph({.nodes = nodes,
                                       .initializers = weights,
                                       .inputs = {onnxValue("x", OnnxFloat, {"n", side})},
                                       .outputs = {onnxValue(last, OnnxFloat)}})});
    std::ofstream(path, std::ios::binary) << bytes;
    return 0;
}

int measure(const char* path) {
    const auto start = std::chrono::steady_clock::now();
    const auto model = onnx::readModel(path);
    if (!model.ok()) {
        fmt::print(stderr, "{}\n", model.error().text());
        return 1;
    }
    const auto network = onnx::networkOf(*model);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (!network.ok()) {
        fmt::print(stderr, "{}\n", network.error().text());
        return 1;
    }
    fmt::print("{:.6f} {} {} {}\n", taken.count(), network->nodes, network->weights.size(),
               network->refused.size());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--make")
        return make(argv[2], std::atoi(argv[3]));
    if (argc == 2) return measure(argv[1]);
    fmt::print(stderr, "usage: bench_import file.onnx | --make file.onnx megabytes\n");
    return 1;
}
