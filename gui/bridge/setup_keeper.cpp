// SPDX-License-Identifier: GPL-3.0-or-later
// One check at a time; an edit that comes meanwhile starts another.
#include "gui/bridge/setup_keeper.h"

#include <algorithm>

namespace vitrine::gui {

SetupKeeper::SetupKeeper(Document& document, const DataKeeper& data, QObject* parent)
    : QObject(parent), m_document(document), m_data(data) {
    constexpr int delayMs = 120;  // somebody may still be typing
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    connect(&m_delay, &QTimer::timeout, this, &SetupKeeper::check);
    connect(&m_checking, &BackgroundWork::finished, this, &SetupKeeper::checkIsDone);
    for (const auto signal : {&Document::replaced, &Document::settingsChanged})
        connect(&document, signal, &m_delay, qOverload<>(&QTimer::start));
    connect(&document, &Document::graphChanged, this, [this] {
        if (m_document.lastChange().changesMeaning) m_delay.start();
    });
    connect(&data, &DataKeeper::changed, &m_delay, qOverload<>(&QTimer::start));
    m_delay.start();
}

bool SetupKeeper::tells(const Error& error) const {
    return std::find(m_findings.begin(), m_findings.end(), SetupFinding{error, false}) !=
           m_findings.end();
}

void SetupKeeper::shutDown() {
    m_delay.stop();
    m_checking.waitForFinished();
}

/// Data that are not what the settings ask for now say nothing of those that will be.
Result<SetupKeeper::Checked> SetupKeeper::checkedWith(const Project& project, Images data,
                                                      Images counted, DataFacts facts) {
    if (!data)
        facts = factsOf(project.data);
    else if (data != counted)
        facts = factsOf(*data);
    std::vector<SetupFinding> findings;
    if (!project.graph.nodes().empty()) findings = checkSetup(project, facts);
    return Checked{std::move(data), std::move(facts), std::move(findings)};
}

void SetupKeeper::check() {
    if (m_checking.isRunning()) {
        m_delay.start();
        return;
    }
    m_checking.run("checking the set-up",
                   [project = m_document.project(),
                    data = m_data.isCurrent() ? m_data.data() : nullptr, counted = m_counted,
                    facts = m_facts] { return checkedWith(project, data, counted, facts); });
}

void SetupKeeper::checkIsDone() {
    Result<Checked> result = m_checking.take();
    if (!result) return;  // no memory for it: what stands stays, and the next edit asks again
    Checked& checked = *result;
    m_counted = std::move(checked.data);
    m_facts = std::move(checked.facts);
    if (checked.findings == m_findings) return;
    m_findings = std::move(checked.findings);
    changed();
}

}  // namespace vitrine::gui
