// SPDX-License-Identifier: Apache-2.0
// Two kernels behind a step, and one read.
#include "core/exec/step_watch.h"

#include <algorithm>

#include "core/base/guard.h"
#include "core/exec/kernel_call.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

/// Bytes from the start of the memory to a number.
int64_t placeOf(const Tape& tape, ValueId value) {
    const TensorType& type = tape.value(value).type;
    return tape.offsetOf(value) + bytesOf(type.dtype, type.offset);
}

bool isNumberOf(const Tape& tape, ValueId value, DType type) {
    const TensorType& of = tape.value(value).type;
    return of.dtype == type && of.shape.elements() == 1;
}

}  // namespace

Result<std::unique_ptr<StepWatch>> StepWatch::create(const Tape& tape, DeviceMemory& memory,
                                                     const Executor::StepPlan& plan) {
    const auto isKnown = [&](ValueId value) { return isNumberOf(tape, value, plan.floatType); };
    const bool isPossible = !plan.told.empty() && std::ranges::all_of(plan.told, isKnown) &&
                            std::ranges::all_of(plan.finite, isKnown) &&
                            std::ssize(plan.finite) <= kernels::mostHolding;
    if (!isPossible) return std::unique_ptr<StepWatch>();
    std::unique_ptr<StepWatch> watch(new StepWatch(tape, memory, plan.firstUpdate));
    watch->m_type = plan.floatType;
    watch->m_told = plan.told;
    for (ValueId value : plan.finite)
        watch->m_holding.push_back(memory.address(placeOf(tape, value)));
    const auto states = plan.states ? statesOf(*plan.states, plan.floatType)
                                    : std::vector<const StateLayout::Item*>();
    if (!states.empty()) {
        auto norm = bindStatesNorm(states, memory);
        if (!norm) return norm.error();
        watch->m_norm = std::move(norm).value();
    }
    VITRINE_TRY(watch->bindGather());
    return watch->m_gather.launch ? std::move(watch) : std::unique_ptr<StepWatch>();
}

void* StepWatch::numberAt(size_t index) const {
    return m_report->address(static_cast<int64_t>(index) * sizeOf(m_type));
}

Result<void> StepWatch::bindGather() {
    constexpr int64_t numberBytes = kernels::deviceAlignment;
    auto report =
        DeviceMemory::allocate(m_memory.device(), numberBytes + m_norm.kernel.workspaceBytes);
    if (!report) return report.error();
    m_report = std::move(report).value();
    m_read.resize((m_told.size() + 1) * static_cast<size_t>(sizeOf(m_type)));
    VITRINE_CHECK(std::ssize(m_read) <= numberBytes, "few numbers are told of a step");
    Instr instr;
    instr.op = findOperator("concat");
    instr.attrs = Attrs(instr.op->fields).with("axis", int64_t{0});
    const TensorType one = TensorType::rowMajor(Shape{1}, m_type);
    const std::vector<TensorType> in(m_told.size(), one);
    const TensorType out = TensorType::rowMajor(Shape{std::ssize(m_told)}, m_type);
    for (size_t k = 0; k < m_told.size(); ++k) {
        instr.in.push_back(static_cast<ValueId>(k));
        m_gathered.push_back(m_memory.address(placeOf(m_tape, m_told[k])));
    }
    instr.out.push_back(static_cast<ValueId>(m_told.size()));
    auto gather = m_memory.device().bind(callOf(instr, in, {&out, 1}), sizeOf(m_type));
    if (!gather) return gather.error();
    m_gather = std::move(gather).value();
    m_gathered.push_back(numberAt(0));
    m_norm.operands.push_back(numberAt(m_told.size()));
    return {};
}

Result<void> StepWatch::hold() { return m_memory.device().hold(m_holding, m_type); }

Result<void> StepWatch::tell() {
    Device& device = m_memory.device();
    VITRINE_TRY(device.launch(m_gather, m_gathered.data(), nullptr));
    if (!m_norm.kernel.launch) return {};
    return device.launch(m_norm.kernel, m_norm.operands.data(),
                         m_report->address(kernels::deviceAlignment));
}

double StepWatch::read(size_t index) {
    if (!m_isRead) orThrow(m_report->read(0, m_read));
    m_isRead = true;
    return readElement(m_read.data(), m_type, static_cast<int64_t>(index));
}

std::optional<double> StepWatch::number(ValueId value) {
    const auto found = std::ranges::find(m_told, value);
    if (found == m_told.end()) return std::nullopt;
    return read(static_cast<size_t>(found - m_told.begin()));
}

std::optional<double> StepWatch::statesNorm() {
    if (!m_norm.kernel.launch) return std::nullopt;
    return read(m_told.size());
}

}  // namespace vitrine
