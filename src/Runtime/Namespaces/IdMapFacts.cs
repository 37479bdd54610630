// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>What decides which ids newuidmap(1) and newgidmap(1) map for an ordinary user; read when a map needs them.</summary>
/// <param name="Gid">The caller's effective group.</param>
public sealed record IdMapFacts(HostAccount User, uint Gid, SubordinateIds Uids, SubordinateIds Gids, IdMapHelperFacts UidHelper, IdMapHelperFacts GidHelper)
{
    /// <summary>The caller has no_new_privs (prctl(2), PR_SET_NO_NEW_PRIVS), under which execve(2) gives no privilege.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>nsswitch.conf(5) has another source of ranges than the two files, such as sss, which only the helpers can ask.</summary>
    public bool HasOtherSource { get; init; }

    /// <exception cref="RuncsException"/>
    public static IdMapFacts Read()
    {
        HostAccount user = HostAccount.Read(Processes.EffectiveUid());
        return new IdMapFacts(user, Processes.EffectiveGid(), SubordinateIds.Read(SubordinateIds.UidFile, user), SubordinateIds.Read(SubordinateIds.GidFile, user),
            IdMapHelperFacts.Read(IdMapHelper.OfUids), IdMapHelperFacts.Read(IdMapHelper.OfGids))
        {
            NoNewPrivileges = HasLine("/proc/self/status", static line => line == "NoNewPrivs:\t1"),
            HasOtherSource = HasLine("/etc/nsswitch.conf", IsOtherSource),
        };
    }

    // nsswitch.conf(5): "subid: sss". Only one source is asked (the library of newuidmap(1)).
    internal static bool IsOtherSource(string line) =>
        line.Split('#')[0].Split((char[])[':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["subid", var source, ..] && source != "files";

    private static bool HasLine(string path, Predicate<string> isWanted)
    {
        try
        {
            return Array.Exists(Files.ReadTextAt(Files.AT_FDCWD, path).Split('\n'), isWanted);
        }
        catch (RuncsException)
        {
            return false;
        }
    }
}
