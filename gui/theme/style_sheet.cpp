// SPDX-License-Identifier: GPL-3.0-or-later
// What the palette cannot say: borders, spacing, radii.
#include "gui/theme/theme.h"

namespace vitrine::gui {

QString Theme::styleSheet() const {
    static const QString pattern = QStringLiteral(R"(
QMainWindow::separator { background: @line; width: 2px; height: 2px; }
QMainWindow::separator:hover { background: @accent; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px; }
QMenuBar { background: @window; border-bottom: 1px solid @line; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @panel; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: @accent; color: @accentText; }
QMenu::item:disabled { color: @disabled; background: transparent; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QToolBar { background: @window; border: none; border-bottom: 1px solid @line; padding: 4px; spacing: 4px; }
QToolBar::separator { background: @line; width: 1px; margin: 4px; }
QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 3px; }
QToolButton:hover { background: @raised; }
QToolButton:pressed, QToolButton:checked { background: @raised; border-color: @line; }
QToolButton:checked { color: @accent; }
QToolButton:focus { border-color: @accent; }
QPushButton { background: @raised; border: 1px solid @line; border-radius: 4px; padding: 4px 12px; }
QPushButton:hover { border-color: @quiet; }
QPushButton:focus, QPushButton:default { border-color: @accent; }
QPushButton:pressed { background: @line; }
QPushButton:disabled { color: @disabled; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton::menu-indicator { image: url(:/icons/chevron-@kind.svg); width: 12px; height: 12px; right: 6px;
    subcontrol-origin: padding; subcontrol-position: right center; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit {
    background: @panel; border: 1px solid @line; border-radius: 4px; padding: 2px 6px; min-height: 18px;
    selection-background-color: @accent; selection-color: @accentText; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border-color: @accent; }
QLineEdit[refused="true"], QSpinBox[refused="true"], QDoubleSpinBox[refused="true"] { border-color: @bad; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/chevron-@kind.svg); width: 12px; height: 12px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 16px; }
QAbstractSpinBox::up-arrow { image: url(:/icons/chevron-up-@kind.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/chevron-@kind.svg); width: 9px; height: 9px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @quiet; border-radius: 3px; background: @panel; }
QCheckBox::indicator:checked { image: url(:/icons/tick-@kind.svg); border-color: @accent; }
QCheckBox::indicator:focus { border-color: @accent; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; selection-background-color: @accent; selection-color: @accentText; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @quiet; padding: 5px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: none; }
QAbstractItemView { background: @panel; border: none; alternate-background-color: @window; }
QAbstractItemView:focus { border: none; }
QTreeView::item, QTableView::item, QListView::item { min-height: 24px; }
QTableView { gridline-color: @grid; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @quiet; border: none; border-bottom: 1px solid @line; padding: 4px 8px; }
QTableCornerButton::section { background: @panel; border: none; border-bottom: 1px solid @line; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QStatusBar { background: @window; border-top: 1px solid @line; color: @quiet; }
QStatusBar::item { border: none; }
QStatusBar QLabel { padding: 0 8px; }
QProgressBar { background: @raised; border: none; border-radius: 4px; text-align: center; min-height: 24px; max-height: 24px; }
QProgressBar::chunk { background: @done; border-radius: 4px; }
QSplitter::handle { background: @window; }
QSplitter::handle:hover { background: @accent; }
QGroupBox { border: none; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; top: 2px; color: @quiet; }
QLabel[quiet="true"] { color: @quiet; }
QLabel[bad="true"] { color: @bad; }
)");
    // What is done of a progress bar: its text must stay readable on top.
    const QColor done(isDark() ? 0x1f5878 : 0xb9d9f2);
    struct Named {
        const char* name;
        const QColor& colour;
    };
    const Tokens& t = m_tokens;
    // Longer names first: @accentText before @accent.
    const Named names[] = {{"@accentText", t.accentText},
                           {"@accent", t.accent},
                           {"@window", t.window},
                           {"@panel", t.panel},
                           {"@raised", t.raised},
                           {"@line", t.line},
                           {"@grid", t.grid},
                           {"@text", t.text},
                           {"@quiet", t.quiet},
                           {"@disabled", t.disabled},
                           {"@bad", t.bad},
                           {"@done", done}};
    QString sheet = pattern;
    for (const Named& named : names) sheet.replace(QLatin1String(named.name), named.colour.name());
    sheet.replace(QStringLiteral("@kind"),
                  isDark() ? QStringLiteral("dark") : QStringLiteral("light"));
    return sheet;
}

}  // namespace vitrine::gui
