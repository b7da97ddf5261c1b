// SPDX-License-Identifier: Apache-2.0
// Programs for two batches, their module, what PyTorch says of it, its files.
#include "core/session/export_torch.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/io/safetensors.h"
#include "core/session/export_arrays.h"
#include "core/session/python_script.h"
#include "core/session/scratch_folder.h"
#include "core/torch_export/torch_module.h"
#include "core/torch_export/torch_rule.h"

namespace vitrine {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int64_t batch = 3, otherBatch = 5;
constexpr double tolerance = 1e-4;

struct Files {
    std::string module, weights;
    explicit Files(const fs::path& folder)
        : module((folder / "network.py").string()),
          weights((folder / "weights.safetensors").string()) {}
};

class TorchExport {
  public:
    TorchExport(const ForeignNetwork& network, const std::string& weights)
        : m_network(network), m_weightsFile(weights) {}

    Result<TorchExportReport> run(const std::string& folder, const std::string& python) {
        VITRINE_TRY(openLive());
        VITRINE_TRY(makeModule());
        if (!python.empty()) VITRINE_TRY(prove(python));
        std::error_code failure;
        fs::create_directories(folder, failure);
        if (failure) return fileError({folder, "make", "Nothing was written."}, failure.value());
        const Files files{fs::path(folder)};
        VITRINE_TRY(save(files));
        m_report.module = files.module;
        m_report.weights = files.weights;
        m_report.lines = std::ranges::count(m_module.python, '\n');
        m_report.tensors = std::ssize(m_module.weights);
        return std::move(m_report);
    }

  private:
    Result<void> openLive() {
        auto live = Inference::create(
            m_network, {.threads = 1, .math = Math::Direct, .weights = m_weightsFile});
        if (!live) return live.error();
        m_live = std::move(live).value();
        const bool isBatched = std::ranges::any_of(
            m_live->inputs(), [](const NetworkInput& input) { return input.wish.isBatched; });
        m_batch = isBatched ? batch : 1;
        ExportArrays arrays = arraysFor(*m_live, m_batch);
        m_arrays = std::move(arrays.list);
        m_report.proof.batch = std::move(arrays.text);
        m_report.proof.tolerance = tolerance;
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
        return {};
    }

    Result<void> save(const Files& files) const {
        std::vector<TensorView> tensors;
        for (const auto& [name, numbers] : m_module.weights)
            tensors.push_back({name, numbers->dtype, numbers->shape, numbers->bytes});
        VITRINE_TRY(saveSafetensors(files.weights, tensors, {{"format", "pt"}}));
        return saveAtomically(files.module, m_module.python);
    }

    Result<void> prove(const std::string& python) {
        const ScratchFolder folder("vitrine-torch");
        const Files files{folder.path()};
        VITRINE_TRY(save(files));
        std::vector<NamedTensor> inputs, outputs;
        for (const NamedTensor& array : m_arrays)
            inputs.push_back({fmt::to_string(inputs.size()), array.data});
        for (const NamedTensor& answer : m_answers)
            outputs.push_back({fmt::to_string(outputs.size()), answer.data});
        const std::string in = (folder.path() / "inputs.npz").string(),
                          out = (folder.path() / "outputs.npz").string();
        VITRINE_TRY(saveNpz(in, inputs));
        VITRINE_TRY(saveNpz(out, outputs));
        const auto answer =
            jsonOfScript(python, torchCheckScript(), {files.module, files.weights, in, out}, 10min);
        if (!answer) return answer.error();
        return judge(*answer);
    }

    Result<void> judge(const Json& answer) {
        RuntimeProof proof{.runtime = fmt::format("torch {}", answer.value("torch", "?"))};
        const auto rows = answer.find("outputs");
        for (size_t k = 0; rows != answer.end() && k < std::min(rows->size(), m_answers.size());
             ++k) {
            const Json& row = (*rows)[k];
            OutputProof output{.name = m_answers[k].name,
                               .difference = row.value("difference", 0.0),
                               .largest = row.value("largest", 0.0),
                               .agrees = true,
                               .unlike = row.value("unlike", int64_t{0})};
            output.agrees = !row.contains("shape") && output.unlike == 0 &&
                            output.difference <= tolerance * std::max(output.largest, 1e-30);
            proof.outputs.push_back(output);
        }
        m_report.proof.runtimes.push_back(proof);
        if (proof.outputs.size() == m_answers.size() && proof.agrees()) return {};
        return Error{"E03",
                     "PyTorch gives something else for the module than the network does",
                     {},
                     "Nothing was written.",
                     "Export an ONNX model instead."};
    }

    const ForeignNetwork& m_network;
    const std::string m_weightsFile;
    std::unique_ptr<Inference> m_live;
    int64_t m_batch = 1;
    std::vector<NamedTensor> m_arrays, m_answers;
    torch_export::TorchModule m_module;
    TorchExportReport m_report;
};

}  // namespace

Result<TorchExportReport> exportTorch(const ForeignNetwork& network, const std::string& folder,
                                      const std::string& weightsFile, const std::string& python) {
    return TorchExport(network, weightsFile).run(folder, python);
}

}  // namespace vitrine
