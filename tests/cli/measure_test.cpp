#include "tests/cli/cli_fixture.hpp"

#include <cmath>

namespace unstuck::test {

namespace {

class Measure : public Cli {
  protected:
    json measure(const std::string& arguments) const {
        const auto r = run("measure " + arguments + " --json");
        EXPECT_EQ(r.code, 0) << r.err;
        return json::parse(r.out, nullptr, false);
    }
};

/// dB of pooled squared errors, for a peak-to-peak range of 2.
double db_of(double mean_squared_error) { return 20 * std::log10(2.0) - 10 * std::log10(mean_squared_error); }

} // namespace

TEST_F(Measure, EquivarianceIsThatOfItsSamplesPooled) {
    for (const auto* quantity : {"eqt", "eqt-frac", "eqr"}) {
        const auto m = measure(std::string(quantity) + " demo:alias-free-t --samples 5 --seed 3 --per-sample");
        ASSERT_TRUE(m.is_object()) << quantity;
        EXPECT_EQ(m["unit"], "dB");
        EXPECT_EQ(m["state"], "measured");
        EXPECT_EQ(m["samples"], 5);
        ASSERT_EQ(m["per_sample"].size(), 5u);
        // Masks differ by the moves, so that the pooled value lies near the mean of the errors, not at it.
        double mse = 0, low = 1e9, high = -1e9;
        for (const double db : m["per_sample"]) {
            mse += std::pow(10, (20 * std::log10(2.0) - db) / 10) / 5;
            low = std::min(low, db);
            high = std::max(high, db);
        }
        const double value = m["value"];
        EXPECT_NEAR(value, db_of(mse), 0.7) << quantity;
        EXPECT_GE(value, low) << quantity;
        EXPECT_LE(value, high) << quantity;
        EXPECT_LE(m["ci95"][0].get<double>(), value);
        EXPECT_GE(m["ci95"][1].get<double>(), value);
    }
}

TEST_F(Measure, TheSameSeedGivesTheSameNumberAndMoreSamplesKeepTheFirst) {
    const auto a = measure("eqt demo:alias-free-t --samples 3 --per-sample"),
               b = measure("eqt demo:alias-free-t --samples 4 --per-sample"),
               c = measure("eqt demo:alias-free-t --samples 3 --seed 9 --per-sample");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(a["per_sample"][i], b["per_sample"][i]);
    EXPECT_NE(a["value"], c["value"]);
}

TEST_F(Measure, TheAliasFreeDemoIsMoreEquivariantAndSticksLess) {
    const auto alias_free = measure("eqt demo:alias-free-t --samples 6"),
               style2 = measure("eqt demo:stylegan2 --samples 6");
    EXPECT_GT(alias_free["value"].get<double>(), style2["value"].get<double>() + 5);
    const auto follows = measure("sticking demo:alias-free-t --samples 2 --views 16"),
               sticks = measure("sticking demo:stylegan2 --samples 2 --views 16");
    EXPECT_EQ(follows["unit"], "");
    EXPECT_DOUBLE_EQ(follows["floor"].get<double>(), 1 / 16.0);
    EXPECT_GT(sticks["value"].get<double>(), follows["value"].get<double>() + 0.1);
}

TEST_F(Measure, EveryLayerHasItsNumber) {
    const auto m = measure("layers demo:alias-free-t --samples 2");
    const auto card = run("inspect demo:alias-free-t --json");
    ASSERT_EQ(card.code, 0);
    EXPECT_EQ(m["layers"].size(), json::parse(card.out)["layers"].size());
    for (const auto& l : m["layers"]) EXPECT_GT(l["value"].get<double>(), 20) << l["name"];
}

TEST_F(Measure, EditsOfAFileAreMeasuredAndMistypedOnesRefused) {
    const auto edits = [&](const char* text) {
        std::ofstream(at("edits.json")) << text;
        return "eqt demo:alias-free-t --samples 4 --edits " + at("edits.json");
    };
    const double stock = measure("eqt demo:alias-free-t --samples 4")["value"];
    EXPECT_EQ(measure(edits("{}"))["value"], stock);
    EXPECT_GT(stock, 80);
    EXPECT_LT(measure(edits(R"({"all": {"oversampling": 1}})"))["value"], 45.0); // the nonlinearity aliases
    for (const auto& [text, said] : std::initializer_list<std::pair<const char*, const char*>>{
             {R"({"all": {"m": 1}})", "'all.m'"},
             {R"({"L1_52_40": {"down": {"cuttoff": 3}}})", "'L1_52_40.down.cuttoff'"},
             {R"({"L9": {"slope": 1}})", "no layer 'L9'"},
             {R"({"all": {"oversampling": "one"}})", "expected a number"},
             {"[", "is no JSON"}}) {
        const auto r = run("measure " + edits(text));
        EXPECT_EQ(r.code, 2) << text;
        EXPECT_NE(r.err.find(said), std::string::npos) << r.err;
    }
}

TEST_F(Measure, PrintsForPeopleAndRefusesWhatItDoesNotKnow) {
    const auto r = run("measure eqt demo:stylegan2 --samples 2");
    EXPECT_EQ(r.code, 0) << r.err;
    EXPECT_NE(r.out.find("dB"), std::string::npos);
    EXPECT_NE(r.out.find("95 %:"), std::string::npos);
    EXPECT_EQ(r.err, "") << "no progress bar where there is no terminal";
    EXPECT_EQ(run("measure eqx demo:stylegan2").code, 2);
    EXPECT_EQ(run("measure eqt demo:stylegan2 --samples 0").code, 2);
    EXPECT_EQ(run("measure eqt " + at("none.pkl")).code, 2);
    const auto cuda = run("measure eqt demo:stylegan2 --device cuda", "UNSTUCK_CUDA_MODULE=off");
    EXPECT_EQ(cuda.code, 2);
}

TEST_F(Measure, CtrlCKeepsWhatThereIs) {
    const auto out = at("partial");
    const auto command = std::string(UNSTUCK_PROGRAM) + " measure eqr demo:alias-free-t --samples 1000000 --json >" +
                         out + " & p=$!; sleep 3; kill -INT $p; wait $p; echo $? >" + at("code");
    ASSERT_EQ(std::system(("bash -c 'set -m; " + command + "'").c_str()),
              0); // job control: else bash ignores SIGINT for it
    EXPECT_EQ(text_of(at("code")), "130\n");
    const auto m = json::parse(text_of(out), nullptr, false);
    ASSERT_TRUE(m.is_object());
    EXPECT_EQ(m["stopped"], true);
    EXPECT_GT(m["samples"].get<int>(), 0);
    EXPECT_LT(m["samples"].get<int>(), 1000000);
    EXPECT_EQ(m["state"], "measured");
}

} // namespace unstuck::test
