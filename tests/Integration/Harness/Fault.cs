// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

public enum Fault
{
    /// <summary>Only traced.</summary>
    None,

    /// <summary>The call has no effect and returns an error, by default EIO, which does not look like a missing kernel feature.</summary>
    Error,

    /// <summary>The process that makes the call is killed as it enters it.</summary>
    KillCaller,

    /// <summary>The command is killed while the process that makes the call enters it.</summary>
    KillCommand,

    /// <summary>Another action happens while the process that makes the call enters it.</summary>
    Act,
}
