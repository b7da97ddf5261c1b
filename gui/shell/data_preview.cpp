// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the dialog, and follows the reading.
#include "gui/shell/data_preview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

#include "core/session/live_run.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/models/data_words.h"
#include "gui/shell/overview_delegate.h"
#include "gui/theme/theme.h"
#include "gui/views/problems/problem_delegate.h"
#include "gui/widgets/dialog_parts.h"
#include "gui/widgets/field_form.h"
#include "gui/widgets/typed_line.h"
#include "gui/widgets/worded_progress.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

Attrs attrsOf(const DataSettings& data) {
    const DataFormatDescriptor* format = findDataFormat(data.format);
    Attrs attrs(format->fields);
    for (const DataSettings::Field& field : data.fields)
        static_cast<void>(attrs.set(field.id, field.value));
    return attrs;
}

/// Of an icon that says which colour is which.
QString swatch(const QColor& colour, const QString& words) {
    return QStringLiteral("<span style='color:%1'>■</span>&nbsp;%2").arg(colour.name(), words);
}

}  // namespace

DataPreview::DataPreview(const ViewContext& context, const QString& path,
                         std::vector<DataSettings> found, QWidget* parent)
    : QDialog(parent),
      m_context(context),
      m_project(context.document.project()),
      m_found(std::move(found)),
      m_reading(context.run.threads()) {
    setObjectName(QStringLiteral("dataPreview"));
    setWindowTitle(tr("Data"));
    m_project.data = m_found.front();
    auto* columns = new QHBoxLayout;
    columns->setSpacing(4 * space);
    columns->addWidget(buildFields(), 2);
    columns->addWidget(buildFindings(), 5);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * space, 3 * space, 4 * space, 3 * space);
    layout->setSpacing(3 * space);
    layout->addWidget(buildHead(path));
    layout->addLayout(columns, 1);
    layout->addWidget(buildFoot());
    constexpr QSize roomy{960, 620};
    resize(roomy);
    constexpr int delayMs = 200, tickMs = 100;
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    m_tick.setInterval(tickMs);
    connect(&m_delay, &QTimer::timeout, this, &DataPreview::read);
    connect(&m_tick, &QTimer::timeout, this, &DataPreview::showProgress);
    connect(&m_reading, &DataReading::changed, this, &DataPreview::showState);
    connect(&m_reading, &DataReading::overviewChanged, this,
            [this] { m_overview.setRows(m_reading.takeRows()); });
    fillFormats();
    rebuildForm();
    read();
    m_overviewList->setFocus();
}

QWidget* DataPreview::buildHead(const QString& path) {
    auto* head = new QWidget(this);
    QVBoxLayout* column = columnOf(head);
    column->setSpacing(space);
    auto* place = wrappedLabel("preview.place", head);
    place->setText(path);
    place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    place->setProperty("quiet", true);
    m_facts = wrappedLabel("preview.facts", head);
    QFont large = m_facts->font();
    large.setPointSizeF(1.3 * large.pointSizeF());
    large.setWeight(QFont::DemiBold);
    m_facts->setFont(large);
    column->addWidget(m_facts);
    column->addWidget(place);
    return head;
}

QWidget* DataPreview::buildFields() {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_formats = new QComboBox(widget);
    m_formats->setObjectName(QStringLiteral("preview.format"));
    m_formats->setAccessibleName(tr("Data format"));
    m_formats->setToolTip(tr("As what these data are read: all that were recognised"));
    m_formats->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(m_formats, &QComboBox::activated, this, &DataPreview::chooseFormat);
    m_only = wrappedLabel("preview.only_format", widget);
    QFont bold = m_only->font();
    bold.setWeight(QFont::DemiBold);
    m_only->setFont(bold);
    m_summary = wrappedLabel("preview.summary", widget);
    m_summary->setProperty("quiet", true);
    m_form = new FieldForm(widget);
    auto* inner = new QWidget(widget);
    QVBoxLayout* padded = columnOf(inner);
    padded->setContentsMargins(0, 0, 2 * space, 0);
    padded->addWidget(m_form);
    padded->addStretch(1);
    auto* scroll = new QScrollArea(widget);
    scroll->setObjectName(QStringLiteral("preview.fields"));
    scroll->setAccessibleName(tr("How the data are read"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inner);
    column->addWidget(m_formats);
    column->addWidget(m_only);
    column->addWidget(m_summary);
    column->addWidget(scroll, 1);
    return widget;
}

QListView* DataPreview::buildOverview() {
    auto* list = new QListView(this);
    list->setObjectName(QStringLiteral("preview.overview"));
    list->setAccessibleName(tr("Classes and how many examples they have"));
    list->setModel(&m_overview);
    list->setItemDelegate(new OverviewDelegate(m_context.theme, list));
    list->setUniformItemSizes(true);
    list->setMouseTracking(true);
    list->setResizeMode(QListView::Adjust);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    return list;
}

QListView* DataPreview::buildRemarks() {
    auto* list = new QListView(this);
    list->setObjectName(QStringLiteral("preview.remarks"));
    list->setAccessibleName(tr("What stands out"));
    list->setModel(&m_remarks);
    list->setItemDelegate(new ProblemDelegate(m_context.theme, list));
    list->setResizeMode(QListView::Adjust);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    return list;
}

QWidget* DataPreview::buildFindings() {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_legend = new QLabel(widget);
    m_legend->setObjectName(QStringLiteral("preview.legend"));
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setText(swatch(OverviewDelegate::trainColour(m_context.theme), tr("training")) +
                      QStringLiteral("&nbsp;&nbsp;&nbsp;") +
                      swatch(OverviewDelegate::testColour(m_context.theme), tr("test")));
    column->addWidget(m_legend);
    column->addWidget(m_overviewList = buildOverview(), 3);
    column->addWidget(m_remarkList = buildRemarks(), 1);
    return widget;
}

QWidget* DataPreview::buildFoot() {
    auto* foot = new QWidget(this);
    QVBoxLayout* column = columnOf(foot);
    m_fit = new QCheckBox(tr("&Fit the network to these data"), foot);
    m_fit->setObjectName(QStringLiteral("preview.fit"));
    m_fit->setToolTip(tr("Its inputs take what these data have, and it answers as many classes"));
    m_fit->setChecked(true);
    m_fitWords = wrappedLabel("preview.fit_words", foot);
    m_fitWords->setProperty("quiet", true);
    m_fitWords->setIndent(6 * space);  // below the words of the box
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, foot);
    m_use = buttons->addButton(tr("&Use these data"), QDialogButtonBox::AcceptRole);
    m_use->setObjectName(QStringLiteral("preview.use"));
    m_use->setDefault(true);
    buttons->button(QDialogButtonBox::Cancel)->setObjectName(QStringLiteral("preview.cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_progress = new WordedProgress(foot);
    m_progress->setObjectName(QStringLiteral("preview.progress"));
    m_progress->setAccessibleName(tr("What is being read"));
    auto* row = new QHBoxLayout;
    row->setSpacing(4 * space);
    row->addWidget(m_progress, 1);
    row->addWidget(buttons);
    column->setSpacing(space);
    column->addWidget(m_fit);
    column->addWidget(m_fitWords);
    column->addSpacing(space);
    column->addLayout(row);
    return foot;
}

void DataPreview::fillFormats() {
    for (const DataSettings& each : m_found)
        m_formats->addItem(text(findDataFormat(each.format)->title));
    m_formats->setVisible(m_found.size() > 1);
    m_only->setVisible(m_found.size() == 1);
    m_only->setText(m_formats->currentText());
}

void DataPreview::chooseFormat() {
    const auto chosen = static_cast<size_t>(m_formats->currentIndex());
    if (m_found[chosen].format == m_project.data.format) return;
    m_project.data = m_found[chosen];
    rebuildForm();
    read();
}

void DataPreview::rebuildForm() {
    const DataFormatDescriptor& format = *findDataFormat(m_project.data.format);
    m_summary->setText(text(format.summary));
    m_form->clear();
    m_form->setFields(
        format.fields, QStringLiteral("preview.field."),
        [this](const std::string& id, const FieldValue& value) { return setField(id, value); });
    m_form->show(attrsOf(m_project.data));
}

Result<void> DataPreview::setField(const std::string& id, const FieldValue& value) {
    Attrs attrs = attrsOf(m_project.data);
    VITRINE_TRY(attrs.set(id, value));
    if (attrs == attrsOf(m_project.data)) return {};
    m_project.data.fields = dataFields(attrs);
    m_found[static_cast<size_t>(m_formats->currentIndex())] = m_project.data;
    m_form->show(attrs);
    m_use->setEnabled(false);
    m_delay.start();
    return {};
}

void DataPreview::read() {
    m_delay.stop();
    m_tick.start();
    m_reading.read(m_project);
}

void DataPreview::showState() {
    if (m_reading.stage() == DataReading::Stage::Done) m_tick.stop();
    const bool isThere = m_reading.data() != nullptr;
    m_use->setEnabled(isThere && !m_delay.isActive() && canBeUsed());
    m_use->setToolTip(canBeUsed() ? QString()
                                  : tr("What is marked red on the right would end a training"));
    if (m_reading.error()) m_overview.setRows({});
    showFacts();
    showRemarks();
    showFit();
    showProgress();
}

void DataPreview::showFacts() {
    if (m_reading.data())
        m_facts->setText(dataFactsText(*m_reading.data()));
    else
        m_facts->setText(m_reading.error() ? tr("These data cannot be read like this")
                                           : tr("Reading …"));
    m_legend->setVisible(!m_reading.error());
    m_overviewList->setVisible(!m_reading.error());
}

/// Sizes that are refused are known from a glance; what cannot be read, once all of it was looked
/// at.
bool DataPreview::endsTraining(const Error& remark) const {
    const std::optional<DataSurvey>& survey = m_reading.survey();
    const auto isIt = [&remark](const Error& one) { return one.text() == remark.text(); };
    if (std::ranges::any_of(survey->troubles, isIt)) return true;
    return remark.code == "M09" && refusesSizes(*survey, attrsOf(m_project.data));
}

bool DataPreview::canBeUsed() const {
    const std::optional<DataSurvey>& survey = m_reading.survey();
    return !survey || std::ranges::none_of(survey->remarks, [this](const Error& remark) {
        return endsTraining(remark);
    });
}

void DataPreview::showRemarks() {
    std::vector<Problem> problems;
    if (m_reading.error()) problems.push_back({*m_reading.error(), false});
    if (m_reading.survey())
        for (const Error& remark : m_reading.survey()->remarks)
            problems.push_back({inWindowWords(remark), !endsTraining(remark)});
    m_remarks.set(ProblemSource::Data, std::move(problems));
    m_remarkList->setVisible(m_remarks.rowCount() > 0);
}

void DataPreview::showFit() {
    m_fitting = {};
    if (m_reading.data()) {
        const auto prepared = prepareData(*m_reading.data(), m_project);
        const auto& columns = prepared ? (*prepared)->columns : m_reading.data()->columns;
        m_fitting = fitOf(m_context.document.graph(), columns);
    }
    const bool differs = !m_fitting.edits.empty();
    m_fit->setVisible(differs);
    m_fitWords->setVisible(differs);
    QStringList words;
    for (const std::string& each : m_fitting.words) words << QString::fromStdString(each);
    m_fitWords->setText(words.join(QStringLiteral("  ·  ")));
}

void DataPreview::showProgress() {
    const bool goesOn = m_reading.stage() != DataReading::Stage::Done;
    m_progress->setVisible(goesOn);
    if (!goesOn) return;
    QString words;
    switch (m_reading.stage()) {
        case DataReading::Stage::Opening:
            words = tr("Reading the data");
            break;
        case DataReading::Stage::Glancing:
            words = tr("Counting classes");
            break;
        default:
            words = tr("Looking at every example; the data can be used meanwhile");
    }
    m_progress->setState(words, m_reading.progress());
}

NetworkFit DataPreview::fit() const { return m_fit->isChecked() ? m_fitting : NetworkFit(); }

/// Return takes over what was typed into a field, and not the whole dialog.
void DataPreview::keyPressEvent(QKeyEvent* event) {
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && qobject_cast<TypedLine*>(focusWidget())) return event->accept();
    QDialog::keyPressEvent(event);
}

void DataPreview::done(int result) {
    m_delay.stop();
    m_tick.stop();
    m_reading.stop();
    QDialog::done(result);
}

}  // namespace vitrine::gui
