// SPDX-License-Identifier: Apache-2.0
// What holds for the whole window: actions, names, arrangement, theme, command palette, files.
#include <QAbstractButton>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QtTest>

#include <memory>

#include "gui/graph_editor/graph_editor.h"
#include "gui/shell/dock_layout.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestMainWindow : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 20'000 * slowness;
    std::unique_ptr<WindowFixture> m_fixture;
    WindowFixture& fixture() { return *m_fixture; }
    QString saved() { return saveInto(fixture().folder(), "small", smallProject(smallNetwork)); }

    static QString pathOf(const QWidget* widget) {
        QStringList names;
        for (; widget; widget = widget->parentWidget())
            names.prepend(QStringLiteral("%1(%2)").arg(
                QString::fromLatin1(widget->metaObject()->className()), widget->objectName()));
        return names.join(" / ");
    }
    /// Parts that Qt makes inside a widget of ours: viewports, headers, buttons of tool bars.
    static bool isQtOwn(const QWidget* widget) {
        const QString name = widget->objectName();
        const QString type = QString::fromLatin1(widget->metaObject()->className());
        const auto* area = qobject_cast<const QAbstractScrollArea*>(widget->parentWidget());
        return name.startsWith("qt_") || (area && area->viewport() == widget) ||
               type == "QTabBar" || type == "QHeaderView" || type == "QMenuBar" ||
               type == "QScrollBar" || type == "QComboBoxListView" ||
               type == "QComboBoxPrivateContainer" || type == "QToolBarExtension" ||
               type == "QTableCornerButton" || type == "QMenu" || type == "QLineEditIconButton" ||
               (type == "QToolButton" && qobject_cast<const QToolBar*>(widget->parentWidget())) ||
               qobject_cast<const QComboBox*>(widget->parentWidget()) ||
               qobject_cast<const QAbstractSpinBox*>(widget->parentWidget()) ||
               qobject_cast<const QTabWidget*>(widget->parentWidget());
    }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        fixture().show();
    }
    void cleanup() { m_fixture.reset(); }

    void remembersHowAPersonRuns() {
        const UserFolders folders{fixture().folder() + "/other.ini", fixture().folder(), true};
        {
            Workbench first(fixture().theme(), folders);
            QCOMPARE(first.run.stops().nonFinite, NonFiniteWatch::Off);
            first.run.setThreads(1);
            first.run.setNonFiniteWatch(NonFiniteWatch::Loss);
            first.run.toggleBreakpoint("conv1", false);
        }
        Workbench second(fixture().theme(), folders);
        QCOMPARE(second.run.threads(), 1);
        QCOMPARE(second.run.stops().nonFinite, NonFiniteWatch::Loss);
        QVERIFY2(second.run.breakpoints().empty(), "they belong to a network");
    }

    void everyActionHasTipShortcutAndAPlaceOfItsOwn() {
        QHash<QString, QString> taken;
        QVERIFY(fixture().bench().actions.entries().size() > 30);
        auto entries = fixture().bench().actions.entries();
        std::stable_partition(entries.begin(), entries.end(), [](const auto& entry) {
            return entry.action->shortcutContext() == Qt::WindowShortcut;
        });
        for (const ActionBook::Entry& entry : entries) {
            const QString id = entry.action->objectName();
            QVERIFY2(!entry.action->toolTip().isEmpty(), qPrintable(id));
            QVERIFY2(!entry.group.isEmpty(), qPrintable(id));
            const auto shortcuts = entry.action->shortcuts();
            // One command for each operator: the search at the cursor is their shortcut.
            const bool addsNode = id.startsWith(QLatin1String("canvas.add."));
            QVERIFY2(!shortcuts.isEmpty() || addsNode, qPrintable(id));
            // What belongs to one view may mean something else in another, but nothing in the
            // window.
            const bool local = entry.action->shortcutContext() == Qt::WidgetWithChildrenShortcut;
            const QString place = local ? QString::number(quintptr(entry.action->parent())) : "";
            for (const QKeySequence& shortcut : shortcuts) {
                const QString keys = shortcut.toString();
                for (const QString& where : QStringList{place, QString()}) {
                    const QString other = taken.value(keys + where);
                    QVERIFY2(other.isEmpty(), qPrintable(keys + ": " + id + ", " + other));
                }
                taken.insert(keys + place, id);
            }
        }
    }

    void everythingThatCanBeReachedHasNames() {
        QVERIFY(fixture().window().open(saved()));
        fixture().bench().selection.selectNodes({"conv1"});
        QCoreApplication::processEvents();
        int reached = 0;
        QStringList nameless;
        for (const QWidget* widget : fixture().window().findChildren<QWidget*>()) {
            const bool isReached = widget->focusPolicy() & Qt::TabFocus ||
                                   qobject_cast<const QAbstractButton*>(widget);
            if (!isReached || isQtOwn(widget)) continue;
            ++reached;
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const bool isNamed =
                !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
            if (widget->objectName().isEmpty() || !isNamed) nameless << pathOf(widget);
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join('\n')));
        QVERIFY(reached > 20);
    }

    void oneKeyTrains() {
        QVERIFY(fixture().window().open(saved()));
        QTest::keyClick(&fixture().window(), Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(fixture().bench().run.phase(), RunPhase::Finished, patienceMs);
    }

    void spaceTrainsFromTheCanvasToo() {
        QVERIFY(fixture().window().open(saved()));
        QWidget* canvas = fixture().window().editor().focusProxy();
        QVERIFY(canvas);
        canvas->setFocus();
        QTest::keyClick(canvas, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(fixture().bench().run.phase(), RunPhase::Finished, patienceMs);
    }

    void theCommandPaletteFindsAndCarriesOut() {
        QVERIFY(fixture().window().open(saved()));
        QTest::keyClick(&fixture().window(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        auto* words = fixture().find<QLineEdit>("commandPalette.words");
        QTRY_VERIFY(words->isVisible());
        QTest::keyClicks(words, "entry step");
        auto* list = fixture().find<QListView>("commandPalette.list");
        QVERIFY(list->model()->rowCount() >= 1);
        QVERIFY(list->model()->index(0, 0).data().toString().contains("Step one entry"));
        QTest::keyClick(words, Qt::Key_Return);
        QVERIFY(!words->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(fixture().bench().run.phase(), RunPhase::Paused, patienceMs);
    }

    void theCommandPaletteShowsWhatCannotBeDoneAndWhy() {
        QVERIFY(fixture().window().open(saved()));
        fixture().trigger("window.palette");
        auto* words = fixture().find<QLineEdit>("commandPalette.words");
        auto* list = fixture().find<QListView>("commandPalette.list");
        const auto first = [&] { return list->model()->index(0, 0).data().toString(); };
        QTRY_VERIFY(words->isVisible());
        QVERIFY2(first().startsWith("File"), qPrintable(first()));
        const int last = list->model()->rowCount() - 1;
        QVERIFY(list->model()->index(last, 0).data().toString().startsWith("Add node"));
        for (const auto& [typed, shown] :
             {std::pair("undo", "nothing to undo"), {"duplicate", "select a node first"}}) {
            words->clear();
            QTest::keyClicks(words, typed);
            QVERIFY2(first().contains(shown), qPrintable(first()));
            QTest::keyClick(words, Qt::Key_Return);
            QVERIFY2(words->isVisible(), "it cannot be done, and the line says why");
        }
        words->clear();
        QTest::keyClicks(words, "dark or light");
        QTest::keyClick(words, Qt::Key_Return);
        fixture().trigger("window.palette");
        QTRY_VERIFY(words->isVisible());
        QVERIFY2(first().contains("Dark or light"), "what was used last comes first");
        QTest::keyClick(words, Qt::Key_Escape);
    }

    void propertiesBeginAtTheirTop() {
        QVERIFY(fixture().window().open(saved()));
        fixture().window().resize(960, 600);
        auto* properties = fixture().find<QScrollArea>("properties");
        fixture().window().docks().raise("properties");
        QCoreApplication::processEvents();
        QScrollBar* bar = properties->verticalScrollBar();
        QTRY_VERIFY(bar->maximum() > 0);
        bar->setValue(bar->maximum());
        Selection& selection = fixture().bench().selection;
        selection.selectNodes({"relu1"});
        QTRY_COMPARE(bar->value(), 0);
        selection.selectNodes({});
        bar->setValue(bar->maximum());
        QVERIFY2(bar->value() > 0, "the project's settings are long");
        selection.selectNodes({"relu1", "conv1"});
        QTRY_COMPARE(bar->maximum(), 0);  // a sentence in the middle
        Document& document = fixture().bench().document;
        QVERIFY(
            document.edit("take away", {edit::EraseEdge{{{"relu1", "y"}, {"flat", "x"}}}}).ok());
        QCOMPARE(selection.nodes().size(), 2);
        document.undoStack().undo();
    }

    void theSelectionDropsNodesThatAreGone() {
        QVERIFY(fixture().window().open(saved()));
        Document& document = fixture().bench().document;
        Selection& selection = fixture().bench().selection;
        Result<Node> extra = makeNode("extra", "relu");
        QVERIFY(document.edit("add", {edit::InsertNode{*extra}}).ok());
        selection.selectNodes({"extra", "conv1"});
        document.undoStack().undo();
        QCOMPARE(selection.nodes(), QStringList("conv1"));
    }

    void theArrangementIsRememberedAndReset() {
        QDockWidget* layers = fixture().window().docks().dock("layers");
        layers->setFloating(true);
        layers->resize(411, 377);
        QVERIFY(fixture().window().close());
        MainWindow again(fixture().bench());
        again.show();
        QVERIFY(QTest::qWaitForWindowExposed(&again));
        QVERIFY(again.docks().dock("layers")->isFloating());
        again.docks().reset();
        QVERIFY(!again.docks().dock("layers")->isFloating());
        again.close();
    }

    void whatIsTypedInAFloatingDockIsTakenBeforeTheWindowGoes() {
        QVERIFY(fixture().window().open(saved()));
        auto again = std::make_unique<MainWindow>(fixture().bench());
        again->show();
        QVERIFY(QTest::qWaitForWindowExposed(again.get()));
        QDockWidget* dock = again->docks().dock("properties");
        fixture().bench().selection.selectNodes({});
        dock->setFloating(true);
        dock->activateWindow();
        auto* batch = dock->findChild<QLineEdit*>("properties.batch");
        QVERIFY(batch);
        QTRY_VERIFY(batch->isVisible());
        batch->setFocus();
        QTRY_COMPARE(QApplication::focusWidget(), static_cast<QWidget*>(batch));
        batch->selectAll();
        QTest::keyClicks(batch, "37");
        again.reset();
        QCOMPARE(fixture().bench().document.project().training.batch, int64_t{37});
        fixture().bench().document.undoStack().undo();
        fixture().window().docks().reset();
    }

    void everyViewCanBeBroughtToTheFront() {
        for (const ViewDescriptor* view : allViews()) {
            const QString id = QString::fromLatin1(view->id);
            fixture().window().docks().dock(id)->close();
            QVERIFY(fixture().window().docks().raise(id));
            QTRY_VERIFY2(fixture().window().docks().dock(id)->widget()->isVisible(), view->id);
        }
    }

    void whatLiesBehindAnotherTabIsHidden() {
        DockLayout& docks = fixture().window().docks();
        const auto isSeen = [&](const char* id) { return docks.dock(id)->widget()->isVisible(); };
        for (const auto& [front, behind] :
             {std::pair("memory", "tape"), std::pair("tape", "memory"),
              std::pair("value", "layers"), std::pair("layers", "value")}) {
            QVERIFY(docks.raise(front));
            QTRY_VERIFY2(isSeen(front), front);
            QVERIFY2(!isSeen(behind), behind);
        }
        // Keys are not left with what cannot be seen.
        docks.dock("layers")->widget()->setFocus();
        docks.dock("value")->raise();
        QTRY_VERIFY(isSeen("value"));
        QVERIFY(!docks.dock("layers")->isAncestorOf(QApplication::focusWidget()));
        docks.dock("memory")->setFloating(true);
        QTRY_VERIFY(isSeen("memory"));
        docks.reset();
    }

    void bothThemesReachEveryPart() {
        QVERIFY(fixture().window().open(saved()));
        const QImage dark = fixture().window().grab().toImage();
        fixture().trigger("window.theme");
        QCoreApplication::processEvents();
        const QImage light = fixture().window().grab().toImage();
        // No large part of the window may keep its colour.
        int same = 0, all = 0;
        for (int y = 4; y < dark.height(); y += 8)
            for (int x = 4; x < dark.width(); x += 8) {
                same += dark.pixel(x, y) == light.pixel(x, y);
                ++all;
            }
        QVERIFY2(same < all / 50, qPrintable(QString("%1 of %2").arg(same).arg(all)));
    }

    void closingAsksBeforeWorkIsLost() {
        QVERIFY(fixture().window().open(saved()));
        QVERIFY(fixture().bench().document.edit("t", {edit::SetTitle{"fc", "head"}}).ok());
        QTimer::singleShot(0, this, [&] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY(box);
            QTest::mouseClick(box->button(QMessageBox::Cancel), Qt::LeftButton);
        });
        QVERIFY(!fixture().window().close());
        QTimer::singleShot(0, this, [&] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY(box);
            QTest::mouseClick(box->button(QMessageBox::Save), Qt::LeftButton);
        });
        QVERIFY(fixture().window().close());
        Document again;
        QVERIFY(again.open(fixture().bench().document.file()).ok());
        QCOMPARE(again.graph().find("fc")->title, std::string("head"));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
