// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The answer to <see cref="BootstrapParams"/> on stdout. No capability is defined so far.</summary>
internal sealed class BootstrapResult : IProtoMessage
{
    public int Version { get; init; }

    public string Address { get; init; } = "";

    public string Protocol { get; init; } = "";

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public void Write(ProtoWriter writer)
    {
        writer.Signed(1, Version);
        writer.Text(2, Address);
        writer.Text(3, Protocol);
        writer.Map(5, Metadata);
    }
}
