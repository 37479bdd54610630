// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="StatsRequest"/>.</summary>
internal sealed class StatsResponse : IProtoMessage
{
    /// <summary>Metrics of cgroup v1 or v2.</summary>
    public Any? Stats { get; init; }

    public void Write(ProtoWriter writer) => writer.Message(1, Stats);
}
