// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The version in <see cref="RuntimeInfo"/>.</summary>
internal sealed class RuntimeVersion : IProtoMessage
{
    public string Version { get; init; } = "";

    public string Revision { get; init; } = "";

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Version);
        writer.Text(2, Revision);
    }
}
