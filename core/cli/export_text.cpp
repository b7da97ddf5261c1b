// SPDX-License-Identifier: Apache-2.0
// A table of who was asked, and how far what he gave is from the network.
#include "core/cli/export_text.h"

#include <algorithm>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/base/file.h"

namespace vitrine::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string verdict(const OutputProof& output) {
    if (output.agrees) return "agrees";
    if (output.isOtherShape) return "in another shape";
    if (output.unlike > 0)
        return fmt::format("{} that are finite on one side alone",
                           countOf(output.unlike, "number"));
    return "differs";
}

std::string lineOf(const RuntimeProof& proof, const OutputProof& output) {
    return fmt::format("  {:<24} {:<20} largest difference {:.2g} of {:.3g}: {}\n", proof.runtime,
                       output.name, output.difference, output.largest, verdict(output));
}

std::string proofText(const RuntimeProof& proof) {
    std::string text;
    if (!proof.refusal.empty())
        text += fmt::format("  {:<24} refuses it: {}\n", proof.runtime, proof.refusal);
    else if (proof.outputs.empty())
        text += fmt::format("  {:<24} passes it\n", proof.runtime);
    for (const OutputProof& output : proof.outputs) text += lineOf(proof, output);
    if (!proof.firstDifference.empty())
        text += fmt::format("  {:<24} the first value that differs is '{}', of {}\n", "",
                            proof.firstDifference, proof.firstOperator);
    if (!proof.explanation.empty()) text += fmt::format("  {:<24} {}\n", "", proof.explanation);
    return text;
}

std::string proofText(const ExportProof& proof) {
    std::string text =
        fmt::format("Asked with {}, beside the network itself:\n", printable(proof.batch));
    for (const RuntimeProof& runtime : proof.runtimes) text += proofText(runtime);
    return text;
}

Json outputJson(const OutputProof& output) {
    return {{"name", output.name},
            {"difference", output.difference},
            {"largest", output.largest},
            {"unlike", output.unlike},
            {"agrees", output.agrees}};
}

Json proofJson(const RuntimeProof& proof) {
    Json object{{"runtime", proof.runtime}, {"agrees", proof.agrees()}};
    if (!proof.refusal.empty()) object["refusal"] = proof.refusal;
    for (const OutputProof& output : proof.outputs) object["outputs"].push_back(outputJson(output));
    if (!proof.firstDifference.empty()) {
        object["first"] = proof.firstDifference;
        object["operator"] = proof.firstOperator;
    }
    if (!proof.explanation.empty()) object["explanation"] = proof.explanation;
    return object;
}

Json proofsJson(const ExportProof& proof) {
    Json list = Json::array();
    for (const RuntimeProof& runtime : proof.runtimes) list.push_back(proofJson(runtime));
    return list;
}

}  // namespace

std::string exportText(const ExportReport& report) {
    std::string text = fmt::format("{}: {}, operator set {} (IR {}), {}, {} numbers\n",
                                   printable(report.path), sizeText(report.bytes), report.opset,
                                   report.irVersion, countOf(report.nodes, "node"), report.weights);
    if (report.foldedNorms > 0)
        text += fmt::format("  {} went into the convolutions in front\n",
                            countOf(report.foldedNorms, "batch normalisation"));
    for (const std::string& input : report.inputs) text += fmt::format("  in   {}\n", input);
    for (const std::string& output : report.outputs) text += fmt::format("  out  {}\n", output);
    for (const std::string& remark : report.remarks) text += fmt::format("  {}\n", remark);
    return text + proofText(report.proof);
}

std::string exportJson(const ExportReport& report) {
    Json object{{"file", report.path},       {"bytes", report.bytes},
                {"opset", report.opset},     {"ir", report.irVersion},
                {"nodes", report.nodes},     {"numbers", report.weights},
                {"inputs", report.inputs},   {"outputs", report.outputs},
                {"remarks", report.remarks}, {"asked_with", report.proof.batch}};
    object["proofs"] = proofsJson(report.proof);
    return object.dump() + "\n";
}

std::string torchText(const TorchExportReport& report) {
    const std::string text = fmt::format(
        "{}: {}\n{}: {}, {}\n", printable(report.module), countOf(report.lines, "line"),
        printable(report.weights), countOf(report.tensors, "tensor"), sizeText(report.weightBytes));
    if (report.proof.runtimes.empty())
        return text + "Not proven: name a Python that has torch and safetensors with --verify.\n";
    return text + proofText(report.proof);
}

std::string torchJson(const TorchExportReport& report) {
    const Json object{{"file", report.module},
                      {"weights", report.weights},
                      {"lines", report.lines},
                      {"tensors", report.tensors},
                      {"asked_with", report.proof.batch},
                      {"proofs", proofsJson(report.proof)}};
    return object.dump() + "\n";
}

std::string runText(const RunExport& report) {
    return fmt::format("{}: {}, {} on test data\n", printable(report.path),
                       countOf(report.steps, "step"), countOf(report.tests, "measurement"));
}

std::string runJson(const RunExport& report) {
    const Json object{{"file", report.path}, {"steps", report.steps}, {"tests", report.tests}};
    return object.dump() + "\n";
}

std::string weightsText(const WeightsReport& report) {
    return fmt::format("{}: {}, {} of {}\n", printable(report.path), sizeText(report.bytes),
                       countOf(report.tensors, "tensor"), countOf(report.numbers, "number"));
}

std::string weightsJson(const WeightsReport& report) {
    const Json object{{"file", report.path},
                      {"bytes", report.bytes},
                      {"tensors", report.tensors},
                      {"numbers", report.numbers}};
    return object.dump() + "\n";
}

}  // namespace vitrine::cli
