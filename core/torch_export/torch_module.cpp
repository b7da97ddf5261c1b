// SPDX-License-Identifier: Apache-2.0
// Members in the constructor, one line for each instruction in forward().
#include "core/torch_export/torch_module.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/base/version.h"
#include "core/torch_export/torch_context.h"
#include "core/torch_export/torch_rule.h"

namespace vitrine::torch_export {

namespace {

constexpr std::string_view keywords[] = {
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield", "self", "torch", "nn", "F", "math", "Path", "Network", "load", "super",
    "training", "forward", "train", "eval", "type", "float", "half", "double", "to", "apply",
    "children", "modules",
    // what every nn.Module has
    "T_destination", "add_module", "bfloat16", "buffers", "call_super_init", "compile", "cpu",
    "cuda", "dump_patches", "extra_repr", "get_buffer", "get_extra_state", "get_parameter",
    "get_submodule", "ipu", "load_state_dict", "mtia", "named_buffers", "named_children",
    "named_modules", "named_parameters", "parameters", "requires_grad_", "set_extra_state",
    "set_submodule", "share_memory", "state_dict", "to_empty", "xpu", "zero_grad"};

/// Letters, digits and `_`; not beginning with a digit.
std::string wordOf(std::string_view text) {
    std::string word;
    for (const char c : text)
        word += std::isalnum(static_cast<unsigned char>(c)) || c == '_' ? c : '_';
    const bool isBad = word.empty() || std::isdigit(static_cast<unsigned char>(word.front())) ||
                       std::ranges::find(keywords, word) != std::end(keywords) ||
                       word.starts_with("_") || word.starts_with("register_");
    return isBad ? "n_" + word : word;
}

std::string nodeOf(const Instr& instr) {
    return instr.origins.empty() ? std::string(instr.op->id) : instr.origins.front();
}

std::string shapeText(const Shape& shape, bool isOpen) {
    std::vector<std::string> extents;
    for (int axis = 0; axis < shape.rank(); ++axis)
        extents.push_back(axis == 0 && isOpen ? "N" : fmt::to_string(shape[axis]));
    return fmt::format("[{}]", fmt::join(extents, ", "));
}

}  // namespace

const TorchRule* torchRuleFor(const OpQuery& query) {
    static const std::map<std::string_view, const TorchRule*> rules = [] {
        std::map<std::string_view, const TorchRule*> all;
        for (const TorchRules* family : allTorchRules())
            for (const TorchRule& rule : family->rules) all.emplace(rule.op, &rule);
        return all;
    }();
    const auto found = rules.find(query.instr.op->id);
    const bool fits =
        found != rules.end() && (!found->second->takes || found->second->takes(query));
    return fits ? found->second : nullptr;
}

TorchWriter::TorchWriter(const TorchInput& input) : m_input(input) {
    for (const StateBinding& state : program().states) m_states[state.in] = &state;
}

Result<TorchModule> TorchWriter::write() {
    for (const TorchEnd& end : m_input.inputs) {
        m_inputs.push_back(freeWord(end.name));
        m_variables[end.value] = m_inputs.back();
    }
    for (const Instr& instr : program().instrs) {
        try {
            writeInstr(instr);
        } catch (const TorchRefusal& refusal) {
            Error error{
                "E01",
                fmt::format("{} '{}': {}", instr.op->id, printable(nodeOf(instr)), refusal.why),
                {},
                "Nothing was written.",
                "Replace the node, or export the network up to it."};
            error.place.node = nodeOf(instr);
            return error;
        }
    }
    for (const TorchEnd& end : m_input.outputs) m_outputs.push_back(variableOf(end.value));
    return TorchModule{text(), m_weights, m_inputs, m_outputs};
}

void TorchWriter::writeInstr(const Instr& instr) {
    std::vector<ValueShape> in, out;
    for (const ValueId value : instr.in) in.push_back(program().shapeOf(value));
    for (const ValueId value : instr.out) out.push_back(program().shapeOf(value));
    const TorchRule* rule = torchRuleFor({instr, in, out});
    if (!rule) throw TorchRefusal{"this program has no words of PyTorch for it"};
    TorchContext context(*this, instr);
    rule->write(context);
}

std::string TorchWriter::freeWord(Words& taken, std::string_view wanted) {
    const std::string word = wordOf(wanted);
    if (taken.insert(word).second) return word;
    for (int number = 2;; ++number)
        if (std::string other = fmt::format("{}_{}", word, number); taken.insert(other).second)
            return other;
}

Numbers TorchWriter::numbersOf(ValueId id) const {
    const auto state = m_states.find(id);
    if (state == m_states.end()) return nullptr;
    const auto found = m_input.weights.find(state->second->name);
    return found == m_input.weights.end() ? nullptr : found->second;
}

/// States that no module has become parameters or buffers of the network itself.
std::string TorchWriter::variableOf(ValueId id) {
    if (const auto known = m_variables.find(id); known != m_variables.end()) return known->second;
    const auto state = m_states.find(id);
    const Numbers numbers = numbersOf(id);
    if (state == m_states.end() || !numbers)
        throw TorchRefusal{"nothing gives one of its operands"};
    const std::string word = freeMember(state->second->name);
    const std::vector<int64_t> dims(numbers->shape.dims().begin(), numbers->shape.dims().end());
    const std::string empty =
        fmt::format("torch.empty({}, dtype={})", listOf(dims), torchType(numbers->dtype));
    if (state->second->kind == StateKind::Parameter && isFloat(numbers->dtype))
        member(fmt::format("self.{} = nn.Parameter({})", word, empty));
    else
        member(fmt::format("self.register_buffer(\"{}\", {})", word, empty));
    keep(word, numbers);
    return m_variables[id] = "self." + word;
}

bool TorchWriter::isOpen(ValueId id, int axis) const {
    return m_input.programs.size() > 1 &&
           m_input.programs[1].value(id).shape[axis] != program().value(id).shape[axis];
}

bool TorchWriter::isSame(ValueId a, int axisOfA, ValueId b, int axisOfB) const {
    return std::ranges::all_of(m_input.programs, [&](const Program& program) {
        return program.value(a).shape[axisOfA] == program.value(b).shape[axisOfB];
    });
}

std::string TorchWriter::extentWord(const Instr& instr, ValueId id, int axis) {
    std::vector<ValueId> sources;
    for (const ValueId operand : instr.operands()) sources.push_back(operand);
    for (const TorchEnd& end : m_input.inputs) sources.push_back(end.value);
    for (const ValueId source : sources)
        for (int k = 0; k < program().value(source).shape.rank(); ++k)
            if (isSame(id, axis, source, k))
                return fmt::format("{}.shape[{}]", variableOf(source), k);
    return {};
}

bool TorchWriter::isRepeatedByReaders(const Instr& instr) const {
    const auto isRepeated = [&](ValueId value) {
        const int maker = program().value(value).definedBy;
        return maker >= 0 && program().instrs[static_cast<size_t>(maker)].op->id == "expand";
    };
    for (const TorchEnd& end : m_input.outputs)
        if (end.value == instr.out[0]) return false;
    for (const Instr& reader : program().instrs) {
        if (std::ranges::find(reader.in, instr.out[0]) == reader.in.end()) continue;
        bool isWhole = false;
        for (size_t k = 0; k < reader.in.size(); ++k) {
            if (!portOf(reader.op->inputs, reader.in.size(), k).broadcasts) return false;
            isWhole = isWhole ||
                      (!isRepeated(reader.in[k]) &&
                       program().value(reader.in[k]).shape == program().value(reader.out[0]).shape);
        }
        if (!isWhole) return false;
    }
    return true;
}

std::string TorchWriter::signature() const {
    std::vector<std::string> words;
    const auto add = [&](const TorchEnd& end, const std::string& word) {
        const Shape& shape = program().value(end.value).shape;
        words.push_back(
            fmt::format("{} {}", word, shapeText(shape, shape.rank() > 0 && isOpen(end.value, 0))));
    };
    for (size_t i = 0; i < m_inputs.size(); ++i) add(m_input.inputs[i], m_inputs[i]);
    const std::string in = fmt::format("{}", fmt::join(words, ", "));
    words.clear();
    for (size_t i = 0; i < m_outputs.size(); ++i) add(m_input.outputs[i], m_input.outputs[i].name);
    return fmt::format("{} -> {}", in, fmt::join(words, ", "));
}

std::string TorchWriter::factsText() const {
    std::string text;
    for (const auto& [key, value] : m_input.facts) {
        std::string name = key;
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
        text += value.starts_with('[') ? fmt::format("{} = {}\n", name, value)
                                       : fmt::format("# {}: {}\n", key, printable(value));
    }
    return text.empty() ? text : "\n" + text;
}

std::string TorchWriter::text() const {
    std::string text = fmt::format(
        "# Written by Vitrine {}: the network \"{}\". Needs PyTorch 2 and safetensors.\n"
        "import math\nfrom pathlib import Path\n\nimport torch\nfrom torch import nn\nfrom "
        "torch.nn import functional as F\n{}"
        "\n\nclass Network(nn.Module):\n    \"\"\"{}\"\"\"\n\n    def __init__(self):\n"
        "        super().__init__()\n",
        programVersion(), printable(m_input.name), factsText(), signature());
    for (const std::string& member : m_members) text += fmt::format("        {}\n", member);
    text += fmt::format("\n    def forward(self{}{}):\n", m_inputs.empty() ? "" : ", ",
                        fmt::join(m_inputs, ", "));
    for (const std::string& line : m_lines) text += fmt::format("        {}\n", line);
    text += fmt::format("        return {}\n", fmt::join(m_outputs, ", "));
    text +=
        "\n\ndef load(path=Path(__file__).with_name(\"weights.safetensors\")):\n"
        "    \"\"\"The trained network, ready to be asked.\"\"\"\n"
        "    from safetensors.torch import load_file\n\n"
        "    network = Network()\n"
        "    network.load_state_dict(load_file(path))\n"
        "    return network.eval()\n";
    return text;
}

Result<TorchModule> torchModuleOf(const TorchInput& input) { return TorchWriter(input).write(); }

}  // namespace vitrine::torch_export
