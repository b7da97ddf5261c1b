// SPDX-License-Identifier: Apache-2.0
// Tapes on a device: what they give, what is launched, recorded and run again, and what trouble
// comes to. Truth: the same tape on the CPU with whole numbers, which both compute exactly, and the
// calls that a device of the host's was asked.
#include "core/exec/stream_executor.h"

#include <QtTest/QtTest>

#include <cmath>
#include <cstring>
#include <map>

#include "core/base/check_guard.h"
#include "core/base/rng.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/opdef/builder.h"
#include "tests/support/host_device.h"

using namespace vitrine;
using kernels::DeviceStatus;

Q_DECLARE_METATYPE(vitrine::kernels::DeviceStatus)

namespace {

using Build = void (*)(Builder&);

/// y = x · w + 2, with w a state.
void affine(Builder& b) {
    const ValueId x = b.addInput("x", {3, 4}, DType::F32);
    const ValueId w = b.addState("w", StateKind::Parameter, {4, 5}, DType::F32, {});
    const ValueId two = b.constant({3, 5}, DType::F32, 2);
    b.addOutput("y", b.add(b.emit("matmul", {x, w}), two));
}

void constants(Builder& b) {
    b.addOutput("small", b.constant({}, DType::F32, -1.5));
    b.addOutput("large", b.constant({7, 3}, DType::F64, 1e300));
}

void sums(Builder& b) {
    const ValueId x = b.addInput("x", {2, 3, 5}, DType::F64);
    const ValueId y = b.addInput("y", {2, 3, 5}, DType::F64);
    b.addOutput("sum", b.add(b.add(x, y), x));
}

/// Both operands as they lie: columns without gaps.
void transposed(Builder& b) {
    const auto turned = [&](ValueId v) {
        return b.emit("transpose",
                      b.attrs("transpose").with("permutation", std::vector<int64_t>{1, 0}), {v});
    };
    const ValueId x = b.addInput("x", {4, 3}, DType::F32);
    const ValueId w = b.addInput("w", {5, 4}, DType::F32);
    b.addOutput("y", b.emit("matmul", {turned(x), turned(w)}));
}

void vectors(Builder& b) {
    const ValueId row = b.addInput("row", {6}, DType::F32);
    const ValueId matrix = b.addInput("matrix", {6, 2}, DType::F32);
    b.addOutput("y", b.emit("matmul", {row, matrix}));
    b.addOutput("square", b.emit("matmul", {row, row}));
}

/// Operands that begin in the middle of their memory.
void slices(Builder& b) {
    const ValueId x = b.addInput("x", {5, 4}, DType::F32);
    const auto rows = [&](int64_t from) {
        return b.emit("slice",
                      b.attrs("slice")
                          .with("axis", int64_t{0})
                          .with("start", from)
                          .with("length", int64_t{2}),
                      {x});
    };
    b.addOutput("sum", b.add(rows(1), rows(3)));
    b.addOutput("product", b.emit("matmul", {rows(1), b.reshape(x, {4, 5})}));
}

/// w + w follows from states alone: it runs once.
void doubled(Builder& b) {
    const ValueId x = b.addInput("x", {3, 4}, DType::F32);
    const ValueId w = b.addState("w", StateKind::Parameter, {4, 5}, DType::F32, {});
    const ValueId twice = b.add(w, w);
    const ValueId y = b.emit("matmul", {x, twice});
    b.addOutput("y", b.add(y, y));
}

/// A chain of 40 sums: more ranges than are kept.
void chain(Builder& b) {
    ValueId x = b.addInput("x", {3}, DType::F32);
    const ValueId first = x;
    for (int i = 0; i < 40; ++i) x = b.add(x, first);
    b.addOutput("y", x);
}

/// Two entries that run once.
void doubledTwice(Builder& b) {
    const ValueId w = b.addState("w", StateKind::Parameter, {4}, DType::F32, {});
    const ValueId v = b.addState("v", StateKind::Parameter, {4}, DType::F32, {});
    const ValueId x = b.addInput("x", {4}, DType::F32);
    b.addOutput("y", b.add(b.add(b.add(w, w), b.add(v, v)), x));
}

/// A program on the device and on the CPU, with the same whole numbers in inputs and states.
class BothWays {
  public:
    explicit BothWays(Build build) {
        Builder builder(m_program, {});
        build(builder);
        m_states.add(m_program);
        tape = compileTape(m_program, m_states, StreamExecutor::plainOptions());
        m_host = std::move(HostMemory::allocate(tape.arenaBytes())).value();
        m_cpu = std::make_unique<HostExecutor>(tape, *m_host, m_team);
    }

    /// Errors: those of the device.
    Result<void> open() {
        Result<std::unique_ptr<Device>> opened = Device::open(test::hostDeviceTable());
        if (!opened.ok()) return opened.error();
        device = std::move(opened).value();
        auto allocated = DeviceMemory::allocate(*device, tape.arenaBytes());
        if (!allocated.ok()) return allocated.error();
        memory = std::move(allocated).value();
        auto created = StreamExecutor::create(tape, *device, *memory);
        if (!created.ok()) return created.error();
        stream = std::move(created).value();
        return {};
    }

    Result<void> feed(uint64_t seed) {
        Rng rng(seed, RngStream::Test);
        for (const NamedValue& input : tape.inputs) VITRINE_TRY(feed(input.value, rng));
        for (const TapeState& state : tape.states) VITRINE_TRY(feed(state.in, rng));
        m_cpu->statesChanged();
        stream->statesChanged();
        return {};
    }

    Result<void> runAll() { return stream->run(0, stream->entries()); }

    /// Empty where the outputs have the same bits; else which has not.
    Result<std::string> difference() {
        m_cpu->runAll();
        for (const NamedValue& output : tape.outputs) {
            const TensorType& type = tape.value(output.value).type;
            const int64_t at = tape.offsetOf(output.value);
            std::vector<std::byte> found(static_cast<size_t>(type.storageBytes()));
            const Result<void> read = memory->read(at, found);
            if (!read.ok()) return read.error();
            if (std::memcmp(found.data(), m_host->host() + at, found.size()) != 0)
                return output.name;
        }
        return std::string();
    }

    Tape tape;
    std::unique_ptr<Device> device;
    std::unique_ptr<DeviceMemory> memory;
    std::unique_ptr<StreamExecutor> stream;

  private:
    Result<void> feed(ValueId v, Rng& rng) {
        const TensorType& type = tape.value(v).type;
        std::byte* const at = m_host->host() + tape.offsetOf(v);
        for (int64_t i = 0; i < type.shape.elements(); ++i) {
            const double number = std::floor(rng.uniform(-9, 10));
            if (type.dtype == DType::F64)
                reinterpret_cast<double*>(at)[i] = number;
            else
                reinterpret_cast<float*>(at)[i] = static_cast<float>(number);
        }
        return memory->write(tape.offsetOf(v), {at, static_cast<size_t>(type.storageBytes())});
    }

    Program m_program;
    StateLayout m_states;
    Team m_team{1};
    std::unique_ptr<HostMemory> m_host;
    std::unique_ptr<Executor> m_cpu;
};

/// All that a run asks of a device: launching, recording, running again.
Result<void> wholeRun() {
    BothWays both(affine);
    VITRINE_TRY(both.open());
    VITRINE_TRY(both.feed(1));
    for (int i = 0; i < 3; ++i) VITRINE_TRY(both.runAll());
    VITRINE_TRY(both.stream->wait());
    const Result<std::string> different = both.difference();
    if (!different.ok()) return different.error();
    VITRINE_CHECK(different->empty(), "the device gives what the CPU gives");
    return {};
}

/// What the device was asked since `from`, words of `which` alone.
QStringList callsSince(const test::HostDevice& host, size_t from, const QStringList& which) {
    QStringList calls;
    for (size_t i = from; i < host.calls.size(); ++i) {
        const QString call = QString::fromStdString(host.calls[i]);
        if (which.contains(call.section(' ', 0, 0))) calls << call;
    }
    return calls;
}

const QStringList running = {"launch", "launchGraph", "beginCapture", "endCapture"};
const QStringList anything = running + QStringList{"allocate", "bind", "wait", "write", "read"};

/// Programs by their names.
Build programOf(const QString& name) {
    const std::map<QString, Build> all = {
        {"affine", affine},
        {"constants", constants},
        {"sums", sums},
        {"transposed", transposed},
        {"vectors", vectors},
        {"slices", slices},
        {"doubled", doubled},
        {"relu",
         [](Builder& b) { b.addOutput("y", b.emit("relu", {b.addInput("x", {3}, DType::F32)})); }},
        {"mul",
         [](Builder& b) {
             const ValueId x = b.addInput("x", {3}, DType::F32);
             b.addOutput("y", b.mul(x, x));
         }},
        {"reduce_sum",
         [](Builder& b) {
             b.addOutput("y", b.reduceSum(b.addInput("x", {3, 2}, DType::F32), {0}));
         }},
        {"repeats",
         [](Builder& b) {
             b.addOutput("y", b.add(b.addInput("x", {3, 2}, DType::F32),
                                    b.addInput("bias", {2}, DType::F32)));
         }},
        {"batch",
         [](Builder& b) {
             const ValueId x = b.addInput("x", {2, 3, 3}, DType::F32);
             b.addOutput("y", b.emit("matmul", {x, x}));
         }},
        {"double product", [](Builder& b) {
             const ValueId x = b.addInput("x", {3, 3}, DType::F64);
             b.addOutput("y", b.emit("matmul", {x, x}));
         }}};
    return all.at(name);
}

}  // namespace

class TestStreamExecutor : public QObject {
    Q_OBJECT
  private slots:
    void init() { test::newHostDevice(); }

    void givesWhatTheCpuGives_data();
    void givesWhatTheCpuGives();
    void launchesThenRecordsThenRunsTheRecording();
    void recordingsSeeNewInputs();
    void eachRangeHasItsOwnRecording();
    void keepsSomeRecordingsAndNoMore();
    void entriesByThemselvesAreNotRecorded();
    void runsOnceWhatFollowsFromStatesAlone();
    void runsOnceInWhateverOrder();
    void waitsForNothingWhileRunning();
    void saysHowOperandsLie();
    void namesWhatTheDeviceHasNoKernelFor_data();
    void namesWhatTheDeviceHasNoKernelFor();
    void namesTheEntryThatFails();
    void namesTheEntriesThatRanWhereWaitingFails();
    void everyTroubleIsAnErrorAndLeavesNothing_data();
    void everyTroubleIsAnErrorAndLeavesNothing();
    void goesOnAfterTroubleThatPasses();
    void stopsEntriesThatAreNotThere();
};

void TestStreamExecutor::givesWhatTheCpuGives_data() {
    QTest::addColumn<QString>("program");
    for (const char* name :
         {"affine", "constants", "sums", "transposed", "vectors", "slices", "doubled"})
        QTest::newRow(name) << name;
}

void TestStreamExecutor::givesWhatTheCpuGives() {
    QFETCH(QString, program);
    BothWays both(programOf(program));
    const Result<void> opened = both.open();
    QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().message.c_str());
    for (uint64_t seed = 1; seed <= 4; ++seed) {
        QVERIFY(both.feed(seed).ok());
        QVERIFY(both.runAll().ok());
        const Result<std::string> different = both.difference();
        QVERIFY(different.ok());
        QCOMPARE(*different, std::string());
    }
}

void TestStreamExecutor::launchesThenRecordsThenRunsTheRecording() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    const auto callsOfRun = [&] {
        const size_t from = host.calls.size();
        return both.runAll().ok() ? callsSince(host, from, running) : QStringList{"failed"};
    };
    const QStringList first = callsOfRun();
    QStringList sorted = first;
    sorted.sort();
    QCOMPARE(sorted, QStringList({"launch add", "launch fill", "launch matmul"}));
    QCOMPARE(callsOfRun(),
             QStringList{"beginCapture"} + first + QStringList({"endCapture", "launchGraph of 3"}));
    for (int i = 0; i < 3; ++i) QCOMPARE(callsOfRun(), QStringList{"launchGraph of 3"});
    QCOMPARE(both.stream->recordings(), 1);
}

void TestStreamExecutor::recordingsSeeNewInputs() {
    BothWays both(sums);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    for (int i = 0; i < 2; ++i) QVERIFY(both.runAll().ok());
    for (uint64_t seed = 2; seed < 6; ++seed) {
        QVERIFY(both.feed(seed).ok() && both.runAll().ok());
        const Result<std::string> different = both.difference();
        QVERIFY(different.ok() && different->empty());
    }
    QCOMPARE(both.stream->recordings(), 1);
}

void TestStreamExecutor::eachRangeHasItsOwnRecording() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    const int all = both.stream->entries();
    for (int i = 0; i < 3; ++i)
        for (const auto& [first, last] : {std::pair{0, all}, {0, all - 1}, {all - 1, all}})
            QVERIFY(both.stream->run(first, last).ok());
    QCOMPARE(both.stream->recordings(), 2);  // one entry alone has none
    QCOMPARE(host.graphs, 2);
    const Result<std::string> different = both.difference();
    QVERIFY(different.ok() && different->empty());
}

void TestStreamExecutor::keepsSomeRecordingsAndNoMore() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(chain);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    const auto runTwice = [&](int last) {
        return both.stream->run(0, last).ok() && both.stream->run(0, last).ok();
    };
    const int all = both.stream->entries();
    QVERIFY(runTwice(all));
    for (int last = 2; last < all; ++last) {
        QVERIFY(runTwice(last));
        QVERIFY(both.runAll().ok());  // used again and again: it stays
        QVERIFY(host.graphs <= 16);
    }
    QCOMPARE(host.graphs, both.stream->recordings());
    QCOMPARE(std::ranges::count(host.calls, "launchGraph of 40"), all - 2 + 1);
    const Result<std::string> different = both.difference();
    QVERIFY(different.ok() && different->empty());
    both.stream.reset();
    QCOMPARE(host.graphs, 0);
}

void TestStreamExecutor::entriesByThemselvesAreNotRecorded() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    for (int round = 0; round < 3; ++round)
        for (int i = 0; i < both.stream->entries(); ++i) QVERIFY(both.stream->run(i, i + 1).ok());
    QVERIFY(!std::ranges::count(host.calls, "beginCapture"));
    const Result<std::string> different = both.difference();
    QVERIFY(different.ok() && different->empty());
}

void TestStreamExecutor::runsOnceWhatFollowsFromStatesAlone() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(doubled);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    const auto launches = [&](size_t from) {
        return callsSince(host, from, {"launch", "launchGraph"}).join(", ");
    };
    QVERIFY(both.runAll().ok());
    QCOMPARE(launches(0), QString("launch add, launch matmul, launch add"));
    QVERIFY(both.runAll().ok());
    size_t from = host.calls.size();
    QVERIFY(both.runAll().ok());
    QCOMPARE(launches(from), QString("launchGraph of 2"));
    QVERIFY(both.feed(2).ok());
    from = host.calls.size();
    QVERIFY(both.runAll().ok());
    QCOMPARE(launches(from), QString("launch add, launchGraph of 2"));
    const Result<std::string> different = both.difference();
    QVERIFY(different.ok() && different->empty());
}

void TestStreamExecutor::runsOnceInWhateverOrder() {
    BothWays both(doubledTwice);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    QVERIFY(both.tape.entries[1].once);
    QVERIFY(both.stream->run(1, 2).ok() && both.runAll().ok());
    const Result<std::string> different = both.difference();
    QVERIFY(different.ok() && different->empty());
}

void TestStreamExecutor::waitsForNothingWhileRunning() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    for (int i = 0; i < 2; ++i) QVERIFY(both.runAll().ok());
    const size_t from = host.calls.size();
    for (int i = 0; i < 5; ++i) QVERIFY(both.runAll().ok());
    QCOMPARE(callsSince(host, from, anything).size(), 5);
}

/// The sum of rows 1, 2 and 3, 4 reads places that are multiples of 16 bytes and of no more.
void TestStreamExecutor::saysHowOperandsLie() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(slices);
    QVERIFY(both.open().ok());
    QCOMPARE(callsSince(host, 0, {"bind"}), QStringList({"bind 16", "bind 16"}));
    BothWays whole(sums);
    const size_t from = host.calls.size();
    QVERIFY(whole.open().ok());
    for (const QString& call : callsSince(host, from, {"bind"}))
        QVERIFY2(call.section(' ', 1).toInt() >= 64, qPrintable(call));
}

void TestStreamExecutor::namesWhatTheDeviceHasNoKernelFor_data() {
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("words");
    const char* const device = "host device has no kernel for it";
    const auto add = [&](const char* program, const char* entry, const char* why) {
        QTest::newRow(program) << program << QString("%1: %2 (%3)").arg(entry, device, why);
    };
    add("relu", "entry 0 (relu)", "knows add, not relu");
    add("mul", "entry 0 (mul)", "knows add, not mul");
    add("reduce_sum", "entry 0 (reduce_sum)", "has no kernel of this family");
    add("repeats", "entry 0 (add)", "wants operands of the type and the extents of the result");
    add("batch", "entry 0 (batched_matmul)", "wants two matrices, got a batch of rank 3");
    add("double product", "entry 0 (batched_matmul)", "wants f32, got f64");
    add("affine", "entry 1 (batched_matmul)", "has no kernel of this family");
}

void TestStreamExecutor::namesWhatTheDeviceHasNoKernelFor() {
    QFETCH(QString, program);
    QFETCH(QString, words);
    test::HostDevice& host = test::newHostDevice();
    host.hasProducts = program != "affine";
    BothWays both(programOf(program));
    const Result<void> opened = both.open();
    QVERIFY(!opened.ok());
    QCOMPARE(QString::fromStdString(opened.error().code), QString("H05"));
    QCOMPARE(QString::fromStdString(opened.error().message), words);
    QVERIFY(opened.error().next.find("CPU") != std::string::npos);
}

void TestStreamExecutor::namesTheEntryThatFails() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    host.failAt = host.count + 2;
    const Result<void> ran = both.runAll();
    QVERIFY(!ran.ok());
    QCOMPARE(QString::fromStdString(ran.error().message),
             QString("entry 2 (add): host device, add loops: planned trouble (launch add)"));
}

void TestStreamExecutor::namesTheEntriesThatRanWhereWaitingFails() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    QVERIFY(both.runAll().ok() && both.stream->wait().ok());
    QVERIFY(both.stream->run(1, 3).ok());
    host.failAt = host.count;
    const Result<void> waited = both.stream->wait();
    QVERIFY(!waited.ok());
    QVERIFY2(waited.error().message.starts_with(
                 "while entry 1 (batched_matmul) to entry 2 (add) ran: host device, waiting"),
             waited.error().message.c_str());
}

void TestStreamExecutor::everyTroubleIsAnErrorAndLeavesNothing_data() {
    QTest::addColumn<DeviceStatus>("status");
    QTest::addColumn<QString>("code");
    QTest::newRow("no room") << DeviceStatus::OutOfMemory << "H03";
    QTest::newRow("failed") << DeviceStatus::Failed << "H04";
    QTest::newRow("lost") << DeviceStatus::Lost << "H04";
    QTest::newRow("no device") << DeviceStatus::NoDevice << "H05";
}

void TestStreamExecutor::everyTroubleIsAnErrorAndLeavesNothing() {
    QFETCH(DeviceStatus, status);
    QFETCH(QString, code);
    test::HostDevice& host = test::newHostDevice();
    QVERIFY(wholeRun().ok());
    QVERIFY(host.isClean());
    const int all = host.count;
    QVERIFY(all > 18);
    for (int k = 0; k < all; ++k) {
        test::newHostDevice();
        host.failAt = k;
        host.failure = status;
        const Result<void> ran = wholeRun();
        QVERIFY(!ran.ok());
        QCOMPARE(QString::fromStdString(ran.error().code), code);
        QVERIFY(ran.error().message.find("planned trouble") != std::string::npos);
        QCOMPARE(host.callsAfterLoss, 0);
        if (status != DeviceStatus::Lost) QVERIFY(host.isClean());
    }
}

void TestStreamExecutor::goesOnAfterTroubleThatPasses() {
    test::HostDevice& host = test::newHostDevice();
    BothWays both(affine);
    QVERIFY(both.open().ok() && both.feed(1).ok());
    QVERIFY(both.runAll().ok());
    // The second run records; each of its calls fails once.
    for (int call = 0; call < 6; ++call) {
        host.failAt = host.count + call;
        QVERIFY(!both.runAll().ok());
        QCOMPARE(both.stream->recordings(), call < 5 ? 0 : 1);
    }
    QVERIFY(both.runAll().ok());
    QCOMPARE(host.graphs, 1);
    const Result<std::string> different = both.difference();
    QVERIFY(different.ok() && different->empty());
}

void TestStreamExecutor::stopsEntriesThatAreNotThere() {
    BothWays both(affine);
    QVERIFY(both.open().ok());
    const CheckGuard guard;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(both.stream->run(0, 4)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(both.stream->run(-1, 2)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(both.stream->run(2, 1)), CheckFailed);
    QVERIFY(both.stream->run(3, 3).ok());
}

QTEST_APPLESS_MAIN(TestStreamExecutor)
#include "tst_stream_executor.moc"
