// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Init.Helpers;
using Runcs.Native;
using Runcs.Native.ExecStage;

namespace Runcs.Init.Protocol;

/// <summary>
/// The messages on the report channel, from the container's init and then its exec stage to the parent. Each is eight
/// bytes {kind, value}, and for an error also its text, written by one write(2) of at most PIPE_BUF bytes, so that it
/// arrives whole. A kind below <see cref="FirstKind"/> is a <see cref="StageReport"/>.
/// </summary>
internal static class InitMessage
{
    internal const uint FirstKind = 0x10000;

    /// <summary>The exec stage has the user's credentials and waits for the start.</summary>
    internal const uint Ready = FirstKind;

    /// <summary>The mounts are made; init waits until the parent has run its hooks.</summary>
    internal const uint Mounted = FirstKind + 1;

    /// <summary>The value is the pid of the process that continues in the joined pid namespace.</summary>
    internal const uint Moved = FirstKind + 2;

    /// <summary>The rest is an <see cref="ErrorReport"/>.</summary>
    internal const uint Error = FirstKind + 3;

    /// <summary>Init is in the network namespace and waits until the parent has moved the network devices.</summary>
    internal const uint Networked = FirstKind + 4;

    /// <summary>Init requests the helper of <see cref="HostMountOpener"/>.</summary>
    internal const uint AskForHostMounts = FirstKind + 5;

    /// <summary>The value is the number that the notify descriptor will have in the exec stage.</summary>
    internal const uint Listening = FirstKind + 6;

    internal static byte[] Header(uint kind, uint value)
    {
        var message = new byte[StageReport.Size];
        MemoryMarshal.Write(message, kind);
        MemoryMarshal.Write(message.AsSpan(4), value);
        return message;
    }

    internal static void Send(Fd channel, uint kind) => Files.WriteAll(channel.Value, Header(kind, 0), "report channel");

    internal static void SendError(Fd channel, Exception error) => Files.WriteAll(channel.Value, ErrorReport.Write(error), "report channel");
}
