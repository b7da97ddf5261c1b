// SPDX-License-Identifier: GPL-3.0-or-later
// TransformEditor: the two lists of transforms of the project, and the fields of the chosen entry.
#pragma once

#include <QWidget>

#include <array>

#include "gui/models/transform_model.h"
#include "gui/views/view.h"

class QBoxLayout;
class QLabel;
class QListView;
class QMenu;
class QPushButton;
class QScrollArea;
class QTabBar;
class QToolButton;

namespace vitrine::gui {

class EmptyState;
class FieldForm;

/// Window thread. Every change is one undo, a slider's way from press to release too.
class TransformEditor : public QWidget {
    Q_OBJECT
  public:
    TransformEditor(const ViewContext& context, QWidget* parent);

    bool isEvaluation() const;
    /// Of the list that is shown.
    const std::vector<ChosenThing>& list() const { return m_model.list(); }
    /// Its chosen entry, or −1.
    int chosen() const;
    void choose(int entry);

  Q_SIGNALS:
    void listChanged();    ///< another list, or another thing in it
    void chosenChanged();  ///< another entry

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    using List = std::vector<ChosenThing>;
    QWidget* buildHead();
    QWidget* buildList();
    QWidget* buildForm();
    QToolButton* button(const char* name, const QString& words, const QString& tip);
    void buildMenu(QMenu& menu);
    void buildKeys();
    const List& projectList() const;
    void change(const QString& what, const QString& mergeKey, const List& list);
    void add(const std::string& id);
    void remove();
    void move(int entry, int to);
    void copyFromTraining();
    Result<void> setField(const std::string& id, const FieldValue& value);
    void show();
    void showChosen();

    ViewContext m_context;
    TransformModel m_model;
    QBoxLayout* m_parts = nullptr;  ///< list and form
    QTabBar* m_lists = nullptr;
    QListView* m_view = nullptr;
    EmptyState* m_empty = nullptr;
    FieldForm* m_form = nullptr;
    QScrollArea* m_fields = nullptr;  ///< around the form
    QLabel *m_title = nullptr, *m_summary = nullptr;
    QPushButton* m_add = nullptr;
    QToolButton *m_remove = nullptr, *m_up = nullptr, *m_down = nullptr, *m_copy = nullptr;
    std::vector<QAction*> m_kinds;  ///< of the menu; data: id
    QString m_built;                ///< what the form is of
};

}  // namespace vitrine::gui
