// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>The pipes of a stream: small, since what nobody reads is kept in them, until it is busy.</summary>
public sealed class ShimPipeTests : IDisposable
{
    private const int F_GETPIPE_SZ = 1032;
    private readonly ShimUnderTest _shim = new();

    [Fact]
    public void A_busy_stream_gets_more_room_and_a_quiet_one_keeps_its_own()
    {
        const int Megabytes = 256;
        Requires.That(ShimUnderTest.IsOurs, "is about runcs");
        ShimTask task = _shim.Add($"echo quiet >&2; cat /dev/zero | head -c {Megabytes << 20}");
        FifoReader output = task.Read("out"), error = task.Read("err");
        using var busy = new FileStream(task.Path("out"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        using var quiet = new FileStream(task.Path("err"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        int size = Size(quiet);
        task.Up(request => (request.Stdout, request.Stderr) = (task.Path("out"), task.Path("err")));
        Assert.Equal(0, task.Wait());
        task.Delete();
        Eventually.True(() => output.Length == Megabytes << 20 && error.Text == "quiet\n", () => $"all is read: {output.Length} {error.Text}");
        Assert.Equal(size, Size(quiet));
        Assert.True(Size(busy) > size, $"{Size(busy)}");
    }

    public void Dispose() => _shim.Dispose();

    private static int Size(FileStream fifo) => Libc.fcntl((int)fifo.SafeFileHandle.DangerousGetHandle(), F_GETPIPE_SZ, 0);
}
