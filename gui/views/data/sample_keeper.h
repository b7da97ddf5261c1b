// SPDX-License-Identifier: GPL-3.0-or-later
// SampleKeeper: what is known of every example of the document's data, kept up to date in the
// background.
#pragma once

#include <QObject>

#include <memory>
#include <stop_token>
#include <vector>

#include "gui/bridge/background.h"
#include "gui/models/sample_query.h"

namespace vitrine::gui {

/// Window thread.
class SampleKeeper : public QObject {
    Q_OBJECT
  public:
    explicit SampleKeeper(QObject* parent = nullptr);
    ~SampleKeeper() override;

    /// Other data: answers are put aside, and are there again when the same data are. `stored` may
    /// be null.
    void setData(std::shared_ptr<const Dataset> stored, int classColumn);
    void setChanges(const std::vector<DataChange>& changes);
    /// What examples that are named here are found by, without looking for them.
    void noteNames(std::span<const int64_t> places);
    const std::vector<DataChange>& changes() const { return m_changes; }

    /// Of all examples of a part that `changes` do not exclude. False where they are not as many.
    bool addAnswers(DataPart part, const Predictions& predictions,
                    const std::vector<DataChange>& changes);
    /// Of all examples of a part, with the classes that they have in `asked`.
    bool addAnswers(DataPart part, const Predictions& predictions, const SampleTable& asked);
    /// Those of other data too.
    void clearAnswers();
    /// The network was tried on other data, and what it said is kept until these come back.
    bool hasFormerAnswers() const { return !m_former.data.empty(); }
    /// Reads every picture, once for each data set; changed() follows.
    void lookForDoubles();
    bool isLookingForDoubles() const { return m_looking.isRunning(); }

    const SampleSource& source() const { return m_source; }
    const ClassCounts& counts() const { return m_counts; }

  Q_SIGNALS:
    void changed();

  private:
    struct Made {
        std::shared_ptr<const SampleTable> table;
        ClassCounts counts;
        Made(Error) {}
        Made(std::shared_ptr<const SampleTable> made) : table(std::move(made)) {}
    };
    static Made complete(SampleTable table, const std::vector<DataChange>& changes,
                         std::unordered_map<std::string, int64_t> known,
                         const std::stop_token& stop);
    void make();
    void isMade();
    void take(Made made);
    bool isQuick() const;

    SampleSource m_source;
    ClassCounts m_counts;
    std::vector<DataChange> m_changes;
    std::unordered_map<std::string, int64_t> m_known;
    /// Answers of data that went.
    struct Former {
        std::string data;  ///< its fingerprint; empty: there are none
        int classColumn = -1;
        SampleAnswers answers;
    };
    void putAnswersAside(const Dataset* next, int classColumn);
    void haveLooked();
    Background<Made> m_making;
    Background<Result<std::vector<int32_t>>> m_looking;
    std::shared_ptr<const Dataset> m_lookedAt;
    std::stop_source m_stop, m_stopLooking;
    Former m_former;
    bool m_isStale = false;
};

}  // namespace vitrine::gui
