// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>How to run a command. The default: no input, the test's environment, 30 seconds, output to files.</summary>
public sealed record Options
{
    public static Options Default { get; } = new();

    public byte[] Stdin { get; init; } = [];

    /// <summary>Added to the test's environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public TimeSpan Timeout { get; init; } = Patience.Seconds(30);

    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Standard streams are pipes, and the command counts as finished when all writers have closed them. Without this
    /// they are files: nothing blocks on a reader, and a container that keeps them does not delay the test.
    /// </summary>
    public bool Pipes { get; init; }
}
