// SPDX-License-Identifier: GPL-3.0-or-later
// Folders are watched for what should lie in them.
#include "gui/bridge/lost_weights.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/graph/parameter_use.h"

namespace vitrine::gui {

namespace {

bool isLost(const Parameter& parameter) {
    return parameter.file && !parameter.data && !parameter.trouble.empty() && !isUnread(parameter);
}

std::string nameOf(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

/// Waits for its file again, which may be another one now.
Parameter unread(Parameter parameter, const std::string& path) {
    parameter.file->path = path;
    parameter.trouble = fileNotReadYet;
    return parameter;
}

std::vector<Parameter> lostOf(const Graph& graph, const std::string& path) {
    std::vector<Parameter> entries;
    for (const auto& [id, parameter] : graph.parameters())
        if (isLost(parameter) && parameter.file->path == path) entries.push_back(parameter);
    return entries;
}

Error cannotReplace(const std::string& lost, const std::string& file,
                    const std::vector<Parameter>& read) {
    const auto lacks = [](const Parameter& parameter) { return !parameter.trouble.empty(); };
    const auto first = std::ranges::find_if(read, lacks);
    const auto missing = std::ranges::count_if(read, lacks);
    return {"G01",
            fmt::format("'{}' cannot stand in for '{}': {} of {} have no numbers there, "
                        "'{}' first: {}",
                        nameOf(file), nameOf(lost), fmt::group_digits(missing),
                        countOf(read.size(), "parameter"), first->id, first->trouble),
            {{}, {}, file},
            fmt::format("The project names '{}' as before.", lost),
            "Choose the same model, wherever it lies now."};
}

}  // namespace

std::vector<LostFile> lostFilesOf(const Graph& graph) {
    std::map<std::string, LostFile> byPath;
    for (const auto& [id, parameter] : graph.parameters()) {
        if (!isLost(parameter)) continue;
        LostFile& lost = byPath[parameter.file->path];
        if (lost.parameters++ == 0) lost.why = parameter.trouble;
    }
    std::vector<LostFile> files;
    for (auto& [path, lost] : byPath) {
        std::error_code trouble;
        lost.path = path;
        lost.isThere = std::filesystem::exists(path, trouble);
        files.push_back(std::move(lost));
    }
    return files;
}

std::optional<std::string> lostFileBehind(const Graph& graph, const Error& error) {
    const Node* node = graph.find(error.place.node);
    if (!node) return {};
    for (const PortSpec& port : node->op->inputs) {
        const Parameter* parameter = graph.findParameter(node->parameterId(port.id));
        if (parameter && isLost(*parameter) && error.message.ends_with(parameter->trouble))
            return parameter->file->path;
    }
    return {};
}

Error errorOf(const LostFile& lost) {
    const std::string folder = std::filesystem::path(lost.path).parent_path().string();
    const std::string who = countOf(static_cast<size_t>(lost.parameters), "parameter");
    const std::string message =
        lost.isThere
            ? fmt::format("{} cannot start from '{}': {}", who, nameOf(lost.path), lost.why)
            : fmt::format("'{}', which {} {} from, is not in '{}'", nameOf(lost.path), who,
                          lost.parameters == 1 ? "starts" : "start", folder);
    return {"G01",
            message,
            {{}, {}, lost.path},
            {},
            "Put the file there again, or say where it lies now: Locate … above the canvas."};
}

LostWeights::LostWeights(Document& document, QObject* parent)
    : QObject(parent), m_document(document) {
    constexpr int settledMs = 300;
    m_soon.setSingleShot(true);
    m_soon.setInterval(settledMs);
    connect(&m_soon, &QTimer::timeout, this, &LostWeights::lookAgain);
    const auto later = [this] { m_soon.start(); };
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, later);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, later);
    connect(&m_reading, &BackgroundWork::finished, this, &LostWeights::take);
    connect(&document, &Document::graphChanged, this, &LostWeights::follow);
    follow();
}

LostWeights::Stamp LostWeights::stampOf(const std::string& path) {
    const QFileInfo file(QString::fromStdString(path));
    if (!file.exists()) return {};
    return {file.size(), file.lastModified().toMSecsSinceEpoch()};
}

void LostWeights::follow() {
    std::vector<LostFile> files = lostFilesOf(m_document.graph());
    if (files == m_files) return;
    m_files = std::move(files);
    std::map<std::string, Stamp> seen;
    for (const LostFile& lost : m_files) seen[lost.path] = stampOf(lost.path);
    m_seen = std::move(seen);
    watch();
    changed();
}

/// The file where it is there, and its folder, or the nearest one above that is.
void LostWeights::watch() {
    if (const QStringList old = m_watcher.files() + m_watcher.directories(); !old.isEmpty())
        m_watcher.removePaths(old);
    for (const LostFile& lost : m_files) {
        std::filesystem::path place(lost.path);
        std::error_code trouble;
        while (true) {
            if (std::filesystem::exists(place, trouble))
                m_watcher.addPath(QString::fromStdString(place.string()));
            if (std::filesystem::is_directory(place, trouble) || place == place.parent_path())
                break;
            place = place.parent_path();
        }
    }
}

void LostWeights::lookAgain() {
    Transaction again;
    for (const LostFile& lost : m_files) {
        const Stamp now = stampOf(lost.path);
        if (now == m_seen[lost.path]) continue;
        m_seen[lost.path] = now;
        if (now == Stamp{}) continue;
        for (const Parameter& parameter : lostOf(m_document.graph(), lost.path))
            again.push_back(edit::PutParameter{parameter.id, unread(parameter, lost.path)});
    }
    watch();
    if (!again.empty()) m_document.complete(again);
}

void LostWeights::locate(const std::string& lost, const std::string& file) {
    if (m_reading.isRunning()) return;
    m_move = {lost, file, lostOf(m_document.graph(), lost)};
    for (Parameter& parameter : m_move.entries) parameter = unread(std::move(parameter), file);
    m_reading.run("reading the weights",
                  [entries = m_move.entries]() -> Result<std::vector<Parameter>> {
                      return withNumbersOfFiles(entries);
                  });
}

void LostWeights::take() {
    const Result<std::vector<Parameter>> read = m_reading.take();
    if (!read) return refused(read.error());
    const auto lacks = [](const Parameter& parameter) { return !parameter.trouble.empty(); };
    if (std::ranges::any_of(*read, lacks))
        return refused(cannotReplace(m_move.from, m_move.to, *read));
    Transaction entries;
    for (const Parameter& parameter : *read) {
        const Parameter* now = m_document.graph().findParameter(parameter.id);
        if (!now || !now->file || now->file->path != m_move.from) continue;
        Parameter moved = parameter;
        moved.kind = now->kind;  // somebody may have frozen it meanwhile
        entries.push_back(edit::PutParameter{parameter.id, std::move(moved)});
    }
    if (entries.empty()) return;
    const QString name = QString::fromStdString(nameOf(m_move.to));
    if (const auto done = m_document.edit(tr("Locate %1").arg(name), entries); !done)
        return refused(done.error());
    located(QString::fromStdString(m_move.to));
}

}  // namespace vitrine::gui
