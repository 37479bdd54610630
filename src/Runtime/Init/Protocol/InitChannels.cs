// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Init.Protocol;

/// <summary>
/// The two channels between a container's init (later its exec stage) and its parent: <c>start</c> carries the parent's
/// messages, one byte each, the last of which starts the program; <c>report</c> carries the messages back.
/// </summary>
public sealed class InitChannels : IDisposable
{
    private InitChannels(Fd startRead, Fd startWrite, Fd reportRead, Fd reportWrite) =>
        (StartRead, StartWrite, ReportRead, ReportWrite) = (startRead, startWrite, reportRead, reportWrite);

    public Fd StartRead { get; }
    public Fd StartWrite { get; }
    public Fd ReportRead { get; }
    public Fd ReportWrite { get; }

    /// <summary>
    /// For <c>create</c>: two FIFOs that <c>start</c> later finds by name. They are opened for both directions, so that
    /// the exec stage, which inherits them, is a reader of one and a writer of the other while it waits.
    /// </summary>
    public static InitChannels OfFifos(Fd start, Fd report) => new(start, start, report, report);

    /// <summary>For <c>run</c>, where no other command starts the program: pipes without a name.</summary>
    /// <exception cref="RuncsException"/>
    public static InitChannels OfPipes()
    {
        (Fd startRead, Fd startWrite) = Descriptors.Pipe();
        (Fd reportRead, Fd reportWrite) = Descriptors.Pipe();
        return new InitChannels(startRead, startWrite, reportRead, reportWrite);
    }

    /// <summary>Lets the child that is still to be cloned continue when it first waits.</summary>
    /// <exception cref="RuncsException"/>
    public void Send() => Files.WriteAll(StartWrite.Value, [1], "start channel");

    /// <summary>Closes the child's ends in the parent, so that the child's end closes the channel.</summary>
    public void CloseChildEnds()
    {
        if (StartRead == StartWrite) return;
        StartRead.Dispose();
        ReportWrite.Dispose();
    }

    public void Dispose()
    {
        StartRead.Dispose();
        StartWrite.Dispose();
        ReportRead.Dispose();
        ReportWrite.Dispose();
    }
}
