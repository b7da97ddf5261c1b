// SPDX-License-Identifier: Apache-2.0
// RunWorld: what is around the run's state machine (a person, a document, data, an opener, an
// engine), each by its simplest rules, at random.
#pragma once

#include <QStringList>

#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gui/bridge/run_machine.h"

namespace vitrine::test {

/// Lets something happen, carries out what the machine says, and notes where that cannot be right.
/// A function of the seed.
class RunWorld {
  public:
    explicit RunWorld(uint64_t seed) : m_random(seed) {}

    /// Anything that can happen now.
    void act();
    /// What goes on by itself; false where nothing does any more.
    bool settle();

    const gui::run_machine::State& state() const { return m_machine; }
    /// What went wrong; empty: nothing.
    QString complaint() const { return m_complaint; }
    /// The last events with what followed, for people.
    QString story() const { return m_story.join('\n'); }
    /// How often each kind of thing has been done.
    int openings() const { return m_openings; }
    int carriedOut() const { return m_carriedOut; }

  private:
    /// One thing that may happen, with its share of the chances.
    struct Chance {
        int weight = 1;
        void (RunWorld::*happen)() = nullptr;
    };
    std::vector<Chance> ofPerson() const;
    std::vector<Chance> ofItself() const;
    bool draw(const std::vector<Chance>& chances);
    int upTo(int count) { return static_cast<int>(m_random() % static_cast<unsigned>(count)); }

    // A person and the document.
    void want();
    void pause();
    void stepBack();
    void stop();
    void takeFreshWeights();
    void resume();
    void askForPastWeights();
    void edit();
    void replaceDocument();

    // What goes on by itself.
    void dataSettle();
    void openingEnds();
    void pastWeightsAreRead();
    void engineGoesOn();
    void engineCannotSave();
    void engineLosesDevice();
    void engineIsSeen();
    void weightsCome();
    void roomIsLookedFor();

    void feed(gui::run_machine::Event event);
    void carryOut(const gui::run_machine::Effect& effect);
    void carryOut(gui::run_machine::effect::Do what);
    void carryOut(gui::run_machine::effect::Command command);
    void carryOut(const gui::run_machine::effect::CarryOut& wanted);
    void open();
    void letGo();
    void check();
    void checkSignals(const gui::run_machine::State& before,
                      const std::vector<gui::run_machine::Effect>& effects);
    void complainUnless(bool isRight, const char* what);
    gui::run_machine::Facts facts() const;

    std::mt19937_64 m_random;
    gui::run_machine::State m_machine;
    std::deque<gui::run_machine::Event> m_next;
    QString m_complaint;
    QStringList m_story;
    int m_openings = 0, m_carriedOut = 0;

    std::string m_drawn = "A";
    bool m_hasNodes = true, m_hasData = true, m_isLoading = false, m_isLoadAbandoned = false;
    bool m_isOpening = false, m_isOpeningAbandoned = false, m_isOpened = false;
    std::string m_compiled;  ///< essence of what is being opened
    bool m_isReading = false;
    gui::RunPhase m_engine = gui::RunPhase::None;
    bool m_isStopAsked = false, m_areWeightsAsked = false, m_isRoomLookedFor = false;
    bool m_hasFailedToSave = false;  ///< the window has yet to hear of it
    /// What a person wants that has neither been done nor refused nor taken back.
    std::optional<gui::Wish> m_wish;
};

}  // namespace vitrine::test
