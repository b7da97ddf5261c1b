// SPDX-License-Identifier: Apache-2.0
// Lines of fixed width, and what they come to.
#include "tests/device/table.h"

#include <cstdio>

namespace vitrine::device_check {

namespace {

Count count;

}  // namespace

Count rowsSoFar() { return count; }

void print(const std::string& row, const std::string& sizes, const std::string& error,
           const std::string& tolerance, const std::string& time, const std::string& outcome) {
    std::printf("%-26s %-34s %10s %9s %11s  %s\n", row.c_str(), sizes.c_str(), error.c_str(),
                tolerance.c_str(), time.c_str(), outcome.c_str());
    std::fflush(stdout);
}

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string sizesOf(std::initializer_list<int64_t> sizes) {
    std::string text;
    for (int64_t size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text;
}

void report(const std::string& row, const std::string& sizes, double error, double tolerance,
            double microseconds, const std::string& words) {
    const bool isOk = error <= tolerance;  // not so for NaN
    count.wrong += !isOk;
    print(row, sizes, number("%.2g", error), number("%.2g", tolerance),
          microseconds < 0 ? "" : number("%.1f us", microseconds),
          std::string(isOk ? "ok" : "WRONG") + (words.empty() ? "" : ": " + words));
}

void reportLeftOut(const std::string& row, const std::string& sizes, const std::string& why) {
    ++count.leftOut;
    print(row, sizes, "", "", "", "left out: " + why);
}

void reportTrouble(const std::string& row, const std::string& sizes, const Error& error) {
    ++count.wrong;
    print(row, sizes, "", "", "", "WRONG: " + error.code + ": " + error.message);
}

void row(const std::string& name, const std::string& sizes,
         const std::function<Result<void>()>& work) {
    const Result<void> done = work();
    if (!done.ok()) reportTrouble(name, sizes, done.error());
}

Error leftOutError(std::string why) { return {"left out", std::move(why), {}, {}, {}}; }

void kernelRow(const std::string& name, const std::string& sizes,
               const std::function<Result<void>()>& work) {
    const Result<void> done = work();
    if (done.ok()) return;
    // What a library lacks is left out; that it finds no way for a case like these is a fault.
    const bool isLack = done.error().message.find("no algorithm") == std::string::npos;
    if (done.error().code == "left out" && isLack)
        reportLeftOut(name, sizes, done.error().message);
    else
        reportTrouble(name, sizes, done.error());
}

}  // namespace vitrine::device_check
