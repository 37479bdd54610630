// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Keeper.Control;

[Flags]
internal enum AttachFlags : byte
{
    None = 0,

    /// <summary>The program has a terminal.</summary>
    Terminal = 1,

    /// <summary>The program's input can be given.</summary>
    Interactive = 2,
}
