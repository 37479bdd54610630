// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.OciSpec.Json;
using Runcs.Plan;
using Runcs.Protobuf;
using Runcs.Seccomp;
using Runcs.Shim.Messages;
using Runcs.Terminal;

namespace Runcs.Shim.Bootstrap;

/// <summary><c>-info</c>: the version and the features of the runtime.</summary>
internal static class InfoAction
{
    private const string FeaturesType = "types.containerd.io/opencontainers/runtime-spec/1/features/Features";
    private const int LargestInput = 4 << 20;

    /// <exception cref="RuncsException"/>
    public static int Run(string name, ProgramVersion version)
    {
        byte[] input = Files.ReadToEnd(StandardStreams.Input, "standard input", LargestInput);
        JsonText features = JsonText.Compact();
        Recognized.Features(version.Specification, SeccompFacts.Read()).Write(features);
        var info = new RuntimeInfo
        {
            Name = RuntimeName(name),
            Version = new RuntimeVersion { Version = version.Number, Revision = version.Commit },
            Options = input.Length == 0 ? null : Any.Read(input),
            Features = new Any { TypeUrl = FeaturesType, Value = features.ToArray() },
        };
        Files.WriteAll(StandardStreams.Output, info.ToBytes(), "standard output");
        return 0;
    }

    // containerd-shim-runcs-v1 is the program of io.containerd.runcs.v1.
    private static string RuntimeName(string program)
    {
        const string Prefix = "containerd-shim-";
        string rest = program.StartsWith(Prefix, StringComparison.Ordinal) ? program[Prefix.Length..] : program;
        int dash = rest.LastIndexOf('-');
        return dash < 0 ? rest : $"io.containerd.{rest[..dash]}.{rest[(dash + 1)..]}";
    }
}
