// SPDX-License-Identifier: GPL-3.0-or-later
// A menu of extras with a form for each that is chosen, a form for each group, and one for early
// stopping.
#include "gui/views/properties/refinements_form.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

QLabel* quietHeading(const QString& words, QWidget* parent) {
    auto* label = new QLabel(words, parent);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QVBoxLayout* column() {
    auto* layout = new QVBoxLayout;
    layout->setSpacing(2 * space);
    return layout;
}

void empty(QVBoxLayout& layout) {
    while (QLayoutItem* item = layout.takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

}  // namespace

RefinementsForm::RefinementsForm(Change change, QWidget* parent)
    : QWidget(parent), m_change(std::move(change)) {
    auto* layout = column();
    setLayout(layout);
    layout->setContentsMargins(0, 0, 0, 0);

    m_extras = new QPushButton(this);
    m_extras->setObjectName(QStringLiteral("properties.extras"));
    m_extras->setToolTip(tr("What goes on around the optimiser's updates"));
    auto* menu = new QMenu(m_extras);
    menu->setToolTipsVisible(true);
    m_extras->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillExtras(*menu); });
    layout->addWidget(m_extras);
    layout->addLayout(m_extraForms = column());

    m_addGroup = new QPushButton(tr("Add group of parameters"), this);
    m_addGroup->setObjectName(QStringLiteral("properties.add_group"));
    m_addGroup->setToolTip(
        tr("Parameters that are trained with another learning rate, without weight decay, or not "
           "at all. A parameter is in the first group that it fits."));
    connect(m_addGroup, &QPushButton::clicked, this, [this] { addGroup(); });
    layout->addLayout(m_groupForms = column());
    layout->addWidget(m_addGroup);

    layout->addWidget(quietHeading(tr("Early stopping"), this));
    m_stopping = new FieldForm(this);
    m_stopping->setFields(
        stoppingFields, QStringLiteral("properties.stopping."),
        [this](const std::string& id, const FieldValue& value) -> Result<void> {
            Attrs stopping = m_training.stopping;
            VITRINE_TRY(stopping.set(id, value));
            m_change(tr("Change early stopping"),
                     [&](TrainingSettings& training) { training.stopping = stopping; });
            return {};
        });
    layout->addWidget(m_stopping);
}

void RefinementsForm::fillExtras(QMenu& menu) {
    menu.clear();
    for (const ExtraDescriptor* extra : allExtras()) {
        QAction* action = menu.addAction(text(extra->title));
        action->setCheckable(true);
        action->setChecked(std::ranges::any_of(
            m_training.extras, [&](const ChosenThing& one) { return one.id == extra->id; }));
        action->setToolTip(text(extra->summary));
        const std::string id(extra->id);
        connect(action, &QAction::triggered, this, [this, id](bool on) { toggleExtra(id, on); });
    }
}

/// One average takes the place of another.
void RefinementsForm::toggleExtra(const std::string& id, bool on) {
    m_change(tr("Change extras"), [&](TrainingSettings& training) {
        const ExtraDescriptor& extra = *findExtra(id);
        std::erase_if(training.extras, [&](const ChosenThing& one) {
            return one.id == id || (on && extra.isAverage && findExtra(one.id)->isAverage);
        });
        if (on) training.extras.push_back({id, Attrs(extra.fields)});
    });
}

void RefinementsForm::addGroup() {
    m_change(tr("Add group of parameters"), [](TrainingSettings& training) {
        if (training.groups.size() < Project::mostGroups)
            training.groups.emplace_back(std::span<const FieldSpec>(groupFields));
    });
}

void RefinementsForm::removeGroup(size_t group) {
    m_change(tr("Remove group of parameters"), [group](TrainingSettings& training) {
        training.groups.erase(training.groups.begin() + static_cast<std::ptrdiff_t>(group));
    });
}

FieldForm* RefinementsForm::addForm() { return new FieldForm(this); }

void RefinementsForm::addExtra(size_t place, const ChosenThing& chosen) {
    QLabel* heading = quietHeading(text(findExtra(chosen.id)->title), this);
    heading->setToolTip(text(findExtra(chosen.id)->summary));
    m_extraForms->addWidget(heading);
    FieldForm* form = addForm();
    form->setFields(findExtra(chosen.id)->fields,
                    QStringLiteral("properties.extra.%1.").arg(QString::fromStdString(chosen.id)),
                    [this, place](const std::string& id, const FieldValue& value) -> Result<void> {
                        Attrs attrs = m_training.extras[place].attrs;
                        VITRINE_TRY(attrs.set(id, value));
                        m_change(tr("Change extras"), [&](TrainingSettings& training) {
                            training.extras[place].attrs = attrs;
                        });
                        return {};
                    });
    m_extraForms->addWidget(form);
    m_ofExtras.push_back(form);
}

QWidget* RefinementsForm::groupHeading(size_t group) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(quietHeading(tr("Group %1").arg(group + 1), row));
    layout->addStretch(1);
    auto* remove = new QToolButton(row);
    remove->setObjectName(QStringLiteral("properties.group%1.remove").arg(group + 1));
    remove->setText(tr("Remove"));
    remove->setToolTip(tr("Take this group out: its parameters are trained as all others"));
    connect(remove, &QToolButton::clicked, this, [this, group] { removeGroup(group); });
    layout->addWidget(remove);
    return row;
}

void RefinementsForm::addGroupForm(size_t group) {
    m_groupForms->addWidget(groupHeading(group));
    FieldForm* form = addForm();
    form->setFields(groupFields, QStringLiteral("properties.group%1.").arg(group + 1),
                    [this, group](const std::string& id, const FieldValue& value) -> Result<void> {
                        Attrs attrs = m_training.groups[group];
                        VITRINE_TRY(attrs.set(id, value));
                        VITRINE_TRY(checkGroup(attrs));
                        m_change(tr("Change group of parameters"), [&](TrainingSettings& training) {
                            training.groups[group] = attrs;
                        });
                        return {};
                    });
    m_groupForms->addWidget(form);
    m_ofGroups.push_back(form);
}

void RefinementsForm::rebuild(const TrainingSettings& training) {
    empty(*m_extraForms);
    empty(*m_groupForms);
    m_ofExtras.clear();
    m_ofGroups.clear();
    for (size_t i = 0; i < training.extras.size(); ++i) addExtra(i, training.extras[i]);
    for (size_t i = 0; i < training.groups.size(); ++i) addGroupForm(i);
}

/// Forms below each other look like one.
void RefinementsForm::alignLabels() {
    std::vector<FieldForm*> forms{m_stopping};
    forms.insert(forms.end(), m_ofExtras.begin(), m_ofExtras.end());
    forms.insert(forms.end(), m_ofGroups.begin(), m_ofGroups.end());
    int width = 0;
    for (const FieldForm* form : forms) width = std::max(width, form->labelWidth());
    for (FieldForm* form : forms) form->setLabelWidth(width);
}

void RefinementsForm::show(const TrainingSettings& training) {
    m_training = training;
    QStringList names;
    QString wanted = QString::number(training.groups.size());
    for (const ChosenThing& extra : training.extras) {
        names << text(findExtra(extra.id)->title);
        wanted += QLatin1Char(' ') + QString::fromStdString(extra.id);
    }
    if (wanted != m_built) rebuild(training);
    m_built = wanted;
    m_extras->setText(names.isEmpty() ? tr("Around the optimiser: nothing")
                                      : tr("Around the optimiser: %n chosen", nullptr,
                                           static_cast<int>(names.size())));
    for (size_t i = 0; i < training.extras.size(); ++i)
        m_ofExtras[i]->show(training.extras[i].attrs);
    for (size_t i = 0; i < training.groups.size(); ++i) m_ofGroups[i]->show(training.groups[i]);
    m_stopping->show(training.stopping);
    alignLabels();  // what is not as usual is bold, and wider
}

}  // namespace vitrine::gui
