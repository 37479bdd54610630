// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Verbs;
using Runcs.Native;

namespace Runcs.Cli;

/// <summary>The table of commands. An entry is created only on request, which saves start-up time.</summary>
internal static class VerbTable
{
    /// <summary>In the order of the help text.</summary>
    public static readonly string[] Names =
    [
        "create", "start", "run", "state", "kill", "delete", "list", "attach", "logs", "wait", "spec", "check",
        "exec", "ps", "events", "update", "pause", "resume", "features", "checkpoint", "restore",
    ];

    /// <returns>Null if there is no such command.</returns>
    public static Verb? Find(string name) => name switch
    {
        "create" => CreateVerb.Define(),
        "start" => StartVerb.Define(),
        "run" => RunVerb.Define(),
        "state" => StateVerb.Define(),
        "kill" => KillVerb.Define(),
        "delete" => DeleteVerb.Define(),
        "list" => ListVerb.Define(),
        "attach" => AttachVerb.Define(),
        "logs" => LogsVerb.Define(),
        "wait" => WaitVerb.Define(),
        "spec" => SpecVerb.Define(),
        "check" => CheckVerb.Define(),
        "exec" => ExecVerb.Define(),
        "ps" => PsVerb.Define(),
        "events" => EventsVerb.Define(),
        "update" => UpdateVerb.Define(),
        "pause" => PauseVerb.Define(),
        "resume" => ResumeVerb.Define(),
        "features" => FeaturesVerb.Define(),
        "checkpoint" => CheckpointVerb.Define(),
        "restore" => RestoreVerb.Define(),
        _ => null,
    };

    /// <summary>The body of a command that is not implemented yet.</summary>
    public static int NotYet(string name) => throw new RuncsException($"runcs: {name}: not supported yet");
}
