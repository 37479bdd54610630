// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;

namespace Runcs.Harness;

/// <summary>
/// Reads the container's own /proc, through its root, as fast as possible: each process's image and command line.
/// </summary>
internal sealed class ProcessWatcher : IDisposable
{
    private readonly string _proc;
    private readonly ConcurrentDictionary<string, bool> _seen = new(), _privileges = new();
    private readonly Thread _thread;
    private readonly byte[] _buffer = new byte[4096], _statusBuffer = new byte[4096];
    private volatile bool _stopped;
    private volatile int _next = 1;

    public ProcessWatcher(int pid)
    {
        _proc = $"/proc/{pid}/root/proc";
        _thread = new Thread(Watch);
        _thread.Start();
    }

    public IReadOnlyCollection<string> Stop()
    {
        _stopped = true;
        _thread.Join();
        return [.. _seen.Keys];
    }

    /// <summary>The pid that the next process gets. Without it a watcher that has missed some processes would not find those after them.</summary>
    public int Next { set => _next = value; }

    public bool HasSeen(string text) => _seen.ContainsKey(text);

    /// <summary>The permitted capabilities of all processes seen.</summary>
    public IEnumerable<string> Privileges => _privileges.Keys;

    public void Dispose() => Stop();

    private void Watch()
    {
        for (int last = 1; !_stopped;)
        {
            // Pids are assigned in sequence: the next few are read without listing.
            last = Math.Max(last, _next);
            for (int pid = _next == 1 ? 1 : Math.Max(1, last - 8); pid < last + 8 && !_stopped; pid++)
            {
                if (Look(pid)) last = Math.Max(last, pid);
            }
        }
    }

    private bool Look(int pid)
    {
        try
        {
            _seen.TryAdd(new FileInfo($"{_proc}/{pid}/exe").LinkTarget ?? "", true);
            // One read(2): a second one might read the next image's.
            using FileStream file = new($"{_proc}/{pid}/cmdline", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            int length = file.Read(_buffer);
            using FileStream status = new($"{_proc}/{pid}/status", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            int statusLength = status.Read(_statusBuffer);
            string? permitted = Encoding.UTF8.GetString(_statusBuffer, 0, statusLength).Split('\n').FirstOrDefault(line => line.StartsWith("CapPrm:", StringComparison.Ordinal));
            if (permitted != null) _privileges.TryAdd(permitted, true);
            _seen.TryAdd(Encoding.UTF8.GetString(_buffer, 0, length).TrimEnd('\0').Replace('\0', ' '), true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
