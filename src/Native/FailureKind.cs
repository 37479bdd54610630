// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>By what callers distinguish an error besides its errno. A byte of messages between processes.</summary>
public enum FailureKind : byte
{
    Other,

    /// <summary>A hook failed, which ends its container (runtime.md, "Lifecycle").</summary>
    Hook,

    /// <summary>What the command should work on does not exist.</summary>
    NotFound,

    /// <summary>It exists, and has no process that runs.</summary>
    NotRunning,
}
