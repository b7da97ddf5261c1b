// SPDX-License-Identifier: GPL-3.0-or-later
// The document and the commands of its undo list.
#include "gui/document/document.h"

#include <QFileInfo>

#include "core/session/new_project.h"

namespace vitrine::gui {

/// A transaction and, after it was done, the one that takes it back. Equal in both directions.
class GraphCommand : public QUndoCommand {
  public:
    GraphCommand(Document& document, const QString& text, Transaction inverse, QString mergeKey)
        : QUndoCommand(text),
          m_document(document),
          m_other(std::move(inverse)),
          m_mergeKey(std::move(mergeKey)) {}

    void undo() override { swap(); }
    /// The first call comes from QUndoStack::push, after the document has done it already.
    void redo() override {
        if (m_isDone) swap();
        m_isDone = true;
    }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* next) override {
        const auto* other = static_cast<const GraphCommand*>(next);
        if (other->m_mergeKey != m_mergeKey) return false;
        // Undone in the opposite order.
        m_other.insert(m_other.begin(), other->m_other.begin(), other->m_other.end());
        return true;
    }

  private:
    void swap() {
        auto inverse = m_document.performAndTell(m_other);
        VITRINE_CHECK(inverse.ok(), "what was done can be undone");
        m_other = std::move(inverse).value();
    }

    Document& m_document;
    Transaction m_other;
    QString m_mergeKey;
    bool m_isDone = false;
};

class SettingsCommand : public QUndoCommand {
  public:
    SettingsCommand(Document& document, const QString& text, TrainingSettings training,
                    DataSettings data, QString mergeKey)
        : QUndoCommand(text),
          m_document(document),
          m_training(std::move(training)),
          m_data(std::move(data)),
          m_file(document.project().file),
          m_mergeKey(std::move(mergeKey)) {}

    void undo() override { swap(); }
    void redo() override { swap(); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 2; }
    bool mergeWith(const QUndoCommand* next) override {
        return static_cast<const SettingsCommand*>(next)->m_mergeKey == m_mergeKey;
    }

  private:
    void swap() {
        TrainingSettings training = m_document.project().training;
        DataSettings data = m_document.project().data;
        // A folder is named as seen from the file; meanwhile that may be another one.
        const std::string file = m_document.project().file;
        m_data.folder = movedFolder(m_data.folder, m_file, file);
        m_file = file;
        m_document.setSettings(m_training, m_data);
        m_training = std::move(training);
        m_data = std::move(data);
    }

    Document& m_document;
    TrainingSettings m_training;
    DataSettings m_data;
    std::string m_file;  ///< that m_data were made for
    QString m_mergeKey;
};

Document::Document(QObject* parent) : QObject(parent) {
    connect(&m_undo, &QUndoStack::cleanChanged, this, [this] { modifiedChanged(isModified()); });
    startNew();
}

const NodeShapes* Document::shapesOf(const std::string& node) const {
    const int index = graph().indexOf(node);
    return index < 0 ? nullptr : &shapes().nodes[static_cast<size_t>(index)];
}

QString Document::title() const {
    if (!m_file.isEmpty()) return QFileInfo(m_file).completeBaseName();
    const bool isNamed = m_project.name != emptyProject().name;
    return isNamed ? QString::fromStdString(m_project.name) : tr("Untitled");
}

Result<Transaction> Document::performAndTell(const Transaction& transaction) {
    auto inverse = perform(m_project.graph, transaction);
    if (!inverse) return inverse;
    for (const Edit& change : transaction)
        if (const auto* rename = std::get_if<edit::Rename>(&change))
            nodeRenamed(QString::fromStdString(rename->from), QString::fromStdString(rename->to));
    m_lastChange = touchedBy(m_project.graph, transaction);
    m_reshaped = m_shapes.follow(m_project.graph, m_lastChange);
    graphChanged();
    return inverse;
}

Result<void> Document::edit(const QString& text, const Transaction& transaction,
                            const QString& mergeKey) {
    auto inverse = performAndTell(transaction);
    if (!inverse) return inverse.error();
    m_undo.push(new GraphCommand(*this, text, std::move(inverse).value(), mergeKey));
    return {};
}

void Document::setSettings(const TrainingSettings& training, const DataSettings& data) {
    m_project.training = training;
    m_project.data = data;
    settingsChanged();
}

void Document::setTraining(const QString& text, const TrainingSettings& training,
                           const QString& mergeKey) {
    m_undo.push(new SettingsCommand(*this, text, training, m_project.data, mergeKey));
}

void Document::setData(const QString& text, const DataSettings& data, const QString& mergeKey) {
    m_undo.push(new SettingsCommand(*this, text, m_project.training, data, mergeKey));
}

void Document::place(const Transaction& moves) {
    VITRINE_CHECK(performAndTell(moves).ok(), "nodes that are there can be moved");
    m_project.unplaced.clear();
}

void Document::complete(const Transaction& entries) {
    VITRINE_CHECK(performAndTell(entries).ok(), "numbers come to entries that are there");
}

void Document::replace(Project project, const QString& file) {
    m_undo.clear();
    m_recovered = false;
    m_project = std::move(project);
    m_file = file;
    m_shapes.reset(m_project.graph);
    m_lastChange = {.changesMeaning = true, .changesWiring = true, .isWhole = true};
    m_reshaped.clear();
    replaced();
    graphChanged();
    settingsChanged();
    fileChanged();
    modifiedChanged(isModified());
}

void Document::startNew() { replace(emptyProject(), {}); }

Result<void> Document::open(const QString& path) {
    auto project = loadProjectWithoutNumbers(path.toStdString());
    if (!project) return project.error();
    const QString file = QFileInfo(QString::fromStdString(project->file)).absoluteFilePath();
    replace(std::move(project).value(), file);
    return {};
}

Result<void> Document::save() {
    VITRINE_CHECK(!m_file.isEmpty(), "a project is saved under a name");
    VITRINE_TRY(saveProject(m_project, m_file.toStdString()));
    m_recovered = false;
    m_undo.setClean();
    modifiedChanged(isModified());
    return {};
}

Result<void> Document::saveAs(const QString& file) {
    Project renamed = m_project;
    renamed.name = projectNameFor(QFileInfo(file).completeBaseName().toStdString());
    renamed.file = QFileInfo(file).absoluteFilePath().toStdString();
    renamed.data.folder = movedFolder(m_project.data.folder, m_project.file, renamed.file);
    VITRINE_TRY(saveProject(renamed, file.toStdString()));
    const bool isMoved = renamed.data.folder != m_project.data.folder;
    m_project = std::move(renamed);
    m_file = QFileInfo(file).absoluteFilePath();
    m_recovered = false;
    m_undo.setClean();
    if (isMoved) settingsChanged();
    fileChanged();
    modifiedChanged(isModified());
    return {};
}

Result<void> Document::recover(const QByteArray& text, const QString& file) {
    auto project = projectFromText(text.toStdString());
    if (!project) return project.error();
    project->file = file.toStdString();
    nameFiles(project->graph, project->file);
    replace(std::move(project).value(), file);
    m_recovered = true;
    modifiedChanged(isModified());
    return {};
}

}  // namespace vitrine::gui
