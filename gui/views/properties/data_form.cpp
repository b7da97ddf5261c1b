// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of buttons, and the work behind them.
#include "gui/views/properties/data_form.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

#include "core/session/channel_statistics.h"
#include "core/session/class_weights.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/field_form.h"

namespace vitrine::gui {

DataForm::DataForm(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_form(new FieldForm(this)) {
    m_sampling = buildSampling();
    m_transforms = button("properties.transforms", {});
    m_normalise = button("properties.normalise", {});
    m_weigh = button("properties.class_weights", tr("From counts"));
    m_form->addRow(
        tr("Draws"), m_sampling,
        tr("How often an example comes up in an epoch: each once; or balanced, every class "
           "as often as the others, examples of rare ones several times"));
    m_form->addRow(tr("Transforms"), m_transforms,
                   tr("What happens to examples on their way to the network"));
    m_form->addRow(tr("Normalisation"), m_normalise,
                   tr("Takes mean and deviation of the training images, as they are stored, so "
                      "that what the network gets has mean 0 and deviation 1"));
    m_form->addRow(tr("Class weights"), m_weigh, {});
    m_trouble = new QLabel(this);
    m_trouble->setObjectName(QStringLiteral("properties.data_trouble"));
    m_trouble->setProperty("bad", true);
    m_trouble->setWordWrap(true);
    m_trouble->setTextFormat(Qt::PlainText);
    m_trouble->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_form);
    column->addWidget(m_trouble);
    constexpr int tickMs = 100;
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, &DataForm::showButtons);
    connect(m_normalise, &QPushButton::clicked, this, &DataForm::normalise);
    connect(m_weigh, &QPushButton::clicked, this, &DataForm::weighClasses);
    connect(m_transforms, &QPushButton::clicked, this, [this] {
        if (QAction* dock = m_context.actions.find("view.transforms")) dock->trigger();
    });
    connect(&m_measuring, &BackgroundWork::finished, this, &DataForm::normalisationIsThere);
    connect(&m_counting, &BackgroundWork::finished, this, &DataForm::countsAreThere);
    follow(&context.run, &RunController::dataChanged, this, [this] { showButtons(); });
    follow(&context.document, &Document::graphChanged, this, [this] { showButtons(); });
}

DataForm::~DataForm() { m_stop.request_stop(); }

QComboBox* DataForm::buildSampling() {
    auto* box = new QComboBox(this);
    box->setObjectName(QStringLiteral("properties.sampling"));
    box->setAccessibleName(tr("Draws"));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(6);
    box->addItem(tr("Each once"), static_cast<int>(Sampling::EachOnce));
    box->addItem(tr("Balanced"), static_cast<int>(Sampling::Balanced));
    connect(box, &QComboBox::activated, this, [this, box] {
        const auto chosen = static_cast<Sampling>(box->currentData().toInt());
        if (chosen == m_context.document.project().data.sampling) return;
        change(tr("Change draws"), [&](DataSettings& settings) { settings.sampling = chosen; });
    });
    return box;
}

QPushButton* DataForm::button(const char* name, const QString& words) {
    auto* made = new QPushButton(words, this);
    made->setObjectName(QString::fromLatin1(name));
    made->setMinimumWidth(80);  // words that do not fit are cut, and the form stays as it is
    return made;
}

void DataForm::change(const QString& what, const std::function<void(DataSettings&)>& how) {
    DataSettings settings = m_context.document.project().data;
    how(settings);
    m_context.document.setData(what, settings);
}

void DataForm::normalise() {
    m_trouble->hide();
    if (m_measuring.isRunning()) {
        m_stop.request_stop();
        return;
    }
    m_stop = {};
    m_progress = 0;
    m_measuring.run("measuring the images", [this, stored = m_context.run.storedData(),
                                             settings = m_context.document.project().data,
                                             stop = m_stop.get_token()] {
        return measuredNormalisation(
            *stored, settings,
            {.progress = [this](double share) { m_progress = share; }, .stop = stop});
    });
    m_tick.start();
    showButtons();
}

void DataForm::normalisationIsThere() {
    const Result<Normalisation> measured = m_measuring.take();
    showButtons();
    if (!measured) return tell(measured.error());
    const Normalisation taken = rounded(*measured);
    if (taken == m_context.document.project().data.normalisation) return;
    change(tr("Normalise by the training images"),
           [&](DataSettings& settings) { settings.normalisation = taken; });
}

void DataForm::weighClasses() {
    m_trouble->hide();
    if (m_counting.isRunning()) return;
    // As they are trained on: without what is excluded, under their new labels.
    m_counting.run("counting classes", [counted = m_context.run.data()] {
        return surveyOf(*counted, {.looksAtAll = false});
    });
    showButtons();
}

void DataForm::countsAreThere() {
    const Result<DataSurvey> survey = m_counting.take();
    showButtons();
    if (!survey) return tell(survey.error());
    const std::vector<double> weights = balancingWeights(survey->classes);
    if (std::ranges::all_of(weights, [](double weight) { return weight == 0; }))
        return tell(
            {"U14",
             tr("the classes of these examples are not known before they are drawn").toStdString(),
             {},
             {},
             tr("Drawn examples have every class as often: weights would change nothing.")
                 .toStdString()});
    auto edits = vitrine::weighClasses(m_context.document.graph(), survey->classColumn, weights);
    if (!edits) return tell(edits.error());
    if (const auto done = m_context.document.edit(tr("Weigh classes by their counts"), *edits);
        !done)
        tell(done.error());
}

void DataForm::showTransforms() {
    const DataSettings& settings = m_context.document.project().data;
    const size_t training = settings.trainingTransforms.size(),
                 evaluation = settings.evaluationTransforms.size();
    m_transforms->setText(training + evaluation == 0
                              ? tr("None …")
                              : tr("%1 train, %2 test …").arg(training).arg(evaluation));
}

void DataForm::showButtons() {
    const bool measures = m_measuring.isRunning();
    if (!measures) m_tick.stop();
    m_normalise->setText(measures ? tr("Stop (%1)").arg(percentText(m_progress, 0))
                                  : tr("From images"));
    m_normalise->setEnabled(measures || m_context.run.storedData());
    const bool isWeighable = hasClassWeights(m_context.document.graph());
    m_weigh->setEnabled(isWeighable && m_context.run.data() && !m_counting.isRunning());
    m_weigh->setToolTip(
        isWeighable ? tr("Gives the loss weights of classes: the rarer a class, the more its "
                         "examples count")
                    : tr("No loss of this network has weights of classes: weighted cross-entropy "
                         "and negative log likelihood have"));
}

void DataForm::tell(const Error& error) {
    if (error.code == stoppedCode) return;
    m_trouble->setText(sentenceOf(inWindowWords(error)) + tr(". ") +
                       QString::fromStdString(error.next));
    m_trouble->show();
}

void DataForm::show() {
    const DataSettings& settings = m_context.document.project().data;
    m_sampling->setCurrentIndex(m_sampling->findData(static_cast<int>(settings.sampling)));
    showTransforms();
    showButtons();
}

}  // namespace vitrine::gui
