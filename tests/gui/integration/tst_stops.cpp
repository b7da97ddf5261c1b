// SPDX-License-Identifier: Apache-2.0
// A run that comes to stand is shown to a person, and the value of what that person clicks on:
// while it stands, while it runs, and when it is over. With mouse and keys on the real window.
#include <QtTest>
#include <QtWidgets>

#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_editor.h"
#include "gui/graph_editor/node_item.h"
#include "gui/models/node_values.h"
#include "gui/models/value_elements.h"
#include "gui/shell/dock_layout.h"
#include "gui/views/tape/tape_table.h"
#include "gui/views/value/value_picture.h"
#include "gui/widgets/worded_progress.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 30'000 * slowness;

/// Deep enough that the canvas does not show all of it.
constexpr const char* network =
    "x[1,28,28] -> conv2d(out_channels=4 kernel=5) as conv1 -> relu as relu1"
    " -> max_pool2d(kernel=2 stride=2) as pool1 -> conv2d(out_channels=6 kernel=3) as conv2"
    " -> relu as relu2 -> max_pool2d(kernel=2 stride=2) as pool2 -> flatten as flat"
    " -> linear(out_features=20) as fc1 -> tanh as tanh1 -> linear(out_features=10) as fc2"
    " -> cross_entropy(labels) as loss";

}  // namespace

class TestStops : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> m_fixture;

    Workbench& bench() { return m_fixture->bench(); }
    CanvasView* canvas() { return m_fixture->find<CanvasView>("canvasView"); }
    QRect placeOf(const char* node) {
        const auto* scene = static_cast<GraphScene*>(canvas()->scene());
        return canvas()->mapFromScene(scene->node(node)->sceneBody()).boundingRect();
    }
    bool isInSight(const char* node) {
        return canvas()->viewport()->rect().contains(placeOf(node));
    }
    void clickNode(const char* node) {
        m_fixture->window().findChild<GraphEditor*>()->reveal(QString::fromLatin1(node));
        QTest::mouseClick(canvas()->viewport(), Qt::LeftButton, {}, placeOf(node).center());
        QCOMPARE(bench().selection.nodes(), QStringList{QString::fromLatin1(node)});
    }
    void key(Qt::Key key, Qt::KeyboardModifiers held = {}) {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : canvas(), key,
                        held);
    }
    StopPoint here() { return bench().run.stopPoint(); }
    bool isAt(RunPhase phase) { return bench().run.phase() == phase; }
    void stepTo(int entry) {
        while (here().entry < entry) {
            const int next = here().insideStep ? here().entry + 1 : 1;
            key(Qt::Key_F10);
            QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused) && here().entry == next, patienceMs);
        }
    }
    int entryOf(const char* node, bool backward = false) {
        return firstEntryOf(*bench().run.tape(), node, backward);
    }
    /// From here on the node's result is there.
    int entryBehind(const char* node) {
        const Tape& tape = *bench().run.tape();
        return makingEntry(tape, resultOf(tape, *bench().document.graph().find(node))) + 1;
    }
    QString words() { return m_fixture->find<WordedProgress>("train.progress")->words(); }
    /// As the bar says it.
    double imagesPerSecond() {
        static const QRegularExpression said("([0-9.]+)[^0-9]?([kM]?) images/s");
        const QRegularExpressionMatch found = said.match(words());
        const QString unit = found.captured(2);
        return found.captured(1).toDouble() * (unit == "k" ? 1e3 : unit == "M" ? 1e6 : 1);
    }
    static QElapsedTimer started() {
        QElapsedTimer timer;
        timer.start();
        return timer;
    }
    QString label(const char* name) { return m_fixture->find<QLabel>(name)->text(); }
    bool isFront(const char* dock) {
        return !m_fixture->find<QWidget>(dock)->visibleRegion().isEmpty();
    }
    ValuePicture* picture() { return m_fixture->find<ValuePicture>("valuePicture"); }
    bool showsValueOf(const char* name) {
        return label("valueName") == QLatin1String(name) && picture()->isVisible() &&
               picture()->isEnabled();
    }
    void open(int64_t epochs) {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        const QString file =
            saveInto(m_fixture->folder(), QStringLiteral("deep"), smallProject(network, epochs));
        QVERIFY(m_fixture->window().open(file));
        bench().run.setThreads(1);
        canvas()->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(bench().run.tape() && bench().run.data(), patienceMs);
        key(Qt::Key_L, Qt::ControlModifier);  // the file has no places
        QTRY_VERIFY(!placeOf("loss").intersects(placeOf("labels")) &&
                    !placeOf("pool1").intersects(placeOf("labels")));
        QCoreApplication::processEvents();
    }

  private Q_SLOTS:
    void cleanup() { m_fixture.reset(); }

    void aStopIsShown() {
        open(2);
        canvas()->zoomAboutMiddle(1);
        auto* tape = m_fixture->find<TapeTable>("tapeTable");
        tape->horizontalScrollBar()->setValue(tape->horizontalScrollBar()->maximum());
        QVERIFY(tape->horizontalScrollBar()->value() > 0);
        QVERIFY(!isFront("valueView"));
        key(Qt::Key_F10);
        QTRY_VERIFY_WITH_TIMEOUT(here().insideStep && here().entry == 1, patienceMs);
        // Value comes to the front, the canvas keeps the keyboard.
        QTRY_VERIFY(isFront("valueView"));
        QVERIFY(canvas()->hasFocus());
        const QString all = QString::number(bench().run.tape()->entries.size());
        QCOMPARE(
            words(),
            QStringLiteral("Paused before entry 1 of %1 · forward of conv1, relu1, pool1 · step 1")
                .arg(all));
        QCOMPARE(tape->horizontalScrollBar()->value(), 0);

        // Panned away: the next stop brings the node back, at the same zoom.
        const double zoom = canvas()->zoom();
        canvas()->panBy({0, 2000});
        QVERIFY(!isInSight("conv2"));
        stepTo(entryOf("conv2"));
        QVERIFY(isInSight("conv2"));
        canvas()->panBy({900, -1500});
        stepTo(entryOf("fc1"));
        QVERIFY(isInSight("fc1"));
        QCOMPARE(canvas()->zoom(), zoom);
        QVERIFY(words().contains(QStringLiteral("forward of fc1")));
        // In sight, it is left where it is.
        const QRect before = placeOf("fc2");
        canvas()->centerOn(canvas()->mapToScene(before.center()));
        const QRect middle = placeOf("fc2");
        stepTo(entryOf("fc2"));
        QCOMPARE(placeOf("fc2"), middle);
        QCOMPARE(tape->horizontalScrollBar()->value(), 0);
    }

    /// Pause is no place that somebody asked for: what is looked at stays.
    void aPauseTakesNothingAway() {
        open(200);
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
        clickNode("pool1");
        QVERIFY(!isFront("valueView"));
        canvas()->setFocus();
        for (int round = 0; round < 3; ++round) {
            key(Qt::Key_Space);
            QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused), patienceMs);
            QCoreApplication::processEvents();
            QCOMPARE(bench().selection.nodes(), QStringList{"pool1"});
            QVERIFY(!isFront("valueView"));
            QVERIFY(words().startsWith("Paused"));
            key(Qt::Key_Space);
            QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
        }
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused), patienceMs);
        // A step by hand is one: everything comes to it.
        key(Qt::Key_F10);
        QTRY_VERIFY(bench().selection.entry() >= 0 || here().entry == 0);
        QTRY_VERIFY(isFront("valueView"));
    }

    void aPauseIsNotCountedAsTraining() {
        open(1500);
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(words().contains("images/s"), patienceMs);
        QTest::qWait(500);  // until the mean has settled
        const double before = imagesPerSecond();
        QVERIFY2(before > 0, qPrintable(words()));
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused), patienceMs);
        QTest::qWait(3000);
        key(Qt::Key_Space);
        double slowest = before;
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
        for (QElapsedTimer timer = started(); timer.elapsed() < 500; QTest::qWait(10))
            if (isAt(RunPhase::Running)) slowest = std::min(slowest, imagesPerSecond());
        QVERIFY2(slowest > before / 4, qPrintable(QString("%1 < %2").arg(slowest).arg(before)));
    }

    void steppingByHandTakesNothingAway() {
        open(2);
        key(Qt::Key_F10);
        QTRY_VERIFY_WITH_TIMEOUT(here().insideStep, patienceMs);
        QTRY_VERIFY(isFront("valueView"));
        m_fixture->window().docks().raise(QStringLiteral("layers"));
        QWidget* focus = QApplication::focusWidget();
        QVERIFY(focus && focus != canvas());
        key(Qt::Key_F10);
        QTRY_COMPARE_WITH_TIMEOUT(here().entry, 2, patienceMs);
        key(Qt::Key_F10, Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(here().entry, 1, patienceMs);
        QVERIFY(!isFront("valueView"));
        QCOMPARE(QApplication::focusWidget(), focus);
        // A stop of a run that went on is another matter.
        bench().run.toggleBreakpoint(QStringLiteral("fc2"), true);
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused) && here().entry == entryOf("fc2", true),
                                 patienceMs);
        QTRY_VERIFY(isFront("valueView"));
        // Floated, it is left alone.
        m_fixture->window().docks().dock(QStringLiteral("value"))->setFloating(true);
        m_fixture->window().docks().raise(QStringLiteral("layers"));
        key(Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(here().step, int64_t{1}, patienceMs);
        QVERIFY(isFront("layers"));
    }

    void anEntryOfTwoNodesHasOneInProperties() {
        open(2);
        key(Qt::Key_F10);
        QTRY_VERIFY_WITH_TIMEOUT(here().insideStep, patienceMs);
        QCOMPARE(bench().selection.nodes(), QStringList{"x"});  // makes numbers of pixels
        key(Qt::Key_F10);
        QTRY_COMPARE_WITH_TIMEOUT(bench().selection.nodes(),
                                  (QStringList{"conv1", "relu1", "pool1"}), patienceMs);
        QCOMPARE(bench().selection.subject(), QStringLiteral("pool1"));
        m_fixture->window().docks().raise(QStringLiteral("properties"));
        QCOMPARE(m_fixture->find<QLineEdit>("properties.name")->text(), QStringLiteral("pool1"));
        QVERIFY(m_fixture->find<QLineEdit>("properties.name")->isVisible());
    }

    void valueFollowsTheNodeInsideOfAStep() {
        open(2);
        const int stop = entryBehind("pool2");
        stepTo(stop);
        QTRY_VERIFY(showsValueOf("pool2"));
        clickNode("pool1");
        QTRY_VERIFY(showsValueOf("pool1"));
        QTRY_VERIFY(
            label("valueNote").startsWith(QStringLiteral("Step 1, before entry %1.").arg(stop)));
        // One that fusion hid, and its weights.
        clickNode("conv1");
        QTRY_VERIFY(showsValueOf("conv1"));
        auto* values = m_fixture->find<QComboBox>("valueOperand");
        const int weights =
            values->findText(QStringLiteral("weights: conv1.weight"), Qt::MatchStartsWith);
        QVERIFY(weights >= 0);
        values->setFocus();
        for (int i = 0; i < weights; ++i) QTest::keyClick(values, Qt::Key_Down);
        QTRY_VERIFY(showsValueOf("conv1.weight"));
        clickNode("conv2");
        QTRY_VERIFY(showsValueOf("conv2.weight"));  // somebody who looks at weights
        values->setFocus();
        QTest::keyClick(values, Qt::Key_Home);
        QTRY_VERIFY(showsValueOf("conv2"));
        // Not made yet.
        clickNode("fc2");
        QTRY_VERIFY(label("valueEmpty").contains(QStringLiteral("is not there yet: entry")));
        QVERIFY(m_fixture->find<QLabel>("valueEmpty")->isVisible() && !picture()->isVisible());
        // … and that stays.
        QVERIFY(!QTest::qWaitFor(
            [&] { return !label("valueEmpty").contains(QStringLiteral("is not there yet")); },
            250));
        // The row of a node that is selected already.
        clickNode("pool1");
        QTRY_VERIFY(showsValueOf("pool1"));
        values->setFocus();
        QTest::keyClick(values, Qt::Key_End);
        QVERIFY(!showsValueOf("pool1"));
        auto* tape = m_fixture->find<TapeTable>("tapeTable");
        const int made = entryBehind("pool1") - 1;
        const QModelIndex row = tape->model()->index(made, TapeModel::Operator);
        tape->scrollTo(row, QAbstractItemView::EnsureVisible);
        QTest::mouseClick(tape->viewport(), Qt::LeftButton, {}, tape->visualRect(row).center());
        QTRY_VERIFY(showsValueOf("pool1"));
        QCOMPARE(tape->selectedEntries(), std::vector<int>{made});
    }

    void valueFollowsTheNodeWhileItRunsAndAfterwards() {
        open(100'000);
        m_fixture->window().docks().raise(QStringLiteral("value"));
        canvas()->setFocus();
        clickNode("relu2");
        key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(showsValueOf("relu2"), patienceMs);
        QTRY_VERIFY(label("valueNote").startsWith(QStringLiteral("Live, step ")));
        const QString first = label("valueNote");
        QTRY_VERIFY_WITH_TIMEOUT(label("valueNote") != first, patienceMs);
        clickNode("fc1");
        QTRY_VERIFY_WITH_TIMEOUT(showsValueOf("fc1"), patienceMs);
        key(Qt::Key_F5, Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Stopped), patienceMs);
        QTRY_COMPARE(words(),
                     QStringLiteral("Stopped at step %1 · saved")
                         .arg(QLocale().toString(
                             bench().run.states() ? bench().run.states()->position.step : -1)));
        const QString after = QStringLiteral("After step ");
        QTRY_VERIFY(label("valueNote").startsWith(after));
        for (const char* node : {"relu1", "fc2", "conv1"}) {
            clickNode(node);
            QTRY_VERIFY2(showsValueOf(node), node);
            QTRY_VERIFY(label("valueNote").startsWith(after));
        }
        // The weights are those that the run has given out.
        auto* values = m_fixture->find<QComboBox>("valueOperand");
        ValueSnapshot seen;
        QObject watcher;
        connect(&bench().run, &RunController::valueArrived, &watcher,
                [&](const ValueSnapshot& snapshot) { seen = snapshot; });
        values->setFocus();
        QTest::keyClick(values, Qt::Key_Down);
        QTRY_COMPARE(seen.name, std::string("conv1.weight"));
        const SnapshotTensor& kept = bench().run.states()->tensors[0];
        QCOMPARE(kept.name, seen.name);
        QCOMPARE(seen.elements.size(), size_t{25});  // the first filter
        QVERIFY(std::memcmp(kept.bytes.data(), seen.elements.data(), 25 * sizeof(float)) == 0);
    }

    void anotherProjectBeginsWithNothing() {
        open(2);
        stepTo(entryBehind("pool1"));
        QTRY_VERIFY(showsValueOf("pool1"));
        // Something that is not finite, which the next run must not be said to have.
        const ValueId value = bench().selection.value();
        bench().run.editValue(value, 0, std::numeric_limits<double>::quiet_NaN());
        bench().selection.selectEntry(1);
        bench().selection.selectValue(value);
        auto* bad = m_fixture->find<QLabel>("valueNonFinite");
        QTRY_VERIFY(bad->isVisible());
        key(Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(!bad->isVisible() && !picture()->isVisible());
        bench().document.undoStack().setClean();
        m_fixture->trigger("file.new");
        QTRY_VERIFY(bench().document.graph().nodes().empty());
        QVERIFY(!picture()->isVisible() && !bad->isVisible());
        QVERIFY(m_fixture->find<QLabel>("valueEmpty")->isVisible());
        QTRY_COMPARE(words(), QStringLiteral("An empty network"));
    }

    void theProgressStaysOnANarrowWindow() {
        open(2);
        m_fixture->window().resize(960, 600);
        auto* progress = m_fixture->find<WordedProgress>("train.progress");
        QTRY_VERIFY(progress->isVisible() && progress->width() >= 160);
        QVERIFY(m_fixture->window().rect().contains(
            QRect(progress->mapTo(&m_fixture->window(), QPoint()), progress->size())));
        key(Qt::Key_F10);
        QTRY_VERIFY_WITH_TIMEOUT(here().insideStep, patienceMs);
        QCOMPARE(progress->toolTip(), words());
        const QString cut = progress->text();
        QVERIFY2(cut.endsWith(QChar(0x2026)) && words().startsWith(cut.chopped(1)),
                 qPrintable(cut));
    }
};

QTEST_MAIN(TestStops)
#include "tst_stops.moc"
