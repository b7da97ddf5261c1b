// SPDX-License-Identifier: GPL-3.0-or-later
// SampleFinder: looks for examples without holding the window up.
#pragma once

#include <QObject>

#include <stop_token>

#include "gui/bridge/background.h"
#include "gui/models/sample_query.h"

namespace vitrine::gui {

/// Window thread. Few examples are looked through at once, many on a thread of its own; a newer
/// question ends an older one.
class SampleFinder : public QObject {
    Q_OBJECT
  public:
    /// Looked through in a few milliseconds.
    static constexpr int64_t few = 20'000;

    explicit SampleFinder(QObject* parent = nullptr);
    ~SampleFinder() override;

    void setSource(const SampleSource& source);
    void setQuery(const SampleQuery& query);
    const SampleSource& source() const { return m_source; }
    const SampleQuery& query() const { return m_query; }
    const FoundSamples& found() const { return m_found; }
    bool isSearching() const { return m_work.isRunning(); }

  Q_SIGNALS:
    /// found() answers the query; `isSameQuestion`: as before, about something newer.
    void changed(bool isSameQuestion);

  private:
    void find();
    void isDone();
    bool isQuick() const;
    void take(FoundSamples found);

    struct Answer {
        std::optional<FoundSamples> found;
        std::optional<Error> error;
        Answer(std::optional<FoundSamples> places) : found(std::move(places)) {}
        Answer(Error failure) : error(std::move(failure)) {}
    };
    SampleSource m_source;
    SampleQuery m_query, m_answered;
    FoundSamples m_found;
    Background<Answer> m_work;
    std::stop_source m_stop;
    bool m_isStale = false;
};

}  // namespace vitrine::gui
