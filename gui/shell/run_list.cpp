// SPDX-License-Identifier: GPL-3.0-or-later
// A table of runs and three buttons.
#include "gui/shell/run_list.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <cmath>

#include "gui/models/metric_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

namespace {

constexpr int sortRole = Qt::UserRole, indexRole = Qt::UserRole + 1;

QString stateText(PastRunState state) {
    switch (state) {
        case PastRunState::Running:
            return QObject::tr("is being trained");
        case PastRunState::Finished:
            return QObject::tr("finished");
        case PastRunState::Stopped:
            return QObject::tr("stopped");
        case PastRunState::Failed:
            return QObject::tr("failed");
        case PastRunState::BrokenOff:
            break;
    }
    return QObject::tr("broke off");
}

QString dateText(int64_t seconds) {
    return QLocale().toString(QDateTime::fromSecsSinceEpoch(seconds), QLocale::ShortFormat);
}

QString epochsText(const PastRun& run) {
    if (run.epochsWanted == 0) return exactText(run.epochsDone);
    return QObject::tr("%1 of %2").arg(exactText(run.epochsDone), exactText(run.epochsWanted));
}

QStandardItem* cell(const QString& text, const QVariant& sort, bool isNumber) {
    auto* item = new QStandardItem(text);
    item->setData(sort, sortRole);
    item->setEditable(false);
    if (isNumber) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    return item;
}

}  // namespace

QString resultText(const PastRun& run) {
    const QString state = stateText(run.state);
    if (std::isnan(run.metricValue)) return state;
    return QObject::tr("%1 · %2").arg(state, channelWords(run.metric, run.metricValue));
}

RunList::RunList(const QStringList& folders, QWidget* parent)
    : QDialog(parent), m_model(new QStandardItemModel(this)), m_table(new QTreeView(this)) {
    setObjectName(QStringLiteral("runList"));
    setWindowTitle(tr("Runs"));
    build();
    connect(&m_reading, &BackgroundWork::finished, this, &RunList::fill);
    m_reading.run("reading the runs", [folders, stop = m_stop.get_token()]() -> Result<Runs> {
        Runs all;
        for (const QString& folder : folders)
            for (PastRun& run : pastRuns(folder.toStdString(), stop)) all.push_back(std::move(run));
        return all;
    });
    update();
}

RunList::~RunList() { m_stop.request_stop(); }

void RunList::build() {
    m_table->setObjectName(QStringLiteral("runs"));
    m_table->setAccessibleName(tr("Runs"));
    m_table->setModel(m_model);
    m_model->setSortRole(sortRole);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAllColumnsShowFocus(true);
    m_note = new QLabel(tr("Looking for runs …"), this);
    m_note->setObjectName(QStringLiteral("runs.note"));
    m_note->setProperty("quiet", true);
    m_note->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    const auto button = [&](const QString& text, const char* name,
                            QDialogButtonBox::ButtonRole role) {
        QPushButton* made = buttons->addButton(text, role);
        made->setObjectName(QString::fromLatin1(name));
        return made;
    };
    m_goOn = button(tr("Go on"), "runs.go_on", QDialogButtonBox::AcceptRole);
    m_take = button(tr("Take its weights"), "runs.take", QDialogButtonBox::ActionRole);
    m_goOn->setToolTip(tr("Open the run as it was started, from its newest checkpoint"));
    m_take->setToolTip(tr("Show its curves; the next run of this project starts from its weights"));
    QPushButton* elsewhere =
        button(tr("Another folder …"), "runs.elsewhere", QDialogButtonBox::ResetRole);
    QPushButton* file = button(tr("Weights of a file …"), "runs.file", QDialogButtonBox::ResetRole);
    file->setToolTip(
        tr("Take weights that another program or run has saved: safetensors, PyTorch, "
           "Keras or NumPy"));
    m_goOn->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_note);
    layout->addWidget(buttons);
    connect(m_goOn, &QPushButton::clicked, this, [this] { choose(Choice::GoOn); });
    connect(m_take, &QPushButton::clicked, this, [this] { choose(Choice::TakeWeights); });
    connect(elsewhere, &QPushButton::clicked, this, &RunList::chooseElsewhere);
    connect(file, &QPushButton::clicked, this, &RunList::chooseFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_table, &QTreeView::doubleClicked, this, [this] {
        if (m_goOn->isEnabled()) choose(Choice::GoOn);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &RunList::update);
    constexpr QSize roomy{720, 380};
    resize(roomy);
}

void RunList::fill() {
    const Result<Runs> read = m_reading.take();
    if (read) m_runs = *read;
    m_model->setHorizontalHeaderLabels(
        {tr("Last written"), tr("Project"), tr("Result"), tr("Epochs"), tr("Steps")});
    for (const PastRun& run : m_runs) addRow(run);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::DescendingOrder);
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(2, QHeaderView::Stretch);
    if (!m_runs.empty()) m_table->setCurrentIndex(m_model->index(0, 0));
    m_table->setFocus();
    update();
}

void RunList::addRow(const PastRun& run) {
    const QList<QStandardItem*> row{
        cell(dateText(run.lastWrite), static_cast<qlonglong>(run.lastWrite), false),
        cell(QString::fromStdString(run.project), QString::fromStdString(run.project), false),
        cell(resultText(run), std::isnan(run.metricValue) ? -1 : run.metricValue, false),
        cell(epochsText(run), static_cast<qlonglong>(run.epochsDone), true),
        cell(exactText(run.steps), static_cast<qlonglong>(run.steps), true)};
    row[0]->setData(m_model->rowCount(), indexRole);
    for (QStandardItem* item : row) item->setToolTip(QString::fromStdString(run.folder));
    m_model->appendRow(row);
}

const PastRun* RunList::current() const {
    const QModelIndex index = m_table->currentIndex();
    if (!index.isValid()) return nullptr;
    const int number = index.siblingAtColumn(0).data(indexRole).toInt();
    return &m_runs[static_cast<size_t>(number)];
}

void RunList::update() {
    const PastRun* run = current();
    const bool isFree = run && run->state != PastRunState::Running;
    m_goOn->setEnabled(isFree);
    m_take->setEnabled(run && run->hasCheckpoint);
    if (m_reading.isRunning()) return;
    if (m_runs.empty())
        m_note->setText(
            tr("No runs lie beside this project yet. Space trains one; runs of the "
               "command line are found through “Another folder …”."));
    else
        m_note->setText(run ? QString::fromStdString(run->folder) : QString());
}

void RunList::choose(Choice choice) {
    m_choice = choice;
    m_folder = QString::fromStdString(current()->folder);
    accept();
}

void RunList::chooseFile() {
    QFileDialog dialog(this, tr("Weights of a file"));
    dialog.setObjectName(QStringLiteral("chooseWeights"));
    dialog.setFileMode(QFileDialog::ExistingFile);
    dialog.setOption(QFileDialog::ReadOnly);
    dialog.setNameFilters({tr("Weights (*.safetensors *.json *.pt *.pth *.bin *.keras *.h5 *.npz)"),
                           tr("All files (*)")});
    if (dialog.exec() != QDialog::Accepted) return;
    m_choice = Choice::TakeWeights;
    m_folder = dialog.selectedFiles().value(0);
    accept();
}

void RunList::chooseElsewhere() {
    QFileDialog dialog(this, tr("Go on with a run"),
                       m_runs.empty()
                           ? QString()
                           : QFileInfo(QString::fromStdString(m_runs[0].folder)).absolutePath());
    dialog.setObjectName(QStringLiteral("chooseRun"));
    dialog.setFileMode(QFileDialog::Directory);
    dialog.setOptions(QFileDialog::ShowDirsOnly | QFileDialog::ReadOnly);
    if (dialog.exec() != QDialog::Accepted) return;
    m_choice = Choice::GoOn;
    m_folder = dialog.selectedFiles().value(0);
    accept();
}

}  // namespace vitrine::gui
