// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Native;

/// <summary>
/// A file descriptor that this object owns and closes. It has no finalizer (the process has no finalizer thread), so its
/// opener disposes it. All descriptors made in this library are close-on-exec.
/// </summary>
public sealed class Fd(int value) : IDisposable
{
    private int _value = value;

    /// <summary>The number; throws after <see cref="Dispose"/> or <see cref="Release"/>.</summary>
    public int Value => _value >= 0 ? _value : throw new ObjectDisposedException(nameof(Fd));

    public bool IsOpen => _value >= 0;

    /// <summary>Gives up ownership without closing the descriptor.</summary>
    public int Release()
    {
        int value = Value;
        _value = -1;
        return value;
    }

    public void Dispose()
    {
        if (_value < 0) return;
        Files.Close(_value);
        _value = -1;
    }

    /// <summary>A path to the open file itself, for calls that take only paths; needs a procfs on /proc.</summary>
    public string ProcPath => string.Concat("/proc/self/fd/", Value.ToString());
}
