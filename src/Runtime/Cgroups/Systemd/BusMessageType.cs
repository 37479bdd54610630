// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups.Systemd;

internal enum BusMessageType : byte
{
    MethodCall = 1,
    MethodReturn = 2,
    Error = 3,
    Signal = 4,
}
