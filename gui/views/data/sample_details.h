// SPDX-License-Identifier: GPL-3.0-or-later
// SampleDetails: one example at large: as it is stored and as the network takes it, its class, and
// how well the network knew it over the epochs.
#pragma once

#include <QWidget>

#include <vector>

#include "gui/models/data_edits.h"
#include "gui/models/sample_pictures.h"
#include "gui/models/sample_query.h"

class QComboBox;
class QLabel;
class QLayout;
class QToolButton;

namespace vitrine::gui {

class LossCurve;
class MaskBar;
class Theme;

/// Window thread. Of several examples the first is seen; edits are of all.
class SampleDetails : public QWidget {
    Q_OBJECT
  public:
    explicit SampleDetails(Theme& theme, QWidget* parent = nullptr);
    /// What is shown while no example is chosen; a null picture: nothing yet.
    void setAverage(const QImage& picture, const QString& words);
    MaskBar& mask() { return *m_mask; }
    void setExamples(const SampleSource& source, std::vector<int64_t> places,
                     const PictureLook& look);

    QSize sizeHint() const override { return {208, 260}; }
    QSize minimumSizeHint() const override { return {150, 80}; }

  Q_SIGNALS:
    void editAsked(const std::vector<int64_t>& places, const vitrine::gui::SampleEdit& edit);
    void takeBackAsked(const std::vector<int64_t>& places);
    /// Of all examples that are listed.
    void averageAsked();

  private:
    QLayout* buildPictures();
    QWidget* buildEdits();
    void showPictures();
    QPixmap scaled(const QImage& picture) const;
    void showWords();
    void showEdits();
    void fillClasses();

    static constexpr int pictureSide = 88;
    Theme& m_theme;
    SampleSource m_source;
    std::vector<int64_t> m_places;
    SamplePictures m_asStored, m_asSeen;
    QLabel *m_stored = nullptr, *m_seen = nullptr, *m_storedName = nullptr, *m_seenName = nullptr;
    QLabel *m_name, *m_words;
    QWidget* m_edits = nullptr;
    QToolButton* m_askAverage = nullptr;
    QImage m_average;
    QString m_averageWords;
    QComboBox* m_class = nullptr;
    QToolButton *m_exclude = nullptr, *m_back = nullptr;
    LossCurve* m_curve;
    MaskBar* m_mask;
    std::shared_ptr<const Dataset> m_classesOf;
};

}  // namespace vitrine::gui
