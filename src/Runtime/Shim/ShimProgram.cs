// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Shim.Bootstrap;
using Runcs.Terminal;

namespace Runcs.Shim;

/// <summary>This program under the name of a containerd shim.</summary>
public static class ShimProgram
{
    private const string Prefix = "containerd-shim-";

    /// <summary>Whether the name that this program was called by is that of a shim.</summary>
    public static bool IsCalled() => Name().StartsWith(Prefix, StringComparison.Ordinal);

    /// <param name="arguments">Without the program's name.</param>
    /// <param name="version">Of this program.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, ProgramVersion version)
    {
        using Log log = Log.Begin();
        try
        {
            int code = Dispatch(ShimArguments.Parse(arguments), version);
            Log.Succeed();
            return code;
        }
        catch (Exception e)
        {
            Log.Fail(FailureReason.Of(e));
            return 1;
        }
    }

    private static int Dispatch(ShimArguments arguments, ProgramVersion version)
    {
        string name = Name();
        if (arguments.PrintsVersion) return Print($"{name}:\n  Version:  {version.Number}\n  Revision: {version.Commit}\n\n");
        if (arguments.PrintsInfo) return InfoAction.Run(name, version);
        if (arguments.Namespace.Length == 0) throw new RuncsException("shim namespace cannot be empty");
        return arguments.Action switch
        {
            "start" => StartAction.Run(arguments),
            "delete" => DeleteAction.Run(arguments),
            _ => throw new RuncsException($"{name} is run by containerd, with the action start or delete"),
        };
    }

    private static string Name()
    {
        string path = ProcessEnvironment.ExecutedPath();
        return path[(path.LastIndexOf('/') + 1)..];
    }

    private static int Print(string text)
    {
        Files.WriteAll(StandardStreams.Output, Encoding.UTF8.GetBytes(text), "standard output");
        return 0;
    }
}
