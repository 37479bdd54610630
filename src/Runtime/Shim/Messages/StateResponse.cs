// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="StateRequest"/>.</summary>
internal sealed class StateResponse : IProtoMessage
{
    public string Id { get; init; } = "";

    public string Bundle { get; init; } = "";

    public uint Pid { get; init; }

    public ProcessStatus Status { get; init; }

    public string Stdin { get; init; } = "";

    public string Stdout { get; init; } = "";

    public string Stderr { get; init; } = "";

    public bool Terminal { get; init; }

    public uint ExitStatus { get; init; }

    /// <summary>Null while the process has not ended.</summary>
    public UnixTime? ExitedAt { get; init; }

    public string ExecId { get; init; } = "";

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Id);
        writer.Text(2, Bundle);
        writer.Number(3, Pid);
        writer.Signed(4, (int)Status);
        writer.Text(5, Stdin);
        writer.Text(6, Stdout);
        writer.Text(7, Stderr);
        writer.Flag(8, Terminal);
        writer.Number(9, ExitStatus);
        writer.Message(10, ExitedAt);
        writer.Text(11, ExecId);
    }
}
