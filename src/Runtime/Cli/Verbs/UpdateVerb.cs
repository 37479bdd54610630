// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cli.Parsing;
using Runcs.Containers.Commands;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Cli.Verbs;

internal static class UpdateVerb
{
    private const int StandardInput = 0, LargestDocument = 16 << 20;

    public static Verb Define() => new("update", "change the resource limits of a container", Run)
    {
        Description = """
            The container must be created, running or paused. Limits that are not named stay as they are.
            The document of --resources is linux.resources of a config.json; devices in it are ignored.
            """,
        Flags =
        [
            new(FlagKind.Text, "resources", "file with the resources as JSON, or - for standard input; other flags but the schemas are then ignored", 'r'),
            .. ResourceFlags.Define(),
            new(FlagKind.Text, "l3-cache-schema", "L3 cache schema of Intel RDT"),
            new(FlagKind.Text, "mem-bw-schema", "memory bandwidth schema of Intel RDT"),
        ],
    };

    private static int Run(Invocation call)
    {
        string file = call.Get("resources") ?? "";
        try
        {
            LinuxResources resources = file.Length == 0 ? ResourceFlags.Read(call.Arguments) : Read(file);
            UpdateCommand.Run(call.Root, call.Id, resources, call.Get("l3-cache-schema") ?? "", call.Get("mem-bw-schema") ?? "");
            // As with runc this is no error: the flags may come from a script that has nothing to change.
            if (call.Arguments.HasNoFlags) Log.Warn("nothing was updated: no limit was given, such as --memory 64m, and no --resources");
            return 0;
        }
        catch (RuncsException e) when (e.Message.Contains("linux.resources.", StringComparison.Ordinal))
        {
            // Named as the caller wrote it.
            throw new RuncsException(file.Length == 0 ? ResourceFlags.Rename(e.Message) : e.Message.Replace("linux.resources.", "resources."), e);
        }
    }

    private static LinuxResources Read(string file)
    {
        try
        {
            LinuxResources resources = LinuxResources.Read(ReadDocument(file), out DocumentFault[] misnamed);
            foreach (DocumentFault member in misnamed) Log.WarnInAnyCase($"resources.{member}");
            return resources;
        }
        catch (RuncsException e) when (e.LacksJsonPath)
        {
            throw e.At("--resources");
        }
        catch (OciDocumentException e)
        {
            if (e.Faults.Length == 0) throw RuncsException.At("--resources", e.Message);
            throw new RuncsException(string.Join("; ", Array.ConvertAll(e.Faults, fault => fault.Path.Length == 0 ? $"resources: {fault.Problem}" : $"resources.{fault}")));
        }
    }

    private static byte[] ReadDocument(string file)
    {
        if (file == "-") return Files.ReadToEnd(StandardInput, "standard input", LargestDocument);
        using Fd opened = Files.Open(file, OpenFlags.O_RDONLY);
        return Files.ReadToEnd(opened.Value, file, LargestDocument);
    }
}
