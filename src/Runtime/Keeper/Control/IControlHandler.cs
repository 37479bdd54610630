// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Keeper.Control;

/// <summary>What the clients of a keeper can ask it for.</summary>
internal interface IControlHandler
{
    AttachFlags Flags { get; }

    /// <summary>The program's input is not full.</summary>
    bool TakesInput { get; }

    void GiveInput(ReadOnlySpan<byte> data);

    void EndInput();

    void Resize(ushort rows, ushort columns);

    /// <summary>Whether the program's output is left where it is: a client is behind.</summary>
    void HoldOutput(bool holds);

    /// <returns>The container has ended already, and would have been started again.</returns>
    bool EndRestarts();
}
