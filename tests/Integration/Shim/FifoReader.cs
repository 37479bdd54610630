// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Runcs.Integration;

/// <summary>A new FIFO, read from the time it is opened for writing until its end.</summary>
internal sealed class FifoReader : IDisposable
{
    private readonly MemoryStream _read = new();
    private readonly Thread _thread;
    private volatile bool _stops;

    /// <param name="path">Where to make it.</param>
    public FifoReader(string path)
    {
        Path = path;
        if (!File.Exists(path)) Assert.Equal(0, Libc.mkfifo(path, 0b110_000_000));
        _thread = new Thread(Read) { IsBackground = true };
        _thread.Start();
    }

    public string Path { get; }

    public string Text
    {
        get
        {
            lock (_read) return Encoding.UTF8.GetString(_read.ToArray());
        }
    }

    public long Length
    {
        get
        {
            lock (_read) return _read.Length;
        }
    }

    public bool HasEnded => !_thread.IsAlive;

    public void WaitFor(string text) => Eventually.True(() => Text.Contains(text, StringComparison.Ordinal), () => $"{Path} has {Text}, not {text}", Patience.Seconds(20));

    /// <summary>Waits until nobody has it open for writing any more.</summary>
    public string ToEnd()
    {
        Eventually.True(() => HasEnded, () => $"{Path} has no end: {Text}", Patience.Seconds(20));
        return Text;
    }

    /// <summary>Stops reading and closes it.</summary>
    public void Dispose()
    {
        _stops = true;
        // Ends an open and a read that wait.
        if (!HasEnded && File.Exists(Path))
        {
            using var both = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
            both.WriteByte((byte)'\n');
            _thread.Join(1000);
        }
    }

    private void Read()
    {
        try
        {
            using var fifo = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            byte[] buffer = new byte[65536];
            while (fifo.Read(buffer) is var count and > 0 && !_stops)
            {
                lock (_read) _read.Write(buffer, 0, count);
            }
        }
        catch (IOException)
        {
        }
    }
}
