// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Runcs.Bench;

/// <summary>A runtime, with its own state directory.</summary>
internal sealed class OciRuntime(string name, string path, string scratch) : Contender(name, AskVersion(path))
{
    private readonly List<string> _alive = [];
    private readonly Dictionary<string, int> _pids = [];
    private int _count;

    private string PidFile => Path.Combine(scratch, Name + ".pid");

    private string Stderr => Path.Combine(scratch, Name + ".err");

    private string Root => Path.Combine(scratch, Name + ".root");

    public string NewId() => $"bench-{Environment.ProcessId}-{Name}-{++_count}";

    public Spawn Command(params string[] arguments) => new(Stderr, [path, "--root", Root, .. arguments]);

    public Spawn Run(string bundle, string id) => Command("run", "--bundle", bundle, id);

    public override T Run<T>(Workbench workbench, Func<Spawn, T> measure) => Run(workbench.True, measure);

    public T Run<T>(string bundle, Func<Spawn, T> measure)
    {
        using Spawn run = Run(bundle, NewId());
        return measure(run);
    }

    /// <summary>As <see cref="Run{T}(string, Func{Spawn, T})"/>, by an ordinary user.</summary>
    public T RunAsUser<T>(string bundle, Func<Spawn, T> measure)
    {
        string directory = OrdinaryUser.Directory(Path.Combine(scratch, Name + ".user"));
        using var run = new Spawn(Path.Combine(directory, "err"), asUser: true, path, "--root", Path.Combine(directory, "root"), "run", "--bundle", bundle, NewId());
        return measure(run);
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

    public T Create<T>(string bundle, string id, out int pid, Func<Spawn, T> measure)
    {
        _alive.Add(id);
        using Spawn create = Command("create", "--bundle", bundle, "--pid-file", PidFile, id);
        T measured = measure(create);
        _pids[id] = pid = int.Parse(File.ReadAllText(PidFile));
        return measured;
    }

    public T Verb<T>(Func<Spawn, T> measure, params string[] arguments)
    {
        using Spawn command = Command(arguments);
        return measure(command);
    }

    /// <summary>Deletes by force, in any state, and waits for the init, our child.</summary>
    public void Delete(string id)
    {
        using Spawn delete = Command("delete", "--force", id);
        delete.Time(out int exitCode);
        _alive.Remove(id);
        if (_pids.Remove(id, out int pid) && exitCode == 0)
            Spawn.Wait(pid);
    }

    public T DeleteStopped<T>(Func<Spawn, T> measure, string id)
    {
        T measured = Verb(measure, "delete", id);
        _alive.Remove(id);
        _pids.Remove(id);
        return measured;
    }

    /// <summary>Creates and starts containers, or deletes them, until so many are alive.</summary>
    public void Become(int alive, string bundle)
    {
        while (_alive.Count < alive)
        {
            string id = NewId();
            Create(bundle, id, out _, spawn => spawn.Time());
            Verb(spawn => spawn.Time(), "start", id);
        }
        while (_alive.Count > alive)
            Delete(_alive[^1]);
    }

    public override void DeleteAll()
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
