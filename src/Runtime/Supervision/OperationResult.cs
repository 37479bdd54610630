// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>What an <see cref="Operation"/> reports.</summary>
public sealed class OperationResult
{
    /// <summary>Why it failed; null if it has not.</summary>
    public string? Error { get; init; }

    /// <summary>Of the error.</summary>
    public FailureKind Kind { get; init; }

    /// <summary>The clone ended without an answer: it was killed, or has crashed.</summary>
    public bool IsLost { get; init; }

    /// <summary>The process that it has made; 0 for none.</summary>
    public int Pid { get; init; }

    /// <summary>A descriptor that it has made; null for none. In the receiving process the receiver's.</summary>
    public Fd? Descriptor { get; init; }
}
