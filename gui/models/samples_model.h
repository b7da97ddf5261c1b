// SPDX-License-Identifier: GPL-3.0-or-later
// SamplesModel: a page of examples that were looked for, with their labels, what the network took
// them for, and what the project changes of them.
#pragma once

#include <QAbstractListModel>
#include <QImage>

#include <memory>
#include <vector>

#include "gui/models/column_text.h"
#include "gui/models/number_bars.h"
#include "gui/models/sample_pictures.h"
#include "gui/models/sample_query.h"

namespace vitrine::gui {

/// Window thread. Nothing here takes longer the more examples there are.
class SamplesModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        PictureRole = Qt::UserRole,  ///< QImage in its own size; null while it is being made
        TruthRole,        ///< class name or numbers; without such a column the number in the set
        PredictedRole,    ///< class name, or that there was no answer; empty where nobody asked
        ProbabilityRole,  ///< of the predicted class; invalid without an answer
        IndexRole,        ///< in its part
        PlaceRole,        ///< in the SampleTable
        OwnClassRole,     ///< what the data say where the project says another class; else empty
        ExcludedRole,     ///< bool
        LossRole,         ///< invalid where it is not known
        UnreadRole,       ///< bool: its file cannot be read, and the picture is another's, or none
        BarsRole          ///< QList<double>, 0 to 1: numbers of an example that has no picture
    };
    static constexpr int samplesPerPage = 200;

    explicit SamplesModel(QObject* parent = nullptr);

    /// Which columns are pictures and words.
    void setColumns(const ShownColumns& columns);
    /// Stays on its page where `found` answers the same question as before.
    void show(const SampleSource& source, const FoundSamples& found, bool isSameQuestion = false);
    /// Examples through the transforms; null: not there yet.
    void setSeen(std::shared_ptr<const Dataset> seen);
    /// Pictures as the network takes them: x = (byte / 255 − mean) / std behind the transforms,
    /// with 0 in the middle of the grey scale.
    void setNormalisation(const Normalisation& normalisation);
    void setNormalised(bool normalised);
    bool isNormalised() const { return m_look.isSeen; }
    /// Which of a training example's draws.
    void setOccasion(const Occasion& occasion);
    /// Over the pictures; a column of −1: none.
    void setMask(int column, double share, std::vector<QRgb> colours);
    void setPage(int page);

    const SampleSource& source() const { return m_source; }
    const PictureLook& look() const { return m_look; }
    int page() const { return m_page; }
    int pages() const;
    /// On all pages.
    int64_t samples() const { return m_found.count; }
    int64_t placeAt(int row) const;
    /// Row of a place on this page, −1: it is not there.
    int rowOf(int64_t place) const;
    /// What black and white stand for in the pictures.
    std::pair<double, double> range() const { return m_look.range(); }
    /// All that is known of an example, in a sentence.
    QString describe(int64_t place) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    void lookAnew();
    void tellPictures();
    bool isSamePage(const FoundSamples& found) const;
    QString truthOf(int64_t place) const;
    bool isUnread(int64_t place) const;

    SampleSource m_source;
    FoundSamples m_found;
    ShownColumns m_columns;
    PictureLook m_look;
    mutable SamplePictures m_pictures;
    NumberBars m_bars;
    int m_page = 0;
};

}  // namespace vitrine::gui
