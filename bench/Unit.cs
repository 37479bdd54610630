// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

internal enum Unit
{
    Milliseconds,
    KiB,
}
