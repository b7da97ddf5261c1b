// SPDX-License-Identifier: Apache-2.0
// Programs for two batches, their module, what PyTorch says of it, its files.
#include "core/session/export_torch.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/io/safetensors.h"
#include "core/session/export_answer.h"
#include "core/session/export_arrays.h"
#include "core/session/export_metadata.h"
#include "core/session/python_script.h"
#include "core/session/scratch_folder.h"
#include "core/torch_export/torch_module.h"
#include "core/torch_export/torch_rule.h"

namespace vitrine {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int64_t batch = 3, otherBatch = 5;
/// Shares of the largest number: of float32, and where something is rounded to 16 bits.
constexpr double tolerance = 1e-4, tolerance16 = 4e-3, toleranceBrain = 3e-2;

double toleranceOf(const Program& program) {
    const auto has = [&](DType dtype) {
        return std::ranges::any_of(program.values,
                                   [&](const Value& value) { return value.dtype == dtype; });
    };
    return has(DType::BF16) ? toleranceBrain : has(DType::F16) ? tolerance16 : tolerance;
}

class TorchExport {
  public:
    TorchExport(const ForeignNetwork& network, const TorchExportChoices& choices)
        : m_network(network), m_choices(choices) {}

    Result<TorchExportReport> run(const std::string& folder) {
        VITRINE_TRY(openLive());
        VITRINE_TRY(makeModule());
        if (m_choices.stop.stop_requested()) return stoppedError();
        if (!m_choices.python.empty()) VITRINE_TRY(prove());
        std::error_code failure;
        fs::create_directories(folder, failure);
        if (failure) return fileError({folder, "make", "Nothing was written."}, failure.value());
        VITRINE_TRY(save(folder));
        auto [module, weights] = torchFilesIn(folder);
        m_report.module = std::move(module);
        m_report.weights = std::move(weights);
        m_report.lines = std::ranges::count(m_module.python, '\n');
        m_report.tensors = std::ssize(m_module.weights);
        for (const auto& [name, numbers] : m_module.weights)
            m_report.weightBytes += static_cast<int64_t>(numbers->bytes.size());
        return std::move(m_report);
    }

  private:
    Result<void> openLive() {
        auto live = Inference::create(
            m_network, {.threads = 1, .math = Math::Direct, .weights = m_choices.weights});
        if (!live) return live.error();
        m_live = std::move(live).value();
        const bool isBatched = std::ranges::any_of(
            m_live->inputs(), [](const NetworkInput& input) { return input.wish.isBatched; });
        m_batch = isBatched ? batch : 1;
        ExportArrays arrays = arraysFor(*m_live, m_batch);
        m_arrays = std::move(arrays.list);
        m_report.proof.batch = std::move(arrays.text);
        const auto answers = m_live->run(m_arrays);
        if (!answers) return answers.error();
        m_answers = *answers;
        return {};
    }

    Result<void> makeModule() {
        const LowerOptions options{.batch = m_batch,
                                   .training = false,
                                   .withLoss = false,
                                   .keepsWhole = [](const OpQuery& query) {
                                       return torch_export::torchRuleFor(query) != nullptr;
                                   }};
        std::vector<Program> programs;
        for (const int64_t size : {m_batch, otherBatch}) {
            if (m_batch == 1 && size != 1) continue;
            LowerOptions sized = options;
            sized.batch = size;
            auto program = lower(m_network.project.graph, sized);
            if (!program) return program.error();
            programs.push_back(std::move(program).value());
        }
        m_report.proof.tolerance = toleranceOf(programs.front());
        torch_export::TorchInput input{.programs = programs,
                                       .name = m_network.project.name,
                                       .inputs = {},
                                       .outputs = {},
                                       .weights = {}};
        VITRINE_TRY(addEnds(programs.front(), input));
        auto made = torch_export::torchModuleOf(input);
        if (!made) return made.error();
        m_module = std::move(made).value();
        return {};
    }

    Result<void> addEnds(const Program& program, torch_export::TorchInput& input) const {
        for (const NetworkEnd& end : m_network.inputs) {
            const auto data = std::ranges::find(program.data, end.node, &DataInput::node);
            if (data != program.data.end()) input.inputs.push_back({data->value, end.name});
        }
        for (const NetworkEnd& end : m_network.outputs)
            if (const ValueId value = program.output("output:" + end.node); value != noValue)
                input.outputs.push_back({value, end.name});
        const auto weights = statesOf(m_live->model());
        if (!weights) return weights.error();
        input.weights = *weights;
        input.facts = metadataOf(*m_live, m_choices.weights);
        return {};
    }

    Result<void> save(const std::string& folder) const {
        const auto [module, weights] = torchFilesIn(folder);
        std::vector<TensorView> tensors;
        for (const auto& [name, numbers] : m_module.weights)
            tensors.push_back({name, numbers->dtype, numbers->shape, numbers->bytes});
        VITRINE_TRY(saveSafetensors(weights, tensors, {{"format", "pt"}}));
        return saveAtomically(module, m_module.python);
    }

    Result<void> prove() {
        const ScratchFolder folder("vitrine-torch");
        VITRINE_TRY(save(folder.path().string()));
        const auto [module, weights] = torchFilesIn(folder.path().string());
        std::vector<NamedTensor> inputs, outputs;
        for (const NamedTensor& array : m_arrays)
            inputs.push_back({fmt::to_string(inputs.size()), array.data});
        for (const NamedTensor& answer : m_answers)
            outputs.push_back({fmt::to_string(outputs.size()), answer.data});
        const std::string in = (folder.path() / "inputs.npz").string(),
                          out = (folder.path() / "outputs.npz").string();
        VITRINE_TRY(saveNpz(in, inputs));
        VITRINE_TRY(saveNpz(out, outputs));
        const auto answer = jsonOfScript(m_choices.python, torchCheckScript(),
                                         {module, weights, in, out}, 10min, m_choices.stop);
        if (answer) return judge(*answer);
        Error error = answer.error();
        if (error.code == "L05")
            error.next = "Name a Python that has torch, numpy and safetensors.";
        return error;
    }

    Result<void> judge(const Json& answer) {
        RuntimeProof proof{.runtime = "torch " + textOf(answer, "torch")};
        const auto rows = answer.find("outputs");
        const bool isList = rows != answer.end() && rows->is_array();
        const size_t count = isList ? std::min(rows->size(), m_answers.size()) : 0;
        for (size_t k = 0; k < count; ++k) {
            proof.outputs.push_back(outputFrom((*rows)[k], m_report.proof.tolerance));
            proof.outputs.back().name = m_answers[k].name;
        }
        m_report.proof.runtimes.push_back(proof);
        const auto wrong = std::ranges::find(proof.outputs, false, &OutputProof::agrees);
        if (wrong != proof.outputs.end()) return otherAnswer(*wrong);
        if (proof.outputs.size() == m_answers.size()) return {};
        return Error{"E03",
                     fmt::format("PyTorch gives {} for the module, where the network has {}",
                                 countOf(std::ssize(proof.outputs), "output"), m_answers.size()),
                     {},
                     "Nothing was written.",
                     "Export an ONNX model instead."};
    }

    static Error otherAnswer(const OutputProof& output) {
        Error error{"E03",
                    fmt::format("PyTorch gives other numbers for '{}' than the network does: up to "
                                "{:.2g} apart, where the largest is {:.3g}",
                                printable(output.name), output.difference, output.largest),
                    {},
                    "Nothing was written.",
                    "Export an ONNX model instead."};
        if (output.unlike > 0)
            error.message = fmt::format("PyTorch gives {} of '{}' that the network does not",
                                        countOf(output.unlike, "number"), printable(output.name));
        if (output.isOtherShape)
            error.message =
                fmt::format("PyTorch gives '{}' in another shape", printable(output.name));
        return error;
    }

    const ForeignNetwork& m_network;
    const TorchExportChoices& m_choices;
    std::unique_ptr<Inference> m_live;
    int64_t m_batch = 1;
    std::vector<NamedTensor> m_arrays, m_answers;
    torch_export::TorchModule m_module;
    TorchExportReport m_report;
};

}  // namespace

std::array<std::string, 2> torchFilesIn(const std::string& folder) {
    return {(fs::path(folder) / "network.py").string(),
            (fs::path(folder) / "weights.safetensors").string()};
}

Result<TorchExportReport> exportTorch(const ForeignNetwork& network, const std::string& folder,
                                      const TorchExportChoices& choices) {
    return TorchExport(network, choices).run(folder);
}

}  // namespace vitrine
