// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Containers;
using Runcs.Keeper.Logs;

namespace Runcs.Keeper;

/// <summary>What <c>run --supervise</c> asks for.</summary>
internal sealed record KeeperOptions(CreateOptions Container, LogOptions Log, RestartPolicy Restart)
{
    /// <summary>The program's input stays open, and attachers give it.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Its config asks for a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>The descriptors that the program keeps besides its standard streams.</summary>
    public IEnumerable<int> Preserved()
    {
        const int First = 3;
        for (int i = 0; i < Container.ListenFds + Container.PreserveFds; i++) yield return First + i;
    }
}
