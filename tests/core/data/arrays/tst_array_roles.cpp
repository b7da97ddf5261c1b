// SPDX-License-Identifier: Apache-2.0
// What names of arrays say. Truth: names that MedMNIST, Keras, scikit-learn and Kuzushiji-49 use.
#include <QtTest/QtTest>

#include "core/data/arrays/array_roles.h"

using namespace vitrine;

class ArrayRolesTest : public QObject {
    Q_OBJECT

  private slots:
    void namesSayWhatArraysAre_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isKnown");
        QTest::addColumn<int>("part");
        QTest::addColumn<int>("role");
        const auto row = [](const char* name, ArrayPart part, ArrayRole role) {
            QTest::newRow(name) << name << true << static_cast<int>(part) << static_cast<int>(role);
        };
        const auto unknown = [](const char* name) {
            QTest::addRow("no use: %s", name) << name << false << 0 << 0;
        };
        row("train_images", ArrayPart::Train, ArrayRole::Inputs);
        row("val_labels", ArrayPart::Validation, ArrayRole::Targets);
        row("x_test", ArrayPart::Test, ArrayRole::Inputs);
        row("Y_train", ArrayPart::Train, ArrayRole::Targets);
        row("X", ArrayPart::All, ArrayRole::Inputs);
        row("y", ArrayPart::All, ArrayRole::Targets);
        row("data", ArrayPart::All, ArrayRole::Inputs);
        row("target", ArrayPart::All, ArrayRole::Targets);
        row("images", ArrayPart::All, ArrayRole::Inputs);
        row("training-images", ArrayPart::Train, ArrayRole::Inputs);
        row("test.masks", ArrayPart::Test, ArrayRole::Targets);
        row("k49-train-imgs", ArrayPart::Train, ArrayRole::Inputs);
        row("kmnist-test-labels", ArrayPart::Test, ArrayRole::Targets);
        row("validation/images", ArrayPart::Validation, ArrayRole::Inputs);
        unknown("arr_0");
        unknown("train");
        unknown("num_images");
        unknown("train_images_mean");
        unknown("x_y");
        unknown("train_test_x");
        unknown("42");
        unknown("");
    }
    void namesSayWhatArraysAre() {
        QFETCH(QString, name);
        QFETCH(bool, isKnown);
        QFETCH(int, part);
        QFETCH(int, role);
        const auto use = useOf(name.toStdString());
        QCOMPARE(use.has_value(), isKnown);
        if (!use) return;
        QCOMPARE(static_cast<int>(use->part), part);
        QCOMPARE(static_cast<int>(use->role), role);
    }

    void theFirstOfAUseIsTaken() {
        const std::vector<std::string> names{"y_train", "train_images", "x_train"};
        QCOMPARE(arrayFor(names, {ArrayPart::Train, ArrayRole::Inputs}),
                 std::string("train_images"));
        QCOMPARE(arrayFor(names, {ArrayPart::Test, ArrayRole::Inputs}), std::string());
    }
};

QTEST_APPLESS_MAIN(ArrayRolesTest)
#include "tst_array_roles.moc"
