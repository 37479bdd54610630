// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The answer without fields (google.protobuf, and ExecProcessResponse).</summary>
internal sealed class Empty : IProtoMessage
{
    public void Write(ProtoWriter writer)
    {
    }
}
