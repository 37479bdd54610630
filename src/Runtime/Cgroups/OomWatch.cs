// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>Tells when a container runs out of memory.</summary>
public abstract class OomWatch : IDisposable
{
    private readonly Fd _descriptor;

    private protected OomWatch(Fd descriptor) => _descriptor = descriptor;

    /// <summary>To be polled for reading; then ask <see cref="Take"/>.</summary>
    public int Descriptor => _descriptor.Value;

    /// <summary>Whether it has since the last time.</summary>
    public abstract bool Take();

    public virtual void Dispose() => _descriptor.Dispose();
}
