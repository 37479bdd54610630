// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Terminal;

namespace Runcs.Conformance.Terminal;

/// <summary>No byte is lost or reordered, with any partial reads and writes.</summary>
public class ByteQueueTests
{
    [Fact]
    public void Bytes_come_out_as_they_went_in()
    {
        (Fd inRead, Fd inWrite) = Descriptors.Pipe(OpenFlags.O_NONBLOCK);
        (Fd outRead, Fd outWrite) = Descriptors.Pipe(OpenFlags.O_NONBLOCK);
        using (inRead)
        using (inWrite)
        using (outRead)
        using (outWrite)
        {
            ByteQueue queue = new(16);
            Random random = new(1);
            List<byte> sent = [], received = [];
            byte[] buffer = new byte[64];
            for (int round = 0; round < 5000; round++)
            {
                Span<byte> some = buffer.AsSpan(0, random.Next(1, 20));
                random.NextBytes(some);
                Files.TryWrite(inWrite.Value, some, out int count);
                sent.AddRange(some[..count]);
                if (queue.HasRoom)
                    queue.TryFill(inRead.Value, out _);
                if (!queue.IsEmpty)
                    Assert.False(queue.TryDrain(outWrite.Value, random.Next(1, 12)).IsError);
                Files.TryRead(outRead.Value, buffer, out count);
                received.AddRange(buffer.AsSpan(0, count));
                Assert.True(sent.Count >= received.Count);
            }
            Assert.True(received.Count > 5000);
            Assert.Equal(sent.Take(received.Count), received);
        }
    }

    [Fact]
    public void The_last_byte_is_known()
    {
        ByteQueue queue = new(4);
        Assert.Null(queue.LastPut);
        queue.Put((byte)'\n');
        Assert.Equal((byte)'\n', queue.LastPut);
        Assert.False(queue.IsEmpty);
        queue.Clear();
        Assert.True(queue.IsEmpty);
        Assert.Equal((byte)'\n', queue.LastPut);
    }
}
