// SPDX-License-Identifier: Apache-2.0
// RunWriter: the thread that keeps the record of a run. It owns log and checkpoints; the trainer
// hands its reports over and goes on, and whoever watches takes news from here and may stall.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/probe/ring.h"
#include "core/session/log_file.h"
#include "core/session/run_folder.h"
#include "core/train/run_sink.h"

namespace vitrine {

class TrainingRun;

/// A step or an event for whoever watches, and where its line lies in the log. Events without a
/// line have begin = end.
struct News {
    int64_t begin = 0, end = 0;
    bool isStep = false;
    StepRecord step;
    RunEvent event;
};

class RunWriter : public RunSink {
  public:
    /// Lines that wait in memory while the disk takes none; past that nothing more is taken from
    /// the trainer.
    static constexpr size_t mostWaiting = size_t{64} << 20;

    /// The start line comes with the first report. `run` must outlive this. Throws
    /// std::system_error where there is no thread to be had.
    RunWriter(TrainingRun& run, LogFile log, RunIdentity identity);
    /// Writes what is left.
    ~RunWriter() override;

    // The trainer's thread: see RunSink.
    void add(const StepRecord& record) override;
    void add(const RunEvent& event) override;
    void add(Error remark) override;
    Snapshot* checkpointBuffer() override;
    void checkpointFilled() override;
    bool isInTrouble() const override { return m_isInTrouble.load(std::memory_order_acquire); }
    Error trouble() const override;
    Result<void> settle(RunEnd end, const std::atomic<bool>& quit) override;

    // Any thread.
    /// A line of somebody else's into the log.
    void note(std::string line);
    /// Things to tell a person: the folder has been moved.
    bool nextRemark(Error& remark);
    /// Waits until something is new, at most that long.
    void waitForNews(int milliseconds);
    /// Waits until everything that was added is in news and log, at most a few seconds: once the
    /// trainer stands still.
    void flush();

    // One thread that watches: through RunFeed.
    bool nextNews(News& news) { return m_news.pop(news); }
    bool nextEvent(News& news) { return m_events.pop(news); }
    /// Where the last line ends that did not fit into the news.
    int64_t droppedEnd() const { return m_droppedEnd.load(std::memory_order_acquire); }
    /// The log up to here can be read.
    int64_t written() const { return m_written.load(std::memory_order_acquire); }
    int64_t firstNews() const { return m_firstNews; }
    const LogFile& log() const { return m_log; }

  private:
    struct Report {
        enum class Kind : uint8_t { Step, Event, Checkpoint };
        Kind kind = Kind::Step;
        StepRecord step;
        RunEvent event;
    };
    struct Settling {
        RunEnd end = RunEnd::Stopped;
        std::optional<Result<void>> result;
    };

    void wake();
    void push(const Report& report);
    void work();
    bool turn(bool isLast);
    bool takeReports();
    void take(const Report& report);
    void takeEvent(const RunEvent& event);
    void takeNotes();
    void addLine(std::string_view line);
    void tell(News news);
    void writePending();
    void saveCheckpoint();
    void lookAfterFolder();
    Result<void> lookAfterLog();
    void tellOfMove();
    void letGoWhenOver();
    void settleWhereAsked();
    bool isLevel() const {
        return m_taken == m_added.load(std::memory_order_acquire) && m_pending.empty() &&
               !m_checkpointWaits;
    }
    bool mayTryAgain();
    void setTrouble(std::optional<Error>& place, std::optional<Error> trouble);
    void rest(bool wasBusy);

    TrainingRun& m_run;
    const RunIdentity m_identity;

    // The writer's thread.
    LogFile m_log;
    std::string m_pending;  ///< whole lines that are not in the file yet
    int64_t m_end = 0;      ///< of the last line, written or not
    int64_t m_firstNews = 0, m_toldEnd = 0;
    int64_t m_taken = 0;  ///< reports
    bool m_isOver = false, m_hasLetGo = false;
    bool m_checkpointWaits = false;
    int64_t m_checkpointAfter = 0;  ///< end of the lines that come before it
    std::optional<Error> m_logTrouble, m_saveTrouble, m_folderTrouble, m_memoryTrouble;
    std::optional<Report> m_inHand;  ///< taken from the ring, not yet in log and news
    std::string m_toldPlace;         ///< of the folder
    double m_nextTry = 0, m_nextLook = 0;
    StepRecord m_lastStep;
    RunEvent m_lastEpoch;

    // Between threads.
    Ring<Report> m_reports{1 << 14};
    Snapshot m_snapshot;  ///< whoever does not own it leaves it alone
    std::atomic<bool> m_bufferIsBusy{false}, m_isInTrouble{false}, m_quit{false};
    std::atomic<int64_t> m_written{0}, m_droppedEnd{0}, m_added{0}, m_processed{0};
    Ring<News> m_news{1 << 14}, m_events{1 << 10};

    mutable std::mutex m_mutex;  ///< guards what follows
    std::condition_variable m_wake, m_newsCame, m_settledNow;
    bool m_isWoken = false;
    uint64_t m_newsCount = 0;
    Error m_trouble;
    std::optional<Settling> m_settling;
    std::vector<std::string> m_notes;
    std::vector<Error> m_remarks;

    std::thread m_thread;  ///< last
};

}  // namespace vitrine
