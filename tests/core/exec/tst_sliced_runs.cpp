// SPDX-License-Identifier: Apache-2.0
// Entries that run together, some images at a time. Truth: the same tape entry by entry, bit for
// bit; of memory, the plan of a tape whose tensors each have their own.
#include "core/exec/sliced_runs.h"

#include <cmath>
#include <cstring>

#include "core/base/guard.h"
#include "core/exec/value_reader.h"
#include "core/templates/template.h"
#include "core/tensor/element.h"
#include "core/train/model.h"
#include "tests/support/prepared_step.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

Graph graphOf(const char* id) {
    const TemplateDescriptor* const network = findTemplate(id);
    VITRINE_CHECK(network, "the network of a test is there");
    Result<Graph> graph = network->build(Attrs(network->fields));
    VITRINE_CHECK(graph.ok(), "the network of a test is right");
    return std::move(graph).value();
}

Program programOf(const char* id, int64_t batch) {
    return test::trainingProgram(graphOf(id), batch);
}

/// Values of which the slices of a run have one at a time, where they do.
std::vector<ValueId> takingTurns(const Tape& tape, const SlicedRun& run) {
    std::vector<ValueId> values;
    for (const TapeStorage& storage : tape.storages)
        if (storage.slicedUntil == run.last)
            values.insert(values.end(), storage.values.begin(), storage.values.end());
    return values;
}

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// A block of a mobile network, and the residual sum of another.
constexpr auto mobile =
    "x[3,16,16] -> conv2d(out_channels=24 kernel=3 padding=1) -> batch_norm2d -> relu6 as a"
    " -> conv2d(out_channels=96 kernel=1) -> batch_norm2d -> relu6"
    " -> depthwise_conv2d(kernel=3 padding=1) -> batch_norm2d -> relu6"
    " -> conv2d(out_channels=24 kernel=1) -> batch_norm2d -> add(a)"
    " -> conv2d(out_channels=96 kernel=1) -> batch_norm2d -> relu"
    " -> depthwise_conv2d(kernel=3 padding=1 stride=2) -> batch_norm2d -> relu"
    " -> global_avg_pool2d -> flatten -> linear(out_features=10) as fc -> cross_entropy(labels)";

}  // namespace

class TestSlicedRuns : public QObject {
    Q_OBJECT

  private slots:
    void changeNoBit_data() {
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("math");
        for (int batch : {37, 64})
            for (int threads : {1, 2, 8})
                for (const Math math : {Math::Direct, Math::Fast})
                    QTest::addRow("batch %d, %d threads, %s", batch, threads,
                                  math == Math::Fast ? "fast" : "direct")
                        << batch << threads << static_cast<int>(math);
    }
    void changeNoBit() {
        QFETCH(int, batch);
        QFETCH(int, threads);
        QFETCH(int, math);
        const Program program = test::trainingProgram(mobile, batch);
        StateLayout states;
        states.add(program);
        const TapeOptions options{.math = static_cast<Math>(math)};
        const auto together = test::prepareStep(program, states, options, 1, threads);
        const auto apart = test::prepareStep(program, states, options, 1);
        // More threads want more images at once, and such batches have few of them.
        QVERIFY(slicedRuns(*together.tape, threads).size() >= (threads > 2 ? 1 : 4));
        for (int step = 0; step < 2; ++step) {
            together.executor->runAll();
            for (int i = 0; i < apart.executor->entries(); ++i) apart.executor->runEntry(i);
        }
        for (size_t i = 0; i < together.tape->states.size(); ++i)
            QVERIFY2(sameBits(together.executor->contents(together.tape->states[i].in),
                              apart.executor->contents(apart.tape->states[i].in)),
                     together.tape->states[i].name.c_str());
    }

    /// Every entry is in one run at most, and every part in one slice.
    void coverEveryPartOnce() {
        const Program program = programOf("bench_mobilenet", 16);
        StateLayout states;
        states.add(program);
        const auto step = test::prepareStep(program, states, {}, 1);
        int last = 0;
        for (const SlicedRun& run : slicedRuns(*step.tape, 1)) {
            QVERIFY(run.first >= last && run.last - run.first > 1 && run.slices > 1);
            last = run.last;
            for (int i = run.first; i < run.last; ++i) {
                if (run.goesFirst(i)) continue;
                const kernels::Kernel& kernel = step.tape->entries[static_cast<size_t>(i)].kernel;
                for (int64_t slice = 1; slice < run.slices; ++slice)
                    QVERIFY(run.end(i, slice - 1) <= run.end(i, slice));
                QCOMPARE(run.end(i, run.slices - 1), kernel.parts[0]);
            }
        }
        QVERIFY(last > 0);
    }

    /// Depthwise convolutions and what they read stop between planes of an image too.
    void goPlaneByPlaneWhereAllDo() {
        constexpr int batch = 16;
        const Program program = programOf("bench_mobilenet", batch);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        int64_t most = 0;
        for (const SlicedRun& run : slicedRuns(tape, 1)) most = std::max(most, run.slices);
        QVERIFY(most > batch);
    }

    /// Whoever is done with a slice waits for the others.
    void shareOutEverySliceButTheLast() {
        const Program program = programOf("bench_mobilenet", 64);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        for (const int threads : {2, 3, 8}) {
            const std::vector<SlicedRun> runs = slicedRuns(tape, threads);
            for (const SlicedRun& run : runs)
                for (int i = run.first; i < run.last; ++i)
                    for (int64_t slice = 0; slice + 1 < run.slices; ++slice) {
                        const int64_t parts =
                            run.end(i, slice) - (slice == 0 ? 0 : run.end(i, slice - 1));
                        QVERIFY(parts % threads == 0 || parts >= 8 * threads);
                    }
            QVERIFY2(!runs.empty(), qPrintable(QString::number(threads)));
        }
    }

    /// What a run reads or writes lives as long as the run, in a plan as tight as any.
    void takeNoMemory() {
        const Program program = programOf("bench_mobilenet", 16);
        StateLayout states;
        states.add(program);
        const auto step = test::prepareStep(program, states, {}, 1);
        const Tape& tape = *step.tape;
        const std::vector<SlicedRun> runs = slicedRuns(tape, 1);
        QVERIFY(runs.size() > 8);
        for (const SlicedRun& run : runs)
            for (int i = run.first; i < run.last; ++i)
                for (ValueId v : tape.entries[static_cast<size_t>(i)].instr.operands()) {
                    const TapeStorage& storage =
                        tape.storages[static_cast<size_t>(tape.value(v).storage)];
                    QVERIFY(storage.isState || (storage.block.first <= run.first &&
                                                storage.block.last >= run.last - 1));
                }
        QVERIFY(tape.extent.peakBytes * 20 <= tape.extent.lowerBoundBytes * 21);
    }

    /// What a run alone makes and needs takes turns in its memory where nobody stops behind the
    /// run: all but the first slice's share stays as it was.
    void takeTurnsInTheMemoryOfOneSlice() {
        const Program program = programOf("bench_mobilenet", 16);
        StateLayout states;
        states.add(program);
        const auto step = test::prepareStep(program, states, {}, 1);
        const Tape& tape = *step.tape;
        int next = 0, found = 0;
        for (const SlicedRun& run : slicedRuns(tape, 1)) {
            if (run.last == step.executor->entries()) break;
            orThrow(step.executor->run(next, run.first));
            for (const SlicedRun::Turn& turn : run.turns) {
                QVERIFY(turn.bytesBefore.size() == static_cast<size_t>(run.slices));
                QVERIFY(turn.bytesBefore.front() == 0 && turn.bytesBefore[1] > 0);
            }
            const std::vector<ValueId> values = takingTurns(tape, run);
            QCOMPARE(values.empty(), run.turns.empty());
            for (ValueId v : values)
                std::memset(test::storageOf(*step.executor, v), 0xff,
                            static_cast<size_t>(tape.value(v).type.storageBytes()));
            orThrow(step.executor->run(run.first, run.last + 1));
            next = run.last + 1;
            for (ValueId v : values) {
                std::string reason;
                QVERIFY(isAlive(tape, v, run.last));
                QVERIFY(!isAlive(tape, v, run.last + 1, &reason));
                QVERIFY2(reason.find("take turns in its memory") != std::string::npos,
                         reason.c_str());
                const std::vector<double> all = step.executor->contents(v);
                // Entries behind the run may have put something else there.
                found += std::isfinite(all.front()) && std::isnan(all.back());
            }
        }
        QVERIFY2(found >= 4, qPrintable(QString::number(found)));
    }

    /// Who stops right behind a run finds what it has used up.
    void leaveEverythingToWhoStopsBehindThem() {
        const Program program = programOf("bench_mobilenet", 16);
        StateLayout states;
        states.add(program);
        const auto stopped = test::prepareStep(program, states, {}, 1);
        const auto apart = test::prepareStep(program, states, {}, 1);
        int next = 0, seen = 0;
        for (const SlicedRun& run : slicedRuns(*stopped.tape, 1)) {
            orThrow(stopped.executor->run(next, run.last));
            for (; next < run.last; ++next) apart.executor->runEntry(next);
            for (ValueId v : takingTurns(*stopped.tape, run)) {
                if (!isAlive(*stopped.tape, v, run.last)) continue;
                QVERIFY(sameBits(stopped.executor->contents(v), apart.executor->contents(v)));
                ++seen;
            }
        }
        QVERIFY2(seen >= 2, qPrintable(QString::number(seen)));
    }

    /// Blocks of a mobile network that answers run as one, and keep its bits.
    void answerAlike() {
        const auto program =
            buildProgram(graphOf("bench_mobilenet"), {Mode::Predict, 16}, ModelOptions());
        QVERIFY(program.ok());
        StateLayout states;
        states.add(*program);
        const auto together = test::prepareStep(*program, states, {}, 1);
        const auto apart = test::prepareStep(*program, states, {.shareMemory = false}, 1);
        size_t turns = 0;
        for (const SlicedRun& run : slicedRuns(*together.tape, 1)) turns += run.turns.size();
        QVERIFY2(turns >= 8, qPrintable(QString::number(turns)));
        together.executor->runAll();
        for (int i = 0; i < apart.executor->entries(); ++i) apart.executor->runEntry(i);
        for (const NamedValue& output : together.tape->outputs)
            QVERIFY2(sameBits(together.executor->contents(output.value),
                              apart.executor->contents(apart.tape->output(output.name))),
                     output.name.c_str());
    }

    /// Whoever asks for a part of a run gets it entry by entry.
    void stopInTheMiddle() {
        const Program program = test::trainingProgram(mobile, 64);
        StateLayout states;
        states.add(program);
        const auto stopped = test::prepareStep(program, states, {}, 1);
        const auto apart = test::prepareStep(program, states, {}, 1);
        const SlicedRun run = slicedRuns(*stopped.tape, 1).front();
        orThrow(stopped.executor->run(0, run.first + 1));
        orThrow(stopped.executor->run(run.first + 1, stopped.executor->entries()));
        for (int i = 0; i < apart.executor->entries(); ++i) apart.executor->runEntry(i);
        for (const TapeState& state : stopped.tape->states)
            QVERIFY2(
                sameBits(stopped.executor->contents(state.in), apart.executor->contents(state.in)),
                state.name.c_str());
    }
};

QTEST_APPLESS_MAIN(TestSlicedRuns)
#include "tst_sliced_runs.moc"
