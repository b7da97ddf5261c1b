// SPDX-License-Identifier: GPL-3.0-or-later
// One reading at a time; what comes meanwhile is read by the next.
#include "gui/bridge/parameter_keeper.h"

#include "core/session/project.h"

namespace vitrine::gui {

namespace {

/// The entry as it is now, which somebody may have frozen meanwhile, with what was read for it.
Parameter completed(Parameter now, const Parameter& read) {
    now.type = read.type;
    now.data = read.data;
    now.digest = read.digest;
    now.trouble = read.trouble;
    const Result<void> fits = checkParameter(now);
    if (fits) return now;
    now.data = nullptr;
    now.digest.clear();
    now.type.reset();
    now.trouble = fits.error().message;
    return now;
}

}  // namespace

ParameterKeeper::ParameterKeeper(Document& document, QObject* parent)
    : QObject(parent), m_document(document) {
    connect(&document, &Document::graphChanged, this, &ParameterKeeper::look);
    connect(&document, &Document::replaced, this, [this] { m_told.clear(); });
    connect(&m_reading, &BackgroundWork::finished, this, &ParameterKeeper::take);
    look();
}

void ParameterKeeper::look() {
    if (m_reading.isRunning()) return;
    m_asked.clear();
    for (const auto& [id, parameter] : m_document.graph().parameters())
        if (isUnread(parameter)) m_asked.push_back(parameter);
    if (!m_asked.empty())
        m_reading.run("reading the numbers of parameters",
                      [asked = m_asked, project = m_document.project()]() -> Result<Read> {
                          return numbersFor(asked, project);
                      });
}

/// What the project's files hold, and whether it is what they held.
ParameterKeeper::Read ParameterKeeper::numbersFor(std::vector<Parameter> asked, Project project) {
    Read read{withNumbersOfFiles(std::move(asked)), {}};
    if (project.models.empty()) return read;
    for (const Parameter& parameter : read.parameters) {
        const Result<void> put = project.graph.putParameter(parameter.id, parameter);
        VITRINE_CHECK(put.ok(), "it has been checked");
    }
    read.replaced = replacedModels(project);
    return read;
}

void ParameterKeeper::take() {
    Result<Read> read = m_reading.take();
    if (!read)  // no memory for them
        for (Parameter& parameter : m_asked) parameter.trouble = read.error().message;
    Transaction entries;
    for (const Parameter& parameter : read ? read->parameters : m_asked) {
        const Parameter* now = m_document.graph().findParameter(parameter.id);
        if (now && isUnread(*now) && now->file == parameter.file)
            entries.push_back(edit::PutParameter{parameter.id, completed(*now, parameter)});
    }
    if (!entries.empty()) m_document.complete(entries);
    if (read)
        for (const Error& remark : read->replaced)
            if (m_told.insert(remark.place.file).second) replaced(remark);
    look();
}

}  // namespace vitrine::gui
