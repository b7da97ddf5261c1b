// SPDX-License-Identifier: GPL-3.0-or-later
// DataKeeper: the data that the document's settings name, made or read on a thread of its own.
#pragma once

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/session/live_run.h"
#include "gui/bridge/background.h"
#include "gui/document/document.h"

namespace vitrine::gui {

/// Window thread. Follows the document: other settings stop a load that goes on, and another one
/// takes its place. What could not be had is tried again when the settings change or somebody
/// wants it.
class DataKeeper : public QObject {
    Q_OBJECT
  public:
    explicit DataKeeper(Document& document, QObject* parent = nullptr);
    ~DataKeeper() override;

    /// Null before the first and after a failure.
    const std::shared_ptr<const Dataset>& data() const { return m_data; }
    /// Those that data() are made of: as they are stored, without changes and transforms. There too
    /// where only the transforms cannot be done.
    const std::shared_ptr<const Dataset>& stored() const { return m_stored; }
    const std::optional<Error>& error() const { return m_error; }
    /// Are data() there, and what the document asks for now?
    bool isCurrent() const;
    bool isLoading() const { return m_isLoading; }
    double progress() const { return m_progress; }
    void setThreads(int threads) { m_threads = threads; }

    /// Stored data that somebody has read already, for when the document asks for those of
    /// `project`.
    void offer(const Project& project, std::shared_ptr<const Dataset> stored);
    /// Loads at once where data() are not current; settled() follows then.
    void want();
    /// Ends a load that goes on; the error says so then.
    void abandon();
    /// Ends it and waits; what it made is not told.
    void shutDown();

  Q_SIGNALS:
    void changed();         ///< data or error
    void loadingChanged();  ///< isLoading
    void settled();         ///< a load has ended, and no other one follows it

  private:
    struct Pair {
        std::shared_ptr<const Dataset> stored, data;
        std::optional<Error> error = {};  ///< why there are no data, although they could be read
    };
    using Loaded = Result<Pair>;
    static Loaded read(const Project& project, std::shared_ptr<const Dataset> stored,
                       DataRequest request);
    std::string wantedKey() const;
    void follow();
    void forget();
    void load(std::string key);
    std::shared_ptr<const Dataset> storedFor(const std::string& key) const;
    void loaded();
    void publish(const Loaded& result);
    void setLoading(bool loading);

    Document& m_document;
    std::shared_ptr<const Dataset> m_stored, m_data;
    std::string m_storedKey;  ///< which settings m_stored came of
    std::shared_ptr<const Dataset> m_offered;
    std::string m_offeredKey;  ///< the same of m_offered
    std::optional<Error> m_error;
    std::string m_key;         ///< which settings data or error came of
    std::string m_loadingKey;  ///< which settings a load goes on for
    bool m_isLoading = false, m_isAbandoned = false;
    int m_threads = 1;
    QTimer m_delay;
    Background<Loaded> m_loading;
    std::stop_source m_stop;
    std::atomic<double> m_progress{0};
};

}  // namespace vitrine::gui
