// SPDX-License-Identifier: Apache-2.0
// Tapes that were compiled for a device: what is fused and how images lie on them, and that every
// value can be looked at all the same. Truth: the plain tape of the same program on the CPU, value
// by value. The device: the kernels for CUDA on an emulated run time.
#include <QtTest/QtTest>

#include <cmath>

#include <fmt/format.h>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/device/device_memory.h"
#include "core/device/host_memory.h"
#include "core/exec/fused_value.h"
#include "core/exec/host_executor.h"
#include "core/exec/stream_executor.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_bytes.h"
#include "core/exec/value_reader.h"
#include "core/graph/graph_text.h"
#include "core/tensor/channels_last.h"
#include "core/tensor/element.h"
#include "core/train/model.h"
#include "tests/support/counts.h"
#include "tests/support/emulated_device.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

constexpr int64_t batch = 4;

/// Whatever a pool, a depthwise convolution and a branch make of images.
std::string pooledNetwork() {
    return "x[3,12,12] -> conv2d(out_channels=8 kernel=3 padding=1 bias=false) as c1 -> "
           "batch_norm2d as b1 -> relu as r1 -> max_pool2d(kernel=2 stride=2) as p1\n"
           "-> conv2d(out_channels=8 kernel=3 padding=1 groups=8) as c2 -> hard_swish as h1 -> "
           "conv2d(out_channels=12 kernel=1) as c3 -> leaky_relu as r3\n"
           "-> avg_pool2d(kernel=2 stride=2) as p2 -> flatten -> linear(out_features=10) as f1 -> "
           "cross_entropy(labels)";
}

/// A training step of a network on the emulated device beside the CPU's plain tape of it.
class BothTapes {
  public:
    BothTapes(const std::string& network, double bytesOfLaunch) {
        auto graph = graphFromText(network);
        if (!graph) qFatal("%s", graph.error().text().c_str());
        ModelOptions options{.batch = batch};
        options.recipe.optimizer = findOptimizer("sgd");
        options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
        const auto program = buildProgram(*graph, {Mode::Train, batch}, options);
        if (!program) qFatal("%s", program.error().text().c_str());
        m_states.add(*program);
        device = std::move(Device::open(*test::emulatedCuda().table)).value();
        plain = compileTape(*program, m_states,
                            {.referenceKernels = true, .shareMemory = false, .fuse = false});
        tape = compileTape(*program, m_states,
                           {.device = device.get(), .bytesOfLaunch = bytesOfLaunch});
        m_host = std::move(HostMemory::allocate(plain.arenaBytes())).value();
        memory = std::move(DeviceMemory::allocate(*device, tape.arenaBytes())).value();
        m_cpu = std::make_unique<HostExecutor>(plain, *m_host, team);
        stream = std::move(StreamExecutor::create(tape, *device, *memory)).value();
        feed(plain, *m_host);
        feed(tape, *memory);
        m_cpu->runAll();
    }

    /// Row-major, as the CPU has it.
    std::vector<double> wanted(ValueId v) const { return m_cpu->contents(v); }
    bool isOnCpu(ValueId v) const {
        return static_cast<size_t>(v) < plain.values.size() && plain.value(v).storage >= 0;
    }

    Tape tape, plain;
    Team team{1};
    std::unique_ptr<Device> device;  ///< outlives what uses it
    std::unique_ptr<DeviceMemory> memory;
    std::unique_ptr<StreamExecutor> stream;

  private:
    void feed(const Tape& to, Memory& into) const {
        initialiseStates(m_states, into, 3);
        Rng rng(5, RngStream::Test);
        const auto put = [&](ValueId v, auto number) {
            const TensorType& type = to.value(v).type;
            std::vector<std::byte> bytes(static_cast<size_t>(type.storageBytes()));
            for (int64_t i = 0; i < type.shape.elements(); ++i)
                writeElement(bytes.data(), type.dtype, i, number(type.dtype));
            orThrow(into.write(to.offsetOf(v), bytes));
        };
        for (const DataInput& input : to.data)
            put(input.value, [&](DType type) {
                return isFloat(type) ? rng.normal() : static_cast<double>(rng.below(10));
            });
        for (const char* name : {"lr", "step", "rng_key"})
            if (const ValueId v = to.input(name); v != noValue) put(v, [](DType) { return 1.0; });
    }

    StateLayout m_states;
    std::unique_ptr<HostMemory> m_host;
    std::unique_ptr<Executor> m_cpu;
};

/// As far apart as other orders of sums make two values, as a share of the largest.
bool areNear(const std::vector<double>& found, const std::vector<double>& wanted) {
    double largest = 1e-6, furthest = found.size() == wanted.size() ? 0 : 1e9;
    for (size_t i = 0; i < std::min(found.size(), wanted.size()); ++i) {
        largest = std::max(largest, std::abs(wanted[i]));
        furthest = std::max(furthest, std::abs(found[i] - wanted[i]));
    }
    return furthest <= 2e-4 * largest;
}

std::vector<double> numbersOf(const TensorType& type, const std::byte* storage) {
    std::vector<double> numbers;
    for (int64_t i = 0; i < type.shape.elements(); ++i)
        numbers.push_back(readElement(storage, type.dtype, physicalIndexOf(type, i)));
    return numbers;
}

/// What fusion hid in an entry.
std::vector<ValueId> hiddenIn(const Instr& instr) {
    std::vector<ValueId> hidden;
    for (const std::vector<FusedOp>* steps : {&instr.loads, &instr.epilogue})
        for (const FusedOp& step : *steps) hidden.push_back(step.hidden);
    return hidden;
}

/// How many entries have this in their kernel's name.
int64_t kernelsNamed(const Tape& tape, std::string_view words) {
    return std::ranges::count_if(tape.entries, [&](const TapeEntry& entry) {
        return entry.kernel.name.find(words) != std::string::npos;
    });
}

}  // namespace

class DeviceTapesTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
    }

    void everyValueIsWhatTheCpuHas_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<double>("bytesOfLaunch");
        for (const auto& [name, text] :
             {std::pair("residual", test::residualNetwork()), {"pooled", pooledNetwork()}}) {
            QTest::addRow("%s, row-major", name) << QString::fromStdString(text) << 1e12;
            QTest::addRow("%s, channels last", name) << QString::fromStdString(text) << 0.0;
        }
    }
    /// Behind every entry its results, read as the window reads them, and what is hidden in it.
    void everyValueIsWhatTheCpuHas() {
        QFETCH(QString, network);
        QFETCH(double, bytesOfLaunch);
        BothTapes both(network.toStdString(), bytesOfLaunch);
        int64_t last = 0, hidden = 0;
        for (int entry = 0; entry < both.stream->entries(); ++entry) {
            QVERIFY(both.stream->run(entry, entry + 1).ok());
            const Instr& instr = both.tape.entries[static_cast<size_t>(entry)].instr;
            for (ValueId v : instr.out) {
                if (!both.isOnCpu(v)) continue;
                const TensorType& type = both.tape.value(v).type;
                last += isChannelsLast(type);
                const std::vector<double> wanted = both.wanted(v);
                QVERIFY2(areNear(both.stream->contents(v), wanted), name(both, v).c_str());
                const ValueSnapshot seen =
                    readValue(both.tape, *both.memory, {.value = v, .image = 0}, entry + 1, 0);
                QVERIFY2(seen.isAlive, name(both, v).c_str());
                if (type.shape.rank() != 4) continue;
                const auto shown = seen.elements.size();
                QVERIFY(areNear({seen.elements.begin(), seen.elements.end()},
                                {wanted.begin(), wanted.begin() + static_cast<long>(shown)}));
            }
            for (ValueId v : hiddenIn(instr)) {
                if (!canRecompute(both.tape, v, entry + 1)) continue;
                const auto made = recomputeFused(both.tape, *both.memory, v, entry + 1, both.team);
                QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
                QVERIFY2(
                    areNear(numbersOf(both.tape.value(v).type, made->storage()), both.wanted(v)),
                    name(both, v).c_str());
                ++hidden;
            }
        }
        QVERIFY(hidden >= 5);
        QCOMPARE(last > 0, bytesOfLaunch == 0);
        test::printCount(hidden, "device: values that fusion hid, as on the CPU");
        test::printCount(last, "device: values with their channels side by side, as on the CPU");
    }

    void fusesWhatItsKernelsTake() {
        const BothTapes both(test::residualNetwork(), 1e12);
        QVERIFY(both.tape.entries.size() * 10 < both.plain.entries.size() * 8);
        QCOMPARE(kernelsNamed(both.tape, ", moments"), 3);
        QVERIFY(kernelsNamed(both.tape, "mul_add + add + relu") >= 1);
        QVERIFY(kernelsNamed(both.tape, "conv2d.forward of sub of mul_add of relu") >= 1);
        QVERIFY(kernelsNamed(both.tape, "conv2d.weights of sub of mul_add of relu") >= 1);
    }

    void imagesAreCopiedWhereRunsOfConvolutionsMeetOthersAlone() {
        const BothTapes both(test::residualNetwork(), 0);
        QVERIFY(kernelsNamed(both.tape, "NHWC") >= 6);
        for (const TapeEntry& entry : both.tape.entries) {
            if (entry.instr.op->id != "reorder") continue;
            const TensorType& from = both.tape.value(entry.instr.in[0]).type;
            const TensorType& to = both.tape.value(entry.instr.out[0]).type;
            QVERIFY(isChannelsLast(from) != isChannelsLast(to));
        }
        // Its images are far smaller than what a launch costs.
        QCOMPARE(kernelsNamed(BothTapes(test::residualNetwork(), 4e6).tape, "NHWC"), 0);
    }

  private:
    static std::string name(const BothTapes& both, ValueId v) {
        return valueText(both.tape, v) + " " + text(both.tape.value(v).type);
    }
};

QTEST_APPLESS_MAIN(DeviceTapesTest)
#include "tst_device_tapes.moc"
