// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>The events that poll(2) waits for and reports.</summary>
[Flags]
public enum PollEvents : short
{
    POLLIN = 1,
    POLLOUT = 4,
    POLLERR = 8,
    POLLHUP = 0x10,
}
