// SPDX-License-Identifier: Apache-2.0
// The memory budget under a person's hand. Truth: plans of the same project, made directly.
#include "gui/views/memory/budget_bar.h"

#include <QtTest>
#include <QtWidgets>

#include "core/session/live_run.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/models/budget_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 60'000;

struct Bench {
    Theme theme{ThemeKind::Dark};
    Document document;
    RunController run{document};
    Selection selection;
    ActionBook actions{theme};
    BudgetBar bar{ViewContext{document, run, selection, theme, actions}, nullptr};

    Bench() {
        const auto opened =
            document.open(QStringLiteral(VITRINE_SOURCE_DIR "/projects/cifar_small_resnet"));
        if (!opened) qFatal("%s", opened.error().text().c_str());
        bar.resize(900, 80);
        bar.show();
    }
    ~Bench() { run.shutDown(); }

    template <class Widget>
    Widget& find(const char* name) const {
        return *bar.findChild<Widget*>(QString::fromLatin1(name));
    }
    QSlider& slider() const { return find<QSlider>("budgetSlider"); }
    QString words(const char* name) const { return find<QLabel>(name).text(); }
    const TrainingSettings& training() const { return document.project().training; }
    std::shared_ptr<const Tape> plan(Recompute recompute, int64_t budget) const {
        Project project = document.project();
        project.training.recompute = recompute;
        project.training.memoryBudget = budget;
        return std::move(planTraining(project)).value();
    }
};

}  // namespace

class TestBudgetBar : public QObject {
    Q_OBJECT
  private slots:
    void theLeftEndIsTheLeastThatIsPossible() {
        Bench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.slider().isEnabled(), patienceMs);
        const auto least = bench.plan(Recompute::Budget, 0), kept = bench.plan(Recompute::None, 0);
        QVERIFY(least->arenaBytes() < kept->arenaBytes());
        QVERIFY(!bench.bar.preview());
        bench.slider().setValue(0);
        QTRY_VERIFY_WITH_TIMEOUT(bench.bar.preview(), patienceMs);
        QCOMPARE(bench.bar.preview()->arenaBytes(), least->arenaBytes());
        QCOMPARE(bench.words("budgetSize"), budgetSizeText(*least, *kept));
        QCOMPARE(bench.words("budgetCost"), budgetCostText(*least, *kept));
        QVERIFY(!nodesMadeAgain(*least).isEmpty());
        QCOMPARE(bench.words("budgetNodes"), nodesMadeAgain(*least).join(QStringLiteral(", ")));
    }

    void useKeepsThePlanInTheProjectAndUndoTakesItBack() {
        Bench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.slider().isEnabled(), patienceMs);
        const auto& use = bench.find<QPushButton>("budgetUse");
        QVERIFY(!use.isEnabled());
        bench.slider().setValue(bench.slider().maximum() / 3);
        QTRY_VERIFY_WITH_TIMEOUT(use.isEnabled(), patienceMs);
        const int64_t bytes = bench.bar.preview()->arenaBytes();
        QTest::mouseClick(const_cast<QPushButton*>(&use), Qt::LeftButton);
        QCOMPARE(bench.training().recompute, Recompute::Budget);
        QCOMPARE(bench.training().memoryBudget, bytes);
        QVERIFY(bench.plan(Recompute::Budget, bytes)->arenaBytes() <= bytes);
        QVERIFY(!bench.bar.preview());
        bench.document.undoStack().undo();
        QCOMPARE(bench.training().recompute, Recompute::None);
    }

    /// What a plan takes is enough for all budgets up to the one that it was made for.
    void aPlanThatIsKnownIsShownAtOnce() {
        Bench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.slider().isEnabled(), patienceMs);
        const int place = bench.slider().maximum() / 2;
        bench.slider().setValue(place);
        QVERIFY(!bench.bar.preview());
        QCOMPARE(bench.words("budgetCost"), QStringLiteral("planning …"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.bar.preview(), patienceMs);
        const auto plan = bench.bar.preview();
        const QString size = bench.words("budgetSize"), cost = bench.words("budgetCost");
        bench.slider().setValue(0);
        QVERIFY(bench.bar.preview() && bench.bar.preview() != plan);
        bench.slider().setValue(place);
        QCOMPARE(bench.bar.preview(), plan);
        QCOMPARE(bench.words("budgetSize"), size);
        QCOMPARE(bench.words("budgetCost"), cost);

        const int64_t least = bench.plan(Recompute::Budget, 0)->arenaBytes(),
                      kept = bench.plan(Recompute::None, 0)->arenaBytes();
        int lower = place;
        while (least + (kept - least) * (lower - 1) / bench.slider().maximum() >=
               plan->arenaBytes())
            --lower;
        bench.slider().setValue(lower);
        QCOMPARE(bench.bar.preview(), plan);
        QCOMPARE(bench.words("budgetSize"), size);

        // Another document has other plans.
        TrainingSettings training = bench.training();
        training.batch /= 2;
        bench.document.setTraining("Change batch", training);
        QTRY_VERIFY_WITH_TIMEOUT(bench.slider().isEnabled(), patienceMs);
        bench.slider().setValue(place);
        QVERIFY(bench.bar.preview() != plan);
        QTRY_VERIFY_WITH_TIMEOUT(bench.bar.preview(), patienceMs);
        QVERIFY(bench.bar.preview()->arenaBytes() < plan->arenaBytes());
    }

    /// A plan that comes when nobody looks for it any more changes nothing.
    void resetEndsTheLookingForAPlan() {
        Bench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.slider().isEnabled(), patienceMs);
        bench.slider().setValue(bench.slider().maximum() / 2);
        QTest::qWait(150);  // it is being made
        const QString before = bench.words("budgetSize");
        QVERIFY(!bench.find<QPushButton>("budgetUse").isEnabled());
        QTest::mouseClick(&bench.find<QPushButton>("budgetReset"), Qt::LeftButton);
        QTest::qWait(1500 * test::slowness);
        QVERIFY(!bench.bar.preview());
        QVERIFY(bench.words("budgetSize") != before);
    }

    void theRightEndKeepsEverythingAndResetGoesBack() {
        Bench bench;
        QTRY_VERIFY_WITH_TIMEOUT(bench.slider().isEnabled(), patienceMs);
        const int before = bench.slider().value();
        bench.slider().setValue(0);
        QTRY_VERIFY_WITH_TIMEOUT(bench.bar.preview(), patienceMs);
        QTest::mouseClick(&bench.find<QPushButton>("budgetReset"), Qt::LeftButton);
        QCOMPARE(bench.slider().value(), before);
        QVERIFY(!bench.bar.preview());
        bench.slider().setValue(0);
        bench.slider().setValue(bench.slider().maximum());
        QTRY_VERIFY_WITH_TIMEOUT(bench.bar.preview() && bench.bar.preview()->recomputed() == 0,
                                 patienceMs);
        QTest::mouseClick(&bench.find<QPushButton>("budgetUse"), Qt::LeftButton);
        QCOMPARE(bench.training().recompute, Recompute::None);
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestBudgetBar)
#include "tst_budget_bar.moc"
