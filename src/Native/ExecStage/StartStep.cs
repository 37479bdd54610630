// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native.ExecStage;

/// <summary>What failed in the child of a <see cref="StageStart"/>, as launch.c has them.</summary>
public enum StartStep
{
    /// <summary>sched_setaffinity(2) before the cgroups are joined.</summary>
    Affinity,

    /// <summary>Writing to a file of <see cref="StageStart.Join"/>.</summary>
    Join,

    /// <summary>sched_setaffinity(2) after the cgroups are joined.</summary>
    FinalAffinity,

    /// <summary>fcntl(2) of a descriptor.</summary>
    Descriptors,

    /// <summary>Writing to /proc/self/oom_score_adj.</summary>
    OomScore,

    /// <summary>execveat(2) of the stage.</summary>
    Execute,

    /// <summary>A signal has ended the wait for the child.</summary>
    Interrupted,
}
