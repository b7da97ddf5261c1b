// SPDX-License-Identifier: GPL-3.0-or-later
// What is always worth knowing, in one line.
#include "gui/shell/status_line.h"

#include <QLabel>

#include <set>

#include "core/graph/trained_part.h"
#include "gui/bridge/run_controller.h"
#include "gui/models/count_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

/// Of what is trained.
int64_t parameterCount(const Document& document) {
    std::set<std::string> counted;
    int64_t sum = 0;
    const auto& nodes = document.graph().nodes();
    const bool shares = hasParameterObjects(document.graph());  // those count once
    const std::vector<bool> counts =
        countedNodes(document.graph(), document.wiring(), document.shapes());
    for (size_t i = 0; i < nodes.size(); ++i) {
        if (!counts[i]) continue;
        for (const NodeParameter& parameter : document.shapes().nodes[i].parameters) {
            if (!parameter.isTrained()) continue;
            if (!shares || counted.insert(parameter.id).second)
                sum += parameter.type.shape.elements();
        }
    }
    return sum;
}

}  // namespace

StatusLine::StatusLine(const ViewContext& context, QWidget* parent)
    : QStatusBar(parent), m_context(context) {
    setObjectName(QStringLiteral("statusLine"));
    setSizeGripEnabled(false);
    m_hint = new QLabel(this);
    m_hint->setObjectName(QStringLiteral("status.hint"));
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setMinimumWidth(40);
    addWidget(m_hint, 1);
    constexpr int saidMs = 8000;
    m_said.setSingleShot(true);
    m_said.setInterval(saidMs);
    connect(&m_said, &QTimer::timeout, m_hint, &QLabel::clear);
    m_differs = add("status.differs", tr("What runs is not what is drawn"));
    m_saved = add("status.saved", tr("Whether the project is saved"));
    m_arena = add("status.arena", tr("Memory of a training step"));
    m_parameters = add("status.parameters", tr("Trained numbers of the network"));
    m_zoom = add("status.zoom", tr("Zoom of the canvas"));
    connect(&context.document, &Document::graphChanged, this, [this] {
        if (m_context.document.lastChange().changesMeaning) update();
    });
    connect(&context.document, &Document::modifiedChanged, this, &StatusLine::update);
    connect(&context.run, &RunController::tapeChanged, this, &StatusLine::update);
    connect(&context.run, &RunController::differsChanged, this, &StatusLine::update);
    connect(&context.run, &RunController::optionsChanged, this, &StatusLine::update);
    connect(&context.theme, &Theme::changed, this, &StatusLine::update);
    update();
}

QLabel* StatusLine::add(const char* name, const QString& accessibleName) {
    auto* label = new QLabel(this);
    label->setObjectName(QString::fromLatin1(name));
    label->setAccessibleName(accessibleName);
    label->setToolTip(accessibleName);
    addPermanentWidget(label);
    return label;
}

void StatusLine::setHint(const QString& text) {
    m_said.stop();
    m_hint->setText(text);
}

void StatusLine::say(const QString& text) {
    setHint(text);
    m_said.start();
}

void StatusLine::setZoom(double zoom) {
    constexpr double coarse = 0.02;  // below, whole percents say too little
    m_zoom->setText(percentText(zoom, zoom < coarse ? 1 : 0));
}

void StatusLine::update() {
    const RunController& run = m_context.run;
    const bool hasFile = !m_context.document.file().isEmpty();
    m_saved->setText(m_context.document.isModified() ? tr("not saved")
                     : hasFile                       ? tr("saved ✓")
                                                     : tr("new"));
    const int64_t parameters = parameterCount(m_context.document);
    // Behind an error nothing is known.
    const QString counted = countWords(parameters, tr("1 parameter"), tr("%1 parameters"));
    m_parameters->setText(m_context.document.shapes().ok() ? counted
                          : parameters > 0                 ? tr("at least %1").arg(counted)
                                                           : tr("parameters not known"));
    const auto& tape = run.tape();
    const QString threads = !run.device().isEmpty()
                                ? tr("GPU %1, %2").arg(run.device(), run.precision())
                            : run.threads() == 1 ? tr("1 thread")
                                                 : tr("%1 threads").arg(run.threads());
    m_arena->setText(
        tape ? tr("%1 · arena %2").arg(threads, bytesText(static_cast<double>(tape->arenaBytes())))
             : tr("no plan"));
    m_differs->setVisible(run.differsFromDocument());
    m_differs->setText(run.isBusy() || run.phase() == RunPhase::Paused
                           ? tr("△ what runs is not what is drawn")
                           : tr("△ changed since the last run"));
    QPalette palette = m_differs->palette();
    palette.setColor(QPalette::WindowText, m_context.theme.tokens().warn);
    m_differs->setPalette(palette);
}

}  // namespace vitrine::gui
