// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The output of the shim's <c>-info</c> (containerd.types).</summary>
internal sealed class RuntimeInfo : IProtoMessage
{
    public string Name { get; init; } = "";

    public RuntimeVersion? Version { get; init; }

    public Any? Options { get; init; }

    public Any? Features { get; init; }

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Message(2, Version);
        writer.Message(3, Options);
        writer.Message(4, Features);
        writer.Map(5, Annotations);
    }
}
