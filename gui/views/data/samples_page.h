// SPDX-License-Identifier: GPL-3.0-or-later
// SamplesPage: all examples of the data, to be looked through by class, name, what the network says
// and what was changed.
#pragma once

#include <QWidget>

#include "gui/bridge/background.h"
#include "gui/models/data_edits.h"
#include "gui/models/sample_picture.h"
#include "gui/models/sample_query.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace vitrine::gui {

class ClassList;
class SampleDetails;
class SampleGrid;
class SampleKeeper;
class Theme;

/// Window thread. Knows no engine: it is told.
class SamplesPage : public QWidget {
    Q_OBJECT
  public:
    SamplesPage(Theme& theme, SampleKeeper& keeper, QWidget* parent = nullptr);
    ~SamplesPage() override;
    SampleGrid& grid() { return *m_grid; }
    ClassList& classes() { return *m_classes; }
    SampleDetails& details() { return *m_details; }
    /// None: both.
    std::optional<DataPart> shownPart() const;
    /// Asks for exactly this.
    void setQuery(const SampleQuery& query);
    /// The network is being asked about examples; below 0: it is not.
    void setAsking(double share);
    /// Whether there is a network that can be asked for classes.
    void setCanAsk(bool can);

  Q_SIGNALS:
    /// What the network says of the part is wanted; again: no longer.
    void answersAsked();
    void editAsked(const std::vector<int64_t>& places, const vitrine::gui::SampleEdit& edit);
    void takeBackAsked(const std::vector<int64_t>& places);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* buildBar();
    QComboBox* buildBox(const char* name, const QString& accessible);
    QWidget* buildHalves(Theme& theme);
    void buildShown();
    void fillShown();
    void follow();
    void ask();
    void showDetails();
    void makeAverage();
    void averageIsMade();
    void dropAverage();
    void fitSides();
    SampleQuery query() const;
    void sayWhenNone();

    SampleKeeper& m_keeper;
    SampleGrid* m_grid;
    ClassList* m_classes;
    SampleDetails* m_details;
    QLineEdit* m_words = nullptr;
    QComboBox *m_part = nullptr, *m_shown = nullptr, *m_order = nullptr;
    QToolButton* m_ask = nullptr;
    std::shared_ptr<const Dataset> m_filledFor;
    struct Average {
        std::optional<AveragePicture> made;
        Average(std::optional<AveragePicture> picture) : made(std::move(picture)) {}
        Average(const Error&) {}
    };
    Background<Average> m_averaging;
    std::stop_source m_stopAverage;
    int64_t m_averageOf = 0;  ///< examples that were listed when it was asked for
    bool m_isFilling = false;
};

}  // namespace vitrine::gui
