// SPDX-License-Identifier: Apache-2.0
// Values that fusion made disappear, computed again. Truth: the same step on a tape on which
// nothing is fused, bit for bit.
#include "core/exec/fused_value.h"

#include <cstring>

#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/tensor/element.h"
#include "tests/support/prepared_step.h"
#include "tests/support/random_graph.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

std::vector<double> elementsOf(const TensorType& type, const std::byte* storage) {
    std::vector<double> elements(static_cast<size_t>(type.shape.elements()));
    for (size_t i = 0; i < elements.size(); ++i)
        elements[i] =
            readElement(storage, type.dtype, physicalIndexOf(type, static_cast<int64_t>(i)));
    return elements;
}

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

struct HiddenAt {
    int entry;
    ValueId hidden;
};

std::vector<HiddenAt> placesOf(const Tape& tape) {
    std::vector<HiddenAt> places;
    for (size_t i = 0; i < tape.entries.size(); ++i)
        for (const FusedOp& fused : tape.entries[i].instr.epilogue)
            places.push_back({static_cast<int>(i), fused.hidden});
    return places;
}

}  // namespace

class FusedValueTest : public QObject {
    Q_OBJECT

  private slots:
    void isWhatAnUnfusedStepMakes_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("batch");
        QTest::addColumn<bool>("reference");
        QTest::addRow("lanes") << QString::fromStdString(test::lanesNetwork()) << 5 << false;
        QTest::addRow("residual") << QString::fromStdString(test::residualNetwork()) << 3 << false;
        QTest::addRow("reference kernels")
            << QString::fromStdString(test::residualNetwork()) << 3 << true;
        for (uint64_t seed = 1; seed <= 12; ++seed) {
            const test::RandomGraph random = test::randomGraph(seed);
            QTest::addRow("random graph %d", static_cast<int>(seed))
                << QString::fromStdString(random.text) << static_cast<int>(random.batch) << false;
        }
    }
    void isWhatAnUnfusedStepMakes() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        QFETCH(bool, reference);
        const Program program = test::trainingProgram(network.toStdString(), batch);
        StateLayout states;
        states.add(program);
        const auto step = test::prepareStep(
            program, states, {.referenceKernels = reference, .sumsInParts = false}, 1);
        const auto unfused = test::prepareStep(
            program, states, {.referenceKernels = reference, .shareMemory = false, .fuse = false},
            1, 2);
        Team team(2);
        unfused.executor->runAll();
        const Tape& tape = *step.tape;
        const std::vector<HiddenAt> places = placesOf(tape);
        const auto bytes = static_cast<size_t>(tape.arenaBytes());
        for (int entry = 0; entry <= step.executor->entries(); ++entry) {
            for (const HiddenAt& place : places) {
                QVERIFY(!isAlive(tape, place.hidden, entry));
                QVERIFY2(place.entry < entry || !canRecompute(tape, place.hidden, entry),
                         "not before its entry has run");
                if (!canRecompute(tape, place.hidden, entry)) continue;
                const std::vector<std::byte> before(step.memory->host(),
                                                    step.memory->host() + bytes);
                const auto computed = recomputeFused(tape, *step.memory, place.hidden, entry, team);
                QVERIFY(computed.ok());
                QVERIFY2(std::memcmp(before.data(), step.memory->host(), bytes) == 0,
                         "nobody notices");
                const auto found = elementsOf(tape.value(place.hidden).type, computed->storage());
                QVERIFY2(sameBits(found, unfused.executor->contents(place.hidden)),
                         tape.value(place.hidden).name.c_str());
            }
            if (entry < step.executor->entries()) step.executor->runEntry(entry);
        }
        // Fusion changes no bit of what a step gives.
        for (size_t i = 0; i < tape.outputs.size(); ++i)
            QVERIFY2(sameBits(step.executor->contents(tape.outputs[i].value),
                              unfused.executor->contents(unfused.tape->outputs[i].value)),
                     tape.outputs[i].name.c_str());
        for (size_t i = 0; i < tape.states.size(); ++i)
            QVERIFY2(sameBits(step.executor->contents(tape.states[i].in),
                              unfused.executor->contents(unfused.tape->states[i].in)),
                     tape.states[i].name.c_str());
    }

    void isThereRightAfterItsEntry() {
        const Program program = test::trainingProgram(test::lanesNetwork(), 5);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        const std::vector<HiddenAt> places = placesOf(tape);
        QVERIFY(places.size() >= 3);
        for (const HiddenAt& place : places) {
            QVERIFY(canRecompute(tape, place.hidden, place.entry + 1));
            QCOMPARE(fusingEntry(tape, place.hidden), place.entry);
            QCOMPARE(definingEntry(tape, place.hidden), -1);
        }
    }

    void knowsWhichNodeMadeWhat() {
        const Program program = test::trainingProgram(test::lanesNetwork(), 5);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        using Names = std::vector<std::string>;
        const TapeEntry& first = tape.entries[static_cast<size_t>(placesOf(tape)[0].entry)];
        QCOMPARE(first.instr.origins, (Names{"c1", "relu", "max_pool2d"}));
        QCOMPARE(originsOf(tape, placesOf(tape)[0].hidden), Names{"c1"});
        QCOMPARE(originsOf(tape, placesOf(tape)[1].hidden), Names{"relu"});
        QCOMPARE(originsOf(tape, first.instr.out[0]), Names{"max_pool2d"});
        QCOMPARE(originsOf(tape, tape.input("x")), Names{});
    }
};

QTEST_APPLESS_MAIN(FusedValueTest)
#include "tst_fused_value.moc"
