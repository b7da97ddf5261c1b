// SPDX-License-Identifier: Apache-2.0
// Finds updates and results in a tape by ports and origins, not by names of operators.
#include "core/train/sample_plan.h"

#include <algorithm>

#include "core/exec/tape_places.h"
#include "core/graph/ports.h"

namespace vitrine {

namespace {

constexpr std::string_view gradientPort = "g";

const TapeState* parameterState(const Tape& tape, const std::string& name) {
    for (const TapeState& state : tape.states)
        if (state.kind == StateKind::Parameter && state.name == name) return &state;
    return nullptr;
}

int producerOf(const Tape& tape, ValueId value) {
    for (size_t i = 0; i < tape.entries.size(); ++i) {
        const std::vector<ValueId>& out = tape.entries[i].instr.out;
        if (std::find(out.begin(), out.end(), value) != out.end()) return static_cast<int>(i);
    }
    return -1;
}

/// The operand that is the gradient of an update, or noValue where the entry is none.
ValueId gradientOperand(const Instr& instr) {
    const auto place = findPort(instr.op->inputs, gradientPort);
    if (instr.phase != Phase::Update || !place) return noValue;
    return instr.in[static_cast<size_t>(place->port)];
}

/// The entry of the update that reads the gradient: back from the new parameter. -1: none.
int updateOf(const Tape& tape, ValueId next) {
    std::vector<ValueId> open{next};
    for (size_t i = 0; i < open.size(); ++i) {
        const int entry = producerOf(tape, open[i]);
        if (entry < 0) continue;
        const Instr& instr = tape.entries[static_cast<size_t>(entry)].instr;
        if (instr.phase != Phase::Update) continue;
        if (gradientOperand(instr) != noValue) return entry;
        for (ValueId operand : instr.in)
            if (std::find(open.begin(), open.end(), operand) == open.end()) open.push_back(operand);
    }
    return -1;
}

/// A value, and the entry before which it can be read.
struct Reading {
    int entry = 0;
    ValueId value = noValue;
};

int firstReader(const Tape& tape, ValueId value) {
    for (size_t i = 0; i < tape.entries.size(); ++i) {
        const Instr& instr = tape.entries[i].instr;
        if (instr.phase == Phase::Clip && std::ranges::find(instr.in, value) != instr.in.end())
            return static_cast<int>(i);
    }
    return -1;
}

/// The gradient as the backward part has made it: clipping may give the update another one.
Reading readingOf(const Tape& tape, int update) {
    const ValueId used = gradientOperand(tape.entries[static_cast<size_t>(update)].instr);
    std::vector<ValueId> open{used};
    for (size_t i = 0; i < open.size(); ++i) {
        const int entry = open[i] == noValue ? -1 : producerOf(tape, open[i]);
        if (entry < 0) continue;
        const Instr& instr = tape.entries[static_cast<size_t>(entry)].instr;
        if (instr.phase == Phase::Backward) {
            const int reader = open[i] == used ? update : firstReader(tape, open[i]);
            if (reader >= 0) return {reader, open[i]};
        } else if (instr.phase == Phase::Clip || instr.phase == Phase::Update) {
            open.insert(open.end(), instr.in.begin(), instr.in.end());
        }
    }
    return {update, used};
}

void planParameter(const Tape& tape, const std::string& name, int32_t subject,
                   const SampleRequest& request, SamplePlan& plan) {
    const TapeState* parameter = parameterState(tape, name);
    const int update =
        !parameter || parameter->out == noValue ? -1 : updateOf(tape, parameter->out);
    if (update < 0) return;
    if (request.weights)
        plan.before.push_back({update, parameter->in, SampleKind::Weight, subject});
    if (!request.gradients) return;
    const Reading gradient = readingOf(tape, update);
    plan.before.push_back({gradient.entry, gradient.value, SampleKind::Gradient, subject});
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void planActivation(const Tape& tape, const std::string& node, int32_t subject, SamplePlan& plan) {
    for (size_t i = tape.entries.size(); i-- > 0;) {
        const Instr& instr = tape.entries[i].instr;
        const bool isForward = instr.phase == Phase::Forward || instr.phase == Phase::Loss;
        if (!isForward || !contains(instr.origins, node)) continue;
        if (!contains(originsOf(tape, instr.out[0]), node)) return;
        plan.after.push_back({static_cast<int>(i), instr.out[0], SampleKind::Activation, subject});
        return;
    }
}

void sortByEntry(std::vector<SamplePoint>& points) {
    std::stable_sort(points.begin(), points.end(),
                     [](const auto& a, const auto& b) { return a.entry < b.entry; });
}

}  // namespace

std::vector<std::string> trainedParameters(const Tape& tape) {
    std::vector<std::string> names;
    for (const TapeState& state : tape.states)
        if (state.kind == StateKind::Parameter && state.out != noValue) names.push_back(state.name);
    return names;
}

SamplePlan planSamples(const Tape& tape, const SampleSubjects& subjects,
                       const SampleRequest& request) {
    SamplePlan plan;
    for (size_t i = 0; i < subjects.parameters.size(); ++i)
        planParameter(tape, subjects.parameters[i], static_cast<int32_t>(i), request, plan);
    for (size_t i = 0; i < subjects.nodes.size(); ++i)
        if (std::find(request.activations.begin(), request.activations.end(), subjects.nodes[i]) !=
            request.activations.end())
            planActivation(tape, subjects.nodes[i], static_cast<int32_t>(i), plan);
    sortByEntry(plan.before);
    sortByEntry(plan.after);
    return plan;
}

}  // namespace vitrine
