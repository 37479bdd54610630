// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Cli.Parsing;
using Runcs.Credentials;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>
/// The OCI command line: one short-lived process for each command, with runc's flags, messages, formats and exit codes.
/// </summary>
public static class CommandLine
{
    private const int Failure = 1, NoSuchCommand = 3;

    /// <param name="arguments">Without the program's name.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        using Log log = Log.Begin();
        Verb? verb = null;
        string reason;
        try
        {
            int code = Dispatch(arguments, log, ref verb);
            Log.Succeed();
            return code;
        }
        catch (UsageException e)
        {
            return FailUsage(e);
        }
        catch (RuncsException e)
        {
            reason = e.Message + Caller.Remedy(e);
        }
        catch (Exception e)
        {
            reason = FailureReason.Of(e);
        }
        Log.Fail(verb is { Failure.Length: > 0 } ? verb.Failure.Replace("%", ProgramName()) + reason : reason);
        return verb?.FailureCode ?? Failure;
    }

    /// <param name="verb">Set once the command line is parsed, before the command runs.</param>
    private static int Dispatch(string[] arguments, Log log, ref Verb? verb)
    {
        // A write beyond RLIMIT_FSIZE is then an error with its call (setrlimit(2)).
        Signals.Ignore(Signals.SIGXFSZ);
        Arguments global = Arguments.Parse(arguments, GlobalFlags.Define(), flagsComeFirst: true, IsCrun);
        if (global.WantsHelp) return Print(Help.OfProgram(ProgramName()));
        if (global.Has("version") || global.Has("V")) return Print(Version.Text(ProgramName(), RootFlag.Given(global) ?? DefaultRoot.Find()));
        OpenLog(log, global);
        CgroupManager.Check(global);
        if (global.Positional.Count == 0) return Print(Help.OfProgram(ProgramName()));

        string name = global.Positional[0];
        if (name is "help" or "h") return PrintHelp(global.Positional);
        if (VerbTable.Find(name) is not { } named) return FailUnknown(name);
        Arguments own = ParseVerb(named, global);
        if (own.WantsHelp) return Print(Help.OfVerb(ProgramName(), named));
        CheckCount(named, own.Positional.Count);
        verb = named;
        // An ignored SIGCHLD is inherited (execve(2)), and the kernel then discards the exit statuses of children.
        Signals.SetDefault(Processes.SIGCHLD);
        return verb.Run(new Invocation(global, own));
    }

    private static Arguments ParseVerb(Verb verb, Arguments global)
    {
        try
        {
            return Arguments.Parse(global.Positional.ToArray().AsSpan(1), verb.Flags, verb.FlagsComeFirst, IsCrun);
        }
        catch (UsageException e)
        {
            throw new UsageException(e.Message) { Verb = verb, UnknownFlag = e.UnknownFlag };
        }
    }

    private static void CheckCount(Verb verb, int count)
    {
        string? wrong = count < verb.LeastArguments && verb.LeastArguments != verb.MostArguments ? $"a minimum of {verb.LeastArguments}"
            : count > verb.MostArguments && verb.LeastArguments != verb.MostArguments ? $"a maximum of {verb.MostArguments}"
            : count != verb.LeastArguments && verb.LeastArguments == verb.MostArguments ? $"exactly {verb.LeastArguments}"
            : null;
        if (wrong != null) throw new UsageException($"{ProgramName()}: \"{verb.Name}\" requires {wrong} argument(s): {verb.Usage}{(verb.Usage.Length > 0 ? ", " : "")}got {count}") { Verb = verb, IsOfCount = true };
    }

    private static void OpenLog(Log log, Arguments global)
    {
        string format = global.Get("log-format") ?? "text";
        if (format is not ("text" or "json")) throw new RuncsException($"invalid log-format: {format}: must be text or json");
        string level = global.Get("log-level") ?? "warning";
        if (level is not ("error" or "warning" or "debug")) throw RuncsException.At("--log-level", $"must be error, warning or debug, got \"{level}\"");
        log.Open(LogFile(global.Get("log")), format == "json", global.Has("debug") || level == "debug", level == "error");
    }

    // crun's forms. Under another name they are paths, as with runc.
    private static string? LogFile(string? given)
    {
        int colon = given?.IndexOf(':') ?? -1;
        if (colon < 0 || !IsCrun()) return given;
        return given![..colon] switch
        {
            "file" => given[(colon + 1)..],
            "syslog" or "journald" => throw RuncsException.At("--log", $"must be a file, got \"{given}\""),
            _ => given,
        };
    }

    private static int PrintHelp(List<string> words)
    {
        if (words.Count < 2) return Print(Help.OfProgram(ProgramName()));
        return VerbTable.Find(words[1]) is { } verb ? Print(Help.OfVerb(ProgramName(), verb)) : FailUnknown(words[1]);
    }

    // runc's words before the colon.
    private static int FailUnknown(string name) => Fail($"No help topic for '{name}': unknown command: {Suggestions.ForCommand(ProgramName(), name)}", NoSuchCommand);

    private static int Fail(string reason, int code)
    {
        Log.Fail(reason);
        return code;
    }

    private static int FailUsage(UsageException e)
    {
        string reason = e.UnknownFlag == null ? e.Message : e.Message + Suggestions.ForFlag(e.UnknownFlag, e.Verb);
        string text = $"{(e.IsOfCount ? "Incorrect Usage." : "Incorrect Usage: " + reason)}\n\n{Help.Brief(ProgramName(), e.Verb)}";
        Files.TryWrite(1, Encoding.UTF8.GetBytes(text), out _);
        return Fail(reason, Failure);
    }

    private static int Print(string text)
    {
        Files.WriteAll(1, Encoding.UTF8.GetBytes(text), "standard output");
        return 0;
    }

    private static bool IsCrun() => ProgramName() == Version.Crun;

    /// <summary>The name of argv[0], without its directory: <c>--version</c> called as <c>runc</c> prints runc's name.</summary>
    private static string ProgramName()
    {
        string path = ProcessEnvironment.ExecutedPath();
        return path.Length == 0 ? "runcs" : path[(path.LastIndexOf('/') + 1)..];
    }
}
