#include "core/engine/job_queue.hpp"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>

namespace unstuck::test {

using engine::JobControl;
using engine::JobQueue;
using engine::JobStatus;
using State = engine::JobStatus::State;
using namespace std::chrono_literals;

namespace {

/// Polls until `done`, for at most half a minute.
template <class F>
bool eventually(F done) {
    for (int i = 0; i < 15000; ++i) {
        if (done()) return true;
        std::this_thread::sleep_for(2ms);
    }
    return false;
}

/// Works until it is cancelled.
void endless(JobControl& control) {
    for (int i = 0;; ++i) {
        control.progress(1 - 1.0 / (2 + i));
        std::this_thread::sleep_for(1ms);
    }
}

bool ends(const JobQueue& queue, const std::string& key, State how) {
    return eventually([&] { return queue.status(key).over(); }) && queue.status(key).state == how;
}

} // namespace

TEST(JobQueue, RunsOneJobAfterTheOtherInOrder) {
    JobQueue queue;
    std::atomic<int> at_once{0}, most{0};
    std::string order;
    for (const char c : {'a', 'b', 'c'})
        queue.submit(std::string(1, c), "", [&, c](JobControl& control) {
            most = std::max(most.load(), ++at_once);
            control.progress(0.5);
            order += c;
            --at_once;
        });
    ASSERT_TRUE(eventually([&] { return queue.idle(); }));
    EXPECT_EQ(order, "abc");
    EXPECT_EQ(most, 1);
    EXPECT_EQ(queue.status("b").state, State::done);
    EXPECT_EQ(queue.status("b").fraction, 1);
    EXPECT_EQ(queue.status().front().key, "c"); // the latest first
}

TEST(JobQueue, SaysHowFarItIsAndHowLongItTakesStill) {
    JobQueue queue;
    std::atomic<bool> go_on{false};
    queue.submit("k", "a title", [&](JobControl& control) {
        std::this_thread::sleep_for(100ms);
        control.progress(0.25);
        while (!go_on) std::this_thread::sleep_for(1ms);
    });
    ASSERT_TRUE(eventually([&] { return queue.status("k").fraction == 0.25; }));
    const auto s = queue.status("k");
    EXPECT_EQ(s.state, State::running);
    EXPECT_EQ(s.title, "a title");
    EXPECT_GE(s.seconds, 0.1);
    EXPECT_NEAR(s.seconds_left, 3 * s.seconds, 1e-9); // three quarters are left
    EXPECT_FALSE(queue.idle());
    go_on = true;
    EXPECT_TRUE(ends(queue, "k", State::done));
    EXPECT_EQ(queue.status("k").seconds_left, 0);
}

TEST(JobQueue, ANewJobOfTheSameKeyReplacesTheOldOne) {
    JobQueue queue;
    std::atomic<bool> second{false};
    queue.submit("k", "first", endless);
    ASSERT_TRUE(eventually([&] { return queue.status("k").state == State::running; }));
    queue.submit("k", "never", [](JobControl&) { FAIL() << "was replaced before it began"; });
    queue.submit("k", "second", [&](JobControl&) { second = true; });
    ASSERT_TRUE(eventually([&] { return second.load() && queue.idle(); }));
    EXPECT_EQ(queue.status("k").title, "second");
    EXPECT_EQ(queue.status("k").state, State::done);
    int cancelled = 0;
    for (const auto& s : queue.status()) cancelled += s.state == State::cancelled;
    EXPECT_EQ(cancelled, 2);
}

TEST(JobQueue, CancelsTheRunningAndTheWaitingJob) {
    JobQueue queue;
    queue.submit("running", "", endless);
    queue.submit("waiting", "", [](JobControl&) { FAIL() << "was cancelled before it began"; });
    queue.submit("other", "", [](JobControl&) {});
    queue.cancel("waiting");
    EXPECT_EQ(queue.status("waiting").state, State::cancelled); // at once
    queue.cancel("running");
    EXPECT_TRUE(ends(queue, "running", State::cancelled));
    EXPECT_TRUE(ends(queue, "other", State::done));
    queue.submit("running", "", endless);
    queue.cancel_all();
    EXPECT_TRUE(ends(queue, "running", State::cancelled));
}

TEST(JobQueue, ReportsWhatAJobThrowsAndGoesOn) {
    JobQueue queue;
    queue.submit("bad", "", [](JobControl&) { throw std::runtime_error("no such layer"); });
    queue.submit("odd", "", [](JobControl&) { throw 7; });
    queue.submit("good", "", [](JobControl&) {});
    EXPECT_TRUE(ends(queue, "bad", State::failed));
    EXPECT_EQ(queue.status("bad").error, "no such layer");
    EXPECT_TRUE(ends(queue, "odd", State::failed));
    EXPECT_FALSE(queue.status("odd").error.empty());
    EXPECT_TRUE(ends(queue, "good", State::done));
    EXPECT_EQ(queue.status("unknown").key, "");
}

TEST(JobQueue, KeepsTheLatestTwentyThatAreOver) {
    JobQueue queue;
    for (int i = 0; i < 30; ++i) queue.submit("job " + std::to_string(i), "", [](JobControl&) {});
    ASSERT_TRUE(eventually([&] { return queue.idle(); }));
    const auto all = queue.status();
    ASSERT_EQ(all.size(), 20u);
    EXPECT_EQ(all.front().key, "job 29");
    EXPECT_EQ(all.back().key, "job 10");
}

TEST(JobQueue, WaitsForPicturesButNotForEver) {
    std::atomic<bool> busy{true};
    JobQueue queue({}, [&] { return busy.load(); });
    std::atomic<int> samples{0};
    const auto start = std::chrono::steady_clock::now();
    queue.submit("k", "", [&](JobControl& control) {
        for (;; ++samples) control.progress(0.1);
    });
    ASSERT_TRUE(eventually([&] { return samples >= 3; }));
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_GE(took, 3 * 140ms); // each waited its while
    busy = false;
    const int before = samples;
    ASSERT_TRUE(eventually([&] { return samples > before + 1000; }));
    busy = true;
    queue.cancel("k"); // also while it waits
    EXPECT_TRUE(ends(queue, "k", State::cancelled));
}

TEST(JobQueue, TellsWhenSomethingCanBeSeen) {
    std::atomic<int> told{0};
    JobQueue queue([&] { ++told; });
    queue.submit("k", "", [&](JobControl& control) {
        control.changed();
        control.changed();
        for (int i = 0; i < 1000; ++i) control.progress(i / 1000.0); // not one by one
    });
    ASSERT_TRUE(ends(queue, "k", State::done));
    EXPECT_TRUE(eventually([&] { return told >= 3; })); // and at its end
    EXPECT_LT(told, 100);
}

TEST(JobQueue, WorksAtTheLowestPriority) {
    JobQueue queue;
    std::atomic<int> nice{0};
    queue.submit("k", "", [&](JobControl&) {
        nice = ::getpriority(PRIO_PROCESS, 0); // of this thread
    });
    ASSERT_TRUE(ends(queue, "k", State::done));
    EXPECT_EQ(nice, 19);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 0); // and nobody else does
}

TEST(JobQueue, EndsWithItsWork) {
    std::atomic<bool> over{false};
    {
        JobQueue queue;
        queue.submit("k", "", [&](JobControl& control) {
            try {
                endless(control);
            } catch (...) {
                over = true;
                throw;
            }
        });
        ASSERT_TRUE(eventually([&] { return queue.status("k").fraction > 0; }));
    }
    EXPECT_TRUE(over);
}

} // namespace unstuck::test
