// SPDX-License-Identifier: GPL-3.0-or-later
// Training bar: buttons of the run, its main settings, and how far it is.
#pragma once

#include <QToolBar>

#include "core/probe/records.h"
#include "core/session/project.h"
#include "gui/bridge/view_context.h"
#include "gui/models/run_words.h"
#include "gui/widgets/typed_line.h"

class QComboBox;

namespace vitrine::gui {

class DeviceBox;
class PrecisionBox;
class WordedProgress;

class TrainingBar : public QToolBar {
    Q_OBJECT
  public:
    TrainingBar(const ViewContext& context, QWidget* parent);
    /// Fields and progress, behind the actions that stand there already.
    void build();

  private:
    void buildFields();
    void buildDevice();
    QAction* addChoice(QComboBox& box, const char* id, const QString& text,
                       const QKeySequence& keys);
    void buildProgress();
    TypedLine* addField(const QString& label, const char* name, const QString& tip, int digits,
                        TypedLine::Commit commit);
    void updateFields();
    void updateProgress();
    void showOpening(double share);
    RunSituation situation() const;
    void forgetRun();
    void takeEvent(const RunEvent& event);
    void takeRecords(const std::vector<StepRecord>& records);
    Result<void> commit(const QString& typed, const WholeSetting& setting,
                        int64_t TrainingSettings::*member, const QString& text);
    Result<void> commitRate(const QString& typed);

    ViewContext m_context;
    TypedLine *m_batch = nullptr, *m_seed = nullptr, *m_rate = nullptr;
    DeviceBox* m_device = nullptr;
    QAction* m_precision = nullptr;  ///< its place in the bar
    QAction* m_choosePrecision = nullptr;
    QComboBox* m_watch = nullptr;
    WordedProgress* m_progress = nullptr;
    double m_loaded = 0;
    QString m_metric;                     ///< of the newest test
    std::optional<RunEvent> m_nonFinite;  ///< the newest stop at what is not finite
    int64_t m_step = 0;                   ///< of the newest record
    double m_seconds = 0, m_secondsPerStep = 0;
    bool m_hasStood = false;  ///< since the newest record: the time until the next one says nothing
};

}  // namespace vitrine::gui
