// SPDX-License-Identifier: GPL-3.0-or-later
// The properties dock: the selected node's form, or the project's settings.
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/views/properties/node_form.h"
#include "gui/views/properties/project_form.h"
#include "gui/views/view.h"

namespace vitrine::gui {

namespace {

class PropertiesView : public QScrollArea {
    Q_DECLARE_TR_FUNCTIONS(PropertiesView)
  public:
    PropertiesView(const ViewContext& context, QWidget* parent)
        : QScrollArea(parent), m_context(context) {
        m_stack = new QStackedWidget(this);
        m_node = new NodeForm(context, m_stack);
        m_project = new ProjectForm(context, m_stack);
        m_several = new QLabel(m_stack);
        m_several->setAlignment(Qt::AlignCenter);
        m_several->setProperty("quiet", true);
        m_stack->addWidget(m_project);
        m_stack->addWidget(m_node);
        m_stack->addWidget(m_several);
        setWidget(m_stack);
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        follow(&context.document, &Document::graphChanged, this, [this] {
            if (isAboutShown()) update();
        });
        follow(&context.document, &Document::settingsChanged, this, [this] { update(); });
        follow(&context.selection, &Selection::changed, this, [this] { update(); });
        follow(&context.run, &RunController::setupChanged, this, [this] { update(); });
        update();
    }

  private:
    /// Whether the last edit of the graph is about the node whose form is shown, or will be.
    bool isAboutShown() const {
        const std::string subject = m_context.selection.subject().toStdString();
        if (m_subject.toStdString() != subject) return true;
        const Touched& change = m_context.document.lastChange();
        const auto& reshaped = m_context.document.reshaped();
        return !subject.empty() && (change.isWhole || change.nodes.contains(subject) ||
                                    std::ranges::find(reshaped, subject) != reshaped.end());
    }

    void update() {
        const QStringList& nodes = m_context.selection.nodes();
        const QString subject = m_context.selection.subject();
        const bool one =
            !subject.isEmpty() && m_context.document.graph().find(subject.toStdString()) != nullptr;
        if (one) {
            m_node->show(subject);
            bring(m_node, subject);
        } else if (nodes.size() > 1) {
            m_several->setText(tr("%1 nodes are selected").arg(nodes.size()));
            bring(m_several, {});
        } else {
            m_project->show();
            bring(m_project, {});
        }
    }

    /// Another page, or another node, is seen from its top; the hidden pages take no room.
    void bring(QWidget* page, const QString& subject) {
        const bool isOther = page != m_stack->currentWidget() || subject != m_subject;
        m_subject = subject;
        for (QWidget* other : {static_cast<QWidget*>(m_node), static_cast<QWidget*>(m_project),
                               static_cast<QWidget*>(m_several)})
            other->setSizePolicy(QSizePolicy::Preferred,
                                 other == page ? QSizePolicy::Preferred : QSizePolicy::Ignored);
        m_stack->setCurrentWidget(page);
        if (isOther) verticalScrollBar()->setValue(0);
    }

    QString m_subject;
    ViewContext m_context;
    QStackedWidget* m_stack;
    NodeForm* m_node;
    ProjectForm* m_project;
    QLabel* m_several;
};

}  // namespace

namespace views::properties {
extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "properties",
    .title = QT_TRANSLATE_NOOP("Views", "Properties"),
    .icon = "properties",
    .place = DockPlace::Right,
    .order = 0,
    .shortcut = "Alt+1",
    .tip = QT_TRANSLATE_NOOP("Views",
                             "Fields, shapes and help of the selected node, or the "
                             "project's settings"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new PropertiesView(context, parent);
    },
};
}  // namespace views::properties

}  // namespace vitrine::gui
