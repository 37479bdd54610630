// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// The runtime under test: out/runcs, or the value of the environment variable RUNTIME (a path or a program, for example
/// runc). Each instance has its own state directory.
/// </summary>
public sealed class RuntimeUnderTest(string root)
{
    public static string Executable { get; } = Find(Environment.GetEnvironmentVariable("RUNTIME"));

    /// <summary>The name of its executable.</summary>
    public static string Name => Path.GetFileName(Executable);

    public static bool IsRuncs => Name == "runcs";

    /// <summary>Whether the executable contains this text.</summary>
    public static bool Contains(string text) => File.ReadAllBytes(Executable).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;

    public string Root { get; } = root;

    /// <summary>The environment to run in, such as <see cref="PureCgroupV2.Prefix"/>; also for the cleanup.</summary>
    public IReadOnlyList<string> Prefix { get; set; } = [];

    /// <summary>A program that traces or disturbs the runtime, such as <see cref="Faults"/>; not for the cleanup.</summary>
    public IReadOnlyList<string> Tracer { get; set; } = [];

    /// <summary>Global options after --root, such as --log.</summary>
    public IReadOnlyList<string> GlobalOptions { get; set; } = [];

    public Result Run(params string[] arguments) => Run(Options.Default, arguments);

    public Result Run(Options options, params string[] arguments) => Command.Run(options, CommandLine(arguments));

    /// <summary>Starts the runtime with pipes and leaves it running.</summary>
    public RunningCommand Start(params string[] arguments) => Start(Options.Default, arguments);

    public RunningCommand Start(Options options, params string[] arguments) => Command.Start(options, CommandLine(arguments));

    public string[] CommandLine(params string[] arguments) => [.. Prefix, .. Tracer, Executable, "--root", Root, .. GlobalOptions, .. arguments];

    private static string Find(string? named)
    {
        if (string.IsNullOrEmpty(named))
            return Path.Combine(Repository.Root, "out", "runcs");
        if (named.Contains('/', StringComparison.Ordinal))
            return Path.GetFullPath(named);
        return Programs.Find(named) ?? throw new InvalidOperationException($"RUNTIME={named}: no such program on PATH");
    }
}
