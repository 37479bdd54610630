// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;

namespace Runcs.Check;

/// <summary>What newuidmap(1) and newgidmap(1) need for the maps of an ordinary user's container.</summary>
internal static class IdMapRequirements
{
    public static void Check(NamespacePlan plan, UnmetRequirements unmet)
    {
        if (plan.Ids is not { } ids || (plan.UidMethod, plan.GidMethod) is (not IdMapMethod.Helper, not IdMapMethod.Helper)) return;
        IdMapFacts facts = IdMapFacts.Read();
        if (plan.UidMethod == IdMapMethod.Helper) unmet.Lines.AddRange(IdMapRules.Problems("linux.uidMappings", ids.Uids, ofUids: true, facts));
        if (plan.GidMethod == IdMapMethod.Helper) unmet.Lines.AddRange(IdMapRules.Problems("linux.gidMappings", ids.Gids, ofUids: false, facts));
    }
}
