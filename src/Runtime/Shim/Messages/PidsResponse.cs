// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="PidsRequest"/>.</summary>
internal sealed class PidsResponse : IProtoMessage
{
    public IReadOnlyList<ProcessInfo> Processes { get; init; } = [];

    public void Write(ProtoWriter writer) => writer.Messages(1, Processes);
}
