// SPDX-License-Identifier: GPL-3.0-or-later
// GradientModel: one row a parameter or node with its history, its size and its verdict.
#pragma once

#include <QAbstractTableModel>
#include <QTimer>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gui/models/gradient_verdict.h"
#include "gui/models/histogram_history.h"

namespace vitrine::gui {

class GradientModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Name, Distribution, Size, VerdictColumn, columns };

    struct Row {
        SampleKind kind = SampleKind::Gradient;
        int32_t subject = 0;
        QString name, node;
        HistogramHistory history;
        BinRange bins;  ///< of all columns together
        Verdict verdict = Verdict::Fine;
        bool isFirstBad = false;  ///< of the rows of its kind that are not finite, by running order
    };

    explicit GradientModel(QObject* parent = nullptr);

    /// Another run: all rows go. `parameters`: subjects of gradients and weights (`conv1.weight`);
    /// `nodes`: subjects of activations.
    void start(std::vector<std::string> parameters, std::vector<std::string> nodes);
    /// Records of other kinds than the shown one are kept as well; those about unknown subjects are
    /// left out. Takes what can be done in a millisecond or two at once, the rest in turns of its
    /// own.
    void add(std::span<const HistogramRecord> records);
    /// The run has failed in this step: rows whose newest sample is older are `Outdated`, except
    /// for those that were bad by then.
    void setFailedStep(int64_t step);
    /// Which rows there are: those of one kind, in the order of their subjects.
    void setKind(SampleKind kind);
    SampleKind kind() const { return m_kind; }

    const Row& row(int row) const { return *m_shown[static_cast<size_t>(row)]; }
    /// Bins that hold something in any shown row.
    BinRange bins() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static QString text(Verdict verdict);
    /// What lies behind the verdict, short: `3 NaN, 12 infinite`, `seen in step 1`; often empty.
    static QString detail(const Row& row);
    /// The size of the newest sample; `nan` or `inf` where it holds such.
    static QString sizeText(const Row& row);
    /// What to do about it, for tool tips; empty for Fine.
    static QString advice(Verdict verdict);

  private:
    struct Subject {
        QString name, node;
    };
    size_t takeSome(std::span<const HistogramRecord> records);
    void takePending();
    Row* rowFor(const HistogramRecord& record);
    void judge();
    void markFirstBad();
    void updateShown();
    std::vector<Subject>& subjectsOf(SampleKind kind);

    std::vector<Subject> m_parameters, m_nodes;
    std::vector<std::unique_ptr<Row>> m_rows;  ///< sorted by kind, then subject
    std::vector<Row*> m_shown;
    std::vector<HistogramRecord> m_pending;  ///< in the order of their coming
    QTimer m_nextTurn;
    SampleKind m_kind = SampleKind::Gradient;
    int64_t m_failedStep = 0;  ///< 0: it has not failed
};

}  // namespace vitrine::gui
