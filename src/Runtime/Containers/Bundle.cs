// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;

namespace Runcs.Containers;

/// <summary>A bundle's config.json, read and planned.</summary>
internal sealed class Bundle
{
    private const int LargestConfig = 16 << 20;

    private readonly byte[] _document;

    private Bundle(byte[] document, Config config) => (_document, Config) = (document, config);

    internal Config Config { get; }

    /// <exception cref="RuncsException">There is no config.json, or it is none.</exception>
    internal static Bundle Read(CreateOptions options)
    {
        ContainerId.Validate(options.Id);
        byte[] document = ReadDocument(options.Bundle);
        return new Bundle(document, Read(document, options.Bundle));
    }

    /// <exception cref="RuncsException">The config cannot be carried out.</exception>
    internal ContainerPlan Plan(CreateOptions options)
    {
        var warnings = new List<string>();
        ContainerPlan plan = Planner.Plan(_document, Config, options.Id, options.Bundle, HostFacts.Read(Config, options.NoPivot), warnings);
        foreach (string warning in warnings) Log.Warn(warning);
        return plan;
    }

    // A wrong value is named by its path; broken JSON has only a line, and the document itself nothing: these need their file.
    private static Config Read(byte[] document, string bundle)
    {
        try
        {
            return Config.Read(document);
        }
        catch (OciDocumentException e) when (e.Path.Length == 0)
        {
            throw RuncsException.At($"{bundle}/config.json", e.Message);
        }
    }

    /// <exception cref="RuncsException"/>
    internal static byte[] ReadDocument(string bundle)
    {
        string path = $"{bundle}/config.json";
        try
        {
            return Files.ReadFile(path, LargestConfig);
        }
        catch (SyscallException e) when (e.Errno.Value == Errno.ENOENT)
        {
            // runc's words; the path is what users miss in them.
            throw new RuncsException($"JSON specification file config.json not found in \"{bundle}\"; --bundle names the directory, runcs spec makes one", e);
        }
        catch (SyscallException e) when (e.Errno.Value == Errno.EFBIG)
        {
            throw new RuncsException($"{path}: larger than {LargestConfig >> 20} MiB", e);
        }
    }
}
