// SPDX-License-Identifier: Apache-2.0
// Every operator as plain C++, on its samples: one program of many of them is exported, compiled
// and run. Truth: the engine's plain loops, with nothing fused. VITRINE_LONG=1: all samples.
#include <QtTest/QtTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/file.h"
#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/cpp_export/folder_text.h"
#include "core/cpp_export/lowering.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/opdef/registry.h"
#include "core/session/child_program.h"
#include "core/tensor/element.h"
#include "tests/support/counts.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

namespace fs = std::filesystem;
using cpp_export::Facts;

/// Share of the largest number of a result: the engine's plain loops add up in double precision,
/// the exported program in float; some operators chain dozens of such sums.
constexpr double relative = 1e-4, absolute = 1e-5;

/// What training alone has, what draws random numbers, and what stands for itself in files of
/// other programs: they are refused.
const std::set<std::string_view> refused = {"adam_update",
                                            "sgd_update",
                                            "global_norm",
                                            "cross_entropy",
                                            "cross_entropy_grad",
                                            "channel_dot",
                                            "row_normalize_grad",
                                            "row_softmax_grad",
                                            "conv_weights",
                                            "linear_data",
                                            "linear_weights",
                                            "conv_data",
                                            "max_pool_gather",
                                            "avg_pool_backward",
                                            "filter_transform",
                                            "pack",
                                            "channel_piece",
                                            "reorder",
                                            "dropout_mask",
                                            "uniform"};

bool isLong() { return qEnvironmentVariableIsSet("VITRINE_LONG"); }

/// Operators next to each other, each on numbers of its own.
struct Samples {
    Program program;
    std::vector<int64_t> below;  ///< by value: whole numbers are drawn below it
    std::vector<std::pair<double, double>> ranges;
    std::vector<std::string> texts;  ///< by output

    void add(const OpDescriptor& op, const OpSample& sample) {
        Builder b(program, {.training = false, .floatType = DType::F32});
        const Attrs attrs = fieldsFromText(op, sample.fields).value();
        std::vector<ValueId> in;
        const auto operands = sampleOperands(op, sample.fields, sample.inputs, DType::F32).value();
        for (const SampleOperand& operand : operands) in.push_back(addOperand(b, operand, sample));
        b.setOrigins({std::string(op.id)});
        for (const ValueId v : b.emitAll(op.id, attrs, in)) {
            b.addOutput(fmt::format("o{}", program.outputs.size()), v);
            texts.push_back(fmt::format("{} ({}) {}", op.id, sample.fields, sample.inputs));
        }
        program.batch = 1;
        // An operator may have brought inputs with it: the key of random numbers.
        below.resize(program.values.size());
        ranges.resize(program.values.size(), {-1, 1});
    }

  private:
    ValueId addOperand(Builder& b, const SampleOperand& operand, const OpSample& sample) {
        const auto& [shape, type, isThere] = operand.type;
        if (!isThere) return noValue;
        const bool isValue = operand.role == PortRole::Value;
        const bool isStatistic = operand.role == PortRole::Statistic;
        const std::string name = fmt::format("v{}", program.values.size());
        const ValueId v =
            isValue ? b.addInput(name, shape, type)
                    : b.addState(name, isStatistic ? StateKind::Statistic : StateKind::Parameter,
                                 shape, type, operand.init);
        below.resize(program.values.size());
        ranges.resize(program.values.size(), {-1, 1});
        below[static_cast<size_t>(v)] = operand.below;
        if (isValue) ranges[static_cast<size_t>(v)] = {sample.low, sample.high};
        if (isStatistic) ranges[static_cast<size_t>(v)] = {0.5, 1.5};
        return v;
    }
};

Numbers drawn(const Samples& samples, ValueId v) {
    const Value& value = samples.program.value(v);
    const auto [low, high] = samples.ranges[static_cast<size_t>(v)];
    const auto below = static_cast<uint32_t>(samples.below[static_cast<size_t>(v)]);
    Rng rng(7, RngStream::Test, static_cast<uint64_t>(v) + 100);
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(value.dtype, value.shape.elements())));
    for (int64_t i = 0; i < value.shape.elements(); ++i)
        writeElement(
            bytes.data(), value.dtype, i,
            isFloat(value.dtype) ? rng.uniform(low, high) : (below > 0 ? rng.below(below) : 0));
    return TensorData::of(value.dtype, value.shape, std::move(bytes));
}

/// All inputs and states, by value.
std::vector<Numbers> numbersOf(const Samples& samples) {
    std::vector<Numbers> numbers(samples.program.values.size());
    for (const NamedValue& input : samples.program.inputs)
        numbers[static_cast<size_t>(input.value)] = drawn(samples, input.value);
    for (const StateBinding& state : samples.program.states)
        numbers[static_cast<size_t>(state.in)] = drawn(samples, state.in);
    return numbers;
}

std::vector<std::vector<double>> wantedOf(const Samples& samples,
                                          const std::vector<Numbers>& numbers) {
    StateLayout states;
    states.add(samples.program);
    const Tape tape =
        compileTape(samples.program, states, {.referenceKernels = true, .fuse = false});
    const auto memory = std::move(HostMemory::allocate(tape.arenaBytes())).value();
    for (const NamedValue& input : samples.program.inputs)
        if (const auto& bytes = numbers[static_cast<size_t>(input.value)]->bytes; !bytes.empty())
            orThrow(memory->write(tape.offsetOf(tape.input(input.name)), bytes));
    for (const StateBinding& state : samples.program.states)
        orThrow(memory->write(states.find(state.name)->offset,
                              numbers[static_cast<size_t>(state.in)]->bytes));
    Team team(1);
    HostExecutor executor(tape, *memory, team);
    executor.runAll();
    std::vector<std::vector<double>> wanted;
    for (const NamedValue& output : tape.outputs) wanted.push_back(executor.contents(output.value));
    return wanted;
}

cpp_export::Export exportOf(const Samples& samples, const std::vector<Numbers>& numbers) {
    cpp_export::Export made{samples.program, std::vector<Numbers>(numbers.size()), {}, {}};
    for (const StateBinding& state : samples.program.states)
        made.states[static_cast<size_t>(state.in)] = numbers[static_cast<size_t>(state.in)];
    for (const NamedValue& input : samples.program.inputs) made.inputs.push_back(input.value);
    for (const NamedValue& output : samples.program.outputs) made.outputs.push_back(output.value);
    return made;
}

/// Empty where an operator is taken, else why not.
std::string refusalOf(const OpDescriptor& op, const OpSample& sample) {
    Samples alone;
    alone.add(op, sample);
    const auto code = cpp_export::Lowering(exportOf(alone, numbersOf(alone))).run();
    return code ? std::string() : code.error().message;
}

Facts factsOf(const Samples& samples) {
    Facts facts{.name = "samples", .maker = "Samples", .inputs = {}, .outputs = {}, .classes = {}};
    for (const NamedValue& input : samples.program.inputs) {
        const Value& value = samples.program.value(input.value);
        facts.inputs.push_back({input.name, value.shape, value.dtype});
    }
    for (const NamedValue& output : samples.program.outputs) {
        const Value& value = samples.program.value(output.value);
        facts.outputs.push_back({output.name, value.shape, value.dtype});
    }
    return facts;
}

void write(const std::string& path, std::string_view text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary).write(text.data(), std::ssize(text));
}

/// Numbers of a .npy file: they end it.
std::vector<double> numbersIn(const std::string& path, const Value& value) {
    const auto bytes = readFile(path).value();
    const auto count = static_cast<size_t>(bytesOf(value.dtype, value.shape.elements()));
    if (bytes.size() < count) return {};
    std::vector<double> numbers;
    for (int64_t i = 0; i < value.shape.elements(); ++i)
        numbers.push_back(readElement(bytes.data() + (bytes.size() - count), value.dtype, i));
    return numbers;
}

std::string deviation(const std::vector<double>& got, const std::vector<double>& wanted) {
    if (got.size() != wanted.size()) return fmt::format("{} numbers", got.size());
    double largest = 0;
    for (const double x : wanted)
        if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
    for (size_t i = 0; i < wanted.size(); ++i) {
        const double a = got[i], b = wanted[i];
        const bool agree = std::isfinite(a) && std::isfinite(b)
                               ? std::abs(a - b) <= absolute + relative * largest
                               : a == b || (std::isnan(a) && std::isnan(b));
        if (!agree) return fmt::format("[{}]: {} against {} (largest {})", i, a, b, largest);
    }
    return {};
}

}  // namespace

class EveryOperatorTest : public QObject {
    Q_OBJECT

  private slots:
    void theyGiveWhatTheEngineGives_data() {
        QTest::addColumn<int>("sample");
        for (int sample = 0; sample < (isLong() ? 16 : 1); ++sample)
            QTest::addRow("samples %d", sample) << sample;
    }
    void theyGiveWhatTheEngineGives() {
        QFETCH(int, sample);
        if (runProgram({"c++", "--version"}) != 0) QSKIP("there is no C++ compiler");
        Samples samples;
        std::set<std::string_view> refusedHere;
        for (const OpDescriptor* op : allOperators()) {
            if (static_cast<size_t>(sample) >= op->samples.size()) continue;
            const OpSample& of = op->samples[static_cast<size_t>(sample)];
            if (const std::string why = refusalOf(*op, of); !why.empty()) {
                QVERIFY2(why.starts_with(fmt::format("'{}' cannot be written", op->id)) ||
                             why.starts_with("plain C++ has no numbers"),
                         why.c_str());
                refusedHere.insert(op->id);
                continue;
            }
            samples.add(*op, of);
            m_taken.insert(op->id);
        }
        std::string others;
        for (const std::string_view id : refusedHere)
            if (!refused.contains(id)) others += std::string(id) + " ";
        QVERIFY2(others.empty(), ("refused too: " + others).c_str());
        compareAll(samples);
    }

    void cleanupTestCase() {
        printCount(m_passed, fmt::format("results of {} operators as plain C++", m_taken.size()));
    }

  private:
    void compareAll(const Samples& samples) {
        const std::vector<Numbers> numbers = numbersOf(samples);
        auto code = cpp_export::Lowering(exportOf(samples, numbers)).run();
        QVERIFY2(code.ok(), code.ok() ? "" : code.error().text().c_str());
        const QTemporaryDir room;
        const std::string folder = room.path().toStdString() + "/";
        for (const auto& file : cpp_export::filesOf(*code, factsOf(samples)))
            write(folder + file.path, file.content);
        std::string words = "./network";
        for (const NamedValue& input : samples.program.inputs) {
            const auto& bytes = numbers[static_cast<size_t>(input.value)]->bytes;
            write(folder + input.name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            words += " " + input.name;
        }
        words += " --out";
        for (const NamedValue& output : samples.program.outputs) words += " " + output.name;
        const std::string build = fmt::format(
            "c++ -std=c++20 {} -Wall -Wextra -Werror network.cpp weights.cpp main.cpp "
            "-o network",
            "-O0 -march=native");
        QCOMPARE(runProgram({"sh", "-c", "cd " + folder + " && " + build}), 0);
        QCOMPARE(runProgram({"sh", "-c", "cd " + folder + " && " + words}), 0);
        const auto wanted = wantedOf(samples, numbers);
        for (size_t k = 0; k < wanted.size(); ++k) {
            const NamedValue& output = samples.program.outputs[k];
            const std::string apart = deviation(
                numbersIn(folder + output.name, samples.program.value(output.value)), wanted[k]);
            QVERIFY2(apart.empty(), (samples.texts[k] + " " + apart).c_str());
            ++m_passed;
        }
    }

    std::set<std::string_view> m_taken;
    int m_passed = 0;
};

QTEST_GUILESS_MAIN(EveryOperatorTest)
#include "tst_every_operator.moc"
