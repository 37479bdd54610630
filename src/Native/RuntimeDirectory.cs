// SPDX-License-Identifier: Apache-2.0
// XDG Base Directory Specification, "XDG_RUNTIME_DIR"; pam_systemd(8)
namespace Runcs.Native;

/// <summary>The directory of a user's sockets and the like, for as long as the user is logged in.</summary>
public static class RuntimeDirectory
{
    public const string Variable = "XDG_RUNTIME_DIR";

    /// <summary>The directory that the environment names; null for none, and for a relative path, which is to be ignored.</summary>
    public static string? OfEnvironment() => ProcessEnvironment.Variable(Variable) is ['/', ..] directory ? directory : null;

    /// <summary>The directory that pam_systemd(8) makes at a login, whether or not it exists.</summary>
    public static string OfLogin() => string.Concat("/run/user/", Processes.EffectiveUid().ToString());

    /// <summary>The directory of <see cref="OfLogin"/> is as pam_systemd(8) makes it: the caller's alone.</summary>
    public static bool HasOfLogin() =>
        !FileStatus.TryAt(Files.AT_FDCWD, OfLogin(), AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status).IsError
        && status.IsDirectory && status.Uid == Processes.EffectiveUid() && status.Permissions == 0b111_000_000;
}
