// SPDX-License-Identifier: Apache-2.0
// Sums of bytes and of their squares, which are whole numbers in whatever order they are added.
#include "core/session/channel_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

#include "core/data/transform.h"
#include "core/io/project_data.h"

namespace vitrine {

namespace {

struct Sums {
    uint64_t pixels = 0, squares = 0;
};

Error cannotMeasure(std::string message, std::string next) {
    return {"U20", std::move(message), {}, "Mean and deviation are as before.", std::move(next)};
}

/// Position of the column of images to measure.
Result<size_t> imagesOf(const std::vector<Column>& columns, const std::string& named) {
    for (size_t i = 0; i < columns.size(); ++i)
        if (columns[i].isImage() &&
            (named.empty() ? !columns[i].hasClasses() : columns[i].name == named))
            return i;
    return cannotMeasure(named.empty() ? "the data have no images"
                                       : fmt::format("the data have no images named '{}'", named),
                         "Choose data with images, or give mean and deviation by hand.");
}

class Measurement {
  public:
    Measurement(const Dataset& data, size_t column, const StatisticsOptions& options)
        : m_data(data),
          m_column(column),
          m_options(options),
          m_sums(static_cast<size_t>(data.columns[column].shape[0])) {}

    /// False where it was stopped.
    bool run() {
        std::vector<std::thread> threads;
        for (int i = 1; i < m_options.threads; ++i) threads.emplace_back([this] { work(false); });
        work(true);
        for (std::thread& thread : threads) thread.join();
        return !m_options.stop.stop_requested();
    }
    const std::vector<Sums>& sums() const { return m_sums; }

  private:
    void work(bool tells) {
        constexpr int64_t atOnce = 64;
        const int64_t count = m_data.train.count;
        std::vector<Sums> sums(m_sums.size());
        std::vector<std::byte> image(static_cast<size_t>(m_data.columns[m_column].bytes()));
        std::vector<std::span<std::byte>> places(m_data.columns.size());
        places[m_column] = image;
        for (int64_t first = m_next.fetch_add(atOnce); first < count;
             first = m_next.fetch_add(atOnce)) {
            if (m_options.stop.stop_requested()) return;
            for (int64_t i = first; i < std::min(count, first + atOnce); ++i) {
                m_data.train.write(i, {}, places);
                add(image, sums);
            }
            if (tells && m_options.progress)
                m_options.progress(static_cast<double>(first) / static_cast<double>(count));
        }
        const std::lock_guard lock(m_mutex);
        for (size_t c = 0; c < sums.size(); ++c) {
            m_sums[c].pixels += sums[c].pixels;
            m_sums[c].squares += sums[c].squares;
        }
    }

    static void add(std::span<const std::byte> image, std::vector<Sums>& sums) {
        const size_t plane = image.size() / sums.size();
        for (size_t c = 0; c < sums.size(); ++c)
            for (const std::byte byte : image.subspan(c * plane, plane)) {
                const auto pixel = std::to_integer<uint32_t>(byte);
                sums[c].pixels += pixel;
                sums[c].squares += pixel * pixel;
            }
    }

    const Dataset& m_data;
    const size_t m_column;
    const StatisticsOptions& m_options;
    std::atomic<int64_t> m_next{0};
    std::mutex m_mutex;
    std::vector<Sums> m_sums;  ///< of each channel
};

Result<Normalisation> normalisationOf(const std::vector<Sums>& sums, int64_t pixels) {
    std::vector<double> means, deviations;
    const auto count = static_cast<long double>(pixels);
    for (size_t c = 0; c < sums.size(); ++c) {
        const long double mean = static_cast<long double>(sums[c].pixels) / count;
        const long double variance =
            static_cast<long double>(sums[c].squares) / count - mean * mean;
        if (variance <= 0)
            return cannotMeasure(
                fmt::format("all pixels of channel {} are {}: there is no deviation to divide by",
                            c + 1, std::llround(mean)),
                "Choose data with other images, or give mean and deviation by hand.");
        means.push_back(static_cast<double>(mean / 255));
        deviations.push_back(static_cast<double>(std::sqrt(variance) / 255));
    }
    return Normalisation{PerChannel(std::move(means)), PerChannel(std::move(deviations))};
}

}  // namespace

Result<Normalisation> measuredNormalisation(const Dataset& stored, const DataSettings& settings,
                                            const StatisticsOptions& options) {
    Dataset training = changed(stored, settings.changes);
    training.test = {};
    const Result<Dataset> data =
        prepared(training, transformsOf(settings.evaluationTransforms), {});
    if (!data) return data.error();
    const Result<size_t> column = imagesOf(data->columns, options.column);
    if (!column) return column.error();
    if (data->train.count == 0)
        return cannotMeasure("the data have no training images",
                             "Choose data with a training part.");
    Measurement measurement(*data, *column, options);
    if (!measurement.run()) return stoppedError();
    if (const auto trouble = data->train.source->trouble()) return *trouble;
    const Shape& shape = data->columns[*column].shape;
    if (options.progress) options.progress(1);
    return normalisationOf(measurement.sums(), data->train.count * shape[1] * shape[2]);
}

Normalisation rounded(const Normalisation& normalisation) {
    const auto all = [](const PerChannel& numbers, double least) {
        std::vector<double> each;
        for (const double number : numbers.numbers())
            each.push_back(std::max(least, std::round(number * 1e4) / 1e4));
        return PerChannel(std::move(each));
    };
    return {all(normalisation.mean, 0), all(normalisation.std, 1e-4)};
}

}  // namespace vitrine
