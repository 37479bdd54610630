// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Values;

/// <summary>The user that runs runcs (credentials(7)), with the rights that decide how a container is set up.</summary>
/// <param name="Uid">The effective one, in the caller's own user namespace.</param>
/// <param name="Gid">As <paramref name="Uid"/>.</param>
/// <param name="Permitted">The capabilities, bit n for capability n.</param>
public sealed record CallerFacts(uint Uid, uint Gid, ulong Permitted)
{
    private const int CAP_SETGID = 6, CAP_SETUID = 7, CAP_SYS_ADMIN = 21;

    /// <summary>The host's root.</summary>
    public static readonly CallerFacts OfRoot = new(0, 0, ulong.MaxValue);

    /// <summary>Its user namespace is not the initial one: its capabilities are valid only for what that one owns.</summary>
    public bool InUserNamespace { get; init; }

    public bool IsHostRoot => Uid == 0 && !InUserNamespace;

    /// <summary>setgroups(2) is denied in its user namespace, and in all below it (user_namespaces(7), "/proc/pid/setgroups").</summary>
    public bool GroupsDenied { get; init; }

    /// <summary>It can make namespaces other than a user namespace, and mounts in them.</summary>
    public bool IsPrivileged => Has(CAP_SYS_ADMIN);

    /// <summary>It may write any uid map of its own ids, and newuidmap(1) is not needed.</summary>
    public bool MayMapUids => Has(CAP_SETUID);

    /// <summary>As <see cref="MayMapUids"/>, for gids.</summary>
    public bool MayMapGids => Has(CAP_SETGID);

    private bool Has(int capability) => (Permitted & (1UL << capability)) != 0;
}
