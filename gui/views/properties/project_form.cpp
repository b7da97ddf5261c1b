// SPDX-License-Identifier: GPL-3.0-or-later
// Forms from the descriptors of optimiser, schedule and data format.
#include "gui/views/properties/project_form.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

#include "gui/bridge/run_controller.h"
#include "gui/document/document.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/data_form.h"
#include "gui/views/properties/refinements_form.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/schedule_preview.h"
#include "gui/widgets/typed_line.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

template <class Things>
void fill(QComboBox& box, const Things& things) {
    for (const auto* thing : things) {
        box.addItem(text(thing->title), text(thing->id));
        box.setItemData(box.count() - 1, text(thing->summary), Qt::ToolTipRole);
    }
}

QLabel* heading(const QString& words, QWidget* parent) {
    auto* label = new QLabel(words, parent);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    font.setPointSizeF(font.pointSizeF() + 1.5);
    label->setFont(font);
    return label;
}

/// The format's fields with what the project says; fields that the format does not know are left
/// out.
Attrs attrsOf(const DataSettings& data, const DataFormatDescriptor& format) {
    Attrs attrs(format.fields);
    for (const DataSettings::Field& field : data.fields)
        static_cast<void>(attrs.set(field.id, field.value));
    return attrs;
}

}  // namespace

ProjectForm::ProjectForm(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 3 * space);
    layout->setSpacing(2 * space);
    for (FieldForm** form : {&m_training, &m_optimizer, &m_schedule, &m_data, &m_format})
        *form = new FieldForm(this);
    m_optimizers = chooser("properties.optimizer", tr("Optimiser"));
    m_schedules = chooser("properties.schedule", tr("Schedule"));
    m_formats = chooser("properties.format", tr("Data format"));
    m_clippings = chooser("properties.clip_by", tr("Clipping"));
    m_recomputes = chooser("properties.recompute", tr("Made again"));
    m_preview = new SchedulePreview(context.theme, this);
    m_dataMore = new DataForm(context, this);
    m_refinements = new RefinementsForm(
        [this](const QString& what, const std::function<void(TrainingSettings&)>& how) {
            static_cast<void>(change(what, how));
        },
        this);
    fill(*m_optimizers, allOptimizers());
    fill(*m_schedules, allSchedules());
    fill(*m_formats, allDataFormats());
    for (const ClippingWords& words : clippingWords) {
        m_clippings->addItem(text(words.title), text(words.id));
        m_clippings->setItemData(m_clippings->count() - 1, text(words.summary), Qt::ToolTipRole);
    }
    for (const RecomputeWords& words : recomputeWords) {
        m_recomputes->addItem(text(words.title), text(words.id));
        m_recomputes->setItemData(m_recomputes->count() - 1, text(words.summary), Qt::ToolTipRole);
    }
    buildTraining();
    buildData();
    const auto row = [&](QWidget* widget) { layout->addWidget(widget); };
    row(heading(tr("Training"), this));
    row(m_training);
    row(m_optimizers);
    row(m_optimizer);
    row(m_schedules);
    row(m_schedule);
    row(m_preview);
    row(m_refinements);
    row(metricsButton());
    layout->addSpacing(3 * space);
    row(heading(tr("Data"), this));
    row(m_formats);
    row(chooseButton());
    row(m_format);
    row(m_data);
    row(m_dataMore);
    layout->addStretch(1);
    connect(m_optimizers, &QComboBox::activated, this,
            [this] { chooseOptimizer(m_optimizers->currentData().toString()); });
    connect(m_schedules, &QComboBox::activated, this,
            [this] { chooseSchedule(m_schedules->currentData().toString()); });
    connect(m_clippings, &QComboBox::activated, this,
            [this] { chooseClipping(m_clippings->currentData().toString()); });
    connect(m_recomputes, &QComboBox::activated, this,
            [this] { chooseRecompute(m_recomputes->currentData().toString()); });
    connect(m_formats, &QComboBox::activated, this,
            [this] { chooseFormat(m_formats->currentData().toString()); });
}

QComboBox* ProjectForm::chooser(const char* name, const QString& label) {
    auto* box = new QComboBox(this);
    // However long its choices are, the form stays as wide as it is.
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(6);
    box->setObjectName(QString::fromLatin1(name));
    box->setAccessibleName(label);
    box->setToolTip(label);
    return box;
}

/// A menu of what can be measured, made when it is opened: it takes a shape pass.
QWidget* ProjectForm::metricsButton() {
    m_metrics = new QPushButton(this);
    m_metrics->setObjectName(QStringLiteral("properties.metrics"));
    auto* menu = new QMenu(m_metrics);
    m_metrics->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        QAction* usual = menu->addAction(tr("The usual ones"));
        usual->setCheckable(true);
        usual->setChecked(!m_context.document.project().training.metrics);
        connect(usual, &QAction::triggered, this, [this] { chooseMetrics(std::nullopt); });
        menu->addSeparator();
        m_options = metricOptions(m_context.document.project());
        for (size_t i = 0; i < m_options.size(); ++i) {
            QAction* action =
                menu->addAction(tr("%1 of %2")
                                    .arg(QString::fromStdString(m_options[i].title),
                                         QString::fromStdString(m_options[i].choice.loss)));
            action->setCheckable(true);
            action->setChecked(m_options[i].isMeasured);
            action->setToolTip(QString::fromStdString(m_options[i].summary));
            connect(action, &QAction::triggered, this, [this, i](bool on) { toggleMetric(i, on); });
        }
    });
    return m_metrics;
}

void ProjectForm::toggleMetric(size_t option, bool on) {
    m_options[option].isMeasured = on;
    std::vector<MetricChoice> chosen;
    for (const MetricOption& each : m_options)
        if (each.isMeasured) chosen.push_back(each.choice);
    chooseMetrics(std::move(chosen));
}

void ProjectForm::chooseMetrics(std::optional<std::vector<MetricChoice>> chosen) {
    static_cast<void>(change(tr("Change metrics"), [&](TrainingSettings& training) {
        training.metrics = std::move(chosen);
    }));
}

void ProjectForm::showMetrics() {
    const auto& chosen = m_context.document.project().training.metrics;
    QStringList names;
    if (chosen)
        for (const MetricChoice& one : *chosen)
            names << tr("%1 of %2")
                         .arg(QString::fromStdString(one.metric), QString::fromStdString(one.loss));
    m_metrics->setText(!chosen ? tr("Metrics: the usual ones")
                               : tr("Metrics: %n chosen", nullptr, static_cast<int>(names.size())));
    m_metrics->setToolTip(
        tr("What is measured on the test set after each epoch") +
        (names.isEmpty() ? QString() : QStringLiteral(":\n") + names.join(QLatin1Char('\n'))));
}

QPushButton* ProjectForm::chooseButton() {
    auto* button = new QPushButton(tr("Choose folder …"), this);
    button->setObjectName(QStringLiteral("properties.choose_data"));
    button->setToolTip(tr("Choose the folder that the images lie in; the format follows it"));
    // The shell makes the action; a form without a window has none.
    connect(button, &QPushButton::clicked, this, [this] {
        if (QAction* choose = m_context.actions.find("data.choose")) choose->trigger();
    });
    return button;
}

Result<void> ProjectForm::change(const QString& what,
                                 const std::function<void(TrainingSettings&)>& how) {
    TrainingSettings training = m_context.document.project().training;
    how(training);
    m_context.document.setTraining(what, training);
    return {};
}

Result<void> ProjectForm::change(const QString& what,
                                 const std::function<void(DataSettings&)>& how) {
    DataSettings settings = m_context.document.project().data;
    how(settings);
    m_context.document.setData(what, settings);
    return {};
}

template <class Settings, class Setting, class Value>
QLineEdit* ProjectForm::addNumber(FieldForm& form, const char* name, const QString& label,
                                  const Setting& setting, Value& (*of)(Settings&)) {
    return form.addText(QString::fromLatin1(name), label, text(setting.reason),
                        [this, &setting, of, label](const QString& typed) -> Result<void> {
                            const auto value = settingFromText(setting, typedNumber(typed));
                            if (!value) return value.error();
                            return change(tr("Change %1").arg(label),
                                          [&](Settings& settings) { of(settings) = *value; });
                        });
}

void ProjectForm::buildTraining() {
    const auto whole = [this](const char* name, const QString& label, const WholeSetting& setting,
                              int64_t& (*of)(TrainingSettings&)) {
        return addNumber<TrainingSettings>(*m_training, name, label, setting, of);
    };
    const auto real = [this](const char* name, const QString& label, const RealSetting& setting,
                             double& (*of)(TrainingSettings&)) {
        return addNumber<TrainingSettings>(*m_training, name, label, setting, of);
    };
    m_epochs = whole("properties.epochs", tr("Epochs"), epochsSetting,
                     [](TrainingSettings& t) -> int64_t& { return t.epochs; });
    m_batch = whole("properties.batch", tr("Batch"), batchSetting,
                    [](TrainingSettings& t) -> int64_t& { return t.batch; });
    m_accumulate = whole("properties.accumulate", tr("Accumulate"), accumulateSetting,
                         [](TrainingSettings& t) -> int64_t& { return t.accumulate; });
    m_seed = whole("properties.seed", tr("Seed"), seedSetting,
                   [](TrainingSettings& t) -> int64_t& { return t.seed; });
    m_rate = real("properties.rate", tr("Learning rate"), learningRateSetting,
                  [](TrainingSettings& t) -> double& { return t.learningRate; });
    m_clip = real("properties.clip", tr("Clip limit"), clipNormSetting,
                  [](TrainingSettings& t) -> double& { return t.clipNorm; });
    m_training->addRow(tr("Clipping"), m_clippings,
                       tr("How gradients are kept from becoming too large"));
    m_training->addRow(tr("Made again"), m_recomputes,
                       tr("What the backward phase computes again instead of finding it kept: less "
                          "memory for more time, and the same numbers to the last bit"));
}

void ProjectForm::buildData() {
    m_folder =
        m_data->addText(QStringLiteral("properties.folder"), tr("Folder"),
                        tr("Where the data lie: seen from the project's own folder, or a whole "
                           "path. What lies in or beside the project's folder is named from "
                           "there, so that both can be moved together."),
                        [this](const QString& typed) { return setFolder(typed.trimmed()); });
    const auto perChannel = [this](const char* name, const QString& label, const QString& help,
                                   const RealSetting& setting, PerChannel Normalisation::*of) {
        return m_data->addText(QString::fromLatin1(name), label, help,
                               [=, this](const QString& typed) -> Result<void> {
                                   const Result<PerChannel> numbers =
                                       perChannelFromText(setting, typedChannels(typed));
                                   if (!numbers) return numbers.error();
                                   return change(tr("Change %1").arg(label.toLower()),
                                                 [&](DataSettings& settings) {
                                                     settings.normalisation.*of = *numbers;
                                                 });
                               });
    };
    m_mean = perChannel("properties.mean", tr("Mean"),
                        tr("Is taken off pixels from 0 to 1: one number, or one for each channel, "
                           "as in 0.49, 0.48, 0.45"),
                        meanSetting, &Normalisation::mean);
    m_std = perChannel("properties.std", tr("Deviation"),
                       tr("Pixels are divided by it then: one number, or one for each channel"),
                       stdSetting, &Normalisation::std);
}

Result<void> ProjectForm::setFolder(const QString& typed) {
    std::string folder = typed.toStdString();
    if (!folder.empty()) {
        auto stored = storedFolder(folder, m_context.document.project().file);
        if (!stored) return stored.error();
        folder = std::move(stored).value();
    }
    return change(tr("Change data folder"),
                  [&](DataSettings& settings) { settings.folder = folder; });
}

void ProjectForm::chooseOptimizer(const QString& id) {
    // Chosen again it keeps its fields.
    if (id.toStdString() == m_context.document.project().training.optimizer.id) return;
    const OptimizerDescriptor* chosen = findOptimizer(id.toStdString());
    static_cast<void>(change(tr("Change optimiser"), [&](TrainingSettings& training) {
        training.optimizer = {std::string(chosen->id), Attrs(chosen->fields)};
    }));
}

void ProjectForm::chooseSchedule(const QString& id) {
    if (id.toStdString() == m_context.document.project().training.schedule.id) return;
    const ScheduleDescriptor* chosen = findSchedule(id.toStdString());
    static_cast<void>(change(tr("Change schedule"), [&](TrainingSettings& training) {
        training.schedule = {std::string(chosen->id), Attrs(chosen->fields)};
    }));
}

void ProjectForm::chooseClipping(const QString& id) {
    static_cast<void>(change(tr("Change clipping"), [&](TrainingSettings& training) {
        training.clipping = findClipping(id.toStdString())->clipping;
    }));
}

/// A budget that nobody has set yet is what the plan takes now.
void ProjectForm::chooseRecompute(const QString& id) {
    const Recompute chosen = findRecompute(id.toStdString())->recompute;
    const auto& plan = m_context.run.tape();
    static_cast<void>(change(tr("Change memory budget"), [&](TrainingSettings& training) {
        training.recompute = chosen;
        if (chosen != Recompute::Budget)
            training.memoryBudget = 0;
        else if (training.memoryBudget == 0 && plan)
            training.memoryBudget = plan->arenaBytes();
    }));
}

void ProjectForm::chooseFormat(const QString& id) {
    if (id.toStdString() == m_context.document.project().data.format) return;
    static_cast<void>(change(tr("Change data format"), [&](DataSettings& settings) {
        settings.format = id.toStdString();
        settings.fields = dataFields(Attrs(findDataFormat(settings.format)->fields));
    }));
}

void ProjectForm::rebuildFields() {
    const TrainingSettings& training = m_context.document.project().training;
    m_optimizer->clear();
    m_schedule->clear();
    m_format->clear();
    m_optimizer->setFields(
        training.optimizer.attrs.specs(), QStringLiteral("properties.optimizer."),
        [this](const std::string& id, const FieldValue& value) -> Result<void> {
            Attrs attrs = m_context.document.project().training.optimizer.attrs;
            VITRINE_TRY(attrs.set(id, value));
            return change(tr("Change optimiser"),
                          [&](TrainingSettings& t) { t.optimizer.attrs = attrs; });
        });
    m_schedule->setFields(training.schedule.attrs.specs(), QStringLiteral("properties.schedule."),
                          [this](const std::string& id, const FieldValue& value) -> Result<void> {
                              const ChosenThing& chosen =
                                  m_context.document.project().training.schedule;
                              Attrs attrs = chosen.attrs;
                              VITRINE_TRY(attrs.set(id, value));
                              VITRINE_TRY(checkFields(*findSchedule(chosen.id), attrs));
                              return change(tr("Change schedule"),
                                            [&](TrainingSettings& t) { t.schedule.attrs = attrs; });
                          });
    const DataFormatDescriptor* format = findDataFormat(m_context.document.project().data.format);
    if (!format) return;
    m_format->setFields(
        format->fields, QStringLiteral("properties.format."),
        [this, format](const std::string& id, const FieldValue& value) -> Result<void> {
            Attrs attrs = attrsOf(m_context.document.project().data, *format);
            VITRINE_TRY(attrs.set(id, value));
            return change(tr("Change data"),
                          [&](DataSettings& settings) { settings.fields = dataFields(attrs); });
        });
}

void ProjectForm::show() {
    const Project& project = m_context.document.project();
    const TrainingSettings& training = project.training;
    const QString wanted = QString::fromStdString(training.optimizer.id + " " +
                                                  training.schedule.id + " " + project.data.format);
    if (wanted != m_built) rebuildFields();
    m_built = wanted;
    const auto put = [](QLineEdit* line, const QString& value) { showUsed(line, value); };
    put(m_epochs, QString::number(training.epochs));
    put(m_batch, QString::number(training.batch));
    put(m_seed, QString::number(training.seed));
    put(m_rate, editText(training.learningRate));
    put(m_clip, editText(training.clipNorm));
    put(m_accumulate, QString::number(training.accumulate));
    m_refinements->show(training);
    put(m_mean, channelsText(project.data.normalisation.mean));
    put(m_std, channelsText(project.data.normalisation.std));
    put(m_folder, QString::fromStdString(project.data.folder));
    m_dataMore->show();
    showMetrics();
    m_optimizers->setCurrentIndex(
        m_optimizers->findData(QString::fromStdString(training.optimizer.id)));
    m_schedules->setCurrentIndex(
        m_schedules->findData(QString::fromStdString(training.schedule.id)));
    m_formats->setCurrentIndex(m_formats->findData(QString::fromStdString(project.data.format)));
    const std::string_view clipping = clippingId(training.clipping);
    m_clippings->setCurrentIndex(m_clippings->findData(text(clipping)));
    m_recomputes->setCurrentIndex(m_recomputes->findData(text(recomputeId(training.recompute))));
    m_preview->setCurve(scheduleCurve(training, SchedulePreview::points),
                        static_cast<double>(training.epochs));
    m_optimizer->show(training.optimizer.attrs);
    m_schedule->show(training.schedule.attrs);
    if (const DataFormatDescriptor* format = findDataFormat(project.data.format))
        m_format->show(attrsOf(project.data, *format));
    // Forms below each other look like one.
    const std::array forms{m_format, m_data, &m_dataMore->form()};
    int width = 0;
    for (const FieldForm* form : forms) width = std::max(width, form->labelWidth());
    for (FieldForm* form : forms) form->setLabelWidth(width);
}

}  // namespace vitrine::gui
