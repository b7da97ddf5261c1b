// SPDX-License-Identifier: GPL-3.0-or-later
// What the thread uses is its own copy.
#include "gui/bridge/run_opener.h"

namespace vitrine::gui {

RunOpener::RunOpener(QObject* parent) : QObject(parent) {
    connect(&m_opening, &BackgroundWork::finished, this, &RunOpener::ended);
}

void RunOpener::open(Project project, std::shared_ptr<const Dataset> data, LiveOptions options) {
    m_stop = {};
    options.stop = m_stop.get_token();
    m_opening.run(
        what, [project = std::move(project), data = std::move(data), options = std::move(options)] {
            return LiveRun::open(project, data, options);
        });
}

void RunOpener::resume(std::string folder, DataRequest request, std::string device) {
    m_stop = {};
    request.stop = m_stop.get_token();
    m_opening.run(
        what, [folder = std::move(folder), request = std::move(request),
               device = std::move(device)] { return LiveRun::resume(folder, request, device); });
}

void RunOpener::abandon() { m_stop.request_stop(); }

void RunOpener::shutDown() {
    abandon();
    m_opening.waitForFinished();
}

}  // namespace vitrine::gui
