// SPDX-License-Identifier: Apache-2.0
// Lists of transforms edited with keys and clicks, beside pictures of what they do. Truth: the
// document afterwards and after undo, and the stored pixels that a flip must give mirrored.
#include <QtTest>
#include <QtWidgets>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/transforms/transform_editor.h"
#include "gui/views/transforms/transform_strip.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/small_project.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 20'000 * test::slowness;

QStringList idsOf(const std::vector<ChosenThing>& list) {
    QStringList ids;
    for (const ChosenThing& one : list) ids << QString::fromStdString(one.id);
    return ids;
}

}  // namespace

class TestTransformsView : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;
    Theme m_theme{ThemeKind::Dark};
    std::unique_ptr<Document> m_document;
    std::unique_ptr<RunController> m_run;
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<ActionBook> m_actions;
    std::unique_ptr<QWidget> m_dock;

    template <class T>
    T* find(const char* name) {
        T* found = m_dock->findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    const DataSettings& settings() const { return m_document->project().data; }
    TransformStrip& strip() { return *find<TransformStrip>("transforms.strip"); }
    TransformEditor& editor() { return *m_dock->findChild<TransformEditor*>(); }
    void click(const char* name) {
        auto* button = find<QAbstractButton>(name);
        QVERIFY2(button->isEnabled() && button->isVisible(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    /// By the menu's own action: the menu is walked in menuIsGrouped.
    void add(const char* id) {
        const QString name = QStringLiteral("transforms.add.") + QLatin1String(id);
        auto* action = m_dock->findChild<QAction*>(name);
        QVERIFY(action);
        QVERIFY2(action->isEnabled(), id);
        action->trigger();
    }
    void key(Qt::Key which, Qt::KeyboardModifiers modifiers = {}) {
        auto* list = find<QListView>("transforms.list");
        list->setFocus();
        QVERIFY(QTest::qWaitFor([&] { return list->hasFocus(); }, patienceMs));
        QTest::keyClick(list, which, modifiers);
    }
    void type(const char* field, const char* text) {
        auto* line = find<QLineEdit>(field);
        line->setFocus();
        QVERIFY(QTest::qWaitFor([&] { return line->hasFocus(); }, patienceMs));
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    void toEvaluation() {
        auto* lists = find<QTabBar>("transforms.lists");
        QTest::mouseClick(lists, Qt::LeftButton, {}, lists->tabRect(1).center());
        QVERIFY(editor().isEvaluation());
    }
    bool hasStages(int stages) {
        return QTest::qWaitFor(
            [&] {
                const auto& rows = strip().sheet().rows;
                return !rows.empty() && rows[0].stages.size() == static_cast<size_t>(stages);
            },
            patienceMs);
    }
    QImage picture(size_t row, size_t stage) {
        return strip().sheet().rows[row].stages[stage].picture;
    }

  private Q_SLOTS:
    void init() {
        m_document = std::make_unique<Document>();
        m_run = std::make_unique<RunController>(*m_document);
        m_selection = std::make_unique<Selection>();
        m_actions = std::make_unique<ActionBook>(m_theme);
        QVERIFY(m_document
                    ->open(test::saveInto(m_folder.path(), "small",
                                          test::smallProject(test::smallNetwork)))
                    .ok());
        for (const ViewDescriptor* view : allViews())
            if (std::string_view(view->id) == "transforms")
                m_dock.reset(view->create({*m_document, *m_run, *m_selection, m_theme, *m_actions},
                                          nullptr));
        QVERIFY(m_dock);
        m_dock->resize(1100, 420);
        m_dock->show();
        m_dock->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_dock.get()));
        QVERIFY(hasStages(1));
    }
    void cleanup() {
        m_dock.reset();
        m_run->shutDown();
        m_run.reset();
        m_document.reset();
    }

    void menuIsGrouped() {
        auto* button = find<QPushButton>("transforms.add");
        QStringList groups;
        for (const QAction* group : button->menu()->actions()) {
            groups << group->text();
            QVERIFY(group->menu() && !group->menu()->actions().isEmpty());
        }
        QVERIFY2(groups.contains("Geometry"), qPrintable(groups.join(", ")));
    }

    void whatIsAddedIsShownOnRealExamples() {
        add("flip");
        QCOMPARE(idsOf(settings().trainingTransforms), QStringList{"flip"});
        type("transforms.field.chance", "1");
        QCOMPARE(settings().trainingTransforms[0].attrs.real("chance"), 1.0);
        QVERIFY(hasStages(2));
        QTRY_VERIFY_WITH_TIMEOUT(picture(0, 1) == picture(0, 0).mirrored(true, false), patienceMs);
        QVERIFY(picture(0, 1) != picture(0, 0));
        QVERIFY2(strip().sheet().rows.size() > 1, "several examples");
        QCOMPARE(strip().sheet().titles, (QStringList{"Before", "Flip"}));
        m_document->undoStack().undo();
        QCOMPARE(settings().trainingTransforms[0].attrs.real("chance"), 0.5);
        m_document->undoStack().undo();
        QVERIFY(settings().trainingTransforms.empty());
        QVERIFY(hasStages(1));
    }

    void drawingAgainIsTheNextEpoch() {
        add("pad_crop");
        QVERIFY(hasStages(2));
        const QImage before = picture(0, 0), first = picture(0, 1);
        bool isOther = false;
        for (int i = 0; i < 20 && !isOther; ++i) {
            click("transforms.draw");
            isOther = QTest::qWaitFor([&] { return picture(0, 1) != first; }, 500);
        }
        QVERIFY(isOther);
        QCOMPARE(picture(0, 0), before);
    }

    void anotherExampleIsChosen() {
        const QImage first = picture(0, 0);
        auto* spin = find<QSpinBox>("transforms.first");
        QCOMPARE(spin->maximum(), 511);
        spin->setFocus();
        QTest::keyClick(spin, Qt::Key_Up);
        QTRY_VERIFY_WITH_TIMEOUT(picture(0, 0) != first, patienceMs);
    }

    void orderFollowsKeysButtonsAndDragging() {
        add("flip");
        add("pad_crop");
        QCOMPARE(editor().chosen(), 1);
        key(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(idsOf(settings().trainingTransforms), (QStringList{"pad_crop", "flip"}));
        QCOMPARE(editor().chosen(), 0);
        click("transforms.down");
        QCOMPARE(idsOf(settings().trainingTransforms), (QStringList{"flip", "pad_crop"}));
        QVERIFY(!find<QToolButton>("transforms.down")->isEnabled());
        // What a list does where a row is dropped above another.
        QVERIFY(find<QListView>("transforms.list")->model()->moveRow({}, 1, {}, 0));
        QCOMPARE(idsOf(settings().trainingTransforms), (QStringList{"pad_crop", "flip"}));
        key(Qt::Key_Delete);
        QCOMPARE(idsOf(settings().trainingTransforms), QStringList{"flip"});
        for (int i = 0; i < 6; ++i) m_document->undoStack().undo();
        QVERIFY(settings().trainingTransforms.empty());
        QVERIFY(!m_document->undoStack().canUndo());
    }

    void aClickOnAPictureChoosesItsEntry() {
        add("flip");
        add("pad_crop");
        QVERIFY(hasStages(3));
        QTest::mouseClick(&strip(), Qt::LeftButton, {}, {80 + 112 + 20, 60});
        QCOMPARE(editor().chosen(), 0);
        QVERIFY(find<QComboBox>("transforms.field.way"));
    }

    void aSliderMovesAsOneUndo() {
        add("flip");
        auto* slider = find<QSlider>("transforms.field.chance.slider");
        QCOMPARE(slider->value(), 100);
        const int y = slider->height() / 2;
        QTest::mousePress(slider, Qt::LeftButton, {}, {slider->width() / 2, y});
        for (int x = slider->width() / 2; x < slider->width(); x += 4)
            QTest::mouseMove(slider, {x, y});
        QVERIFY(settings().trainingTransforms[0].attrs.real("chance") > 0.7);
        QTest::mouseRelease(slider, Qt::LeftButton, {}, {slider->width() - 1, y});
        QCOMPARE(find<QLineEdit>("transforms.field.chance")->text().toDouble(),
                 settings().trainingTransforms[0].attrs.real("chance"));
        m_document->undoStack().undo();
        QCOMPARE(settings().trainingTransforms[0].attrs.real("chance"), 0.5);
        QCOMPARE(slider->value(), 100);
        // What is typed is an undo of its own, each time.
        type("transforms.field.chance", "0.2");
        type("transforms.field.chance", "0.3");
        m_document->undoStack().undo();
        QCOMPARE(settings().trainingTransforms[0].attrs.real("chance"), 0.2);
    }

    void theChosenEntryComesIntoSight() {
        m_dock->resize(560, 300);
        for (int i = 0; i < 6; ++i) add("flip");
        QVERIFY(hasStages(7));
        const auto isSeen = [&](int entry) {
            const QRect column = strip().columnOf(entry);
            return strip().visibleRegion().boundingRect().contains(QPoint(column.center().x(), 20));
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSeen(5), patienceMs);
        QVERIFY(!isSeen(0));
        key(Qt::Key_Home);
        QCOMPARE(editor().chosen(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(isSeen(0), patienceMs);
    }

    void whatIsRefusedChangesNothing() {
        add("flip");
        type("transforms.field.chance", "2");
        QCOMPARE(settings().trainingTransforms[0].attrs.real("chance"), 0.5);
        QVERIFY(find<QLineEdit>("transforms.field.chance")->property("refused").toBool());
    }

    void evaluationTakesWhatDrawsNothing() {
        add("flip");
        toEvaluation();
        QVERIFY(editor().list().empty());
        QVERIFY(!m_dock->findChild<QAction*>("transforms.add.flip")->isEnabled());
        click("transforms.copy");
        QVERIFY2(settings().evaluationTransforms.empty(), "a flip draws");
        QCOMPARE(idsOf(settings().trainingTransforms), QStringList{"flip"});
        QTRY_COMPARE_WITH_TIMEOUT(find<QSpinBox>("transforms.first")->maximum(), 127, patienceMs);
    }

    void withoutDataItSaysWhereTheyComeFrom() {
        m_document->startNew();
        auto* empty = find<QWidget>("transforms.no_data");
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("transforms.choose_data")->isVisible(),
                                 patienceMs);
        QVERIFY(empty->isVisible());
        QVERIFY(!strip().isVisible());
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestTransformsView)
#include "tst_transforms_view.moc"
