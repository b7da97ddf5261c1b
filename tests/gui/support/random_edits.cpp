// SPDX-License-Identifier: Apache-2.0
// Gestures of the random user that have an aim: pages, fields, tables, dialogs.
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QTabBar>
#include <QTest>

#include "tests/gui/support/random_user.h"

namespace vitrine::test {

namespace {

/// Valid, odd and invalid, for any field.
const QStringList& texts() {
    static const QStringList list = {"0",
                                     "1",
                                     "2",
                                     "3",
                                     "5",
                                     "7",
                                     "10",
                                     "12",
                                     "32",
                                     "64",
                                     "500",
                                     "50000",
                                     "1000000000",
                                     "-1",
                                     "0.5",
                                     "0,5",
                                     "0.05",
                                     "1e-300",
                                     "1e300",
                                     "nan",
                                     "inf",
                                     "abc",
                                     "",
                                     " ",
                                     "1,28,28",
                                     "1,32,32",
                                     "1,24,24",
                                     "3,32,32",
                                     "2,28,28",
                                     "28",
                                     "10",
                                     "1,28",
                                     "0,28,28",
                                     "-1,5,5",
                                     "1,1,1",
                                     "1,1000000,1000000",
                                     "3,3",
                                     "2,2",
                                     "5,5",
                                     "1 × 28 × 28",
                                     "99999999999999999999",
                                     "../x",
                                     "/nowhere",
                                     "ä ß 中",
                                     "conv1"};
    return list;
}

QString nameOf(const QWidget& widget) {
    return QStringLiteral("%1(%2)").arg(QLatin1String(widget.metaObject()->className()),
                                        widget.objectName());
}

QDockWidget* dockOf(QWidget* widget) {
    for (; widget; widget = widget->parentWidget())
        if (auto* dock = qobject_cast<QDockWidget*>(widget)) return dock;
    return nullptr;
}

}  // namespace

void RandomUser::setFiles(const QStringList& projects, const QString& saveTo) {
    m_projects = projects;
    m_saveTo = saveTo;
}

void RandomUser::note(const QString& what) {
    m_history << what;
    m_visited << what.section(QLatin1Char(' '), 0, 1);
    while (m_history.size() > 60) m_history.removeFirst();
}

/// Of all of the window's, in sight or not.
template <class Widget>
Widget* RandomUser::any() {
    QList<Widget*> found = m_window.findChildren<Widget*>();
    erase_if(found, [](Widget* widget) { return !widget->isEnabled(); });
    return found.isEmpty() ? nullptr : oneOf(found);
}

/// Docks to the front, pages of stacks turned by their tab bars; false where that is not enough.
bool RandomUser::bringUp(QWidget& widget) {
    if (QDockWidget* dock = dockOf(&widget)) {
        dock->show();
        dock->raise();
    }
    return widget.isVisible();
}

int RandomUser::edit() {
    switch (below(20)) {
        case 0:
        case 1:
        case 2:
            return goToAPage();
        case 3:
        case 4:
        case 5:
        case 6:
            return fillAField();
        case 7:
        case 8:
            return choose();
        case 9:
        case 10:
            return pushAButton();
        case 11:
            return slide();
        case 12:
        case 13:
            return useATable();
        case 14:
        case 15:
            return draw();
        case 16:
            return trigger();
        case 17:
            return moveADock();
        default:
            return selectANode();
    }
}

int RandomUser::goToAPage() {
    auto* bar = any<QTabBar>();
    if (!bar || bar->count() == 0 || !bringUp(*bar)) return 0;
    const int tab = below(bar->count());
    note(QStringLiteral("page %1:%2").arg(bar->objectName(), bar->tabText(tab)));
    QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(tab).center());
    return 2;
}

int RandomUser::typeInto(QLineEdit& field, const QString& text) {
    field.setFocus();
    field.selectAll();
    if (text.isEmpty()) QTest::keyClick(&field, Qt::Key_Delete);
    for (const QChar letter : text)
        QTest::sendKeyEvent(QTest::Click, &field, static_cast<Qt::Key>(0), letter, Qt::NoModifier);
    static constexpr Qt::Key ends[] = {Qt::Key_Return, Qt::Key_Return, Qt::Key_Tab, Qt::Key_Escape};
    QTest::keyClick(&field, ends[below(4)]);
    return 2 * static_cast<int>(text.size()) + 2;
}

int RandomUser::fillAField() {
    auto* field = any<QLineEdit>();
    if (!field || field->isReadOnly() || !bringUp(*field)) return 0;
    const QString& text = oneOf(texts());
    note(QStringLiteral("field %1 '%2'").arg(field->objectName(), text));
    return typeInto(*field, text);
}

int RandomUser::choose() {
    auto* box = any<QComboBox>();
    if (!box || box->count() == 0 || !bringUp(*box)) return 0;
    note(QStringLiteral("combo %1").arg(box->objectName()));
    box->setFocus();
    const int steps = 1 + below(4);
    const Qt::Key key = below(2) ? Qt::Key_Down : Qt::Key_Up;
    for (int i = 0; i < steps; ++i) QTest::keyClick(box, key);
    return 2 * steps;
}

int RandomUser::pushAButton() {
    auto* button = any<QAbstractButton>();
    if (!button || !bringUp(*button)) return 0;
    note(QStringLiteral("button %1").arg(button->objectName()));
    QTest::mouseClick(button, Qt::LeftButton, {}, button->rect().center());
    return 2;
}

int RandomUser::slide() {
    static constexpr Qt::Key keys[] = {Qt::Key_Left, Qt::Key_Right,  Qt::Key_Home,
                                       Qt::Key_End,  Qt::Key_PageUp, Qt::Key_PageDown};
    QWidget* widget = any<QAbstractSlider>();
    if (below(2))
        if (auto* box = any<QAbstractSpinBox>()) widget = box;
    if (!widget || !bringUp(*widget)) return 0;
    note(QStringLiteral("slider %1").arg(nameOf(*widget)));
    widget->setFocus();
    QTest::keyClick(widget, keys[below(6)]);
    return 2 + wheel(widget);
}

int RandomUser::useATable() {
    auto* view = any<QAbstractItemView>();
    if (!view || !view->model() || !bringUp(*view)) return 0;
    note(QStringLiteral("table %1").arg(view->objectName()));
    if (auto* header = qobject_cast<QHeaderView*>(view)) {
        const QPoint at(below(std::max(1, header->width())), below(std::max(1, header->height())));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
        return 2;
    }
    const int rows = view->model()->rowCount(view->rootIndex());
    const int columns = view->model()->columnCount(view->rootIndex());
    if (rows == 0 || columns == 0) return 0;
    const QModelIndex index = view->model()->index(below(rows), below(columns), view->rootIndex());
    view->scrollTo(index);
    const QPoint at = view->visualRect(index).center();
    static constexpr Qt::MouseButton buttons[] = {Qt::LeftButton, Qt::LeftButton, Qt::RightButton};
    if (below(3) == 0)
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at);
    else
        QTest::mouseClick(view->viewport(), buttons[below(3)], {}, at);
    // A cell that is edited now, as a number in Value is.
    if (auto* editor = view->viewport()->findChild<QLineEdit*>())
        return 4 + typeInto(*editor, oneOf(texts()));
    return 4 + press(view);
}

int RandomUser::draw() {
    auto* tabs = m_window.findChild<QTabBar*>(QStringLiteral("dataTabs"));
    auto* canvas = m_window.findChild<QWidget*>(QStringLiteral("drawCanvas"));
    if (!tabs || !canvas || !bringUp(*tabs)) return 0;
    QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
    note(QStringLiteral("draw %1").arg(canvas->isVisible()));
    return canvas->isVisible() ? 2 + drag(canvas) : 2;
}

int RandomUser::trigger() {
    QList<QAction*> actions = m_window.findChildren<QAction*>();
    erase_if(actions, [](const QAction* action) {
        return !action->isEnabled() || action->menu() || action->objectName().isEmpty() ||
               action->objectName() == QStringLiteral("file.quit");
    });
    if (actions.isEmpty()) return 0;
    QAction* action = oneOf(actions);
    note(QStringLiteral("action %1").arg(action->objectName()));
    action->trigger();
    return 1;
}

int RandomUser::moveADock() {
    auto* dock = any<QDockWidget>();
    if (!dock) return 0;
    const int what = below(4);
    note(QStringLiteral("dock %1 %2").arg(dock->objectName()).arg(what));
    if (what == 0) dock->setFloating(!dock->isFloating());
    if (what == 1) dock->close();
    if (what >= 2) {
        dock->show();
        dock->raise();
    }
    return 1;
}

/// By its row in the table of layers, or none, so that Properties shows it, or the project.
int RandomUser::selectANode() {
    auto* table = m_window.findChild<QAbstractItemView*>(QStringLiteral("layers.table"));
    auto* canvas = m_window.findChild<QWidget*>(QStringLiteral("canvas"));
    if (!table || !canvas) return 0;
    const int rows = table->model()->rowCount();
    if (rows == 0 || below(3) == 0) {
        note(QStringLiteral("select nothing"));
        QTest::keyClick(canvas, Qt::Key_Escape);
    } else if (bringUp(*table)) {
        const QModelIndex index = table->model()->index(below(rows), 0);
        note(QStringLiteral("select %1").arg(index.data().toString()));
        table->scrollTo(index);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
    }
    if (auto* dock = m_window.findChild<QDockWidget*>(QStringLiteral("dock.properties")))
        bringUp(*dock->widget());
    return 2;
}

/// Files are chosen by name, questions by any button; anything else is closed.
void RandomUser::answer(QDialog& dialog) {
    if (auto* box = qobject_cast<QMessageBox*>(&dialog)) {
        const auto buttons = box->buttons();
        note(QStringLiteral("answer %1").arg(box->text()));
        if (buttons.isEmpty()) return dialog.reject();
        QTimer::singleShot(0, oneOf(buttons), &QAbstractButton::click);
        return;
    }
    auto* files = qobject_cast<QFileDialog*>(&dialog);
    auto* name = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    if (!files || !name || below(3) == 0 || m_since.elapsed() > 2000) return dialog.reject();
    QString chosen;
    if (files->acceptMode() == QFileDialog::AcceptSave)
        chosen = QStringLiteral("%1/saved-%2").arg(m_saveTo).arg(below(4));
    else if (files->fileMode() == QFileDialog::Directory)
        chosen = m_saveTo + (below(2) ? QString() : QStringLiteral("/runs"));
    else if (!m_projects.isEmpty())
        chosen = oneOf(m_projects);
    note(QStringLiteral("answer file %1").arg(chosen));
    name->setText(chosen);
    // Later: it may ask something itself, and the watch must go on meanwhile.
    QMetaObject::invokeMethod(&dialog, "accept", Qt::QueuedConnection);
}

}  // namespace vitrine::test
