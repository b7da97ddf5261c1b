// SPDX-License-Identifier: Apache-2.0
// A step that makes values of its forward phase again takes less memory and gives the same bits.
// Truth is the same step with everything kept.
#include "core/exec/recompute.h"

#include <fmt/ranges.h>
#include <QtTest/QtTest>

#include <algorithm>

#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"
#include "core/templates/template.h"
#include "core/train/model.h"
#include "core/train/stop_point.h"
#include "tests/support/prepared_step.h"
#include "tests/support/small_run.h"

Q_DECLARE_METATYPE(vitrine::Recompute)

using namespace vitrine;

namespace {

/// What must not happen twice or come out differently: statistics of batch normalisation, random
/// numbers, pooling that remembers places, a skip.
constexpr const char* mixed =
    "x[3,16,16] -> conv2d(out_channels=16 kernel=3 padding=1) as c1 -> batch_norm2d -> relu as r1\n"
    "-> dropout(rate=0.3) -> conv2d(out_channels=16 kernel=3 padding=1) as c2 -> batch_norm2d -> "
    "add(r1) -> relu\n"
    "-> max_pool2d(kernel=2 stride=2) -> conv2d(out_channels=32 kernel=3 padding=1) as c3 -> "
    "batch_norm2d -> sigmoid -> gaussian_noise(deviation=0.1)\n"
    "-> global_avg_pool2d -> flatten -> linear(out_features=10) as f1 -> cross_entropy(labels)";

Program templateProgram(std::string_view id, int64_t batch) {
    const TemplateDescriptor* found = findTemplate(id);
    const auto graph = found->build(Attrs(found->fields));
    return test::trainingProgram(*graph, batch);
}

Tape tapeOf(const Program& program, const TapeOptions& options) {
    StateLayout states;
    states.add(program);
    return compileTape(program, states, options);
}

/// All states after a step.
std::vector<std::byte> statesAfterStep(const Program& program, const TapeOptions& options,
                                       uint64_t seed, int threads) {
    StateLayout states;
    states.add(program);
    const test::PreparedStep step = test::prepareStep(program, states, options, seed, threads);
    step.executor->runAll();
    const std::byte* start = step.memory->host();
    return {start, start + states.sizeBytes()};
}

std::vector<const TapeEntry*> secondRuns(const Tape& tape) {
    std::vector<const TapeEntry*> entries;
    for (const TapeEntry& entry : tape.entries)
        if (entry.again) entries.push_back(&entry);
    return entries;
}

}  // namespace

class RecomputeTest : public QObject {
    Q_OBJECT

  private slots:
    void bitsAreThoseOfAStepThatKeepsEverything_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Recompute>("mode");
        for (const auto& [name, text] : {std::pair("residual", test::residualNetwork()),
                                         {"dropout", test::dropoutNetwork()},
                                         {"mixed", std::string(mixed)}})
            for (const auto& [word, mode] : {std::pair("cheap", Recompute::Cheap),
                                             {"blocks", Recompute::Blocks},
                                             {"least", Recompute::Budget}})
                QTest::addRow("%s, %s", name, word) << QString::fromStdString(text) << mode;
    }
    void bitsAreThoseOfAStepThatKeepsEverything() {
        QFETCH(QString, text);
        QFETCH(Recompute, mode);
        const Program program = test::trainingProgram(text.toStdString(), 16);
        for (uint64_t seed = 1; seed <= 3; ++seed)
            QVERIFY(statesAfterStep(program, {.recompute = mode}, seed, 1 + seed % 2) ==
                    statesAfterStep(program, {}, seed, 1));
    }

    void eachModeTakesLessMemoryThanTheOneBefore_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("batch");
        QTest::addColumn<double>("cheap");  // most that may be left of the step's memory
        QTest::addColumn<double>("blocks");
        QTest::addColumn<double>("least");
        QTest::addRow("ResNet-20") << "bench_resnet20" << 32 << 0.97 << 0.66 << 0.59;
        QTest::addRow("VGG-small") << "bench_vgg" << 16 << 0.95 << 0.72 << 0.70;
    }
    void eachModeTakesLessMemoryThanTheOneBefore() {
        QFETCH(QString, id);
        QFETCH(int, batch);
        const Program program = templateProgram(id.toStdString(), batch);
        const Tape all = tapeOf(program, {.math = Math::Fast});
        QCOMPARE(all.recomputed(), 0);
        const auto share = [&](Recompute mode) {
            const Tape tape = tapeOf(program, {.math = Math::Fast, .recompute = mode});
            return static_cast<double>(tape.extent.peakBytes) /
                   static_cast<double>(all.extent.peakBytes);
        };
        QFETCH(double, cheap);
        QFETCH(double, blocks);
        QFETCH(double, least);
        const double reached[] = {share(Recompute::Cheap), share(Recompute::Blocks),
                                  share(Recompute::Budget)};
        const std::string found = fmt::format("{}", fmt::join(reached, ", "));
        QVERIFY2(reached[0] <= cheap, found.c_str());
        QVERIFY2(reached[1] <= blocks, found.c_str());
        QVERIFY2(reached[2] <= least, found.c_str());
    }

    void cheapCostsNoMoreThanItsShareByTheEstimate() {
        const Tape tape =
            tapeOf(templateProgram("bench_resnet20", 32), {.recompute = Recompute::Cheap});
        QVERIFY(tape.recomputed() > 0);
        const double kept = tape.seconds() - tape.recomputeSeconds();
        QVERIFY(tape.recomputeSeconds() <= cheapShare * kept * 1.0001);
        for (const TapeEntry* entry : secondRuns(tape))
            QVERIFY2(entry->instr.op->id != "conv2d" || entry->flops < 40 * entry->bytes / 4,
                     "a large convolution is not cheap");
    }

    void aBudgetIsKeptToAndNotWasted() {
        const Program program = templateProgram("bench_resnet20", 32);
        const Tape all = tapeOf(program, {}),
                   least = tapeOf(program, {.recompute = Recompute::Budget});
        double secondsBefore = least.recomputeSeconds() * 1.0001;
        for (const double share : {0.3, 0.6, 0.9}) {
            const auto budget =
                static_cast<int64_t>(static_cast<double>(least.arenaBytes()) * (1 - share) +
                                     static_cast<double>(all.arenaBytes()) * share);
            const Tape tape =
                tapeOf(program, {.recompute = Recompute::Budget, .budgetBytes = budget});
            QVERIFY(tape.arenaBytes() <= budget);
            QVERIFY(tape.recomputeSeconds() <= secondsBefore);
            secondsBefore = tape.recomputeSeconds() * 1.0001;
        }
        const Tape enough =
            tapeOf(program, {.recompute = Recompute::Budget, .budgetBytes = all.arenaBytes()});
        QCOMPARE(enough.recomputed(), 0);
    }

    void nodesThatAreMarkedAreMadeAgainAndNothingElse_data() {
        QTest::addColumn<QStringList>("marked");
        QTest::newRow("a convolution") << QStringList{"c2"};
        QTest::newRow("two") << QStringList{"r1", "c2"};
    }
    void nodesThatAreMarkedAreMadeAgainAndNothingElse() {
        QFETCH(QStringList, marked);
        TapeOptions options;
        for (const QString& node : marked) options.madeAgain.push_back(node.toStdString());
        const Program program = test::trainingProgram(mixed, 16);
        const Tape tape = tapeOf(program, options);
        QVERIFY(tape.recomputed() > 0);
        for (const TapeEntry* entry : secondRuns(tape)) {
            // What is summed beside a result comes with it.
            const ValueId original = tape.value(entry->instr.out[0]).recomputes;
            const std::vector<std::string> origins = originsOf(tape, original);
            const bool isMarked = std::ranges::any_of(origins, [&](const std::string& node) {
                return marked.contains(QString::fromStdString(node));
            });
            QVERIFY2(isMarked, fmt::format("{}", fmt::join(origins, " ")).c_str());
        }
        for (uint64_t seed = 1; seed <= 2; ++seed)
            QVERIFY(statesAfterStep(program, options, seed, 2) ==
                    statesAfterStep(program, {}, seed, 1));
    }

    void markedNodesStayMarkedInEveryMode() {
        const Program program = test::trainingProgram(mixed, 16);
        for (const Recompute mode : {Recompute::Cheap, Recompute::Blocks, Recompute::Budget}) {
            const Tape tape = tapeOf(
                program, {.recompute = mode, .budgetBytes = int64_t{1} << 40, .madeAgain = {"c2"}});
            const std::vector<std::string> nodes = recomputedNodes(tape);
            QVERIFY2(std::ranges::find(nodes, "c2") != nodes.end(), recomputeId(mode).data());
        }
    }

    void aMarkThatNothingComesOfChangesNothing() {
        const Program program = test::trainingProgram(mixed, 16);
        const Tape plain = tapeOf(program, {}), tape = tapeOf(program, {.madeAgain = {"nobody"}});
        QCOMPARE(tape.entries.size(), plain.entries.size());
        QCOMPARE(tape.extent.peakBytes, plain.extent.peakBytes);
    }

    void whatIsPinnedStays() {
        const Program program = test::trainingProgram(mixed, 16);
        const auto stays = [&](const std::vector<std::string>& pinned) {
            const Tape tape =
                tapeOf(program, {.fuse = false, .pinned = pinned, .recompute = Recompute::Budget});
            const auto r1 = std::ranges::find(tape.values, "r1", &TapeValue::name);
            return isAlive(tape, static_cast<ValueId>(r1 - tape.values.begin()),
                           static_cast<int>(tape.entries.size()));
        };
        QVERIFY(!stays({}));
        QVERIFY(stays({"r1"}));
    }

    void secondRunsSayWhatTheyMakeAndBreakpointsGoByTheFirst() {
        const Tape tape =
            tapeOf(test::trainingProgram(mixed, 16), {.recompute = Recompute::Budget});
        QVERIFY(!secondRuns(tape).empty());
        for (const TapeEntry* entry : secondRuns(tape)) {
            QCOMPARE(entry->instr.phase, Phase::Backward);
            for (ValueId v : entry->instr.out) {
                const ValueId original = tape.value(v).recomputes;
                QVERIFY(original != noValue);
                const int first = definingEntry(tape, original);
                const TapeEntry& once = tape.entries[static_cast<size_t>(first)];
                QVERIFY(!once.again && once.instr.op == entry->instr.op);
                QCOMPARE(QString::fromStdString(once.kernel.name),
                         QString::fromStdString(entry->kernel.name));
            }
            for (const std::string& node : entry->instr.origins) {
                const int forward = firstEntryOf(tape, node, false);
                const int backward = firstEntryOf(tape, node, true);
                QVERIFY(forward >= 0 && !tape.entries[static_cast<size_t>(forward)].again);
                QVERIFY(backward < 0 || !tape.entries[static_cast<size_t>(backward)].again);
            }
        }
    }

    void aValueIsReadFromItsSecondCopy() {
        const Program program = test::trainingProgram(mixed, 16);
        StateLayout states;
        states.add(program);
        const test::PreparedStep kept =
                                     test::prepareStep(program, states, {.shareMemory = false}, 5),
                                 again = test::prepareStep(program, states,
                                                           {.recompute = Recompute::Budget}, 5);
        kept.executor->runAll();
        int read = 0;
        for (int i = 0; i < again.executor->entries(); ++i) {
            again.executor->runEntry(i);
            const TapeEntry& entry = again.tape->entries[static_cast<size_t>(i)];
            if (!entry.again || entry.instr.op->isView()) continue;
            const ValueId original = again.tape->value(entry.instr.out[0]).recomputes;
            const ValueSnapshot now =
                readValue(*again.tape, *again.memory, {.value = original}, i + 1, 0);
            const ValueSnapshot then = readValue(*kept.tape, *kept.memory, {.value = original},
                                                 static_cast<int>(kept.tape->entries.size()), 0);
            QVERIFY2(now.isAlive, now.reason.c_str());
            QCOMPARE(now.elements, then.elements);
            ++read;
        }
        QVERIFY(read > 0);
    }

    void evaluationsHaveNothingToMakeAgain() {
        const TemplateDescriptor* found = findTemplate("lenet5");
        const auto graph = found->build(Attrs(found->fields));
        auto program = buildProgram(*graph, {Mode::Predict, 8}, {});
        const Tape plain = tapeOf(*program, {}),
                   tape = tapeOf(*program, {.recompute = Recompute::Budget});
        QCOMPARE(tape.entries.size(), plain.entries.size());
        QCOMPARE(tape.recomputed(), 0);
    }
};

QTEST_APPLESS_MAIN(RecomputeTest)
#include "tst_recompute.moc"
