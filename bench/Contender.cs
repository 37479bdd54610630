// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Runcs.Bench;

/// <summary>A runtime that is measured, with its own state directory.</summary>
internal sealed class Contender(string name, string path, string scratch)
{
    private readonly List<string> _alive = [];
    private int _count;

    public string Name { get; } = name;

    public string Version { get; } = AskVersion(path);

    private string PidFile => Path.Combine(scratch, Name + ".pid");

    private string Stderr => Path.Combine(scratch, Name + ".err");

    private string Root => Path.Combine(scratch, Name + ".root");

    public string NewId() => $"bench-{Environment.ProcessId}-{Name}-{++_count}";

    public Spawn Command(params string[] arguments) => new(Stderr, [path, "--root", Root, .. arguments]);

    public Spawn Run(string bundle, string id) => Command("run", "--bundle", bundle, id);

    public double TimeRun(string bundle)
    {
        using Spawn run = Run(bundle, NewId());
        return run.Time();
    }

    /// <summary>Runs with a timeout: a container that hangs under its memory limit counts as failed.</summary>
    public bool Succeeds(string bundle)
    {
        string id = NewId();
        using Spawn run = new(Stderr, "/usr/bin/timeout", "-s", "KILL", "5", path, "--root", Root, "run", "--bundle", bundle, id);
        run.Time(out int exitCode);
        if (exitCode != 0)
            Delete(id);
        return exitCode == 0;
    }

    public double Create(string bundle, string id, out int pid)
    {
        _alive.Add(id);
        using Spawn create = Command("create", "--bundle", bundle, "--pid-file", PidFile, id);
        double time = create.Time();
        pid = int.Parse(File.ReadAllText(PidFile));
        return time;
    }

    public double Verb(params string[] arguments)
    {
        using Spawn command = Command(arguments);
        return command.Time();
    }

    /// <summary>Deletes by force, in any state.</summary>
    public void Delete(string id)
    {
        using Spawn delete = Command("delete", "--force", id);
        delete.Time(out _);
        _alive.Remove(id);
    }

    public double DeleteStopped(string id)
    {
        double time = Verb("delete", id);
        _alive.Remove(id);
        return time;
    }

    public void DeleteAll()
    {
        foreach (string id in _alive.ToArray())
            Delete(id);
    }

    private static string AskVersion(string path)
    {
        using Process process = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true })!;
        string line = process.StandardOutput.ReadToEnd().Split('\n')[0].Trim();
        process.WaitForExit();
        return line.Length > 0 ? line : "unknown version";
    }
}
