// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>
/// What the keeper of a container has recorded, as a further member of what <c>state</c> prints. The members have the names of
/// Docker's, in the case of this document.
/// </summary>
public sealed class ContainerKeeper : WritableObject
{
    /// <summary>The keeper's pid; 0 once it has ended.</summary>
    public int Pid { get; set; }

    /// <summary>When it should start the container again: <c>no</c>, <c>on-failure:3</c>, <c>always</c>.</summary>
    public string RestartPolicy { get; set; } = "";

    /// <summary>How often it has started the container again.</summary>
    public int RestartCount { get; set; }

    /// <summary>It waits before it starts the container again.</summary>
    public bool? Restarting { get; set; }

    /// <summary>When the program was started last, as Go's RFC3339Nano in UTC; null before.</summary>
    public string? StartedAt { get; set; }

    /// <summary>When it ended; null before.</summary>
    public string? FinishedAt { get; set; }

    /// <summary>Its exit code, or 128 plus the signal that killed it; null before it has ended.</summary>
    public long? ExitCode { get; set; }

    /// <summary>The signal that killed it; null for none.</summary>
    public long? Signal { get; set; }

    /// <summary>The kernel's OOM killer has killed a process of the container; null before its end.</summary>
    public bool? OomKilled { get; set; }

    /// <summary>Where its output goes: <c>k8s-file</c>, <c>plain</c> or <c>none</c>.</summary>
    public string LogDriver { get; set; } = "";

    /// <summary>The log file, absolute; null for none.</summary>
    public string? LogPath { get; set; }

    /// <summary>What went wrong meanwhile: the log could not be written, or the container not be started again; null for nothing.</summary>
    public string? Error { get; set; }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("pid"u8, Pid);
        json.Member("restartPolicy"u8, RestartPolicy);
        json.Member("restartCount"u8, RestartCount);
        json.OptionalMember("restarting"u8, Restarting);
        json.OptionalMember("startedAt"u8, StartedAt);
        json.OptionalMember("finishedAt"u8, FinishedAt);
        json.OptionalMember("exitCode"u8, ExitCode);
        json.OptionalMember("signal"u8, Signal);
        json.OptionalMember("oomKilled"u8, OomKilled);
        json.Member("logDriver"u8, LogDriver);
        json.OptionalMember("logPath"u8, LogPath);
        json.OptionalMember("error"u8, Error);
    }
}
