// SPDX-License-Identifier: GPL-3.0-or-later
// What refines a project's training: what goes on around the optimiser, groups of parameters, early
// stopping.
#pragma once

#include <QWidget>

#include <functional>
#include <vector>

#include "core/session/project.h"
#include "gui/widgets/field_form.h"

class QMenu;
class QPushButton;
class QVBoxLayout;

namespace vitrine::gui {

class RefinementsForm : public QWidget {
    Q_OBJECT
  public:
    /// Makes an edit of the project that can be undone.
    using Change =
        std::function<void(const QString& what, const std::function<void(TrainingSettings&)>& how)>;
    RefinementsForm(Change change, QWidget* parent);

    /// Builds anew where there are other extras, or another number of groups.
    void show(const TrainingSettings& training);

  private:
    void fillExtras(QMenu& menu);
    void toggleExtra(const std::string& id, bool on);
    void addGroup();
    void removeGroup(size_t group);
    void rebuild(const TrainingSettings& training);
    void addExtra(size_t extra, const ChosenThing& chosen);
    void addGroupForm(size_t group);
    QWidget* groupHeading(size_t group);
    void alignLabels();
    FieldForm* addForm();

    Change m_change;
    TrainingSettings m_training;  ///< as last shown
    QPushButton* m_extras;
    QPushButton* m_addGroup;
    FieldForm* m_stopping;
    QVBoxLayout *m_extraForms, *m_groupForms;
    std::vector<FieldForm*> m_ofExtras, m_ofGroups;
    QString m_built;  ///< what the forms are of
};

}  // namespace vitrine::gui
