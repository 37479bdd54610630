// SPDX-License-Identifier: Apache-2.0
// Run by the clone: the container's init, or a further process of it.
using System;
using Runcs.Init.Protocol;
using Runcs.Native;

namespace Runcs.Init.Child;

/// <summary>The frame of each clone's set-up.</summary>
internal static class ChildSetup
{
    /// <summary>Returns only after a failure of the set-up, which it has reported.</summary>
    /// <param name="explain">Maps a failure to the one to report.</param>
    internal static void Run(Action setUp, Fd report, Func<Exception, Exception> explain)
    {
        try
        {
            setUp();
        }
#pragma warning disable CA1031 // Every failure must reach the parent, and this copy of the runtime must end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            try
            {
                InitMessage.SendError(report, explain(failure));
            }
            catch (RuncsException)
            {
                // The parent is gone.
            }
        }
    }

    /// <exception cref="RuncsException"/>
    internal static void SetOomScore(int? score)
    {
        if (score == null) return;
        Errno errno = Files.TryWriteValueAt(Files.AT_FDCWD, "/proc/self/oom_score_adj", score.Value.ToString());
        errno.OrThrow("process.oomScoreAdj", "write", "/proc/self/oom_score_adj");
    }
}
