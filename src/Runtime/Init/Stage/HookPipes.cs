// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Init.Stage;

/// <summary>
/// The pipes that carry the output of startContainer hooks to the exec stage, one hook after the other. The program gets
/// none of them.
/// </summary>
internal sealed class HookPipes : IDisposable
{
    /// <param name="uid">The hooks' user, who may open /dev/stdout again, which checks the owner.</param>
    /// <exception cref="RuncsException"/>
    internal HookPipes(uint uid)
    {
        (Read, Write) = Descriptors.Pipe();
        (ErrorRead, ErrorWrite) = Descriptors.Pipe();
        FileNodes.TryChown(Write.Value, uid, -1);
        FileNodes.TryChown(ErrorWrite.Value, uid, -1);
    }

    internal Fd Read { get; }

    internal Fd Write { get; }

    internal Fd ErrorRead { get; }

    internal Fd ErrorWrite { get; }

    public void Dispose()
    {
        Read.Dispose();
        Write.Dispose();
        ErrorRead.Dispose();
        ErrorWrite.Dispose();
    }
}
