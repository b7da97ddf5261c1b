// SPDX-License-Identifier: GPL-3.0-or-later
// Three columns: what there is, how it should be, what comes of it.
#include "gui/shell/template_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

#include "core/session/channel_statistics.h"
#include "core/session/data_check.h"
#include "core/session/network_fit.h"
#include "gui/bridge/window_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/dialog_parts.h"
#include "gui/widgets/field_form.h"
#include "gui/widgets/quiet_selection.h"

namespace vitrine::gui {

namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// 0 where a word is nowhere; more where words stand in front.
int fit(const TemplateDescriptor& of, const QStringList& words) {
    const QString names = fromView(of.id) + QLatin1Char(' ') + fromView(of.title).toLower();
    const QString others = fromView(of.searchWords) + QLatin1Char(' ') +
                           fromView(of.summary).toLower() + fromView(of.source).toLower();
    int points = 1;
    for (const QString& word : words) {
        if (names.startsWith(word))
            points += 4;
        else if (names.contains(word))
            points += 2;
        else if (!others.contains(word))
            return 0;
    }
    return points;
}

}  // namespace

std::vector<const TemplateDescriptor*> searchTemplates(const QString& query) {
    const QStringList words = query.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<std::pair<int, const TemplateDescriptor*>> found;
    for (const TemplateDescriptor* of : allTemplates())
        if (const int points = fit(*of, words); points > 0) found.emplace_back(points, of);
    std::ranges::stable_sort(found, std::greater{}, [](const auto& entry) { return entry.first; });
    std::vector<const TemplateDescriptor*> templates;
    for (const auto& [points, of] : found) templates.push_back(of);
    return templates;
}

TemplateDialog::TemplateDialog(Theme& theme, QWidget* parent, std::optional<PresentData> present)
    : QDialog(parent), m_present(std::move(present)) {
    setObjectName(QStringLiteral("templateDialog"));
    setWindowTitle(tr("New from template"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_create = buttons->addButton(tr("Create"), QDialogButtonBox::AcceptRole);
    m_create->setObjectName(QStringLiteral("template.create"));
    m_create->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(4 * space);
    columns->addWidget(buildList(theme), 3);
    columns->addWidget(buildNetwork(), 4);
    columns->addWidget(buildFacts(), 3);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    layout->addWidget(buttons);
    constexpr QSize roomy{900, 520};
    resize(roomy);
    constexpr int delayMs = 120;  // somebody may still be typing
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    connect(&m_delay, &QTimer::timeout, this, &TemplateDialog::plan);
    connect(&m_planning, &BackgroundWork::finished, this, &TemplateDialog::planIsThere);
    connect(&m_measuring, &BackgroundWork::finished, this, &TemplateDialog::isMeasured);
    measure();
    fillList();
    m_search->setFocus();
}

TemplateDialog::~TemplateDialog() { m_stop.request_stop(); }

/// That of the drawn digits, which an empty project has, is nobody's choice.
void TemplateDialog::measure() {
    if (!m_present || !m_present->stored ||
        m_present->settings.normalisation != emptyProject().data.normalisation)
        return;
    m_measuring.run(
        "measuring the images",
        [stored = m_present->stored, settings = m_present->settings, stop = m_stop.get_token()] {
            return measuredNormalisation(*stored, settings, {.stop = stop});
        });
}

/// Without images there is nothing to normalise.
void TemplateDialog::isMeasured() {
    if (const Result<Normalisation> measured = m_measuring.take()) m_measured = rounded(*measured);
    if (m_project) update();
}

QWidget* TemplateDialog::buildList(Theme& theme) {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_search = new QLineEdit(widget);
    m_search->setObjectName(QStringLiteral("template.search"));
    m_search->setAccessibleName(tr("Search for a template"));
    m_search->setPlaceholderText(tr("Search: resnet, small, segmentation …"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list = new QListWidget(widget);
    m_list->setObjectName(QStringLiteral("template.list"));
    m_list->setAccessibleName(tr("Templates"));
    setQuietSelection(*m_list, theme);
    connect(&theme, &Theme::changed, m_list, [this, &theme] { setQuietSelection(*m_list, theme); });
    connect(m_search, &QLineEdit::textChanged, this, &TemplateDialog::fillList);
    connect(m_list, &QListWidget::currentItemChanged, this, &TemplateDialog::choose);
    connect(m_list, &QListWidget::itemDoubleClicked, m_create, &QPushButton::click);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    return widget;
}

QWidget* TemplateDialog::buildNetwork() {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_title = wrappedLabel("template.title", widget);
    QFont large = m_title->font();
    large.setPointSizeF(1.3 * large.pointSizeF());
    large.setBold(true);
    m_title->setFont(large);
    m_summary = wrappedLabel("template.summary", widget);
    m_source = wrappedLabel("template.source", widget);
    m_source->setProperty("quiet", true);
    m_form = new FieldForm(widget);
    m_form->setObjectName(QStringLiteral("template.form"));
    auto* inner = new QWidget(widget);
    QVBoxLayout* padded = columnOf(inner);
    padded->addWidget(m_form);
    padded->addStretch(1);
    auto* scroll = new QScrollArea(widget);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inner);
    column->addWidget(m_title);
    column->addWidget(m_summary);
    column->addWidget(m_source);
    column->addWidget(scroll, 1);
    return widget;
}

QWidget* TemplateDialog::buildFacts() {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_facts = wrappedLabel("template.facts", widget);
    m_facts->setAccessibleName(tr("Facts"));
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_trouble = wrappedLabel("template.trouble", widget);
    m_trouble->setProperty("bad", true);
    m_data = wrappedLabel("template.data", widget);
    m_data->setProperty("quiet", true);
    if (m_present) {
        m_forPresent = new QCheckBox(tr("For the present data"), widget);
        m_forPresent->setObjectName(QStringLiteral("template.forPresent"));
        m_forPresent->setToolTip(
            tr("Makes the network for the images and classes of the data that "
               "are in use, and keeps these"));
        m_forPresent->setChecked(true);
        connect(m_forPresent, &QCheckBox::toggled, this, &TemplateDialog::resetFields);
        column->addWidget(m_forPresent);
    }
    for (QLabel* label : {m_facts, m_trouble, m_data}) column->addWidget(label);
    column->addStretch(1);
    return widget;
}

void TemplateDialog::fillList() {
    const TemplateDescriptor* const had = m_chosen;
    m_list->clear();
    for (const TemplateDescriptor* of : searchTemplates(m_search->text())) {
        auto* item = new QListWidgetItem(fromView(of->title), m_list);
        item->setData(Qt::UserRole, fromView(of->id));
        item->setToolTip(fromView(of->summary));
        // What was chosen stays so while nobody searches.
        if (of == had && m_search->text().isEmpty()) m_list->setCurrentItem(item);
    }
    if (!m_list->currentItem()) m_list->setCurrentRow(0);
    m_create->setEnabled(m_list->count() > 0 && m_project);
    if (m_list->count() > 0) return;
    auto* nothing = new QListWidgetItem(tr("No template is called that."), m_list);
    nothing->setFlags(Qt::NoItemFlags);
}

void TemplateDialog::choose() {
    const QListWidgetItem* item = m_list->currentItem();
    if (!item) return;
    const TemplateDescriptor* chosen =
        findTemplate(item->data(Qt::UserRole).toString().toStdString());
    if (!chosen || chosen == m_chosen) return;
    m_chosen = chosen;
    m_title->setText(fromView(chosen->title));
    m_summary->setText(fromView(chosen->summary));
    m_source->setText(fromView(chosen->source) + QLatin1Char('.'));
    m_form->clear();
    m_form->setFields(
        chosen->fields, QStringLiteral("template.field."),
        [this](const std::string& id, const FieldValue& value) { return setField(id, value); });
    m_facts->clear();
    resetFields();
}

/// As the template has them, or as the present data want them.
void TemplateDialog::resetFields() {
    m_fields = Attrs(m_chosen->fields);
    if (m_forPresent && m_forPresent->isChecked())
        m_fields = fieldsFor(std::move(m_fields), m_present->columns);
    m_form->show(m_fields);
    update();
}

Result<void> TemplateDialog::setField(const std::string& id, const FieldValue& value) {
    VITRINE_TRY(m_fields.set(id, value));
    m_form->show(m_fields);
    update();
    return {};
}

void TemplateDialog::update() {
    Result<Project> made = projectOf(*m_chosen, m_fields);
    m_isOutdated = m_planning.isRunning();
    m_create->setEnabled(made.ok());
    m_trouble->setVisible(!made);
    m_facts->setVisible(made.ok());
    m_data->setVisible(made.ok());
    m_project.reset();
    if (!made) {
        m_trouble->setText(sentenceOf(made.error()) + QLatin1Char('.'));
        return m_delay.stop();
    }
    m_project = std::move(made).value();
    tellData();
    m_delay.start();
}

void TemplateDialog::tellData() {
    if (m_forPresent && m_forPresent->isChecked()) return m_data->setText(takePresentData());
    const DataFormatDescriptor* format = findDataFormat(m_project->data.format);
    m_data->setText(
        format ? tr("It can be trained at once. Data: %1 %2")
                     .arg(fromView(format->title) + QLatin1Char('.'), fromView(format->summary))
               : tr("No data are drawn in this form: choose a folder of yours once the "
                    "network is there."));
}

/// They become the project's where the network takes them; says so, or why not.
QString TemplateDialog::takePresentData() {
    // What fields do not say: names of columns, masks of class numbers.
    static_cast<void>(perform(m_project->graph, columnEdits(m_project->graph, m_present->columns)));
    DataFacts facts;
    for (const Column& column : m_present->columns) facts.columns.push_back({.column = column});
    if (const Result<void> fits = checkDataFit(m_project->graph, facts); !fits)
        return tr("It does not take the present data: %1.").arg(sentenceOf(fits.error()));
    const Normalisation normalisation = m_project->data.normalisation;
    m_project->data = m_present->settings;
    const QString measured = normalisePresent(normalisation);
    if (m_present->train > 0)
        m_project->training.batch = std::min(m_project->training.batch, m_present->train);
    return tr("It can be trained at once, on the data in %1.")
               .arg(QString::fromStdString(m_present->settings.folder)) +
           measured;
}

/// What somebody has chosen stays; else that of the images, once it is there. Says which.
QString TemplateDialog::normalisePresent(const Normalisation& drawn) {
    Normalisation& normalisation = m_project->data.normalisation;
    if (normalisation != emptyProject().data.normalisation) return {};
    normalisation = m_measured.value_or(drawn);
    if (m_measured)
        return tr(" Mean and deviation are those of its images: %1 and %2.")
            .arg(QString::fromStdString(m_measured->mean.text()),
                 QString::fromStdString(m_measured->std.text()));
    return m_measuring.isRunning()
               ? tr(" Mean and deviation of its images are being measured; those of the template "
                    "hold until then.")
               : QString();
}

void TemplateDialog::plan() {
    if (!m_project) return;
    if (m_planning.isRunning()) return m_delay.start();
    m_planning.run("planning the network",
                   [project = *m_project] { return networkFacts(project); });
}

void TemplateDialog::planIsThere() {
    const Result<NetworkFacts> facts = m_planning.take();
    if (std::exchange(m_isOutdated, false)) return;
    if (facts) return tellFacts(*facts);
    m_trouble->setText(sentenceOf(facts.error()) + QLatin1Char('.'));
    m_trouble->show();
    m_create->setEnabled(false);
}

void TemplateDialog::tellFacts(const NetworkFacts& facts) {
    QStringList lines{
        tr("%1 parameters").arg(exactText(facts.parameters)),
        tr("%1 nodes").arg(exactText(facts.nodes)),
        tr("%1 for a step of %2")
            .arg(bytesText(static_cast<double>(facts.stepBytes)), exactText(facts.batch))};
    for (const std::string& output : facts.outputs)
        lines << tr("gives %1").arg(QString::fromStdString(output));
    m_facts->setText(lines.join(QLatin1Char('\n')));
}

/// Arrows move in the list while the keyboard stays in the search.
bool TemplateDialog::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Down && key != Qt::Key_Up) return QDialog::eventFilter(watched, event);
    const int row = m_list->currentRow() + (key == Qt::Key_Down ? 1 : -1);
    m_list->setCurrentRow(std::clamp(row, 0, m_list->count() - 1));
    return true;
}

}  // namespace vitrine::gui
