// SPDX-License-Identifier: Apache-2.0
// Takes reports, writes lines, writes checkpoints, and waits where the disk is full.
#include "core/session/run_writer.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/guard.h"
#include "core/session/run_log.h"
#include "core/session/training_run.h"

namespace vitrine {

namespace {

using std::chrono::milliseconds;

constexpr double tryAgainSeconds = 0.5, lookSeconds = 1;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool isChapter(EventKind kind) { return kind == EventKind::EpochDone; }

Error logTrouble(const std::string& path, int error) {
    const FileAction action{path, "write the log", "Its lines wait in memory; the run is paused."};
    const auto folder = folderOf(path);
    Error trouble =
        isNoSpace(error) ? noSpaceError(action, error, folder, 0) : fileError(action, error);
    if (trouble.next.empty()) trouble.next = "Free space, then go on.";
    return trouble;
}

}  // namespace

RunWriter::RunWriter(TrainingRun& run, LogFile log, RunIdentity identity)
    : m_run(run), m_identity(std::move(identity)), m_log(std::move(log)) {
    m_end = m_log.size();
    m_pending.reserve(mostWaiting + (size_t{1} << 20));  // never grows: adding a line cannot fail
    m_nextLook = now() + lookSeconds;
    m_toldPlace = run.folder().path();
    m_lastStep.step = run.resumedAtStep();
    m_firstNews = m_toldEnd = m_end;
    m_thread = std::thread([this] { work(); });
}

RunWriter::~RunWriter() {
    m_quit.store(true, std::memory_order_release);
    wake();
    m_thread.join();
}

// The trainer's side.

void RunWriter::wake() {
    {
        const std::lock_guard lock(m_mutex);
        m_isWoken = true;
    }
    m_wake.notify_one();
}

void RunWriter::push(const Report& report) {
    while (!m_reports.push(report)) {
        wake();
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    m_added.fetch_add(1, std::memory_order_release);
}

void RunWriter::add(const StepRecord& record) {
    push({.kind = Report::Kind::Step, .step = record, .event = {}});
    constexpr int64_t seldom = 1024;
    if (record.step % seldom == 0 && m_reports.isHalfFull()) wake();
}

void RunWriter::add(const RunEvent& event) {
    push({.kind = Report::Kind::Event, .step = {}, .event = event});
    wake();
}

void RunWriter::add(Error remark) {
    const std::lock_guard lock(m_mutex);
    m_notes.push_back(remarkLine(remark));
    m_remarks.push_back(std::move(remark));
}

Snapshot* RunWriter::checkpointBuffer() {
    return m_bufferIsBusy.load(std::memory_order_acquire) ? nullptr : &m_snapshot;
}

void RunWriter::checkpointFilled() {
    m_bufferIsBusy.store(true, std::memory_order_release);
    push({.kind = Report::Kind::Checkpoint, .step = {}, .event = {}});
    wake();
}

Error RunWriter::trouble() const {
    const std::lock_guard lock(m_mutex);
    return m_trouble;
}

Result<void> RunWriter::settle(RunEnd end, const std::atomic<bool>& quit) {
    std::unique_lock lock(m_mutex);
    m_settling = Settling{end, {}};
    m_isWoken = true;
    m_wake.notify_one();
    while (!m_settling->result) {
        if (quit.load(std::memory_order_relaxed)) return stoppedError();
        m_settledNow.wait_for(lock, milliseconds(20));
    }
    return *m_settling->result;
}

// Whoever watches.

void RunWriter::note(std::string line) {
    const std::lock_guard lock(m_mutex);
    m_notes.push_back(std::move(line));
}

bool RunWriter::nextRemark(Error& remark) {
    const std::lock_guard lock(m_mutex);
    if (m_remarks.empty()) return false;
    remark = std::move(m_remarks.front());
    m_remarks.erase(m_remarks.begin());
    return true;
}

void RunWriter::waitForNews(int timeout) {
    std::unique_lock lock(m_mutex);
    const uint64_t seen = m_newsCount;
    m_newsCame.wait_for(lock, milliseconds(timeout), [&] { return m_newsCount != seen; });
}

void RunWriter::flush() {
    const int64_t wanted = m_added.load(std::memory_order_acquire);
    const double giveUp = now() + 5;
    while (m_processed.load(std::memory_order_acquire) < wanted && now() < giveUp) {
        wake();
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

// The writer's thread.

void RunWriter::work() {
    for (;;) {
        const bool isLast = m_quit.load(std::memory_order_acquire);
        bool wasBusy = false;
        try {
            wasBusy = turn(isLast);
            setTrouble(m_memoryTrouble, {});
        } catch (const std::bad_alloc&) {
            setTrouble(m_memoryTrouble, outOfMemoryError("writing the record of the run"));
        }
        if (isLast && !wasBusy) return;
        rest(wasBusy);
    }
}

/// False where nothing was there to be taken.
bool RunWriter::turn(bool isLast) {
    const bool wasBusy = takeReports();
    takeNotes();
    if (isLast || mayTryAgain()) {
        writePending();
        saveCheckpoint();
        lookAfterFolder();
    }
    settleWhereAsked();
    letGoWhenOver();
    m_processed.store(m_taken, std::memory_order_release);
    return wasBusy;
}

/// In trouble, only now and then.
bool RunWriter::mayTryAgain() {
    if (!isInTrouble()) return true;
    const bool isAsked = [&] {
        const std::lock_guard lock(m_mutex);
        return m_settling && !m_settling->result;
    }();
    if (!isAsked && now() < m_nextTry) return false;
    m_nextTry = now() + tryAgainSeconds;
    return true;
}

bool RunWriter::takeReports() {
    constexpr int mostAtOnce = 1 << 13;  // then they are written
    int taken = 0;
    for (; taken < mostAtOnce && m_pending.size() < mostWaiting; ++taken, ++m_taken) {
        if (Report report; !m_inHand && m_reports.pop(report)) m_inHand = report;
        if (!m_inHand) break;
        take(*m_inHand);
        m_inHand.reset();
    }
    if (taken == 0) return false;
    {
        const std::lock_guard lock(m_mutex);
        ++m_newsCount;
    }
    m_newsCame.notify_all();
    return true;
}

void RunWriter::take(const Report& report) {
    if (m_taken == 0) addLine(startLine(m_run));
    switch (report.kind) {
        case Report::Kind::Step: {
            std::array<char, longestStepLine> text;
            addLine({text.data(), writeStepLine(report.step, text)});
            m_lastStep = report.step;
            tell({.isStep = true, .step = report.step, .event = {}});
            return;
        }
        case Report::Kind::Event:
            return takeEvent(report.event);
        case Report::Kind::Checkpoint:
            m_checkpointWaits = true;
            m_checkpointAfter = m_end;
            return;
    }
}

void RunWriter::takeEvent(const RunEvent& event) {
    if (event.kind == EventKind::EpochDone) m_lastEpoch = event;
    m_isOver = m_isOver || event.kind == EventKind::Finished || event.kind == EventKind::Stopped ||
               isFailure(event.kind);
    if (const std::string line = eventLine(m_run, event); !line.empty()) addLine(line);
    if (event.kind == EventKind::Finished) addLine(doneLine(m_run, m_lastStep, m_lastEpoch));
    tell({.isStep = false, .step = {}, .event = event});
}

void RunWriter::addLine(std::string_view line) {
    m_pending += line;
    m_pending += '\n';
    m_end += static_cast<int64_t>(line.size()) + 1;
}

/// Steps and epochs can be read again from the log; all other events come seldom and have a ring of
/// their own.
void RunWriter::tell(News news) {
    news.begin = m_toldEnd;
    news.end = m_end;
    if (!news.isStep && !isChapter(news.event.kind)) {
        const bool isMinor = news.event.kind == EventKind::CheckpointSaved;
        if (!isMinor || !m_events.isHalfFull()) m_events.push(news);
        return;
    }
    m_toldEnd = m_end;
    if (!m_news.push(news)) m_droppedEnd.store(m_end, std::memory_order_release);
}

void RunWriter::takeNotes() {
    const std::lock_guard lock(m_mutex);
    for (const std::string& line : m_notes)
        if (!m_hasLetGo) addLine(line);
    m_notes.clear();
}

void RunWriter::writePending() {
    if (m_pending.empty()) return setTrouble(m_logTrouble, {});
    int error = 0;
    const int64_t taken = m_log.append(m_pending, error);
    m_pending.erase(0, static_cast<size_t>(taken));
    m_written.store(m_log.size(), std::memory_order_release);
    if (error == 0) return setTrouble(m_logTrouble, {});
    setTrouble(m_logTrouble, logTrouble(m_run.folder().logPath(), error));
}

/// The log comes first: a run that goes on from a checkpoint has every step before it in its log.
void RunWriter::saveCheckpoint() {
    if (!m_checkpointWaits || m_log.size() < m_checkpointAfter) return;
    if (!m_log.sync())
        return setTrouble(m_saveTrouble, logTrouble(m_run.folder().logPath(), errno));
    const Result<void> saved = m_run.saveCheckpoint(m_snapshot, m_identity);
    if (!saved) return setTrouble(m_saveTrouble, saved.error());
    setTrouble(m_saveTrouble, {});
    RunEvent event;
    event.kind = EventKind::CheckpointSaved;
    event.step = m_snapshot.position.step;
    event.epoch = m_snapshot.position.epoch;
    m_checkpointWaits = false;
    m_bufferIsBusy.store(false, std::memory_order_release);
    takeEvent(event);
    writePending();
}

/// Somebody may have moved or deleted it.
void RunWriter::lookAfterFolder() {
    if (m_hasLetGo) return;
    tellOfMove();
    if (now() < m_nextLook) return;
    m_nextLook = now() + lookSeconds;
    const auto place = m_run.folder().place();
    if (!place) return setTrouble(m_folderTrouble, place.error());
    if (const Result<void> whole = lookAfterLog(); !whole)
        return setTrouble(m_folderTrouble, whole.error());
    setTrouble(m_folderTrouble, {});
    tellOfMove();
}

/// A log that somebody deleted or replaced is written again.
Result<void> RunWriter::lookAfterLog() {
    const std::string path = m_run.folder().logPath();
    if (m_log.isWhole(path)) return {};
    // Not where the whole folder is being moved just now: the next look finds it.
    const auto isMoved = [&] {
        return !m_run.folder().place() || m_run.folder().logPath() != path;
    };
    if (isMoved()) return {};
    const int64_t before = m_log.size();
    std::string aside;
    const Result<void> isBack = m_log.putBack(path, aside);
    if (!isBack && isMoved()) return {};
    if (!isBack) return isBack;
    Error remark{
        "D01",
        fmt::format("'{}' was deleted or changed while the run was going on", printable(path)),
        {},
        "It was written again, with every line.",
        {}};
    if (m_log.size() < before)
        remark.kept = fmt::format("{} at its end, or more, are lost; the run goes on.",
                                  sizeText(before - m_log.size()));
    if (!aside.empty()) remark.kept += fmt::format(" What stood there is '{}'.", printable(aside));
    const std::lock_guard lock(m_mutex);
    m_remarks.push_back(std::move(remark));
    return {};
}

/// The run's folder is free for whoever goes on with it, while this one may still be looked at.
void RunWriter::letGoWhenOver() {
    if (!m_isOver || m_hasLetGo || !isLevel() || isInTrouble()) return;
    m_hasLetGo = true;
    m_run.folder().letGo();
}

/// Whoever looked for the folder has found it elsewhere.
void RunWriter::tellOfMove() {
    const std::string place = m_run.folder().path();
    if (place == m_toldPlace) return;
    Error moved{"P12",
                fmt::format("run folder '{}' has been moved to '{}'", printable(m_toldPlace),
                            printable(place)),
                {},
                "The run goes on there.",
                {}};
    m_toldPlace = place;
    note(fmt::format(R"({{"event":"moved","step":{}}})", m_lastStep.step));
    const std::lock_guard lock(m_mutex);
    m_remarks.push_back(std::move(moved));
}

void RunWriter::setTrouble(std::optional<Error>& place, std::optional<Error> trouble) {
    if (!place && !trouble) return;
    place = std::move(trouble);
    const std::lock_guard lock(m_mutex);
    const std::optional<Error>* worst = nullptr;
    for (const auto* one : {&m_folderTrouble, &m_saveTrouble, &m_logTrouble, &m_memoryTrouble})
        if (!worst && *one) worst = one;
    if (worst) m_trouble = **worst;
    m_isInTrouble.store(worst != nullptr, std::memory_order_release);
}

void RunWriter::settleWhereAsked() {
    RunEnd end;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_settling || m_settling->result) return;
        end = m_settling->end;
    }
    if (!isInTrouble() && !isLevel()) return;  // more has come meanwhile
    Result<void> result;
    if (isInTrouble())
        result = trouble();
    else if (end == RunEnd::Finished)
        result = m_run.saveFinalWeights();
    {
        const std::lock_guard lock(m_mutex);
        m_settling->result = std::move(result);
    }
    m_settledNow.notify_all();
}

void RunWriter::rest(bool wasBusy) {
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, milliseconds(wasBusy ? 5 : 100), [&] { return m_isWoken; });
    m_isWoken = false;
}

}  // namespace vitrine
