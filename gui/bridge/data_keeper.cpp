// SPDX-License-Identifier: GPL-3.0-or-later
// One load at a time; what comes of an old one is dropped.
#include "gui/bridge/data_keeper.h"

#include "gui/bridge/project_essence.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

namespace {

Error loadingStopped() {
    return {std::string(stoppedCode),
            "the data are not there: making them was stopped",
            {},
            {},
            "Train (Space) makes them."};
}

}  // namespace

DataKeeper::DataKeeper(Document& document, QObject* parent)
    : QObject(parent), m_document(document) {
    constexpr int delayMs = 250;  // somebody may still be typing
    m_delay.setSingleShot(true);
    m_delay.setInterval(delayMs);
    connect(&m_delay, &QTimer::timeout, this, &DataKeeper::follow);
    connect(&m_loading, &BackgroundWork::finished, this, &DataKeeper::loaded);
    for (const auto signal :
         {&Document::replaced, &Document::graphChanged, &Document::settingsChanged})
        connect(&document, signal, &m_delay, qOverload<>(&QTimer::start));
    m_delay.start();
}

DataKeeper::~DataKeeper() { shutDown(); }

void DataKeeper::shutDown() {
    m_delay.stop();
    m_stop.request_stop();
    m_loading.waitForFinished();
    setLoading(false);
}

bool DataKeeper::isCurrent() const { return m_data && m_key == dataEssence(m_document.project()); }

/// A network that is not there needs no drawn data; those that somebody has chosen can be looked
/// at.
std::string DataKeeper::wantedKey() const {
    const DataFormatDescriptor* format = findDataFormat(m_document.project().data.format);
    const bool isChosen = format && format->needsFolder;
    return m_document.graph().nodes().empty() && !isChosen ? std::string()
                                                           : dataEssence(m_document.project());
}

void DataKeeper::follow() {
    std::string key = wantedKey();
    if (key.empty())
        forget();
    else if (key != m_key)
        load(std::move(key));
    else if (m_isLoading)
        m_stop.request_stop();  // it was for settings that have been taken back
}

void DataKeeper::want() {
    m_delay.stop();
    if (isCurrent()) return;
    if (!m_data) m_key.clear();  // what failed is tried again
    m_isAbandoned = false;
    load(dataEssence(m_document.project()));
}

void DataKeeper::abandon() {
    if (!m_isLoading) return;
    m_isAbandoned = true;
    m_stop.request_stop();
}

void DataKeeper::load(std::string key) {
    if (m_loading.isRunning()) {
        if (key == m_loadingKey) return;
        m_isAbandoned = false;
        m_stop.request_stop();  // loaded() sees to what follows
        return;
    }
    m_loadingKey = std::move(key);
    m_stop = {};
    m_isAbandoned = false;
    m_progress = 0;
    const Project& project = m_document.project();
    auto stored = storedFor(rawDataEssence(project));
    m_loading.run("reading the data", [this, project, stored = std::move(stored),
                                       threads = m_threads, stop = m_stop.get_token()] {
        DataRequest request;
        request.threads = threads;
        request.progress = [this](double share) { m_progress = share; };
        request.stop = stop;
        return read(project, stored, std::move(request));
    });
    setLoading(true);
}

std::shared_ptr<const Dataset> DataKeeper::storedFor(const std::string& key) const {
    if (key == m_storedKey) return m_stored;
    return key == m_offeredKey ? m_offered : nullptr;
}

void DataKeeper::offer(const Project& project, std::shared_ptr<const Dataset> stored) {
    m_offered = std::move(stored);
    m_offeredKey = rawDataEssence(project);
}

/// What is there is not read again.
DataKeeper::Loaded DataKeeper::read(const Project& project, std::shared_ptr<const Dataset> stored,
                                    DataRequest request) {
    if (!stored) {
        auto opened = openStoredData(project, std::move(request));
        if (!opened) return opened.error();
        stored = *opened;
    }
    auto data = prepareData(*stored, project);
    if (!data) return Pair{std::move(stored), nullptr, data.error()};
    return Pair{std::move(stored), *data};
}

void DataKeeper::loaded() {
    const Loaded result = m_loading.take();
    const std::string wanted = wantedKey();
    const bool wasStopped = !result && result.error().code == stoppedCode;
    const bool isNews = m_loadingKey == wanted && !wasStopped;
    if (!isNews && !m_isAbandoned && !wanted.empty() && wanted != m_key) {
        load(wanted);  // the document has gone on meanwhile
        return;
    }
    setLoading(false);
    if (isNews)
        publish(result);
    else if (m_isAbandoned && !wanted.empty() && wanted != m_key)
        publish(loadingStopped());
    settled();
}

void DataKeeper::publish(const Loaded& result) {
    m_key = dataEssence(m_document.project());
    m_stored = result ? result->stored : nullptr;
    m_storedKey = result ? rawDataEssence(m_document.project()) : std::string();
    m_data = result ? result->data : nullptr;
    m_error = result ? result->error : std::optional(result.error());
    if (m_error) m_error = inWindowWords(*m_error);
    m_offered.reset();
    m_offeredKey.clear();
    changed();
}

void DataKeeper::forget() {
    m_stop.request_stop();
    if (!m_data && !m_error) return;
    m_key.clear();
    m_stored.reset();
    m_storedKey.clear();
    m_data.reset();
    m_error.reset();
    changed();
}

void DataKeeper::setLoading(bool loading) {
    if (loading == m_isLoading) return;
    m_isLoading = loading;
    loadingChanged();
}

}  // namespace vitrine::gui
