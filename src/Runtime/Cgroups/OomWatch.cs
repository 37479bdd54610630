// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>Reports the OOM events of a container.</summary>
public abstract class OomWatch : IDisposable
{
    private readonly Fd _descriptor;

    private protected OomWatch(Fd descriptor) => _descriptor = descriptor;

    /// <summary>To be polled for POLLIN; then call <see cref="Take"/>.</summary>
    public int Descriptor => _descriptor.Value;

    /// <summary>There was an OOM event since the last call.</summary>
    public abstract bool Take();

    public virtual void Dispose() => _descriptor.Dispose();
}
