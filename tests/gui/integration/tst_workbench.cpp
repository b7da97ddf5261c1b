// SPDX-License-Identifier: Apache-2.0
// A person with mouse and keyboard, from an empty canvas to a trained, stopped, mended, saved
// network.
#include <qcustomplot.h>

#include <QtTest>
#include <QtWidgets>

#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_editor.h"
#include "gui/graph_editor/node_item.h"
#include "gui/shell/dock_layout.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestWorkbench : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 30'000 * slowness;
    std::unique_ptr<WindowFixture> m_fixture;

    WindowFixture& fixture() { return *m_fixture; }
    Workbench& bench() { return m_fixture->bench(); }
    const Graph& graph() { return bench().document.graph(); }
    CanvasView* canvas() { return fixture().window().findChild<CanvasView*>(); }
    GraphScene* scene() { return static_cast<GraphScene*>(canvas()->scene()); }

    void key(Qt::Key key, Qt::KeyboardModifiers held = {}) {
        canvas()->setFocus();
        QTest::keyClick(canvas(), key, held);
    }
    /// Tab, a few letters, Enter: a new node, wired to the selected one. Gives its id.
    std::string add(const char* letters) {
        const size_t before = graph().nodes().size();
        key(Qt::Key_Tab);
        auto* field = fixture().find<QLineEdit>("nodeSearchField");
        QTest::keyClicks(field, letters);
        QTest::keyClick(field, Qt::Key_Return);
        if (graph().nodes().size() != before + 1) qFatal("'%s' added nothing", letters);
        return graph().nodes().back().id;
    }
    void type(const char* name, const QString& text) {
        auto* field = fixture().find<QLineEdit>(name);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    }
    QPoint pixel(const QPointF& at) { return canvas()->mapFromScene(at); }
    void drag(const QPoint& from, const QPoint& to) {
        QWidget* surface = canvas()->viewport();
        QTest::mousePress(surface, Qt::LeftButton, {}, from);
        for (const QPoint& at : {(from + to) / 2, to}) {
            QMouseEvent move(QEvent::MouseMove, at, surface->mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, {});
            QCoreApplication::sendEvent(surface, &move);
        }
        QTest::mouseRelease(surface, Qt::LeftButton, {}, to);
    }
    void clickNode(const char* id) {
        QTest::mouseClick(canvas()->viewport(), Qt::LeftButton, {},
                          pixel(scene()->node(id)->sceneBody().center()));
    }
    void clickEmptyCanvas() {
        QTest::mouseClick(canvas()->viewport(), Qt::LeftButton, {}, QPoint(6, 6));
    }
    bool isAt(RunPhase phase) { return bench().run.phase() == phase; }
    StopPoint here() { return bench().run.stopPoint(); }

    void buildNetwork();
    void breakAndMendTheShape();
    void chooseFewData();
    void trainAndSeeEverythingFill();
    void stepInsideAStep();
    void hitABreakpoint();
    void undoSaveAndReopen();

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        fixture().show();
    }
    void cleanup() { m_fixture.reset(); }

    void fromAnEmptyCanvasToATrainedNetwork() {
        const auto steps = {
            &TestWorkbench::buildNetwork,     &TestWorkbench::breakAndMendTheShape,
            &TestWorkbench::chooseFewData,    &TestWorkbench::trainAndSeeEverythingFill,
            &TestWorkbench::stepInsideAStep,  &TestWorkbench::hitABreakpoint,
            &TestWorkbench::undoSaveAndReopen};
        for (const auto step : steps) {
            (this->*step)();
            if (QTest::currentTestFailed()) return;
        }
    }

    void aPlantedNaNStopsAtTheEntryThatMadeIt_data() {
        QTest::addColumn<NonFiniteWatch>("watch");
        QTest::newRow("in the loss") << NonFiniteWatch::Loss;
        QTest::newRow("anywhere") << NonFiniteWatch::EveryValue;
    }
    void aPlantedNaNStopsAtTheEntryThatMadeIt() {
        QFETCH(NonFiniteWatch, watch);
        const Project project = smallProject(
            "x[1,28,28] -> flatten -> linear(out_features=12) as fc -> sigmoid as s"
            " -> log as planted -> linear(out_features=10) as head -> cross_entropy(labels)");
        // Sigmoid keeps the operand of log positive until a person puts a negative number there.
        QVERIFY(fixture().window().open(saveInto(fixture().folder(), "nan", project)));
        bench().run.setNonFiniteWatch(watch);
        bench().run.stepBatch();
        QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused) && here().step == 1, patienceMs);
        const Tape& tape = *bench().run.tape();
        const int planted = firstEntryOf(tape, "planted", false);
        bench().run.runToEntry(planted);
        QTRY_VERIFY_WITH_TIMEOUT(here().insideStep && here().entry == planted, patienceMs);
        const ValueId operand = tape.entries[static_cast<size_t>(planted)].instr.in[0];
        bench().run.editValue(operand, 5, -1.0);
        RunEvent found;
        QObject watcher;
        connect(&bench().run, &RunController::eventArrived, &watcher, [&](const RunEvent& event) {
            if (event.kind == EventKind::NonFiniteValue) found = event;
        });
        bench().run.train();
        QTRY_VERIFY_WITH_TIMEOUT(found.kind == EventKind::NonFiniteValue, patienceMs);
        QTRY_VERIFY(isAt(RunPhase::Paused));
        QTRY_COMPARE(here().entry, planted + 1);
        QCOMPARE(found.value, tape.entries[static_cast<size_t>(planted)].instr.out[0]);
        QCOMPARE(found.element, int64_t{5});
        QCOMPARE(bench().selection.nodes(), QStringList{"planted"});
        auto* problems = fixture().find<QListView>("problems.list");
        QVERIFY(problems->model()->index(0, 0).data().toString().contains("planted"));
    }
};

void TestWorkbench::buildNetwork() {
    QVERIFY(graph().nodes().empty());
    add("input");
    type("properties.field.shape", "1,28,28");
    const std::string conv = add("conv");
    type("properties.field.out_channels", "4");
    type("properties.field.kernel", "5,5");
    add("relu");
    add("max pool");
    add("flatten");
    add("fc");
    type("properties.field.out_features", "10");
    const std::string loss = add("cross");
    clickEmptyCanvas();
    QVERIFY(bench().selection.nodes().isEmpty());
    const std::string target = add("target");
    canvas()->setFocus();
    fixture().trigger("canvas.fitAll");
    if (!graph().edgeInto({loss, "labels"}))
        drag(pixel(scene()->node(target)->outputPoint(0)),
             pixel(*scene()->node(loss)->inputPoint("labels")));
    QVERIFY(graph().edgeInto({loss, "labels"}));
    QCOMPARE(graph().nodes().size(), size_t{8});
    QCOMPARE(graph().edges().size(), size_t{7});
    QVERIFY2(
        bench().document.shapes().ok(),
        bench().document.shapes().ok() ? "" : bench().document.shapes().errors[0].message.c_str());
    QTRY_VERIFY(bench().run.tape() != nullptr);
}

void TestWorkbench::breakAndMendTheShape() {
    const std::string conv = graph().nodes()[1].id;
    clickNode(conv.c_str());
    type("properties.field.kernel", "40,40");
    QVERIFY(bench().document.shapes().errorOf(conv));
    auto* problems = fixture().find<QListView>("problems.list");
    QVERIFY(problems->model()->rowCount() > 0);
    const QString said = problems->model()->index(0, 0).data().toString();
    QVERIFY2(said.contains("40") && said.contains("28"), qPrintable(said));
    QVERIFY(fixture().find<QLabel>("properties.error")->isVisible());
    QTRY_VERIFY(bench().run.planError().has_value());
    type("properties.field.kernel", "5,5");
    QVERIFY(bench().document.shapes().ok());
    QTRY_VERIFY(!bench().run.planError().has_value());
}

void TestWorkbench::chooseFewData() {
    clickEmptyCanvas();
    type("properties.format.train", "512");
    type("properties.format.test", "128");
    type("properties.batch", "32");
    type("properties.epochs", "400");
    QCOMPARE(bench().document.project().training.batch, int64_t{32});
    QTRY_VERIFY_WITH_TIMEOUT(bench().run.data() && bench().run.data()->train.count == 512,
                             patienceMs);
}

void TestWorkbench::trainAndSeeEverythingFill() {
    key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Running), patienceMs);
    auto* plot = fixture().find<QWidget>("charts")->findChild<QCustomPlot*>();
    QVERIFY(plot);
    const auto mostPoints = [plot] {
        int most = 0;
        for (int i = 0; i < plot->graphCount(); ++i)
            most = std::max(most, plot->graph(i)->dataCount());
        return most;
    };
    QTRY_VERIFY_WITH_TIMEOUT(mostPoints() > 10, patienceMs);
    auto* tape = fixture().find<QWidget>("tape")->findChild<QTableView*>();
    QCOMPARE(tape->model()->rowCount(), static_cast<int>(bench().run.tape()->entries.size()));
    QTRY_VERIFY_WITH_TIMEOUT(bench().run.run()->entrySeconds(1) > 0, patienceMs);
    fixture().window().docks().raise("gradients");
    auto* rows = fixture().find<QWidget>("gradients")->findChild<QTableView*>();
    // Weight and bias of two layers.
    QTRY_COMPARE_WITH_TIMEOUT(rows->model()->rowCount(), 4, patienceMs);
    fixture().window().docks().raise("memory");
    QTRY_VERIFY(fixture().find<QWidget>("memory")->isVisible());
}

void TestWorkbench::stepInsideAStep() {
    key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused), patienceMs);
    ValueSnapshot seen;
    QObject watcher;
    connect(&bench().run, &RunController::valueArrived, &watcher,
            [&](const ValueSnapshot& snapshot) { seen = snapshot; });
    const int64_t step = here().step;
    for (const int entry : {1, 2, 3}) {
        key(Qt::Key_F10);
        QTRY_VERIFY_WITH_TIMEOUT(here().insideStep && here().entry == entry, patienceMs);
    }
    QCOMPARE(here().step, step);
    fixture().window().docks().raise("value");
    const bool isSeen =
        QTest::qWaitFor([&] { return seen.isAlive && !seen.elements.empty(); }, patienceMs);
    QVERIFY2(isSeen, qPrintable(QStringLiteral("%1 at entry %2: %3")
                                    .arg(QString::fromStdString(seen.name))
                                    .arg(seen.entry)
                                    .arg(QString::fromStdString(seen.reason))));
    key(Qt::Key_F10, Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(here().entry == 2, patienceMs);
    QCOMPARE(here().step, step);
}

void TestWorkbench::hitABreakpoint() {
    const std::string conv = graph().nodes()[1].id;
    clickNode(conv.c_str());
    key(Qt::Key_F9, Qt::ShiftModifier);
    QCOMPARE(bench().run.breakpoints().size(), size_t{1});
    QVERIFY(scene()->node(conv)->marks().stopsBackward);
    key(Qt::Key_Space);
    const int entry = firstEntryOf(*bench().run.tape(), conv, true);
    QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Paused) && here().entry == entry, patienceMs);
    fixture().trigger("train.clear_breakpoints");
    key(Qt::Key_F5, Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(isAt(RunPhase::Stopped), patienceMs);
}

void TestWorkbench::undoSaveAndReopen() {
    const std::string conv = graph().nodes()[1].id;
    const Graph before = graph();
    clickNode(conv.c_str());
    key(Qt::Key_Delete, Qt::ControlModifier);
    QVERIFY(!graph().find(conv));
    QVERIFY(bench().run.differsFromDocument());
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(graph() == before);
    const QString file = fixture().folder() + "/drawn.vitrine";
    QTimer::singleShot(200, this, [&] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        QVERIFY(dialog);
        auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
        name->setText(file);
        QTest::keyClick(name, Qt::Key_Return);
    });
    key(Qt::Key_S, Qt::ControlModifier);
    QVERIFY(QFile::exists(file));
    QVERIFY(!bench().document.isModified());
    bench().document.startNew();
    QVERIFY(graph().nodes().empty());
    QVERIFY(fixture().window().open(file));
    QVERIFY(graph() == before);
    QCOMPARE(bench().document.project().training.batch, int64_t{32});
}

int main(int argc, char** argv) {
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QApplication application(argc, argv);
    TestWorkbench test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_workbench.moc"
