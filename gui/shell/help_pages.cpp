// SPDX-License-Identifier: GPL-3.0-or-later
// Pages as text.
#include "gui/shell/help_pages.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStringList>

#include "core/base/check.h"
#include "gui/shell/program_parts.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

struct Row {
    QString group, keys, text;
    QString name;  ///< is searched too
};

QString tr(const char* text) { return QCoreApplication::translate("Help", text); }

QString resource(const QString& name) {
    QFile file(QStringLiteral(":/") + name);
    const bool isOpen = file.open(QIODevice::ReadOnly | QIODevice::Text);
    VITRINE_CHECK(isOpen, "the build compiles the documents in");
    return QString::fromUtf8(file.readAll());
}

QString keysOf(const QAction& action) {
    QStringList keys;
    for (const QKeySequence& one : action.shortcuts())
        keys << one.toString(QKeySequence::NativeText);
    return keys.join(QStringLiteral(", "));
}

/// A tip as a row of a table: a single sentence needs no stop.
QString withoutStop(QString text) {
    if (text.count(QLatin1Char('.')) == 1 && text.endsWith(QLatin1Char('.'))) text.chop(1);
    return text;
}

std::vector<Row> keyRows(const ActionBook& actions) {
    std::vector<Row> rows;
    for (const ActionBook::Entry& entry : actions.entries()) {
        const QString keys = keysOf(*entry.action);
        if (keys.isEmpty()) continue;
        const QString tip = entry.action->statusTip();
        const QString name = entry.action->text().remove(QLatin1Char('&'));
        rows.push_back({entry.group, keys, tip.isEmpty() ? name : withoutStop(tip), name});
    }
    return rows;
}

std::vector<Row> mouseRows() {
    const QString canvas = tr("Mouse on the canvas");
    const QString charts = tr("Mouse on charts");
    return {
        {canvas, tr("Wheel"), tr("Zoom at the pointer"), {}},
        {canvas, tr("Middle drag, Space and drag"), tr("Move what is seen"), {}},
        {canvas, tr("Double click"), tr("Search for an operator and add it there"), {}},
        {canvas, tr("Drag from a port"), tr("Connect; in empty space, add what comes next"), {}},
        {charts, tr("Wheel, drag"), tr("Zoom, pan"), {}},
        {charts, tr("Double click"), tr("Show all"), {}},
        {charts, tr("Right click"), tr("Save as picture or table"), {}}};
}

bool hasAll(const Row& row, const QStringList& words) {
    const QString text =
        (row.group + ' ' + row.keys + ' ' + row.text + ' ' + row.name).toCaseFolded();
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return text.contains(word); });
}

QString quiet(const QString& html, const Theme& theme) {
    return QStringLiteral("<span style='color:%1'>%2</span>")
        .arg(theme.tokens().quiet.name(), html);
}

QString heading(const QString& text) {
    return QStringLiteral("<h3 style='margin-top:18px'>%1</h3>").arg(text.toHtmlEscaped());
}

QString cell(const QString& html, int percent) {
    return QStringLiteral("<td width='%1%' style='padding:3px 16px 3px 0'>%2</td>")
        .arg(percent)
        .arg(html);
}

QString tableOf(const QString& rows) {
    return QStringLiteral("<table width='100%' cellspacing='0' style='margin-top:6px'>%1</table>")
        .arg(rows);
}

/// Those of one group stay together, in the order in which the groups come.
QString tablesOf(const std::vector<Row>& rows, const Theme& theme) {
    QStringList groups;
    for (const Row& row : rows)
        if (!groups.contains(row.group)) groups << row.group;
    QString html;
    for (const QString& group : groups) {
        QString lines;
        for (const Row& row : rows)
            if (row.group == group)
                lines += "<tr>" + cell("<b>" + row.keys.toHtmlEscaped() + "</b>", 32) +
                         cell(quiet(row.text.toHtmlEscaped(), theme), 68) + "</tr>";
        html += heading(group) + tableOf(lines);
    }
    return html;
}

QString partsTable(const Theme& theme) {
    QString lines;
    for (const ProgramPart& part : programParts())
        lines += "<tr>" + cell("<b>" + part.name.toHtmlEscaped() + "</b>", 30) +
                 cell(part.version.toHtmlEscaped(), 14) + cell(part.licence.toHtmlEscaped(), 26) +
                 cell(quiet(part.use.toHtmlEscaped(), theme), 30) + "</tr>";
    return tableOf(lines);
}

/// A link in the theme's colour.
QString link(const QString& to, const QString& text, const Theme& theme) {
    return QStringLiteral("<a href='%1' style='color:%2'>%3</a>")
        .arg(to, theme.tokens().accent.name(), text.toHtmlEscaped());
}

QString version() { return tr("Vitrine %1").arg(QCoreApplication::applicationVersion()); }

}  // namespace

QString tourMarkdown() {
    const QString readme = resource(QStringLiteral("README.md"));
    const QString title = QStringLiteral("\n## Five minutes with the window\n");
    const qsizetype start = readme.indexOf(title);
    VITRINE_CHECK(start >= 0, "the README has a tour of the window");
    const qsizetype from = start + title.size();
    return readme.mid(from, readme.indexOf(QStringLiteral("\n## "), from) - from);
}

QString shortcutsHtml(const ActionBook& actions, const QString& words, const Theme& theme) {
    const QStringList wanted = words.toCaseFolded().split(' ', Qt::SkipEmptyParts);
    std::vector<Row> rows = keyRows(actions);
    for (Row& row : mouseRows()) rows.push_back(std::move(row));
    std::erase_if(rows, [&](const Row& row) { return !hasAll(row, wanted); });
    if (rows.empty()) return quiet(tr("No shortcut has all of these words."), theme);
    return tablesOf(rows, theme);
}

QString aboutHtml(const Theme& theme) {
    QStringList around;
    for (const QString& line : programSurroundings()) around << line.toHtmlEscaped();
    return QStringLiteral("<h2>%1</h2><p>%2</p>")
               .arg(version().toHtmlEscaped(),
                    tr("Draw, train, see and debug convolutional networks.").toHtmlEscaped()) +
           "<p>" + quiet(around.join(QStringLiteral("<br>")), theme) + "</p>" +
           heading(tr("Licences")) +
           QStringLiteral("<p>%1<br>%2</p>")
               .arg(tr("Vitrine as a whole: %1")
                        .arg(link("licence:GPL-3.0-or-later.txt", "GPL-3.0-or-later", theme)),
                    tr("Its engine and vitrine-cli: %1")
                        .arg(link("licence:Apache-2.0.txt", "Apache-2.0", theme))) +
           heading(tr("Libraries")) + partsTable(theme);
}

QString aboutText() {
    QStringList lines{version()};
    lines << programSurroundings();
    for (const ProgramPart& part : programParts())
        lines << QStringLiteral("%1 %2").arg(part.name, part.version);
    return lines.join('\n') + '\n';
}

QString licenceHtml(const QString& file, const Theme& theme) {
    return QStringLiteral("<p>%1</p><pre>%2</pre>")
        .arg(link("about:", tr("Back"), theme),
             resource(QStringLiteral("LICENSES/") + file).toHtmlEscaped());
}

}  // namespace vitrine::gui
