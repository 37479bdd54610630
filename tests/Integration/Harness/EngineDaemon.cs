// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// The process of an engine's daemon, whose files are all below one directory: started, restarted, and stopped with every
/// process that was started for it.
/// </summary>
public sealed class EngineDaemon : IDisposable
{
    private readonly string _directory;
    private readonly Options _options;
    private readonly string[] _commandLine;
    private readonly Func<bool> _answers;
    private RunningCommand _process;

    /// <param name="answers">Whether the daemon serves.</param>
    public EngineDaemon(string directory, Options options, string[] commandLine, Func<bool> answers)
    {
        (_directory, _options, _commandLine, _answers) = (directory, options, commandLine, answers);
        _process = Start();
    }

    public int Pid => _process.Pid;

    /// <summary>The daemon's error output.</summary>
    public string Log => _process.Stderr;

    /// <summary>Waits until the daemon serves.</summary>
    public void WaitUntilUp() =>
        Eventually.True(() => _answers() || (_process.HasExited ? throw new InvalidOperationException($"{_commandLine[0]} has ended: {Log}") : false),
            () => $"no answer from {_commandLine[0]}: {Log}", Patience.Seconds(60));

    /// <summary>Ends the daemon with a signal, leaves its other processes running, and starts it again.</summary>
    public void Restart(int signal)
    {
        End(signal);
        _process.Dispose();
        _process = Start();
        WaitUntilUp();
    }

    public void End(int signal)
    {
        if (_process.HasExited) return;
        _process.Signal(signal);
        Eventually.True(() => _process.HasExited, () => $"{_commandLine[0]} does not end: {Log}", Patience.Seconds(30));
    }

    /// <summary>The processes started for the daemon: their command lines contain its directory.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. Directory.EnumerateDirectories("/proc").Select(directory => int.TryParse(Path.GetFileName(directory), out int pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId && pid != _process.Pid && CommandLine(pid).Contains(_directory, StringComparison.Ordinal))];

    public void Dispose()
    {
        try
        {
            End(15);
        }
        finally
        {
            for (int round = 0; round < 50 && Processes() is { Count: > 0 } left; round++)
            {
                foreach (int pid in left) _ = Libc.kill(pid, Libc.SIGKILL);
                Thread.Sleep(20);
            }
            _process.Dispose();
        }
    }

    private RunningCommand Start() => Command.Start(_options, _commandLine);

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
