// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Supervision;

/// <summary>An action of an <see cref="EventLoop"/> at a later time. Disposing it cancels it.</summary>
public sealed class Deadline : IDisposable
{
    internal Deadline(long at, Action action) => (At, Action) = (at, action);

    /// <summary>On the clock of <see cref="Native.Clock.Milliseconds"/>.</summary>
    internal long At { get; }

    /// <summary>Null once it is cancelled.</summary>
    internal Action? Action { get; private set; }

    public void Dispose() => Action = null;
}
