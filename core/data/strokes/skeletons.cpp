// SPDX-License-Identifier: Apache-2.0
// The skeletons. A row of knots is one pen stroke from its start to its end; true marks a corner.
#include "core/data/strokes/skeletons.h"

#include <array>

#include "core/base/check.h"

namespace vitrine::strokes {

namespace {

// 0: closed with the ends meeting; narrow; the ends crossing at the top; open at the top right.
constexpr Knot zeroRound[] = {{.42f, .01f}, {.16f, .14f}, {.03f, .48f}, {.14f, .85f}, {.38f, 1.0f},
                              {.62f, .86f}, {.72f, .50f}, {.62f, .14f}, {.42f, .01f}, {.34f, .03f}};
constexpr Knot zeroNarrow[] = {{.28f, .00f}, {.10f, .20f}, {.03f, .55f}, {.10f, .88f}, {.23f, 1.0f},
                               {.38f, .82f}, {.44f, .45f}, {.38f, .12f}, {.26f, .00f}};
constexpr Knot zeroCrossed[] = {{.62f, .08f}, {.42f, .02f}, {.15f, .20f}, {.04f, .55f},
                                {.18f, .90f}, {.40f, .98f}, {.64f, .80f}, {.70f, .42f},
                                {.56f, .14f}, {.34f, .10f}};
constexpr Knot zeroOpen[] = {{.50f, .06f}, {.24f, .12f}, {.04f, .45f}, {.12f, .84f}, {.36f, 1.0f},
                             {.62f, .84f}, {.70f, .48f}, {.60f, .16f}, {.44f, .00f}};
constexpr Knot zeroTail[] = {{.74f, .02f}, {.44f, .02f}, {.16f, .20f}, {.04f, .56f}, {.16f, .92f},
                             {.40f, .98f}, {.64f, .74f}, {.66f, .36f}, {.46f, .10f}, {.26f, .16f}};
constexpr Knot zeroCurl[] = {{.30f, .18f}, {.50f, .20f}, {.60f, .08f}, {.36f, .00f}, {.10f, .24f},
                             {.06f, .66f}, {.30f, .98f}, {.60f, .84f}, {.70f, .44f}, {.58f, .10f}};

// 1: a stroke; with a flag; with flag and base.
constexpr Knot oneStroke[] = {{.30f, .0f}, {.30f, .5f}, {.30f, 1.0f}};
constexpr Knot oneFlag[] = {{.10f, .24f}, {.34f, .0f, true}, {.34f, .5f}, {.34f, 1.0f}};
constexpr Knot oneBase[] = {{.08f, 1.0f}, {.35f, .99f}, {.62f, .98f}};

// 2: with a corner at the foot; with a loop there; rounded foot; flat as a z; big head, short base.
constexpr Knot twoCorner[] = {{.06f, .22f},       {.20f, .05f}, {.44f, .00f},
                              {.62f, .14f},       {.58f, .36f}, {.36f, .66f},
                              {.06f, .97f, true}, {.38f, .95f}, {.72f, .96f}};
constexpr Knot twoLoop[] = {{.08f, .20f}, {.24f, .03f}, {.48f, .02f}, {.60f, .20f},
                            {.52f, .46f}, {.34f, .76f}, {.14f, .96f}, {.02f, .88f},
                            {.14f, .76f}, {.34f, .84f}, {.52f, .96f}, {.76f, .92f}};
constexpr Knot twoRound[] = {{.05f, .16f}, {.26f, .01f}, {.52f, .08f}, {.56f, .32f}, {.38f, .60f},
                             {.12f, .88f}, {.12f, .97f}, {.40f, .92f}, {.72f, .99f}};
constexpr Knot twoFlat[] = {{.06f, .08f}, {.34f, .02f},       {.58f, .10f},
                            {.52f, .32f}, {.04f, .96f, true}, {.66f, .98f}};
constexpr Knot twoWide[] = {{.04f, .30f}, {.16f, .08f}, {.44f, .00f}, {.68f, .16f},
                            {.62f, .46f}, {.36f, .76f}, {.08f, .90f}, {.10f, .80f},
                            {.36f, .84f}, {.62f, .98f}, {.84f, .92f}};
constexpr Knot twoTail[] = {{.16f, .12f}, {.36f, .00f}, {.56f, .10f}, {.50f, .40f}, {.30f, .72f},
                            {.04f, .94f}, {.02f, .80f}, {.22f, .78f}, {.54f, .88f}, {.98f, .78f}};
constexpr Knot twoHook[] = {{.10f, .34f},       {.06f, .16f}, {.26f, .01f},
                            {.48f, .10f},       {.44f, .42f}, {.22f, .80f},
                            {.06f, .98f, true}, {.40f, .94f}, {.62f, .86f}};
constexpr Knot twoArch[] = {{.14f, .16f}, {.40f, .00f}, {.64f, .10f}, {.62f, .36f},
                            {.38f, .70f}, {.10f, .92f}, {.00f, .80f}, {.16f, .68f},
                            {.42f, .76f}, {.64f, .96f}, {.84f, 1.0f}};
constexpr Knot twoSwing[] = {{.02f, .14f}, {.32f, .00f}, {.60f, .06f}, {.56f, .34f}, {.30f, .70f},
                             {.04f, .98f}, {.14f, .78f}, {.36f, .84f}, {.66f, .92f}, {.96f, .86f}};

// 3: two bows with a corner between; flat top; bows joined by a small loop; bows joined smoothly.
constexpr Knot threeBows[] = {{.06f, .14f}, {.28f, .00f},       {.56f, .08f},
                              {.54f, .32f}, {.24f, .47f, true}, {.56f, .56f},
                              {.64f, .78f}, {.40f, 1.0f},       {.04f, .92f}};
constexpr Knot threeFlat[] = {{.08f, .04f}, {.34f, .03f}, {.60f, .02f, true}, {.30f, .38f, true},
                              {.56f, .48f}, {.64f, .74f}, {.42f, .98f},       {.04f, .92f}};
constexpr Knot threeLoop[] = {{.10f, .10f}, {.34f, .00f}, {.58f, .12f}, {.48f, .36f},
                              {.26f, .46f}, {.20f, .40f}, {.30f, .40f}, {.54f, .54f},
                              {.60f, .80f}, {.36f, 1.0f}, {.04f, .88f}};
constexpr Knot threeSmooth[] = {{.10f, .06f}, {.40f, .00f}, {.60f, .16f},
                                {.46f, .38f}, {.34f, .46f}, {.52f, .54f},
                                {.66f, .76f}, {.46f, .98f}, {.04f, .98f}};
constexpr Knot threeHook[] = {{.04f, .10f}, {.30f, .00f},       {.54f, .10f},
                              {.40f, .36f}, {.18f, .46f, true}, {.46f, .48f},
                              {.58f, .66f}, {.50f, .88f},       {.34f, 1.0f}};
constexpr Knot threeWide[] = {{.02f, .16f}, {.34f, .00f},       {.72f, .06f},
                              {.62f, .30f}, {.26f, .44f, true}, {.62f, .46f},
                              {.74f, .70f}, {.46f, .96f},       {.02f, .90f}};

// 4: open with an angle; open and round; closed; closed in one stroke; short crossbar.
constexpr Knot fourAngle[] = {
    {.14f, .02f}, {.08f, .28f}, {.04f, .54f, true}, {.34f, .54f}, {.70f, .50f}};
constexpr Knot fourStem[] = {{.56f, .00f}, {.54f, .50f}, {.50f, 1.0f}};
constexpr Knot fourBowl[] = {{.08f, .02f}, {.04f, .32f}, {.16f, .50f}, {.40f, .48f}, {.58f, .38f}};
constexpr Knot fourBowlStem[] = {{.62f, .00f}, {.58f, .44f}, {.54f, 1.0f}};
constexpr Knot fourClosed[] = {
    {.50f, .02f}, {.26f, .34f}, {.02f, .62f, true}, {.36f, .62f}, {.72f, .60f}};
constexpr Knot fourClosedStem[] = {{.50f, .02f}, {.49f, .50f}, {.48f, 1.0f}};
constexpr Knot fourRunning[] = {{.10f, .06f},       {.05f, .34f}, {.14f, .46f}, {.38f, .42f},
                                {.60f, .04f, true}, {.56f, .50f}, {.50f, 1.0f}};
constexpr Knot fourLow[] = {{.10f, .10f}, {.06f, .44f}, {.10f, .70f}, {.36f, .70f}, {.66f, .62f}};
constexpr Knot fourLowStem[] = {{.52f, .00f}, {.52f, .50f}, {.50f, 1.0f}};
constexpr Knot fourBack[] = {{.22f, .00f}, {.04f, .30f}, {.10f, .50f}, {.44f, .40f}, {.72f, .30f}};
constexpr Knot fourBackStem[] = {{.68f, .10f}, {.46f, .54f}, {.30f, 1.0f}};

// 5: body and bar; in one stroke; like an s; belly reaching low with a short bar.
constexpr Knot fiveBody[] = {{.16f, .04f}, {.13f, .24f}, {.10f, .44f, true}, {.36f, .38f},
                             {.60f, .54f}, {.58f, .82f}, {.32f, 1.0f},       {.02f, .92f}};
constexpr Knot fiveBar[] = {{.16f, .05f}, {.42f, .03f}, {.70f, .00f}};
constexpr Knot fiveRunning[] = {{.72f, .00f},       {.44f, .03f}, {.20f, .05f, true},
                                {.14f, .42f, true}, {.40f, .40f}, {.60f, .58f},
                                {.52f, .86f},       {.26f, 1.0f}, {.02f, .90f}};
constexpr Knot fiveSmooth[] = {{.68f, .02f}, {.38f, .02f}, {.18f, .12f}, {.16f, .34f}, {.38f, .46f},
                               {.56f, .62f}, {.48f, .88f}, {.24f, 1.0f}, {.00f, .92f}};
constexpr Knot fiveFlagBody[] = {{.30f, .10f}, {.22f, .24f}, {.14f, .40f, true}, {.40f, .42f},
                                 {.54f, .62f}, {.40f, .88f}, {.00f, 1.0f}};
constexpr Knot fiveFlag[] = {{.30f, .10f}, {.62f, .08f}, {1.0f, .00f}};
constexpr Knot fivePointed[] = {{.74f, .00f}, {.48f, .05f}, {.22f, .08f, true}, {.18f, .26f},
                                {.22f, .42f}, {.48f, .52f}, {.56f, .74f},       {.44f, 1.0f}};
constexpr Knot fiveFullBody[] = {{.14f, .06f}, {.08f, .26f}, {.08f, .46f, true},
                                 {.38f, .34f}, {.68f, .50f}, {.66f, .84f},
                                 {.36f, 1.0f}, {.06f, .94f}, {.02f, .82f}};

// 6: curved stem; straight stem with a small belly; wide arc; belly closed into itself.
constexpr Knot sixCurved[] = {{.52f, .00f}, {.26f, .18f}, {.06f, .54f}, {.10f, .88f}, {.32f, 1.0f},
                              {.56f, .88f}, {.56f, .66f}, {.34f, .56f}, {.10f, .72f}};
constexpr Knot sixStraight[] = {{.40f, .00f}, {.20f, .36f}, {.06f, .72f},
                                {.12f, .96f}, {.34f, .98f}, {.48f, .82f},
                                {.40f, .66f}, {.22f, .68f}, {.08f, .84f}};
constexpr Knot sixWide[] = {{.64f, .04f}, {.34f, .06f}, {.08f, .38f}, {.06f, .76f}, {.30f, 1.0f},
                            {.60f, .90f}, {.64f, .64f}, {.40f, .52f}, {.12f, .64f}};
constexpr Knot sixInward[] = {{.34f, .00f}, {.14f, .28f}, {.04f, .66f}, {.16f, .96f}, {.40f, .98f},
                              {.54f, .80f}, {.44f, .62f}, {.24f, .64f}, {.16f, .80f}};
constexpr Knot sixLikeB[] = {{.16f, .00f}, {.06f, .34f}, {.04f, .76f}, {.22f, 1.0f}, {.52f, .92f},
                             {.60f, .66f}, {.40f, .48f}, {.16f, .56f}, {.08f, .76f}};
constexpr Knot sixOpen[] = {{.40f, .00f}, {.14f, .30f}, {.04f, .68f}, {.18f, .96f}, {.46f, .96f},
                            {.62f, .76f}, {.56f, .58f}, {.40f, .58f}, {.26f, .72f}};
constexpr Knot sixLying[] = {{.28f, .00f}, {.10f, .34f}, {.08f, .72f}, {.34f, .94f},
                             {.76f, .84f}, {.84f, .62f}, {.58f, .50f}, {.26f, .66f}};

// 7: plain; with a serif; round shoulder; curved leg; and the bar.
constexpr Knot sevenPlain[] = {
    {.04f, .06f}, {.34f, .05f}, {.62f, .02f, true}, {.46f, .48f}, {.32f, 1.0f}};
constexpr Knot sevenSerif[] = {{.03f, .22f},       {.06f, .06f, true}, {.36f, .06f},
                               {.64f, .04f, true}, {.46f, .46f},       {.34f, 1.0f}};
constexpr Knot sevenRound[] = {{.02f, .12f}, {.24f, .04f}, {.50f, .02f},
                               {.60f, .14f}, {.46f, .52f}, {.34f, 1.0f}};
constexpr Knot sevenCurved[] = {{.04f, .10f}, {.30f, .12f}, {.62f, .04f, true},
                                {.40f, .40f}, {.28f, .70f}, {.26f, 1.0f}};
constexpr Knot sevenHung[] = {{.02f, .34f},       {.04f, .12f}, {.12f, .04f}, {.36f, .06f},
                              {.58f, .02f, true}, {.56f, .40f}, {.52f, 1.0f}};
constexpr Knot sevenLow[] = {{.00f, .24f},       {.26f, .14f}, {.56f, .10f},
                             {.84f, .00f, true}, {.48f, .40f}, {.16f, 1.0f}};
constexpr Knot sevenBar[] = {{.18f, .52f}, {.40f, .50f}, {.62f, .48f}};

// 8: one stroke from the top right; from the middle; two rings; narrow; open at the top.
constexpr Knot eightRight[] = {{.54f, .12f}, {.34f, .00f}, {.12f, .14f}, {.20f, .36f},
                               {.44f, .56f}, {.54f, .82f}, {.30f, 1.0f}, {.06f, .84f},
                               {.18f, .60f}, {.44f, .40f}, {.58f, .18f}, {.50f, .06f}};
constexpr Knot eightOpen[] = {{.60f, .10f}, {.36f, .02f}, {.14f, .16f}, {.22f, .38f},
                              {.46f, .58f}, {.52f, .84f}, {.28f, 1.0f}, {.08f, .82f},
                              {.22f, .58f}, {.48f, .34f}, {.66f, .06f}};
constexpr Knot eightUpper[] = {{.32f, .00f}, {.10f, .10f}, {.10f, .34f}, {.32f, .46f},
                               {.54f, .34f}, {.54f, .12f}, {.32f, .00f}};
constexpr Knot eightLower[] = {{.32f, .46f}, {.08f, .58f}, {.06f, .86f}, {.32f, 1.0f},
                               {.58f, .86f}, {.56f, .58f}, {.32f, .46f}};
constexpr Knot eightNarrow[] = {{.40f, .06f}, {.24f, .00f}, {.10f, .16f}, {.18f, .40f},
                                {.34f, .62f}, {.34f, .90f}, {.18f, 1.0f}, {.06f, .86f},
                                {.14f, .60f}, {.34f, .36f}, {.42f, .14f}, {.34f, .02f}};
constexpr Knot eightTail[] = {{.84f, .02f}, {.52f, .06f}, {.20f, .08f}, {.14f, .28f},
                              {.38f, .48f}, {.48f, .74f}, {.28f, .98f}, {.06f, .90f},
                              {.14f, .66f}, {.42f, .38f}, {.70f, .08f}};
constexpr Knot eightLeft[] = {{.12f, .08f}, {.06f, .24f}, {.30f, .46f}, {.50f, .72f},
                              {.36f, .98f}, {.12f, .92f}, {.14f, .66f}, {.36f, .42f},
                              {.50f, .18f}, {.36f, .00f}, {.10f, .10f}};
constexpr Knot eightTopHeavy[] = {{.64f, .16f}, {.40f, .00f}, {.12f, .14f}, {.16f, .42f},
                                  {.40f, .62f}, {.42f, .88f}, {.26f, 1.0f}, {.12f, .86f},
                                  {.24f, .66f}, {.54f, .46f}, {.66f, .22f}, {.56f, .06f}};
constexpr Knot eightKnot[] = {{.40f, .04f}, {.16f, .10f}, {.14f, .30f}, {.36f, .48f},
                              {.56f, .70f}, {.48f, .96f}, {.16f, .98f}, {.06f, .76f},
                              {.30f, .50f}, {.62f, .30f}, {.66f, .10f}, {.44f, .02f}};

// 9: straight leg; hooked leg; leaning leg; ring and a leg of its own; open head.
constexpr Knot nineStraight[] = {{.52f, .10f},       {.30f, .00f}, {.06f, .16f},
                                 {.08f, .40f},       {.30f, .48f}, {.52f, .32f},
                                 {.56f, .08f, true}, {.54f, .50f}, {.50f, 1.0f}};
constexpr Knot nineHook[] = {{.56f, .10f}, {.32f, .00f}, {.08f, .16f}, {.10f, .42f},
                             {.34f, .46f}, {.56f, .28f}, {.60f, .14f}, {.58f, .50f},
                             {.50f, .88f}, {.28f, 1.0f}, {.06f, .92f}};
constexpr Knot nineLeaning[] = {{.50f, .04f}, {.24f, .04f}, {.04f, .24f}, {.16f, .42f},
                                {.40f, .34f}, {.54f, .08f}, {.46f, .46f}, {.30f, 1.0f}};
constexpr Knot nineRing[] = {{.52f, .08f}, {.28f, .00f}, {.06f, .14f}, {.06f, .36f},
                             {.28f, .46f}, {.50f, .34f}, {.54f, .12f}};
constexpr Knot nineLeg[] = {{.54f, .06f}, {.52f, .50f}, {.46f, 1.0f}};
constexpr Knot nineCurl[] = {{.54f, .18f}, {.42f, .02f}, {.18f, .06f}, {.06f, .30f}, {.22f, .46f},
                             {.46f, .32f}, {.56f, .12f}, {.54f, .54f}, {.40f, 1.0f}};
constexpr Knot nineWide[] = {{.60f, .14f}, {.40f, .00f}, {.12f, .12f}, {.02f, .42f}, {.16f, .64f},
                             {.44f, .54f}, {.62f, .20f}, {.62f, .58f}, {.64f, 1.0f}};
constexpr Knot nineOpen[] = {{.54f, .04f}, {.28f, .02f},       {.06f, .18f}, {.06f, .38f},
                             {.26f, .42f}, {.52f, .24f, true}, {.50f, .56f}, {.42f, 1.0f}};

constexpr Stroke zero0[] = {zeroRound}, zero1[] = {zeroNarrow}, zero2[] = {zeroCrossed},
                 zero3[] = {zeroOpen}, zero4[] = {zeroTail}, zero5[] = {zeroCurl};
constexpr Stroke one0[] = {oneStroke}, one1[] = {oneFlag}, one2[] = {oneFlag, oneBase};
constexpr Stroke two0[] = {twoCorner}, two1[] = {twoLoop}, two2[] = {twoRound}, two3[] = {twoFlat},
                 two4[] = {twoWide}, two5[] = {twoTail}, two6[] = {twoHook}, two7[] = {twoArch},
                 two8[] = {twoSwing};
constexpr Stroke three0[] = {threeBows}, three1[] = {threeFlat}, three2[] = {threeLoop},
                 three3[] = {threeSmooth}, three4[] = {threeHook}, three5[] = {threeWide};
constexpr Stroke four0[] = {fourAngle, fourStem}, four1[] = {fourBowl, fourBowlStem},
                 four2[] = {fourClosed, fourClosedStem}, four3[] = {fourRunning},
                 four4[] = {fourLow, fourLowStem}, four5[] = {fourBack, fourBackStem};
constexpr Stroke five0[] = {fiveBody, fiveBar}, five1[] = {fiveRunning}, five2[] = {fiveSmooth},
                 five3[] = {fiveFlagBody, fiveFlag}, five4[] = {fivePointed},
                 five5[] = {fiveFullBody, fiveBar};
constexpr Stroke six0[] = {sixCurved}, six1[] = {sixStraight}, six2[] = {sixWide},
                 six3[] = {sixInward}, six4[] = {sixLikeB}, six5[] = {sixOpen}, six6[] = {sixLying};
constexpr Stroke seven0[] = {sevenPlain}, seven1[] = {sevenSerif}, seven2[] = {sevenRound},
                 seven3[] = {sevenCurved}, seven4[] = {sevenPlain, sevenBar},
                 seven5[] = {sevenRound, sevenBar}, seven6[] = {sevenHung}, seven7[] = {sevenLow};
constexpr Stroke eight0[] = {eightRight}, eight1[] = {eightOpen},
                 eight2[] = {eightUpper, eightLower}, eight3[] = {eightNarrow},
                 eight4[] = {eightTail}, eight5[] = {eightLeft}, eight6[] = {eightTopHeavy},
                 eight7[] = {eightKnot};
constexpr Stroke nine0[] = {nineStraight}, nine1[] = {nineHook}, nine2[] = {nineLeaning},
                 nine3[] = {nineRing, nineLeg}, nine4[] = {nineCurl}, nine5[] = {nineWide},
                 nine6[] = {nineOpen};

constexpr Style zeros[] = {{zero0, 3}, {zero1, 1}, {zero2, 2}, {zero3, 1}, {zero4, 1}, {zero5, 1}};
constexpr Style ones[] = {{one0, 7}, {one1, 2}, {one2, 1}};
constexpr Style twos[] = {{two0, 3}, {two1, 3}, {two2, 2}, {two3, 1}, {two4, 2},
                          {two5, 2}, {two6, 1}, {two7, 3}, {two8, 2}};
constexpr Style threes[] = {{three0, 3}, {three1, 1},    {three2, 2},
                            {three3, 3}, {three4, 1.5f}, {three5, 1.5f}};
constexpr Style fours[] = {{four0, 3}, {four1, 3}, {four2, 2}, {four3, 1}, {four4, 1}, {four5, 1}};
constexpr Style fives[] = {{five0, 3}, {five1, 3},    {five2, 2},
                           {five3, 2}, {five4, 1.5f}, {five5, 2}};
constexpr Style sixes[] = {{six0, 3},    {six1, 2},    {six2, 2},   {six3, 2},
                           {six4, 1.5f}, {six5, 1.5f}, {six6, 1.5f}};
constexpr Style sevens[] = {{seven0, 3}, {seven1, 1},    {seven2, 2}, {seven3, 2},
                            {seven4, 1}, {seven5, 0.5f}, {seven6, 1}, {seven7, 2}};
constexpr Style eights[] = {{eight0, 3}, {eight1, 2},    {eight2, 1}, {eight3, 2},
                            {eight4, 2}, {eight5, 1.5f}, {eight6, 2}, {eight7, 2}};
constexpr Style nines[] = {{nine0, 3}, {nine1, 1},    {nine2, 2},   {nine3, 2},
                           {nine4, 2}, {nine5, 1.5f}, {nine6, 1.5f}};

constexpr std::array<std::span<const Style>, 10> styles{zeros, ones,  twos,   threes, fours,
                                                        fives, sixes, sevens, eights, nines};

}  // namespace

std::span<const Style> stylesOf(int digit) {
    VITRINE_CHECK(digit >= 0 && digit <= 9, "there are ten digits");
    return styles[static_cast<size_t>(digit)];
}

}  // namespace vitrine::strokes
