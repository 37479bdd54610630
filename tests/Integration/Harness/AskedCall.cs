// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>A call that a filter has sent to its listener.</summary>
internal readonly record struct AskedCall(int Number, uint Pid);
