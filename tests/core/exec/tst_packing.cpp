// SPDX-License-Identifier: Apache-2.0
// Packed weights on tapes: where they are packed, how often, and that results are those of the
// weights as they are. Truth: fresh executors, and the weights themselves.
#include <QtTest/QtTest>

#include <algorithm>
#include <cstring>

#include "core/base/rng.h"
#include "core/exec/value_reader.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/opdef/descriptor.h"
#include "tests/support/prepared_step.h"
#include "tests/support/random_graph.h"

using namespace vitrine;

namespace {

/// Lanes, and blocks of channels with two groups; the second in channels that fill no block.
constexpr auto lanes =
    "x[3,9,7] -> conv2d(out_channels=8 kernel=3) as c1 -> relu"
    " -> conv2d(out_channels=5 kernel=1,2 dilation=1,2) as c2"
    " -> flatten -> linear(out_features=10) as f -> cross_entropy(labels)";
constexpr auto blocks =
    "x[32,9,7] -> conv2d(out_channels=32 kernel=3 groups=2 padding=1) as c1"
    " -> relu -> conv2d(out_channels=37 kernel=3) as c2"
    " -> flatten -> linear(out_features=10) as f -> cross_entropy(labels)";

Program programOf(std::string_view network, bool training, int64_t batch) {
    const Result<Graph> graph = graphFromText(network);
    VITRINE_CHECK(graph.ok(), "the network of a test is right");
    if (training) return test::trainingProgram(*graph, batch);
    Result<Program> program = lower(*graph, {.batch = batch, .training = false});
    VITRINE_CHECK(program.ok(), "the network of a test can run");
    return std::move(program).value();
}

bool isPack(const TapeEntry& entry) { return entry.instr.op->id == "pack"; }

bool reads(const TapeEntry& entry, ValueId value) {
    return std::ranges::find(entry.instr.in, value) != entry.instr.in.end();
}

/// An evaluation in memory of its own, with weights from a seed.
struct Evaluation {
    explicit Evaluation(const Program& program, uint64_t seed) {
        states.add(program);
        tape = compileTape(program, states, {});
        memory = std::move(HostMemory::allocate(tape.arenaBytes())).value();
        std::memset(memory->host(), 0xff, static_cast<size_t>(memory->sizeBytes()));
        initialiseStates(states, *memory, seed);
        executor = std::make_unique<HostExecutor>(tape, *memory, team);
    }
    std::vector<double> logitsOf(uint64_t images) {
        Rng rng(images, RngStream::Test);
        auto* x = reinterpret_cast<float*>(test::storageOf(*executor, tape.input("x")));
        for (int64_t i = 0; i < tape.value(tape.input("x")).type.shape.elements(); ++i)
            x[i] = static_cast<float>(rng.normal());
        std::memset(test::storageOf(*executor, tape.input("labels")), 0,
                    static_cast<size_t>(tape.batch) * sizeof(int32_t));
        executor->runAll();
        return executor->contents(tape.outputs.front().value);
    }
    void spoilPacked() {
        for (const TapeEntry& entry : tape.entries)
            if (isPack(entry))
                std::memset(
                    test::storageOf(*executor, entry.instr.out[0]), 0xff,
                    static_cast<size_t>(tape.value(entry.instr.out[0]).type.storageBytes()));
    }

    StateLayout states;
    Tape tape;
    Team team{2};
    std::unique_ptr<HostMemory> memory;
    std::unique_ptr<Executor> executor;
};

}  // namespace

class PackingTest : public QObject {
    Q_OBJECT

  private slots:
    void aStepPacksRightBeforeTheReader_data() { addNetworks(); }
    void aStepPacksRightBeforeTheReader() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        const Program program = programOf(network.toStdString(), true, batch);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        int packs = 0;
        for (size_t i = 0; i < tape.entries.size(); ++i) {
            const TapeEntry& entry = tape.entries[i];
            QVERIFY(!entry.once);
            if (!isPack(entry)) continue;
            ++packs;
            const TapeEntry& next = tape.entries[i + 1];
            QVERIFY(reads(next, entry.instr.out[0]));
            QVERIFY(entry.instr.phase == next.instr.phase);
            QVERIFY(entry.instr.origins == next.instr.origins);
            QCOMPARE(tape.value(entry.instr.out[0]).type.layout.packing.transposed,
                     entry.instr.phase == Phase::Backward);
        }
        QCOMPARE(packs, 3);  // nobody needs the gradient of the images
    }

    void anEvaluationPacksAtItsStart_data() { addNetworks(); }
    void anEvaluationPacksAtItsStart() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        QFETCH(int, block);
        const Evaluation evaluation(programOf(network.toStdString(), false, batch), 1);
        const Tape& tape = evaluation.tape;
        const int end = static_cast<int>(tape.entries.size());
        for (int i = 0; i < end; ++i) {
            const TapeEntry& entry = tape.entries[static_cast<size_t>(i)];
            QCOMPARE(isPack(entry), i < 2);
            QCOMPARE(entry.once, i < 2);
            if (!entry.once) continue;
            const TapeValue& packed = tape.value(entry.instr.out[0]);
            QCOMPARE(packed.type.layout.packing.block, int64_t{block});
            const int storage = packed.storage;
            const MemoryBlock& memory = tape.storages[static_cast<size_t>(storage)].block;
            QVERIFY(memory.first == 0 && memory.last >= end);
        }
        QCOMPARE(tape.value(tape.entries[0].instr.out[0]).name, std::string("c1.weight.packed"));
    }

    void severalBatchesGiveTheBitsOfFreshExecutors_data() {
        addNetworks();
        for (uint64_t seed = 1; seed <= 20; ++seed) {
            const test::RandomGraph random = test::randomGraph(seed);
            QTest::addRow("random graph %d", static_cast<int>(seed))
                << QString::fromStdString(random.text) << static_cast<int>(random.batch) << 0;
        }
    }
    void severalBatchesGiveTheBitsOfFreshExecutors() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        const Program program = programOf(network.toStdString(), false, batch);
        Evaluation evaluation(program, 1);
        for (uint64_t images = 1; images <= 4; ++images)
            QVERIFY(evaluation.logitsOf(images) == Evaluation(program, 1).logitsOf(images));
    }

    // Who runs only the first time does not mend what is spoilt behind its back.
    void packsOnceUntilTheStatesChange_data() { addNetworks(); }
    void packsOnceUntilTheStatesChange() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        const Program program = programOf(network.toStdString(), false, batch);
        Evaluation evaluation(program, 1);
        const std::vector<double> logits = evaluation.logitsOf(1);
        evaluation.spoilPacked();
        QVERIFY(std::isnan(evaluation.logitsOf(1).front()));
        evaluation.executor->statesChanged();
        QVERIFY(evaluation.logitsOf(1) == logits);
        initialiseStates(evaluation.states, *evaluation.memory, 2);
        evaluation.executor->statesChanged();
        QVERIFY(evaluation.logitsOf(1) == Evaluation(program, 2).logitsOf(1));
        QVERIFY(evaluation.logitsOf(1) != logits);
    }

    void readersThatWantTheSameShareOne() {
        const Program program = programOf(
            "x[3,8,8] -> conv2d(out_channels=3 kernel=3 padding=1) as c1"
            " -> conv2d(weight=@c1.weight out_channels=3 kernel=3 padding=1) as c2"
            " -> flatten -> linear(out_features=10) as f -> cross_entropy(labels)",
            false, 16);
        const Evaluation evaluation(program, 1);
        QCOMPARE(std::ranges::count_if(evaluation.tape.entries, isPack), 1);
        QCOMPARE(evaluation.tape.entries[0].instr.origins, std::vector<std::string>{"c1"});
    }

    void whoLooksSeesTheWeight_data() { addNetworks(); }
    void whoLooksSeesTheWeight() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        Evaluation evaluation(programOf(network.toStdString(), false, batch), 1);
        (void)evaluation.logitsOf(1);
        const Tape& tape = evaluation.tape;
        const int end = static_cast<int>(tape.entries.size());
        for (const TapeEntry& entry : tape.entries) {
            if (!isPack(entry)) continue;
            const ValueId weight = entry.instr.in[0], packed = entry.instr.out[0];
            QVERIFY(isAlive(tape, packed, end));
            QVERIFY(evaluation.executor->contents(packed) == evaluation.executor->contents(weight));
            const auto look = [&](ValueId value) {
                return readValue(tape, *evaluation.memory, {.value = value}, end, 0);
            };
            QVERIFY(look(packed).elements == look(weight).elements);
            QCOMPARE(look(packed).statistics.count, look(weight).statistics.count);
            QCOMPARE(look(packed).statistics.maximum, look(weight).statistics.maximum);
            writeElement(tape, *evaluation.memory, packed, 5, 1234.5);
            QCOMPARE(readElement(tape, *evaluation.memory, packed, 5), 1234.5);
            QCOMPARE(evaluation.executor->contents(packed)[5], 1234.5);
        }
    }

  private:
    static void addNetworks() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("block");
        QTest::addRow("lanes") << QString(lanes) << 16 << 1;
        QTest::addRow("blocks") << QString(blocks) << 3 << 16;
    }
};

QTEST_GUILESS_MAIN(PackingTest)
#include "tst_packing.moc"
