// SPDX-License-Identifier: GPL-3.0-or-later
// SamplesModel: a page of images of a data set, with labels and, where known, what the network took
// them for.
#pragma once

#include <QAbstractListModel>
#include <QImage>

#include <memory>
#include <vector>

#include "core/session/project.h"
#include "gui/models/column_text.h"
#include "gui/models/confusion.h"

namespace vitrine::gui {

enum class DataPart { Training, Test };

/// Window thread. Pictures are made when they are asked for.
class SamplesModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        PictureRole = Qt::UserRole,  ///< QImage in its own size
        TruthRole,        ///< class name or numbers; without such a column the number in the set
        PredictedRole,    ///< class name, or that there was no answer; empty where nobody asked
        ProbabilityRole,  ///< of the predicted class; invalid without an answer
        IndexRole         ///< in the image set
    };
    static constexpr int samplesPerPage = 200;

    using QAbstractListModel::QAbstractListModel;

    /// Which columns are pictures and words.
    void setColumns(const ShownColumns& columns);
    /// All images of a part, in their order. `data` may be null.
    void showAll(std::shared_ptr<const Dataset> data, DataPart part);
    /// Chosen images of the test set.
    void showChosen(std::shared_ptr<const Dataset> data, std::vector<Sample> samples);
    /// Pictures as the network sees them: x = (byte / 255 − mean) / std, with 0 in the middle of
    /// the grey scale.
    void setNormalisation(const Normalisation& normalisation);
    void setNormalised(bool normalised);
    void setPage(int page);

    int page() const { return m_page; }
    int pages() const;
    /// On all pages.
    int64_t samples() const;
    /// What black and white stand for in the pictures.
    std::pair<double, double> range() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    const ExampleSet& examples() const;
    Sample sampleAt(int row) const;
    QString truthOf(const Sample& sample) const;
    QString className(int label) const;
    QImage pictureOf(const Sample& sample) const;
    QString describe(const Sample& sample) const;

    std::shared_ptr<const Dataset> m_data;
    ShownColumns m_columns;
    DataPart m_part = DataPart::Training;
    bool m_isChosen = false, m_isNormalised = false;
    std::vector<Sample> m_chosen;
    Normalisation m_normalisation;
    int m_page = 0;
};

}  // namespace vitrine::gui
