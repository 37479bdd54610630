// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Runcs.Harness;

/// <summary>
/// A long-lived process that runs the commands of many containers itself: tests/Resident, compiled as the product is. One
/// request at a time.
/// </summary>
public sealed class ResidentProcess : IDisposable
{
    private static readonly string _program = Path.Combine(Repository.Root, "out", "resident", "resident");
    private readonly Process _process;

    /// <param name="root">The directory of its containers' state directories.</param>
    public ResidentProcess(string root)
    {
        Assert.True(File.Exists(_program), $"{_program} is missing: ./build.sh test builds it");
        _process = Process.Start(new ProcessStartInfo(_program, [root]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Sends a request; returns the answer of one line.</summary>
    public string Ask(params string[] request)
    {
        _process.StandardInput.WriteLine(string.Join('\t', request));
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"it has ended at: {string.Join(' ', request)}");
    }

    public void Do(params string[] request) => Assert.Equal("ok", Ask(request));

    /// <summary>
    /// The resources of the process, as the kernel shows them, one per line. Without /dev/urandom, which .NET's library
    /// opens once per process and keeps open.
    /// </summary>
    public string Census()
    {
        var lines = new List<string>();
        for (string line = Ask("census"); line.Length > 0; line = _process.StandardOutput.ReadLine()!)
        {
            if (!line.EndsWith(" /dev/urandom", StringComparison.Ordinal)) lines.Add(line);
        }
        return string.Join('\n', lines);
    }

    /// <summary>KiB of private memory and of live objects, after a garbage collection or before.</summary>
    public (int Private, int Live) Memory(bool collects)
    {
        string[] words = Ask(collects ? "collect" : "memory").Split(' ');
        return (int.Parse(words[1]), int.Parse(words[3]));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
