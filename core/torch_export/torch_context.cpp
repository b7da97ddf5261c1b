// SPDX-License-Identifier: Apache-2.0
// Words of Python.
#include "core/torch_export/torch_context.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine::torch_export {

std::string tupleOf(const std::vector<int64_t>& list) {
    const bool isOne = std::ranges::all_of(list, [&](int64_t n) { return n == list.front(); });
    return isOne && !list.empty() ? fmt::to_string(list.front()) : listOf(list);
}

std::string listOf(const std::vector<int64_t>& list) {
    return fmt::format("({}{})", fmt::join(list, ", "), list.size() == 1 ? "," : "");
}

std::string real(double value) {
    if (std::isnan(value)) return "math.nan";
    if (std::isinf(value)) return value < 0 ? "-math.inf" : "math.inf";
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string torchType(DType type) {
    switch (type) {
        case DType::F16:
            return "torch.float16";
        case DType::BF16:
            return "torch.bfloat16";
        case DType::F32:
            return "torch.float32";
        case DType::F64:
            return "torch.float64";
        case DType::I8:
            return "torch.int8";
        case DType::I16:
            return "torch.int16";
        case DType::I32:
            return "torch.int32";
        case DType::I64:
            return "torch.int64";
        case DType::U8:
            return "torch.uint8";
        case DType::Bool:
            return "torch.bool";
        default:
            throw TorchRefusal{fmt::format("PyTorch computes nothing in {}", name(type))};
    }
}

int64_t TorchContext::axisOf(size_t k, std::string_view field) const {
    const int64_t axis = attrs().integer(field);
    return axis < 0 ? axis + shape(k).rank() : axis;
}

std::string TorchContext::module(const std::string& constructor) {
    const std::string node = m_instr.origins.empty() ? std::string(op()) : m_instr.origins.front();
    m_module = m_writer.freeMember(node);
    m_writer.member(fmt::format("self.{} = {}", m_module, constructor));
    return "self." + m_module;
}

void TorchContext::moduleWeight(size_t operand, std::string_view key) {
    moduleWeight(key, m_writer.numbersOf(m_instr.in[operand]));
}

void TorchContext::moduleWeight(std::string_view key, Numbers numbers) {
    if (!numbers) refuse("its weights are computed");
    m_writer.keep(fmt::format("{}.{}", m_module, key), std::move(numbers));
}

std::string TorchContext::buffer(std::string_view what, Numbers numbers) {
    const std::string node = m_instr.origins.empty() ? std::string(op()) : m_instr.origins.front();
    const std::string word = m_writer.freeMember(fmt::format("{}_{}", node, what));
    const std::vector<int64_t> dims(numbers->shape.dims().begin(), numbers->shape.dims().end());
    m_writer.member(fmt::format("self.register_buffer(\"{}\", torch.empty({}, dtype={}))", word,
                                listOf(dims), torchType(numbers->dtype)));
    m_writer.keep(word, std::move(numbers));
    return "self." + word;
}

bool TorchContext::ownsWeights(std::initializer_list<size_t> operands) const {
    return std::ranges::all_of(operands, [&](size_t k) {
        return !has(k) || m_writer.numbersOf(m_instr.in[k]) != nullptr;
    });
}

std::string TorchContext::resultVariable(size_t result) {
    const Value& value = m_writer.program().value(m_instr.out[result]);
    const std::string node = m_instr.origins.empty() ? std::string(op()) : m_instr.origins.front();
    std::string word = m_writer.freeWord(value.name.empty() ? node : value.name);
    m_writer.setVariable(m_instr.out[result], word);
    return word;
}

void TorchContext::give(const std::string& expression, size_t result) {
    const bool isName = expression.find_first_of(" (.[") == std::string::npos;
    if (isName) return m_writer.setVariable(m_instr.out[result], expression);
    const std::string word = resultVariable(result);
    m_writer.line(fmt::format("{} = {}", word, expression));
}

void TorchContext::giveAll(const std::string& expression, const std::vector<std::string>& targets) {
    m_writer.line(fmt::format("{} = {}", fmt::join(targets, ", "), expression));
}

std::string TorchContext::extents(size_t result, bool mayInfer) {
    const ValueId id = m_instr.out[result];
    const Shape& shape = resultShape(result);
    int open = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) open += m_writer.isOpen(id, axis);
    std::vector<std::string> words;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (!m_writer.isOpen(id, axis)) {
            words.push_back(fmt::to_string(shape[axis]));
            continue;
        }
        if (mayInfer && open == 1) {
            words.emplace_back("-1");
            continue;
        }
        const std::string word = m_writer.extentWord(m_instr, id, axis);
        if (word.empty()) refuse("what it gives follows the batch in a way that is not written");
        words.push_back(word);
    }
    return fmt::format("({}{})", fmt::join(words, ", "), words.size() == 1 ? "," : "");
}

}  // namespace vitrine::torch_export
