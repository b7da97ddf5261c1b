// SPDX-License-Identifier: GPL-3.0-or-later
// ParameterDialog: what a parameter is in training, and which numbers it starts with.
#pragma once

#include <QDialog>

#include <functional>
#include <optional>

#include "core/graph/parameter.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"

class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace vitrine::gui {

class FieldForm;

class ParameterDialog : public QDialog {
    Q_OBJECT
  public:
    /// Takes what was made over, or says why not.
    using Commit = std::function<Result<void>(const Parameter& parameter)>;
    /// `start`: what stands there when it opens. `wanted`: the type that the port needs, which then
    /// cannot be chosen; nothing: it follows from the numbers.
    ParameterDialog(const Parameter& start, std::optional<ValueShape> wanted, Commit commit,
                    QWidget* parent);

  private:
    enum Source { Numbers, File, Rule };
    void build(const Parameter& start);
    QWidget* numbersPage(const Parameter& start);
    void addFileRows();
    void addRuleRow(const Parameter& start);
    void chooseFile();
    void openFile(const QString& path, const QString& tensor = {});
    void takeTensors();
    void offerTensors();
    void showSource();
    Result<Parameter> made() const;
    Result<Shape> typedShape() const;
    Result<Parameter> fromNumbers(Parameter parameter) const;
    Result<Parameter> fromFile(Parameter parameter) const;
    Result<Parameter> fromRule(Parameter parameter) const;
    void accept() override;

    const std::string m_id;
    const std::optional<ValueShape> m_wanted;
    const Commit m_commit;
    QString m_path;                ///< of m_tensors
    QString m_opening, m_offered;  ///< that is being read, and the tensor to choose there
    std::vector<TensorName> m_tensors;
    Background<Result<std::vector<TensorName>>> m_reading;
    QComboBox *m_kind, *m_source, *m_type, *m_tensor = nullptr, *m_rule = nullptr;
    QFormLayout* m_form = nullptr;
    QLineEdit* m_shape;
    QPlainTextEdit* m_numbers = nullptr;
    QPushButton* m_file = nullptr;
    QStackedWidget* m_pages;
    QLabel* m_reason;
};

}  // namespace vitrine::gui
