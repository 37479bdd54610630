// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A time of CLOCK_REALTIME (google.protobuf.Timestamp).</summary>
/// <param name="Seconds">Since 1970.</param>
/// <param name="Nanos">0 to 999,999,999.</param>
internal readonly record struct UnixTime(long Seconds, int Nanos) : IProtoMessage
{
    public void Write(ProtoWriter writer)
    {
        writer.Signed(1, Seconds);
        writer.Signed(2, Nanos);
    }
}
