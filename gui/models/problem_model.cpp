// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, then errors, then warnings; what is said twice is one row.
#include "gui/models/problem_model.h"

#include <QRegularExpression>

#include <algorithm>

#include "gui/bridge/sentence_words.h"

namespace vitrine::gui {

namespace {

constexpr size_t mostHappened = 100;

bool isSame(const Error& a, const Error& b) {
    return a.code == b.code && a.place == b.place && a.message == b.message;
}

bool isEvent(ProblemSource source) { return source <= ProblemSource::Files; }

/// With a capital in front and a full stop at the end.
QString sentence(QString words) {
    if (words.isEmpty()) return words;
    words = capitalised(words);
    return QStringLiteral(".!?…”").contains(words.back()) ? words : words + QLatin1Char('.');
}

/// `conv2d 'conv1': port …` → `Port …` where the row names the node beside it.
QString withoutNode(const Error& error) {
    const QString words = QString::fromStdString(error.message);
    if (error.place.node.empty()) return words;
    const QString end = QStringLiteral("'%1': ").arg(QString::fromStdString(error.place.node));
    const qsizetype at = words.indexOf(end);
    // `Twist node 'turn' (com.acme 1): …` → `Twist (com.acme 1): …`
    static const QRegularExpression ofModel(QStringLiteral("^(\\S+) node '[^']*' (?=\\()"));
    if (const auto match = ofModel.match(words); match.hasMatch())
        return match.captured(1) + QLatin1Char(' ') + words.mid(match.capturedLength());
    const bool isInFront = at >= 0 && words.indexOf(QLatin1Char('\'')) == at &&
                           words.left(at).count(QLatin1Char(' ')) <= 1;
    return isInFront ? words.mid(at + end.size()) : words;
}

}  // namespace

bool ProblemModel::Row::operator==(const Row& other) const {
    return problem.isWarning == other.problem.isWarning && problem.isNote == other.problem.isNote &&
           isEvent == other.isEvent && problem.error.place == other.problem.error.place &&
           problem.error.text() == other.problem.error.text();
}

void ProblemModel::set(ProblemSource source, std::vector<Problem> problems) {
    of(source) = std::move(problems);
    update();
}

void ProblemModel::add(ProblemSource source, Problem problem) {
    std::vector<Problem>& said = of(source);
    std::erase_if(said, [&](const Problem& old) { return isSame(old.error, problem.error); });
    said.insert(said.begin(), std::move(problem));
    if (said.size() > mostHappened) said.pop_back();
    update();
}

void ProblemModel::removeIf(ProblemSource source,
                            const std::function<bool(const Problem&)>& isOver) {
    if (std::erase_if(of(source), isOver) > 0) update();
}

void ProblemModel::dismiss(int row) {
    if (row < 0 || row >= rowCount() || !m_rows[static_cast<size_t>(row)].isEvent) return;
    const Error error = m_rows[static_cast<size_t>(row)].problem.error;
    for (size_t source = 0; source < sources; ++source)
        if (isEvent(static_cast<ProblemSource>(source)))
            std::erase_if(m_said[source],
                          [&](const Problem& said) { return isSame(said.error, error); });
    update();
}

bool ProblemModel::hasErrors(ProblemSource source) const {
    const std::vector<Problem>& said = m_said[static_cast<size_t>(source)];
    return std::any_of(said.begin(), said.end(),
                       [](const Problem& problem) { return !problem.isWarning; });
}

bool ProblemModel::stands(const Error& error) const {
    for (size_t source = 0; source < sources; ++source)
        if (!isEvent(static_cast<ProblemSource>(source)))
            for (const Problem& said : m_said[source])
                if (said.error.code == error.code && said.error.place.node == error.place.node &&
                    said.error.place.field == error.place.field)
                    return true;
    return false;
}

std::vector<ProblemModel::Row> ProblemModel::rowsOfAll() const {
    std::vector<Row> rows;
    const auto take = [&](const Problem& problem, bool happened) {
        for (const Row& row : rows)
            if (isSame(row.problem.error, problem.error)) return;
        rows.push_back({problem, happened});
    };
    for (const bool warnings : {false, true})
        for (size_t source = 0; source < sources; ++source) {
            const bool happened = isEvent(static_cast<ProblemSource>(source));
            for (const Problem& problem : m_said[source])
                if (happened ? !warnings : problem.isWarning == warnings) take(problem, happened);
        }
    return rows;
}

/// Views keep their place where nothing has changed.
void ProblemModel::update() {
    std::vector<Row> rows = rowsOfAll();
    if (rows == m_rows) return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int ProblemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    const Error& error = row.problem.error;
    const QString advice = QString::fromStdString(error.next);
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
        const QString said = sentence(QString::fromStdString(error.message));
        const QString first = row.problem.isNote      ? tr("Note: %1").arg(said)
                              : row.problem.isWarning ? tr("Warning: %1").arg(said)
                                                      : said;
        return advice.isEmpty() ? first : first + QLatin1Char('\n') + advice;
    }
    if (role == Qt::ToolTipRole) return QString::fromStdString(error.text());
    if (role == NodeRole) return QString::fromStdString(error.place.node);
    if (role == WarningRole) return row.problem.isWarning;
    if (role == NoteRole) return row.problem.isNote;
    if (role == SentenceRole) return sentence(withoutNode(error));
    if (role == AdviceRole) return advice;
    if (role == EventRole) return row.isEvent;
    return {};
}

}  // namespace vitrine::gui
