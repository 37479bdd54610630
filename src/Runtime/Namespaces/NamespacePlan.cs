// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Native;

namespace Runcs.Namespaces;

/// <summary>The new namespaces, as CLONE_NEW* flags, and the joined ones, in the order of setns(2).</summary>
public sealed record NamespacePlan(CloneFlags New, JoinedNamespace[] Joined)
{
    /// <summary>The maps of a new user namespace, or those required of a joined one; null without maps in the config.</summary>
    public IdMaps? Ids { get; init; }

    /// <summary>The caller has no privileges outside of the container's user namespace.</summary>
    public bool IsOfOrdinaryUser { get; init; }

    /// <summary>Who writes the uid map of a new user namespace.</summary>
    public IdMapMethod UidMethod { get; init; }

    /// <summary>Who writes its gid map.</summary>
    public IdMapMethod GidMethod { get; init; }

    /// <summary>The offsets of a new time namespace.</summary>
    public ClockOffset[] Clocks { get; init; } = [];

    /// <summary>
    /// The new namespaces that the clone itself makes. The cgroup namespace must wait for the cgroup and the time namespace
    /// for its offsets; in a user namespace the ipc namespace must wait for the namespace's root.
    /// </summary>
    public CloneFlags ByClone => New & ~(CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWTIME | (HasUsers ? CloneFlags.CLONE_NEWIPC : 0));

    public bool HasUsers => Has(CloneFlags.CLONE_NEWUSER);

    /// <summary>Whether the container has its own of this kind, new or joined.</summary>
    public bool Has(CloneFlags flag) => IsNew(flag) || IsJoined(flag);

    public bool IsNew(CloneFlags flag) => (New & flag) != 0;

    public bool IsJoined(CloneFlags flag) => Find(flag) != null;

    public JoinedNamespace? Find(CloneFlags flag)
    {
        foreach (JoinedNamespace joined in Joined)
            if (joined.Flag == flag)
                return joined;
        return null;
    }

    /// <summary>Whether the end of the container's init ends all its processes (pid_namespaces(7)).</summary>
    public bool HasOwnPids => IsNew(CloneFlags.CLONE_NEWPID);

    public void Describe(StringBuilder text)
    {
        foreach (NamespaceKind kind in NamespaceKind.All)
            if (IsNew(kind.Flag))
                text.Append("new ").Append(kind.Name).Append(" namespace\n");
        if (Ids != null)
        {
            text.Append("uid map ").Append(Ids.Uids.ToString().TrimEnd('\n').Replace("\n", ", ")).Append('\n');
            text.Append("gid map ").Append(Ids.Gids.ToString().TrimEnd('\n').Replace("\n", ", ")).Append('\n');
        }
        DescribeMethod(text, "uid", UidMethod);
        DescribeMethod(text, "gid", GidMethod);
        foreach (ClockOffset clock in Clocks) text.Append("clock ").Append(clock.Line).Append('\n');
        foreach (JoinedNamespace joined in Joined)
            text.Append("join ").Append(joined.Kind).Append(" namespace ").Append(joined.Path).Append('\n');
    }

    private static void DescribeMethod(StringBuilder text, string kind, IdMapMethod method)
    {
        if (method != IdMapMethod.Write) text.Append(kind).Append(method == IdMapMethod.Helper ? " map by new" + kind + "map\n" : " map of the caller's own id\n");
    }
}
