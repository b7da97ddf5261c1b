// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/data_banner.h"

#include <QAction>
#include <QPushButton>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

DataBanner::DataBanner(const ViewContext& context, QWidget* parent)
    : PutAsideBanner("data", tr("The data are missing"), parent), m_context(context) {
    m_locate =
        addButton({}, "locate", {}, [this] { m_context.actions.find("data.choose")->trigger(); });
    addLater();
    connect(&context.run, &RunController::dataChanged, this, &DataBanner::update);
    connect(&context.run, &RunController::predictionChanged, this, &DataBanner::update);
    connect(&context.document, &Document::replaced, this, [this] {
        forgetLater();
        update();
    });
}

void DataBanner::update() {
    const auto& error = m_context.run.dataError();
    const bool isMissing = error && error->place.field == dataFolderField;
    if (isMissing) sentence().setText(sentenceOf(*error) + tr("."));
    // What was never there has no place where it could be found again.
    const bool wasChosen = !m_context.document.project().data.folder.empty();
    m_locate->setText(wasChosen ? tr("Locate …") : tr("Choose …"));
    // Whoever looks at a prediction wants the canvas, and no data to train on.
    const bool isLookedAt = m_context.run.isPredicting();
    offer(isMissing && !isLookedAt);
}

}  // namespace vitrine::gui
