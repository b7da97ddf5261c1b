// SPDX-License-Identifier: Apache-2.0
// Every operator of the registry and its derivative on the kernels for CUDA, which run on a run
// time that is emulated on the host, against the CPU's: each sample as a tape of the device, once
// launched entry by entry and once from its recording, on numbers that are the same. What the
// device has no kernel for is listed here by name; nothing else may be missing.
#include <QtTest/QtTest>

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/device/device_memory.h"
#include "core/exec/stream_executor.h"
#include "core/opdef/registry.h"
#include "core/tensor/element.h"
#include "tests/support/counts.h"
#include "tests/support/derivative_check.h"
#include "tests/support/emulated_device.h"
#include "tests/support/interpreter.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr uint64_t seed = 5;
/// Of floats, as a share of the largest |result|: sums of both sides are rounded in other orders.
constexpr double tolerance = 1e-5;
/// What is left of sums of numbers near one that cancel.
constexpr double cancelled = 1e-7;

/// Operators that the device lacks, and what its words for that contain.
const std::map<std::string, std::string> lacking = {
    {"cast", "got f8e4m3fn"},                // floats of 8 and 4 bits, and what is packed
    {"filter_transform", "of this family"},  // these three are of layouts and products that
    {"pack", "of this family"},              // tapes of devices do not have
    {"reorder", "of this family"}};

/// Values that nothing reads become outputs.
void tellEverything(Program& program) {
    std::vector<char> isRead(program.values.size(), 0);
    for (const Instr& instr : program.instrs)
        for (const ValueId v : instr.operands()) isRead[static_cast<size_t>(v)] = 1;
    program.outputs.clear();
    for (const Instr& instr : program.instrs)
        for (const ValueId v : instr.out)
            if (!isRead[static_cast<size_t>(v)])
                program.outputs.push_back({fmt::format("out{}", v), v});
}

/// A program on the device.
class OnDevice {
  public:
    /// Errors: those of the device, "H05" where it has no kernel.
    Result<void> open(const Program& program) {
        m_states.add(program);
        m_tape = compileTape(program, m_states, StreamExecutor::tapeOptions());
        auto device = Device::open(*emulatedCuda().table);
        if (!device.ok()) return device.error();
        m_device = std::move(device).value();
        auto memory = DeviceMemory::allocate(*m_device, std::max<int64_t>(m_tape.arenaBytes(), 1));
        if (!memory.ok()) return memory.error();
        m_memory = std::move(memory).value();
        auto executor = StreamExecutor::create(m_tape, *m_device, *m_memory);
        if (!executor.ok()) return executor.error();
        m_executor = std::move(executor).value();
        return {};
    }

    Result<void> run(const std::map<ValueId, std::vector<double>>& numbers) {
        for (const auto& [value, list] : numbers) VITRINE_TRY(write(value, list));
        m_executor->statesChanged();
        VITRINE_TRY(m_executor->run(0, m_executor->entries()));
        return m_executor->wait();
    }
    std::vector<double> get(ValueId value) const { return m_executor->contents(value); }

  private:
    Result<void> write(ValueId value, const std::vector<double>& numbers) {
        if (m_tape.value(value).storage < 0) return {};
        const DType type = m_tape.value(value).type.dtype;
        std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, std::ssize(numbers))));
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(bytes.data(), type, static_cast<int64_t>(i), numbers[i]);
        return m_memory->write(m_tape.offsetOf(value), bytes);
    }

    StateLayout m_states;
    Tape m_tape;
    std::unique_ptr<Device> m_device;
    std::unique_ptr<DeviceMemory> m_memory;
    std::unique_ptr<StreamExecutor> m_executor;
};

std::string difference(const std::vector<double>& found, const std::vector<double>& wanted,
                       bool isExact) {
    double largest = 0;
    for (const double x : wanted)
        if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
    const double allowed = isExact ? 0 : std::max(tolerance * largest, cancelled);
    for (size_t i = 0; i < wanted.size(); ++i) {
        const double a = found[i], b = wanted[i];
        const bool agree = std::isfinite(a) && std::isfinite(b)
                               ? std::abs(a - b) <= allowed
                               : a == b || (std::isnan(a) && std::isnan(b));
        if (!agree) return fmt::format("[{}]: {} on the device, {} on the CPU", i, a, b);
    }
    return {};
}

/// Empty where both agree; "H05: …" where the device has no kernel.
std::string compare(Function function) {
    tellEverything(function.program);
    Interpreter cpu(function.program);
    for (auto& [id, numbers] : function.numbers) {
        if (function.program.value(id).dtype == DType::F32)
            for (double& x : numbers) x = static_cast<float>(x);
        cpu.set(id, numbers);
    }
    if (const Result<void> ran = cpu.run(); !ran.ok()) return ran.error().text();
    OnDevice device;
    if (const Result<void> opened = device.open(function.program); !opened.ok())
        return opened.error().code + ": " + opened.error().message;
    for (const char* way : {"launched", "recorded"}) {
        if (const Result<void> ran = device.run(function.numbers); !ran.ok())
            return ran.error().text();
        for (const NamedValue& output : function.program.outputs) {
            const bool isExact = !isFloat(function.program.value(output.value).dtype);
            const std::string found =
                difference(device.get(output.value), cpu.get(output.value), isExact);
            if (!found.empty()) return fmt::format("{}, {} {}", way, output.name, found);
        }
    }
    return {};
}

}  // namespace

class OperatorsOnDeviceTest : public QObject {
    Q_OBJECT

    int m_cases = 0;
    std::map<std::string, std::string> m_missing;  ///< by operator

    void note(const OpDescriptor& op, const char* what, const std::string& found,
              std::vector<std::string>& wrong) {
        ++m_cases;
        if (found.starts_with("H05: "))
            m_missing.try_emplace(std::string(op.id), found.substr(5));
        else if (!found.empty())
            wrong.push_back(fmt::format("{} {}: {}", op.id, what, found));
    }

  private slots:
    void initTestCase() {
        if (!emulatedCuda().table) QSKIP("this was built without CUDA");
    }

    void givesWhatTheCpuGives() {
        std::vector<std::string> wrong;
        for (const OpDescriptor* op : allOperators())
            for (const OpSample& sample : op->samples) {
                auto function = functionOf(*op, sample.fields, sample.inputs,
                                           {.training = true, .floatType = DType::F32});
                QVERIFY2(function.ok(), std::string(op->id).c_str());
                fillNumbers(*function, sample.low, sample.high, seed);
                note(*op, "forward", compare(*function), wrong);
                if (function->in.empty() || function->out.empty()) continue;
                auto gradient = gradientOf(*function, seed);
                if (gradient.ok()) note(*op, "backward", compare(gradient->function), wrong);
            }
        for (const std::string& line : wrong) qWarning("%s", line.c_str());
        QCOMPARE(wrong.size(), size_t{0});
    }

    void lacksNothingElse() {
        for (const auto& [id, why] : m_missing) {
            const auto known = lacking.find(id);
            QVERIFY2(known != lacking.end() && why.find(known->second) != std::string::npos,
                     (id + ": " + why).c_str());
        }
        QCOMPARE(m_missing.size(), lacking.size());
        printCount(m_cases, fmt::format("device: {} samples of operators and their derivatives as "
                                        "on the CPU, {} operators lacking (wanted: 700)",
                                        m_cases, m_missing.size()));
        QVERIFY(m_cases >= 700);
    }
};

QTEST_APPLESS_MAIN(OperatorsOnDeviceTest)
#include "tst_operators_on_device.moc"
