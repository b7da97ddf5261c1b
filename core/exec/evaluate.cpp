// SPDX-License-Identifier: Apache-2.0
// A program of one operator, run instruction by instruction in row-major memory without gaps.
#include "core/exec/evaluate.h"

#include <cstring>

#include <fmt/format.h>

#include "core/exec/kernel_call.h"
#include "core/exec/team.h"
#include "core/opdef/builder.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

Error trouble(std::string code, std::string message) {
    return {std::move(code), std::move(message), {}, {}, {}};
}

/// Bytes at a multiple of 64, as kernels want them.
class Memory64 {
  public:
    explicit Memory64(int64_t bytes) : m_lines(static_cast<size_t>((bytes + 63) / 64)) {}
    std::byte* data() { return m_lines.empty() ? m_none.bytes : m_lines.data()->bytes; }

  private:
    struct alignas(64) Line {
        std::byte bytes[64];
    };
    std::vector<Line> m_lines;
    Line m_none{};
};

class Evaluation {
  public:
    Evaluation(const Program& program, const std::vector<Numbers>& operands)
        : m_program(program), m_values(program.values.size()) {
        for (size_t k = 0; k < program.inputs.size(); ++k) {
            const Numbers& numbers = operands[k];
            std::byte* to = memory(program.inputs[k].value);
            if (!numbers->bytes.empty())
                std::memcpy(to, numbers->bytes.data(), numbers->bytes.size());
        }
    }

    Result<void> run() {
        for (const Instr& instr : m_program.instrs) {
            if (instr.op->isView())
                copyView(instr);
            else
                VITRINE_TRY(runKernel(instr));
        }
        return {};
    }

    Numbers result(ValueId v) {
        const Value& value = m_program.value(v);
        const auto bytes =
            static_cast<size_t>(vitrine::bytesOf(value.dtype, value.shape.elements()));
        const std::span<const std::byte> made(memory(v), bytes);
        return std::make_shared<const TensorData>(
            TensorData{value.dtype, value.shape, made, m_values[static_cast<size_t>(v)]});
    }

  private:
    TensorType typeOf(ValueId id) const {
        if (id == noValue) return {};
        return TensorType::rowMajor(m_program.value(id).shape, m_program.value(id).dtype);
    }

    std::byte* memory(ValueId v) {
        std::shared_ptr<Memory64>& place = m_values[static_cast<size_t>(v)];
        const Value& value = m_program.value(v);
        if (!place)
            place =
                std::make_shared<Memory64>(vitrine::bytesOf(value.dtype, value.shape.elements()));
        return place->data();
    }

    Result<void> runKernel(const Instr& instr) {
        std::vector<TensorType> in, out;
        for (ValueId v : instr.in) in.push_back(typeOf(v));
        for (ValueId v : instr.out) out.push_back(typeOf(v));
        const kernels::Kernel kernel = kernels::bind(callOf(instr, in, out));
        if (!kernel.run)
            return trouble("P10", fmt::format("no kernel computes {} of {}", instr.op->id,
                                              name(typeOf(instr.out[0]).dtype)));
        std::vector<void*> places;
        for (ValueId v : instr.operands()) places.push_back(memory(v));
        for (ValueId v : instr.out) places.push_back(memory(v));
        Memory64 workspace(kernel.workspaceBytes);
        VITRINE_TRY(m_team.reserveScratch(kernel.scratchBytes));
        m_team.run(kernel, places.data(), workspace.data());
        return {};
    }

    void copyView(const Instr& instr) {
        const ValueId from = instr.in[0], to = instr.out[0];
        const auto view = viewType(instr, typeOf(from), m_program.shapeOf(to));
        VITRINE_CHECK(view, "a view takes every contiguous operand");
        const auto bytes = static_cast<size_t>(sizeOf(view->dtype));
        const std::byte* source = memory(from);
        std::byte* target = memory(to);
        const int64_t count = view->shape.elements();
        for (int64_t i = 0; i < count; ++i)
            std::memcpy(target + static_cast<size_t>(i) * bytes,
                        source + static_cast<size_t>(physicalIndexOf(*view, i)) * bytes, bytes);
    }

    const Program& m_program;
    Team m_team{1};
    std::vector<std::shared_ptr<Memory64>> m_values;
};

Result<void> checkSize(const Program& program, int64_t mostBytes) {
    int64_t sum = 0;
    for (const Value& value : program.values)
        sum += vitrine::bytesOf(value.dtype, value.shape.elements());
    if (sum <= mostBytes) return {};
    return trouble("O20", fmt::format("it would need {} bytes for a constant, wanted at most {}",
                                      fmt::group_digits(sum), fmt::group_digits(mostBytes)));
}

}  // namespace

Result<std::vector<Numbers>> evaluate(const OpDescriptor& op, const Attrs& attrs,
                                      const std::vector<Numbers>& operands, int64_t mostBytes) {
    std::vector<ValueShape> types;
    std::vector<Numbers> there;
    DType floats = DType::F32;
    for (const Numbers& numbers : operands) {
        types.push_back(numbers ? ValueShape{numbers->shape, numbers->dtype} : missingShape);
        if (!numbers) continue;
        there.push_back(numbers);
        if (numbers->dtype == DType::F64) floats = DType::F64;
    }
    const Result<std::vector<ValueShape>> shapes = inferResults(op, attrs, types);
    if (!shapes.ok()) return shapes.error();

    Program program;
    Builder builder(program, {.training = false, .floatType = floats});
    std::vector<ValueId> in;
    for (size_t k = 0; k < operands.size(); ++k)
        in.push_back(operands[k]
                         ? builder.addInput(fmt::format("in{}", k), types[k].shape, types[k].dtype)
                         : noValue);
    const std::vector<ValueId> out = builder.emitAll(op.id, attrs, in);
    if (program.inputs.size() != there.size())
        return trouble("P10", fmt::format("{} draws random numbers: it is no constant", op.id));
    VITRINE_TRY(checkSize(program, mostBytes));

    Evaluation evaluation(program, there);
    VITRINE_TRY(evaluation.run());
    std::vector<Numbers> results;
    for (ValueId v : out) results.push_back(evaluation.result(v));
    return results;
}

}  // namespace vitrine
