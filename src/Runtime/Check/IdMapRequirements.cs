// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Check;

/// <summary>What the maps of a new user namespace need: ids that the caller has, and newuidmap(1) and newgidmap(1) for an ordinary user.</summary>
internal static class IdMapRequirements
{
    private const string Uids = "linux.uidMappings", Gids = "linux.gidMappings", OwnUids = "/proc/self/uid_map", OwnGids = "/proc/self/gid_map";

    public static void Check(NamespacePlan plan, CallerFacts caller, UnmetRequirements unmet)
    {
        if (plan.Ids is not { } ids || !plan.IsNew(CloneFlags.CLONE_NEWUSER)) return;
        if (caller.InUserNamespace)
        {
            unmet.Lines.AddRange(IdMapRules.Beyond(Uids, ids.Uids, IdMap.Parse(HostFiles.Text(OwnUids) ?? ""), OwnUids));
            unmet.Lines.AddRange(IdMapRules.Beyond(Gids, ids.Gids, IdMap.Parse(HostFiles.Text(OwnGids) ?? ""), OwnGids));
        }
        if ((plan.UidMethod, plan.GidMethod) is (not IdMapMethod.Helper, not IdMapMethod.Helper)) return;
        IdMapFacts facts = IdMapFacts.Read();
        if (plan.UidMethod == IdMapMethod.Helper) unmet.Lines.AddRange(IdMapRules.Problems(Uids, ids.Uids, ofUids: true, facts));
        if (plan.GidMethod == IdMapMethod.Helper) unmet.Lines.AddRange(IdMapRules.Problems(Gids, ids.Gids, ofUids: false, facts));
    }
}
