// SPDX-License-Identifier: Apache-2.0
// One program for each size that stays open, their common model, its proof, its file.
#include "core/session/export_model.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/base/guard.h"
#include "core/exec/value_bytes.h"
#include "core/graph/edit.h"
#include "core/graph/input_extents.h"
#include "core/graph/names.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/wiring.h"
#include "core/onnx/export/batch_norm_fold.h"
#include "core/onnx/export/model_writer.h"
#include "core/onnx/export/write_rule.h"
#include "core/onnx/tensor_numbers.h"
#include "core/onnx/value.h"
#include "core/session/export_arrays.h"
#include "core/session/export_metadata.h"
#include "core/session/inference.h"
#include "core/session/model_network.h"
#include "core/session/scratch_folder.h"

namespace vitrine {

namespace {

constexpr int64_t openBatch = 3, otherOpenBatch = 5;

/// An extent of an input by its name.
struct SizeAt {
    std::string name, node;
    size_t axis = 0;  ///< in the field `shape`
};

/// Extents of images have names, whoever made the network; those of features have none.
std::vector<SizeAt> sizesOf(const Node& input) {
    std::vector<SizeAt> sizes;
    const size_t rank = input.attrs.list("shape").size();
    const std::vector<NamedExtent> named = extentsOf(input);
    for (size_t k = 0; k < named.size() && k < rank; ++k)
        if (!named[k].held && named[k].name.find_first_not_of("0123456789") != std::string::npos)
            sizes.push_back({named[k].name, input.id, k});
    if (!named.empty() || !isBatched(input) || rank < 2 || rank > 4) return sizes;
    constexpr std::string_view words[] = {"depth", "height", "width"};
    for (size_t k = 1; k < rank; ++k)
        sizes.push_back({rank == 2 ? "length" : std::string(words[4 - rank + k - 1]), input.id, k});
    return sizes;
}

std::vector<SizeAt> sizesOf(const ForeignNetwork& network) {
    std::vector<SizeAt> sizes;
    for (const NetworkEnd& end : network.inputs)
        if (const Node* node = network.project.graph.find(end.node); node && !isClassInput(*node))
            std::ranges::move(sizesOf(*node), std::back_inserter(sizes));
    return sizes;
}

std::vector<std::string> outputsOf(const Graph& graph) {
    std::vector<std::string> names;
    const auto roles = rolesOf(graph, wiringOf(graph), false);
    if (!roles) return names;
    for (const OutputRole& output : roles->outputs) names.push_back(output.name);
    std::ranges::sort(names);
    return names;
}

/// Losses do not leave, and what they compare with need not follow other sizes. The network itself
/// where it would give something else without them.
Graph withoutLosses(const Graph& graph) {
    std::set<std::string, std::less<>> losses, rest;
    for (const Node& node : graph.nodes())
        if (isLoss(node)) losses.insert(node.id);
    for (const Node& node : graph.nodes()) {
        const auto leaves = [&](const Edge& edge) { return edge.from.node == node.id; };
        const auto stays = [&](const Edge& edge) {
            return leaves(edge) && !losses.contains(edge.to.node);
        };
        if (isInput(node) && std::ranges::any_of(graph.edges(), leaves) &&
            std::ranges::none_of(graph.edges(), stays))
            rest.insert(node.id);
    }
    rest.insert(losses.begin(), losses.end());
    Graph plain = graph;
    const bool isDone = perform(plain, removal(graph, rest)).ok();
    return isDone && outputsOf(plain) == outputsOf(graph) ? plain : graph;
}

/// The network with another number for every extent of that name.
Result<Graph> withSize(const Graph& graph, const std::vector<SizeAt>& sizes,
                       const std::string& name, int64_t more) {
    Graph changed = graph;
    for (const SizeAt& size : sizes) {
        if (size.name != name) continue;
        std::vector<int64_t> shape = changed.find(size.node)->attrs.list("shape");
        shape[size.axis] += more;
        VITRINE_TRY(changed.setField(size.node, "shape", shape));
    }
    return changed;
}

class Export {
  public:
    Export(const ForeignNetwork& network, const ExportChoices& choices)
        : m_network(network),
          m_choices(choices),
          m_sizes(sizesOf(network)),
          m_graph(choices.openSizes.empty() ? network.project.graph
                                            : withoutLosses(network.project.graph)) {}

    Result<ExportReport> run(const std::string& path) {
        VITRINE_TRY(checkChoices());
        using Step = Result<void> (Export::*)();
        m_report.path = path;
        for (const Step step :
             {&Export::openLive, &Export::lowerAll, &Export::write, &Export::prove}) {
            VITRINE_TRY((this->*step)());
            if (m_choices.stop.stop_requested()) return stoppedError();
        }
        const auto bytes = onnx::saveModel(m_model, path, {.isExternal = m_choices.isExternal});
        if (!bytes) return bytes.error();
        m_report.bytes = *bytes;
        return std::move(m_report);
    }

  private:
    Result<void> checkChoices() const {
        const int64_t least = m_choices.floats == DType::BF16 ? 22 : oldestExportOpset;
        if (m_choices.opset < least && m_choices.floats == DType::BF16)
            return Error{"E04",
                         fmt::format("operator set {} has no bf16 convolutions and poolings",
                                     m_choices.opset),
                         {},
                         "Nothing was written.",
                         "Take operator set 22 or later, or f16 or f32."};
        for (const std::string& size : m_choices.openSizes) {
            if (std::ranges::find(m_sizes, size, &SizeAt::name) != m_sizes.end()) continue;
            return Error{"U29",
                         fmt::format("no input has a size {}", vitrine::quoted(size)),
                         {},
                         "Nothing was written.",
                         fmt::format("Sizes that can be open are {}.",
                                     fmt::join(sizesThatCanBeOpen(m_network), ", "))};
        }
        return {};
    }

    /// The network itself, asked with what the file will be asked with.
    Result<void> openLive() {
        auto live = Inference::create(m_network, {.threads = 1,
                                                  .floatType = m_choices.computesIn,
                                                  .math = Math::Direct,
                                                  .weights = m_choices.weights});
        if (!live) return live.error();
        m_live = std::move(live).value();
        ExportArrays arrays = arraysFor(*m_live, batch());
        m_arrays = std::move(arrays.list);
        m_report.proof.batch = std::move(arrays.text);
        const auto answers = m_live->run(m_arrays);
        if (!answers) return answers.error();
        m_answers = *answers;
        auto weights = statesOf(m_live->model());
        if (!weights) return weights.error();
        m_weights = std::move(weights).value();
        return {};
    }

    bool isAnyBatched() const {
        return std::ranges::any_of(m_network.inputs, [&](const NetworkEnd& end) {
            const Node* node = m_network.project.graph.find(end.node);
            return node && isBatched(*node);
        });
    }
    int64_t batch() const { return m_opensBatch && isAnyBatched() ? openBatch : 1; }

    Result<Program> lowered(const Graph& graph, int64_t batch) const {
        LowerOptions options{.batch = batch,
                             .training = false,
                             .withLoss = false,
                             .floatType = m_choices.computesIn};
        const int64_t opset = m_choices.opset;
        options.keepsWhole = [opset](const OpQuery& query) {
            return onnx::writeRuleFor(query, opset) != nullptr;
        };
        return lower(graph, options);
    }

    Result<void> lowerAll() {
        const Graph& graph = m_graph;
        auto base = lowered(graph, batch());
        if (!base) return base.error();
        m_programs.push_back(std::move(base).value());
        m_symbols.emplace_back();
        if (batch() > 1) {
            auto other = lowered(graph, otherOpenBatch);
            if (!other) return other.error();
            m_programs.push_back(std::move(other).value());
            m_symbols.emplace_back("N");
        }
        for (const std::string& size : m_choices.openSizes) VITRINE_TRY(lowerFor(size));
        if (m_choices.foldsBatchNorm)
            m_report.foldedNorms = onnx::foldBatchNorms(m_programs, m_weights);
        return {};
    }

    /// With some other number for that size, one that the network takes.
    Result<void> lowerFor(const std::string& size) {
        Error first;
        for (const int64_t more : {32, 64, 1, 2}) {
            const auto graph = withSize(m_graph, m_sizes, size, more);
            auto program = graph ? lowered(*graph, batch()) : Result<Program>(graph.error());
            if (program) {
                m_programs.push_back(std::move(program).value());
                m_symbols.push_back(size);
                return {};
            }
            if (first.message.empty()) first = program.error();
        }
        return Error{"E02",
                     fmt::format("{} cannot stay open: with another one, {}", size, first.message),
                     first.place, "Nothing was written.",
                     "Fix that size, or put a global pooling in front of what wants it."};
    }

    onnx::WriteInput inputFor(size_t base) const {
        onnx::WriteInput input{.programs = m_programs,
                               .base = base,
                               .opset = m_choices.opset,
                               .name = m_network.project.name,
                               .inputs = {},
                               .outputs = {},
                               .weights = m_weights,
                               .floats = m_choices.floats,
                               .symbols = m_symbols};
        const Program& program = m_programs[base];
        for (const NetworkEnd& end : m_network.inputs) {
            const auto data = std::ranges::find(program.data, end.node, &DataInput::node);
            if (data != program.data.end())
                input.inputs.push_back({data->value, end.name, end.type});
        }
        for (const NetworkEnd& end : m_network.outputs) {
            const ValueId value = program.output("output:" + end.node);
            if (value != noValue) input.outputs.push_back({value, end.name, end.type});
        }
        return input;
    }

    /// Every program must come to the same nodes: then the file holds for all sizes.
    Result<void> write() {
        for (size_t k = 0; k < m_programs.size(); ++k) {
            VITRINE_TRY(checkAlike(k));
            const onnx::WriteInput input = inputFor(k);
            auto model = onnx::ModelWriter(input).write();
            if (!model) return model.error();
            if (k == 0) {
                m_model = std::move(model).value();
                continue;
            }
            const std::string differs = firstOther(*model);
            if (!differs.empty()) return heldOpen(k, differs);
        }
        m_model.metadata = metadataOf(*m_live, m_choices.weights);
        for (const NamedTensor& array : m_arrays)
            if (std::ranges::find(m_model.inputs, array.name, &onnx::OutValue::name) ==
                m_model.inputs.end())
                m_report.remarks.push_back(
                    fmt::format("input {} is none any more: nothing takes it, or its numbers were "
                                "bound when the model was opened",
                                vitrine::quoted(array.name)));
        describe();
        return {};
    }

    Result<void> checkAlike(size_t k) const {
        const auto &base = m_programs[0].instrs, &other = m_programs[k].instrs;
        for (size_t i = 0; i < std::min(base.size(), other.size()); ++i)
            if (base[i].op != other[i].op) return heldOpen(k, base[i].origins.front());
        if (base.size() != other.size()) return heldOpen(k, "some node");
        for (const StateBinding& state : m_programs[0].states) {
            const StateBinding* same = m_programs[k].state(state.name);
            if (!same || m_programs[k].shapeOf(same->in) != m_programs[0].shapeOf(state.in))
                return otherWeights(k, state.name);
        }
        return {};
    }

    Error otherWeights(size_t k, const std::string& state) const {
        return {"E02",
                fmt::format("{} cannot stay open: the weight {} would have another shape",
                            m_symbols[k], vitrine::quoted(state)),
                {state.substr(0, state.rfind('.')), {}, {}, 0},
                "Nothing was written.",
                "Fix that size, or put a global pooling in front of what wants it."};
    }

    Error heldOpen(size_t k, const std::string& node) const {
        const bool isBatch = m_symbols[k] == "N";
        return {"E02",
                fmt::format("{} cannot stay open: '{}' is written otherwise for another one",
                            isBatch ? "the batch" : m_symbols[k], printable(node)),
                {m_network.project.graph.find(node) ? node : std::string(), {}, {}, 0},
                "Nothing was written.",
                isBatch ? "Fix the batch at one example." : "Fix that size."};
    }

    std::string firstOther(const onnx::OutModel& model) const {
        for (size_t i = 0; i < std::min(model.nodes.size(), m_model.nodes.size()); ++i)
            if (!model.nodes[i].isLike(m_model.nodes[i])) return m_model.nodes[i].source;
        if (model.nodes.size() != m_model.nodes.size()) return "some node";
        for (size_t i = 0; i < model.weights.size(); ++i)
            if (!std::ranges::equal(model.weights[i].numbers->bytes,
                                    m_model.weights[i].numbers->bytes))
                return m_model.weights[i].name;
        return {};
    }

    void describe() {
        m_report.opset = m_model.opset;
        m_report.irVersion = onnx::irVersionOf(m_model.opset);
        m_report.nodes = std::ssize(m_model.nodes);
        for (const onnx::OutTensor& weight : m_model.weights)
            m_report.weights += weight.numbers->shape.elements();
        const auto text = [](const onnx::OutValue& value) {
            std::vector<std::string> dims;
            for (const onnx::OutDim& dim : value.dims)
                dims.push_back(std::holds_alternative<int64_t>(dim)
                                   ? fmt::format("{}", std::get<int64_t>(dim))
                                   : std::get<std::string>(dim));
            const auto type = onnx::storedType(value.element);
            return fmt::format("{} [{}] {}", value.name, fmt::join(dims, ", "),
                               type ? name(*type) : "?");
        };
        for (const onnx::OutValue& input : m_model.inputs) m_report.inputs.push_back(text(input));
        for (const onnx::OutValue& output : m_model.outputs)
            m_report.outputs.push_back(text(output));
    }

    double ownTolerance() const {
        if (m_choices.floats == DType::BF16) return 0.1;
        if (m_choices.floats == DType::F16) return 0.02;
        return m_choices.foldsBatchNorm ? 1e-3 : 1e-4;
    }

    /// In a folder of its own, which goes again.
    Result<void> prove() {
        const ScratchFolder folder("vitrine-export");
        const std::string file = (folder.path() / "model.onnx").string();
        const auto saved = onnx::saveModel(m_model, file, {.isExternal = m_choices.isExternal});
        if (!saved) return saved.error();
        m_report.proof.tolerance = ownTolerance();
        VITRINE_TRY(proveByReading(file));
        if (m_choices.stop.stop_requested()) return stoppedError();
        return m_choices.python.empty() ? Result<void>() : proveByRuntimes(file);
    }

    Result<void> proveByReading(const std::string& file) {
        RuntimeProof proof{.runtime = "this program"};
        const std::vector<NamedTensor> arrays = arraysOfFile();
        auto read = networkOfModel(file, {.arrays = arrays});
        if (!read) return unproven(read.error().message);
        auto again = Inference::create(
            std::move(read).value(),
            {.threads = 1, .floatType = m_choices.computesIn, .math = Math::Direct});
        if (!again) return unproven(again.error().message);
        const auto given = (*again)->run(arrays);
        if (!given) return unproven(given.error().message);
        for (size_t i = 0; i < m_answers.size(); ++i) {
            const auto same = std::ranges::find(*given, m_answers[i].name, &NamedTensor::name);
            if (same == given->end()) return unproven("an output is missing");
            proof.outputs.push_back(compared(m_answers[i].name, *m_answers[i].data, *same->data,
                                             m_report.proof.tolerance));
        }
        m_report.proof.runtimes.push_back(proof);
        for (const OutputProof& output : proof.outputs)
            if (!output.agrees)
                return unproven(fmt::format("output {} differs by {:.3g} of {:.3g}",
                                            vitrine::quoted(output.name), output.difference,
                                            output.largest));
        return {};
    }

    static Error unproven(const std::string& why) {
        return {"E03",
                fmt::format("the model that was written gives something else than the network: {}",
                            why),
                {},
                "Nothing was written.",
                "Take another operator set, or export without what was folded."};
    }

    Result<void> proveByRuntimes(const std::string& file) {
        KnownValues known;
        for (const NamedTensor& answer : m_answers) known[answer.name] = answer.data;
        std::vector<std::string> outputs;
        for (const NamedTensor& answer : m_answers) outputs.push_back(answer.name);
        if (!m_choices.foldsBatchNorm) VITRINE_TRY(addNodeValues(known));
        std::vector<NamedTensor> inputs;
        for (const NamedTensor& array : m_arrays) inputs.push_back({array.name, inFileType(array)});
        const auto proofs = provenBy(m_choices.python, file, inputs, known, outputs,
                                     std::max(ownTolerance(), 1e-3), m_choices.stop);
        if (!proofs) return proofs.error();
        std::ranges::copy(*proofs, std::back_inserter(m_report.proof.runtimes));
        return {};
    }

    /// Those that the file has inputs for: an imported model may have others, whose numbers were
    /// bound when it was opened.
    std::vector<NamedTensor> arraysOfFile() const {
        std::vector<NamedTensor> arrays;
        for (const NamedTensor& array : m_arrays)
            if (std::ranges::find(m_model.inputs, array.name, &onnx::OutValue::name) !=
                m_model.inputs.end())
                arrays.push_back(array);
        return arrays;
    }

    /// An array as the file's input takes it.
    SharedTensor inFileType(const NamedTensor& array) const {
        const auto input = std::ranges::find(m_model.inputs, array.name, &onnx::OutValue::name);
        const auto type =
            input == m_model.inputs.end() ? std::nullopt : onnx::storedType(input->element);
        if (!type || *type == array.data->dtype) return array.data;
        return onnx::converted(*array.data, *type);
    }

    /// What the network's nodes give, as far as the file has values of their names.
    Result<void> addNodeValues(KnownValues& known) const {
        const auto values =
            nodeValuesOf(m_network, m_choices.weights, m_choices.computesIn, *m_live, m_arrays);
        if (!values) return values.error();
        for (const onnx::OutNode& node : m_model.nodes)
            for (const std::string& name : node.outputs)
                if (const auto found = values->find(name); found != values->end())
                    known.try_emplace(name, found->second);
        return {};
    }

    const ForeignNetwork& m_network;
    const ExportChoices& m_choices;
    const std::vector<SizeAt> m_sizes;
    const Graph m_graph;  ///< what is lowered
    bool m_opensBatch = m_choices.opensBatch;
    std::unique_ptr<Inference> m_live;
    std::vector<NamedTensor> m_arrays, m_answers;
    onnx::WeightsByName m_weights;
    std::vector<Program> m_programs;
    std::vector<std::string> m_symbols;
    onnx::OutModel m_model;
    ExportReport m_report;
};

}  // namespace

std::vector<std::string> sizesThatCanBeOpen(const ForeignNetwork& network) {
    std::vector<std::string> names;
    for (const SizeAt& size : sizesOf(network))
        if (std::ranges::find(names, size.name) == names.end()) names.push_back(size.name);
    return names;
}

Result<ExportReport> exportModel(const ForeignNetwork& network, const std::string& path,
                                 const ExportChoices& choices) {
    return Export(network, choices).run(path);
}

}  // namespace vitrine
