// SPDX-License-Identifier: Apache-2.0
// The lines of log.jsonl: one JSON object for each step and each event that a reader of the run
// wants to know of, and back. Numbers have a point whatever the locale.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/probe/records.h"
#include "core/train/channels.h"

namespace vitrine {

class TrainingRun;
struct TrainingSettings;

std::string startLine(TrainingRun& run);
std::string stepLine(const StepRecord& record);
/// The same into `text`, without allocation; how many characters it has.
constexpr size_t longestStepLine = 256 + mostChannels * 32;
size_t writeStepLine(const StepRecord& record, std::span<char, longestStepLine> text);
/// Empty for events that say nothing about the result: pauses and stop points.
std::string eventLine(TrainingRun& run, const RunEvent& event);
/// Of something that a person was told.
std::string remarkLine(const Error& remark);
/// `lastEpoch`: of kind EpochDone, or without epochs where none has ended.
std::string doneLine(TrainingRun& run, const StepRecord& last, const RunEvent& lastEpoch);

/// `test_loss`, then the metrics as `test_accuracy`, with what an evaluation gave.
std::vector<std::pair<std::string, double>> namedScores(const RunEvent& event,
                                                        const Channels& channels);
/// The same for people, without the first name: `0.0512 (digit 0.05, parity 0.02), accuracy 98.1
/// %`.
std::string scoreText(const RunEvent& event, const Channels& channels, std::string_view between);

/// Why a run has ended before its last epoch, for people.
std::string endedEarlyText(const TrainingSettings& training, const RunEvent& event);
/// Of UpdateLeftOut and LossScaleRaised.
std::string lossScaleText(const RunEvent& event);

/// A step line, as this program writes it and as others may; a number that JSON cannot hold is NaN.
bool readStepLine(std::string_view line, StepRecord& record);
/// `names`: gets the names of its numbers, unless null.
bool readEpochLine(std::string_view line, RunEvent& event, ChannelNames* names = nullptr);

}  // namespace vitrine
