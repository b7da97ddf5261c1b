// SPDX-License-Identifier: Apache-2.0
// A loss that comes at the same place each time is the run's own doing.
#include "core/session/device_losses.h"

#include <algorithm>

#include "core/session/training_run.h"

namespace vitrine {

bool DeviceLosses::isToGoOn(TrainingRun& run) {
    return run.hasLostDevice() && isWorthAnotherTry(run.trainer().position().step);
}

bool DeviceLosses::isWorthAnotherTry(int64_t step) {
    m_inARow = step > m_furthest ? 1 : m_inARow + 1;
    m_furthest = std::max(m_furthest, step);
    return m_inARow < mostAtOnePlace;
}

TrainingRun::Opened openAfterLoss(std::unique_ptr<TrainingRun> lost, RunRequest request) {
    const std::string folder = lost->folder().path(), project = lost->folder().projectPath();
    lost.reset();  // it holds the folder
    RunRequest again;
    again.project = project;
    again.data = std::move(request.data);
    again.wishes.path = std::move(request.wishes.path);
    again.threads = request.threads;
    again.device = std::move(request.device);
    again.devices = request.devices;
    again.checkpointEverySeconds = request.checkpointEverySeconds;
    again.overfitOneBatch = request.overfitOneBatch;
    again.stop = request.stop;
    again.folder = folder;
    again.resume = true;
    return TrainingRun::open(std::move(again));
}

}  // namespace vitrine
