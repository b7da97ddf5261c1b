// SPDX-License-Identifier: Apache-2.0
// The table that a check of a device prints: a row for each case, with its error, tolerance, time
// and outcome.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"

namespace vitrine::device_check {

/// Rows that are wrong, and rows that could not be checked here.
struct Count {
    int wrong = 0, leftOut = 0;
};
Count rowsSoFar();

void print(const std::string& row, const std::string& sizes, const std::string& error,
           const std::string& tolerance, const std::string& time, const std::string& outcome);

/// printf's format for one number.
std::string number(const char* format, double value);
/// `64 x 400 x 120`
std::string sizesOf(std::initializer_list<int64_t> sizes);

/// A row whose largest error must not exceed its tolerance; `microseconds` below 0: not measured.
void report(const std::string& row, const std::string& sizes, double error, double tolerance,
            double microseconds = -1, const std::string& words = {});
void reportLeftOut(const std::string& row, const std::string& sizes, const std::string& why);
void reportTrouble(const std::string& row, const std::string& sizes, const Error& error);

/// Error of a row whose kernel the device does not have.
Error leftOutError(std::string why);

/// Runs a row; what goes wrong on the way is its outcome.
void row(const std::string& name, const std::string& sizes,
         const std::function<Result<void>()>& work);
/// A row of a kernel: a refusal is told as left out.
void kernelRow(const std::string& name, const std::string& sizes,
               const std::function<Result<void>()>& work);

}  // namespace vitrine::device_check
