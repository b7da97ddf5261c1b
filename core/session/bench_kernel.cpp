// SPDX-License-Identifier: Apache-2.0
// A program of one operator, or of its adjoint, on a tape.
#include "core/session/bench_kernel.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "core/autodiff/transform.h"
#include "core/base/rng.h"
#include "core/exec/host_executor.h"
#include "core/exec/open_questions.h"
#include "core/opdef/builder.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

Result<Attrs> attrsOf(const OpDescriptor& op, std::string_view fields) {
    Attrs attrs(op.fields);
    for (const std::string_view word : split(fields, ' ')) {
        const size_t equals = word.find('=');
        const auto spec = std::ranges::find(op.fields, word.substr(0, equals), &FieldSpec::id);
        VITRINE_CHECK(spec != op.fields.end(), "a case names fields that there are");
        auto value = fieldFromText(*spec, word.substr(equals + 1));
        if (!value) return value.error();
        VITRINE_TRY(attrs.set(spec->id, std::move(value).value()));
    }
    return attrs;
}

double bytesOfEnds(const Program& program) {
    double bytes = 0;
    for (const auto* ends : {&program.inputs, &program.outputs})
        for (const NamedValue& end : *ends)
            bytes += static_cast<double>(
                bytesOf(program.value(end.value).dtype, program.value(end.value).shape.elements()));
    return bytes;
}

/// For a choice of kernels that does not ask how operands lie.
MeasuredWays freeCopies() {
    MeasuredWays measured;
    measured.questions[std::string(copyQuestion)].emplace(copyWay, 1e-18);
    return measured;
}

}  // namespace

Result<Program> kernelProgram(const KernelCase& of, const KernelPass& pass) {
    const OpDescriptor& op = operatorNamed(of.op);
    const auto attrs = attrsOf(op, of.fields);
    if (!attrs) return attrs.error();
    Program program;
    Builder builder(program, {});
    std::vector<ValueId> in;
    for (const Shape& shape : shapesOf(of.shapes))
        in.push_back(builder.addInput(fmt::format("operand{}", in.size()), shape, DType::F32));
    std::vector<ValueShape> types;
    for (const ValueId id : in) types.push_back(program.shapeOf(id));
    in.resize(op.inputs.size(), noValue);
    types.resize(op.inputs.size(), missingShape);
    if (const auto shapes = op.inferShapes(*attrs, types); !shapes) return shapes.error();
    const ValueId result = builder.emitAll(of.op, *attrs, in).front();
    if (pass.wanted.empty()) {
        builder.addOutput("result", result);
        return program;
    }
    const ValueId given = builder.addInput("gradient", builder.shape(result), DType::F32);
    builder.setPhase(Phase::Backward);
    std::vector<ValueId> wanted;
    for (const int operand : pass.wanted) wanted.push_back(in[static_cast<size_t>(operand)]);
    const auto gradients = appendVjp(builder, std::array{result}, std::array{given}, wanted);
    if (!gradients) return gradients.error();
    for (size_t i = 0; i < gradients->size(); ++i)
        builder.addOutput(fmt::format("gradient{}", i), (*gradients)[i]);
    return program;
}

std::vector<Shape> shapesOf(std::string_view text) {
    std::vector<Shape> shapes;
    for (const std::string_view word : split(text, ' ')) {
        Shape& shape = shapes.emplace_back();
        for (const std::string_view extent : split(word, 'x')) {
            int64_t number = 0;
            std::from_chars(extent.data(), extent.data() + extent.size(), number);
            shape.push(number);
        }
    }
    return shapes;
}

std::vector<KernelPass> passesOf(const KernelCase& of) {
    const bool isProduct = of.op.starts_with("conv") || of.op == "linear";
    if (isProduct) return {{"forward"}, {"data", {0}}, {"weights", {1}}};
    std::vector<int> all;
    for (size_t i = 0; i < shapesOf(of.shapes).size(); ++i) all.push_back(static_cast<int>(i));
    return {{"forward"}, {"backward", all}};
}

Result<std::unique_ptr<KernelRun>> KernelRun::create(const KernelCase& of, const KernelPass& pass,
                                                     Math math, int threads) {
    auto program = kernelProgram(of, pass);
    if (!program) return program.error();
    std::unique_ptr<KernelRun> made(new KernelRun(threads));
    made->m_isForward = pass.wanted.empty();
    made->m_bytes = bytesOfEnds(*program);
    VITRINE_TRY(made->compile(*program, math));
    VITRINE_TRY(made->fillInputs());
    made->findEntries();
    made->m_executor->runAll();
    return made;
}

Result<void> KernelRun::compile(const Program& program, Math math) {
    TapeOptions options;
    options.math = math;
    // What is written in once stays.
    for (const NamedValue& input : program.inputs) options.pinned.push_back(input.name);
    m_states.add(program);
    m_tape = std::make_unique<Tape>(compileTape(program, m_states, options));
    options.measured = std::make_shared<const MeasuredWays>(freeCopies());
    Tape other = compileTape(program, m_states, options);
    if (countedSeconds(other) < countedSeconds(*m_tape)) *m_tape = std::move(other);
    auto memory = HostMemory::allocate(m_tape->arenaBytes());
    if (!memory) return memory.error();
    m_memory = std::move(memory).value();
    m_executor = std::make_unique<HostExecutor>(*m_tape, *m_memory, m_team);
    return {};
}

Result<void> KernelRun::fillInputs() {
    Rng rng(1, RngStream::Test);
    for (const NamedValue& input : m_tape->inputs) {
        const TensorType& type = m_tape->value(input.value).type;
        const int64_t count = type.shape.elements();
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type.dtype, count)));
        for (int64_t i = 0; i < count; ++i)
            writeElement(bytes.data(), type.dtype, i, rng.uniform(-1, 1));
        VITRINE_TRY(m_memory->write(m_tape->offsetOf(input.value), bytes));
    }
    return {};
}

bool KernelRun::counts(const TapeEntry& entry) const {
    const bool isAsked = m_isForward || entry.instr.phase == Phase::Backward;
    return entry.kernel.run && isAsked && entry.instr.op->id != "reorder";
}

double KernelRun::countedSeconds(const Tape& tape) const {
    double sum = 0;
    for (const TapeEntry& entry : tape.entries)
        if (counts(entry)) sum += entry.seconds;
    return sum;
}

void KernelRun::findEntries() {
    double most = -1;
    for (int i = 0; i < m_executor->entries(); ++i) {
        const TapeEntry& entry = m_tape->entries[static_cast<size_t>(i)];
        if (!counts(entry)) continue;
        if (m_counted.empty() || m_counted.back().end != i) m_counted.push_back({i, i});
        m_counted.back().end = i + 1;
        m_flops += entry.flops;
        m_isWinograd = m_isWinograd || entry.algorithm == kernels::Algorithm::Winograd;
        const double work = entry.flops + entry.bytes;
        if (work <= most) continue;
        most = work;
        m_kernel = entry.kernel.name;
    }
}

std::vector<double> KernelRun::seconds(int64_t times) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> all;
    for (int64_t time = 0; time < times; ++time) {
        Clock::duration sum{};
        for (const Stretch& stretch : m_counted) {
            const auto start = Clock::now();
            const Result<void> ran = m_executor->run(stretch.first, stretch.end);
            VITRINE_CHECK(ran.ok(), "kernels of the host do not fail");
            sum += Clock::now() - start;
        }
        all.push_back(std::chrono::duration<double>(sum).count());
    }
    return all;
}

}  // namespace vitrine
