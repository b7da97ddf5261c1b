// SPDX-License-Identifier: GPL-3.0-or-later
// ExportForm: what a person decides about an export.
#pragma once

#include <QWidget>

#include "gui/bridge/view_context.h"
#include "gui/shell/export_work.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSettings;
class QSpinBox;
class QVBoxLayout;

namespace vitrine::gui {

/// Window thread. Follows the run and the network while it is shown; remembers whom to ask.
class ExportForm : public QWidget {
    Q_OBJECT
  public:
    ExportForm(ExportKind kind, const ViewContext& context, QSettings& settings, QWidget* parent);

    /// As it stands, without a place.
    ExportWish wish() const;
    /// Why the network as it is drawn cannot be exported.
    const std::optional<Error>& trouble() const { return m_trouble; }

  Q_SIGNALS:
    /// trouble() may be another one.
    void networkChanged();

  private:
    enum class Weights { OfRun, OfStart, OfFile };
    void buildWeights(QFormLayout& form);
    void buildModel(QFormLayout& form);
    void buildChecks(QVBoxLayout& column);
    void buildCpp(QFormLayout& form, QVBoxLayout& column);
    void buildAsked(QVBoxLayout& column);
    void followChanges();
    std::string asked() const;
    ExportChoices modelChoices() const;
    CppExportOptions cppChoices() const;
    QCheckBox* addCheck(QVBoxLayout& column, const char* name, const QString& text,
                        const QString& help);
    void fillWeights();
    void sayWeights();
    void chooseWeights();
    void chooseAsked();
    void lookAtNetwork();
    void showSizes(const std::vector<std::string>& names);

    ExportKind m_kind;
    ViewContext m_context;
    QSettings& m_settings;
    QComboBox *m_weights = nullptr, *m_opset = nullptr, *m_precision = nullptr;
    QLabel* m_weightsNote = nullptr;
    QCheckBox *m_batch = nullptr, *m_folds = nullptr, *m_external = nullptr, *m_inside = nullptr;
    QSpinBox* m_examples = nullptr;
    QWidget* m_sizes = nullptr;
    QLineEdit* m_asked = nullptr;  ///< a Python, or a compiler
    QString m_weightsFile;
    int m_weightsBefore = 0;  ///< what stood there before a file was asked for
    std::optional<Error> m_trouble;
};

}  // namespace vitrine::gui
