// SPDX-License-Identifier: Apache-2.0
// A mark for functions that run on the host and in kernels of a device alike. Where no device's
// compiler reads them it is nothing.
#pragma once

#ifdef __CUDACC__
#define VITRINE_BOTH __host__ __device__
#else
#define VITRINE_BOTH
#endif
