// SPDX-License-Identifier: GPL-3.0-or-later
// What training makes of the data: how examples are drawn, and what follows from counting classes
// and measuring pixels.
#pragma once

#include <QTimer>
#include <QWidget>

#include <atomic>
#include <functional>
#include <stop_token>

#include "core/session/data_survey.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"
#include "gui/views/view.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace vitrine::gui {

class FieldForm;

/// Window thread; what looks at all examples does so on another one, and can be stopped by the same
/// button.
class DataForm : public QWidget {
    Q_OBJECT
  public:
    DataForm(const ViewContext& context, QWidget* parent);
    ~DataForm() override;

    /// Shows the present settings.
    void show();
    FieldForm& form() { return *m_form; }

  private:
    QComboBox* buildSampling();
    QPushButton* button(const char* name, const QString& words);
    void change(const QString& what, const std::function<void(DataSettings&)>& how);
    void normalise();
    void normalisationIsThere();
    void weighClasses();
    void countsAreThere();
    void showTransforms();
    void showButtons();
    void tell(const Error& error);

    ViewContext m_context;
    FieldForm* m_form;
    QComboBox* m_sampling;
    QPushButton *m_transforms, *m_normalise, *m_weigh;
    QLabel* m_trouble;
    QTimer m_tick;
    std::stop_source m_stop;
    std::atomic<double> m_progress{0};
    Background<Result<Normalisation>> m_measuring;
    Background<Result<DataSurvey>> m_counting;
};

}  // namespace vitrine::gui
