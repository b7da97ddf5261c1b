// SPDX-License-Identifier: GPL-3.0-or-later
// FieldForm: one line for each field of a schema, with an editor that fits its type.
#pragma once

#include <QHash>
#include <QWidget>

#include <functional>
#include <optional>
#include <span>

#include "core/base/field.h"

class QGridLayout;
class QLabel;
class QLineEdit;
class QSlider;

namespace vitrine::gui {

class TypedLine;

/// A label on the left, an editor on the right, and below them the reason where a value was
/// refused.
class FieldForm : public QWidget {
    Q_OBJECT
  public:
    explicit FieldForm(QWidget* parent = nullptr);

    /// From now on numbers of a small range get a slider beside their line.
    void setSliding(bool on) { m_hasSliders = on; }
    /// While a commit comes from a slider: the number of that movement, the same until it ends.
    std::optional<int> movement() const {
        return m_isSliding ? std::optional(m_movement) : std::nullopt;
    }

    /// Takes a value over or says why not.
    using Commit = std::function<Result<void>(const std::string& id, const FieldValue& value)>;
    /// A line for each field. `prefix` stands in front of object names.
    void setFields(std::span<const FieldSpec> specs, const QString& prefix, Commit commit);
    /// Shows values without committing them; an editor that is being typed into is left alone.
    void show(const Attrs& attrs);

    /// A line of text that is no schema field: names, folders. `commit` gets what was typed.
    using CommitText = std::function<Result<void>(const QString& text)>;
    QLineEdit* addText(const QString& name, const QString& label, const QString& help,
                       CommitText commit);
    /// Any widget on the right-hand side.
    void addRow(const QString& label, QWidget* editor, const QString& help);
    /// Forms below each other look like one where their labels take the same room.
    int labelWidth() const;
    void setLabelWidth(int width);
    /// A line over both columns.
    void addWide(QWidget* widget);
    void clear();

  private:
    struct Line {
        const FieldSpec* spec = nullptr;
        QWidget* editor = nullptr;
        QLabel* label = nullptr;
        QSlider* slider = nullptr;
    };
    QWidget* editorFor(const FieldSpec& spec, const QString& name);
    QSlider* sliderFor(const FieldSpec& spec);
    void commitSlider(const FieldSpec& spec, int position);
    Result<void> commitText(const FieldSpec& spec, const QString& typed);
    static void showReasons(TypedLine* editor, QLabel* reason);
    QLabel* addLine(const QString& label, QWidget* editor, const QString& help, QLabel** reason);

    QGridLayout* m_grid;
    std::vector<Line> m_lines;
    Commit m_commit;
    bool m_hasSliders = false, m_isSliding = false;
    int m_movement = 0;
};

}  // namespace vitrine::gui
