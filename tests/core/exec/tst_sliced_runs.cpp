// SPDX-License-Identifier: Apache-2.0
// Entries that run together, some images at a time. Truth: the same tape entry by entry, bit for
// bit; of memory, the plan of a tape whose tensors each have their own.
#include "core/exec/sliced_runs.h"

#include <cstring>

#include "core/base/guard.h"
#include "core/templates/template.h"
#include "tests/support/prepared_step.h"
#include "tests/support/small_run.h"

using namespace vitrine;

namespace {

Program programOf(const char* id, int64_t batch) {
    const TemplateDescriptor* const network = findTemplate(id);
    VITRINE_CHECK(network, "the network of a test is there");
    Result<Graph> graph = network->build(Attrs(network->fields));
    VITRINE_CHECK(graph.ok(), "the network of a test is right");
    return test::trainingProgram(*graph, batch);
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
