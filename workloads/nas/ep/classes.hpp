// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/ep/deviates.hpp"
#include "nas/problem_class.hpp"

namespace moderato::workloads::nas::ep {

struct Class {
  int log2_pairs;  ///< m: 2^m pairs of uniform numbers
  /// Published: the signed sums with NPB 2.0 to 3.4.1, the absolute ones with 3.4.2, which prints
  /// these counts; they add up to the pairs that it publishes.
  Tally reference;
};

constexpr double tolerance = 1e-8;  ///< of the sums; counts are exact

constexpr ClassTable<Class> classes{{
    // class S
    {24,
     {-3.247834652034740e+3,
      -6.958407078382297e+3,
      1.051299420395306e+07,
      1.051517131857535e+07,
      {6140517, 5865300, 1100361, 68546, 1648, 17, 0, 0, 0, 0}}},
    // class W
    {25,
     {-2.863319731645753e+3,
      -6.320053679109499e+3,
      2.102505525182392e+07,
      2.103162209578822e+07,
      {12281576, 11729692, 2202726, 137368, 3371, 36, 0, 0, 0, 0}}},
    // class A
    {28,
     {-4.295875165629892e+3,
      -1.580732573678431e+4,
      1.682235632304711e+08,
      1.682195123368299e+08,
      {98257395, 93827014, 17611549, 1110028, 26536, 245, 0, 0, 0, 0}}},
    // class B
    {30,
     {4.033815542441498e+4,
      -2.660669192809235e+4,
      6.728927543423024e+08,
      6.728951822504275e+08,
      {393058470, 375280898, 70460742, 4438852, 105691, 948, 5, 0, 0, 0}}},
    // class C
    {32,
     {4.764367927995374e+4,
      -8.084072988043731e+4,
      2.691444083862931e+09,
      2.691519118724585e+09,
      {1572172634, 1501108549, 281805648, 17761221, 424017, 3821, 13, 0, 0, 0}}},
}};

}  // namespace moderato::workloads::nas::ep
