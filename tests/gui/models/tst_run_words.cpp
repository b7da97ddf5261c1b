// SPDX-License-Identifier: Apache-2.0
// What the training bar says in every phase. Truth: the sentences below.
#include "gui/models/run_words.h"

#include <QtTest>

#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

Error refusalWith(std::string code) { return {std::move(code), "no", {}, {}, {}}; }

RunSituation ofRun(RunPhase phase) {
    return {.phase = phase,
            .step = 1212,
            .totalSteps = 4690,
            .stepsPerEpoch = 938,
            .epochs = 5,
            .batch = 64};
}

RunSituation inside(int entry) {
    RunSituation now = ofRun(RunPhase::Paused);
    now.tape = tapeOfProject("digits_lenet");
    now.stop = {.step = 2, .entry = entry, .insideStep = true};
    return now;
}

}  // namespace

class TestRunWords : public QObject {
    Q_OBJECT

    void check(const RunSituation& now, const QByteArray& words) {
        // Narrow spaces stand between numbers and units.
        QCOMPARE(runWords(now).replace(QChar(0x202f), QLatin1Char(' ')), QString::fromUtf8(words));
    }

  private Q_SLOTS:
    void beforeARun() {
        check({.hasData = false, .isLoading = true}, "Reading the data …");
        check({.hasData = false, .isLoading = true, .loaded = 0.34}, "Reading the data · 34 %");
        check({.hasData = false, .dataFailed = true}, "No data · see Problems");
        check({.hasNodes = false, .hasData = false}, "An empty network");
        check({}, "Ready");
        check({.isAtFault = true}, "Not ready · see Problems");
        check({.phase = RunPhase::Ready}, "Ready");
        check({.step = 4690, .metric = QStringLiteral("98.82 % of test"), .isPast = true},
              "Trained for 4,690 steps · 98.82 % of test");
    }

    void whileItIsOpened() {
        check({.phase = RunPhase::Opening, .isLoading = true, .loaded = 0.5},
              "Reading the data · 50 %");
        check({.phase = RunPhase::Opening}, "Compiling …");
    }

    void whileItRuns() {
        RunSituation now = ofRun(RunPhase::Running);
        check(now, "Epoch 2/5");
        now.secondsPerStep = 0.002;
        check(now, "Epoch 2/5 · 32.0 k images/s · 0:07 left");
        now.step = 4690;
        check(now, "Epoch 5/5 · 32.0 k images/s · 0:00 left");
        now.isEnding = true;
        check(now, "Stopping …");
    }

    void whileItStands() {
        check(ofRun(RunPhase::Paused), "Paused after step 1,212");
        RunSituation fresh = ofRun(RunPhase::Paused);
        fresh.step = 0;
        check(fresh, "Paused before the first step");
        const auto entries = static_cast<int>(inside(0).tape->entries.size());
        const QString all = QString::number(entries);
        QCOMPARE(runWords(inside(entries)),
                 QStringLiteral("Paused behind the last of %1 entries · step 3").arg(all));
        QCOMPARE(
            runWords(inside(0)),
            QStringLiteral("Paused before entry 0 of %1 · forward of input · step 3").arg(all));
        QCOMPARE(
            runWords(inside(1)),
            QStringLiteral("Paused before entry 1 of %1 · forward of conv1, relu1, pool1 · step 3")
                .arg(all));
        // Steps 0, 1 | 2, 3 | 4 of an epoch make its three updates.
        RunSituation summed = inside(1);
        summed.accumulate = 2;
        summed.stepsPerEpoch = 5;
        for (const auto& [step, words] : {std::pair(2, "step 3, batch 1 of 2 of its update"),
                                          {3, "step 4, batch 2 of 2 of its update"},
                                          {9, "step 10, batch 1 of 1 of its update"}}) {
            summed.stop.step = step;
            QVERIFY2(runWords(summed).endsWith(QLatin1String(words)), words);
        }
    }

    /// Each entry has words, those that no node has made too.
    void everyEntryIsNamed() {
        const RunSituation any = inside(0);
        for (int entry = 0; entry < static_cast<int>(any.tape->entries.size()); ++entry) {
            const QString words = runWords(inside(entry));
            QVERIFY2(!words.contains(QStringLiteral("of  ·")), qPrintable(words));
            QVERIFY2(words.startsWith(QStringLiteral("Paused before entry %1 of").arg(entry)),
                     qPrintable(words));
        }
    }

    void atWhatIsNotFinite() {
        RunSituation now = inside(2);
        now.nonFinite = now.tape->entries[1].instr.out[0];
        const QString all = QString::number(now.tape->entries.size());
        check(now, "Not finite: pool1 made it · step 3, entry 1 of " + all.toUtf8());
        now = inside(0);
        now.nonFinite = now.tape->states[0].in;
        check(now,
              "Not finite as step 3 begins · conv1.weight · before entry 0 of " + all.toUtf8());
    }

    void whenItIsOver() {
        RunSituation now = ofRun(RunPhase::Finished);
        now.metric = QStringLiteral("98.82 % of test");
        now.seconds = 10.04;
        check(now, "Finished · 98.82 % of test · 10.0 s");
        now.seconds = 83;
        check(now, "Finished · 98.82 % of test · 1:23");
        check(ofRun(RunPhase::Stopped), "Stopped at step 1,212 · saved");
        check(ofRun(RunPhase::Failed), "Failed at step 1,212 · see Problems");
    }

    /// Whatever the last run came to, and not while another start goes on.
    void aStartThatCameToNothing() {
        for (const RunPhase phase : {RunPhase::None, RunPhase::Finished, RunPhase::Stopped}) {
            RunSituation now = ofRun(phase);
            now.refusal = refusalWith("P08");
            check(now, "Not started · see Problems");
            now.refusal = refusalWith("stopped");
            check(now, "Not started: stopped while it was compiled");
            now.hasData = false;
            check(now, "Not started: stopped while the data were read");
        }
        RunSituation again = ofRun(RunPhase::Opening);
        again.refusal = refusalWith("P08");
        check(again, "Compiling …");
    }

    void howFarItIs() {
        QCOMPARE(runShare({.isLoading = true, .loaded = 0.25}), 0.25);
        QCOMPARE(runShare({.phase = RunPhase::Opening}), 0.0);
        QCOMPARE(runShare(ofRun(RunPhase::Paused)), 1212.0 / 4690);
    }
};

QTEST_GUILESS_MAIN(TestRunWords)
#include "tst_run_words.moc"
