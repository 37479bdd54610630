// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Native;

namespace Runcs.Conformance.Native;

/// <summary>unix(7): descriptors in messages.</summary>
public class UnixSocketsTests
{
    [Fact]
    public void A_descriptor_arrives_close_on_exec_with_its_payload()
    {
        (Fd first, Fd second) = UnixSockets.Pair();
        using (first)
        using (second)
        using (Fd sent = Descriptors.MakeMemfd("test", "content"u8))
        {
            Assert.False(UnixSockets.TrySendFd(first.Value, sent.Value, "/dev/pts/7"u8).IsError);
            byte[] payload = new byte[64];
            Assert.False(UnixSockets.TryReceiveFd(second.Value, payload, out int count, out Fd? received).IsError);
            using (received)
            {
                Assert.Equal("/dev/pts/7", Encoding.UTF8.GetString(payload, 0, count));
                Assert.NotNull(received);
                Assert.NotEqual(sent.Value, received.Value);
                Assert.Equal("content", Encoding.UTF8.GetString(Files.ReadToEnd(received.Value, "test")));
                Assert.Contains("flags:\t02", File.ReadAllText($"/proc/self/fdinfo/{received.Value}"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_closed_end_is_the_end()
    {
        (Fd first, Fd second) = UnixSockets.Pair();
        first.Dispose();
        using (second)
        {
            Assert.False(UnixSockets.TryReceiveFd(second.Value, new byte[8], out int count, out Fd? received).IsError);
            Assert.Equal(0, count);
            Assert.Null(received);
            Assert.Equal(Errno.EPIPE, UnixSockets.TrySendFd(second.Value, 0, "x"u8).Value);
        }
    }

    [Fact]
    public void A_memfd_of_ours_cannot_be_changed()
    {
        using Fd file = Descriptors.MakeMemfd("test", "content"u8);
        Assert.Equal(Errno.EPERM, Files.TryWrite(file.Value, "x"u8, out _).Value);
    }
}
