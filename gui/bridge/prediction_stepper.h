// SPDX-License-Identifier: GPL-3.0-or-later
// PredictionStepper: a prediction that a person steps through, beside any run.
#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/session/live_run.h"
#include "core/session/stepped_prediction.h"
#include "gui/bridge/background.h"

namespace vitrine::gui {

/// Values for every input of a network, or why there are none. Any thread.
using PredictionQuestion = std::function<Result<std::vector<std::vector<std::byte>>>(
    const std::vector<PredictorInput>& inputs)>;

/// What is to be stepped through.
struct PredictionRequest {
    QString subject;  ///< as it stands in a sentence: `test example 7`
    PredictionQuestion question;
};

/// Where a prediction stands.
struct PredictionPlace {
    QString subject = {};
    UsedWeights weights = {};
    int entry = 0;  ///< that runs next; = entries behind the last one
    int entries = 0;
    /// What the entry that has just run made, where that is not finite.
    ValueId nonFinite = noValue;
    std::vector<PredictedOutput> outputs = {};  ///< behind the last entry
    bool isAtEnd() const { return entry == entries; }
};

/// Window thread. Compiles and computes on a thread of its own, one thing after the other, with a
/// network and memory of its own: whatever trains meanwhile is not touched.
class PredictionStepper : public QObject {
    Q_OBJECT
  public:
    explicit PredictionStepper(QObject* parent = nullptr);
    ~PredictionStepper() override { shutDown(); }

    /// Leaves the one that is there. `states`: null for the weights that a run would start with.
    /// opened() or failed() follows.
    void begin(const Project& project, std::shared_ptr<const Snapshot> states, StopRequest stops,
               PredictionRequest request);
    /// At once; what is being computed ends in the background.
    void leave();
    /// Waits for what is being computed; nothing is told.
    void shutDown();

    /// Stands before the first entry, or further on.
    bool isOpen() const { return m_tape != nullptr; }
    bool isCompiling() const { return m_wanted.has_value(); }
    bool isThere() const { return isOpen() || isCompiling(); }
    /// Of what is being compiled or stepped through.
    const QString& subject() const { return m_place.subject; }
    /// While it is open: where it stood when the newest command was carried out.
    const PredictionPlace& place() const { return m_place; }
    const std::shared_ptr<const Tape>& tape() const { return m_tape; }
    const StopRequest& stops() const { return m_stops; }

    // Each is carried out behind those before it. Nothing happens where none is open.
    void setStops(StopRequest stops);
    void stepEntry();  ///< what only prepares weights (preparationOf) is one step
    void stepBack();
    void run();  ///< to the end, or to what stops it before
    void runTo(int entry);
    void runToNode(const std::string& node);
    void edit(ValueId value, int64_t element, double number);
    /// A newer question replaces an older one. answered() follows.
    void ask(const ValueQuery& query);

  Q_SIGNALS:
    void opened();
    void moved();
    void left();
    void answered(const vitrine::ValueSnapshot& snapshot);
    /// It has come to nothing, and none is open any more: told behind left() where one was.
    void failed(const vitrine::Error& error);

  private:
    struct Wanted {
        Project project;
        std::shared_ptr<const Snapshot> states;
        StopRequest stops;
        PredictionRequest request;
    };
    /// What a piece of work has come to.
    struct Outcome {
        std::unique_ptr<SteppedPrediction> network = {};  ///< that has been compiled
        std::shared_ptr<const Tape> tape = {};            ///< of that
        PredictionPlace place = {};
        std::optional<ValueSnapshot> answer = {};  ///< none: it has moved
    };
    using Command = std::function<DebugStop(SteppedPrediction&)>;
    static Result<Outcome> compiled(const Wanted& wanted, const std::stop_token& stop);
    static PredictionPlace placeOf(const SteppedPrediction& network, const DebugStop& stop);
    void add(Command command);
    void workOn();
    void take();
    void takeOutcome(Outcome outcome);
    bool forget();

    Background<Result<Outcome>> m_work;
    std::stop_source m_stop;                       ///< of compiling
    std::optional<Wanted> m_wanted;                ///< is compiled, or will be
    bool m_isUnwanted = false;                     ///< what is being worked on has been left
    std::unique_ptr<SteppedPrediction> m_network;  ///< the work's while that is running
    std::shared_ptr<const Tape> m_tape;
    StopRequest m_stops;
    PredictionPlace m_place;
    std::deque<Command> m_commands;
    std::optional<ValueQuery> m_query;
};

}  // namespace vitrine::gui
