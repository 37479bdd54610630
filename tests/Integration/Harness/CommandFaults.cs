// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace Runcs.Harness;

/// <summary>Makes one call of a command after the other fail, and collects the problems found afterwards.</summary>
internal sealed class CommandFaults
{
    private readonly StringBuilder _problems = new();
    private readonly List<TracedCall> _missed = [];
    private int _struck, _refused;

    public required Action<Container> Shape { get; init; }

    /// <summary>The command's arguments.</summary>
    public required Func<Container, string[]> Command { get; init; }

    /// <summary>The setup before each command.</summary>
    public Action<Container> Prepare { get; init; } = static _ => { };

    /// <summary>The exit code of a failure.</summary>
    public int FailureCode { get; init; } = 1;

    /// <summary>The checks after a failure that the command survived.</summary>
    public Action<Container> AfterFailure { get; init; } = static _ => { };

    /// <summary>A failed command leaves nothing behind.</summary>
    public bool Undoes { get; init; }

    public Func<IEnumerable<TracedCall>, IReadOnlyList<TracedCall>> Points { get; init; } = FaultPoints.Of;

    public void Strike(Fault fault)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Container container = new();
        Shape(container);
        container.Bundle.Write();
        string[] command = container.Runtime.CommandLine(Command(container));
        foreach (TracedCall call in Points(Record(container, command)))
        {
            Prepare(container);
            TracedResult traced = TracedCommand.Run(command, call, fault);
            if (traced.Reached)
                Judge(container, call, fault, traced);
            else
                _missed.Add(call);
            Clear(container, call, traced.Result);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: {_struck} calls struck, {_refused} told, {_missed.Count} not reached ({string.Join(", ", _missed)}), {watch.Elapsed.TotalSeconds:F1} s");
        Assert.True(_problems.Length == 0, _problems.ToString());
        Assert.True(_struck > 5 && _missed.Count <= 1 + _struck / 10, $"{_struck} struck, {_missed.Count} missed");
    }

    private IReadOnlyList<TracedCall> Record(Container container, string[] command)
    {
        // Twice: the first run also makes what remains, such as the root of all state and mount points that the image
        // lacks.
        IReadOnlyList<TracedCall> calls = [];
        for (int i = 0; i < 2; i++)
        {
            Prepare(container);
            TracedResult good = TracedCommand.Run(command);
            good.Result.Ok();
            container.Delete("--force").Ok();
            Leftovers.AssertNone(container);
            calls = good.Calls;
        }
        return calls;
    }

    private void Judge(Container container, TracedCall call, Fault fault, TracedResult traced)
    {
        _struck++;
        Result result = traced.Result;
        if (traced.Hung)
            Complain(call, "hung", result);
        bool killed = fault == Fault.KillCommand || (fault == Fault.KillCaller && call.Process == 0);
        if (killed || result.ExitCode == 0)
            return;
        _refused++;
        if (fault == Fault.Error)
            JudgeWords(call, result);
        if (Undoes)
            JudgeLeftovers(container, call, "after the failure", result);
        try
        {
            AfterFailure(container);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            Complain(call, failure.Message, result);
        }
    }

    private void Clear(Container container, TracedCall call, Result result)
    {
        Result delete = container.Delete("--force");
        if (delete.ExitCode != 0)
            Complain(call, $"delete --force: {delete.Stderr}", result);
        JudgeLeftovers(container, call, "after delete --force", result);
    }

    private void JudgeWords(TracedCall call, Result result)
    {
        string text = result.Stderr;
        if (result.ExitCode != FailureCode)
            Complain(call, $"exit code {result.ExitCode}", result);
        if (text.Count(character => character == '\n') != 1 || !text.EndsWith('\n'))
            Complain(call, "not one line", result);
        if (text.Contains("unexpected:", StringComparison.Ordinal) || text.Contains("error in runcs itself", StringComparison.Ordinal))
            Complain(call, "not a message for users", result);
        // The process that makes the network namespace cannot report a failure of its own channel.
        if (call.Name is "read" or "write" && text.Contains("linux.namespaces (network): ", StringComparison.Ordinal))
            return;
        if (!Names(call).Any(name => text.Contains(name, StringComparison.Ordinal)) || !text.Contains("input/output error", StringComparison.Ordinal))
            Complain(call, $"does not name {call.Name}(2)", result);
    }

    // The call by its manual page, and by other names in messages: a value is opened and written to a kernel file in one
    // step; the program's execve has the messages that engines match; failures in a hook's process before its execve are
    // reported as its execve.
    private static string[] Names(TracedCall call) => call.Name switch
    {
        "prlimit64" => ["prlimit(2)"],
        "openat" => ["openat(2)", "write(2)"],
        "unlinkat" => ["unlinkat(2)", "rmdir(2)"],
        "execve" => ["execve(2)", "process: exec: "],
        "fcntl" => ["fcntl(2)", "hook #0: execve(2)"],
        _ => [call.Name + "(2)"],
    };

    private void JudgeLeftovers(Container container, TracedCall call, string when, Result result)
    {
        // Processes may take a moment to exit.
        Stopwatch watch = Stopwatch.StartNew();
        while (Leftovers.Find(container) is { Count: > 0 } left)
        {
            if (watch.Elapsed > Patience.Seconds(3))
            {
                Complain(call, $"left {when}: {string.Join("; ", left)}", result);
                Leftovers.Remove(container.Id);
                return;
            }
            Thread.Sleep(2);
        }
    }

    private void Complain(TracedCall call, string what, Result result) =>
        _problems.Append($"{call}: {what}\n    exit code {result.ExitCode}, {result.Stderr.TrimEnd()}\n");
}
