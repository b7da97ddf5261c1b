// SPDX-License-Identifier: Apache-2.0
// Convolutions over concatenations that are made nowhere. Truth: the same step by plain loops,
// which put the operands side by side.
#include "core/exec/concat_split.h"

#include <cmath>

#include "core/exec/fused_value.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/tensor/element.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

constexpr auto head = " -> flatten -> linear(out_features=10) -> cross_entropy(labels)";
/// A U of two levels: what was seen on the way down stands beside what comes up.
constexpr auto body =
    "x[3,16,16] -> conv2d(out_channels=16 kernel=3 padding=1 bias=false) -> batch_norm2d -> relu "
    "as seen"
    " -> max_pool2d -> conv2d(out_channels=32 kernel=3 padding=1 bias=false) -> batch_norm2d -> "
    "relu"
    " -> conv_transpose2d(out_channels=16 kernel=2 stride=2) as up\n";

Program programOf(const std::string& rest, int64_t batch = 3) {
    return test::trainingProgram(std::string(body) + rest + head, batch);
}

Tape tapeOf(const Program& program, const TapeOptions& options = {}) {
    StateLayout states;
    states.add(program);
    return compileTape(program, states, options);
}

ValueId valueNamed(const Tape& tape, std::string_view name) {
    for (size_t v = 0; v < tape.values.size(); ++v)
        if (tape.values[v].name == name) return static_cast<ValueId>(v);
    return noValue;
}

/// Concatenations of images.
int64_t concatenations(const Tape& tape) {
    return std::ranges::count_if(tape.entries, [&](const TapeEntry& entry) {
        return entry.instr.op->id == "concat" && entry.instr.phase == Phase::Forward;
    });
}

/// Largest distance as a share of the largest number.
double distance(const std::vector<double>& ours, const std::vector<double>& truth) {
    double most = 0, largest = 0;
    for (size_t i = 0; i < truth.size(); ++i) {
        most = std::max(most, std::abs(ours[i] - truth[i]));
        largest = std::max(largest, std::abs(truth[i]));
    }
    return ours.size() == truth.size() ? most / largest : HUGE_VAL;
}

/// Entries that load a value through its steps.
int64_t loadsOf(const Tape& tape, std::string_view name) {
    const ValueId value = valueNamed(tape, name);
    return std::ranges::count_if(tape.entries, [&](const TapeEntry& entry) {
        return std::ranges::count(entry.instr.loads, value, &FusedOp::hidden) > 0;
    });
}

/// A value that is nowhere, made for a look; nothing where it cannot be.
std::vector<double> recomputed(const Tape& tape, const Memory& memory, ValueId value, int entry) {
    Team team(2);
    const auto made = recomputeFused(tape, memory, value, entry, team);
    std::vector<double> found;
    if (!made.ok()) return found;
    const TensorType& type = tape.value(value).type;
    for (int64_t i = 0; i < type.shape.elements(); ++i)
        found.push_back(readElement(made->storage(), type.dtype, physicalIndexOf(type, i)));
    return found;
}

}  // namespace

class ConcatSplitTest : public QObject {
    Q_OBJECT

  private slots:
    void givesWhatPlainLoopsGive_data() {
        QTest::addColumn<QString>("network");
        QTest::addRow("two operands")
            << "seen -> concat(up) as both -> conv2d(out_channels=16 kernel=3 padding=1 bias=false)"
               " -> batch_norm2d -> relu";
        QTest::addRow("bias, stride, two numbers of channels")
            << "up -> concat(seen) as both -> conv2d(out_channels=20 kernel=3 stride=2) -> relu";
        QTest::addRow("three operands, one of them twice")
            << "seen -> concat(x1=up x2=seen) as both -> conv2d(out_channels=8 kernel=1) -> relu";
    }
    void givesWhatPlainLoopsGive() {
        QFETCH(QString, network);
        const Program program = programOf(network.toStdString());
        StateLayout states;
        states.add(program);
        const auto ours = test::prepareStep(program, states, {}, 1, 2);
        const auto plain =
            test::prepareStep(program, states, {.referenceKernels = true, .fuse = false}, 1);
        QCOMPARE(concatenations(*ours.tape), 0);
        QCOMPARE(concatenations(*plain.tape), 1);
        ours.executor->runAll();
        plain.executor->runAll();
        // What a step adds to a parameter is its gradient.
        for (size_t i = 0; i < ours.tape->states.size(); ++i)
            QVERIFY2(distance(ours.executor->contents(ours.tape->states[i].in),
                              plain.executor->contents(plain.tape->states[i].in)) < 1e-4,
                     ours.tape->states[i].name.c_str());
    }

    void makesWhatItLeavesOutForALook() {
        const Program program =
            programOf("seen -> concat(up) as both -> conv2d(out_channels=16 kernel=3 padding=1)");
        StateLayout states;
        states.add(program);
        const auto step = test::prepareStep(program, states, {}, 1);
        const auto plain = test::prepareStep(
            program, states, {.referenceKernels = true, .shareMemory = false, .fuse = false}, 1);
        plain.executor->runAll();
        const Tape& tape = *step.tape;
        const ValueId both = valueNamed(tape, "both");
        QVERIFY(both != noValue);
        const int place = fusingEntry(tape, both);
        QVERIFY(place >= 0);
        QCOMPARE(definingEntry(tape, both), -1);
        QCOMPARE(originsOf(tape, both), std::vector<std::string>{"both"});
        std::string reason;
        QVERIFY(!isAlive(tape, both, place + 1, &reason));
        QCOMPARE(QString::fromStdString(reason),
                 QString("'both' never reaches memory: what reads it reads what it is put together "
                         "of."));
        for (int entry = 0; entry <= place; ++entry) {
            QVERIFY(!canRecompute(tape, both, entry));
            step.executor->runEntry(entry);
        }
        QVERIFY(canRecompute(tape, both, place + 1));
        const ValueId truth = valueNamed(*plain.tape, "both");
        QVERIFY(distance(recomputed(tape, *step.memory, both, place + 1),
                         plain.executor->contents(truth)) < 1e-5);
    }

    void leavesOthersAsTheyAre_data() {
        QTest::addColumn<QString>("network");
        QTest::addRow("somebody else reads it")
            << "seen -> concat(up) as both -> batch_norm2d -> conv2d(out_channels=16)";
        QTest::addRow("two convolutions read it")
            << "seen -> concat(up) as both -> conv2d(out_channels=16) as a\n"
               "both -> conv2d(out_channels=16) -> add(a)";
        QTest::addRow("along rows")
            << "seen -> concat(up axis=2) as both -> conv2d(out_channels=16)";
        QTest::addRow("groups") << "seen -> concat(up) as both -> conv2d(out_channels=16 groups=2)";
        QTest::addRow("few channels") << "up -> conv2d(out_channels=4 kernel=1) as few\n"
                                         "up -> concat(few) as both -> conv2d(out_channels=16)";
    }
    void leavesOthersAsTheyAre() {
        QFETCH(QString, network);
        const Program program = programOf(network.toStdString());
        QCOMPARE(concatenations(tapeOf(program)), 1);
    }

    void staysWhereItIsAskedFor() {
        const Program program =
            programOf("seen -> concat(up) as both -> conv2d(out_channels=16 kernel=3 padding=1)");
        QCOMPARE(concatenations(tapeOf(program)), 0);
        QCOMPARE(concatenations(tapeOf(program, {.pinned = {"both"}})), 1);
        QCOMPARE(concatenations(tapeOf(program, {.referenceKernels = true})), 1);
    }

    /// One operand runs in the loads of its readers, the other is kept without its frame: neither
    /// pass counts a concatenation that nobody makes among those.
    void operandsAreLoadedAndFramed() {
        const Program program = test::trainingProgram(
            "x[16,16,16] -> conv2d(out_channels=16 kernel=3 padding=1) -> relu as seen"
            " -> conv2d(out_channels=16 kernel=7 padding=3 groups=16) -> max_pool2d"
            " -> conv2d(out_channels=16 kernel=3 padding=1 bias=false) -> batch_norm2d -> relu"
            " -> conv_transpose2d(out_channels=16 kernel=2 stride=2 bias=false) -> batch_norm2d"
            " -> relu as up\n"
            "seen -> concat(up) as both -> conv2d(out_channels=16 kernel=3 padding=1)" +
                std::string(head),
            3);
        StateLayout states;
        states.add(program);
        const auto ours = test::prepareStep(program, states, {}, 1, 2);
        const auto plain = test::prepareStep(
            program, states, {.referenceKernels = true, .shareMemory = false, .fuse = false}, 1);
        const Tape& tape = *ours.tape;
        QCOMPARE(concatenations(tape), 0);
        QCOMPARE(loadsOf(tape, "seen.framed"), 4);  // two convolutions and their weights' gradients
        QVERIFY(loadsOf(tape, "up") >= 2);
        QCOMPARE(definingEntry(tape, valueNamed(tape, "up")), -1);
        plain.executor->runAll();
        const ValueId both = valueNamed(tape, "both");
        const int place = fusingEntry(tape, both);
        for (int entry = 0; entry <= place; ++entry) ours.executor->runEntry(entry);
        QVERIFY(distance(recomputed(tape, *ours.memory, both, place + 1),
                         plain.executor->contents(valueNamed(*plain.tape, "both"))) < 1e-5);
        for (int entry = place + 1; entry < static_cast<int>(tape.entries.size()); ++entry)
            ours.executor->runEntry(entry);
        for (size_t i = 0; i < tape.states.size(); ++i)
            QVERIFY2(distance(ours.executor->contents(tape.states[i].in),
                              plain.executor->contents(plain.tape->states[i].in)) < 1e-4,
                     tape.states[i].name.c_str());
    }

    void takesLessMemory() {
        const Program program = programOf(
            "seen -> concat(up) as both -> conv2d(out_channels=16 kernel=3 padding=1)"
            " -> batch_norm2d -> relu",
            16);
        const int64_t bytes = tapeOf(program).extent.peakBytes;
        const int64_t kept = tapeOf(program, {.pinned = {"both"}}).extent.peakBytes;
        // What was seen follows from what its normalisation keeps anyway.
        const int64_t seen = int64_t{16} * 16 * 16 * 16 * 4;
        QVERIFY2(bytes + seen <= kept, qPrintable(QString("%1 %2").arg(bytes).arg(kept)));
    }
};

QTEST_APPLESS_MAIN(ConcatSplitTest)
#include "tst_concat_split.moc"
