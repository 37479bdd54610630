// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;
using Runcs.Plan;
using Runcs.Values;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers;

/// <summary>A bundle's config.json, read and planned.</summary>
internal sealed class Bundle
{
    internal const string ConfigName = "config.json";

    internal const int LargestConfig = 16 << 20;

    private readonly byte[] _document;

    private Bundle(byte[] document, Config config, DocumentFault[] faults) => (_document, Config, Faults) = (document, config, faults);

    /// <summary>The readable part of the config.</summary>
    internal Config Config { get; }

    /// <summary>The values that have the wrong type.</summary>
    internal DocumentFault[] Faults { get; }

    /// <summary>Reads the config of a container to create.</summary>
    /// <exception cref="RuncsException">There is no config.json, or it is not valid.</exception>
    internal static Bundle Read(CreateOptions options)
    {
        Bundle bundle = Read(options.Config ?? $"{options.Bundle}/{ConfigName}", null);
        // The command fails: planning reports all problems.
        if (bundle.Faults.Length > 0) bundle.Plan(options);
        return bundle;
    }

    /// <param name="file">The config, absolute.</param>
    /// <param name="notes">Receives oddities that are not faults; null if the caller does not need them.</param>
    /// <exception cref="RuncsException">There is no config.json, or it is not JSON.</exception>
    internal static Bundle Read(string file, DocumentNotes? notes)
    {
        byte[] document = ReadDocument(file);
        try
        {
            Config config = Config.Read(document, notes, out DocumentFault[] faults, out DocumentFault[] misnamed);
            foreach (DocumentFault member in misnamed) Log.WarnInAnyCase(member.ToString());
            // A wrong value is named by its path. The document itself has none, nor has broken JSON, so these errors name
            // the file.
            return faults is [{ Path.Length: 0 }] ? throw new OciDocumentException(faults) : new Bundle(document, config, faults);
        }
        catch (OciDocumentException e)
        {
            throw RuncsException.At(file, e.Message);
        }
        catch (OutOfMemoryException)
        {
            throw RuncsException.At(file, "exceeds runcs's own memory limit");
        }
    }

    /// <exception cref="RuncsException">The config cannot be applied.</exception>
    internal ContainerPlan Plan(CreateOptions options)
    {
        var (problems, warnings) = (new List<string>(), new List<string>());
        ContainerPlan? plan = TryPlan(options, problems, warnings);
        if (plan == null) throw Problems.Refusal(problems);
        foreach (string warning in warnings) Log.Warn(warning);
        return plan;
    }

    /// <param name="asRoot">The plan of a caller who is not root is the one that root would get.</param>
    /// <returns>Null if there are problems.</returns>
    internal ContainerPlan? TryPlan(CreateOptions options, List<string> problems, List<string> warnings, bool asRoot = false)
    {
        HostFacts facts = HostFacts.Read(Config, options.NoPivot, options.SystemdCgroup, options.Rootless) with { NotifyDirectory = NotifySocket.DirectoryOf(options), Starts = options.Starts, NoCgroups = options.NoCgroups };
        if (asRoot && !Caller.IsRoot()) facts = facts with { Caller = CallerFacts.OfRoot };
        return Planner.TryPlan(_document, Config, Faults, options.Id, options.Bundle, facts, problems, warnings);
    }

    /// <summary>The remarks about the document in addition to its faults.</summary>
    internal DocumentFault[] Remarks(DocumentNotes notes) => notes.In(_document);

    /// <exception cref="RuncsException"/>
    private static byte[] ReadDocument(string path)
    {
        try
        {
            // Opening a FIFO would block, and reading a device might never end.
            using Fd file = Files.Open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
            FileStatus status = FileStatus.Of(file);
            if (!status.IsRegular) throw RuncsException.At(path, "must be a regular file");
            if (status.Size > LargestConfig) throw TooLarge(path, null);
            return Files.ReadToEnd(file.Value, path, LargestConfig, (int)status.Size);
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.ENOENT)
        {
            int slash = path.LastIndexOf('/');
            if (path[(slash + 1)..] != ConfigName) throw e.At("--config");
            // runc's message, with the path, which users miss in it.
            throw new RuncsException($"JSON specification file config.json not found in \"{path[..slash]}\"; --bundle names the directory, runcs spec writes one", e);
        }
        catch (RuncsException e) when (e.Errno.Value == Errno.EFBIG)
        {
            throw TooLarge(path, e);
        }
    }

    private static RuncsException TooLarge(string path, RuncsException? failure)
    {
        string message = $"{path}: must not be larger than {LargestConfig >> 20} MiB";
        return failure == null ? new RuncsException(message) : new RuncsException(message, failure);
    }
}
