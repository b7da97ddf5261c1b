// SPDX-License-Identifier: Apache-2.0
// What is the same on every device.
#include "core/exec/executor.h"

#include "core/base/guard.h"
#include "core/exec/value_reader.h"
#include "core/tensor/element.h"

namespace vitrine {

Executor::Executor(const Tape& tape, Memory& memory) : m_tape(tape), m_memory(memory) {
    VITRINE_CHECK(memory.sizeBytes() >= tape.arenaBytes(), "the memory holds the tape");
}

void Executor::checkRange(int first, int last) const {
    VITRINE_CHECK(0 <= first && first <= last && last <= entries(), "the entries are on the tape");
}

void Executor::runAll() { orThrow(run(0, entries())); }
void Executor::runEntry(int entry) { orThrow(run(entry, entry + 1)); }

double Executor::scalar(std::string_view output) const {
    const ValueId v = m_tape.output(output);
    VITRINE_CHECK(v != noValue, "the tape has the output that is asked for");
    return number(v);
}

double Executor::number(ValueId id) const { return readElement(m_tape, m_memory, id, 0); }

std::vector<double> Executor::contents(ValueId id) const {
    std::vector<double> result;
    read(id, result);
    return result;
}

void Executor::read(ValueId id, std::vector<double>& elements) const {
    const TensorType& type = m_tape.value(id).type;
    const HostView storage = viewOf(m_tape, m_memory, id);
    elements.resize(static_cast<size_t>(type.shape.elements()));
    for (size_t i = 0; i < elements.size(); ++i)
        elements[i] =
            readElement(storage.data(), type.dtype, physicalIndexOf(type, static_cast<int64_t>(i)));
}

}  // namespace vitrine
