// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace Runcs.Harness;

/// <summary>
/// A command that runs in parallel with the test, with pipes. Its output is read from the start, so it never blocks.
/// </summary>
public sealed class RunningCommand : IDisposable
{
    private readonly string[] _commandLine;
    private readonly Process _process;
    private readonly MemoryStream _stdout = new(), _stderr = new();
    private readonly Task _drained;

    internal RunningCommand(Options options, string[] commandLine)
    {
        _commandLine = commandLine;
        _process = Process.Start(Command.Describe(options, commandLine, redirect: true))!;
        _drained = Task.WhenAll(
            DrainAsync(_process.StandardOutput.BaseStream, _stdout),
            DrainAsync(_process.StandardError.BaseStream, _stderr));
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Stdout => Text(_stdout);

    public string Stderr => Text(_stderr);

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Write(byte[] bytes)
    {
        try
        {
            _process.StandardInput.BaseStream.Write(bytes);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // The command has closed its input; its output and exit code show the rest.
        }
    }

    public void CloseStdin()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    public void Signal(int signal) => Assert.Equal(0, Libc.kill(Pid, signal));

    /// <summary>Waits until the standard output has the text.</summary>
    public void WaitForStdout(string text, TimeSpan? timeout = null) =>
        Eventually.True(() => Stdout.Contains(text, StringComparison.Ordinal), () => $"no \"{text}\" on stdout of {Describe()}", timeout);

    /// <summary>Waits for the exit and for the end of both outputs.</summary>
    public Result Wait(TimeSpan? timeout = null)
    {
        TimeSpan limit = timeout ?? Options.Default.Timeout;
        Stopwatch watch = Stopwatch.StartNew();
        if (!_process.WaitForExit(limit))
            throw Command.TimedOut(_process, limit, _commandLine, Stdout, Stderr);
        TimeSpan left = limit - watch.Elapsed;
        if (!_drained.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            throw new TimeoutException($"exited with {_process.ExitCode}, but someone still holds its output: {Describe()}");
        return new(string.Join(' ', _commandLine), _process.ExitCode, Bytes(_stdout), Bytes(_stderr));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private string Describe() => $"{string.Join(' ', _commandLine)}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(Bytes(stream));

    private static byte[] Bytes(MemoryStream stream)
    {
        lock (stream)
            return stream.ToArray();
    }

    private static async Task DrainAsync(Stream from, MemoryStream to)
    {
        byte[] buffer = new byte[65536];
        while (true)
        {
            int count;
            try
            {
                count = await from.ReadAsync(buffer).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            if (count == 0)
                return;
            lock (to)
                to.Write(buffer, 0, count);
        }
    }
}
