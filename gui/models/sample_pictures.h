// SPDX-License-Identifier: GPL-3.0-or-later
// SamplePictures: pictures of examples, made on a thread of its own and kept for a while.
#pragma once

#include <QCache>
#include <QImage>
#include <QObject>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "gui/models/sample_picture.h"

namespace vitrine::gui {

/// Window thread. What costs no more than to read memory is made at once.
class SamplePictures : public QObject {
    Q_OBJECT
  public:
    static constexpr qsizetype mostBytes = 64 << 20;

    explicit SamplePictures(QObject* parent = nullptr);
    ~SamplePictures() override;

    /// Other pictures from now on.
    void setLook(const PictureLook& look, std::shared_ptr<const SampleTable> table);
    const PictureLook& look() const { return m_look; }
    /// Null where it is not there yet; made() follows then. Who asks last is served first.
    QImage at(int64_t place);

  Q_SIGNALS:
    /// Pictures that were asked for are there.
    void made();
    /// On the thread that makes them, for this class alone.
    void oneMade();

  private:
    struct Work {
        PictureLook look;
        std::shared_ptr<const SampleTable> table;
        int64_t place = 0;
        uint64_t round = 0;  ///< of setLook
    };
    struct Made {
        int64_t place = 0;
        uint64_t round = 0;
        QImage picture;
    };
    void ask(int64_t place);
    void work();
    void take();

    PictureLook m_look;
    std::shared_ptr<const SampleTable> m_table;
    QCache<int64_t, QImage> m_kept;
    uint64_t m_round = 0;
    // Between the threads, with m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Work> m_asked;  ///< the newest in front
    std::vector<Made> m_made;
    bool m_isEnding = false;
    std::thread m_thread;  ///< from the first question on
};

}  // namespace vitrine::gui
