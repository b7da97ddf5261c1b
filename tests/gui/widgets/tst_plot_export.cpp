// SPDX-License-Identifier: Apache-2.0
// Exports of a plot: what the files hold, that the window thread is not held up, and that quitting
// waits.
#include <QtTest>
#include <QtWidgets>

#include <filesystem>

#include "gui/theme/theme.h"
#include "gui/views/charts/charts_panel.h"
#include "gui/widgets/plot_export.h"
#include "gui/widgets/step_plot.h"
#include "tests/gui/support/made_records.h"
#include "tests/gui/support/measuring_application.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

class PlotExportTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_panel = std::make_unique<ChartsPanel>(m_theme);
        m_panel->resize(700, 500);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        m_panel->add(test::madeSteps(1, 500));
        m_panel->add(test::madeEpoch(1));
        m_panel->plot().replot();
    }

    void aPictureIsWhatIsShown() {
        const QImage shown = m_panel->plot().grab().toImage();
        const QImage saved(savedAs(QStringLiteral("a.png")));
        QCOMPARE(saved.size(), 2 * shown.size());
        // Edges differ, since one is drawn at twice the size: on the whole they are the same.
        const QImage small =
            saved.scaled(shown.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
        double difference = 0;
        for (int y = 0; y < shown.height(); ++y)
            for (int x = 0; x < shown.width(); ++x)
                difference += std::abs(qGray(small.pixel(x, y)) - qGray(shown.pixel(x, y)));
        difference /= shown.width() * shown.height();
        QVERIFY2(difference < 3, qPrintable(QString::number(difference)));
    }

    void aVectorPictureHasTitlesAndLines() {
        QFile file(savedAs(QStringLiteral("a.svg")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        for (const char* part : {"<svg", "Gradient norm", "smoothed", "polyline"})
            QVERIFY2(text.contains(part), part);
    }

    void aTableHasARowAStep() {
        QFile file(savedAs(QStringLiteral("a.csv")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 501);
    }

    void failuresAreTold() {
        PlotExport exports;
        QSignalSpy saved(&exports, &PlotExport::saved), failed(&exports, &PlotExport::failed);
        exports.start(tableJob(course(), m_folder.filePath(QStringLiteral("no/such/a.csv"))));
        exports.start(tableJob(course(), m_folder.filePath(QStringLiteral("after.csv"))));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, patienceMs);
        QCOMPARE(failed.count(), 1);
        QVERIFY(!failed[0][0].value<Error>().message.empty());
        QVERIFY2(QFile::exists(m_folder.filePath(QStringLiteral("after.csv"))),
                 "the next one goes on");
    }

    void whatIsThrownIsTold() {
        PlotExport exports;
        QSignalSpy failed(&exports, &PlotExport::failed);
        const QString file = m_folder.filePath(QStringLiteral("thrown.csv"));
        const auto throws = []() -> bool { throw std::bad_alloc(); };
        exports.start({file, throws, [](AtomicFile&) { return Result<void>(); }});
        exports.start({file, [] { return true; },
                       [](AtomicFile&) -> Result<void> { throw std::bad_alloc(); }});
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 2, patienceMs);
        QVERIFY(!QFile::exists(file));
    }

    void aMillionStepsDoNotHoldTheWindow() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers slow the window down: this measures the program as people have it");
#endif
        constexpr int steps = 1'000'000;
        constexpr double longestSlotMs = 5;
        const auto big = std::make_shared<RunCourse>();
        for (int step = 1; step <= steps; ++step)
            big->add(
                StepRecord{.step = step, .loss = 1.0 / step, .learningRate = 0.1, .gradNorm = 2});
        auto& application = *static_cast<test::MeasuringApplication*>(qApp);
        PlotExport exports;
        QSignalSpy saved(&exports, &PlotExport::saved);
        // Other programs on the machine can only lengthen slots: the best of three rounds counts.
        double longestMs = 1e9;
        QString who;
        for (int round = 1; round <= 3 && longestMs > longestSlotMs; ++round) {
            application.startMeasuring();
            exports.start(tableJob(big, m_folder.filePath(QStringLiteral("big.csv"))));
            exports.start(
                pictureJob(m_panel->plot(), m_folder.filePath(QStringLiteral("big.png"))));
            QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 2 * round, 10 * patienceMs);
            const auto costs = application.slotCosts();
            longestMs = 1e3 * costs[0].seconds;
            who = costs[0].what;
            qInfo("longest slot %.2f ms CPU (%s)", longestMs, qPrintable(who));
        }
        QVERIFY2(longestMs <= longestSlotMs, qPrintable(who));
        QFile file(m_folder.filePath(QStringLiteral("big.csv")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.seek(file.size() - 30));
        QVERIFY(file.readAll().endsWith("\n1000000,1e-06,,,0.1,2\n"));
    }

    void quittingWaitsForTheFile() {
        const QString first = m_folder.filePath(QStringLiteral("quit.csv")),
                      second = m_folder.filePath(QStringLiteral("quit.png"));
        {
            PlotExport exports;
            exports.start(tableJob(course(), first));
            exports.start(pictureJob(m_panel->plot(), second));
        }
        QFile csv(first);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll().count('\n'), 501);
        QVERIFY(!QImage(second).isNull());
    }

    void quittingWaitsForWhatIsBeingWritten() {
        const QString file = m_folder.filePath(QStringLiteral("slow.csv"));
        std::atomic<bool> isWriting = false;
        {
            PlotExport exports;
            exports.start({file, [] { return true; },
                           [&](AtomicFile& out) {
                               isWriting = true;
                               std::this_thread::sleep_for(std::chrono::milliseconds(50));
                               return out.write("whole", 5);
                           }});
            QTRY_VERIFY(isWriting);
        }
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), QByteArray("whole"));
    }

  private:
    static constexpr int patienceMs = 5000 * test::slowness;

    std::shared_ptr<const RunCourse> course() const {
        auto copy = std::make_shared<RunCourse>(m_panel->course().course());
        return copy;
    }
    QString savedAs(const QString& name) {
        const QString file = m_folder.filePath(name);
        PlotExport exports;
        QSignalSpy saved(&exports, &PlotExport::saved);
        exports.start(name.endsWith(QLatin1String("csv")) ? tableJob(course(), file)
                                                          : pictureJob(m_panel->plot(), file));
        if (!QTest::qWaitFor([&] { return saved.count() == 1; }, patienceMs)) return {};
        return file;
    }

    QTemporaryDir m_folder;
    Theme m_theme{ThemeKind::Dark};
    std::unique_ptr<ChartsPanel> m_panel;
};

}  // namespace vitrine::gui

int main(int argc, char** argv) {
    vitrine::test::MeasuringApplication application(argc, argv);
    vitrine::gui::PlotExportTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_plot_export.moc"
