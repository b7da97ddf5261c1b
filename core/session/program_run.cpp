// SPDX-License-Identifier: Apache-2.0
// One tape, one memory.
#include "core/session/program_run.h"

#include <array>

#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/exec/value_bytes.h"
#include "core/session/weights.h"

namespace vitrine {

Result<std::unique_ptr<ProgramRun>> ProgramRun::create(Program program, const Options& options) {
    std::unique_ptr<ProgramRun> made(new ProgramRun(options.threads));
    made->m_states.add(program);
    TapeOptions tape;
    // What is written in stays for further runs.
    for (const NamedValue& input : program.inputs)
        tape.pinned.push_back(program.value(input.value).name);
    made->m_tape = std::make_unique<Tape>(compileTape(std::move(program), made->m_states, tape));
    auto memory = HostMemory::allocate(made->m_tape->arenaBytes());
    if (!memory) return memory.error();
    made->m_memory = std::move(memory).value();
    initialiseStates(made->m_states, *made->m_memory, options.seed);
    if (!options.weights.empty())
        VITRINE_TRY(loadWeights(options.weights, made->m_states, *made->m_memory, options.wishes));
    made->m_executor = std::make_unique<HostExecutor>(*made->m_tape, *made->m_memory, made->m_team);
    if (const ValueId key = made->m_tape->input("rng_key"); key != noValue) {
        const std::array<int64_t, 2> numbers{static_cast<int64_t>(options.seed), 0};
        VITRINE_TRY(made->write(key, std::as_bytes(std::span(numbers))));
    }
    return made;
}

Result<void> ProgramRun::write(ValueId value, std::span<const std::byte> elements) {
    if (elements.empty()) return {};
    return m_memory->write(m_tape->offsetOf(value), elements);
}

void ProgramRun::run() { m_executor->runAll(); }

SharedTensor ProgramRun::read(ValueId value) const {
    const TensorType& type = m_tape->value(value).type;
    return TensorData::of(type.dtype, type.shape, bytesOfValue(*m_tape, *m_memory, value));
}

}  // namespace vitrine
