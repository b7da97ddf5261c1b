// SPDX-License-Identifier: Apache-2.0
// States and effects of the run's state machine in a line, so that rows of tests can be read.
#pragma once

#include <QString>

#include <span>

#include "gui/bridge/run_machine.h"

namespace vitrine::test {

/// `train`, `batch`, `entry`, `node fc`, `to 7`.
QString textOf(const gui::Wish& wish);
/// What is under way: `idle`, `replacing(train)`, `data(train)`, `opener(train)`,
/// `opening(new, train)`, `opening(resume, -)`.
QString textOf(const gui::run_machine::Start& start);
/// Run, what is under way, and what else is so: `Running differs · idle`,
/// `Paused 3.2 · replacing(train)`, `none · idle · abandoned · refused P10`.
QString textOf(const gui::run_machine::State& state);
/// A word for each, with a blank between them: signals end in `!`, commands to the run begin with
/// `run.`: `stop_point! run.stop open(new) refuse(P10)`.
QString textOf(std::span<const gui::run_machine::Effect> effects);

}  // namespace vitrine::test
