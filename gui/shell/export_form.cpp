// SPDX-License-Identifier: GPL-3.0-or-later
// Weights, form of the model, and who is asked about it.
#include "gui/shell/export_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTimer>
#include <QVBoxLayout>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/weights_origin.h"
#include "gui/document/document.h"
#include "gui/models/count_words.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

/// Who is asked about what is written, in words of each kind.
struct Asked {
    const char *key, *usual;
    QString label, name, none, help, choose;
};

Asked askedOf(ExportKind kind) {
    if (kind == ExportKind::Cpp)
        return {"export/compiler",
                "c++",
                ExportForm::tr("&Prove it with this compiler"),
                ExportForm::tr("Compiler that the proof is made with"),
                ExportForm::tr("none: it is not proven"),
                ExportForm::tr("One of C++20: what is written is compiled and run beside the "
                               "network"),
                ExportForm::tr("Choose a compiler")};
    if (kind == ExportKind::Torch)
        return {"export/torch_python",
                "",
                ExportForm::tr("Ask PyTorch of this &Python"),
                ExportForm::tr("Python whose PyTorch is asked"),
                ExportForm::tr("none: it is not proven"),
                ExportForm::tr("One that has torch, numpy and safetensors"),
                ExportForm::tr("Choose a Python")};
    return {"export/python",
            "",
            ExportForm::tr("Ask runtimes of this &Python too"),
            ExportForm::tr("Python whose runtimes are asked too"),
            ExportForm::tr("none: this program alone reads it again"),
            ExportForm::tr("One that has numpy and onnx, and onnxruntime or openvino: each is run "
                           "beside the network"),
            ExportForm::tr("Choose a Python")};
}

QLabel* quietLabel(const char* name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setProperty("quiet", true);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QComboBox* addChoice(QFormLayout& form, const char* name, const QString& label,
                     const QString& help) {
    auto* box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    box->setToolTip(help);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    form.addRow(label, box);
    return box;
}

}  // namespace

ExportForm::ExportForm(ExportKind kind, const ViewContext& context, QSettings& settings,
                       QWidget* parent)
    : QWidget(parent), m_kind(kind), m_context(context), m_settings(settings) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    auto* form = new QFormLayout;
    column->addLayout(form);
    buildWeights(*form);
    if (kind == ExportKind::Model) {
        buildModel(*form);
        buildChecks(*column);
    } else if (kind == ExportKind::Cpp) {
        buildCpp(*form, *column);
    }
    buildAsked(*column);
    column->addStretch(1);
    followChanges();
    lookAtNetwork();
}

void ExportForm::followChanges() {
    auto* later = new QTimer(this);
    constexpr int typingMs = 200;
    later->setSingleShot(true);
    later->setInterval(typingMs);
    connect(later, &QTimer::timeout, this, &ExportForm::lookAtNetwork);
    connect(&m_context.document, &Document::graphChanged, later, qOverload<>(&QTimer::start));
    connect(&m_context.run, &RunController::statesArrived, this, &ExportForm::fillWeights);
    auto* fresh = new QTimer(this);
    constexpr int askMs = 1000;
    connect(fresh, &QTimer::timeout, this, [this] {
        if (m_context.run.phase() == RunPhase::Running) m_context.run.askStates();
    });
    fresh->start(askMs);
    m_context.run.askStates();
}

void ExportForm::buildWeights(QFormLayout& form) {
    m_weights = addChoice(form, "export.weights", tr("&Weights"),
                          tr("The numbers that go along with the network"));
    m_weightsNote = quietLabel("export.weights_note", this);
    form.addRow(QString(), m_weightsNote);
    fillWeights();
    connect(m_weights, &QComboBox::activated, this, [this] {
        const auto chosen = static_cast<Weights>(m_weights->currentData().toInt());
        if (chosen == Weights::OfFile) return chooseWeights();
        m_weightsFile.clear();
        sayWeights();
    });
}

/// What is chosen stays chosen.
void ExportForm::fillWeights() {
    const int64_t steps = m_context.run.trainedSteps();
    const QVariant chosen = m_weights->currentData();
    m_weights->clear();
    if (steps > 0)
        m_weights->addItem(
            countWords(steps, tr("of the run, after 1 update"), tr("of the run, after %1 updates")),
            static_cast<int>(Weights::OfRun));
    const QString origin = originOf(m_context.document.graph());
    m_weights->addItem(
        origin.isEmpty() ? tr("that training starts with") : tr("of '%1'").arg(origin),
        static_cast<int>(Weights::OfStart));
    m_weights->addItem(m_weightsFile.isEmpty()
                           ? tr("of a file …")
                           : tr("of '%1' …").arg(QFileInfo(m_weightsFile).fileName()),
                       static_cast<int>(Weights::OfFile));
    const int at = chosen.isValid() ? m_weights->findData(chosen) : 0;
    m_weights->setCurrentIndex(std::max(at, 0));
    sayWeights();
}

void ExportForm::sayWeights() {
    m_weightsBefore = m_weights->currentIndex();
    const auto chosen = static_cast<Weights>(m_weights->currentData().toInt());
    const bool isFresh =
        chosen == Weights::OfStart && originOf(m_context.document.graph()).isEmpty();
    m_weightsNote->setVisible(isFresh);
    m_weightsNote->setText(
        m_context.run.trainedSteps() > 0
            ? tr("What is written will know nothing of what the run has learnt.")
            : tr("Nothing is trained yet: what is written will answer as the network does at its "
                 "first step."));
}

void ExportForm::chooseWeights() {
    QFileDialog dialog(this, tr("Weights of a file"));
    dialog.setObjectName(QStringLiteral("export.chooseWeights"));
    dialog.setFileMode(QFileDialog::ExistingFile);
    dialog.setOption(QFileDialog::ReadOnly);
    dialog.setNameFilters({tr("Weights (*.safetensors *.json *.pt *.pth *.bin *.keras *.h5 *.npz)"),
                           tr("All files (*)")});
    if (dialog.exec() != QDialog::Accepted) {
        m_weights->setCurrentIndex(m_weightsBefore);
        return;
    }
    m_weightsFile = dialog.selectedFiles().value(0);
    fillWeights();
}

void ExportForm::buildModel(QFormLayout& form) {
    m_opset = addChoice(
        form, "export.opset", tr("&Operator set"),
        tr("What the file may say. %1 is the newest one that ONNX Runtime reads since release 1.17 "
           "(its table of compatibility)")
            .arg(usualOpset));
    for (int64_t opset = oldestExportOpset; opset <= newestExportOpset; ++opset)
        m_opset->addItem(opset == usualOpset ? tr("%1 (usual)").arg(opset) : QString::number(opset),
                         static_cast<int>(opset));
    m_opset->setCurrentIndex(m_opset->findData(static_cast<int>(usualOpset)));
    m_precision = addChoice(form, "export.precision", tr("&Numbers"),
                            tr("What weights and values are; bf16 needs operator set 22 or later"));
    for (const char* name : {"f32", "f16", "bf16"}) m_precision->addItem(QLatin1String(name));
}

QCheckBox* ExportForm::addCheck(QVBoxLayout& column, const char* name, const QString& text,
                                const QString& help) {
    auto* box = new QCheckBox(text, this);
    box->setObjectName(QString::fromLatin1(name));
    box->setToolTip(help);
    column.addWidget(box);
    return box;
}

void ExportForm::buildChecks(QVBoxLayout& column) {
    m_batch = addCheck(column, "export.batch", tr("&Any number of examples may come in at once"),
                       tr("Else one at a time: for devices that want every size to be known"));
    m_batch->setChecked(true);
    m_sizes = new QWidget(this);
    m_sizes->setObjectName(QStringLiteral("export.sizes"));
    auto* sizes = new QVBoxLayout(m_sizes);
    sizes->setContentsMargins(0, 0, 0, 0);
    sizes->setSpacing(2 * space);
    column.addWidget(m_sizes);
    m_folds = addCheck(column, "export.fold", tr("&Fold batch normalisation into convolutions"),
                       tr("Fewer nodes and less to compute; such a model cannot be trained on"));
    m_external = addCheck(column, "export.external", tr("Weights in a file &beside the model"),
                          tr("As larger models always have them: a file of ONNX ends at 2 GB"));
}

void ExportForm::buildCpp(QFormLayout& form, QVBoxLayout& column) {
    m_examples = new QSpinBox(this);
    m_examples->setObjectName(QStringLiteral("export.examples"));
    m_examples->setAccessibleName(tr("Examples of a call"));
    m_examples->setToolTip(tr("How many examples the program is given at once"));
    constexpr int most = 4096;
    m_examples->setRange(1, most);
    form.addRow(tr("E&xamples of a call"), m_examples);
    m_inside = addCheck(column, "export.inside", tr("Weights &inside the program"),
                        tr("Else in weights.bin beside it: a smaller program, and one file more"));
}

void ExportForm::buildAsked(QVBoxLayout& column) {
    const Asked words = askedOf(m_kind);
    auto* label = new QLabel(words.label, this);
    const QString key = QString::fromLatin1(words.key);
    m_asked =
        new QLineEdit(m_settings.value(key, QString::fromLatin1(words.usual)).toString(), this);
    m_asked->setObjectName(QStringLiteral("export.python"));
    m_asked->setAccessibleName(words.name);
    m_asked->setPlaceholderText(words.none);
    m_asked->setToolTip(words.help);
    m_asked->setClearButtonEnabled(true);
    label->setBuddy(m_asked);
    auto* choose = new QPushButton(tr("Choose …"), this);
    choose->setObjectName(QStringLiteral("export.python_choose"));
    choose->setAutoDefault(false);
    choose->setAccessibleName(words.choose);
    connect(choose, &QPushButton::clicked, this, &ExportForm::chooseAsked);
    connect(m_asked, &QLineEdit::textChanged, this,
            [this, key](const QString& typed) { m_settings.setValue(key, typed.trimmed()); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_asked, 1);
    row->addWidget(choose);
    column.addSpacing(space);
    column.addWidget(label);
    column.addLayout(row);
}

void ExportForm::chooseAsked() {
    QFileDialog dialog(this, m_kind == ExportKind::Cpp ? tr("A compiler") : tr("A Python"),
                       QFileInfo(m_asked->text()).absolutePath());
    dialog.setObjectName(QStringLiteral("export.choosePython"));
    dialog.setFileMode(QFileDialog::ExistingFile);
    // The one of a virtual environment is a link, and knows its packages by that.
    dialog.setOption(QFileDialog::DontResolveSymlinks);
    if (dialog.exec() == QDialog::Accepted) m_asked->setText(dialog.selectedFiles().value(0));
}

void ExportForm::lookAtNetwork() {
    const auto network = networkOfProject(m_context.document.project());
    m_trouble.reset();
    if (!network)
        m_trouble = network.error();
    else if (m_kind == ExportKind::Model)
        showSizes(sizesThatCanBeOpen(*network));
    fillWeights();
    networkChanged();
}

/// Those that are there already stay as they were ticked.
void ExportForm::showSizes(const std::vector<std::string>& names) {
    QStringList wanted;
    for (const std::string& name : names) wanted << QString::fromStdString(name);
    for (QCheckBox* box : m_sizes->findChildren<QCheckBox*>())
        if (!wanted.removeOne(box->property("extent").toString())) delete box;
    for (const QString& name : wanted) {
        auto* box = addCheck(*static_cast<QVBoxLayout*>(m_sizes->layout()), "",
                             tr("Any %1 may come in").arg(name),
                             tr("Where the network takes others than the one that is drawn"));
        box->setObjectName(QStringLiteral("export.open.") + name);
        box->setProperty("extent", name);
    }
    m_sizes->setVisible(!names.empty());
}

std::string ExportForm::asked() const { return m_asked->text().trimmed().toStdString(); }

ExportChoices ExportForm::modelChoices() const {
    ExportChoices choices;
    choices.opset = m_opset->currentData().toInt();
    choices.foldsBatchNorm = m_folds->isChecked();
    choices.opensBatch = m_batch->isChecked();
    for (const QCheckBox* box : m_sizes->findChildren<QCheckBox*>())
        if (box->isChecked())
            choices.openSizes.insert(box->property("extent").toString().toStdString());
    const DType types[] = {DType::F32, DType::F16, DType::BF16};
    choices.floats = types[m_precision->currentIndex()];
    choices.isExternal = m_external->isChecked();
    choices.python = asked();
    return choices;
}

CppExportOptions ExportForm::cppChoices() const {
    return {.folder = {},
            .batch = m_examples->value(),
            .weightsInside = m_inside->isChecked(),
            .compiler = asked()};
}

ExportWish ExportForm::wish() const {
    ExportWish wish{
        .project = m_context.document.project(), .path = {}, .states = {}, .choices = {}};
    const auto weights = static_cast<Weights>(m_weights->currentData().toInt());
    if (weights == Weights::OfRun) wish.states = m_context.run.states();
    const std::string file = weights == Weights::OfFile ? m_weightsFile.toStdString() : "";
    const auto take = [&](auto choices) {
        choices.weights = file;
        wish.choices = std::move(choices);
    };
    if (m_kind == ExportKind::Model) take(modelChoices());
    if (m_kind == ExportKind::Cpp) take(cppChoices());
    if (m_kind == ExportKind::Torch) take(TorchExportChoices{.python = asked(), .stop = {}});
    return wish;
}

}  // namespace vitrine::gui
