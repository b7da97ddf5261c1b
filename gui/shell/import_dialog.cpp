// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the dialog, and follows the reading.
#include "gui/shell/import_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/bridge/window_words.h"
#include "gui/models/count_words.h"
#include "gui/theme/theme.h"
#include "gui/views/problems/problem_delegate.h"
#include "gui/widgets/dialog_parts.h"
#include "gui/widgets/field_form.h"
#include "gui/widgets/typed_line.h"
#include "gui/widgets/worded_progress.h"

namespace vitrine::gui {

namespace {

constexpr int64_t largestExtent = 65'536;
constexpr int nameColumn = 1, shapeColumn = 3;

QString text(const std::string& words) { return QString::fromStdString(words); }

void addEnds(QTreeWidget& table, const QString& what, const std::vector<ModelEnd>& ends) {
    for (const ModelEnd& end : ends) {
        auto* row = new QTreeWidgetItem(
            &table, {what, text(end.name), text(end.dtype).toLower(), text(end.shape)});
        row->setToolTip(nameColumn, text(end.name));
        row->setToolTip(shapeColumn, text(end.shape));
    }
}

}  // namespace

ImportDialog::ImportDialog(Theme& theme, const QString& path, QWidget* parent)
    : QDialog(parent), m_reading(path.toStdString(), this) {
    setObjectName(QStringLiteral("importDialog"));
    setWindowTitle(tr("Import a model"));
    auto* columns = new QHBoxLayout;
    columns->setSpacing(4 * space);
    m_known = buildFacts();
    columns->addWidget(m_known, 1);
    columns->addWidget(buildFindings(theme), 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * space, 3 * space, 4 * space, 3 * space);
    layout->setSpacing(3 * space);
    layout->addWidget(buildHead(path));
    layout->addLayout(columns, 1);
    layout->addWidget(buildFoot());
    constexpr QSize roomy{960, 560};
    resize(roomy);
    constexpr int soonMs = 300;
    m_late.setSingleShot(true);
    m_late.setInterval(soonMs);
    connect(&m_late, &QTimer::timeout, this, &ImportDialog::showProgress);
    connect(&m_reading, &ImportReading::done, this, &ImportDialog::showState);
    read();
    m_ends->setFocus();
}

QWidget* ImportDialog::buildHead(const QString& path) {
    auto* head = new QWidget(this);
    QVBoxLayout* column = columnOf(head);
    column->setSpacing(space);
    m_title = selectableLabel("import.title", head);
    QFont large = m_title->font();
    large.setPointSizeF(1.3 * large.pointSizeF());
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    const QFileInfo file(path);
    m_title->setText(file.fileName());
    auto* place = selectableLabel("import.place", head);
    place->setText(
        tr("%1 in %2").arg(bytesText(static_cast<double>(file.size())), file.absolutePath()));
    place->setProperty("quiet", true);
    m_facts = selectableLabel("import.facts", head);
    column->addWidget(m_title);
    column->addWidget(place);
    column->addWidget(m_facts);
    m_summary = selectableLabel("import.summary", head);
    column->addWidget(m_summary);
    return head;
}

QWidget* ImportDialog::buildFacts() {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_ends = new QTreeWidget(widget);
    m_ends->setObjectName(QStringLiteral("import.ends"));
    m_ends->setAccessibleName(tr("What goes into the model and what comes out"));
    m_ends->setHeaderLabels({QString(), tr("Name"), tr("Numbers"), tr("Shape")});
    m_ends->setRootIsDecorated(false);
    m_ends->setUniformRowHeights(true);
    m_ends->setTextElideMode(Qt::ElideMiddle);
    m_ends->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // However long a name is, what it takes stands beside it.
    QHeaderView& header = *m_ends->header();
    header.setStretchLastSection(false);
    header.setSectionResizeMode(QHeaderView::ResizeToContents);
    header.setSectionResizeMode(nameColumn, QHeaderView::Stretch);
    header.setSectionResizeMode(shapeColumn, QHeaderView::Fixed);
    m_extents = new FieldForm(widget);
    m_extents->setObjectName(QStringLiteral("import.extents"));
    m_extents->setAccessibleName(tr("Sizes that the model leaves open"));
    column->addWidget(m_ends, 1);
    column->addWidget(m_extents);
    return widget;
}

QWidget* ImportDialog::buildFindings(const Theme& theme) {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_list = new QListView(widget);
    m_list->setObjectName(QStringLiteral("import.remarks"));
    m_list->setAccessibleName(tr("What is not read, and what stands out"));
    m_list->setModel(&m_problems);
    m_list->setItemDelegate(new ProblemDelegate(theme, m_list));
    m_list->setResizeMode(QListView::Adjust);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_noRemarks = selectableLabel("import.no_remarks", widget);
    m_noRemarks->setText(tr("Everything is read, and nothing stands out."));
    m_noRemarks->setProperty("quiet", true);
    m_noRemarks->setAlignment(Qt::AlignCenter);
    m_noRemarks->hide();
    column->addWidget(m_list, 1);
    column->addWidget(m_noRemarks, 1);
    return widget;
}

QWidget* ImportDialog::buildFoot() {
    auto* foot = new QWidget(this);
    QVBoxLayout* column = columnOf(foot);
    m_loss = new QCheckBox(tr("Add a &target and a loss to train it by"), foot);
    m_loss->setAccessibleName(tr("Add a target and a loss"));
    m_loss->setObjectName(QStringLiteral("import.loss"));
    m_loss->setToolTip(tr("Behind the output of classes, where the model has one"));
    m_loss->setChecked(true);
    connect(m_loss, &QCheckBox::toggled, this, [this](bool on) {
        m_choices.addsLoss = on;
        read();
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, foot);
    m_open = buttons->addButton(tr("&Open"), QDialogButtonBox::AcceptRole);
    m_open->setObjectName(QStringLiteral("import.open"));
    m_open->setToolTip(tr("A new project; the weights stay in the model's file"));
    m_open->setDefault(true);
    buttons->button(QDialogButtonBox::Cancel)->setObjectName(QStringLiteral("import.cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &ImportDialog::openModel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_progress = new WordedProgress(foot);
    m_progress->setObjectName(QStringLiteral("import.progress"));
    m_progress->setAccessibleName(tr("What is being read"));
    m_progress->setRange(0, 0);
    m_progress->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(4 * space);
    row->addWidget(m_progress, 1);
    row->addWidget(buttons);
    column->addWidget(m_loss);
    column->addLayout(row);
    return foot;
}

void ImportDialog::read() {
    m_open->setEnabled(false);
    m_late.start();
    m_reading.read(m_choices);
}

void ImportDialog::openModel() {
    if (m_refused) {
        m_refused->setFocus();
        m_refused->tell(m_reason);
        m_refused.clear();
        return;
    }
    m_opensNext = m_reading.isRunning();
    if (!m_opensNext) accept();
}

void ImportDialog::showState() {
    m_late.stop();
    m_progress->hide();
    const Result<ImportedModel>& model = *m_reading.model();
    m_open->setEnabled(model.ok());
    // Of a file that is no model there is nothing to be chosen.
    const bool mayBe = model.ok() || !m_reading.open().empty();
    m_known->setVisible(mayBe);
    m_loss->setVisible(mayBe);
    m_open->setDefault(mayBe);
    if (m_extents->findChildren<QLineEdit*>().isEmpty()) buildExtents();
    if (model)
        showReport(model->report);
    else
        showTrouble(model.error());
    if (std::exchange(m_opensNext, false) && model) accept();
}

/// Once: which they are, does not depend on what is chosen.
void ImportDialog::buildExtents() {
    for (const OpenExtent& extent : m_reading.open()) {
        const QString help = tr("The model leaves it open: axis %1 of its input %2")
                                 .arg(extent.axis)
                                 .arg(text(extent.input));
        QLineEdit* line = m_extents->addText(
            QStringLiteral("import.extent.") + text(extent.symbol), text(extent.symbol), help,
            [this, extent](const QString& typed) { return setExtent(extent, typed); });
        if (extent.usual > 0) showUsed(line, QString::number(extent.usual));
        line->setPlaceholderText(tr("a size"));
        connect(line, &QLineEdit::textEdited, this, [this] { m_refused.clear(); });
    }
    m_extents->setVisible(!m_reading.open().empty());
}

Result<void> ImportDialog::setExtent(const OpenExtent& extent, const QString& typed) {
    bool isNumber = false;
    const int64_t chosen = typed.trimmed().toLongLong(&isNumber);
    auto* line =
        m_extents->findChild<TypedLine*>(QStringLiteral("import.extent.") + text(extent.symbol));
    if (!isNumber || chosen < 1 || chosen > largestExtent) {
        m_refused = line;
        m_reason = tr("%1 is '%2', wanted a whole number from 1 to %3")
                       .arg(text(extent.symbol), typed, exactText(largestExtent));
        return Error{"O18", m_reason.toStdString(), {}, {}, {}};
    }
    m_refused.clear();
    const bool isSame = m_choices.extents.contains(extent.symbol)
                            ? m_choices.extents[extent.symbol] == chosen
                            : extent.usual == chosen;
    m_choices.extents[extent.symbol] = chosen;
    if (line) showUsed(line, QString::number(chosen));
    if (isSame) return {};
    // The click that ends the typing may be one on Open.
    const bool mayOpen = m_open->isEnabled();
    read();
    m_open->setEnabled(mayOpen);
    return {};
}

void ImportDialog::showReport(const ImportReport& report) {
    QStringList facts;
    if (!report.program.empty()) facts << tr("made by %1").arg(text(report.program));
    facts << tr("operator set %1").arg(report.opset)
          << tr("format version %1").arg(report.irVersion)
          << countWords(report.parameters, tr("1 number can be trained"),
                        tr("%1 numbers can be trained"));
    m_facts->setText(facts.join(QStringLiteral("  ·  ")));
    m_summary->setText(text(report.summary()) + QLatin1Char('.'));
    m_summary->show();
    m_ends->clear();
    addEnds(*m_ends, tr("in"), report.inputs);
    addEnds(*m_ends, tr("out"), report.outputs);
    fitShapes();
    offerLoss(report);
    std::vector<Problem> problems;
    for (const RefusedNode& node : report.refused) {
        if (node.isFollower) continue;
        Problem problem{{node.code, node.message, {}, {}, {}}, false};
        problem.error.place.node = node.node;
        problems.push_back(std::move(problem));
    }
    if (report.followers() > 0)
        problems.push_back({{{},
                             countWords(report.followers(), tr("1 node behind them is not read"),
                                        tr("%1 nodes behind them are not read"))
                                 .toStdString(),
                             {},
                             {},
                             {}},
                            false,
                            true});
    // What changes the model's answers first.
    for (const std::string& warning : report.warnings)
        problems.push_back({{{}, warning, {}, {}, {}}, true, false});
    for (const std::string& remark : report.remarks)
        if (std::ranges::find(report.warnings, remark) == report.warnings.end())
            problems.push_back({{{}, remark, {}, {}, {}}, false, true});
    m_problems.set(ProblemSource::Files, std::move(problems));
    m_list->setVisible(m_problems.rowCount() > 0);
    m_noRemarks->setVisible(m_problems.rowCount() == 0);
}

/// As wide as they are, as long as names have as much room.
void ImportDialog::fitShapes() {
    m_ends->resizeColumnToContents(shapeColumn);
    m_ends->setColumnWidth(shapeColumn, std::min(m_ends->columnWidth(shapeColumn),
                                                 2 * m_ends->viewport()->width() / 5));
}

/// What cannot be added is not offered, and the reason stands there.
void ImportDialog::offerLoss(const ImportReport& report) {
    const QString offer = tr("Add a &target and a loss to train it by");
    const bool canBe = report.noLoss.empty();
    m_loss->setText(canBe ? offer : tr("%1 (not possible: %2)").arg(offer, text(report.noLoss)));
    m_loss->setEnabled(canBe);
    const QSignalBlocker quiet(m_loss);
    m_loss->setChecked(canBe && m_choices.addsLoss);
}

/// Columns get other widths with the window.
void ImportDialog::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    fitShapes();
}

void ImportDialog::showTrouble(const Error& error) {
    m_facts->setText(m_reading.open().empty() ? tr("It cannot be opened.")
                                              : tr("It cannot be opened like this."));
    m_summary->hide();
    m_ends->clear();
    m_problems.set(ProblemSource::Files, {{inWindowWords(error), false}});
    m_list->show();
    m_noRemarks->hide();
}

void ImportDialog::showProgress() {
    m_progress->setState(tr("Reading the model"), 0);
    m_progress->show();
}

/// Return takes over what was typed into a field, and not the whole dialog.
void ImportDialog::keyPressEvent(QKeyEvent* event) {
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && qobject_cast<TypedLine*>(focusWidget())) return event->accept();
    QDialog::keyPressEvent(event);
}

}  // namespace vitrine::gui
