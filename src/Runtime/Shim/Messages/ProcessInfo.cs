// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A process of <see cref="PidsResponse"/> (containerd.v1.types).</summary>
internal sealed class ProcessInfo : IProtoMessage
{
    public uint Pid { get; init; }

    /// <summary>A <see cref="ProcessDetails"/> for a process of <see cref="ExecProcessRequest"/>; null for others.</summary>
    public Any? Info { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Number(1, Pid);
        writer.Message(2, Info);
    }
}
