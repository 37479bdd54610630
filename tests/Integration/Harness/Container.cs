// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>
/// One container of one test with its own id, bundle and state directory. Disposing removes everything that is left of
/// it, even if the runtime under test cannot.
/// </summary>
public sealed class Container : IDisposable
{
    private static int _count;
    private readonly string _directory;

    public Container()
    {
        Id = $"t{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        _directory = Scratch.NewDirectory(Id);
        Runtime = new(System.IO.Path.Combine(_directory, "state"));
        Bundle = new(System.IO.Directory.CreateDirectory(System.IO.Path.Combine(_directory, "bundle")).FullName);
    }

    public string Id { get; }

    public Bundle Bundle { get; }

    public RuntimeUnderTest Runtime { get; }

    /// <summary>A path of this container outside the bundle: for pid files, logs, sockets.</summary>
    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    /// <summary>Runs the container in the foreground to its end.</summary>
    public Result Run(params string[] options) => Run(Options.Default, options);

    public Result Run(Options how, params string[] options) => Invoke(how, "run", options);

    /// <summary>Starts <c>run</c> in the foreground, with pipes, and leaves it running.</summary>
    public RunningCommand StartRun(params string[] options)
    {
        Bundle.Write();
        return Runtime.Start([.. Verb("run", options)]);
    }

    public Result Create(params string[] options) => Invoke(Options.Default, "create", options);

    public Result Start() => Runtime.Run("start", Id);

    /// <summary>Creates and starts; both must succeed.</summary>
    public Container Up()
    {
        Create().Ok();
        Start().Ok();
        return this;
    }

    public JsonNode State() => JsonNode.Parse(Runtime.Run("state", Id).Ok().Stdout)!;

    public string Status => (string)State()["status"]!;

    public int Pid => (int)State()["pid"]!;

    public Result Kill(params string[] signal) => Runtime.Run(["kill", Id, .. signal]);

    public Result Delete(params string[] options) => Runtime.Run(["delete", .. options, Id]);

    public Result Exec(params string[] commandLine) => Runtime.Run(["exec", Id, .. commandLine]);

    public void WaitForStatus(string status) =>
        Eventually.True(() => Status == status, () => $"status of {Id} is {Status}, not {status}");

    /// <summary>The text with varying parts (the id, the paths) replaced by names.</summary>
    public string Scrub(string text) => Harness.Scrub.Times(text
        .Replace(Bundle.Directory, "{bundle}", StringComparison.Ordinal)
        .Replace(_directory, "{scratch}", StringComparison.Ordinal)
        .Replace(Id, "{id}", StringComparison.Ordinal)
        .Replace(RuntimeUnderTest.Executable, "{runtime}", StringComparison.Ordinal));

    public void Dispose()
    {
        Runtime.Tracer = [];
        try
        {
            if (System.IO.Directory.Exists(System.IO.Path.Combine(Runtime.Root, Id)))
                Runtime.Run("delete", "--force", Id);
        }
        catch (TimeoutException)
        {
        }
        Leftovers.Remove(Id);
        Scratch.Remove(_directory);
    }

    private Result Invoke(Options how, string verb, string[] options)
    {
        Bundle.Write();
        return Runtime.Run(how, [.. Verb(verb, options)]);
    }

    private string[] Verb(string verb, string[] options) => [verb, .. options, "--bundle", Bundle.Directory, Id];
}
