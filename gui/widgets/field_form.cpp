// SPDX-License-Identifier: GPL-3.0-or-later
// Editors by type. Numbers are typed as text, so that what is refused stays to be seen and mended.
#include "gui/widgets/field_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>

#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/typed_line.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

constexpr int narrowest = 104;     ///< column of labels
constexpr int slidingSteps = 200;  ///< of real numbers

/// Whether a hand on a slider could find a value.
bool isSlidable(const FieldSpec& spec) {
    const double range = spec.maximum - spec.minimum;
    return range > 0 && ((spec.type == FieldType::Int && range <= 256) ||
                         (spec.type == FieldType::Real && range <= 1000));
}

int positionOf(const FieldSpec& spec, const FieldValue& value) {
    if (spec.type == FieldType::Int) return static_cast<int>(std::get<int64_t>(value));
    return static_cast<int>(std::lround((std::get<double>(value) - spec.minimum) /
                                        (spec.maximum - spec.minimum) * slidingSteps));
}

/// Short numbers, as a person would type them.
FieldValue valueAt(const FieldSpec& spec, int position) {
    if (spec.type == FieldType::Int) return int64_t{position};
    const double step = (spec.maximum - spec.minimum) / slidingSteps;
    return std::round((spec.minimum + position * step) * 1000) / 1000;
}

QString rangeText(const FieldSpec& spec) {
    const bool number = spec.type != FieldType::Bool && spec.type != FieldType::Choice &&
                        spec.type != FieldType::Text;
    if (!number || (spec.minimum == 0 && spec.maximum == 0)) return {};
    return FieldForm::tr("%1 to %2").arg(editText(spec.minimum), editText(spec.maximum));
}

QString tip(const FieldSpec& spec) {
    QStringList parts{text(spec.help)};
    if (const QString range = rangeText(spec); !range.isEmpty()) parts << range;
    return parts.join(QLatin1Char('\n'));
}

/// A form shows titles, and nobody who reads it knows the ids of fields.
Error inWordsOfTheForm(Error error, const FieldSpec& spec) {
    const std::string id = "field '" + std::string(spec.id) + "'";
    if (error.message.starts_with(id))
        error.message.replace(0, id.size(), "'" + std::string(spec.title) + "'");
    return error;
}

/// Not one that layouts have yet to show: to them that has no size.
bool isHiddenLine(QWidget& label) {
    label.ensurePolished();
    return label.isHidden() && label.testAttribute(Qt::WA_WState_ExplicitShowHide);
}

}  // namespace

FieldForm::FieldForm(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(3 * space);
    m_grid->setVerticalSpacing(space);
    m_grid->setColumnStretch(1, 1);
    m_grid->setColumnMinimumWidth(0, narrowest);
}

void FieldForm::clear() {
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->setObjectName({});  // who takes its place is called so
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_lines.clear();
}

QLabel* FieldForm::addLine(const QString& label, QWidget* editor, const QString& help,
                           QLabel** reason) {
    const int row = m_grid->rowCount();
    auto* name = new QLabel(label, this);
    name->setProperty("quiet", true);
    name->setToolTip(help);
    name->setBuddy(editor);
    editor->setToolTip(help);
    if (editor->accessibleName().isEmpty()) editor->setAccessibleName(label);
    m_grid->addWidget(name, row, 0, Qt::AlignLeft | Qt::AlignVCenter);
    m_grid->addWidget(editor, row, 1);
    auto* why = new QLabel(this);
    why->setProperty("bad", true);
    why->setWordWrap(true);
    why->setTextFormat(Qt::PlainText);
    why->hide();
    m_grid->addWidget(why, row + 1, 0, 1, 2);
    if (reason) *reason = why;
    return name;
}

int FieldForm::labelWidth() const {
    int width = narrowest;
    for (int row = 0; row < m_grid->rowCount(); ++row)
        if (const QLayoutItem* item = m_grid->itemAtPosition(row, 0);
            item && m_grid->itemAtPosition(row, 1) != item && !isHiddenLine(*item->widget()))
            width = std::max(width, item->widget()->sizeHint().width());
    return width;
}

void FieldForm::setLabelWidth(int width) {
    m_grid->setColumnMinimumWidth(0, std::max(width, narrowest));
}

void FieldForm::addRow(const QString& label, QWidget* editor, const QString& help) {
    addLine(label, editor, help, nullptr);
}

void FieldForm::addWide(QWidget* widget) { m_grid->addWidget(widget, m_grid->rowCount(), 0, 1, 2); }

/// The reason stands below the line while what was typed does.
void FieldForm::showReasons(TypedLine* editor, QLabel* reason) {
    connect(editor, &TypedLine::refused, reason, [reason](const QString& words) {
        reason->setText(words);
        reason->show();
    });
    connect(editor, &TypedLine::settled, reason, &QWidget::hide);
}

QLineEdit* FieldForm::addText(const QString& name, const QString& label, const QString& help,
                              CommitText commit) {
    auto* editor = new TypedLine(std::move(commit), this);
    editor->setObjectName(name);
    QLabel* reason = nullptr;
    addLine(label, editor, help, &reason);
    showReasons(editor, reason);
    return editor;
}

QWidget* FieldForm::editorFor(const FieldSpec& spec, const QString& name) {
    const std::string id(spec.id);
    if (spec.type == FieldType::Bool) {
        auto* box = new QCheckBox(this);
        connect(box, &QCheckBox::clicked, this,
                [this, id](bool on) { static_cast<void>(m_commit(id, on)); });
        box->setObjectName(name);
        return box;
    }
    if (spec.type == FieldType::Choice) {
        auto* box = new QComboBox(this);
        // However long its choices are, the form stays as wide as it is.
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
        for (std::string_view choice : spec.choices)
            box->addItem(text(choice).replace(QLatin1Char('_'), QLatin1Char(' ')), text(choice));
        connect(box, &QComboBox::activated, this, [this, id, box] {
            static_cast<void>(m_commit(id, box->currentData().toString().toStdString()));
        });
        box->setObjectName(name);
        return box;
    }
    auto* line = new TypedLine(
        [this, &spec](const QString& typed) { return commitText(spec, typed); }, this);
    line->setObjectName(name);
    return line;
}

QSlider* FieldForm::sliderFor(const FieldSpec& spec) {
    auto* slider = new QSlider(Qt::Horizontal, this);
    slider->setMinimumWidth(48);
    slider->setFocusPolicy(Qt::ClickFocus);  // keys go to the line
    if (spec.type == FieldType::Int)
        slider->setRange(static_cast<int>(spec.minimum), static_cast<int>(spec.maximum));
    else
        slider->setRange(0, slidingSteps);
    connect(slider, &QSlider::sliderPressed, this, [this] { ++m_movement; });
    connect(slider, &QSlider::valueChanged, this,
            [this, &spec](int position) { commitSlider(spec, position); });
    return slider;
}

void FieldForm::commitSlider(const FieldSpec& spec, int position) {
    m_isSliding = true;
    static_cast<void>(m_commit(std::string(spec.id), valueAt(spec, position)));
    m_isSliding = false;
}

Result<void> FieldForm::commitText(const FieldSpec& spec, const QString& typed) {
    const bool isReal = spec.type == FieldType::Real;
    const auto value =
        fieldFromText(spec, isReal ? typedNumber(typed) : typed.trimmed().toStdString());
    if (!value) return inWordsOfTheForm(value.error(), spec);
    const Result<void> done = m_commit(std::string(spec.id), *value);
    return done ? done : inWordsOfTheForm(done.error(), spec);
}

void FieldForm::setFields(std::span<const FieldSpec> specs, const QString& prefix, Commit commit) {
    m_commit = std::move(commit);
    for (const FieldSpec& spec : specs) {
        Line line{.spec = &spec};
        line.editor = editorFor(spec, prefix + text(spec.id));
        const QString label = spec.unit.empty()
                                  ? text(spec.title)
                                  : QStringLiteral("%1, %2").arg(text(spec.title), text(spec.unit));
        QLabel* reason = nullptr;
        QWidget* shown = line.editor;
        if (m_hasSliders && isSlidable(spec)) {
            line.slider = sliderFor(spec);
            line.slider->setObjectName(line.editor->objectName() + QStringLiteral(".slider"));
            line.slider->setAccessibleName(label);
            line.editor->setAccessibleName(label);
            shown = new QWidget(this);
            auto* both = new QHBoxLayout(shown);
            both->setContentsMargins(0, 0, 0, 0);
            both->setSpacing(2 * space);
            both->addWidget(line.slider, 3);
            both->addWidget(line.editor, 2);
        }
        line.label = addLine(label, shown, tip(spec), &reason);
        line.label->setBuddy(line.editor);
        if (auto* typed = qobject_cast<TypedLine*>(line.editor)) showReasons(typed, reason);
        m_lines.push_back(line);
    }
}

void FieldForm::show(const Attrs& attrs) {
    const Attrs defaults(attrs.specs());
    for (const Line& line : m_lines) {
        if (!line.spec || !attrs.has(line.spec->id)) continue;
        const FieldValue& value = attrs.get(line.spec->id);
        // What an import writes down has no line where nothing is written.
        if (line.spec->isAddition && line.spec->type == FieldType::Text &&
            line.spec->defaultText.empty()) {
            const bool isThere = !std::get<std::string>(value).empty();
            line.label->setVisible(isThere);
            line.editor->setVisible(isThere);
        }
        QFont font = line.label->font();
        font.setBold(value != defaults.get(line.spec->id));
        line.label->setFont(font);
        if (auto* box = qobject_cast<QCheckBox*>(line.editor)) {
            box->setChecked(std::get<bool>(value));
        } else if (auto* combo = qobject_cast<QComboBox*>(line.editor)) {
            combo->setCurrentIndex(
                combo->findData(QString::fromStdString(std::get<std::string>(value))));
        } else if (auto* edit = qobject_cast<TypedLine*>(line.editor)) {
            edit->showUsed(editText(value));
        }
        if (line.slider) {
            const QSignalBlocker quiet(line.slider);
            line.slider->setValue(positionOf(*line.spec, value));
        }
    }
}

}  // namespace vitrine::gui
