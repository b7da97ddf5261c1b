// SPDX-License-Identifier: Apache-2.0
// Lowers, writes, and hands over to the proof.
#include "core/session/export_cpp.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/version.h"
#include "core/cpp_export/folder_text.h"
#include "core/cpp_export/lowering.h"
#include "core/cpp_export/text.h"
#include "core/device/host_memory.h"
#include "core/graph/special_nodes.h"
#include "core/onnx/onnx_content.h"
#include "core/session/export_cpp_proof.h"
#include "core/session/export_metadata.h"
#include "core/session/inference.h"
#include "core/session/model_classes.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"
#include "core/train/model.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

/// A folder that goes again unless it is kept.
class NewFolder {
  public:
    static Result<NewFolder> make(const std::string& path) {
        std::error_code failure;
        if (fs::exists(path, failure)) {
            Error error{"U10",
                        fmt::format("'{}' is there already", printable(path)),
                        {},
                        "Nothing was written.",
                        "Name a folder that is not there."};
            error.place.file = path;
            return error;
        }
        fs::create_directories(fs::path(path) / "kernels", failure);
        if (failure) return fileError({path, "make", "Nothing was written."}, failure.value());
        return NewFolder(path);
    }
    ~NewFolder() {
        std::error_code ignored;
        if (!m_path.empty()) fs::remove_all(m_path, ignored);
    }
    NewFolder(NewFolder&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    NewFolder& operator=(NewFolder&&) = delete;
    void keep() { m_path.clear(); }

  private:
    explicit NewFolder(std::string path) : m_path(std::move(path)) {}
    std::string m_path;
};

/// Numbers of the states, by value.
Result<std::vector<Numbers>> statesOf(const Project& project, const Program& program,
                                      const std::string& weights) {
    StateLayout layout;
    layout.add(program);
    auto memory = HostMemory::allocate(std::max<int64_t>(layout.sizeBytes(), 1));
    if (!memory) return memory.error();
    initialiseStates(layout, **memory, static_cast<uint64_t>(project.training.seed));
    if (!weights.empty())
        VITRINE_TRY(loadWeights(weights, layout, **memory, wishesFor(project.graph)));
    std::vector<Numbers> states(program.values.size());
    for (const StateBinding& state : program.states) {
        const StateLayout::Item& item = *layout.find(state.name);
        std::vector<std::byte> bytes(static_cast<size_t>(item.bytes()));
        VITRINE_TRY((*memory)->read(item.offset, bytes));
        states[static_cast<size_t>(state.in)] =
            TensorData::of(item.dtype, item.shape, std::move(bytes));
    }
    return states;
}

struct Ends {
    std::vector<ValueId> inputs, outputs;
    cpp_export::Facts facts;
};

Ends endsOf(const ForeignNetwork& network, const Program& program) {
    Ends ends;
    for (const NetworkEnd& end : network.inputs) {
        const auto found = std::ranges::find(program.data, end.node, &DataInput::node);
        if (found == program.data.end()) continue;
        const Value& value = program.value(found->value);
        const Node* const node = network.project.graph.find(end.node);
        const bool isPicture = node && isInput(*node) && !isClassInput(*node) &&
                               scalingOf(*node) == Scaling::Normalised;
        ends.inputs.push_back(found->value);
        ends.facts.inputs.push_back({end.name, value.shape, value.dtype, isPicture});
    }
    for (const NetworkEnd& end : network.outputs) {
        const ValueId v = program.output("output:" + end.node);
        if (v == noValue) continue;
        ends.outputs.push_back(v);
        ends.facts.outputs.push_back({end.name, program.value(v).shape, program.value(v).dtype});
    }
    return ends;
}

std::vector<std::string> classesOf(const Inference& asked, const CppExportOptions& options) {
    if (!options.classes.empty()) return options.classes;
    std::vector<std::string> names;
    for (const InferenceOutput& output : asked.outputs())
        if (names.empty()) names = classNamesFor(asked, output, options.weights);
    const Project& project = asked.network().project;
    for (const auto& [id, parameter] : project.graph.parameters())
        if (names.empty() && parameter.file && isOnnxModel(parameter.file->path))
            names = classNamesOfModel(parameter.file->path);
    return names;
}

Result<void> writeFiles(const std::string& folder, const std::vector<cpp_export::TextFile>& files) {
    for (const cpp_export::TextFile& file : files)
        VITRINE_TRY(saveAtomically((fs::path(folder) / file.path).string(), file.content));
    return {};
}

std::string madeBy(const Project& project) {
    std::string name = project.name;
    std::ranges::replace_if(
        name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\\'; }, ' ');
    return fmt::format("The network '{}', exported by Vitrine {}", printable(name),
                       programVersion());
}

}  // namespace

Result<CppExportReport> exportCpp(const ForeignNetwork& network, const CppExportOptions& options) {
    const Project& project = network.project;
    const auto program =
        buildProgram(project.graph, {Mode::Predict, options.batch}, {.batch = options.batch});
    if (!program) return program.error();
    auto states = statesOf(project, *program, options.weights);
    if (!states) return states.error();
    Ends ends = endsOf(network, *program);
    auto code =
        cpp_export::Lowering({*program, std::move(states).value(), ends.inputs, ends.outputs})
            .run();
    if (!code) return code.error();

    auto asked = Inference::create(
        network, {.floatType = DType::F32, .math = Math::Direct, .weights = options.weights});
    if (!asked) return asked.error();
    cpp_export::Facts& facts = ends.facts;
    facts.name = cpp_export::identifierFor(project.name.empty() ? "exported" : project.name);
    facts.maker = madeBy(project);
    facts.classes = classesOf(**asked, options);
    const auto listed = [](const PerChannel& of) {
        return std::vector<double>(of.numbers().begin(), of.numbers().end());
    };
    facts.mean = listed(project.data.normalisation.mean);
    facts.deviation = listed(project.data.normalisation.std);
    facts.weightsInside = options.weightsInside;

    if (options.stop.stop_requested()) return stoppedError();
    auto folder = NewFolder::make(options.folder);
    if (!folder) return folder.error();
    VITRINE_TRY(writeFiles(options.folder, cpp_export::filesOf(*code, facts)));
    CppExportReport report{.folder = options.folder,
                           .weightBytes = code->constantBytes(),
                           .arenaBytes = code->arenaBytes(),
                           .calls = static_cast<int>(code->steps().size()),
                           .compiler = {},
                           .differences = {}};
    VITRINE_TRY(proveCpp(**asked, options, report));
    folder->keep();
    return report;
}

}  // namespace vitrine
