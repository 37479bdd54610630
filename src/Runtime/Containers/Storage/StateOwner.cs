// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Containers.Storage;

/// <summary>Who has made a directory or a file, and who else can write there: they decide what a command signals and removes.</summary>
internal static class StateOwner
{
    private const uint WritableByOthers = 0b010_010, Sticky = 0b1_000_000_000;

    // It does not change: only the exec stage becomes another user.
    private static readonly uint _caller = Processes.EffectiveUid();

    /// <summary>Of what runcs makes: it belongs to the caller, and nobody else can write there.</summary>
    /// <param name="source">What named it, for messages.</param>
    /// <exception cref="RuncsException"/>
    public static void Require(FileStatus status, string source, string path)
    {
        RequireCaller(status, source, path);
        RequireUnshared(status, source, path);
    }

    /// <exception cref="RuncsException"/>
    public static void RequireCaller(FileStatus status, string source, string path)
    {
        if (status.Uid != _caller) throw RuncsException.At(source, $"\"{path}\" belongs to uid {status.Uid}, must belong to the caller, uid {_caller}");
    }

    /// <summary>Of a directory on the way: nobody but the caller and root can exchange a name in it. In a sticky one nobody can rename what is another's (inode(7)).</summary>
    /// <exception cref="RuncsException"/>
    public static void RequireTrusted(FileStatus status, string source, string path)
    {
        RequireCallerOrRoot(status, source, path);
        if (!IsSticky(status)) RequireUnshared(status, source, path);
    }

    /// <exception cref="RuncsException"/>
    public static void RequireCallerOrRoot(FileStatus status, string source, string path)
    {
        if (status.Uid == 0 || status.Uid == _caller || IsHidden(status.Uid)) return;
        throw RuncsException.At(source, $"\"{path}\" belongs to uid {status.Uid}, must belong to root or the caller, uid {_caller}");
    }

    public static bool CallerIsRoot => _caller == 0;

    public static bool IsSticky(FileStatus status) => (status.Mode & Sticky) != 0;

    private static void RequireUnshared(FileStatus status, string source, string path)
    {
        if ((status.Mode & WritableByOthers) != 0)
            throw RuncsException.At(source, $"\"{path}\" can be written by others (mode {Convert.ToString(status.Permissions, 8)}): remove that with chmod go-w, or choose another directory");
    }

    // An owner without a mapping in a user namespace, as the host's root often is, has this id (user_namespaces(7)).
    private static bool IsHidden(uint uid)
    {
        const uint Overflow = 65534;
        return uid == Overflow && !UserNamespaces.IsInitial();
    }
}
