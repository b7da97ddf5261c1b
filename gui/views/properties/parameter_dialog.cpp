// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as text, as a tensor of a file, or as a rule that draws them.
#include "gui/views/properties/parameter_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "core/graph/parameter_use.h"
#include "core/tensor/element.h"
#include "gui/models/count_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr DType stateTypes[] = {DType::F32, DType::F64, DType::I32, DType::I64};

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

Error refusal(const QString& why) { return {"P11", why.toStdString(), {}, {}, {}}; }

/// What stands for a kind in the window.
QString wordOf(ParameterKind kind) {
    switch (kind) {
        case ParameterKind::Trained:
            return ParameterDialog::tr("Trained: follows its gradient");
        case ParameterKind::Frozen:
            return ParameterDialog::tr("Frozen: stays as it starts");
        case ParameterKind::Statistic:
            return ParameterDialog::tr("Statistic: updated by the forward pass");
        case ParameterKind::Constant:
            return ParameterDialog::tr("Constant: numbers of the project");
    }
    return {};
}

QStringList wordsOf(const QString& typed) {
    static const QRegularExpression apart(QStringLiteral("[\\s,;\\[\\]()]+"));
    return typed.split(apart, Qt::SkipEmptyParts);
}

QString numbersText(const TensorData& data) {
    QStringList words;
    for (int64_t i = 0; i < data.shape.elements(); ++i) {
        const double number = readElement(data.bytes.data(), data.dtype, i);
        words << (data.dtype == DType::F32 ? editText(static_cast<float>(number))
                                           : editText(number));
    }
    return words.join(QStringLiteral(", "));
}

QString extentsText(const Shape& shape) {
    QStringList words;
    for (const int64_t extent : shape.dims()) words << QString::number(extent);
    return words.join(QStringLiteral(", "));
}

}  // namespace

ParameterDialog::ParameterDialog(const Parameter& start, std::optional<ValueShape> wanted,
                                 Commit commit, QWidget* parent)
    : QDialog(parent),
      m_id(start.id),
      m_wanted(std::move(wanted)),
      m_commit(std::move(commit)),
      m_kind(new QComboBox(this)),
      m_source(new QComboBox(this)),
      m_type(new QComboBox(this)),
      m_shape(new QLineEdit(this)),
      m_pages(new QStackedWidget(this)),
      m_reason(new QLabel(this)) {
    setObjectName(QStringLiteral("parameterDialog"));
    setWindowTitle(tr("Parameter %1").arg(text(m_id)));
    build(start);
    connect(&m_reading, &BackgroundWork::finished, this, &ParameterDialog::takeTensors);
    if (start.file) openFile(text(start.file->path), text(start.file->tensor));
    showSource();
}

void ParameterDialog::build(const Parameter& start) {
    for (const ParameterKind kind : allParameterKinds)
        if (kind != ParameterKind::Statistic || start.kind == kind)
            m_kind->addItem(wordOf(kind), static_cast<int>(kind));
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(start.kind)));
    m_source->addItem(tr("These numbers"), Numbers);
    m_source->addItem(tr("A tensor of a safetensors file"), File);
    m_source->addItem(m_wanted ? tr("As the operator says, or drawn") : tr("Drawn by a rule"),
                      Rule);
    const Source source = start.file ? File : start.data || !m_wanted ? Numbers : Rule;
    m_source->setCurrentIndex(source);
    for (const DType type : stateTypes) m_type->addItem(text(name(type)), static_cast<int>(type));
    if (start.type) m_type->setCurrentIndex(m_type->findData(static_cast<int>(start.type->dtype)));
    if (const auto& type = m_wanted ? m_wanted : start.type)
        m_shape->setText(extentsText(type->shape));
    m_shape->setEnabled(!m_wanted);
    m_shape->setPlaceholderText(tr("as many as there are numbers"));
    m_shape->setToolTip(tr("Extents, outermost first: 3, 1, 1. Empty: one axis with all numbers."));
    m_pages->addWidget(numbersPage(start));
    m_pages->addWidget(new QWidget);
    m_reason->setProperty("bad", true);
    m_reason->setWordWrap(true);
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->hide();

    auto* form = m_form = new QFormLayout;
    form->setHorizontalSpacing(3 * space);
    form->setVerticalSpacing(2 * space);
    form->addRow(tr("In training"), m_kind);
    form->addRow(tr("Starts with"), m_source);
    addFileRows();
    addRuleRow(start);
    form->addRow(tr("Shape"), m_shape);
    form->addRow(tr("Element type"), m_type);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &ParameterDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * space, 4 * space, 4 * space, 4 * space);
    layout->setSpacing(3 * space);
    layout->addLayout(form);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_reason);
    layout->addWidget(buttons);
    setMinimumWidth(460);
    connect(m_source, &QComboBox::currentIndexChanged, this, &ParameterDialog::showSource);
    m_kind->setObjectName(QStringLiteral("parameter.kind"));
    m_source->setObjectName(QStringLiteral("parameter.source"));
    m_type->setObjectName(QStringLiteral("parameter.type"));
    m_shape->setObjectName(QStringLiteral("parameter.shape"));
    m_reason->setObjectName(QStringLiteral("parameter.reason"));
}

QWidget* ParameterDialog::numbersPage(const Parameter& start) {
    m_numbers = new QPlainTextEdit(this);
    m_numbers->setObjectName(QStringLiteral("parameter.numbers"));
    m_numbers->setAccessibleName(tr("Numbers"));
    m_numbers->setPlaceholderText(tr("0.5, 1, −2.25 … apart by commas, blanks or lines"));
    m_numbers->setTabChangesFocus(true);
    m_numbers->setMinimumHeight(96);
    if (start.data && !start.file) m_numbers->setPlainText(numbersText(*start.data));
    return m_numbers;
}

void ParameterDialog::addFileRows() {
    m_file = new QPushButton(tr("Choose file …"), this);
    m_file->setObjectName(QStringLiteral("parameter.file"));
    m_tensor = new QComboBox(this);
    m_tensor->setObjectName(QStringLiteral("parameter.tensor"));
    m_tensor->setAccessibleName(tr("Tensor"));
    m_tensor->setEnabled(false);
    m_form->addRow(tr("File"), m_file);
    m_form->addRow(tr("Tensor"), m_tensor);
    connect(m_file, &QPushButton::clicked, this, &ParameterDialog::chooseFile);
}

void ParameterDialog::addRuleRow(const Parameter& start) {
    m_rule = new QComboBox(this);
    m_rule->setObjectName(QStringLiteral("parameter.rule"));
    m_rule->setAccessibleName(tr("Rule"));
    if (m_wanted) m_rule->addItem(tr("as the operator says"), -1);
    for (const InitKind kind : allInitKinds)
        m_rule->addItem(text(name(kind)), static_cast<int>(kind));
    if (start.init) m_rule->setCurrentIndex(m_rule->findData(static_cast<int>(*start.init)));
    m_form->addRow(tr("Rule"), m_rule);
}

/// Rows that say nothing for what is chosen are hidden. A file brings its own shape and type: they
/// stand behind the tensor's name.
void ParameterDialog::showSource() {
    const int source = m_source->currentData().toInt();
    m_type->setEnabled(!m_wanted);
    for (QWidget* row : {static_cast<QWidget*>(m_file), static_cast<QWidget*>(m_tensor)})
        m_form->setRowVisible(row, source == File);
    m_form->setRowVisible(m_rule, source == Rule);
    m_form->setRowVisible(m_type, source != File);
    m_form->setRowVisible(m_shape, source != File);
    m_pages->setCurrentIndex(source == Numbers ? 0 : 1);
}

void ParameterDialog::chooseFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Numbers of %1").arg(text(m_id)),
                                                      QFileInfo(m_path).path(),
                                                      tr("safetensors files (*.safetensors)"));
    if (!path.isEmpty()) openFile(path);
}

/// Names and types; a large file takes a moment.
void ParameterDialog::openFile(const QString& path, const QString& tensor) {
    m_opening = path;
    m_offered = tensor;
    m_reason->hide();
    m_file->setText(tr("Reading %1 …").arg(QFileInfo(path).fileName()));
    m_file->setEnabled(false);
    m_tensor->setEnabled(false);
    m_reading.run("reading the names of tensors",
                  [file = path.toStdString()] { return tensorsOfFile(file); });
}

void ParameterDialog::takeTensors() {
    auto tensors = m_reading.take();
    m_file->setEnabled(true);
    m_reason->setVisible(!tensors);
    if (tensors) {
        m_path = m_opening;
        m_tensors = std::move(tensors).value();
        offerTensors();
    } else {
        m_reason->setText(text(tensors.error().message));
    }
    m_file->setText(m_path.isEmpty() ? tr("Choose file …") : QFileInfo(m_path).fileName());
    m_file->setToolTip(m_path);
    m_tensor->setEnabled(m_tensor->count() > 0);
}

void ParameterDialog::offerTensors() {
    m_tensor->clear();
    for (const TensorName& tensor : m_tensors) {
        m_tensor->addItem(tr("%1   %2 %3")
                              .arg(text(tensor.name), text(name(tensor.type.dtype)),
                                   shapeText(tensor.type.shape)),
                          text(tensor.name));
        if (m_wanted && tensor.type.shape == m_wanted->shape && m_tensor->currentIndex() <= 0)
            m_tensor->setCurrentIndex(m_tensor->count() - 1);
    }
    if (!m_offered.isEmpty()) m_tensor->setCurrentIndex(m_tensor->findData(m_offered));
}

Result<Shape> ParameterDialog::typedShape() const {
    Shape shape;
    const QStringList words = wordsOf(m_shape->text());
    if (words.size() > Shape::maxRank)
        return refusal(tr("The shape has %1 extents, wanted at most %2.")
                           .arg(words.size())
                           .arg(Shape::maxRank));
    for (const QString& word : words) {
        bool isNumber = false;
        const qlonglong extent = word.toLongLong(&isNumber);
        if (!isNumber || extent < 1)
            return refusal(tr("“%1” is no extent: wanted whole numbers from 1.").arg(word));
        shape.push(extent);
    }
    return shape;
}

Result<Parameter> ParameterDialog::fromNumbers(Parameter parameter) const {
    const auto type = static_cast<DType>(m_type->currentData().toInt());
    const QStringList words = wordsOf(m_numbers->toPlainText());
    if (words.isEmpty()) return refusal(tr("There are no numbers yet."));
    if (words.size() > mostValuesInProject)
        return refusal(tr("%1 numbers, of which a project holds at most %2: put them into a "
                          "safetensors file.")
                           .arg(words.size())
                           .arg(mostValuesInProject));
    std::vector<std::byte> bytes(static_cast<size_t>(words.size() * sizeOf(type)));
    for (qsizetype i = 0; i < words.size(); ++i) {
        bool isNumber = false;
        const double number =
            QString(words[i]).replace(QChar(0x2212), QLatin1Char('-')).toDouble(&isNumber);
        writeElement(bytes.data(), type, i, number);
        const bool fits = isFloat(type) ? std::isfinite(readElement(bytes.data(), type, i))
                                        : readElement(bytes.data(), type, i) == number;
        if (!isNumber || !fits)
            return refusal(tr("“%1” is no number of type %2.").arg(words[i], text(name(type))));
    }
    Result<Shape> shape = typedShape();
    if (!shape) return shape.error();
    if (shape->rank() == 0 && words.size() > 1) shape->push(words.size());
    if (checkedElements(shape->dims()) != words.size())
        return refusal(countWords(words.size(), tr("1 number does not fill the shape [%1]."),
                                  tr("%1 numbers do not fill the shape [%2]."))
                           .arg(extentsText(*shape)));
    return withData(std::move(parameter), TensorData::of(type, *shape, std::move(bytes)));
}

/// Its numbers are read behind the window's back (ParameterKeeper).
Result<Parameter> ParameterDialog::fromFile(Parameter parameter) const {
    if (m_reading.isRunning()) return refusal(tr("The file is still being read."));
    const QString tensor = m_tensor->currentData().toString();
    const auto found = std::ranges::find(m_tensors, tensor.toStdString(), &TensorName::name);
    if (m_path.isEmpty() || found == m_tensors.end())
        return refusal(tr("Choose a file and a tensor of it."));
    parameter.type = found->type;
    parameter.file = ParameterFile{m_path.toStdString(), found->name};
    parameter.trouble = fileNotReadYet;
    return parameter;
}

Result<Parameter> ParameterDialog::fromRule(Parameter parameter) const {
    const int rule = m_rule->currentData().toInt();
    if (rule >= 0) parameter.init = static_cast<InitKind>(rule);
    if (m_wanted) return parameter;
    const Result<Shape> shape = typedShape();
    if (!shape) return shape.error();
    parameter.type = ValueShape{*shape, static_cast<DType>(m_type->currentData().toInt())};
    return parameter;
}

Result<Parameter> ParameterDialog::made() const {
    Parameter parameter{.id = m_id};
    parameter.kind = static_cast<ParameterKind>(m_kind->currentData().toInt());
    switch (m_source->currentData().toInt()) {
        case Numbers:
            return fromNumbers(std::move(parameter));
        case File:
            return fromFile(std::move(parameter));
        default:
            return fromRule(std::move(parameter));
    }
}

void ParameterDialog::accept() {
    const Result<Parameter> parameter = made();
    const Result<void> taken = parameter ? m_commit(*parameter) : parameter.error();
    m_reason->setVisible(!taken);
    if (taken)
        QDialog::accept();
    else
        m_reason->setText(text(taken.error().message));
}

}  // namespace vitrine::gui
