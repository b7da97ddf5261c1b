// SPDX-License-Identifier: Apache-2.0
// Extras, groups and early stopping, chosen and typed in the project's form. Truth: the document
// afterwards, and after undo.
#include <QtTest>
#include <QtWidgets>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/project_form.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

struct Bench {
    Theme theme{ThemeKind::Dark};
    Document document;
    RunController run{document};
    Selection selection;
    ActionBook actions{theme};
    ProjectForm form{ViewContext{document, run, selection, theme, actions}, nullptr};

    Bench() {
        QObject::connect(&document, &Document::settingsChanged, &form, [this] { form.show(); });
        form.show();
        form.resize(320, 1200);
        form.setVisible(true);
    }
    ~Bench() { run.shutDown(); }

    const TrainingSettings& training() const { return document.project().training; }
    template <class Widget>
    Widget* find(const char* name) const {
        // What was taken out goes with the next turn of the loop.
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        return form.findChild<Widget*>(QString::fromLatin1(name));
    }
    void choose(const char* title) const {
        QMenu* menu = find<QPushButton>("properties.extras")->menu();
        Q_EMIT menu->aboutToShow();
        for (QAction* action : menu->actions())
            if (action->text() == QLatin1String(title)) return action->trigger();
        qFatal("there is no %s", title);
    }
    void type(const char* name, const char* text) const {
        auto* line = find<QLineEdit>(name);
        if (!line) qFatal("there is no %s", name);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromUtf8(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    void click(const char* name) const {
        auto* button = find<QAbstractButton>(name);
        QTest::mouseClick(button, Qt::LeftButton, {}, {8, button->height() / 2});
    }
    void undo() { document.undoStack().undo(); }
};

}  // namespace

class TestRefinementsForm : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void extras() {
        Bench bench;
        QCOMPARE(bench.find<QPushButton>("properties.extras")->text(),
                 QStringLiteral("Around the optimiser: nothing"));
        bench.choose("Lookahead");
        bench.choose("Moving average (EMA)");
        QCOMPARE(bench.training().extras.size(), size_t{2});
        bench.type("properties.extra.ema.decay", "0.95");
        QCOMPARE(bench.training().extras[1].attrs.real("decay"), 0.95);
        bench.type("properties.extra.ema.decay", "7");  // refused: as it was
        QCOMPARE(bench.training().extras[1].attrs.real("decay"), 0.95);
        // One average takes the place of another.
        bench.choose("Stochastic weight averaging (SWA)");
        QCOMPARE(bench.training().extras.size(), size_t{2});
        QCOMPARE(bench.training().extras[1].id, std::string("swa"));
        QVERIFY(!bench.find<QLineEdit>("properties.extra.ema.decay"));
        bench.choose("Lookahead");
        QCOMPARE(bench.training().extras.size(), size_t{1});
        for (int i = 0; i < 5; ++i) bench.undo();
        QVERIFY(bench.training().extras.empty());
    }

    void groups() {
        Bench bench;
        bench.click("properties.add_group");
        bench.click("properties.add_group");
        bench.type("properties.group1.parameters", "conv1.*");
        bench.type("properties.group2.lr", "0.1");
        bench.click("properties.group1.frozen");
        const std::vector<Attrs>& groups = bench.training().groups;
        QCOMPARE(groups.size(), size_t{2});
        QCOMPARE(groups[0].text("parameters"), std::string("conv1.*"));
        QVERIFY(groups[0].flag("frozen"));
        QCOMPARE(groups[1].real("lr"), 0.1);
        bench.type("properties.group1.parameters", " , ");
        QCOMPARE(bench.training().groups[0].text("parameters"), std::string("conv1.*"));
        bench.click("properties.group1.remove");
        QCOMPARE(bench.training().groups.size(), size_t{1});
        QCOMPARE(bench.training().groups[0].real("lr"), 0.1);
        QVERIFY(!bench.find<QLineEdit>("properties.group2.lr"));
        bench.undo();
        QCOMPARE(bench.find<QLineEdit>("properties.group1.parameters")->text(),
                 QStringLiteral("conv1.*"));
    }

    /// What scrolls is behind it.
    void thePictureLeavesTheWheelAlone() {
        const Bench bench;
        auto* picture = bench.find<QWidget>("properties.schedule_preview");
        const QPoint middle = picture->rect().center();
        QWheelEvent turned(middle, picture->mapToGlobal(middle), {}, {0, -120}, Qt::NoButton,
                           Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(picture, &turned);
        QVERIFY(!turned.isAccepted());
        QVERIFY(!picture->testAttribute(Qt::WA_NoMousePropagation));
    }

    void stoppingAndAccumulation() {
        Bench bench;
        bench.type("properties.stopping.patience", "4");
        bench.type("properties.stopping.watch", "accuracy");
        bench.click("properties.stopping.keep_best");
        bench.type("properties.accumulate", "8");
        QCOMPARE(bench.training().stopping.integer("patience"), 4);
        QCOMPARE(bench.training().stopping.text("watch"), std::string("accuracy"));
        QVERIFY(bench.training().stopping.flag("keep_best"));
        QCOMPARE(bench.training().accumulate, 8);
        bench.undo();
        QCOMPARE(bench.training().accumulate, 1);
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestRefinementsForm)
#include "tst_refinements_form.moc"
