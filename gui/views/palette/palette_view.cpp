// SPDX-License-Identifier: GPL-3.0-or-later
// The palette: every operator with a search field above. Enter or a double click adds one.
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

#include "gui/theme/theme.h"
#include "gui/views/palette/operator_tree.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

class PaletteView : public QWidget {
    Q_OBJECT
  public:
    PaletteView(const ViewContext& context, QWidget* parent)
        : QWidget(parent),
          m_actions(context.actions),
          m_search(new QLineEdit(this)),
          m_tree(new OperatorTree(context.theme, this)) {
        setObjectName(QStringLiteral("paletteView"));
        setAccessibleName(tr("Palette"));
        m_search->setObjectName(QStringLiteral("paletteSearch"));
        m_search->setAccessibleName(tr("Search operators"));
        m_search->setPlaceholderText(tr("Search: conv, fc, pool …"));
        m_search->setClearButtonEnabled(true);
        m_search->installEventFilter(this);
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(2 * space, 2 * space, 2 * space, 0);
        layout->setSpacing(space);
        layout->addWidget(m_search);
        auto* found = new EmptyState(
            tr("No operator is called so."),
            tr("Names, short names and other names are searched: conv, bn, dense."), m_tree, this);
        found->setObjectName(QStringLiteral("paletteFound"));
        found->setEmpty(false);
        layout->addWidget(found);
        setFocusProxy(m_search);
        connect(m_search, &QLineEdit::textChanged, this, [this, found](const QString& query) {
            m_tree->search(query);
            found->setEmpty(m_tree->topLevelItemCount() == 0);
        });
        connect(m_search, &QLineEdit::returnPressed, this, &PaletteView::addCurrent);
        connect(m_tree, &QTreeWidget::itemActivated, this, &PaletteView::addCurrent);
    }

  protected:
    /// Up and down in the field move in the list below it.
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::KeyPress) {
            const int key = static_cast<QKeyEvent*>(event)->key();
            if (key == Qt::Key_Down || key == Qt::Key_Up) {
                QCoreApplication::sendEvent(m_tree, event);
                return true;
            }
        }
        return QWidget::eventFilter(watched, event);
    }

  private:
    /// The canvas has an action for each operator.
    void addCurrent() {
        const QString op = m_tree->currentOperator();
        if (op.isEmpty()) return;
        if (QAction* add = m_actions.find(("canvas.add." + op.toUtf8()).constData()))
            add->trigger();
    }

    ActionBook& m_actions;
    QLineEdit* m_search;
    OperatorTree* m_tree;
};

}  // namespace

namespace views::palette {

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "palette",
    .title = QT_TRANSLATE_NOOP("Views", "Palette"),
    .icon = "palette",
    .place = DockPlace::Left,
    .order = 0,
    .shortcut = "Alt+0",
    .tip = QT_TRANSLATE_NOOP("Views", "Every operator: drag one onto the canvas, or press Enter."),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new PaletteView(context, parent);
    },
};

}  // namespace views::palette

}  // namespace vitrine::gui

#include "palette_view.moc"
