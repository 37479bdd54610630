// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The stdio of <see cref="TaskCreate"/>.</summary>
internal sealed class TaskIO : IProtoMessage
{
    public string Stdin { get; init; } = "";

    public string Stdout { get; init; } = "";

    public string Stderr { get; init; } = "";

    public bool Terminal { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Stdin);
        writer.Text(2, Stdout);
        writer.Text(3, Stderr);
        writer.Flag(4, Terminal);
    }
}
