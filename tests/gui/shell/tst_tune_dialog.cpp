// SPDX-License-Identifier: Apache-2.0
// Measuring kernels from the window. Truth: the table beside the project, and the reasons that the
// tape in the window gives.
#include <QDialogButtonBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QtTest>

#include <algorithm>

#include "core/session/tune_table.h"
#include "gui/bridge/run_controller.h"
#include "gui/shell/tune_dialog.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

class TuneDialogTest : public QObject {
    Q_OBJECT

    static constexpr int patienceMs = 60'000 * test::slowness;
    std::unique_ptr<test::WindowFixture> m_fixture;
    QAction* action() { return m_fixture->bench().actions.find("train.tune"); }
    TuneDialog* dialog() {
        return m_fixture->window().findChild<TuneDialog*>(QStringLiteral("tuneDialog"));
    }
    QString openSmall() {
        const QString file =
            test::saveInto(m_fixture->folder(), "small", test::smallProject(test::smallNetwork));
        if (!m_fixture->window().open(file)) qFatal("a small project opens");
        return m_fixture->bench().document.file();
    }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<test::WindowFixture>();
        m_fixture->show();
    }
    void cleanup() { m_fixture.reset(); }

    void aProjectWithoutAFileCannotBeMeasured() {
        QVERIFY(!action()->isEnabled());
        openSmall();
        QVERIFY(action()->isEnabled());
    }

    void tellsWhatCameOfItAndKeepsTheTable() {
        const QString file = openSmall();
        m_fixture->bench().run.setThreads(1);
        action()->trigger();
        QVERIFY(dialog());
        auto* text = dialog()->findChild<QLabel*>(QStringLiteral("tuneText"));
        QTRY_VERIFY_WITH_TIMEOUT(text->text().contains(QStringLiteral("training step took")),
                                 patienceMs);
        QVERIFY(!dialog()->findChild<QProgressBar*>(QStringLiteral("tuneProgress"))->isVisible());
        const bool isKept = !text->text().contains(QStringLiteral("the estimates stay"));
        const int64_t batch = m_fixture->bench().document.project().training.batch;
        const auto measured = measuredFor(file.toStdString(), batch);
        QCOMPARE(measured != nullptr, isKept);
        dialog()->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Close)->click();
        QTRY_VERIFY(!dialog());
    }

    void theTapeGoesByTheTable() {
        const QString file = openSmall();
        RunController& run = m_fixture->bench().run;
        QTRY_VERIFY_WITH_TIMEOUT(run.tape() != nullptr, patienceMs);
        const auto isMeasured = [](const TapeEntry& entry) { return entry.reasons.isMeasured(); };
        QVERIFY(std::ranges::none_of(run.tape()->entries, isMeasured));
        auto tuning = tuneKernels(m_fixture->bench().document.project(), {.threads = 1});
        QVERIFY(tuning.ok());
        QVERIFY(saveTuning(*tuning->ways, tuning->batch, file.toStdString()).ok());
        run.planAgain();
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(run.tape()->entries, isMeasured), patienceMs);
    }

    void closingItEndsTheMeasuringAndKeepsNothing() {
        const QString file = openSmall();
        action()->trigger();
        QVERIFY(dialog());
        dialog()->reject();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
        const int64_t batch = m_fixture->bench().document.project().training.batch;
        QVERIFY(!measuredFor(file.toStdString(), batch));
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TuneDialogTest)
#include "tst_tune_dialog.moc"
