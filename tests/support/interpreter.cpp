// SPDX-License-Identifier: Apache-2.0
// Guarded memory, and the loop over instructions.
#include "tests/support/interpreter.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "core/exec/kernel_call.h"
#include "core/tensor/element.h"

namespace vitrine::test {

namespace {

constexpr std::byte pattern{0xA5};

Error trouble(const Instr& instr, const std::string& what) {
    return {"interpreter", fmt::format("{} {}", instr.op->id, what), {}, {}, {}};
}

/// Goes to the next index in row-major order; false after the last.
bool advance(std::array<int64_t, Shape::maxRank>& index, const Shape& shape) {
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        int64_t& at = index[static_cast<size_t>(axis)];
        if (++at < shape[axis]) return true;
        at = 0;
    }
    return false;
}

}  // namespace

GuardedMemory::GuardedMemory(int64_t bytes)
    : m_size(bytes), m_lines(static_cast<size_t>((bytes + 63) / 64 + 2)) {
    std::memset(m_lines.data(), static_cast<int>(pattern), m_lines.size() * sizeof(Line));
}

void GuardedMemory::forget() { std::fill_n(data(), m_size, pattern); }

bool GuardedMemory::guardsIntact() const {
    const auto untouched = [](std::byte b) { return b == pattern; };
    const std::byte* begin = m_lines.data()->bytes;
    const std::byte* end = begin + m_lines.size() * sizeof(Line);
    return std::all_of(begin, data(), untouched) && std::all_of(data() + m_size, end, untouched);
}

int64_t GuardedMemory::firstUnwritten(int64_t elementBytes) const {
    for (int64_t at = 0; at < m_size; at += elementBytes)
        if (std::all_of(data() + at, data() + at + elementBytes,
                        [](std::byte b) { return b == pattern; }))
            return at / elementBytes;
    return -1;
}

Interpreter::Interpreter(const Program& program) : m_program(program) {
    for (const Value& value : program.values)
        m_memory.emplace_back(bytesOf(value.dtype, value.shape.elements()));
    for (const Instr& instr : program.instrs) m_steps.push_back(prepare(instr));
}

TensorType Interpreter::typeOf(ValueId id) const {
    if (id == noValue) return {};
    return TensorType::rowMajor(m_program.value(id).shape, m_program.value(id).dtype);
}

Interpreter::Step Interpreter::prepare(const Instr& instr) const {
    Step step;
    if (instr.op->isView()) {
        const auto view = viewType(instr, typeOf(instr.in[0]), m_program.shapeOf(instr.out[0]));
        VITRINE_CHECK(view, "a view takes every contiguous operand");
        step.view = *view;
        return step;
    }
    std::vector<TensorType> in, out;
    for (ValueId v : instr.in) in.push_back(typeOf(v));
    for (ValueId v : instr.out) out.push_back(typeOf(v));
    step.kernel = kernels::bind(callOf(instr, in, out));
    step.workspace = GuardedMemory(step.kernel.workspaceBytes);
    step.scratch = GuardedMemory(step.kernel.scratchBytes);
    return step;
}

void Interpreter::set(ValueId id, const std::vector<double>& numbers) {
    const DType dtype = m_program.value(id).dtype;
    VITRINE_CHECK(std::ssize(numbers) == m_program.value(id).shape.elements(),
                  "one number per element");
    for (size_t i = 0; i < numbers.size(); ++i)
        writeElement(memory(id).data(), dtype, static_cast<int64_t>(i), numbers[i]);
}

std::vector<double> Interpreter::get(ValueId id) const {
    const Value& value = m_program.value(id);
    const GuardedMemory& from = m_memory[static_cast<size_t>(id)];
    std::vector<double> numbers(static_cast<size_t>(value.shape.elements()));
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = readElement(from.data(), value.dtype, static_cast<int64_t>(i));
    return numbers;
}

Result<void> Interpreter::run() {
    for (size_t i = 0; i < m_steps.size(); ++i) {
        const Instr& instr = m_program.instrs[i];
        if (instr.op->isView())
            copyView(instr, m_steps[i].view);
        else
            VITRINE_TRY(runKernel(instr, m_steps[i]));
    }
    return {};
}

Result<void> Interpreter::runKernel(const Instr& instr, Step& step) {
    std::vector<void*> operands;
    std::vector<std::vector<std::byte>> before;
    for (ValueId v : instr.operands()) {
        operands.push_back(memory(v).data());
        before.emplace_back(memory(v).data(), memory(v).data() + memory(v).size());
    }
    for (ValueId v : instr.out) {
        memory(v).forget();
        operands.push_back(memory(v).data());
    }
    kernels::runAll(step.kernel, operands.data(), {step.workspace.data(), step.scratch.data()});

    if (!step.workspace.guardsIntact() || !step.scratch.guardsIntact()) return trouble(instr, "writes outside of its workspace");
    size_t place = 0;
    for (ValueId v : instr.operands()) {
        if (!std::equal(before[place].begin(), before[place].end(), memory(v).data()))
            return trouble(instr, fmt::format("changes its operand {}", place));
        ++place;
    }
    for (size_t k = 0; k < instr.out.size(); ++k) {
        const GuardedMemory& result = memory(instr.out[k]);
        if (!result.guardsIntact())
            return trouble(instr, fmt::format("writes outside of result {}", k));
        // A narrow element may well be what the memory was filled with.
        const int64_t bytes = sizeOf(m_program.value(instr.out[k]).dtype);
        const int64_t missing = bytes < 4 ? -1 : result.firstUnwritten(bytes);
        if (missing >= 0)
            return trouble(instr,
                           fmt::format("leaves element {} of result {} unwritten", missing, k));
    }
    return {};
}

void Interpreter::copyView(const Instr& instr, const TensorType& view) {
    const auto bytes = static_cast<size_t>(sizeOf(view.dtype));
    const std::byte* from = memory(instr.in[0]).data();
    std::byte* to = memory(instr.out[0]).data();
    std::array<int64_t, Shape::maxRank> index{};
    do {
        std::memcpy(to, from + static_cast<size_t>(physicalIndex(view, index.data())) * bytes,
                    bytes);
        to += bytes;
    } while (advance(index, view.shape));
}

}  // namespace vitrine::test
