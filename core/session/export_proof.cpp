// SPDX-License-Identifier: Apache-2.0
// Differences, and what is known of runtimes.
#include "core/session/export_proof.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "core/session/export_answer.h"
#include "core/session/python_script.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

using namespace std::chrono_literals;

/// Ways of runtimes that are no fault of the model. Source: found by comparing them with float64.
struct KnownWay {
    std::string_view runtime, op, explanation;
};
constexpr KnownWay knownWays[] = {
    {"onnxruntime", "Sigmoid",
     "ONNX Runtime's float32 Sigmoid is 0 from about −18 down, and not monotonic before it."},
    {"onnxruntime", "GroupNormalization",
     "ONNX Runtime takes the variance as E[x²] − E[x]², which loses the digits of numbers far from "
     "zero."},
    {"onnxruntime", "MaxPool", "ONNX Runtime passes over NaN in windows, and knows no −∞ there."},
    {"openvino", "MaxPool", "OpenVINO knows no −∞ in windows."},
    {"openvino", "AveragePool",
     "OpenVINO counts the padding otherwise where windows reach past it (ceil_mode)."},
    {"openvino", "BitShift", "OpenVINO does not cut what is shifted out of a whole number."},
    {"openvino", "MatMul",
     "OpenVINO computes MatMul, Softmax, MatMul, Transpose wrongly where there are as many tokens "
     "as heads."},
    {"openvino", "Transpose",
     "OpenVINO computes MatMul, Softmax, MatMul, Transpose wrongly where there are as many tokens "
     "as heads."},
};

std::string explanationOf(std::string_view runtime, std::string_view op) {
    for (const KnownWay& way : knownWays)
        if (runtime.starts_with(way.runtime) && way.op == op) return std::string(way.explanation);
    return {};
}

RuntimeProof runtimeFrom(const Json& object, double tolerance) {
    RuntimeProof proof{.runtime = textOf(object, "runtime"), .refusal = textOf(object, "refusal")};
    proof.firstDifference = textOf(object, "first");
    proof.firstOperator = textOf(object, "operator");
    proof.explanation = explanationOf(proof.runtime, proof.firstOperator);
    if (const auto outputs = object.find("outputs"); outputs != object.end() && outputs->is_array())
        for (const Json& output : *outputs)
            if (output.is_object()) proof.outputs.push_back(outputFrom(output, tolerance));
    return proof;
}

}  // namespace

bool RuntimeProof::agrees() const {
    return refusal.empty() && std::ranges::all_of(outputs, &OutputProof::agrees);
}

OutputProof compared(std::string name, const TensorData& wanted, const TensorData& given,
                     double tolerance) {
    OutputProof proof{.name = std::move(name)};
    if (wanted.shape != given.shape) {
        proof.agrees = false;
        proof.isOtherShape = true;
        return proof;
    }
    for (int64_t i = 0; i < wanted.shape.elements(); ++i) {
        const double a = readElement(wanted.bytes.data(), wanted.dtype, i),
                     b = readElement(given.bytes.data(), given.dtype, i);
        if (std::isfinite(a)) proof.largest = std::max(proof.largest, std::abs(a));
        if (std::isfinite(a) && std::isfinite(b))
            proof.difference = std::max(proof.difference, std::abs(a - b));
        else if (a != b && !(std::isnan(a) && std::isnan(b)))
            ++proof.unlike;
    }
    proof.agrees =
        proof.unlike == 0 && proof.difference <= tolerance * std::max(proof.largest, 1e-30);
    return proof;
}

Result<std::vector<RuntimeProof>> provenBy(const std::string& python, const std::string& model,
                                           std::span<const NamedTensor> inputs,
                                           const KnownValues& known,
                                           std::span<const std::string> outputs, double tolerance,
                                           const std::stop_token& stop) {
    const std::filesystem::path folder = std::filesystem::path(model).parent_path();
    const std::string inputsPath = (folder / "inputs.npz").string(),
                      knownPath = (folder / "known.npz").string();
    VITRINE_TRY(saveNpz(inputsPath, inputs));
    std::vector<NamedTensor> values;
    for (const auto& [name, value] : known) values.push_back({name, value});
    VITRINE_TRY(saveNpz(knownPath, values));
    const auto answer =
        jsonOfScript(python, runtimesScript(),
                     {model, inputsPath, knownPath, fmt::format("{}", tolerance)}, 10min, stop);
    if (!answer) return answer.error();
    std::vector<RuntimeProof> proofs;
    if (const auto checked = textOf(*answer, "checker"); !checked.empty())
        proofs.push_back({.runtime = fmt::format("onnx.checker {}", textOf(*answer, "onnx")),
                          .refusal = checked == "passes" ? std::string() : checked});
    if (const auto found = answer->find("runtimes"); found != answer->end() && found->is_array())
        for (const Json& object : *found)
            if (object.is_object()) proofs.push_back(runtimeFrom(object, tolerance));
    (void)outputs;
    return proofs;
}

}  // namespace vitrine
