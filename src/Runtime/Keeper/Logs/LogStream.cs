// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Keeper.Logs;

internal enum LogStream : byte
{
    Output = 1,
    Error = 2,
}
